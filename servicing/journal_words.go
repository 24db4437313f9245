package servicing

import "lekha/ledger"

// CodeName is the name of a code of the chart of accounts; the code itself where a
// company mapped one of its own.
func CodeName(code string) string {
	if account, known := ledger.AccountOf(code); known {
		return account.Name
	}
	return "Account " + code
}

// eventWords name what an entry is about, for people. It is never written to.
var eventWords = map[string]string{
	ledger.Disbursed: "Loan disbursed", ledger.PaidOut: "Payout reached the bank", ledger.Accrued: "Interest of a period", ledger.Demanded: "Instalment fell due",
	ledger.Charged: "Fee charged", ledger.Growth: "Overdue interest and penal charges", ledger.Earned: "Interest kept back, earned", ledger.Capitalised: "Interest became principal",
	ledger.Received: "Receipt", ledger.Allocated: "Receipt allocated", ledger.Applied: "Excess applied", ledger.Refunded: "Refund", ledger.CashedBack: "Cashback owed",
	ledger.Forgiven: "Waiver", ledger.WrittenOff: "Write-off", ledger.NonAccrual: "Income of a non-performing loan", ledger.Provided: "Provision",
	ledger.Statement: "Bank statement",
}

// EventWords says what an entry is about.
func EventWords(event string) string {
	if words := eventWords[ledger.KindOf(event)]; words != "" {
		return words
	}
	return event
}

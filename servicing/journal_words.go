package servicing

import (
	"context"

	"lekha/ledger"
	"lekha/store"
)

// Names are the names of the codes of a journal: those of the standard chart, and
// those that a company gave to codes of its own.
type Names map[string]string

// CodeNames reads the names of codes.
func CodeNames(ctx context.Context, v *store.View) (Names, error) {
	names := Names{}
	for _, a := range ledger.Chart() {
		names[a.Code] = a.Name
	}
	rows, err := v.JournalMappings(ctx)
	for _, r := range rows {
		if r.Name != "" {
			names[r.Code] = r.Name
		}
	}
	return names, err
}

// Of is the name of a code.
func (n Names) Of(code string) string {
	if name := n[code]; name != "" {
		return name
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

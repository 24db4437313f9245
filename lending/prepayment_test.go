package lending

import (
	"testing"
	"time"
)

// A prepayment derives rows from money that was accepted, and refuses nothing: not an
// instalment far below the last one, where rows agreed anew took a difference on their
// last row, and not one that is less than its interest. Whether terms make sense is
// asked where terms are agreed.
func TestPrepaymentRefusesNothing(t *testing.T) {
	start := NewDate(2024, time.January, 5)
	terms := Terms{EMICount: 1, BPIMode: BPINone}
	lent := must(terms.Schedule(1000_00, start))
	anew := terms
	anew.EMICount = 7
	rows := must(anew.Schedule(777_00, start+1)).Rows
	prepaid := receiptOf("some", start+1, 5_00)
	prepaid.Receipt.Prepayment = &Prepayment{Effect: ReduceTenure}
	for name, facts := range map[string][]Fact{
		"the last row took a difference": {
			{Key: "d", Kind: FactDisbursal, ValueDate: start, Amount: 1000_00, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: terms, Rows: lent.Rows}},
			{Key: "anew", Kind: FactReschedule, ValueDate: start + 1, Reschedule: &Reschedule{Loan: "L", Reason: ReasonRestructure, Terms: anew, Rows: rows,
				Algorithm: ScheduleAlgorithm, Principal: 777_00, Interest: HeadCapitalise}},
			prepaid,
		},
		"an instalment below its interest": {
			{Key: "d", Kind: FactDisbursal, ValueDate: start, Amount: 1000_00, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: Terms{ROIValue: 60_000_000, EMICount: 2, BPIMode: BPINone},
				Rows: []ScheduleRow{
					{No: 1, PeriodStart: start, PeriodEnd: start.AddMonths(1), DueDate: start.AddMonths(1), Days: 31, Opening: 1000_00, Principal: 1, Interest: 20_00, Closing: 999_99},
					{No: 2, PeriodStart: start.AddMonths(1), PeriodEnd: start.AddMonths(2), DueDate: start.AddMonths(2), Days: 29, Opening: 999_99, Principal: 999_99, Interest: 47_54},
				}}},
			prepaid,
		},
	} {
		b, err := Replay(facts, At{Date: start + 1})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var principal Money
		for _, d := range b.Demands {
			principal += d.Amount[Principal]
		}
		if principal != 1000_00 || Owed(b, "L").Principal != 1000_00-paidOff(b, Principal) {
			t.Errorf("%s: the rows ask for %s, unpaid is %s", name, principal, Owed(b, "L").Principal)
		}
	}
}

// paidOff is what receipts paid of a component.
func paidOff(b *Book, what Component) (sum Money) {
	for _, s := range b.Settlements {
		if s.Component == what {
			sum += s.Amount
		}
	}
	return sum
}

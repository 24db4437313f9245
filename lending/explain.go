package lending

import "fmt"

// Explanation says what a figure of a Book is the sum of, and by which rule. The
// amounts of its rows always add up to it.
type Explanation struct {
	Figure string // wire key of the account summary
	Amount Money
	Rule   string
	Source string // section of the domain specification
	Rows   []ExplainedRow
}

// ExplainedRow is one amount that a figure is made of.
type ExplainedRow struct {
	What      string
	Reference string // key of a demand, a receipt, a loan or another figure
	Date      Date
	Amount    Money
}

// figureRule is how one figure of the summary comes about.
type figureRule struct {
	figure string
	rule   string
	value  func(*Summary) Money
	rows   func(*Book) []ExplainedRow
}

// figureRules are all figures that are amounts, in the order of the wire. It is
// never written to.
var figureRules = []figureRule{
	{"principal_paid", "what receipts settled of principal", func(s *Summary) Money { return s.PrincipalPaid }, settledOf(Principal)},
	{"principal_outstanding", "principal demanded or to come, less paid and waived; interest that a moratorium will capitalise later is not principal yet", func(s *Summary) Money { return s.PrincipalOutstanding }, unpaidPrincipal},
	{"interest_paid", "what receipts settled of normal interest", func(s *Summary) Money { return s.InterestPaid }, settledOf(Interest)},
	{"interest_outstanding", "unpaid normal interest of all rows, past and to come", func(s *Summary) Money { return s.InterestOutstanding }, unpaidInterest},
	{"interest_due", "unpaid normal interest of rows whose period has ended", func(s *Summary) Money { return s.InterestDue }, endedInterest},
	{"overdue_paid", "what receipts settled of overdue interest", func(s *Summary) Money { return s.OverduePaid }, settledOf(OverdueInterest)},
	{"overdue_outstanding", "overdue interest grown to date on each overdue instalment, less paid and waived", func(s *Summary) Money { return s.OverdueOutstanding }, unpaidOf(OverdueInterest)},
	{"penal_paid", "what receipts settled of penal charges", func(s *Summary) Money { return s.PenalPaid }, settledOf(Penal)},
	{"penal_outstanding", "penal charges to date on each overdue instalment, less paid and waived; no interest runs on them", func(s *Summary) Money { return s.PenalOutstanding }, unpaidOf(Penal)},
	{"total_fees", "fee demands with tax; what was kept back at disbursal is no demand", func(s *Summary) Money { return s.TotalFees }, demandedFees},
	{"fee_paid", "what receipts settled of fees", func(s *Summary) Money { return s.FeePaid }, settledOf(Fee)},
	{"fee_outstanding", "fee demands less paid and waived", func(s *Summary) Money { return s.FeeOutstanding }, unpaidOf(Fee)},
	{"total_paid", "all that receipts settled", func(s *Summary) Money { return s.TotalPaid }, paidHeads},
	{"total_outstanding", "all that is or will be owed under the schedule; what closes the loan today is the foreclosure quote", func(s *Summary) Money { return s.TotalOutstanding },
		unpaidHeads},
	{"disbursal_amount", "what was lent, less what was kept back at disbursal", func(s *Summary) Money { return s.DisbursalAmount }, netDisbursals},
	{"loan_amount", "principal that was drawn", func(s *Summary) Money { return s.LoanAmount }, drawnAmounts},
	{"payout_amount", "disbursals paid out", func(s *Summary) Money { return s.PayoutAmount }, netDisbursals},
	{"broken_period_interest", "interest before the first cycle that is still to be collected and in no row", func(s *Summary) Money { return s.BrokenPeriodInterest }, collectedLater},
	{"excess_payment", "what receipts left after all dues, oldest first, less refunds", func(s *Summary) Money { return s.ExcessPayment }, heldReceipts},
	{"due_now", "all that is due and unpaid", func(s *Summary) Money { return s.DueNow }, dueDemands},
}

// Figures are the wire keys that can be explained.
func Figures() []string {
	out := make([]string, len(figureRules))
	for i := range figureRules {
		out[i] = figureRules[i].figure
	}
	return out
}

// Explain says what a figure is made of. A key without an explanation is refused.
func (b *Book) Explain(figure string) (Explanation, error) {
	for i := range figureRules {
		if rule := &figureRules[i]; rule.figure == figure {
			return Explanation{figure, rule.value(&b.Summary), rule.rule, "domain 12.1", rule.rows(b)}, nil
		}
	}
	switch figure {
	case "dpd", "peak_dpd", "asset_category", "asset_category_date":
		return b.explainCategory(figure), nil
	}
	return Explanation{}, RefuseField("figure", "explain.unknown", figure+" is no figure of a summary.")
}

// explainCategory lists what is unpaid at the last day-end and the steps so far.
func (b *Book) explainCategory(figure string) Explanation {
	x := Explanation{Figure: figure, Source: "domain 4", Rule: "days since the oldest unpaid due, its own day-end the first; SMA up to 30, 60 and 90 days, then non-performing until all arrears are paid"}
	for i := range b.Demands {
		if d := &b.Demands[i]; d.DPD > 0 {
			x.Rows = append(x.Rows, ExplainedRow{fmt.Sprintf("%d days past due", d.DPD), d.Key, d.DueDate, 0})
		}
	}
	for _, c := range b.Timeline {
		x.Rows = append(x.Rows, ExplainedRow{fmt.Sprintf("%s at %d days", c.Category, c.DPD), "", c.Date, 0})
	}
	return x
}

func settledOf(c Component) func(*Book) []ExplainedRow {
	return func(b *Book) []ExplainedRow {
		var rows []ExplainedRow
		for i := range b.Settlements {
			if s := &b.Settlements[i]; s.Component == c {
				rows = append(rows, ExplainedRow{"receipt " + s.Receipt + " on " + s.Demand, s.Receipt, s.Date, s.Amount})
			}
		}
		return rows
	}
}

// ofDemands lists one amount of each demand that has it.
func ofDemands(amount func(*Book, *Demand) Money) func(*Book) []ExplainedRow {
	return func(b *Book) []ExplainedRow {
		var rows []ExplainedRow
		for i := range b.Demands {
			if d := &b.Demands[i]; amount(b, d) != 0 {
				rows = append(rows, ExplainedRow{d.words(), d.Key, d.DueDate, amount(b, d)})
			}
		}
		return rows
	}
}

// words name a demand for a person.
func (d *Demand) words() string {
	if d.Name != "" {
		return d.Name
	}
	return fmt.Sprintf("Instalment %d", d.No)
}

func unpaidOf(c Component) func(*Book) []ExplainedRow {
	return ofDemands(func(_ *Book, d *Demand) Money { return d.Left(c) })
}

func unpaidPrincipal(b *Book) []ExplainedRow {
	rows := unpaidOf(Principal)(b)
	for _, later := range b.capitalisedLater() {
		later.Amount = -later.Amount
		rows = append(rows, later)
	}
	return rows
}

func unpaidInterest(b *Book) []ExplainedRow {
	return append(unpaidOf(Interest)(b), b.capitalisedLater()...)
}

func endedInterest(b *Book) []ExplainedRow {
	return ofDemands(func(b *Book, d *Demand) Money {
		if d.Type != DemandEMI || d.PeriodEnd > b.At.Date {
			return 0
		}
		return d.Left(Interest)
	})(b)
}

func demandedFees(b *Book) []ExplainedRow {
	return ofDemands(func(_ *Book, d *Demand) Money { return d.Amount[Fee] })(b)
}

func dueDemands(b *Book) []ExplainedRow {
	return ofDemands(func(_ *Book, d *Demand) Money {
		var sum Money
		for c := range d.Amount {
			sum += d.Left(Component(c))
		}
		if !d.Due {
			return 0
		}
		return sum
	})(b)
}

// capitalisedLater is interest of a moratorium that becomes principal after the
// Book's day.
func (b *Book) capitalisedLater() []ExplainedRow {
	var rows []ExplainedRow
	for i := range b.Loans {
		inForce := b.Loans[i].RowsInForce()
		for j := range inForce {
			if row := &inForce[j]; row.Capitalised > 0 && row.PeriodEnd > b.At.Date {
				rows = append(rows, ExplainedRow{"capitalised later", rowKey(b.Loans[i].Loan, row.No), row.PeriodEnd, row.Capitalised})
			}
		}
	}
	return rows
}

func paidHeads(b *Book) []ExplainedRow {
	s, on := &b.Summary, b.At.Date
	return []ExplainedRow{{"principal_paid", "principal_paid", on, s.PrincipalPaid}, {"interest_paid", "interest_paid", on, s.InterestPaid},
		{"overdue_paid", "overdue_paid", on, s.OverduePaid}, {"penal_paid", "penal_paid", on, s.PenalPaid}, {"fee_paid", "fee_paid", on, s.FeePaid}}
}

func unpaidHeads(b *Book) []ExplainedRow {
	s, on := &b.Summary, b.At.Date
	return []ExplainedRow{{"principal_outstanding", "principal_outstanding", on, s.PrincipalOutstanding}, {"interest_outstanding", "interest_outstanding", on, s.InterestOutstanding},
		{"overdue_outstanding", "overdue_outstanding", on, s.OverdueOutstanding}, {"penal_outstanding", "penal_outstanding", on, s.PenalOutstanding},
		{"fee_outstanding", "fee_outstanding", on, s.FeeOutstanding}}
}

func drawnAmounts(b *Book) []ExplainedRow {
	var rows []ExplainedRow
	for i := range b.Loans {
		rows = append(rows, ExplainedRow{"loan " + b.Loans[i].Loan, b.Loans[i].Loan, b.Loans[i].DisbursedOn, b.Loans[i].Principal})
	}
	return rows
}

func netDisbursals(b *Book) []ExplainedRow {
	rows := drawnAmounts(b)
	for i := range b.Loans {
		for _, d := range b.Loans[i].Deductions {
			rows = append(rows, ExplainedRow{d.Name + " (" + d.Kind + ")", b.Loans[i].Loan, b.Loans[i].DisbursedOn, -d.Amount})
		}
	}
	return rows
}

func collectedLater(b *Book) []ExplainedRow {
	var rows []ExplainedRow
	for i := range b.Loans {
		if amount := b.Loans[i].BPIToCollect; amount != 0 {
			rows = append(rows, ExplainedRow{"loan " + b.Loans[i].Loan, b.Loans[i].Loan, b.Loans[i].DisbursedOn, amount})
		}
	}
	return rows
}

func heldReceipts(b *Book) []ExplainedRow {
	var rows []ExplainedRow
	for i := range b.Receipts {
		if r := &b.Receipts[i]; r.Remaining != 0 {
			rows = append(rows, ExplainedRow{"left of receipt " + r.Receipt, r.Receipt, r.ValueDate, r.Remaining})
		}
	}
	return rows
}

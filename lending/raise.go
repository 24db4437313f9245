package lending

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// raise makes the demands of an account: rows of the schedules that were agreed
// on, read and never solved again, and fees.
func (r *replayer) raise() error {
	rows := len(r.in.charges) + len(r.in.changes) + r.in.prepayments
	for _, f := range r.in.disbursals {
		rows += len(f.Disbursal.Rows)
	}
	for _, f := range r.in.changes {
		if f.Kind == FactReschedule {
			rows += len(f.Reschedule.Rows)
		}
	}
	r.book.Demands = make([]Demand, 0, rows)
	r.book.Loans = make([]LoanBook, 0, len(r.in.disbursals))
	for _, f := range r.in.disbursals {
		if slices.ContainsFunc(r.book.Loans, func(l LoanBook) bool { return l.Loan == f.Disbursal.Loan }) {
			return fmt.Errorf("loan %q is disbursed twice", f.Disbursal.Loan)
		}
		r.raiseLoan(f)
	}
	r.rankLoans()
	for _, f := range r.in.changes {
		r.raiseChange(f)
	}
	r.raisePrepayments()
	for _, f := range r.in.charges {
		if err := r.raiseFee(f); err != nil {
			return err
		}
	}
	if r.in.joined {
		r.joinInstalments()
	}
	r.sortDemands()
	each := 5 // most receipts pay a few components, more where every due has penal charges
	if slices.ContainsFunc(r.in.policies, func(f *Fact) bool { return f.Policy.Penal.Kind != "" }) {
		each = 8
	}
	r.book.Settlements = make([]Settlement, 0, each*len(r.in.receipts))
	r.dues = make([]due, len(r.book.Demands))
	for i := range r.dues {
		d := &r.book.Demands[i]
		r.dues[i] = due{Demand: d, loan: r.loanOf(d), accruedTo: d.DueDate, course: -1, row: d.No}
	}
	r.placeDues()
	return nil
}

// sortDemands puts demands in the order of the Book. Those of one loan are in it
// already, so that most accounts move nothing.
func (r *replayer) sortDemands() {
	demands := r.book.Demands
	for i := 1; i < len(demands); i++ {
		if compareDemands(&demands[i-1], &demands[i]) > 0 {
			slices.SortFunc(demands, func(a, b Demand) int { return compareDemands(&a, &b) })
			return
		}
	}
}

// compareDemands orders demands by due date, loan, number.
func compareDemands(a, b *Demand) int {
	if a.DueDate != b.DueDate {
		return cmp.Compare(a.DueDate, b.DueDate)
	}
	if a.LoanIndex != b.LoanIndex {
		return cmp.Compare(a.LoanIndex, b.LoanIndex)
	}
	if a.No != b.No {
		return cmp.Compare(a.No, b.No)
	}
	return cmp.Compare(a.Key, b.Key)
}

// raiseLoan adds a loan with a demand for each of its rows.
func (r *replayer) raiseLoan(f *Fact) {
	d := f.Disbursal
	planned, isPlanned := r.plannedRows(f)
	if isPlanned {
		d = &Disbursal{Loan: d.Loan, LoanIndex: d.LoanIndex, Terms: d.Terms, Rows: planned, Deductions: d.Deductions}
	}
	loan := LoanBook{Loan: d.Loan, Index: d.LoanIndex, DisbursedOn: f.ValueDate, Terms: &f.Disbursal.Terms, Principal: f.Amount, NetDisbursed: f.Amount, Rows: d.Rows,
		Deductions: d.Deductions, BPIToCollect: d.BPIToCollect}
	for _, deduction := range d.Deductions {
		loan.NetDisbursed -= deduction.Amount
		if deduction.Kind == FromHoldback {
			r.book.Liabilities.Holdback += deduction.Amount
		}
	}
	// All keys of the loan share one piece of memory.
	keys, ends := make([]byte, 0, len(d.Rows)*(len(d.Loan)+5)), make([]int, len(d.Rows))
	for i := range d.Rows {
		keys = append(append(keys, d.Loan...), '/')
		keys = strconv.AppendInt(keys, int64(d.Rows[i].No), 10)
		ends[i] = len(keys)
	}
	all, start := string(keys), 0
	for i := range d.Rows {
		row := &d.Rows[i]
		loan.Maturity = max(loan.Maturity, row.DueDate)
		r.book.Demands = append(r.book.Demands, Demand{Key: all[start:ends[i]], Type: DemandEMI, Loan: d.Loan, LoanIndex: d.LoanIndex, No: row.No,
			PeriodStart: row.PeriodStart, PeriodEnd: row.PeriodEnd, DueDate: row.DueDate, Amount: Amounts{Principal: row.Principal, Interest: row.Interest, Fee: row.Fee}})
		start = ends[i]
	}
	r.book.Loans = append(r.book.Loans, loan)
}

// raiseFee adds a fee. It cannot fall due before it was charged.
func (r *replayer) raiseFee(f *Fact) error {
	c := f.Charge
	d := Demand{Key: c.Fee, Type: DemandFee, Loan: c.Loan, Name: c.Name, DueDate: max(c.DueDate, f.ValueDate), Amount: Amounts{Fee: f.Amount}}
	switch c.Component {
	case tokens[Penal]:
		d.Amount = Amounts{Penal: f.Amount}
	case tokens[Interest]:
		d.Amount = Amounts{Interest: f.Amount}
	}
	loan := r.loanOf(&d)
	if loan < len(r.book.Loans) {
		d.LoanIndex = r.book.Loans[loan].Index
	}
	if c.Loan != "" && (loan >= len(r.book.Loans) || r.book.Loans[loan].Loan != c.Loan) {
		return fmt.Errorf("fee %q is charged to loan %q, which is not there", c.Fee, c.Loan)
	}
	if slices.ContainsFunc(r.book.Demands, func(other Demand) bool { return other.Key == d.Key }) {
		return fmt.Errorf("two demands have the key %q", d.Key)
	}
	r.book.Demands = append(r.book.Demands, d)
	return nil
}

// instalmentsBefore is how many instalments of a version that was agreed come before
// a row.
func (l *LoanBook) instalmentsBefore(no int) int {
	rows := l.Rows
	for i := range l.Versions {
		if l.Versions[i].Reason != ReasonPrepayment {
			rows = l.Versions[i].Rows
		}
	}
	n := 0
	for i := range rows {
		if row := &rows[i]; row.No > 0 && row.No < no && row.Principal > 0 {
			n++
		}
	}
	return n
}

// rankLoans lists the loans by disbursal, the oldest first.
func (r *replayer) rankLoans() {
	slices.SortFunc(r.book.Loans, func(a, b LoanBook) int {
		if a.Index != b.Index {
			return cmp.Compare(a.Index, b.Index)
		}
		return cmp.Compare(a.Loan, b.Loan)
	})
	r.ranks = make([]int, len(r.book.Loans))
	for i := range r.ranks {
		r.ranks[i] = i
	}
	slices.SortStableFunc(r.ranks, func(a, b int) int { return cmp.Compare(r.book.Loans[a].DisbursedOn, r.book.Loans[b].DisbursedOn) })
}

// loanOf is the place of a demand's loan in the Book. A fee of the account as a
// whole goes with the oldest loan.
func (r *replayer) loanOf(d *Demand) int {
	for i := range r.book.Loans {
		if r.book.Loans[i].Loan == d.Loan {
			return i
		}
	}
	if len(r.ranks) > 0 {
		return r.ranks[0]
	}
	return 0
}

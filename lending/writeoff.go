package lending

// WriteOff takes a loan out of the books. Technical: accounting only, the claim on
// the borrower stays and what comes later is a recovery. Settlement: a compromise,
// whose waived part is given up by waivers (domain 9.4). Penal charges and overdue
// interest stop (domain 3.9.5). Worked: an instalment of 10,000 that is written off 76 days
// after its due date has 374.79 overdue interest at 18%, and has it a year later as well.
type WriteOff struct {
	Loan string `json:"loan,omitempty"` // empty: all loans of the account
	Kind string `json:"kind"`
}

// The kinds of write-off.
const (
	WriteOffTechnical  = "technical"
	WriteOffSettlement = "settlement"
)

// WriteOffBook is what stood in the books when a loan was written off.
type WriteOffBook struct {
	WriteOff  string // key of the fact
	Loan      string
	Kind      string
	Date      Date
	Principal Money
	Interest  Money // due and unpaid
	Overdue   Money
	Penal     Money
	Fees      Money
}

// writeOff notes what is written off of each loan, and stops its growth.
func (r *replayer) writeOff(f *Fact) {
	for loan := range r.book.Loans {
		name := r.book.Loans[loan].Loan
		if f.WriteOff.Loan != "" && f.WriteOff.Loan != name || r.book.Loans[loan].WrittenOffOn != 0 {
			continue
		}
		w := WriteOffBook{WriteOff: f.Key, Loan: name, Kind: f.WriteOff.Kind, Date: f.ValueDate}
		for i := range r.dues {
			d := &r.dues[i]
			if d.loan != loan || d.superseded {
				continue
			}
			r.accrue(d, f.ValueDate)
			w.Principal += d.left(Principal)
			if d.Due {
				w.Interest, w.Overdue = w.Interest+d.left(Interest), w.Overdue+d.left(OverdueInterest)
				w.Penal, w.Fees = w.Penal+d.left(Penal), w.Fees+d.left(Fee)
			}
		}
		r.book.Loans[loan].WrittenOffOn = f.ValueDate
		r.book.WriteOffs = append(r.book.WriteOffs, w)
	}
}

package lending

import "slices"

// A moratorium is a repayment holiday before the first instalment (domain 1.5.5,
// MOR-01). Interest accrues during it; nothing falls due but what its kind says,
// so that days past due cannot start. Its rows come before the instalments that
// emi_count counts.
//
// Worked (2,00,000 at 15%, three months, then twelve instalments up to the rupee):
//
//	capitalise_monthly    principal grows to 2,07,594.14, instalment 18,738
//	capitalise_at_end     2,07,500.00 (simple interest added once), 18,729
//	interest_paid_during  2,500.00 falls due each month, then 18,052
//	collect_in_first_emi  7,500.00 beside the first 18,052
//	spread                625.00 beside each 18,052
type Moratorium struct {
	Instalments int    `json:"instalments"`
	Kind        string `json:"kind"`
	// Deferred is how many of its first rows ask for no interest though the kind
	// says that it is paid during: the row after them collects it.
	Deferred int `json:"deferred,omitempty"`
}

// The kinds of moratorium.
const (
	CapitaliseMonthly  = "capitalise_monthly"
	CapitaliseAtEnd    = "capitalise_at_end"
	InterestPaidDuring = "interest_paid_during"
	CollectInFirstEMI  = "collect_in_first_emi"
	SpreadOverEMIs     = "spread"
)

// moratoriumKinds are all of them. It is never written to.
var moratoriumKinds = []string{CapitaliseMonthly, CapitaliseAtEnd, InterestPaidDuring, CollectInFirstEMI, SpreadOverEMIs}

// holiday is how many rows come before the first instalment.
func (t *Terms) holiday() int {
	if t.Moratorium == nil {
		return 0
	}
	return t.Moratorium.Instalments
}

// defers says that later rows collect or capitalise interest that ran before them.
func (t *Terms) defers() bool {
	return t.BPIMode == BPISpread || t.Moratorium != nil && (t.Moratorium.Kind != InterestPaidDuring || t.Moratorium.Deferred > 0)
}

func (t *Terms) checkMoratorium() error {
	m := t.Moratorium
	switch {
	case m == nil:
		return nil
	case m.Instalments < 1 || m.Instalments > maxRows:
		return RefuseField("moratorium", "terms.moratorium", "A moratorium has at least one instalment, or is left out.")
	case !slices.Contains(moratoriumKinds, m.Kind):
		return RefuseField("moratorium", "terms.moratorium", "The kinds of moratorium are capitalise_monthly, capitalise_at_end, interest_paid_during, collect_in_first_emi and spread.")
	case m.Deferred < 0 || m.Deferred > m.Instalments || m.Deferred > 0 && m.Kind != InterestPaidDuring:
		return RefuseField("moratorium", "terms.moratorium", "Interest is deferred for some rows of a moratorium that pays it during the others.")
	case t.Amortization == Bullet || t.Amortization == Structured || t.InterestMethod == Flat || t.InterestPayment == PaidAtMaturity:
		return RefuseField("moratorium", "terms.moratorium", "A moratorium needs instalments on the reducing balance.")
	}
	return nil
}

// rest makes the rows of the moratorium; what they defer is added to the
// instalments by release.
func (d *draft) rest() error {
	m := d.terms.Moratorium
	if m == nil {
		return nil
	}
	balance, waiting := d.principal, wide{}
	for i, p := range d.calendar.rest {
		s := p.share()
		exact, fits := interestOf(balance, d.terms.Rate(), s)
		if waiting, fits = plusIf(waiting, exact, fits); !fits {
			return tooLarge()
		}
		interest, ok := d.terms.InterestRounding.quotient(exact, interestScale*s.over)
		total, ok2 := d.terms.InterestRounding.quotient(waiting, interestScale*s.over)
		if !ok || !ok2 {
			return tooLarge()
		}
		if total += d.begun; i == 0 {
			interest += d.begun
		}
		row := ScheduleRow{PeriodStart: p.start, PeriodEnd: p.end, DueDate: p.end, Days: p.end.Sub(p.start), Opening: balance}
		switch m.Kind {
		case InterestPaidDuring:
			row.Interest, row.Earlier = interest+d.deferred, d.deferred
			if d.deferred = 0; i < m.Deferred {
				row.Interest, row.Earlier, d.deferred = 0, 0, row.Interest
			}
		case CapitaliseMonthly:
			row.Capitalised = interest
		default:
			d.deferred = total
			if last := i == len(d.calendar.rest)-1; last && m.Kind == CapitaliseAtEnd {
				row.Capitalised, d.deferred = total, 0
			}
		}
		balance += row.Capitalised
		row.Closing = balance
		d.rested = append(d.rested, row)
	}
	if balance > maxMoney {
		return tooLarge()
	}
	d.lent, d.principal = d.principal, balance
	return nil
}

func plusIf(a, b wide, fits bool) (wide, bool) {
	sum, ok := a.plus(b)
	return sum, ok && fits
}

// release puts the rows of the moratorium before the instalments, and what it
// deferred on the first of them or on all.
func (d *draft) release() {
	if d.terms.Moratorium == nil && d.deferred == 0 {
		return
	}
	if d.terms.BPIMode == BPISpread || d.terms.Moratorium != nil && d.terms.Moratorium.Kind == SpreadOverEMIs {
		spread(d.rows, d.deferred)
	} else {
		d.rows[0].addEarlier(d.deferred)
	}
	d.rows = append(d.rested, d.rows...)
	for i := range d.rows {
		d.rows[i].No = i + 1
	}
}

// spread adds an amount to the interest of rows in equal parts, the residue on
// the last.
func spread(rows []ScheduleRow, amount Money) {
	part := amount / Money(len(rows))
	for i := range rows {
		rows[i].addEarlier(part)
	}
	rows[len(rows)-1].addEarlier(amount - part*Money(len(rows)))
}

// addEarlier lets a row collect interest that ran before it.
func (r *ScheduleRow) addEarlier(interest Money) {
	r.Interest += interest
	r.Earlier += interest
}

package lending

// Waiver gives up what is due: one component of one demand, or of all demands of
// the account from the oldest on. It needs an approval (domain 3.9.4, 11.3); what
// was waived stays visible beside what was demanded. Worked: of a penal charge of 249.86
// of which 100.00 are waived, 149.86 are left; the charge still reads 249.86.
type Waiver struct {
	Demand    string    `json:"demand,omitempty"` // key; empty: the oldest first
	Component Component `json:"component"`
}

// waive applies a waiver up to what is unpaid of its component.
func (r *replayer) waive(f *Fact) {
	left := f.Amount
	for i := range r.dues {
		d := &r.dues[i]
		named := d.Key == f.Waiver.Demand
		if left == 0 || d.superseded || d.raisedOn > f.ValueDate || !named && (f.Waiver.Demand != "" || !d.Due) {
			continue
		}
		r.accrue(d, f.ValueDate)
		part := min(d.left(f.Waiver.Component), left)
		if part == 0 {
			continue
		}
		left -= part
		r.giveUp(f, d, f.Waiver.Component, part)
	}
	r.passClosed()
}

// giveUp waives a part of a component of one demand; for ageing it counts as paid.
func (r *replayer) giveUp(f *Fact, d *due, c Component, part Money) {
	d.Waived[c] += part
	if d.course >= 0 && (c == Principal || c == Interest) {
		r.move(d, c, part, f.ValueDate)
	}
	if d.unpaid() == 0 && !d.closed {
		d.closed, d.PaidOn = true, f.ValueDate
	}
	r.recognise(d, c, part, f.ValueDate)
	r.book.Waivers = append(r.book.Waivers, WaiverBook{f.Key, d.Key, c, part, f.ValueDate})
}

// WaiverBook is the part of one waiver on one demand.
type WaiverBook struct {
	Waiver    string // key of the fact
	Demand    string
	Component Component
	Amount    Money
	Date      Date
}

// WaiverOf is a waiver and its amount, to be made a fact.
type WaiverOf struct {
	Waiver Waiver
	Amount Money
}

// CloseWithin are the waivers that close an account whose dues are short by no more
// than a tolerance; none when they are not, or when nothing is short.
func CloseWithin(b *Book, tolerance Money) []WaiverOf {
	var short Money
	var out []WaiverOf
	for i := range b.Demands {
		d := &b.Demands[i]
		for c := range d.Amount {
			if left := d.Left(Component(c)); left > 0 {
				short += left
				out = append(out, WaiverOf{Waiver{d.Key, Component(c)}, left})
			}
		}
	}
	if short > tolerance {
		return nil
	}
	return out
}

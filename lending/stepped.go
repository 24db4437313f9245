package lending

import (
	"encoding/json"
	"math/big"
	"strings"
)

// Instalments that are not level: they grow by steps, leave a residual for the
// last one (balloon), or are in part collected at disbursal (domain 1.6, 1.7).
//
// Worked, steps: 10,00,000 at 12% over 36 months, 10% more every 12. The base
// 30,332.63 solves sum(step x v^k) = 10,00,000; the instalments are 30,333, 33,366
// and 36,703, the last one 36,688.80 (STP-01).
//
// Worked, advance: 1,20,000 at 18% over 12 with one instalment collected at
// disbursal is 10,840, of which the first reduces the principal on day 0 to
// 1,09,160; interest never runs on the full 1,20,000 (ADV-01). Charging it on the
// whole is the practice that RBI calls unfair [S6].

// UnmarshalJSON reads {"every":12,"percent":10}; a negative percent steps down.
func (s *Step) UnmarshalJSON(data []byte) error {
	var wire struct {
		Every   int             `json:"every"`
		Percent json.RawMessage `json:"percent"`
	}
	if err := json.Unmarshal(data, &wire); err != nil {
		return err
	}
	text, err := numberText(wire.Percent)
	if err != nil {
		return err
	}
	size, down := strings.CutPrefix(text, "-")
	rate, err := ParseRate(size)
	if down {
		rate = -rate
	}
	*s = Step{wire.Every, rate}
	return err
}

// checkStepped refuses steps, residuals and advance instalments that contradict
// each other or the shape.
func (t *Terms) checkStepped() error {
	uneven := len(t.Steps) > 0 || t.Balloon != 0 || t.AdvanceInstalments != 0
	switch {
	case !uneven:
		return nil
	case t.Balloon < 0 || t.Balloon > maxMoney:
		return RefuseField("balloon", "terms.balloon", "A balloon is a positive amount.")
	case t.AdvanceInstalments < 0 || t.AdvanceInstalments >= t.EMICount:
		return RefuseField("advance_instalments", "terms.advance_instalments", "Fewer instalments are collected in advance than there are.")
	case t.Amortization != EqualInstalments || t.InterestMethod == Flat || t.LastInstalment != LastAbsorbs:
		return RefuseField("amortization", "terms.uneven", "Steps, a balloon and advance instalments need equal_instalments on the reducing balance, the last one absorbing.")
	case t.EMIAmount > 0:
		return RefuseField("emi_amount", "terms.emi_amount", "A fixed instalment leaves nothing to solve for steps, a balloon or advance instalments.")
	case t.AdvanceInstalments > 0 && (t.Moratorium != nil || t.DownPayment > 0 || t.BPIMode == BPIInstalmentZero):
		return RefuseField("advance_instalments", "terms.advance_instalments", "Advance instalments go with no moratorium, no down payment and no instalment zero.")
	case len(t.Steps) > 1:
		return RefuseField("steps", "terms.steps", "One step is given, and repeats.")
	}
	for _, s := range t.Steps {
		if s.Every < 1 || s.Percent <= -100_000_000 || s.Percent > maxRate {
			return RefuseField("steps", "terms.steps", "A step changes the instalment by more than -100 percent, every so many instalments.")
		}
	}
	return nil
}

// uneven says that the instalments are solved as an annuity of weights.
func (t *Terms) uneven() bool {
	return len(t.Steps) > 0 || t.Balloon != 0 || t.AdvanceInstalments != 0
}

// weights are the sizes of so many instalments as multiples of the first, fixed point.
func (t *Terms) weights(n int) []*big.Int {
	out := make([]*big.Int, n)
	w := fixedOne()
	for k := range out {
		if len(t.Steps) > 0 && k > 0 && k%t.Steps[0].Every == 0 {
			w = new(big.Int).Mul(w, big.NewInt(100_000_000+int64(t.Steps[0].Percent)))
			w.Quo(w, big.NewInt(100_000_000))
		}
		out[k] = w
	}
	return out
}

// unevenInstalments solves the base and makes the rows.
func (d *draft) unevenInstalments() error {
	advance := d.terms.AdvanceInstalments
	d.calendar.periods = d.calendar.periods[:len(d.calendar.periods)-advance]
	growth, err := d.growth()
	if err != nil {
		return err
	}
	a, weights := newAnnuity(d.principal, growth), d.terms.weights(d.gone + advance + len(growth))[d.gone:]
	for range advance {
		a.weigh(-1, weights[0])
	}
	for k := range growth {
		a.weigh(k, weights[k+advance])
	}
	if d.terms.Balloon >= d.principal {
		return RefuseField("balloon", "terms.balloon", "The balloon is not less than the loan.")
	}
	a.known(len(growth)-1, d.terms.Balloon)
	base := a.base()
	emi, ok := roundFixed(base, d.terms.EMIRounding)
	if d.emi = emi; (!ok || emi <= 0) && d.derived {
		d.terms.Steps, d.terms.Balloon = nil, 0
		return d.equalInstalments()
	}
	if !ok || emi <= 0 {
		return RefuseField("emi_count", "terms.emi_count", "The loan is too small for so many instalments.")
	}
	balance := d.principal
	if advance > 0 {
		balance = d.collectInAdvance(advance)
	}
	for k, p := range d.calendar.periods {
		interest, err := d.interest(balance, p)
		if err != nil {
			return err
		}
		instalment, _ := roundFixed(fixedTimes(base, weights[k+advance]), d.terms.EMIRounding)
		principal := min(instalment-interest, balance)
		if d.derived {
			principal = max(principal, 0)
		}
		if principal < 0 || !d.derived && principal == 0 && k == 0 && len(d.calendar.periods) > 1 && balance > d.terms.Balloon {
			return negativeAmortisation(instalment, interest)
		}
		if k == len(d.calendar.periods)-1 {
			principal = balance
		}
		if balance = d.add(p, balance, principal, interest); balance == 0 {
			break
		}
	}
	return nil
}

// collectInAdvance is row 0, due on the day of the disbursal.
func (d *draft) collectInAdvance(advance int) Money {
	on, amount := d.calendar.disbursed, min(d.emi*Money(advance), d.principal)
	d.rows = append(d.rows, ScheduleRow{No: 0, PeriodStart: on, PeriodEnd: on, DueDate: on, Opening: d.principal, Principal: amount, Closing: d.principal - amount})
	return d.principal - amount
}

package lending

// PenalPolicy is a charge for breach of terms (domain 3.9; RBI of 18 August 2023 [S3]): no
// interest, never capitalised, never a base of anything, without GST. The zero value
// charges nothing.
//
// Worked, on an instalment of 25,000 that is 22 days late: 24% a year is 361.64, or
// 300.00 with that cap; 450 by the event; 20 a day up to 400.00; 150 for each 30 days
// begun are 150.00; slabs of 0, 250 and 500
// from day 1, 8 and 16 are 500.00. With five days of grace 24% is 361.64 from the due
// date or 279.45 from the end of grace (PEN-01).
type PenalPolicy struct {
	Kind       string      `json:"kind,omitempty"`        // "", "rate", "flat", "per_day", "per_month", "slab"
	Rate       Rate        `json:"rate,omitempty"`        // kind rate: per year on the overdue instalment (P + NI unpaid)
	RateSlabs  RateSlabs   `json:"rate_slabs,omitempty"`  // kind rate: by the days late, over the rate
	Amount     Money       `json:"amount,omitempty"`      // kind flat: per event; per_day: each day; per_month: each 30 days begun
	Least      Money       `json:"least,omitempty"`       // per instalment, once anything is charged; 0: none
	Cap        Money       `json:"cap,omitempty"`         // per instalment; 0: none
	CapMonth   Money       `json:"cap_month,omitempty"`   // per instalment, for each 30 days begun; 0: none
	StopDPD    int         `json:"stop_dpd,omitempty"`    // the charge grows no more from this day past due on; 0: never
	ChargeFrom string      `json:"charge_from,omitempty"` // "due_date" (default) or "after_grace"
	Slabs      []PenalSlab `json:"slabs,omitempty"`
}

// The kinds of penal charge; the empty kind charges nothing.
const (
	PenalRate     = "rate"
	PenalFlat     = "flat"
	PenalPerDay   = "per_day"
	PenalPerMonth = "per_month"
	PenalBySlab   = "slab"
)

// Where a charge begins once grace is over.
const (
	ChargeFromDueDate    = "due_date"
	ChargeFromAfterGrace = "after_grace"
)

// PenalSlab charges Amount once the instalment is FromDay to ToDay late (both
// inclusive; ToDay 0 means without end). The slab reached replaces the ones below.
type PenalSlab struct {
	FromDay int   `json:"from_day"`
	ToDay   int   `json:"to_day,omitempty"`
	Amount  Money `json:"amount"`
}

// Validate refuses a penal policy that cannot be applied, naming the wire field.
func (p PenalPolicy) Validate() error {
	switch p.Kind {
	case "", PenalRate, PenalFlat, PenalPerDay, PenalPerMonth, PenalBySlab:
	default:
		return RefuseField("penal_kind", "policy.penal_kind", "A penal charge is rate, flat, per_day, per_month or slab.")
	}
	if err := p.RateSlabs.Validate("penal_roi_value"); err != nil {
		return err
	}
	if p.Rate < 0 || p.Rate > maxRate {
		return RefuseField("penal_rate", "rate.range", "A rate lies between 0 and 1000 percent a year.")
	}
	if p.Amount < 0 || p.Amount > maxMoney/1_000_000 || p.Cap < 0 || p.Cap > maxMoney || p.Least < 0 || p.Least > maxMoney || p.CapMonth < 0 || p.CapMonth > maxMoney/1000 {
		return RefuseField("penal_amount", "policy.penal_amount", "A penal charge is a positive amount.")
	}
	if p.StopDPD < 0 || p.StopDPD > 3660 {
		return RefuseField("penal_stop_dpd", "policy.penal_stop_dpd", "Penal charges stop after 0 to 3660 days.")
	}
	if p.ChargeFrom != "" && p.ChargeFrom != ChargeFromDueDate && p.ChargeFrom != ChargeFromAfterGrace {
		return RefuseField("penal_charge_from", "policy.penal_charge_from", "Penal charges run from due_date or after_grace.")
	}
	for i, s := range p.Slabs {
		if s.FromDay < 1 || s.ToDay != 0 && s.ToDay < s.FromDay || s.Amount < 0 || s.Amount > maxMoney || i > 0 && s.FromDay <= p.Slabs[i-1].FromDay {
			return RefuseField("penal_slabs", "policy.penal_slabs", "Slabs follow one another, each from a day on, with an amount.")
		}
	}
	return nil
}

// penalty is a penal charge to date, in the parts that different policies make.
type penalty struct {
	rate   wide  // charged at a rate, exact, x interestScale
	perDay Money // charged by the day
	level  Money // charged by the event: flat, or the highest slab reached
}

// penalise makes penal charges for the days up to a day (domain 3.9, PEN-01).
// Grace holds the charge back until more days are late than it has; afterwards
// it runs from the due date or from the end of grace.
func (r *replayer) penalise(d *due, unpaid Money, from, to Date) {
	p, grace := &r.policy.Penal, r.policy.GraceDays
	if p.StopDPD > 0 {
		if to = min(to, d.DueDate.AddDays(p.StopDPD)); to <= from {
			return
		}
	}
	if p.ChargeFrom == ChargeFromAfterGrace {
		from = max(from, d.DueDate.AddDays(grace))
	}
	late := to.Sub(d.DueDate)
	switch p.Kind {
	case PenalRate:
		if from < to {
			r.grow(&d.penal.rate, unpaid, p.rateOn(from.Sub(d.DueDate)+1), r.policy.DayCount.partsSince(d.DueDate, from, to))
		}
	case PenalPerDay:
		d.penal.perDay += p.Amount * Money(max(to.Sub(from), 0))
	case PenalFlat:
		if late > grace {
			d.penal.level = max(d.penal.level, p.Amount)
		}
	case PenalPerMonth:
		if days := late - p.free(grace); days > 0 {
			d.penal.level = max(d.penal.level, p.Amount*Money((days+29)/30))
		}
	case PenalBySlab:
		if late > grace {
			d.penal.level = max(d.penal.level, p.slab(late))
		}
	}
	if late <= grace {
		return
	}
	var total Money
	r.raiseTo(&total, d.penal.rate)
	if total += d.penal.perDay + d.penal.level; total > 0 {
		total = max(total, p.Least)
	}
	if p.Cap > 0 {
		total = min(total, p.Cap)
	}
	if p.CapMonth > 0 {
		total = min(total, p.CapMonth*Money((late+29)/30))
	}
	d.Amount[Penal] = max(d.Amount[Penal], total)
}

// rateOn is the yearly rate of a day late, the first being 1.
func (p *PenalPolicy) rateOn(day int) Rate {
	if len(p.RateSlabs) == 0 {
		return p.Rate
	}
	rate, _ := p.RateSlabs.on(day)
	return rate
}

// free is how many days late are not charged.
func (p *PenalPolicy) free(grace int) int {
	if p.ChargeFrom == ChargeFromAfterGrace {
		return grace
	}
	return 0
}

// slab is the highest charge of the slabs reached; a charge that was made stays
// when the last slab is left behind.
func (p *PenalPolicy) slab(late int) Money {
	var amount Money
	for _, s := range p.Slabs {
		if s.FromDay <= late {
			amount = max(amount, s.Amount)
		}
	}
	return amount
}

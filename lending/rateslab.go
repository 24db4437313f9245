package lending

import (
	"strconv"
	"strings"
)

// RateSlab is a yearly rate that holds up to a day, counted from the day interest
// begins; ToDay 0 is the rest. Wire: the {days, value} of roi_value, overdue_roi_value
// and penal_roi_value, whose rest is written -1 or "inf" (crego-api 3, "Slabs").
type RateSlab struct {
	ToDay int  `json:"to_day,omitempty"`
	Rate  Rate `json:"rate"`
}

// RateSlabs are rates by the days gone by, the last one without end. Worked, on
// 1,00,000 for 40 days of a year of 360: 18% up to day 15, 24% up to day 30, then 36%.
// Each slab prices its own days: 750.00 + 1,000.00 + 1,000.00 = 2,750.00. Where the slab
// that is reached prices all days (SlabAllDays), 40 days at 36% are 4,000.00.
type RateSlabs []RateSlab

// Values of roi_slab_pricing. The reference does not say which it means (crego-api 8,
// question 3), so it is a parameter.
const (
	SlabOwnDays = "own_days" // each slab prices its own days (default)
	SlabAllDays = "all_days" // the slab that is reached prices all days
)

// maxRateSlabs is more than any tariff has.
const maxRateSlabs = 50

// Validate refuses slabs that leave a day without a rate, at the field they came in.
func (s RateSlabs) Validate(field string) error {
	if len(s) > maxRateSlabs {
		return RefuseField(field, "rate_slabs.many", "These are more slabs than any tariff has.")
	}
	for i, slab := range s {
		last := i == len(s)-1
		if slab.Rate < 0 || slab.Rate > maxRate {
			return RefuseField(field, "rate.range", "A rate lies between 0 and 1000 percent a year.")
		}
		if slab.ToDay < 0 || slab.ToDay > maxEvery || last != (slab.ToDay == 0) || i > 0 && !last && slab.ToDay <= s[i-1].ToDay {
			return RefuseField(field, "rate_slabs.days", "Each slab goes further than the one before; the last one has no end.")
		}
	}
	return nil
}

// on is the rate of a day, the first being 1, and how many days from the start it
// holds; 0 is without end.
func (s RateSlabs) on(day int) (Rate, int) {
	for _, slab := range s {
		if slab.ToDay == 0 || day <= slab.ToDay {
			return slab.Rate, slab.ToDay
		}
	}
	return 0, 0
}

// from are the slabs as rates that change on days.
func (s RateSlabs) from(start Date) []rateFrom {
	var rates []rateFrom
	day := start
	for _, slab := range s {
		rates = append(rates, rateFrom{day, slab.Rate})
		day = start.AddDays(slab.ToDay)
	}
	return rates
}

// rest is the rate of the days beyond every bound.
func (s RateSlabs) rest() Rate { return s[len(s)-1].Rate }

// SlabsAfterDue are the slabs of the terms as they go on after the due date, counted
// from it: what "the same rate" means for overdue interest. Worked: slabs to day 15, to
// day 60 and on, of a loan of 40 days, go on to day 20 at the second rate, then at the
// third. Nil where one rate is left.
func (t Terms) SlabsAfterDue() RateSlabs {
	if len(t.RateSlabs) == 0 {
		return nil
	}
	t = t.Complete()
	tenor := t.days() + 30*t.months()
	var out RateSlabs
	for _, slab := range t.RateSlabs {
		switch {
		case slab.ToDay == 0:
			out = append(out, slab)
		case slab.ToDay > tenor:
			out = append(out, RateSlab{slab.ToDay - tenor, slab.Rate})
		}
	}
	if len(out) < 2 {
		return nil
	}
	return out
}

// String is the slabs as people say them: "18% to day 15, 24% to day 30, then 36%".
func (s RateSlabs) String() string {
	var text strings.Builder
	for _, slab := range s {
		if slab.ToDay == 0 {
			text.WriteString("then " + slab.Rate.String() + "%")
			continue
		}
		text.WriteString(slab.Rate.String() + "% to day " + strconv.Itoa(slab.ToDay) + ", ")
	}
	return text.String()
}

// slabInterest is the interest from one day to another of a loan whose rate changes
// with the days since its start, exact, in units of interestScale.
func (t *Terms) slabInterest(amount Money, start, from, to Date) (sum wide, ok bool) {
	if t.SlabPricing == SlabAllDays {
		rate, _ := t.RateSlabs.on(max(to.Sub(start), 1))
		return interestOn(amount, rate, t.sinceStart(start, from, to))
	}
	for ok = true; from < to && ok; {
		rate, last := t.RateSlabs.on(from.Sub(start) + 1)
		until := to
		if last > 0 {
			until = min(to, start.AddDays(last))
		}
		part, fits := interestOn(amount, rate, t.sinceStart(start, from, until))
		sum, ok = plusIf(sum, part, fits)
		from = until
	}
	return sum, ok
}

// sinceStart is the part of a year between two days, counted from the start: with
// months of 30 days, spans only add up when they have one beginning.
func (t *Terms) sinceStart(start, from, to Date) uint64 {
	return t.countParts(start, to, start, to) - t.countParts(start, to, start, from)
}

// checkSlabs refuses slabs where an instalment would need one rate.
func (t *Terms) checkSlabs() error {
	if len(t.RateSlabs) == 0 {
		return nil
	}
	if err := t.RateSlabs.Validate("roi_value"); err != nil {
		return err
	}
	switch {
	case t.SlabPricing != SlabOwnDays && t.SlabPricing != SlabAllDays:
		return RefuseField("roi_slab_pricing", "terms.roi_slab_pricing", "roi_slab_pricing is own_days or all_days.")
	case t.Amortization != Bullet || t.EMICount != 1 || t.InterestMethod == Flat:
		return RefuseField("roi_value", "terms.rate_slabs", "A rate that changes with the days is for loans that are repaid in one: an instalment needs one rate.")
	case t.BPIMode != BPINone:
		return RefuseField("bpi_mode", "terms.rate_slabs", "A rate that changes with the days counts them from the disbursal: it has no broken period.")
	}
	return nil
}

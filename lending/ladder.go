package lending

// Classification puts an account into a category by decision: a loss that an
// auditor, the regulator or the lender identified, or a standard account that was
// restructured and becomes sub-standard (domain 1.11.1, 4.5).
type Classification struct {
	Category Category `json:"category"`
	Reason   string   `json:"reason,omitempty"`
}

// force takes a category decided on: the account cannot be better until its
// arrears are cleared after it.
func (r *replayer) force(f *Fact) {
	r.forced = append(r.forced, forced{f.ValueDate, f.Classification.Category})
}

// decided is the category by decision in force on a day; a decision of Regular lifts
// the one before.
func (r *replayer) decided(day Date) Category {
	category := Regular
	for _, f := range r.forced {
		if f.on <= day {
			category = f.category
		}
	}
	return category
}

// aged is the category of an NPA by its age, and in how many days age alone changes
// it (domain 4.5). Worked: an NPA of 29 June 2024 is doubtful from 29 June 2025
// (12 months sub-standard), Doubtful-2 a year later, Doubtful-3 two years after that
// (DPD-06).
func aged(since, day Date, policy AssetPolicy) (Category, int) {
	doubtful := since.AddMonths(policy.SubstandardMonths)
	if day < doubtful {
		return SubStandard, doubtful.Sub(day)
	}
	if second := doubtful.AddMonths(int(doubtful2Months.on(day).Value)); day < second {
		return Doubtful1, second.Sub(day)
	}
	if third := doubtful.AddMonths(int(doubtful3Months.on(day).Value)); day < third {
		return Doubtful2, third.Sub(day)
	}
	return Doubtful3, 0
}

// NPALadder are the days on which an NPA of a date becomes doubtful.
func NPALadder(since Date, policy AssetPolicy) (doubtful1, doubtful2, doubtful3 Date) {
	policy = policy.complete()
	doubtful1 = since.AddMonths(policy.SubstandardMonths)
	return doubtful1, doubtful1.AddMonths(int(doubtful2Months.on(since).Value)), doubtful1.AddMonths(int(doubtful3Months.on(since).Value))
}

// forced is a category by decision, from a day-end on.
type forced struct {
	on       Date
	category Category
}

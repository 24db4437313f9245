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

// forced is a category by decision, from a day-end on.
type forced struct {
	on       Date
	category Category
}

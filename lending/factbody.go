package lending

// FactBody is what a fact of each kind carries beside its dates and amount, in the
// form in which it is stored: one JSON object with one key.
type FactBody struct {
	Policy         *Policy         `json:"policy,omitempty"`
	Disbursal      *Disbursal      `json:"disbursal,omitempty"`
	Receipt        *Receipt        `json:"receipt,omitempty"`
	Charge         *Charge         `json:"charge,omitempty"`
	Tranche        *Tranche        `json:"tranche,omitempty"`
	RateChange     *RateChange     `json:"rate_change,omitempty"`
	Pause          *Pause          `json:"pause,omitempty"`
	Reschedule     *Reschedule     `json:"reschedule,omitempty"`
	Refund         *Refund         `json:"refund,omitempty"`
	Cashback       *Cashback       `json:"cashback,omitempty"`
	Adjustment     *Adjustment     `json:"adjustment,omitempty"`
	Waiver         *Waiver         `json:"waiver,omitempty"`
	WriteOff       *WriteOff       `json:"write_off,omitempty"`
	Classification *Classification `json:"classification,omitempty"`
}

// Body is what of a fact is stored as JSON.
func (f *Fact) Body() FactBody {
	return FactBody{f.Policy, f.Disbursal, f.Receipt, f.Charge, f.Tranche, f.RateChange, f.Pause, f.Reschedule, f.Refund, f.Cashback, f.Adjustment, f.Waiver, f.WriteOff, f.Classification}
}

// SetBody puts what was stored back into a fact.
func (f *Fact) SetBody(b FactBody) {
	f.Policy, f.Disbursal, f.Receipt, f.Charge = b.Policy, b.Disbursal, b.Receipt, b.Charge
	f.Tranche, f.RateChange, f.Pause, f.Reschedule = b.Tranche, b.RateChange, b.Pause, b.Reschedule
	f.Refund, f.Cashback, f.Adjustment, f.Waiver = b.Refund, b.Cashback, b.Adjustment, b.Waiver
	f.WriteOff, f.Classification = b.WriteOff, b.Classification
}

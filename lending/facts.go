package lending

import "fmt"

// check refuses a fact that cannot be one: commands let only sound facts in, so
// that this is our own mistake and no [Error].
func (f *Fact) check() error {
	if err := f.fault(); err != "" {
		return fmt.Errorf("fact %q (%s): %s", f.Key, f.Kind, err)
	}
	return nil
}

func (f *Fact) fault() string {
	if f.Key == "" || f.ValueDate <= 0 || f.ValueDate > latestDue {
		return "it has no key or no value date"
	}
	if f.Amount < 0 || f.Amount > maxMoney {
		return "its amount is negative or beyond all bounds"
	}
	switch f.Kind {
	case FactTerms:
		if f.Policy == nil {
			return "it has no policy"
		}
	case FactDisbursal:
		if f.Disbursal == nil {
			return "it has no disbursal"
		}
		return f.Disbursal.fault(f)
	case FactReceipt:
		if f.Receipt == nil {
			return "it has no receipt"
		}
		return f.Receipt.fault(f)
	case FactCharge:
		if f.Charge == nil {
			return "it has no charge"
		}
		return f.Charge.fault(f)
	case FactReversal:
		if f.Reverses == "" {
			return "it does not say what it reverses"
		}
	default:
		return f.changeFault()
	}
	return ""
}

// changeFault is the fault of a fact that changes what was agreed or held.
func (f *Fact) changeFault() string {
	switch {
	case f.Kind == FactTranche && (f.Tranche == nil || f.Tranche.Loan == "" || f.Amount == 0 || f.Tranche.deducted() > f.Amount):
		return "it is no tranche"
	case f.Kind == FactRateChange && (f.RateChange == nil || f.RateChange.Loan == "" || f.RateChange.Rate < 0 || f.RateChange.Rate > maxRate):
		return "it is no change of a rate"
	case f.Kind == FactPause && (f.Pause == nil || f.Pause.Loan == "" || f.Pause.To < f.ValueDate || f.Pause.To > latestDue):
		return "it is no pause"
	case f.Kind == FactReschedule:
		if f.Reschedule == nil {
			return "it has no schedule"
		}
		return f.Reschedule.fault(f)
	case f.Kind == FactRefund && f.Refund == nil, f.Kind == FactCashback && f.Cashback == nil, f.Kind == FactWriteOff && f.WriteOff == nil:
		return "it has no body"
	case f.Kind == FactAdjustment && (f.Adjustment == nil || f.Adjustment.Received != 0 || f.Adjustment.TDS != 0 || f.Adjustment.Fee != 0 || f.Adjustment.FeeGST != 0):
		return "an adjustment brings no money"
	case f.Kind == FactWaiver && (f.Waiver == nil || f.Waiver.Component >= NumComponents):
		return "it is no waiver"
	case f.Kind == FactClassification && (f.Classification == nil || f.Classification.Category.rank() < 0):
		return "its category is not known"
	case kindRank(f.Kind) < 0:
		return "its kind is not known"
	}
	return ""
}

// fault of a disbursal: frozen rows repay what was lent, and nothing is negative.
func (d *Disbursal) fault(f *Fact) string {
	if d.Loan == "" || len(d.Rows) == 0 {
		return "it has no loan or no rows"
	}
	var sum Money
	for i := range d.Rows {
		row := &d.Rows[i]
		if row.Principal < 0 || row.Interest < 0 || row.Principal > maxMoney || row.Interest > maxMoney {
			return "a row has a negative amount or one beyond all bounds"
		}
		if row.DueDate < f.ValueDate || row.DueDate > latestDue {
			return "a row falls due before the disbursal or beyond the calendar"
		}
		if i > 0 && row.No <= d.Rows[i-1].No {
			return "its rows are not numbered upwards"
		}
		sum += row.Principal - row.Capitalised
		if row.Capitalised < 0 || row.Capitalised > maxMoney || row.Fee < 0 || row.Fee > maxMoney {
			return "a row has a negative amount or one beyond all bounds"
		}
	}
	if sum != f.Amount {
		return "its rows do not repay what was lent"
	}
	left := f.Amount
	for _, deduction := range d.Deductions {
		if deduction.Amount < 0 && deduction.Kind != SubventionShare {
			return "a deduction is negative"
		}
		left -= deduction.Amount
	}
	if left < 0 || d.BPIToCollect < 0 {
		return "its deductions take more than was lent"
	}
	return ""
}

// fault of a receipt: amount = received + TDS (domain 3.5.1) + what a gateway kept.
func (r *Receipt) fault(f *Fact) string {
	if r.Received < 0 || r.TDS < 0 || r.Fee < 0 || r.FeeGST < 0 || r.Received+r.TDS+r.Fee+r.FeeGST != f.Amount {
		return "its amount is not what was received and withheld"
	}
	if _, err := ParseSettlementOrder(string(r.SettlementOrder)); r.SettlementOrder != "" && err != nil {
		return "its settlement order is not known"
	}
	if r.Allocation != nil && r.Allocation.Validate() != nil {
		return "its allocation cannot be walked"
	}
	return ""
}

// fault of a charge: its amount is base and taxes.
func (c *Charge) fault(f *Fact) string {
	if c.Fee == "" || c.DueDate < 0 || c.DueDate > latestDue {
		return "it has no fee, or a due date beyond the calendar"
	}
	if component, err := ParseComponent(c.Component); c.Component != "" && (err != nil || component != Fee && component != Penal && component != Interest) {
		return "it is a charge of an unknown kind"
	}
	if c.Base < 0 || c.CGST < 0 || c.SGST < 0 || c.IGST < 0 || c.Base+c.CGST+c.SGST+c.IGST != f.Amount {
		return "its amount is not base and taxes"
	}
	return ""
}

package servicing

import (
	"context"
	"encoding/json"

	"lekha/lending"
	"lekha/store"
)

// QuoteInput is a loan as somebody thinks of giving it.
type QuoteInput struct {
	Program  string // id, ref or name; empty: no product's terms
	LoanData map[string]json.RawMessage
	Amount   lending.Money
	Date     lending.Date // of the disbursal
	Draws    []lending.Draw
	Charges  []QuoteCharge
}

// QuoteCharge is a charge that is known beforehand, with the tax on it in percent.
type QuoteCharge struct {
	Name       string
	Amount     lending.Money
	GST        lending.Rate
	ThirdParty bool
}

// maxCharges is more than any tariff has.
const maxCharges = 50

// QuoteLoan says what a loan would cost: its schedule, what would be paid out, and
// the yearly rates (domain 6). Nothing is written.
func QuoteLoan(ctx context.Context, v *store.View, in QuoteInput) (lending.Disclosure, error) {
	data, err := ParseLoanData(in.LoanData)
	if err != nil {
		return lending.Disclosure{}, err
	}
	var base lending.Terms
	if in.Program != "" {
		program, err := programFor(ctx, v, in.Program)
		if err != nil {
			return lending.Disclosure{}, err
		}
		if base, _, err = standards(program); err != nil {
			return lending.Disclosure{}, err
		}
	}
	values := loanValues{data}
	terms, err := termsOf(base, data)
	if err != nil {
		return lending.Disclosure{}, err
	}
	charges, err := in.charges(values)
	if err != nil {
		return lending.Disclosure{}, err
	}
	draws, err := in.draws()
	if err != nil {
		return lending.Disclosure{}, err
	}
	if values.text("interest_mode") != interestUpfront {
		return lending.Disclose(terms, draws, charges)
	}
	if len(draws) > 1 {
		return lending.Disclosure{}, lending.RefuseField("tranches", "quote.tranches", "Interest is kept back once, so the loan is paid out at once.")
	}
	schedule, err := terms.Schedule(draws[0].Amount, draws[0].Date)
	if err != nil {
		return lending.Disclosure{}, err
	}
	interest, err := values.interestKeptBack(terms, schedule, draws[0].Amount, draws[0].Date)
	if err != nil {
		return lending.Disclosure{}, err
	}
	return disclose(terms, draws, charges, interest+sumOfDeductions(schedule.Deductions))
}

// draws are the tranches, or the whole on its day.
func (in QuoteInput) draws() ([]lending.Draw, error) {
	faults := faults{}
	if in.Amount <= 0 && len(in.Draws) == 0 || in.Amount < 0 || in.Amount > maxAmount {
		faults.add("loan_amount", "Say how much is lent.")
	}
	if in.Date.IsZero() && len(in.Draws) == 0 {
		faults.add("disbursement_date", "Say on which day it is lent.")
	}
	var sum lending.Money
	for _, draw := range in.Draws {
		if draw.Amount <= 0 || draw.Amount > maxAmount || draw.Date.IsZero() {
			faults.add("tranches", "Each tranche has a date and an amount above zero.")
		}
		sum += draw.Amount
	}
	if in.Amount > 0 && sum > in.Amount {
		faults.add("tranches", "The tranches are ₹"+sum.String()+", more than the ₹"+in.Amount.String()+" of the loan.")
	}
	if err := faults.refuse("quote.invalid", "This loan cannot be quoted."); err != nil {
		return nil, err
	}
	if len(in.Draws) > 0 {
		return in.Draws, nil
	}
	return []lending.Draw{{Date: in.Date, Amount: in.Amount}}, nil
}

// charges are those that were named, and the processing fee of the parameters.
func (in QuoteInput) charges(values loanValues) ([]lending.LoanCharge, error) {
	if len(in.Charges) > maxCharges {
		return nil, lending.RefuseField("fees", "quote.fees", "These are more charges than any tariff has.")
	}
	var charges []lending.LoanCharge
	amount := in.Amount
	if amount == 0 {
		for _, draw := range in.Draws {
			amount += draw.Amount
		}
	}
	base, gst, err := values.processingFee(amount)
	if err != nil {
		return nil, err
	}
	if base > 0 {
		charges = append(charges, lending.LoanCharge{Name: "Processing fee", Amount: base, GST: gst.Of(base, lending.ToPaisa)})
	}
	for _, c := range in.Charges {
		if c.Amount < 0 || c.Amount > maxAmount {
			return nil, lending.RefuseField("fees", "quote.fees", "A charge is a positive amount.")
		}
		charges = append(charges, lending.LoanCharge{Name: c.Name, Amount: c.Amount, GST: c.GST.Of(c.Amount, lending.ToPaisa), ThirdParty: c.ThirdParty})
	}
	return charges, nil
}

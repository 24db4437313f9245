package lms

import (
	"context"
	"fmt"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// quoteBody is a loan as somebody thinks of giving it. All loan parameters stand
// beside these, at the top.
type quoteBody struct {
	LoanAmount       amount            `json:"loan_amount" doc:"What is sanctioned."`
	DisbursementDate date              `json:"disbursement_date"`
	ProgramID        text              `json:"program_id" doc:"Id, ref or name: the parameters stand over the terms of this program."`
	Tranches         list[trancheBody] `json:"tranches" doc:"Every disbursal, the first included."`
	Fees             list[chargeBody]  `json:"fees" doc:"Charges that are known beforehand, beside the processing fee of the parameters."`
}

// trancheBody is one disbursal.
type trancheBody struct {
	Date   date   `json:"date" need:"true"`
	Amount amount `json:"amount" need:"true"`
}

// chargeBody is one charge.
type chargeBody struct {
	Name       text   `json:"name"`
	Amount     amount `json:"amount" need:"true" doc:"Without tax."`
	GST        text   `json:"gst" doc:"Percent; none when unset."`
	ThirdParty yesNo  `json:"third_party" doc:"It goes to somebody else, through the lender."`
}

// percent is a rate as key facts statements print it: two places.
type percent lending.Rate

// MarshalJSON prints "17.07".
func (p percent) MarshalJSON() ([]byte, error) { return []byte(lending.Rate(p).Percent(2)), nil }

// quoteAnswer is what the loan would cost.
type quoteAnswer struct {
	EMIAmount            amount              `json:"emi_amount" doc:"The level instalment; of shapes without one, the first."`
	TotalInterest        amount              `json:"total_interest"`
	TotalPayable         amount              `json:"total_payable"`
	NetDisbursed         amount              `json:"net_disbursed" doc:"Less charges, taxes and interest kept back."`
	APR                  percent             `json:"apr" doc:"Percent: periods a year times the rate of a period, charges and taxes included."`
	XIRR                 percent             `json:"xirr" doc:"Percent: effective yearly rate of the dated flows."`
	Schedule             []scheduleRowAnswer `json:"schedule"`
	APRMethod            string              `json:"apr_method"`
	APRWithoutTax        percent             `json:"apr_without_tax"`
	ChargesLender        amount              `json:"charges_lender"`
	ChargesThirdParty    amount              `json:"charges_third_party"`
	BrokenPeriodInterest amount              `json:"broken_period_interest"`
}

// calculateEMI answers what a loan would cost. Nothing is written.
func (a *API) calculateEMI(c *call, in quoteBody) (quoteAnswer, error) {
	command := servicing.QuoteInput{Program: string(in.ProgramID), LoanData: loanParameters(c.fields), Amount: lending.Money(in.LoanAmount),
		Date: lending.Date(in.DisbursementDate)}
	for _, t := range in.Tranches {
		command.Draws = append(command.Draws, lending.Draw{Date: lending.Date(t.Date), Amount: lending.Money(t.Amount)})
	}
	for i, f := range in.Fees {
		charge := servicing.QuoteCharge{Name: string(f.Name), Amount: lending.Money(f.Amount), ThirdParty: bool(f.ThirdParty)}
		if f.GST != "" {
			rate, err := lending.ParseRate(string(f.GST))
			if err != nil {
				return quoteAnswer{}, faults{fmt.Sprintf("fees.%d.gst", i): err.Error()}
			}
			charge.GST = rate
		}
		command.Charges = append(command.Charges, charge)
	}
	var d lending.Disclosure
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		var err error
		d, err = servicing.QuoteLoan(ctx, v, command)
		return err
	})
	if err != nil {
		return quoteAnswer{}, err
	}
	answer := quoteAnswer{amount(d.Schedule.EMI), amount(d.TotalInterest), amount(d.TotalPayable), amount(d.NetDisbursed), percent(d.APR), percent(d.Effective),
		scheduleWire(d.Schedule.Rows), d.APRMethod, percent(d.APRWithoutTax), amount(d.ChargesLender), amount(d.ChargesThird), amount(d.Schedule.BPI)}
	if answer.EMIAmount == 0 && len(d.Schedule.Rows) > 0 {
		answer.EMIAmount = amount(d.Schedule.Rows[0].Instalment())
	}
	return answer, nil
}

package lms

import (
	"context"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// foreclosureBody asks for a quote.
type foreclosureBody struct {
	ChargePercent text  `json:"foreclosure_charge" doc:"Percent of the principal, as disclosed; none when unset."`
	RateType      text  `json:"rate_type" enum:"fixed,floating" doc:"fixed unless said."`
	BorrowerType  text  `json:"borrower_type" enum:"individual,mse,other" doc:"other unless said."`
	Purpose       text  `json:"purpose" enum:"business,other"`
	Lender        text  `json:"lender" enum:"bank,nbfc_ul,nbfc_ml,nbfc_bl,sfb,rrb,ucb_4,ucb_3,cooperative,aifi" doc:"nbfc_bl unless said."`
	SanctionedOn  date  `json:"sanctioned_on" doc:"Or renewed; the disbursal when unset."`
	ValidDays     whole `json:"valid_days" doc:"Seven unless said."`
	Reason        text  `json:"reason"`
	Version       whole `json:"version"`
}

func (a *API) requestForeclosure(c *call, in foreclosureBody) (changeAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return changeAnswer{}, err
	}
	command := servicing.ForeclosureInput{Loan: c.id(), RateType: string(in.RateType), BorrowerType: string(in.BorrowerType), Purpose: string(in.Purpose),
		Lender: string(in.Lender), SanctionedOn: lending.Date(in.SanctionedOn), ValidDays: int(in.ValidDays), Reason: string(in.Reason), Version: version}
	if in.ChargePercent != "" {
		if command.ChargePercent, err = lending.ParseRate(string(in.ChargePercent)); err != nil {
			return changeAnswer{}, faults{"foreclosure_charge": "A foreclosure charge lies between 0 and 100 percent."}
		}
	}
	asked, err := a.office.RequestForeclosure(c.ctx, c.actor, command)
	return a.answerChange(c, asked, err)
}

// coolingOffBody asks to leave a loan in its cooling-off days.
type coolingOffBody struct {
	Days    whole `json:"days" need:"true" doc:"The period as disclosed, at least one."`
	Reason  text  `json:"reason"`
	Version whole `json:"version"`
}

func (a *API) requestCoolingOff(c *call, in coolingOffBody) (changeAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return changeAnswer{}, err
	}
	asked, err := a.office.RequestCoolingOff(c.ctx, c.actor, servicing.CoolingOffInput{Loan: c.id(), Days: int(in.Days), Reason: string(in.Reason), Version: version})
	return a.answerChange(c, asked, err)
}

// settlementBody asks to take less than is owed.
type settlementBody struct {
	Amount    amount `json:"amount" need:"true" doc:"What is agreed on."`
	ValidDays whole  `json:"valid_days" need:"true" doc:"Until when it has to come, at most 90."`
	Reason    text   `json:"reason"`
	Version   whole  `json:"version"`
}

func (a *API) requestSettlement(c *call, in settlementBody) (changeAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return changeAnswer{}, err
	}
	asked, err := a.office.RequestSettlement(c.ctx, c.actor, servicing.SettlementInput{Loan: c.id(), Amount: lending.Money(in.Amount), ValidDays: int(in.ValidDays), Reason: string(in.Reason), Version: version})
	return a.answerChange(c, asked, err)
}

// offerAnswer is what closes a loan before its time.
type offerAnswer struct {
	ID        string `json:"id"`
	RefID     string `json:"ref_id"`
	CreatedAt stamp  `json:"created_at"`
	Kind      string `json:"kind" doc:"foreclosure, cooling_off or settlement."`
	Account   string `json:"account"`
	Loan      string `json:"loan"`
	QuotedOn  stamp  `json:"quoted_on"`
	ValidTill stamp  `json:"valid_till"`
	Amount    amount `json:"amount" doc:"To pay on the day of the quote."`
	PerDay    amount `json:"per_day" doc:"What each later day adds."`
	Principal amount `json:"principal"`
	Interest  amount `json:"interest" doc:"Accrued and unpaid."`
	Charges   amount `json:"charges" doc:"Overdue interest, penal charges and fees that are unpaid."`
	Charge    amount `json:"foreclosure_charge"`
	Tax       amount `json:"tax"`
	Rule      string `json:"rule" doc:"Why the charge is what it is."`
	Excess    amount `json:"excess" doc:"Held for the borrower, taken off."`
	Status    string `json:"status" doc:"open, taken or withdrawn."`
	Record    noText `json:"record" doc:"The money that took it."`
}

func offerWire(o store.ClosingOffer) (offerAnswer, error) {
	q, err := servicing.QuoteOf(o)
	return offerAnswer{o.ID, o.Ref, stampOf(o.CreatedAt), o.Kind, o.AccountID, o.LoanID, startOf(o.QuotedOn), startOf(o.ValidTill), amount(o.Amount), amount(o.PerDay),
		amount(q.Principal), amount(q.AccruedInterest + q.UnpaidInterest), amount(q.Overdue + q.Penal + q.Fees), amount(q.Charge), amount(q.ChargeTax.Total()), q.ChargeRule,
		amount(q.Excess), o.Status, noText(o.RecordID)}, err
}

// listClosingOffers answers the offers of an account, newest first.
func (a *API) listClosingOffers(c *call) ([]offerAnswer, error) {
	out := []offerAnswer{}
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		account, err := accountByKey(ctx, v, c.id())
		if err != nil {
			return err
		}
		offers, err := v.ClosingOffersOf(ctx, account.ID)
		if err != nil {
			return err
		}
		for _, o := range offers {
			wire, err := offerWire(o)
			if err != nil {
				return err
			}
			out = append(out, wire)
		}
		return nil
	})
	return out, err
}

// showClosingOffer answers one offer.
func (a *API) showClosingOffer(c *call) (offerAnswer, error) {
	var answer offerAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		o, err := v.ClosingOfferByID(ctx, c.id())
		if err != nil {
			return err
		}
		answer, err = offerWire(o)
		return err
	})
	return answer, err
}

// withdrawOffer takes an offer back that no money took.
func (a *API) withdrawOffer(c *call, in remarkBody) (offerAnswer, error) {
	o, err := a.office.WithdrawOffer(c.ctx, c.actor, c.id(), in.why())
	if err != nil {
		return offerAnswer{}, err
	}
	return offerWire(o)
}

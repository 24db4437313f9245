package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// ForeclosureInput asks for a quote that closes a loan before its time.
type ForeclosureInput struct {
	Loan          string
	ChargePercent lending.Rate // of the principal, as disclosed
	RateType      string       // "fixed" (default) or "floating"
	BorrowerType  string       // "individual", "mse", "other" (default)
	Purpose       string       // "business", "other" (default)
	Lender        string       // regulatory kind of the lender: "nbfc_bl" (default), "nbfc_ml" …
	SanctionedOn  lending.Date // or renewed; zero: the day of the disbursal
	ValidDays     int          // zero: seven
	Reason        string
	Version       int64
}

// quoteDays is for how long a quote is good unless it says otherwise.
const quoteDays, mostQuoteDays = 7, 60

// offerPlan is what an offer is approved as, before it is a row.
type offerPlan struct {
	Kind      string                   `json:"kind"`
	QuotedOn  lending.Date             `json:"quoted_on"`
	ValidTill lending.Date             `json:"valid_till"`
	Amount    lending.Money            `json:"amount"`
	PerDay    lending.Money            `json:"per_day"`
	Figures   lending.ForeclosureQuote `json:"figures"`
}

// QuoteOf reads the figures of an offer.
func QuoteOf(o store.ClosingOffer) (lending.ForeclosureQuote, error) {
	var q lending.ForeclosureQuote
	if err := json.Unmarshal([]byte(o.Figures), &q); err != nil {
		return q, fmt.Errorf("reading offer %s: %w", o.Ref, err)
	}
	return q, nil
}

// RequestForeclosure asks for a foreclosure quote (domain 1.10): a credit manager
// gives it out, and money that arrives while it is good closes the loan.
func (o *Office) RequestForeclosure(ctx context.Context, actor Actor, in ForeclosureInput) (store.Approval, error) {
	if in.ValidDays == 0 {
		in.ValidDays = quoteDays
	}
	if in.ValidDays < 0 || in.ValidDays > mostQuoteDays {
		return store.Approval{}, lending.RefuseField("valid_days", "foreclosure.valid_days", fmt.Sprintf("A quote is good for up to %d days.", mostQuoteDays))
	}
	ask := loanChange{kind: "foreclosure", loan: in.Loan, reason: in.Reason, version: in.Version, input: in}
	return o.askOffer(ctx, actor, ask, func(ctx context.Context, v *store.View, r liveLoan) (offerPlan, error) {
		q, err := quote(ctx, v, r, in)
		if err != nil {
			return offerPlan{}, err
		}
		return offerPlan{"foreclosure", r.on, q.ValidTill, q.Amount, q.PerDay, q}, nil
	})
}

// PreviewForeclosure makes the quote and writes nothing.
func PreviewForeclosure(ctx context.Context, v *store.View, in ForeclosureInput) (lending.ForeclosureQuote, error) {
	r, err := liveLoanAt(ctx, v, in.Loan, 0)
	if err != nil {
		return lending.ForeclosureQuote{}, err
	}
	if in.ValidDays == 0 {
		in.ValidDays = quoteDays
	}
	return quote(ctx, v, r, in)
}

func quote(ctx context.Context, v *store.View, r liveLoan, in ForeclosureInput) (lending.ForeclosureQuote, error) {
	company, err := v.Company(ctx)
	if err != nil {
		return lending.ForeclosureQuote{}, err
	}
	borrower, err := v.BorrowerByAny(ctx, r.account.BorrowerID)
	if err != nil {
		return lending.ForeclosureQuote{}, err
	}
	guard := lending.ChargeGuard{SanctionedOn: in.SanctionedOn, RateType: orText(in.RateType, lending.RateFixed), Borrower: orText(in.BorrowerType, lending.BorrowerOther),
		Purpose: orText(in.Purpose, lending.PurposeOther), Lender: orText(in.Lender, "nbfc_bl"), Limit: max(r.loan.Amount, r.account.ApprovedLineAmount)}
	if guard.SanctionedOn.IsZero() {
		guard.SanctionedOn = r.loan.DisbursedOn
	}
	supply := borrower.State
	if supply == "" {
		supply = stateOf(company)
	}
	return lending.Foreclose(r.book, r.terms, lending.ForeclosureTerms{Loan: r.loan.ID, ChargePercent: in.ChargePercent, Guard: guard,
		SupplierState: stateOf(company), PlaceOfSupply: supply, ValidDays: in.ValidDays, Holdback: r.book.Liabilities.Holdback})
}

// CoolingOffInput asks to leave a digital loan in its cooling-off days (domain 6.5).
type CoolingOffInput struct {
	Loan    string
	Days    int // the cooling-off period as disclosed, at least one
	Reason  string
	Version int64
}

// RequestCoolingOff asks for it: principal and the interest of the days, no charge,
// no penalty; a disclosed fee that was kept back is kept.
func (o *Office) RequestCoolingOff(ctx context.Context, actor Actor, in CoolingOffInput) (store.Approval, error) {
	if in.Days < 1 || in.Days > mostQuoteDays {
		return store.Approval{}, lending.RefuseField("days", "cooling_off.days", "Say for how many days the borrower may leave, as disclosed: at least one.")
	}
	ask := loanChange{kind: "cooling_off", loan: in.Loan, reason: in.Reason, version: in.Version, input: in}
	return o.askOffer(ctx, actor, ask, func(_ context.Context, _ *store.View, r liveLoan) (offerPlan, error) {
		last := r.loan.DisbursedOn.AddDays(in.Days)
		if r.on > last {
			return offerPlan{}, lending.Refuse(lending.Conflict, "cooling_off.over", "The cooling-off days of loan "+r.loan.Ref+" ended on "+last.Words()+".")
		}
		q, err := lending.Foreclose(r.book, r.terms, lending.ForeclosureTerms{Loan: r.loan.ID, ValidDays: last.Sub(r.on)})
		if err != nil {
			return offerPlan{}, err
		}
		q.ChargeRule = "none: cooling-off"
		return offerPlan{"cooling_off", r.on, last, q.Amount, q.PerDay, q}, nil
	})
}

// SettlementInput asks to take less than is owed and let the rest go.
type SettlementInput struct {
	Loan      string
	Amount    lending.Money
	ValidDays int // at most three months: later is a restructure (domain 9.4)
	Reason    string
	Version   int64
}

// mostSettlementDays is about three months: a compromise that takes longer to pay is
// a restructure (domain 9.4).
const mostSettlementDays = 90

// RequestSettlement asks for a compromise. A credit manager and finance both sign;
// the rest is given up when the agreed money is there, not before.
func (o *Office) RequestSettlement(ctx context.Context, actor Actor, in SettlementInput) (store.Approval, error) {
	if in.ValidDays < 1 || in.ValidDays > mostSettlementDays {
		return store.Approval{}, lending.RefuseField("valid_days", "settlement.valid_days", fmt.Sprintf("The agreed money comes within %d days; later is a restructure.", mostSettlementDays))
	}
	ask := loanChange{kind: "settlement", loan: in.Loan, reason: in.Reason, version: in.Version, input: in}
	return o.askOffer(ctx, actor, ask, func(_ context.Context, _ *store.View, r liveLoan) (offerPlan, error) {
		q, err := lending.Foreclose(r.book, r.terms, lending.ForeclosureTerms{Loan: r.loan.ID, ValidDays: in.ValidDays})
		if err != nil {
			return offerPlan{}, err
		}
		if in.Amount <= 0 || in.Amount >= q.Amount {
			return offerPlan{}, lending.RefuseField("amount", "settlement.amount", "A compromise takes more than nothing and less than the "+q.Amount.Rupees()+" that are owed.")
		}
		q.ChargeRule = "none: compromise"
		return offerPlan{"settlement", r.on, q.ValidTill, in.Amount, 0, q}, nil
	})
}

// askOffer is the shape of what is asked about the end of a loan.
func (o *Office) askOffer(ctx context.Context, actor Actor, ask loanChange, plan func(context.Context, *store.View, liveLoan) (offerPlan, error)) (store.Approval, error) {
	return o.changeLoanIn(ctx, actor, ask, func(ctx context.Context, tx *store.Tx, r liveLoan, c *changeRequest) error {
		if open, err := tx.OpenClosingOffer(ctx, r.loan.ID); err == nil && open.ValidTill >= tx.Today {
			return lending.Refuse(lending.Conflict, "offer.open", "Offer "+open.Ref+" of this loan is good until "+open.ValidTill.Words()+". Withdraw it first.")
		} else if err != nil && !errors.Is(err, store.ErrMissing) {
			return err
		}
		p, err := plan(ctx, &tx.View, r)
		if err != nil {
			return err
		}
		if p.Amount <= 0 { // no receipt could take it
			return lending.Refuse(lending.Conflict, "offer.covered", "The "+(p.Figures.Excess+p.Figures.Holdback).Rupees()+" held for the borrower cover what closes loan "+r.loan.Ref+": no money has to come for it.")
		}
		text, err := json.Marshal(p)
		if err != nil {
			return fmt.Errorf("writing an offer: %w", err)
		}
		c.amount, c.body.Do = p.Amount, text
		c.body.Terms = offerTerms(p)
		return nil
	})
}

// offerTerms lays the figures of an offer out for people.
func offerTerms(p offerPlan) []ChangedTerm {
	q := p.Figures
	terms := []ChangedTerm{
		{"Principal", q.Principal.Rupees(), ""}, {"Interest to the day", q.AccruedInterest.Rupees(), ""}, {"Unpaid interest", q.UnpaidInterest.Rupees(), ""},
		{"Overdue interest", q.Overdue.Rupees(), ""}, {"Penal charges", q.Penal.Rupees(), ""}, {"Fees", q.Fees.Rupees(), ""},
		{"Charge (" + q.ChargeRule + ")", q.Charge.Rupees(), ""}, {"GST on the charge", q.ChargeTax.Total().Rupees(), ""}, {"Held as excess", (-q.Excess).Rupees(), ""},
	}
	return append(terms, ChangedTerm{"To pay on " + p.QuotedOn.Words(), q.Amount.Rupees(), p.Amount.Rupees()}, ChangedTerm{"Each later day", "", p.PerDay.Rupees()},
		ChangedTerm{"Good until", "", p.ValidTill.Words()})
}

// openOffer makes the row of an offer that was approved. One that lapsed gives way.
func openOffer(ctx context.Context, tx *store.Tx, a store.Approval, body changeBody) error {
	var p offerPlan
	if err := json.Unmarshal(body.Do, &p); err != nil {
		return fmt.Errorf("reading the offer of %s: %w", a.Ref, err)
	}
	if p.ValidTill < tx.Today {
		return lending.Refuse(lending.Conflict, "offer.expired", "This quote was good until "+p.ValidTill.Words()+": ask for a new one.")
	}
	loan, err := tx.LoanByID(ctx, body.Loan)
	if err != nil {
		return err
	}
	if err := mayLoan(offerActs[p.Kind], loan); err != nil {
		return err
	}
	if open, err := tx.OpenClosingOffer(ctx, body.Loan); err == nil {
		open.Status = "withdrawn"
		if err := tx.UpdateClosingOffer(ctx, open); err != nil {
			return err
		}
	} else if !errors.Is(err, store.ErrMissing) {
		return err
	}
	figures, err := json.Marshal(p.Figures)
	if err != nil {
		return fmt.Errorf("writing an offer: %w", err)
	}
	_, err = tx.CreateClosingOffer(ctx, store.ClosingOffer{Kind: p.Kind, AccountID: string(a.AccountID), LoanID: body.Loan, QuotedOn: p.QuotedOn, ValidTill: p.ValidTill,
		Amount: p.Amount, PerDay: p.PerDay, Figures: string(figures), Approval: a.Ref})
	return err
}

// offerActs is what taking an offer does to the loan.
var offerActs = map[string]LoanAct{"foreclosure": LoanForeclose, "cooling_off": LoanCoolOff, "settlement": LoanSettle}

// WithdrawOffer takes an offer back that no money took.
func (o *Office) WithdrawOffer(ctx context.Context, actor Actor, ref, reason string) (store.ClosingOffer, error) {
	var offer store.ClosingOffer
	if err := actor.need(MayPrepare); err != nil {
		return offer, err
	}
	if reason == "" {
		return offer, lending.RefuseField("reason", "offer.reason", "Say why.")
	}
	err := o.command(ctx, actor, note{action: "offer.withdraw", subject: store.CleanRef(ref), input: map[string]any{"reason": reason}}, func(ctx context.Context, tx *store.Tx, n *note) error {
		var err error
		if offer, err = tx.ClosingOfferByID(ctx, ref); err != nil {
			return err
		}
		n.subject, n.account, n.summary = offer.Ref, offer.AccountID, "Withdrew offer "+offer.Ref+" because "+reason
		if offer.Status != "open" {
			return lending.Refuse(lending.Conflict, "offer.state", "Offer "+offer.Ref+" is "+offer.Status+".")
		}
		offer.Status = "withdrawn"
		return tx.UpdateClosingOffer(ctx, offer)
	})
	return offer, err
}

// offerFacts are the facts by which money takes an offer: the charge of a
// foreclosure, what a compromise gives up, the receipt that pays the rest, and what is
// held beside it.
func offerFacts(ctx context.Context, v *store.View, r store.Record, receipt lending.Fact) ([]lending.Fact, error) {
	offer, err := v.ClosingOfferByID(ctx, string(r.ClosingOfferID))
	if err != nil {
		return nil, err
	}
	if offer.AccountID != string(r.AccountID) {
		return nil, lending.Refuse(lending.Conflict, "offer.account", "Offer "+offer.Ref+" is of another account.")
	}
	if r.Date < offer.QuotedOn || r.Date > offer.ValidTill {
		return nil, lending.Refuse(lending.Conflict, "offer.expired", "Offer "+offer.Ref+" is good for money of "+offer.QuotedOn.Words()+" to "+offer.ValidTill.Words()+"; this is of "+r.Date.Words()+".")
	}
	if offer.Status == "withdrawn" {
		return nil, lending.Refuse(lending.Conflict, "offer.state", "Offer "+offer.Ref+" was withdrawn.")
	}
	receipt.Receipt.Prepayment = &lending.Prepayment{Effect: lending.ReduceTenure, Loan: offer.LoanID}
	q, err := QuoteOf(offer)
	if err != nil {
		return nil, err
	}
	if offer.Kind == "settlement" {
		return compromise(ctx, v, offer, receipt)
	}
	facts := []lending.Fact{receipt}
	if q.Charge > 0 {
		charge := lending.Fact{Key: "offer/" + offer.ID + "/charge", Kind: lending.FactCharge, ValueDate: r.Date, Amount: q.Charge + q.ChargeTax.Total(),
			Charge: &lending.Charge{Fee: "offer/" + offer.ID + "/charge", Loan: offer.LoanID, Name: "Foreclosure charge", DueDate: r.Date, Base: q.Charge,
				CGST: q.ChargeTax.CGST, SGST: q.ChargeTax.SGST, IGST: q.ChargeTax.IGST}}
		facts = []lending.Fact{charge, receipt}
	}
	return withHeld(ctx, v, offer, facts)
}

// withHeld adds to the money that takes an offer what is held for the borrower: the
// quote took it off. Holdback and excess pay what is left of the loan, without cash.
func withHeld(ctx context.Context, v *store.View, offer store.ClosingOffer, facts []lending.Fact) ([]lending.Fact, error) {
	stored, err := v.Facts(ctx, offer.AccountID)
	if err != nil {
		return nil, err
	}
	receipt := facts[len(facts)-1]
	book, err := lending.Replay(append(slices.Clone(stored.Facts), facts...), lending.At{Date: receipt.ValueDate})
	if err != nil {
		return nil, err
	}
	left := owedOn(book, offer.LoanID)
	for _, held := range []struct {
		from   string
		amount lending.Money
	}{{lending.FromExcess, book.Excess}, {lending.FromHoldback, book.Liabilities.Holdback}} {
		part := min(left, held.amount)
		if part <= 0 {
			continue
		}
		left -= part
		fact := lending.Fact{Key: "offer/" + offer.ID + "/" + held.from, Kind: lending.FactAdjustment, ValueDate: receipt.ValueDate, BankDate: receipt.BankDate, Amount: part,
			Adjustment: &lending.Adjustment{From: held.from, Receipt: lending.Receipt{SettlementOrder: receipt.Receipt.SettlementOrder,
				ComponentOrder: receipt.Receipt.ComponentOrder, Loans: receipt.Receipt.Loans, Prepayment: receipt.Receipt.Prepayment}}}
		facts = append(facts, fact)
		if held.from == lending.FromExcess { // its other side
			facts = append(facts, lending.Fact{Key: fact.Key + "/out", Kind: lending.FactRefund, ValueDate: receipt.ValueDate, Amount: part, Refund: &lending.Refund{From: lending.FromExcess}})
		}
	}
	return facts, nil
}

// takeOffer moves the loan and the offer on when their money settled, and refuses
// money that leaves something owed.
func takeOffer(ctx context.Context, tx *store.Tx, r store.Record) error {
	offer, err := tx.ClosingOfferByID(ctx, string(r.ClosingOfferID))
	if err != nil {
		return err
	}
	if offer.Status != "open" {
		return lending.Refuse(lending.Conflict, "offer.state", "Offer "+offer.Ref+" is "+offer.Status+".")
	}
	book, err := bookOf(ctx, &tx.View, offer.AccountID, lending.At{Date: tx.Today})
	if err != nil {
		return err
	}
	if short := owedOn(book, offer.LoanID); short > 0 {
		return lending.Refuse(lending.Conflict, "offer.short", "With this money "+short.Rupees()+" of the loan are still owed, so offer "+offer.Ref+" is not taken.")
	}
	offer.Status, offer.RecordID = "taken", store.Opt(r.ID)
	if err := tx.UpdateClosingOffer(ctx, offer); err != nil {
		return err
	}
	return moveLoan(ctx, tx, offer.LoanID, offerActs[offer.Kind])
}

// undoOffer takes back what came with the money of an offer: its charge, what was
// given up, and the end of the loan. The offer is not good any more.
func undoOffer(ctx context.Context, tx *store.Tx, r store.Record) error {
	offer, err := tx.ClosingOfferByID(ctx, string(r.ClosingOfferID))
	if err != nil || offer.Status != "taken" {
		return err
	}
	facts, err := tx.Facts(ctx, offer.AccountID)
	if err != nil {
		return err
	}
	for _, f := range facts.Facts {
		if len(f.Key) < len("offer/"+offer.ID) || f.Key[:len("offer/"+offer.ID)] != "offer/"+offer.ID {
			continue
		}
		back := lending.Fact{Key: "revert/" + f.Key, Kind: lending.FactReversal, ValueDate: f.ValueDate, Amount: f.Amount, Reverses: f.Key}
		if err := tx.AppendFact(ctx, offer.AccountID, back, r.Ref); err != nil {
			return err
		}
	}
	offer.Status, offer.RecordID = "withdrawn", ""
	if err := tx.UpdateClosingOffer(ctx, offer); err != nil {
		return err
	}
	return moveLoan(ctx, tx, offer.LoanID, LoanUndoClose)
}

package handlers

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// showChanges is where changes of an account are asked for.
func (a *app) showChanges(c echo.Context) error {
	return a.changesPage(c, http.StatusOK, "", views.Form{})
}

func (a *app) changesPage(c echo.Context, status int, refused string, form views.Form) error {
	page := views.ChangesPage{Form: form, Refused: refused}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		account, err := v.AccountByRef(ctx, store.CleanRef(c.Param("ref")))
		if err != nil {
			return err
		}
		page.Shell, err = a.shell(ctx, c, v, frame{title: "Changes of " + account.Ref, here: "/accounts"})
		if err != nil {
			return err
		}
		page.Ref, page.Path, page.Borrower, page.Status = account.Ref, "/accounts/"+account.Ref, account.BorrowerName, account.Status
		actor := actorOf(c)
		page.Forms = accountForms(actor, account)
		loans, err := v.LoansOfAccount(ctx, account.ID)
		if err != nil {
			return err
		}
		names := map[string]string{}
		for _, l := range loans {
			names[l.ID] = l.Ref
			page.Loans = append(page.Loans, views.ChangeLoan{Ref: l.Ref, Status: strings.ReplaceAll(l.Status, "_", " "), Amount: l.Amount, Forms: loanForms(actor, account, l)})
		}
		if page.Waiting, err = waitingChanges(ctx, v, account); err != nil {
			return err
		}
		page.Offers, err = offerLines(ctx, v, actor, account, names)
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Changes(page), nil)
}

// waitingChanges are the requests about an account that nobody has decided.
func waitingChanges(ctx context.Context, v *store.View, account store.Account) ([]views.ChangeWaiting, error) {
	date, err := today(ctx, v)
	if err != nil {
		return nil, err
	}
	list, err := v.Approvals(ctx, store.ApprovalFilter{Statuses: []string{"pending"}, Account: account.ID, Limit: queuePage})
	rows := make([]views.ChangeWaiting, len(list))
	for i, x := range list {
		rows[i] = views.ChangeWaiting{Ref: x.Ref, Path: approvalPath(x.Ref, ""), Kind: kindOfApproval[x.Kind].word, Maker: x.Requester, Sent: views.Moment(x.RequestedAt.Time, date)}
	}
	return rows, err
}

// offerLines are the closing offers of an account.
func offerLines(ctx context.Context, v *store.View, actor servicing.Actor, account store.Account, loans map[string]string) ([]views.OfferLine, error) {
	offers, err := v.ClosingOffersOf(ctx, account.ID)
	rows := make([]views.OfferLine, len(offers))
	for i, o := range offers {
		rows[i] = views.OfferLine{Ref: o.Ref, Kind: kindOfApproval[o.Kind].word, Loan: loans[o.LoanID], Status: o.Status, Amount: o.Amount, PerDay: o.PerDay, QuotedOn: o.QuotedOn, ValidTill: o.ValidTill}
		if o.Status == "open" {
			rows[i].Withdraw = "/offers/" + o.Ref + "/withdrawal"
			if !actor.Can(servicing.MayPrepare) {
				rows[i].WhyNot = "This is for " + servicing.RolesFor(servicing.MayPrepare) + "."
			}
		}
	}
	return rows, err
}

// changed leads on to the request that was opened, or shows the form with why not.
func (a *app) changed(c echo.Context, f *fields, asked store.Approval, err error) error {
	if err == nil {
		a.flash(c, views.Flash{Text: "Sent " + asked.Ref + " to a second person.", Path: approvalPath(asked.Ref, ""), Link: "See it"})
		return a.seeOther(c, "/accounts/"+store.CleanRef(c.Param("ref"))+"/changes")
	}
	return a.changeRefused(c, f, err)
}

func (a *app) changeRefused(c echo.Context, f *fields, err error) error {
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	if len(form.Errors) > 0 && form.Refused == "" {
		form.Refused = "Nothing was asked for yet."
	}
	return a.changesPage(c, statusOf(err), f.text("form"), form)
}

// loanData takes the loan parameters that a form gives.
func loanData(f *fields, keys ...string) map[string]json.RawMessage {
	data := map[string]json.RawMessage{}
	for _, key := range keys {
		if value := f.text(key); value != "" {
			text, err := json.Marshal(value)
			if err == nil {
				data[key] = text
			}
		}
	}
	return data
}

func (a *app) createRestructure(c echo.Context) error {
	f := read(c)
	data := loanData(f, "roi_value", "emi_count", "emi_amount", "first_due_date")
	if rest := f.text("rest"); rest != "" {
		if text, err := json.Marshal(lending.Moratorium{Instalments: whole(rest), Kind: f.text("rest_kind")}); err == nil {
			data["moratorium"] = text
		}
	}
	in := servicing.RestructureInput{Loan: f.text("loan"), LoanData: data, Interest: f.text("interest"),
		Fees: f.text("fees"), Penal: f.text("penal"), Scheme: f.text("scheme"), Reason: f.text("reason"), Version: f.version()}
	asked, err := a.office.RequestRestructure(c.Request().Context(), actorOf(c), in)
	return a.changed(c, f, asked, err)
}

func (a *app) createRateReset(c echo.Context) error {
	f := read(c)
	in := servicing.RateResetInput{Loan: f.text("loan"), Option: f.text("option"), EMI: f.money("emi_amount"), Reason: f.text("reason"), Version: f.version()}
	err := f.err()
	if err == nil {
		if in.Rate, err = lending.ParseRate(f.text("roi_value")); err != nil {
			err = lending.RefuseField("roi_value", "rate.range", "Give the new rate in percent a year.")
		}
	}
	var asked store.Approval
	if err == nil {
		asked, err = a.office.RequestRateReset(c.Request().Context(), actorOf(c), in)
	}
	return a.changed(c, f, asked, err)
}

func (a *app) createScheduleReset(c echo.Context) error {
	f := read(c)
	asked, err := a.office.RequestReset(c.Request().Context(), actorOf(c), servicing.ResetInput{Loan: f.text("loan"), Reason: f.text("reason"), Version: f.version()})
	return a.changed(c, f, asked, err)
}

func (a *app) createTranche(c echo.Context) error {
	f := read(c)
	in := servicing.TrancheInput{Loan: f.text("loan"), Amount: f.money("amount"), Method: "manual"}
	err := f.err()
	var payout store.Payout
	if err == nil {
		payout, err = a.office.RequestTranche(c.Request().Context(), actorOf(c), in)
	}
	if err != nil {
		return a.changeRefused(c, f, err)
	}
	a.flash(c, views.Flash{Text: "Payout " + payout.Ref + " waits for finance.", Path: "/payouts/" + payout.Ref, Link: "See it"})
	return a.seeOther(c, "/accounts/"+store.CleanRef(c.Param("ref"))+"/changes")
}

func (a *app) createForeclosure(c echo.Context) error {
	f := read(c)
	in := servicing.ForeclosureInput{Loan: f.text("loan"), RateType: f.text("rate_type"), BorrowerType: f.text("borrower_type"), Purpose: f.text("purpose"),
		Lender: f.text("lender"), ValidDays: whole(f.text("valid_days")), Reason: f.text("reason"), Version: f.version()}
	var err error
	if percent := f.text("foreclosure_charge"); percent != "" {
		if in.ChargePercent, err = lending.ParseRate(percent); err != nil {
			err = lending.RefuseField("foreclosure_charge", "foreclosure.charge", "A foreclosure charge lies between 0 and 100 percent.")
		}
	}
	var asked store.Approval
	if err == nil {
		asked, err = a.office.RequestForeclosure(c.Request().Context(), actorOf(c), in)
	}
	return a.changed(c, f, asked, err)
}

func (a *app) createCoolingOff(c echo.Context) error {
	f := read(c)
	in := servicing.CoolingOffInput{Loan: f.text("loan"), Days: whole(f.text("days")), Reason: f.text("reason"), Version: f.version()}
	asked, err := a.office.RequestCoolingOff(c.Request().Context(), actorOf(c), in)
	return a.changed(c, f, asked, err)
}

func (a *app) createSettlement(c echo.Context) error {
	f := read(c)
	in := servicing.SettlementInput{Loan: f.text("loan"), Amount: f.money("amount"), ValidDays: whole(f.text("valid_days")), Reason: f.text("reason"), Version: f.version()}
	err := f.err()
	var asked store.Approval
	if err == nil {
		asked, err = a.office.RequestSettlement(c.Request().Context(), actorOf(c), in)
	}
	return a.changed(c, f, asked, err)
}

func (a *app) createWriteOff(c echo.Context) error {
	f := read(c)
	asked, err := a.office.RequestWriteOff(c.Request().Context(), actorOf(c), servicing.WriteOffInput{Loan: f.text("loan"), Reason: f.text("reason"), Version: f.version()})
	return a.changed(c, f, asked, err)
}

func (a *app) createClosure(c echo.Context) error {
	f := read(c)
	ref := store.CleanRef(c.Param("ref"))
	if _, err := a.office.CloseLoanAccount(c.Request().Context(), actorOf(c), servicing.CloseInput{Account: ref, Reason: f.text("reason"), Version: f.version()}); err != nil {
		return a.changeRefused(c, f, err)
	}
	a.flash(c, views.Flash{Text: "Closed account " + ref + "."})
	return a.seeOther(c, "/accounts/"+ref)
}

func (a *app) createReopening(c echo.Context) error {
	f := read(c)
	asked, err := a.office.RequestReopening(c.Request().Context(), actorOf(c), servicing.CloseInput{Account: store.CleanRef(c.Param("ref")), Reason: f.text("reason")})
	return a.changed(c, f, asked, err)
}

// createOfferWithdrawal takes an offer back that no money took.
func (a *app) createOfferWithdrawal(c echo.Context) error {
	f := read(c)
	offer, err := a.office.WithdrawOffer(c.Request().Context(), actorOf(c), c.Param("ref"), f.text("reason"))
	if err != nil {
		return err
	}
	var account store.Account
	err = a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		account, err = v.AccountByID(ctx, offer.AccountID)
		return err
	})
	if err != nil {
		return err
	}
	a.flash(c, views.Flash{Text: "Withdrew offer " + offer.Ref + "."})
	return a.seeOther(c, "/accounts/"+account.Ref+"/changes")
}

// createRecordInstruction writes on a receipt what the borrower wants done with it.
func (a *app) createRecordInstruction(c echo.Context) error {
	return a.act(c, "instruct", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (views.Flash, error) {
		in := servicing.Instruction{Effect: f.text("prepayment"), Loan: f.text("loan"), Offer: f.text("closing_offer"), Version: f.version()}
		r, err := a.office.InstructRecord(ctx, actor, ref, in)
		return views.Flash{Text: "The instruction is on " + r.Ref + "."}, err
	})
}

package handlers

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// payoutsPage is how many payouts one page lists.
const payoutsPage = 50

// payoutStates are the states of a payout in the order of its way.
var payoutStates = []struct {
	status, word, waits string
	tone                views.Tone
	needs               bool
}{
	{"created", "To be approved", "It waits for somebody of finance, other than who asked for it.", views.ToneWarn, true},
	{"approved", "To be paid", "It is approved. Pay it in the bank's portal and say here what the bank answered.", views.ToneInfo, true},
	{"queued", "At the bank", "It is in a file for the bank. The bank's answer says whether it arrived.", views.ToneInfo, true},
	{"processing", "Being paid", "The bank is paying it.", views.ToneInfo, true},
	{"unknown", "Not known", "Nobody knows whether it was paid. Ask the bank; it is not sent again before the bank has answered.", views.ToneBad, true},
	{"success", "Paid", "The money has reached the payee.", views.ToneGood, false},
	{"failed", "Failed", "The bank did not pay it.", views.ToneBad, true},
	{"returned", "Came back", "The money had arrived and came back.", views.ToneBad, false},
	{"cancelled", "Cancelled", "It was not paid, and will not be.", views.ToneNone, false},
}

func (a *app) listPayouts(c echo.Context) error {
	status, before := c.QueryParam("status"), keyParam(c, "before")
	page := views.PayoutsPage{}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Payouts", here: "/payouts"}); err != nil {
			return err
		}
		totals, err := v.PayoutTotals(ctx)
		if err != nil {
			return err
		}
		page.Tabs, page.Count, page.Sum = payoutTabs(totals, status)
		rows, err := v.PayoutRows(ctx, status, before, payoutsPage+1)
		if len(rows) > payoutsPage {
			rows = rows[:payoutsPage]
			page.Next = "/payouts?status=" + status + "&before=" + strconv.FormatInt(rows[payoutsPage-1].Idx, 10)
		}
		for _, r := range rows {
			page.Rows = append(page.Rows, payoutRow(r))
		}
		return err
	})
	if err != nil {
		return err
	}
	if before > 0 {
		page.First = "/payouts?status=" + status
	}
	return a.show(c, http.StatusOK, views.Payouts(page), nil)
}

// payoutTabs are the states as views of one list, with count and sum of the open one.
func payoutTabs(totals map[string]store.StatusCount, open string) (tabs []views.FateTab, count int, sum lending.Money) {
	all := views.FateTab{Path: "/payouts", Label: "All", Current: open == ""}
	for _, s := range payoutStates {
		t := totals[s.status]
		all.Count += int(t.Count)
		if open == "" || open == s.status {
			count, sum = count+int(t.Count), sum+t.Amount
		}
		if t.Count > 0 || s.needs && s.status != "failed" || open == s.status {
			tabs = append(tabs, views.FateTab{Path: "/payouts?status=" + s.status, Label: s.word, Count: int(t.Count), Current: open == s.status})
		}
	}
	return append([]views.FateTab{all}, tabs...), count, sum
}

func payoutRow(p store.PayoutRow) views.PayoutRow {
	row := views.PayoutRow{Ref: p.Ref, Path: "/payouts/" + p.Ref, Account: views.Link{Path: "/accounts/" + p.AccountRef, Label: p.AccountRef},
		Borrower: p.Borrower, Loan: p.LoanRef, Amount: p.Amount, Maker: p.Maker, At: p.CreatedAt.Time, Date: p.Date}
	for _, s := range payoutStates {
		if s.status == p.Status {
			row.State, row.Tone, row.Needs = s.word, s.tone, s.needs
		}
	}
	return row
}

func (a *app) showPayout(c echo.Context) error {
	return a.showPayoutForm(c, http.StatusOK, views.Form{})
}

// showPayoutForm shows a payout, with what was typed when that was refused.
func (a *app) showPayoutForm(c echo.Context, status int, form views.Form) error {
	page := views.PayoutPage{Form: form}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		p, err := v.PayoutRow(ctx, c.Param("ref"))
		if err != nil {
			return err
		}
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Payout " + p.Ref, here: "/payouts"}); err != nil {
			return err
		}
		page.Ref, page.Amount, page.Version, page.Facts = p.Ref, p.Amount, p.Version, payoutFacts(p, page.Today)
		for _, s := range payoutStates {
			if s.status == p.Status {
				page.State, page.Tone, page.Waits = s.word, s.tone, s.waits
			}
		}
		page.Approve, page.Process, page.Cancel = payoutActs(actorOf(c), p.Payout)
		page.Heard = payoutHeard(p.Payout, page.Process.WhyNot)
		if page.Same, err = sameAs(ctx, v, p.Payout); err != nil {
			return err
		}
		if page.Form.Values == nil {
			page.Form.Values = map[string]string{"date": page.Today.String()}
		}
		if page.DebitBanks, page.Bank, err = payoutBanks(ctx, v, p.Payout); err != nil {
			return err
		}
		asked, err := history(ctx, v, p.LoanRef, page.Today) // a payout is asked for with its loan
		if err != nil {
			return err
		}
		page.History, err = history(ctx, v, p.Ref, page.Today)
		page.History = append(page.History, asked...)
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Payout(page), nil)
}

func payoutFacts(p store.PayoutRow, today lending.Date) []views.PayoutFact {
	facts := []views.PayoutFact{
		{Name: "Borrower", Value: p.Borrower},
		{Name: "Account", Value: p.AccountRef, Path: "/accounts/" + p.AccountRef},
		{Name: "Loan", Value: p.LoanRef},
		{Name: "What for", Value: views.Words(p.Type)},
		{Name: "Paid to", Value: payees[p.PayoutTo]},
		{Name: "Asked by", Value: p.Maker + ", " + views.Moment(p.CreatedAt.Time, today)},
	}
	if p.RecordRef != "" {
		facts = append(facts, views.PayoutFact{Name: "Refund", Value: p.RecordRef, Path: "/records/" + p.RecordRef})
	}
	if p.BatchRef != "" {
		facts = append(facts, views.PayoutFact{Name: "File", Value: p.BatchRef, Path: "/payout-batches"})
	}
	if p.FailedRemark != "" {
		facts = append(facts, views.PayoutFact{Name: "The bank said", Value: p.FailedRemark})
	}
	if p.Approver != "" {
		facts = append(facts, views.PayoutFact{Name: "Approved by", Value: p.Approver})
	}
	if p.UTR != "" {
		facts = append(facts, views.PayoutFact{Name: "Bank reference", Value: string(p.UTR)},
			views.PayoutFact{Name: "Reached the payee", Value: views.Day(p.Date)})
	}
	return facts
}

var payees = map[string]string{"borrower": "the borrower", "anchor": "the anchor", "custom_bank": "another bank account"}

// payoutActs is what this state offers, and why this person may not.
func payoutActs(actor servicing.Actor, p store.Payout) (approve, process, cancel views.PayoutAct) {
	whyNot := ""
	switch {
	case !actor.Can(servicing.MayReleasePayout):
		whyNot = "This is for " + servicing.RolesFor(servicing.MayReleasePayout) + "."
	case p.MakerID == actor.Person:
		whyNot = "You asked for it, so another person of finance has to release it."
	}
	approve = views.PayoutAct{Offered: p.Status == "created", WhyNot: whyNot}
	process = views.PayoutAct{Offered: slices.Contains([]string{"approved", "queued", "processing", "unknown"}, p.Status), WhyNot: whyNot}
	cancel = views.PayoutAct{Offered: slices.Contains([]string{"created", "approved", "failed"}, p.Status), WhyNot: whyNot}
	return approve, process, cancel
}

// payoutBanks are the accounts money can be paid from, and the one it goes to.
func payoutBanks(ctx context.Context, v *store.View, p store.Payout) (from []views.Option, to []views.StatementFact, err error) {
	banks, err := collectionBanks(ctx, v)
	if err != nil {
		return nil, nil, err
	}
	for _, b := range banks {
		from = append(from, views.Option{Value: b.Ref, Label: bankName(b)})
	}
	if p.CreditBankID == "" {
		return from, nil, nil
	}
	bank, err := v.BankByAny(ctx, string(p.CreditBankID))
	return from, []views.StatementFact{{Name: "Holder", Value: bank.AccountHolderName}, {Name: "Account", Value: bank.AccountNo}, {Name: "IFSC", Value: bank.IFSC}}, err
}

func (a *app) createPayoutApproval(c echo.Context) error {
	f := read(c)
	p, err := a.office.ApprovePayout(c.Request().Context(), actorOf(c), store.CleanRef(c.Param("ref")), f.version())
	return a.payoutDone(c, f, err, "Approved "+p.Ref+". It can be paid now.")
}

func (a *app) createPayoutPayment(c echo.Context) error {
	f := read(c)
	in := servicing.PaidOut{UTR: f.text("utr"), Date: f.date("date"), DebitBank: f.text("debit_bank"), Version: f.version()}
	err := f.err()
	if err == nil && in.Date.IsZero() {
		err = lending.RefuseField("date", "payout.date", "Give the day on which the money reached the payee.")
	}
	if err == nil && in.DebitBank == "" {
		err = lending.RefuseField("debit_bank", "payout.debit_bank", "Say from which account it was paid.")
	}
	if err == nil {
		_, err = a.office.ProcessPayout(c.Request().Context(), actorOf(c), store.CleanRef(c.Param("ref")), in)
	}
	return a.payoutDone(c, f, err, "Booked. The loan is active when all its payouts are paid.")
}

func (a *app) createPayoutCancellation(c echo.Context) error {
	f := read(c)
	p, err := a.office.CancelPayout(c.Request().Context(), actorOf(c), store.CleanRef(c.Param("ref")), f.version(), f.text("reason"))
	done := "Cancelled " + p.Ref + " and its loan."
	if p.RecordID != "" {
		done = "Cancelled " + p.Ref + " and its refund."
	}
	return a.payoutDone(c, f, err, done)
}

// payoutDone leads back to the payout, or shows it as it is with why not.
func (a *app) payoutDone(c echo.Context, f *fields, err error, done string) error {
	if err == nil {
		a.flash(c, views.Flash{Text: done})
		return a.seeOther(c, "/payouts/"+store.CleanRef(c.Param("ref")))
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	return a.showPayoutForm(c, statusOf(err), form)
}

// payoutHeard is what the bank may say of a payout in its state.
func payoutHeard(p store.Payout, whyNot string) []views.PayoutHeard {
	failed := views.PayoutHeard{Noun: "failure", Head: "The bank did not pay it", Lead: "Only when it is certain. What a refund took is back on its account, and the payout may be tried again.", Button: "It failed", Reason: true, WhyNot: whyNot}
	switch p.Status {
	case "approved", "queued", "processing", "unknown":
		query := views.PayoutHeard{Noun: "query", Head: "Nobody knows what became of it", Lead: "It is neither cancelled nor sent again until the bank has answered.", Button: "The bank is asked", Reason: true, WhyNot: whyNot}
		return []views.PayoutHeard{failed, query}
	case "failed":
		return []views.PayoutHeard{{Noun: "retry", Head: "Try it again", Lead: "To the same account, of the same amount.", Button: "Try again", WhyNot: whyNot}}
	case "success":
		return []views.PayoutHeard{{Noun: "return", Head: "The money came back", Lead: "A refund is open again, and a loan that nothing was paid on is as if it had never been lent.", Button: "It came back", Reason: true, WhyNot: whyNot}}
	}
	return nil
}

func (f *fields) heard() servicing.PayoutAnswer {
	return servicing.PayoutAnswer{Reason: f.text("reason"), Version: f.version()}
}

func (a *app) createPayoutFailure(c echo.Context) error {
	f := read(c)
	p, err := a.office.FailPayout(c.Request().Context(), actorOf(c), store.CleanRef(c.Param("ref")), f.heard())
	return a.payoutDone(c, f, err, "Noted that "+p.Ref+" failed.")
}

func (a *app) createPayoutQuery(c echo.Context) error {
	f := read(c)
	p, err := a.office.QueryPayout(c.Request().Context(), actorOf(c), store.CleanRef(c.Param("ref")), f.heard())
	return a.payoutDone(c, f, err, "Noted that the bank is asked about "+p.Ref+".")
}

func (a *app) createPayoutRetry(c echo.Context) error {
	f := read(c)
	p, err := a.office.RetryPayout(c.Request().Context(), actorOf(c), store.CleanRef(c.Param("ref")), f.version())
	return a.payoutDone(c, f, err, p.Ref+" is tried again.")
}

func (a *app) createPayoutReturn(c echo.Context) error {
	f := read(c)
	p, err := a.office.ReturnPayout(c.Request().Context(), actorOf(c), store.CleanRef(c.Param("ref")), f.heard())
	return a.payoutDone(c, f, err, "Noted that "+p.Ref+" came back.")
}

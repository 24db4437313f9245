package handlers

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

const (
	// projectionDays bounds how far ahead an account is projected: a loan of ten
	// years, unpaid from its first day.
	projectionDays = 3660
	// receiptsShown, ledgerShown and eventsShown are what stands on the page before
	// somebody asks for all.
	receiptsShown = 12
	ledgerShown   = 8
	eventsShown   = 8
	// eventsMost is how much of its log an account's page shows at most.
	eventsMost = 200
)

// accountAt is one account at a moment, with what its rows are called by.
type accountAt struct {
	store.Account
	today   lending.Date
	asOf    views.AsOf
	facts   store.AccountFacts
	book    *lending.Book
	places  map[string]store.RecordPlace
	demands map[string]lending.Demand // by key
}

// asOfDate reads the date that an address asks an account for.
func asOfDate(text string, today lending.Date) views.AsOf {
	if text = strings.TrimSpace(text); text == "" {
		return views.AsOf{Date: today, Kind: "today"}
	}
	date, err := lending.ParseDate(text)
	switch {
	case err != nil:
		return views.AsOf{Date: today, Kind: "today", Refused: err.Error(), Asked: text}
	case date > today.AddDays(projectionDays):
		return views.AsOf{Date: today, Kind: "today", Refused: "A projection reaches ten years ahead.", Asked: text}
	case date > today:
		return views.AsOf{Date: date, Kind: "future"}
	case date < today:
		return views.AsOf{Date: date, Kind: "past"}
	}
	return views.AsOf{Date: today, Kind: "today"}
}

// readAccount reads an account and replays it to the moment that is asked for.
func readAccount(ctx context.Context, v *store.View, ref, asOf string) (*accountAt, error) {
	account, err := v.AccountByRef(ctx, ref)
	if err != nil {
		return nil, err
	}
	at := &accountAt{Account: account, demands: map[string]lending.Demand{}}
	if at.today, err = today(ctx, v); err != nil {
		return nil, err
	}
	at.asOf = asOfDate(asOf, at.today)
	if at.facts, err = v.Facts(ctx, account.ID); err != nil {
		return nil, err
	}
	if at.book, err = servicing.BookOf(ctx, v, account.ID, at.asOf.Date); err != nil {
		return nil, fmt.Errorf("replaying account %s: %w", account.Ref, err)
	}
	for _, d := range at.book.Demands {
		at.demands[d.Key] = d
	}
	at.places, err = v.RecordPlaces(ctx, account.ID)
	return at, err
}

// moment is the moment of the book.
func (at *accountAt) moment() lending.At {
	return lending.At{Date: at.asOf.Date, DayEnd: at.asOf.Date != at.today}
}

// lastDayEnd is the day-end whose days past due are shown.
func (at *accountAt) lastDayEnd() lending.Date {
	if at.moment().DayEnd {
		return at.asOf.Date
	}
	return at.today.AddDays(-1)
}

// path is the page of the account, with the date it is asked for and more.
func (at *accountAt) path(more ...string) string {
	values := url.Values{}
	if at.asOf.Kind != "today" {
		values.Set("as_of", at.asOf.Date.String())
	}
	for i := 0; i+1 < len(more); i += 2 {
		values.Set(more[i], more[i+1])
	}
	if len(values) == 0 {
		return "/accounts/" + at.Ref
	}
	return "/accounts/" + at.Ref + "?" + values.Encode()
}

// receipt names a receipt fact: the ref of its record with its page, or what it
// was taken over as.
func (at *accountAt) receipt(key string) (label, path string) {
	if place, ok := at.places[key]; ok {
		return place.Ref, "/records/" + place.Ref
	}
	if strings.HasPrefix(key, "taken/") {
		return "Paid before take-over", ""
	}
	if source := at.facts.Sources[key]; source != "" && source != at.Ref {
		return source, ""
	}
	return "Receipt", ""
}

// label names a demand; with several loans it says of which.
func (at *accountAt) label(key string) string {
	d := at.demands[key]
	label := servicing.DemandLabel(d)
	if len(at.book.Loans) > 1 && d.Type == lending.DemandEMI {
		label += fmt.Sprintf(" of loan %d", 1+slices.IndexFunc(at.book.Loans, func(l lending.LoanBook) bool { return l.Loan == d.Loan }))
	}
	return label
}

// paidBy lists the settlements of each demand; paying those of each receipt.
func (at *accountAt) paidBy() map[string][]views.PaidPart {
	parts := map[string][]views.PaidPart{}
	for _, s := range at.book.Settlements {
		label, path := at.receipt(s.Receipt)
		parts[s.Demand] = append(parts[s.Demand], views.PaidPart{Label: label, Path: path, Part: views.ComponentWord(s.Component), Date: s.Date, Amount: s.Amount, FromExcess: s.FromExcess})
	}
	return parts
}

func (at *accountAt) paying() map[string][]views.PaidPart {
	parts := map[string][]views.PaidPart{}
	for _, s := range at.book.Settlements {
		parts[s.Receipt] = append(parts[s.Receipt], views.PaidPart{Label: at.label(s.Demand), Part: views.ComponentWord(s.Component), Date: s.Date, Amount: s.Amount, FromExcess: s.FromExcess})
	}
	return parts
}

func (a *app) showAccount(c echo.Context) error {
	var page views.AccountPage
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		at, err := readAccount(ctx, v, c.Param("ref"), c.QueryParam("as_of"))
		if err != nil {
			return err
		}
		shell, err := a.shell(ctx, c, v, frame{title: at.Ref + ", " + at.BorrowerName, here: "/accounts", layout: views.LayoutAcct, keys: views.AccountKeys()})
		if err != nil {
			return err
		}
		page = views.AccountPage{Shell: shell, Ref: at.Ref, Path: "/accounts/" + at.Ref, Borrower: at.BorrowerName, BorrowerPath: "/borrowers/" + at.BorrowerRef,
			Product: productOf(at.Account), AsOf: at.asOf, Summary: at.book.Summary, Acts: accountActs(actorOf(c), at.Account)}
		page.Status, page.StatusTone = statusWord(at.Status)
		if err := at.fill(&page, c); err != nil {
			return err
		}
		return at.lookUp(ctx, v, c, &page)
	})
	if err != nil {
		return err
	}
	status := http.StatusOK
	if page.AsOf.Refused != "" {
		status = http.StatusUnprocessableEntity
	}
	return a.show(c, status, views.Account(page), nil)
}

// fill lays out what follows from the book.
func (at *accountAt) fill(page *views.AccountPage, c echo.Context) error {
	page.Strip, page.Parts, page.Figures = at.strip(), at.parts(), at.figures()
	page.Chart = at.chart()
	if len(at.book.Loans) > 0 {
		page.PaidOut = at.book.Loans[0].DisbursedOn
	}
	page.Notices, page.Closed = at.writtenOff(), at.Status == "closed"
	page.Schedules = at.schedules(c.QueryParam("schedule") == "all")
	page.Unpaid, page.Fees = at.unpaid(), at.feeLines()
	page.Receipts = at.receipts()
	if len(page.Receipts) > receiptsShown && c.QueryParam("receipts") != "all" {
		page.Receipts, page.MoreReceipts = page.Receipts[:receiptsShown], at.path("receipts", "all")+"#receipts"
	}
	lines, err := at.ledger(0)
	if err != nil {
		return err
	}
	page.LedgerCount, page.Statement, page.JournalPath = len(lines), "/accounts/"+at.Ref+"/statement", "/accounts/"+at.Ref+"/journal"
	slices.Reverse(lines)
	page.Ledger = lines[:min(len(lines), ledgerShown)]
	return nil
}

// lookUp adds what is kept beside the facts: people, payouts, requests, the log.
func (at *accountAt) lookUp(ctx context.Context, v *store.View, c echo.Context, page *views.AccountPage) (err error) {
	if page.Facts, page.Repayment, err = at.terms(ctx, v); err != nil {
		return err
	}
	offers, err := v.ClosingOffersOf(ctx, at.ID)
	if err != nil {
		return err
	}
	page.Notices = append(page.Notices, openOffers(offers)...)
	if page.Payouts, err = payoutLines(ctx, v, at.ID); err != nil {
		return err
	}
	if page.Mandate, err = at.mandate(ctx, v); err != nil {
		return err
	}
	if page.Pending, err = at.pending(ctx, v); err != nil {
		return err
	}
	limit := eventsShown
	if c.QueryParam("history") == "all" {
		limit = eventsMost
	}
	events, err := v.AccountEvents(ctx, at.ID, limit)
	if err != nil {
		return err
	}
	page.History = eventSteps(events, at.today)
	done := 0
	for _, step := range page.History {
		if !step.Refused {
			done++
		}
	}
	if page.Events, err = v.CountAccountEvents(ctx, at.ID); err == nil && page.Events > done && limit < eventsMost {
		page.MoreHistory = at.path("history", "all") + "#history"
	}
	return err
}

// writtenOff says what of the account was written off. It is still owed.
func (at *accountAt) writtenOff() []views.AccountNotice {
	var notices []views.AccountNotice
	for _, w := range at.book.WriteOffs {
		sum := w.Principal + w.Interest + w.Overdue + w.Penal + w.Fees
		notices = append(notices, views.AccountNotice{Head: views.Rupees(sum) + " was written off on " + views.Day(w.Date) + ".", Text: writeOffWords[w.Kind]})
	}
	return notices
}

var writeOffWords = map[string]string{
	lending.WriteOffTechnical:  "It is still owed, grows no more, and what is received of it is a recovery.",
	lending.WriteOffSettlement: "It was given up in a settlement.",
}

// openOffers says which closing offers money may still take up.
func openOffers(offers []store.ClosingOffer) []views.AccountNotice {
	var notices []views.AccountNotice
	for _, o := range offers {
		if o.Status == "open" {
			notices = append(notices, views.AccountNotice{Head: kindOfApproval[o.Kind].word + " " + o.Ref + " is open.",
				Text: views.Rupees(o.Amount) + " closes the loan, with money of " + views.Day(o.QuotedOn) + " to " + views.Day(o.ValidTill) + "."})
		}
	}
	return notices
}

// accountActs are what can be done with an account, and why the rest cannot.
func accountActs(actor servicing.Actor, account store.Account) []views.Act {
	statement := views.Act{Label: "Statement", Icon: "printer", Path: "/accounts/" + account.Ref + "/statement", Key: "t"}
	payment := views.Act{Label: "Record payment", Icon: "plus", Path: "/records/new?account=" + url.QueryEscape(account.Ref), Key: "p"}
	switch {
	case account.Status == "created":
		payment.WhyNot = "Nothing was paid out on this account yet."
	case account.Status == "closed":
		payment.WhyNot = "The account is closed."
	case !actor.Can(servicing.MayPrepare):
		payment.WhyNot = "This is for " + servicing.RolesFor(servicing.MayPrepare) + "."
	}
	lend := views.Act{Label: "Pay out", Icon: "send", Path: "/accounts/" + account.Ref + "/disbursement"}
	switch {
	case account.Status == "closed":
		lend.WhyNot = "The account is closed."
	case !actor.Can(servicing.MayTakeOver):
		lend.WhyNot = "This is for " + servicing.RolesFor(servicing.MayTakeOver) + "."
	}
	changes := views.Act{Label: "Changes", Icon: "git-compare-arrows", Path: "/accounts/" + account.Ref + "/changes"}
	line := views.Act{Label: "Line", Icon: "wallet-cards", Path: "/accounts/" + account.Ref + "/line"}
	return []views.Act{line, lend, changes, statement, payment}
}

// terms say who borrows and how it is paid back.
func (at *accountAt) terms(ctx context.Context, v *store.View) (who, how []views.Term, err error) {
	b, err := v.BorrowerByAny(ctx, at.BorrowerID)
	if err != nil {
		return nil, nil, err
	}
	who = borrowerTerms(b)
	others, err := v.AccountsOfBorrower(ctx, at.BorrowerID)
	if err != nil {
		return nil, nil, err
	}
	for _, other := range others {
		if other.ID != at.ID {
			who = append(who, views.Term{Name: "Other account", Value: other.Ref, Path: "/accounts/" + other.Ref})
		}
	}
	how = []views.Term{{Name: "Virtual account", Value: views.OrDash(at.VirtualAccountNo), Mono: at.VirtualAccountNo != ""},
		{Name: "NACH mandate", Value: views.OrDash(at.UMRN), Mono: at.UMRN != ""}}
	if at.PayerLast4 != "" {
		how = append(how, views.Term{Name: "Pays from", Value: views.Mask(at.PayerLast4)})
	}
	if at.PayerIFSC != "" {
		how = append(how, views.Term{Name: "IFSC", Value: at.PayerIFSC, Mono: true})
	}
	if at.CollectionBankID != "" {
		bank, err := v.BankByAny(ctx, string(at.CollectionBankID))
		if err != nil {
			return nil, nil, err
		}
		how = append(how, views.Term{Name: "Collected at", Value: bankName(bank)})
	}
	return who, how, nil
}

// mandate is the account's active mandate; without one, the newest there is.
func (at *accountAt) mandate(ctx context.Context, v *store.View) (*views.MandateCard, error) {
	mandates, err := v.MandatesOfAccount(ctx, at.ID)
	if err != nil || len(mandates) == 0 {
		return nil, err
	}
	m := mandates[max(0, slices.IndexFunc(mandates, func(m store.Mandate) bool { return m.Status == "active" }))]
	card := &views.MandateCard{State: nachState(m.Status), Path: "/mandates?account=" + at.Ref, Terms: []views.Term{
		{Name: "Mandate", Value: m.Ref, Path: "/mandates?account=" + at.Ref}, {Name: "UMRN", Value: views.OrDash(m.UMRN), Mono: m.UMRN != ""},
		{Name: "At most, each time", Value: views.Rupees(m.MaxAmount)}, {Name: "How often", Value: views.Frequency(m.Frequency)},
		{Name: "First day", Value: views.Day(m.FirstDate)}, {Name: "Last day", Value: views.Day(m.LastDate)}}}
	if m.Reason != "" {
		card.Terms = append(card.Terms, views.Term{Name: "Why", Value: m.Reason})
	}
	return card, nil
}

// payoutsShown is more payouts than one account has.
const payoutsShown = 50

func payoutLines(ctx context.Context, v *store.View, account string) ([]views.PayoutLine, error) {
	payouts, _, err := v.Payouts(ctx, account, "", "", payoutsShown, 0)
	lines := make([]views.PayoutLine, len(payouts))
	for i, p := range payouts {
		lines[i] = views.PayoutLine{Ref: p.Ref, Path: "/payouts/" + p.Ref, Date: p.Date, Amount: p.Amount, UTR: string(p.UTR)}
		for _, state := range payoutStates {
			if state.status == p.Status {
				lines[i].State, lines[i].Tone = state.word, state.tone
			}
		}
	}
	return lines, err
}

// pending lists the requests about the account that wait for a decision.
func (at *accountAt) pending(ctx context.Context, v *store.View) ([]views.PendingLine, error) {
	list, err := v.Approvals(ctx, store.ApprovalFilter{Statuses: []string{"pending"}, Account: at.ID, Limit: queuePage})
	if err != nil {
		return nil, err
	}
	splits, err := v.PendingSplitsOn(ctx, at.ID)
	if err != nil {
		return nil, err
	}
	var lines []views.PendingLine
	for _, x := range append(list, splits...) {
		lines = append(lines, views.PendingLine{Ref: x.Ref, Path: approvalPath(x.Ref, ""), Kind: kindOfApproval[x.Kind].word, Maker: x.Requester,
			Sent: views.Moment(x.RequestedAt.Time, at.today), Amount: x.Amount})
	}
	return lines, nil
}

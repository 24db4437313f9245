package handlers

import (
	"context"
	"net/url"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/matching"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// desk is what the pane of one credit is made from.
type desk struct {
	ask       deskAsk
	actor     servicing.Actor
	company   store.Company
	record    store.Record
	children  []store.Record // of a split, without those that were cancelled
	bank      store.Bank
	narration string
	parsed    matching.Parsed
	proposal  matching.Proposal
	advised   map[string]lending.Money // ref -> what the engine gives it, while nobody typed amounts
}

// open says that the credit can still be matched.
func (b desk) open() bool { return b.record.Status == "unmatched" || b.record.Status == "parked" }

// path is an address of the credit, at the place where somebody is.
func (b desk) path(sub string, more ...string) string {
	if sub != "" {
		sub = "/" + sub
	}
	return b.ask.place.path(b.record.Ref+sub, more...)
}

// deskCredit makes the pane of the credit that is asked for.
func (a *app) deskCredit(ctx context.Context, c echo.Context, v *store.View, ask deskAsk) (views.DeskCredit, error) {
	b, err := a.deskBench(ctx, c, v, ask)
	if err != nil {
		return views.DeskCredit{}, err
	}
	r := b.record
	credit := views.DeskCredit{Ref: r.Ref, Version: r.Version, RecordAt: "/records/" + r.Ref, Amount: r.Amount, Date: r.Date, Today: b.company.BusinessDate,
		Payer: payerOf(b.parsed, b.narration), Rail: railOf(b.parsed, string(r.PaymentMode)), UTR: string(r.UTR), From: fromOf(b.parsed), Into: intoOf(b.bank),
		Narration: spansOf(b.narration, b.parsed.Spans), Listed: ask.listed, QueueAt: ask.place.path(""), SelfAt: "/matching/" + r.Ref,
		Refused: ask.refused, AsideOpen: ask.aside, Keep: ask.place.keep(), Acts: b.acts()}
	if err := b.neighbours(ctx, v, &credit); err != nil {
		return credit, err
	}
	if credit.Story, err = deskStory(ctx, v, r); err != nil {
		return credit, err
	}
	if credit.Standing, err = b.standing(ctx, v); err != nil {
		return credit, err
	}
	if credit.Questions, err = questionsAbout(ctx, v, b.actor, r); err != nil {
		return credit, err
	}
	if err := b.candidates(ctx, v, &credit); err != nil {
		return credit, err
	}
	if credit.Share, err = b.share(ctx, v); err != nil {
		return credit, err
	}
	if b.open() {
		if credit.Search, err = deskSearch(ctx, v, b.ask); err != nil {
			return credit, err
		}
	}
	credit.Earlier, err = b.earlier(ctx, v)
	return credit, err
}

// deskBench reads the credit, what its narration says, and what the engine makes
// of it. A part of a split is looked at with its whole.
func (a *app) deskBench(ctx context.Context, c echo.Context, v *store.View, ask deskAsk) (desk, error) {
	b := desk{ask: ask, actor: actorOf(c)}
	var err error
	if b.company, err = v.Company(ctx); err != nil {
		return b, err
	}
	if b.record, err = v.RecordByRef(ctx, ask.ref); err != nil {
		return b, err
	}
	if b.record.ParentID != "" && !b.open() && b.record.Status != "set_aside" {
		if b.record, err = v.RecordByID(ctx, string(b.record.ParentID)); err != nil {
			return b, err
		}
	}
	children, err := v.ChildrenOf(ctx, b.record.ID)
	if err != nil {
		return b, err
	}
	for _, child := range children {
		if child.Status != "cancelled" {
			b.children = append(b.children, child)
		}
	}
	if b.bank, err = v.BankByAny(ctx, string(b.record.CollectionBankID)); err != nil && lending.KindOf(err) != lending.NotFound {
		return b, err
	}
	if b.narration = b.record.Narration; b.narration == "" {
		b.narration = b.record.Remark
	}
	b.parsed = matching.Parse(b.bank.Bank, b.narration)
	if b.open() || b.undecided() {
		if b.proposal, err = a.office.Propose(ctx, v, b.record); err == nil {
			b.parsed = b.proposal.Parsed
		}
	}
	return b, err
}

// neighbours finds the credits before and after in the pile.
func (b desk) neighbours(ctx context.Context, v *store.View, credit *views.DeskCredit) error {
	prev, next, err := deskNeighbours(ctx, v, b.ask.place, b.record)
	if err != nil {
		return err
	}
	if prev != "" {
		credit.Prev = b.ask.place.path(prev)
	}
	if next != "" {
		credit.Next = b.ask.place.path(next)
	}
	if r := credit.Refused; r != nil && r.Conflict {
		if r.NextAt = credit.Next; r.NextAt == "" {
			r.NextAt = b.ask.place.path("")
		}
	}
	return nil
}

// deskNeighbours are the refs above and below a record in a pile, "" where there
// is none.
func deskNeighbours(ctx context.Context, v *store.View, place deskPlace, r store.Record) (prev, next string, err error) {
	filter, err := place.filter()
	if err != nil {
		return "", "", err
	}
	key := store.DeskKey{Date: r.Date, Idx: r.Idx}
	filter.Limit, filter.Before, filter.After = 1, &key, nil
	above, err := v.DeskQueue(ctx, filter)
	if err != nil {
		return "", "", err
	}
	filter.Before, filter.After = nil, &key
	below, err := v.DeskQueue(ctx, filter)
	if err != nil {
		return "", "", err
	}
	if len(above) > 0 {
		prev = above[0].Ref
	}
	if len(below) > 0 {
		next = below[0].Ref
	}
	return prev, next, nil
}

// fromOf is the payer's own account as the bank prints it.
func fromOf(p matching.Parsed) string {
	from := ""
	if p.AccountTail != "" {
		from = "••••" + p.AccountTail
	}
	return joined(p.VPA, from, p.IFSC)
}

// intoOf is our account that the money came into.
func intoOf(b store.Bank) string {
	if b.ID == "" {
		return ""
	}
	name := b.Code
	if name == "" {
		name = strings.ToUpper(b.Bank)
	}
	return strings.TrimSpace(name + " " + views.Mask(b.AccountNo))
}

// spansOf cuts a narration where parts of it were used.
func spansOf(narration string, spans []matching.Span) []views.DeskSpan {
	var out []views.DeskSpan
	at := 0
	for _, s := range spans {
		if s.Start < at || s.End > len(narration) || s.Start >= s.End {
			continue
		}
		if s.Start > at {
			out = append(out, views.DeskSpan{Text: narration[at:s.Start]})
		}
		out = append(out, views.DeskSpan{Text: narration[s.Start:s.End], Used: true})
		at = s.End
	}
	if at < len(narration) {
		out = append(out, views.DeskSpan{Text: narration[at:]})
	}
	return out
}

// maxStory is how many earlier lives of a credit are told.
const maxStory = 5

// deskStory tells how money came back to the desk: who matched it to what, who
// rejected or reversed it, and why. The latest comes first.
func deskStory(ctx context.Context, v *store.View, r store.Record) ([]string, error) {
	var story []string
	for before := string(r.PredecessorID); before != "" && len(story) < maxStory; {
		p, err := v.RecordByID(ctx, before)
		if err != nil {
			return nil, err
		}
		line, err := storyLine(ctx, v, p)
		if err != nil {
			return nil, err
		}
		story, before = append(story, line), string(p.PredecessorID)
	}
	return story, nil
}

func storyLine(ctx context.Context, v *store.View, p store.Record) (string, error) {
	who := "It was matched"
	if p.AccountRef != "" {
		who += " to " + p.AccountRef + ", " + p.BorrowerName
	} else if children, err := v.ChildrenOf(ctx, p.ID); err != nil {
		return "", err
	} else if len(children) > 0 {
		who += " to " + views.Counted(len(children), "account", "accounts")
	}
	if p.Maker != "" {
		who += " by " + string(p.Maker)
	}
	end := "and reversed"
	if p.Status == "rejected" {
		end = "and rejected"
	}
	approvals, err := v.ApprovalsOfRecord(ctx, p.ID)
	if err != nil {
		return "", err
	}
	reason := p.Reason
	if len(approvals) > 0 {
		decisions, err := v.DecisionsOf(ctx, approvals[0].ID)
		if err != nil {
			return "", err
		}
		if n := len(decisions); n > 0 {
			end += " by " + decisions[n-1].Person + " on " + views.Day(lending.DateOf(decisions[n-1].At.Time))
		}
		if reason == "" {
			reason = approvals[0].Reason
		}
	}
	if reason == "" {
		return who + ", " + end + ".", nil
	}
	return who + ", " + end + ": “" + reason + "”", nil
}

// earlierShown is how many earlier payments of a payer stand beside a credit.
const earlierShown = 5

// shortestName is how long a printed name has to be to tell payers apart.
const shortestName = 5

// earlier lists what this payer paid before: known by the UPI address, else by
// the printed name.
func (b desk) earlier(ctx context.Context, v *store.View) (views.DeskEarlier, error) {
	tail := ""
	if b.parsed.AccountTail != "" {
		tail = " ••••" + b.parsed.AccountTail
	}
	for _, known := range []struct{ phrase, from string }{{b.parsed.VPA, b.parsed.VPA}, {b.parsed.Name, b.parsed.Name + tail}} {
		if len(known.phrase) < shortestName {
			continue
		}
		rows, err := v.EarlierPayments(ctx, known.phrase, string(b.record.BankCreditID), earlierShown+1)
		if err != nil {
			return views.DeskEarlier{}, err
		}
		if len(rows) > 0 {
			return earlierOf(known.from, known.phrase, rows), nil
		}
	}
	return views.DeskEarlier{}, nil
}

// earlierOf shows earlier payments, with the way to all when there are more.
func earlierOf(from, phrase string, rows []store.EarlierPayment) views.DeskEarlier {
	e := views.DeskEarlier{From: from}
	if len(rows) > earlierShown {
		rows, e.More = rows[:earlierShown], "/search?q="+url.QueryEscape(phrase)
	}
	for _, r := range rows {
		row := views.DeskEarlierRow{Date: r.Date, How: railOf(matching.Parse("", r.Narration+r.Remark), string(r.PaymentMode)), To: r.AccountRef, ToAt: "/accounts/" + r.AccountRef,
			By: string(r.Maker), Amount: r.Amount}
		if r.Parts > 0 {
			row.To, row.ToAt = views.Counted(r.Parts, "account", "accounts")+", split", "/records/"+r.Ref
		}
		if r.Source == "portfolio" {
			row.By = "Taken over"
		}
		e.Rows = append(e.Rows, row)
	}
	return e
}

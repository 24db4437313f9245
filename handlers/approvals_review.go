package handlers

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// trailLimit is how many events a trail shows; the record's page has them all.
const trailLimit = 30

// approvalReview gathers everything a checker looks at before deciding.
func (a *app) approvalReview(ctx context.Context, v *store.View, actor servicing.Actor, x store.Approval) (views.ApprovalReview, error) {
	r := views.ApprovalReview{Ref: x.Ref, Kind: kindOfApproval[x.Kind].word, Path: "/approvals/" + x.Ref + "/decision", Version: x.Version,
		Amount: x.Amount, Maker: x.Requester, Reason: x.Reason, Checker: actor.Name, Stamp: x.RequestedAt.String()}
	date, err := today(ctx, v)
	if err != nil {
		return r, err
	}
	r.Sent = views.Moment(x.RequestedAt.Time, date)
	names, err := v.SplitBorrowers(ctx, []string{string(x.RecordID)})
	if err != nil {
		return r, err
	}
	r.Who = whoOf(x, names)
	var record store.Record
	if x.RecordID != "" {
		if record, err = v.RecordByID(ctx, string(x.RecordID)); err != nil {
			return r, err
		}
	}
	if r.Papers, err = papersOf(ctx, v, actor, x.Ref, x.ID, record.ID); err != nil {
		return r, err
	}
	if x.Status != "pending" {
		r.Papers.WhyNot = "It is decided: nothing is attached any more."
	}
	if r.Terms, err = changedTerms(x); err != nil {
		return r, err
	}
	effects, err := servicing.PreviewApproval(ctx, v, x)
	if err != nil {
		return r, err
	}
	if r.Effects, err = effectViews(ctx, v, x, record, effects); err != nil {
		return r, err
	}
	if x.Kind == "split" && len(effects) == servicing.PreviewedParts {
		parts, err := v.ChildrenOf(ctx, record.ID)
		if err != nil {
			return r, err
		}
		r.MoreEffects, r.Record = len(parts)-len(effects), record.Ref
		for i := range r.Effects {
			r.Effects[i].Part = partName(x.Kind, i, len(parts))
		}
	}
	checks, err := servicing.ChecksOf(ctx, v, actor, x, effects)
	if err != nil {
		return r, err
	}
	for _, check := range checks {
		r.Checks = append(r.Checks, views.CheckLine{OK: check.OK(), Failed: check.Verdict == servicing.Failed, Text: check.Text, More: check.More})
	}
	if r.Narration = record.Narration; x.RecordID != "" {
		r.Receipt = receiptTerms(x, record)
		if r.Questions, err = questionsAbout(ctx, v, actor, record); err != nil {
			return r, err
		}
	}
	decisions, err := v.DecisionsOf(ctx, x.ID)
	if err != nil {
		return r, err
	}
	r.Outcome = approvalOutcome(x, decisions, record, date)
	if r.Trail, err = approvalTrail(ctx, v, x, decisions, date); err != nil {
		return r, err
	}
	return r, decideOffer(ctx, v, actor, x, &r)
}

// decideOffer says why this person may not decide, when they may not.
func decideOffer(ctx context.Context, v *store.View, actor servicing.Actor, x store.Approval, r *views.ApprovalReview) error {
	err := servicing.WhyNotDecide(ctx, v, actor, x)
	refused, ok := errors.AsType[*lending.Error](err)
	if !ok {
		return err
	}
	r.WhyNotHead, r.WhyNot = "You cannot decide this.", refused.Message
	return nil
}

// effectViews lays out what a decision does to each account. What was decided
// changes nothing any more: the account is shown as it stands.
func effectViews(ctx context.Context, v *store.View, x store.Approval, record store.Record, effects []servicing.Effect) ([]views.EffectView, error) {
	out := make([]views.EffectView, len(effects))
	for i, e := range effects {
		out[i] = views.EffectView{Part: partName(x.Kind, i, len(effects)), Ref: e.Account.Ref, Path: "/accounts/" + e.Account.Ref, Who: e.Account.BorrowerName,
			Before: views.Standing(e.Before), After: views.Standing(e.After), EndBefore: views.Standing(e.DayEndBefore), EndAfter: views.Standing(e.DayEndAfter),
			PostingsHead: "How it will be posted", PostingsWord: "Posted", Left: e.Left, TDSOverCap: e.TDSOverCap, Waits: e.Waits, Changed: e.ChangedSince, SeenDueNow: e.SeenDueNow}
		for _, p := range e.Postings {
			out[i].Postings = append(out[i].Postings, views.PostingLine{Label: p.Label, DueDate: p.DueDate, Component: views.ComponentWord(p.Component), Due: p.Due, Amount: p.Posted})
		}
		for n, other := range e.OtherAccounts {
			if slices.ContainsFunc(effects, func(same servicing.Effect) bool { return same.Account.ID == other.Account.ID }) {
				continue // it is shown with what changes
			}
			out[i].Others = append(out[i].Others, views.OtherAccount{Ref: other.Ref, Path: "/accounts/" + other.Ref,
				Outstanding: other.PrincipalOutstanding, DPD: other.DPD, Category: other.Category, After: string(e.OthersAfter[n])})
		}
		if out[i].Schedule = scheduleRows(e.RowsBefore, e.RowsAfter); x.RecordID == "" && x.Status == "pending" {
			out[i].PostingsHead = ""
		}
		settled, undoes := x.Status != "pending", i == 0 && (x.Kind == "reversal" || x.Kind == "move")
		if settled {
			out[i].Settled, out[i].After, out[i].EndAfter, out[i].Postings, out[i].Left = true, out[i].Before, out[i].EndBefore, nil, 0
			out[i].PostingsHead = "What it paid"
		} else if undoes {
			out[i].PostingsHead, out[i].PostingsWord = "What is taken back", "Taken back"
		}
		if undoes || settled && x.Status == "approved" && x.Kind == "record" {
			lines, err := settledLines(ctx, v, e.Account.ID, string(record.FactKey))
			if err != nil {
				return nil, err
			}
			out[i].Postings = lines
		}
	}
	return out, nil
}

// partName says which of several accounts it is.
func partName(kind string, i, n int) string {
	switch {
	case kind == "move" && i == 0:
		return "From"
	case kind == "move":
		return "To"
	case kind == "split":
		return fmt.Sprintf("Part %d of %d:", i+1, n)
	}
	return ""
}

// settledLines is what a receipt paid, as it is settled now.
func settledLines(ctx context.Context, v *store.View, account, receipt string) ([]views.PostingLine, error) {
	demands, err := v.DemandsOfAccount(ctx, account)
	if err != nil {
		return nil, err
	}
	byID := map[string]store.DemandRow{}
	for _, d := range demands {
		byID[d.ID] = d
	}
	settlements, err := v.SettlementsOfAccount(ctx, account)
	if err != nil {
		return nil, err
	}
	var lines []views.PostingLine
	for _, s := range settlements {
		if s.ReceiptKey != receipt {
			continue
		}
		d := byID[s.DemandID]
		lines = append(lines, views.PostingLine{Label: servicing.DemandLabel(lending.Demand{Type: lending.DemandType(d.Type), No: d.No, Name: d.Name}),
			DueDate: d.DueDate, Component: componentWord(s.Component), Amount: s.Amount})
	}
	return lines, nil
}

// componentWord is a stored component in words.
func componentWord(token string) string {
	c, err := lending.ParseComponent(token)
	if err != nil {
		return token
	}
	return views.ComponentWord(c)
}

// receiptTerms is what is known of the payment that a request is about.
func receiptTerms(x store.Approval, r store.Record) []views.Term {
	terms := []views.Term{{Name: "Record", Value: r.Ref, Path: "/records/" + r.Ref, Mono: true}}
	add := func(name, value string, mono bool) {
		if value != "" {
			terms = append(terms, views.Term{Name: name, Value: value, Mono: mono})
		}
	}
	if r.TDSAmount > 0 {
		add("Received", views.Rupees(r.ReceivedAmount), false)
		add("Tax withheld", views.Rupees(r.TDSAmount), false)
	}
	if r.FeeWithheld+r.FeeGST > 0 {
		add("Received", views.Rupees(r.ReceivedAmount), false)
		add("Fee withheld", views.Rupees(r.FeeWithheld), false)
		add("GST on the fee", views.Rupees(r.FeeGST), false)
	}
	add("Bank reference", string(r.UTR), true)
	add("Paid by", strings.ToUpper(string(r.PaymentMode)), false)
	add("Into", r.BankCode, false)
	add("Value date", views.Day(r.Date), false)
	if r.BankDate != r.Date {
		add("At the bank", views.Day(r.BankDate), false)
	}
	add("Receipt", string(r.ReceiptNo), true)
	if r.ChequeNo != "" {
		add("Cheque", r.ChequeNo+", "+r.ChequeBank+", "+views.Day(r.ChequeDate), false)
	}
	add("Instruction", instructionWords[r.Prepayment], false)
	if r.ClosingOfferID != "" {
		add("Takes", "the offer that closes the loan", false)
	}
	add("Settles", orderWords[lending.SettlementOrder(r.SettlementOrder)]+", "+r.ComponentOrder, false)
	add("Remark", r.Remark, false)
	var body struct{ Revert string }
	if json.Unmarshal([]byte(x.Payload), &body) == nil {
		add("Reversal", map[string]string{"bank": "the bank took the money back", "account": "it went to the wrong account"}[body.Revert], false)
	}
	return terms
}

// instructionWords says what the borrower wants done with money beyond the dues.
var instructionWords = map[string]string{lending.ReduceEMI: "prepayment: a lower instalment", lending.ReduceTenure: "prepayment: an earlier end"}

// changedTerms are the terms of a change, before and after.
func changedTerms(x store.Approval) ([]views.ChangedTerm, error) {
	terms, err := servicing.ChangedTerms(x)
	out := make([]views.ChangedTerm, len(terms))
	for i, t := range terms {
		out[i] = views.ChangedTerm{Name: t.Name, Was: t.Was, Will: t.Will}
	}
	return out, err
}

// scheduleRows are instalments to come, before and after a change, beside each other.
func scheduleRows(before, after []servicing.ScheduleRow) []views.PlannedChange {
	out := make([]views.PlannedChange, max(len(before), len(after)))
	for i := range out {
		if i < len(before) {
			out[i].Was = views.PlannedRow{DueDate: before[i].DueDate, Principal: before[i].Principal, Interest: before[i].Interest}
		}
		if i < len(after) {
			out[i].Will = views.PlannedRow{DueDate: after[i].DueDate, Principal: after[i].Principal, Interest: after[i].Interest}
		}
	}
	return out
}

// orderWords says how a receipt walks over the dues.
var orderWords = map[lending.SettlementOrder]string{
	lending.DueDateFirst: "oldest due first", lending.ComponentFirst: "one component over all dues first",
	lending.LoanFirst: "oldest loan first", lending.SpecificLoans: "the loans it was meant for",
}

// approvalOutcome is how a request ended; nil while it waits.
func approvalOutcome(x store.Approval, decisions []store.Decision, r store.Record, today lending.Date) *views.Outcome {
	if x.Status == "pending" {
		return nil
	}
	tones := map[string]views.Tone{"approved": views.ToneGood, "rejected": views.ToneBad, "sent_back": views.ToneWarn, "withdrawn": views.ToneNone}
	out := &views.Outcome{Tone: tones[x.Status], Lead: outcomeWord[x.Status] + ".", Path: "/records/" + r.Ref, Link: "See the record"}
	if x.RecordID == "" {
		out.Path, out.Link = "", ""
		if x.AccountRef != "" {
			out.Path, out.Link = "/accounts/"+x.AccountRef, "See the account"
		}
	}
	if x.Status == "withdrawn" {
		out.Lead = "Taken back by its maker before anybody decided."
	} else if len(decisions) > 0 {
		last := decisions[len(decisions)-1]
		out.Lead, out.Reason = outcomeWord[x.Status]+" by "+last.Person+", "+views.Moment(last.At.Time, today)+".", last.Reason
	}
	return out
}

// approvalTrail is the history of a request and of its record, newest first, with
// whose turn it is.
func approvalTrail(ctx context.Context, v *store.View, x store.Approval, decisions []store.Decision, today lending.Date) ([]views.Step, error) {
	earlier := []store.Approval{x}
	var err error
	if x.RecordID != "" {
		if earlier, err = v.ApprovalsOfRecord(ctx, string(x.RecordID)); err != nil {
			return nil, err
		}
	}
	subjects := []string{servicing.SubjectOf(x)}
	for _, request := range earlier {
		subjects = append(subjects, request.Ref)
	}
	var events []store.Event
	for _, subject := range subjects {
		more, err := v.Events(ctx, store.EventFilter{Subject: subject, Limit: trailLimit})
		if err != nil {
			return nil, err
		}
		events = append(events, more...)
	}
	slices.SortFunc(events, func(x, y store.Event) int { return cmp.Compare(y.Seq, x.Seq) })
	steps := eventSteps(events[:min(len(events), trailLimit)], today)
	if x.Status != "pending" {
		return steps, nil
	}
	what := "Waiting for a " + strings.ReplaceAll(x.Role, "_", " ")
	if x.Levels > 1 {
		what = fmt.Sprintf("Level %d of %d: waiting for a %s", x.Level+1, x.Levels, strings.ReplaceAll(x.Role, "_", " "))
	}
	since := x.RequestedAt
	if len(decisions) > 0 {
		since = decisions[len(decisions)-1].At
	}
	return append([]views.Step{{What: what, By: "sent by " + x.Requester, At: views.Moment(since.Time, today), Stamp: since.String(), Current: true}}, steps...), nil
}

// eventSteps lays rows of the log out as a history.
func eventSteps(events []store.Event, today lending.Date) []views.Step {
	steps := make([]views.Step, len(events))
	for i, e := range events {
		var given struct{ Reason string }
		_ = json.Unmarshal([]byte(e.Input), &given) // an input without a reason has none to show
		steps[i] = views.Step{At: views.Moment(e.At.Time, today), Stamp: e.At.String(), By: e.ActorName, What: e.Summary, Detail: given.Reason, Tone: eventTone(e),
			Refused: e.Outcome == "refused"}
		if strings.Contains(e.Summary, given.Reason) {
			steps[i].Detail = ""
		}
	}
	return steps
}

// eventTone marks what was refused, decided and undone.
func eventTone(e store.Event) views.Tone {
	switch {
	case e.Outcome == "refused":
		return views.ToneWarn
	case e.Action == "approval.approve":
		return views.ToneGood
	case e.Action == "approval.reject", strings.Contains(e.Flags, "reversed"):
		return views.ToneBad
	}
	return views.ToneNone
}

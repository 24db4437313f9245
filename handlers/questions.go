package handlers

import (
	"context"

	"github.com/labstack/echo/v4"

	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// questionsAbout are what a person has to say about a record: whether it is money
// of its own, or the same as another record.
func questionsAbout(ctx context.Context, v *store.View, actor servicing.Actor, r store.Record) ([]views.Question, error) {
	var list []views.Question
	if r.Status == "parked" && r.DuplicateOf != "" {
		first, err := v.RecordByID(ctx, string(r.DuplicateOf))
		if err != nil {
			return nil, err
		}
		list = append(list, otherAmountQuestion(actor, r, first))
	}
	twins, err := servicing.TwinsOf(ctx, v, r)
	for _, twin := range twins {
		receipt, line := r, twin.Record
		if r.Source != "hand" {
			receipt, line = twin.Record, r
		}
		list = append(list, twinQuestion(actor, servicing.Pair{Receipt: receipt, Line: line, Why: twin.Why}, twin.Record))
	}
	return list, err
}

// otherAmountQuestion is about a credit whose reference is there with another amount.
func otherAmountQuestion(actor servicing.Actor, r, first store.Record) views.Question {
	version := views.Field{Name: "version", Value: versionText(r.Version)}
	return views.Question{ID: "question", Lead: "Same reference, other amount.", WhyNot: whyNotPrepare(actor),
		Text:  "It may be money of its own, or the money of another record, written down wrong by the bank or by us. Until somebody says which, it is on no loan. It is compared with",
		Other: recordLink(first),
		Acts: []views.QuestionAct{
			{Label: "It is money of its own", Path: "/records/" + r.Ref + "/unparking", Fields: []views.Field{version}},
			{Label: "It is a duplicate", Path: "/records/" + r.Ref + "/setting-aside",
				Fields: []views.Field{version, {Name: "kind", Value: "duplicate"}, {Name: "duplicate_of", Value: first.Ref}, {Name: "remark", Value: r.Reason}}},
		}}
}

// twinQuestion is about a receipt and the statement line that may be its money;
// other is the one that is not looked at.
func twinQuestion(actor servicing.Actor, p servicing.Pair, other store.Record) views.Question {
	q := views.Question{ID: "twin-" + other.Ref, Lead: "This may be the same money as a statement line.", Text: p.Why + " It is " + servicing.StateWords(other.Status) + ":",
		Other: recordLink(other), WhyNot: whyNotPrepare(actor)}
	if other.ID == p.Receipt.ID {
		q.Lead = "This may be the same money as receipt " + string(p.Receipt.ReceiptNo) + "."
	}
	q.Acts = []views.QuestionAct{{Label: "It is the same money", Path: "/records/" + p.Receipt.Ref + "/confirmation", Fields: []views.Field{
		{Name: "line", Value: p.Line.Ref}, {Name: "version", Value: versionText(p.Receipt.Version)}, {Name: "line_version", Value: versionText(p.Line.Version)}}}}
	q.Acts = append(q.Acts, views.QuestionAct{Label: "It is not", Path: "/records/" + p.Receipt.Ref + "/separation", Fields: q.Acts[0].Fields, Ask: "How do you know?"})
	return q
}

// maxPairs is how many pairs one page asks about; the others wait on their records.
const maxPairs = 10

// pairQuestions are about the lines of a statement that may be receipts by hand.
func pairQuestions(ctx context.Context, v *store.View, actor servicing.Actor, s store.Statement) (list []views.Question, more int, err error) {
	pairs, err := servicing.TwinsOfStatement(ctx, v, s)
	if len(pairs) > maxPairs {
		pairs, more = pairs[:maxPairs], len(pairs)-maxPairs
	}
	for _, p := range pairs {
		q := twinQuestion(actor, p, p.Receipt)
		q.ID = "twin-" + p.Line.Ref + "-" + p.Receipt.Ref
		q.Lead = p.Line.Ref + " of " + views.Rupees(p.Line.Amount) + " may be the same money as receipt " + string(p.Receipt.ReceiptNo) + "."
		list = append(list, q)
	}
	return list, more, err
}

// whyNotPrepare is why somebody does not answer for money, "" when they do.
func whyNotPrepare(actor servicing.Actor) string {
	if actor.Can(servicing.MayPrepare) {
		return ""
	}
	return "This is answered by " + servicing.RolesFor(servicing.MayPrepare) + "."
}

func recordLink(r store.Record) views.Link {
	return views.Link{Path: "/records/" + r.Ref, Label: r.Ref + " of " + views.Rupees(r.Amount)}
}

// createRecordConfirmation says that a statement line is the money of a receipt.
func (a *app) createRecordConfirmation(c echo.Context) error {
	return a.act(c, "confirm", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (views.Flash, error) {
		line := store.CleanRef(f.text("line"))
		stands, err := a.office.ConfirmReceipt(ctx, actor, servicing.SameMoney{Receipt: ref, Line: line, ReceiptVersion: f.version(), LineVersion: f.versionOf("line_version")})
		return views.Flash{Text: "It is one money now: " + stands.Ref + " stands, the other is cancelled.", Path: "/records/" + stands.Ref, Link: stands.Ref}, err
	})
}

// createRecordSeparation says that a statement line is not the money of a receipt.
func (a *app) createRecordSeparation(c echo.Context) error {
	return a.act(c, "separate", func(ctx context.Context, actor servicing.Actor, ref string, f *fields) (views.Flash, error) {
		line := store.CleanRef(f.text("line"))
		_, err := a.office.KeepApart(ctx, actor, servicing.NotSameMoney{Receipt: ref, Line: line, ReceiptVersion: f.version(), LineVersion: f.versionOf("line_version"), Reason: f.text("reason")})
		return views.Flash{Text: "Two monies: it is in the log, and nobody is asked about " + ref + " and " + line + " again.", Path: "/records/" + line, Link: line}, err
	})
}

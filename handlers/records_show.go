package handlers

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/matching"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// recordTrailLimit is how many events of one record are shown.
const recordTrailLimit = 60

// refusedAct is an act on a record that was refused: the form that stays open, or
// what is true now when somebody was faster.
type refusedAct struct {
	key  string
	form views.Form
	now  string
}

func (a *app) showRecord(c echo.Context) error {
	return a.showRecordPage(c, http.StatusOK, c.Param("ref"), nil)
}

// recordView is one record with everything that its page reads about it.
type recordView struct {
	record    store.Record
	before    []store.Record // whose money it took over, the last one first
	after     []store.Record // that took over from it
	parts     []store.Record
	allParts  bool // a person asked for all of thousands
	approvals []store.Approval
	paid      []store.PaidDemand
	today     lending.Date
	confirm   int // days after which a receipt by hand should be on a statement
}

func (a *app) showRecordPage(c echo.Context, status int, ref string, refused *refusedAct) error {
	var page views.RecordPage
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		r, err := v.RecordByRef(ctx, ref)
		if err != nil {
			return err
		}
		shell, err := a.shell(ctx, c, v, frame{title: r.Ref, here: "/records", layout: views.LayoutRecord})
		if err != nil {
			return err
		}
		x, err := viewRecord(ctx, v, r)
		if err != nil {
			return err
		}
		x.allParts = c.QueryParam("parts") == "all"
		if page, err = x.page(ctx, v); err != nil {
			return err
		}
		page.Shell = shell
		if page.Questions, err = questionsAbout(ctx, v, actorOf(c), r); err != nil {
			return err
		}
		if page.Papers, err = papersOf(ctx, v, actorOf(c), r.Ref, papersFrom(x)...); err != nil {
			return err
		}
		if refused != nil {
			page.Now = refused.now
			if refused.key == "attach" {
				page.Papers.Form, refused = refused.form, nil
			}
		}
		return x.offers(ctx, v, actorOf(c), refused, &page)
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Record(page), nil)
}

// papersFrom are the subjects whose papers belong to a record: itself, its requests,
// and the records whose money it took over.
func papersFrom(x recordView) []string {
	ids := []string{x.record.ID}
	for _, a := range x.approvals {
		ids = append(ids, a.ID)
	}
	for _, r := range x.before {
		ids = append(ids, r.ID)
	}
	return ids
}

// partsShown is how many parts of a split a page shows unless it is asked for all: a
// gateway's breakdown has thousands.
const partsShown = 100

func viewRecord(ctx context.Context, v *store.View, r store.Record) (recordView, error) {
	x := recordView{record: r}
	company, err := v.Company(ctx)
	if err != nil {
		return x, err
	}
	x.today, x.confirm = company.BusinessDate, company.ConfirmDays
	if x.parts, x.after, err = v.DescendantsOf(ctx, r.ID); err != nil {
		return x, err
	}
	if x.approvals, err = v.ApprovalsOfRecord(ctx, r.ID); err != nil {
		return x, err
	}
	if r.ParentID != "" {
		// The parts of a split are decided with their parent.
		more, err := v.ApprovalsOfRecord(ctx, string(r.ParentID))
		if err != nil {
			return x, err
		}
		x.approvals = append(x.approvals, more...)
	}
	if x.before, err = predecessors(ctx, v, r); err != nil {
		return x, err
	}
	if len(x.before) > 0 && x.settling() == nil {
		// What was moved here settles under the approval of the move.
		more, err := v.ApprovalsOfRecord(ctx, x.before[0].ID)
		if err != nil {
			return x, err
		}
		for _, a := range more {
			if a.Kind == "move" && a.ToAccountID == r.AccountID && a.Status == "approved" {
				x.approvals = append(x.approvals, a)
			}
		}
	}
	x.paid, err = v.PaidByRecord(ctx, r.ID)
	return x, err
}

// maxBefore ends the walk through records that took over from one another.
const maxBefore = 20

// predecessors are the records whose money this one took over, one after the
// other: rejected, reversed or moved away.
func predecessors(ctx context.Context, v *store.View, r store.Record) ([]store.Record, error) {
	var before []store.Record
	for r.PredecessorID != "" && len(before) < maxBefore {
		next, err := v.RecordByID(ctx, string(r.PredecessorID))
		if err != nil {
			return nil, err
		}
		before, r = append(before, next), next
	}
	return before, nil
}

// settling is the approval under which the record settled, nil when there is none.
func (x recordView) settling() *store.Approval {
	for i, a := range x.approvals {
		if a.Status == "approved" && (a.Kind == "record" || a.Kind == "split" || a.Kind == "move" && a.RecordID != store.Opt(x.record.ID)) {
			return &x.approvals[i]
		}
	}
	return nil
}

// page lays the record out.
func (x recordView) page(ctx context.Context, v *store.View) (views.RecordPage, error) {
	r := x.record
	p := views.RecordPage{Ref: r.Ref, Amount: r.Amount, Received: r.ReceivedAmount, TDS: r.TDSAmount, Fee: r.FeeWithheld, FeeGST: r.FeeGST, Date: r.Date, BankDate: r.BankDate,
		State: recordState(r), Facts: recordFacts(r)}
	p.State.Chip = true
	if r.ReceiptNo != "" {
		p.Receipt = "/records/" + r.Ref + "/receipt"
	}
	if r.Status == "approved" || r.Status == "processed" {
		p.Left = r.RemainingAmount
	}
	for _, d := range x.paid {
		p.Settled += d.Total
		p.Paid, p.PaidSum = append(p.Paid, paidRow(d)), addPaid(p.PaidSum, d)
	}
	p.PartsAll = len(x.parts)
	for _, part := range x.parts {
		if len(p.Parts) == partsShown && !x.allParts {
			p.MoreParts = "/records/" + r.Ref + "?parts=all#parts"
			break
		}
		p.Parts = append(p.Parts, views.PartRow{Ref: part.Ref, Account: part.AccountRef, Borrower: part.BorrowerName, Amount: part.Amount, State: recordState(part)})
	}
	var err error
	if p.Line, err = bankLine(ctx, v, r); err != nil {
		return p, err
	}
	p.Who, p.Lead = recordHead(ctx, v, r)
	if p.Kin, err = x.kin(ctx, v); err != nil {
		return p, err
	}
	if p.Approvals, err = x.approvalLines(ctx, v); err != nil {
		return p, err
	}
	if p.Why, err = x.why(ctx, v); err != nil {
		return p, err
	}
	p.Trail, err = x.trail(ctx, v, p.Line)
	return p, err
}

// recordHead says whose money it is and how it came.
func recordHead(ctx context.Context, v *store.View, r store.Record) (who, lead string) {
	lead = map[string]string{"repayment": "Received", "tds": "Tax withheld", "refund": "Money that goes back, asked for", "adjustment": "Money held that settles dues, as of"}[r.Type] + " on " + views.Day(r.Date)
	if r.PaymentMode != "" {
		lead += ", " + modeWord(string(r.PaymentMode), r.Type)
	}
	if r.BankCode != "" {
		lead += ", into " + r.BankCode
	}
	if r.BorrowerName != "" {
		return "from " + r.BorrowerName, lead + ", for account " + r.AccountRef + "."
	}
	if r.Narration != "" {
		bank, err := v.BankByAny(ctx, string(r.CollectionBankID))
		if err == nil {
			return "from " + payerOf(matching.Parse(bank.Bank, r.Narration), r.Narration), lead + "."
		}
	}
	return "", lead + "."
}

func paidRow(d store.PaidDemand) views.PaidRow {
	row := views.PaidRow{Label: servicing.DemandLabel(lending.Demand{Type: lending.DemandType(d.Type), No: d.No, Name: d.Name}), Path: "/accounts/" + d.AccountRef,
		DueDate: d.DueDate, Left: d.Left, Held: d.FromExcess}
	return addPaid(row, d)
}

// addPaid adds what was paid of one due to a row.
func addPaid(row views.PaidRow, d store.PaidDemand) views.PaidRow {
	row.Principal += d.P
	row.Interest += d.NI
	row.Overdue += d.OI
	row.Penal += d.PI
	row.Fee += d.F
	row.Total += d.Total
	return row
}

// bankLine is what the bank says of the record, nil when no statement shows it.
func bankLine(ctx context.Context, v *store.View, r store.Record) (*views.BankLine, error) {
	if r.BankCreditID == "" {
		return nil, nil
	}
	credit, err := v.BankCreditByID(ctx, string(r.BankCreditID))
	if err != nil {
		return nil, err
	}
	statement, err := v.StatementByRef(ctx, credit.StatementID)
	if err != nil {
		return nil, err
	}
	line := views.BankLine{Narration: credit.Narration, Reference: credit.Reference, Rail: modeWord(credit.Rail, ""), Line: credit.Line, Date: credit.ValueDate,
		Amount: credit.Amount, Statement: statement.Ref, File: statement.FileName}
	if credit.Rail == "" {
		line.Rail = ""
	}
	if credit.Balance != nil {
		line.Balance = views.Amount(lending.Money(*credit.Balance))
	}
	if credit.DuplicateOf != "" {
		line.Repeats = "A line before this one has the same reference."
	}
	returns, err := v.ReturnsOf(ctx, credit.ID)
	if len(returns) > 0 {
		last := returns[len(returns)-1]
		line.Returned = fmt.Sprintf("The bank took it back on %s (line %d: %s).", views.Day(last.ValueDate), last.Line, last.Narration)
	}
	return &line, err
}

// kin are the records that this one came from, went into, is a part of, repeats
// or is repeated by.
func (x recordView) kin(ctx context.Context, v *store.View) ([]views.KinRow, error) {
	r := x.record
	var kin []views.KinRow
	seen := map[string]bool{r.ID: true}
	add := func(what string, o store.Record) {
		if !seen[o.ID] {
			seen[o.ID] = true
			kin = append(kin, views.KinRow{What: what, Ref: o.Ref, Amount: o.Amount, State: recordState(o), Reason: o.Reason})
		}
	}
	for _, one := range []struct {
		what string
		id   store.Opt
	}{{"Part of the split", r.ParentID}, {"Came from", r.PredecessorID}, {repeatsWord(r), r.DuplicateOf}} {
		if one.id == "" {
			continue
		}
		other, err := v.RecordByID(ctx, string(one.id))
		if err != nil {
			return nil, err
		}
		add(one.what, other)
	}
	for _, s := range x.after {
		add("Went into", s)
	}
	if r.BankCreditID == "" {
		return kin, nil
	}
	for _, part := range x.parts {
		seen[part.ID] = true // they stand among the parts
	}
	same, err := v.RecordsOfCredit(ctx, string(r.BankCreditID))
	for _, o := range same {
		add("Of the same bank line", o)
	}
	return kin, err
}

// repeatsWord says how sure it is that a record repeats another.
func repeatsWord(r store.Record) string {
	if r.Status == "parked" {
		return "May repeat"
	}
	return "Repeats"
}

// approvalKinds says what a request is about.
var approvalKinds = map[string]string{"refund": "The refund", "adjustment": "The adjustment", "record": "The receipt", "split": "The split", "reversal": "Its reversal", "move": "Its move to another account",
	"undo_set_aside": "Putting it back on the desk"}

func (x recordView) approvalLines(ctx context.Context, v *store.View) ([]views.ApprovalLine, error) {
	tones := map[string]views.Tone{"pending": views.ToneInfo, "approved": views.ToneGood, "rejected": views.ToneBad, "sent_back": views.ToneWarn}
	var lines []views.ApprovalLine
	for _, a := range x.approvals {
		decisions, err := v.DecisionsOf(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		lines = append(lines, views.ApprovalLine{Ref: a.Ref, Kind: approvalKinds[a.Kind], Outcome: approvalEnd(a, decisions, x.today), Tone: tones[a.Status], Reason: a.Reason})
	}
	return lines, nil
}

// approvalEnd says how a request ended, or whose turn it is.
func approvalEnd(a store.Approval, decisions []store.Decision, today lending.Date) string {
	switch {
	case a.Status == "pending" && a.Levels > 1:
		return fmt.Sprintf("Level %d of %d waits for a %s", a.Level+1, a.Levels, strings.ReplaceAll(a.Role, "_", " "))
	case a.Status == "pending":
		return "Waits for a " + strings.ReplaceAll(a.Role, "_", " ")
	case a.Status == "withdrawn" || len(decisions) == 0:
		return "Taken back"
	}
	last := decisions[len(decisions)-1]
	word := map[string]string{"approved": "Approved", "rejected": "Rejected", "sent_back": "Sent back"}[a.Status]
	return word + " by " + last.Person + ", " + views.Moment(last.At.Time, today)
}

// withApart puts what was said of the record under another one among its events: that
// the two are not the same money.
func (x recordView) withApart(ctx context.Context, v *store.View, events []store.Event) ([]store.Event, error) {
	said, err := v.ApartFrom(ctx, x.record.ID, string(x.record.BankCreditID))
	if err != nil {
		return nil, err
	}
	for _, s := range said {
		if s.RecordID == x.record.ID || s.Other == "" {
			continue
		}
		more, err := v.Events(ctx, store.EventFilter{Subject: s.Other, Action: "record.apart", Outcome: "done", Limit: recordTrailLimit})
		if err != nil {
			return nil, err
		}
		for _, e := range more {
			if strings.Contains(e.Summary, x.record.Ref) {
				events = append(events, e)
			}
		}
	}
	slices.SortStableFunc(events, func(a, b store.Event) int { return cmp.Compare(b.Seq, a.Seq) })
	return events, nil
}

// trail is the history of the money: of the record, its requests and those of the
// records it took over from, newest first, down to where it came from.
func (x recordView) trail(ctx context.Context, v *store.View, line *views.BankLine) ([]views.Step, error) {
	subjects := []string{x.record.Ref}
	approvals := x.approvals
	for _, r := range x.before {
		more, err := v.ApprovalsOfRecord(ctx, r.ID)
		if err != nil {
			return nil, err
		}
		subjects, approvals = append(subjects, r.Ref), append(approvals, more...)
	}
	for _, a := range approvals {
		subjects = append(subjects, a.Ref)
	}
	if x.record.ParentID != "" {
		parent, err := v.RecordByID(ctx, string(x.record.ParentID))
		if err != nil {
			return nil, err
		}
		subjects = append(subjects, parent.Ref)
	}
	events, err := v.EventsOn(ctx, subjects, recordTrailLimit)
	if err != nil {
		return nil, err
	}
	if events, err = x.withApart(ctx, v, events); err != nil {
		return nil, err
	}
	steps := eventSteps(events, x.today)
	if len(steps) > 0 {
		steps[0].Current = true
	}
	if slices.ContainsFunc(events, func(e store.Event) bool { return e.Action == "record.create" }) {
		return steps, nil
	}
	first := x.record
	if n := len(x.before); n > 0 {
		first = x.before[n-1]
	}
	by := string(first.UploadedBy)
	if by == "" {
		by = "a program"
	}
	origin := views.Step{At: views.Moment(first.CreatedAt.Time, x.today), Stamp: first.CreatedAt.String(), By: by, What: "Taken over with the portfolio"}
	switch {
	case x.record.ParentID != "":
		origin.What = "Made as a part of a split"
	case line != nil:
		origin.What = fmt.Sprintf("Came with line %d of %s", line.Line, line.File)
	}
	return append(steps, origin), nil
}

// suggestion names the best candidate of an unmatched record, "" for none.
func suggestion(ctx context.Context, v *store.View, r store.Record) (string, error) {
	best, err := v.BestProposals(ctx, []string{r.ID})
	if err != nil {
		return "", err
	}
	proposal, ok := best[r.ID]
	var accounts []string
	if ok {
		err = json.Unmarshal([]byte(proposal.Accounts), &accounts)
	}
	if err != nil || len(accounts) == 0 {
		return "", err
	}
	account, err := v.AccountByID(ctx, accounts[0])
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("The best suggestion is %s of %s, %d of 100.", account.Ref, account.BorrowerName, proposal.Confidence/100), nil
}

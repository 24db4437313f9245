package lms

import (
	"context"

	"lekha/servicing"
	"lekha/store"
)

// openApproval is a request as it stands beside what it is about.
type openApproval struct {
	ID      string `json:"id"`
	RefID   string `json:"ref_id"`
	Kind    string `json:"kind"`
	Status  string `json:"status"`
	Level   int    `json:"level" doc:"Levels that are signed."`
	Levels  int    `json:"levels"`
	Version int64  `json:"version"`
}

// approvalAnswer is one thing that a second person decides.
type approvalAnswer struct {
	ID          string           `json:"id"`
	CreatedAt   stamp            `json:"created_at"`
	RefID       string           `json:"ref_id"`
	Index       int64            `json:"index"`
	Kind        string           `json:"kind" doc:"record, split, reversal, move or undo_set_aside; of changes without a record restructure, rate_reset, reset_rps, foreclosure, cooling_off, settlement, write_off, reopen, loan_params, program."`
	Status      string           `json:"status" doc:"pending, approved, rejected, sent_back or withdrawn."`
	Record      noText           `json:"record"`
	RecordRef   noText           `json:"record_ref"`
	Account     noText           `json:"account"`
	AccountRef  noText           `json:"account_ref"`
	ToAccount   noText           `json:"to_account" doc:"Where a move takes the money."`
	Name        string           `json:"name" doc:"Of the borrower."`
	Amount      amount           `json:"amount"`
	Role        string           `json:"role" doc:"Whose turn it is."`
	Level       int              `json:"level" doc:"Levels that are signed."`
	Levels      int              `json:"levels"`
	Reason      string           `json:"reason" doc:"The maker's."`
	RequestedBy string           `json:"requested_by"`
	Requester   string           `json:"requester"`
	RequestedAt stamp            `json:"requested_at"`
	DecidedAt   stamp            `json:"decided_at"`
	Decisions   []decisionAnswer `json:"decisions"`
	Effects     *[]effectAnswer  `json:"effects,omitempty" doc:"Only with expand=effects: each account before and after, by replay with and without what is asked."`
	Checks      *[]checkAnswer   `json:"checks,omitempty" doc:"Only with expand=checks."`
	Version     int64            `json:"version"`
}

// decisionAnswer is one person's word.
type decisionAnswer struct {
	Level    int    `json:"level"`
	Decision string `json:"decision" doc:"approve, reject or send_back."`
	Person   string `json:"person"`
	Reason   string `json:"reason"`
	At       stamp  `json:"at"`
}

// effectAnswer is what a decision does to one account.
type effectAnswer struct {
	Account      string       `json:"account"`
	RefID        string       `json:"ref_id"`
	Name         string       `json:"name"`
	Before       momentAnswer `json:"before"`
	After        momentAnswer `json:"after"`
	DayEndBefore momentAnswer `json:"day_end_before" doc:"At the end of today, without it."`
	DayEndAfter  momentAnswer `json:"day_end_after"`
	Allocation   []postedPart `json:"allocation" doc:"What the money would pay, in order."`
	Left         amount       `json:"left" doc:"Held as excess."`
	Waits        bool         `json:"waits" doc:"The value date is still to come."`
	ChangedSince bool         `json:"changed_since" doc:"The account moved since the request was sent."`
}

// momentAnswer is an account at one moment of a preview.
type momentAnswer struct {
	summaryAnswer
	DueNow    amount `json:"due_now"`
	OldestDue stamp  `json:"oldest_due"`
}

func momentWire(m servicing.Moment) momentAnswer {
	return momentAnswer{summaryWire(m.Summary), amount(m.Summary.DueNow), startOf(m.Oldest)}
}

// postedPart is what money pays of one component of one demand.
type postedPart struct {
	Demand    noText `json:"demand"`
	Label     string `json:"label"`
	DueDate   stamp  `json:"due_date"`
	Component string `json:"component" doc:"P, NI, OI, PI or F."`
	Amount    amount `json:"amount"`
}

// checkAnswer is one of the questions a checker would ask, answered.
type checkAnswer struct {
	OK      bool   `json:"ok"`
	Verdict string `json:"verdict" doc:"passed, failed, or to_judge: neither right nor wrong by itself."`
	Text    string `json:"text" doc:"The sentence of the verdict."`
	More    string `json:"more"`
}

// demandIDs are the ids of an account's demands by key.
func demandIDs(ctx context.Context, v *store.View, account string) (map[string]string, error) {
	rows, err := v.DemandsOfAccount(ctx, account)
	ids := make(map[string]string, len(rows))
	for _, d := range rows {
		ids[d.Key] = d.ID
	}
	return ids, err
}

func postings(list []servicing.Posting, ids map[string]string) []postedPart {
	parts := []postedPart{}
	for _, p := range list {
		parts = append(parts, postedPart{noText(ids[p.Demand]), p.Label, startOf(p.DueDate), p.Component.String(), amount(p.Posted)})
	}
	return parts
}

// approvalWriter writes approvals of one moment.
func (c *call) approvals(v *store.View) func(context.Context, store.Approval) (approvalAnswer, error) {
	return func(ctx context.Context, p store.Approval) (approvalAnswer, error) {
		answer := approvalAnswer{ID: p.ID, CreatedAt: stampOf(p.RequestedAt), RefID: p.Ref, Index: p.Idx, Kind: p.Kind, Status: p.Status,
			Record: noText(p.RecordID), RecordRef: noText(p.RecordRef), Account: noText(p.AccountID), AccountRef: noText(p.AccountRef),
			ToAccount: noText(p.ToAccountID), Name: p.BorrowerName, Amount: amount(p.Amount), Role: p.Role, Level: p.Level, Levels: p.Levels,
			Reason: p.Reason, RequestedBy: p.RequestedBy, Requester: p.Requester, RequestedAt: stampOf(p.RequestedAt), DecidedAt: stampOf(p.DecidedAt),
			Decisions: []decisionAnswer{}, Version: p.Version}
		decisions, err := v.DecisionsOf(ctx, p.ID)
		if err != nil {
			return answer, err
		}
		for _, d := range decisions {
			answer.Decisions = append(answer.Decisions, decisionAnswer{d.Level, d.Decision, d.Person, d.Reason, stampOf(d.At)})
		}
		return answer, c.preview(ctx, v, p, &answer)
	}
}

// preview adds effects and checks when they are asked for.
func (c *call) preview(ctx context.Context, v *store.View, p store.Approval, answer *approvalAnswer) error {
	if !c.expand("effects") && !c.expand("checks") {
		return nil
	}
	effects, err := servicing.PreviewApproval(ctx, v, p)
	if err != nil {
		return err
	}
	if c.expand("effects") {
		list := []effectAnswer{}
		for _, e := range effects {
			ids, err := demandIDs(ctx, v, e.Account.ID)
			if err != nil {
				return err
			}
			list = append(list, effectAnswer{e.Account.ID, e.Account.Ref, e.Account.BorrowerName, momentWire(e.Before), momentWire(e.After),
				momentWire(e.DayEndBefore), momentWire(e.DayEndAfter), postings(e.Postings, ids), amount(e.Left), e.Waits, e.ChangedSince})
		}
		answer.Effects = &list
	}
	if !c.expand("checks") {
		return nil
	}
	checks, err := servicing.ChecksOf(ctx, v, c.actor, p, effects)
	list := []checkAnswer{}
	for _, check := range checks {
		list = append(list, checkAnswer{check.OK(), string(check.Verdict), check.Text, check.More})
	}
	answer.Checks = &list
	return err
}

// approvalFilters narrow the approvals.
var approvalFilters = join(
	one("status", listParam, "States, comma-separated.", "pending", "approved", "rejected", "sent_back", "withdrawn"),
	one("kind", textParam, "record, split, reversal, move or undo_set_aside."),
	one("role", textParam, "Whose turn it is."),
	one("account", textParam, "Id or ref of an account it changes."),
	one("record", textParam, "Id or ref of the record."),
	one("requested_by", textParam, "Id of the maker."),
	one("mine", flagParam, "Only what the caller may decide: not made, edited or signed by them."),
	between("requested_at"),
	ordering("index", "amount"),
)

// listApprovals answers one page of approvals.
func (a *API) listApprovals(c *call) (page[approvalAnswer], error) {
	var answer page[approvalAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		q := store.ApprovalQuery{ApprovalFilter: store.ApprovalFilter{Statuses: c.list("status"), Kind: c.text("kind"), Role: c.text("role")},
			Requester: c.text("requested_by"), Requested: store.Span{From: c.date("requested_at_after"), To: c.date("requested_at_before")},
			Listing: c.listing("-index")}
		if c.flag("mine") {
			q.NotBy = c.actor.Person
		}
		var err error
		if q.Account, err = accountID(ctx, v, c.keyParam("account")); err != nil {
			return err
		}
		if q.Record, err = recordID(ctx, v, c.keyParam("record")); err != nil {
			return err
		}
		answer, err = paged(c, q.Listing,
			func() ([]store.Approval, *store.RecordKey, error) { return v.QueryApprovals(ctx, q) },
			func() (int64, error) { return v.CountApprovals(ctx, q) }, c.approvals(v))
		return err
	})
	return answer, err
}

// showApproval answers one approval.
func (a *API) showApproval(c *call) (approvalAnswer, error) { return a.answerApproval(c, c.id()) }

func (a *API) answerApproval(c *call, key string) (approvalAnswer, error) {
	var answer approvalAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		p, err := v.ApprovalByRef(ctx, key)
		if err != nil {
			return err
		}
		c.version = p.Version
		answer, err = c.approvals(v)(ctx, p)
		return err
	})
	return answer, err
}

// approve signs a request.
func (a *API) approve(c *call, in remarkBody) (approvalAnswer, error) {
	return a.decide(c, in, "approve")
}

// reject refuses a request.
func (a *API) reject(c *call, in remarkBody) (approvalAnswer, error) {
	return a.decide(c, in, "reject")
}

// sendBack returns a request to the makers.
func (a *API) sendBack(c *call, in remarkBody) (approvalAnswer, error) {
	return a.decide(c, in, "send_back")
}

func (a *API) decide(c *call, in remarkBody, decision string) (approvalAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return approvalAnswer{}, err
	}
	p, err := a.office.Decide(c.ctx, c.actor, c.id(), servicing.DecisionInput{Version: version, Decision: decision, Reason: in.why()})
	if err != nil {
		return approvalAnswer{}, err
	}
	return a.answerApproval(c, p.ID)
}

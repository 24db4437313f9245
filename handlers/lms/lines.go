package lms

import (
	"context"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// lineDetailAnswer is a LINE DETAIL: the keys that the reference implies, then ours.
type lineDetailAnswer struct {
	ID                  string `json:"id"`
	CreatedAt           stamp  `json:"created_at"`
	UpdatedAt           stamp  `json:"updated_at"`
	Type                string `json:"type" doc:"sanctioned, adhoc or sub_limit."`
	RefID               string `json:"ref_id"`
	Index               int64  `json:"index"`
	LeadID              noText `json:"lead_id" doc:"The borrower, at the levels account and borrower."`
	ProgramID           noText `json:"program_id"`
	Account             noText `json:"account"`
	ApprovedLineAmount  amount `json:"approved_line_amount" doc:"0 while nobody approved it."`
	AvailableLineAmount amount `json:"available_line_amount" doc:"Of this limit alone; what may be drawn is the least of all levels."`
	UtilisedLineAmount  amount `json:"utilised_line_amount"`
	StartDate           stamp  `json:"start_date"`
	ExpiryDate          stamp  `json:"expiry_date" doc:"Last day on which it is drawn on."`
	Status              string `json:"status" doc:"pending, active, frozen, expired or rejected."`

	Level             string `json:"level" doc:"account, borrower, program or anchor."`
	Anchor            noText `json:"anchor"`
	Counterparty      noText `json:"counterparty" doc:"GSTIN that a sub_limit caps."`
	Name              string `json:"name" doc:"Whose limit it is."`
	BlockedLineAmount amount `json:"blocked_line_amount" doc:"Approved, and not with its payee yet."`
	AdhocLineAmount   amount `json:"adhoc_line_amount" doc:"Adhoc limits of the same level that hold today."`
	OverdrawnAmount   amount `json:"overdrawn_amount"`
	Revolving         bool   `json:"revolving" doc:"Principal that is repaid may be drawn again."`
	Frozen            noText `json:"frozen" doc:"Why nothing may be drawn."`
	Approval          noText `json:"approval" doc:"The request about it that waits, by its ref."`
	Version           int64  `json:"version"`
}

func lineWire(s servicing.LineState, waiting string, today lending.Date) lineDetailAnswer {
	l := s.Line
	status := l.Status
	switch {
	case status == "active" && s.Ended(today):
		status = "expired"
	case status == "active" && s.Frozen != "":
		status = "frozen"
	}
	name := map[string]string{"account": l.Borrower, "borrower": l.Borrower, "program": l.Program, "anchor": l.Anchor}[l.Level]
	return lineDetailAnswer{l.Line.ID, stampOf(l.CreatedAt), stampOf(l.UpdatedAt), l.Type, l.Ref, l.Idx, noText(l.BorrowerID), noText(l.ProgramID), noText(l.AccountID),
		amount(l.Amount), amount(s.Available()), amount(s.Utilised), startOf(l.From), startOf(l.Expiry), status,
		l.Level, noText(l.AnchorID), noText(l.Counterparty), name, amount(s.Blocked), amount(s.Adhoc), amount(s.Overdrawn()), l.Revolving, noText(s.Frozen), noText(waiting), l.Line.Version}
}

// lineWriter writes limits of one moment.
type lineWriter struct {
	v     *store.View
	today lending.Date
}

func (c *call) lines(ctx context.Context, v *store.View) (lineWriter, error) {
	company, err := v.Company(ctx)
	return lineWriter{v, company.BusinessDate}, err
}

func (w lineWriter) write(ctx context.Context, row store.LineRow) (lineDetailAnswer, error) {
	state, err := servicing.LineStateOf(ctx, w.v, row)
	if err != nil {
		return lineDetailAnswer{}, err
	}
	waiting, err := waitingFor(ctx, w.v, row.Line.ID)
	return lineWire(state, waiting, w.today), err
}

// waitingFor is the ref of the open request about something; "" when there is none.
func waitingFor(ctx context.Context, v *store.View, subject string) (string, error) {
	open, err := v.OpenApprovalOf(ctx, subject)
	if missing(err) {
		return "", nil
	}
	return open.Ref, err
}

// lineFilters narrow the limits.
var lineFilters = join(
	one("lead_id", textParam, "Id or ref of the borrower."), one("program_id", textParam, "Id, ref or name of the program."),
	one("account", textParam, "Id or ref of the account."), one("anchor", textParam, "Id, ref or name of the anchor."),
	one("type", textParam, "sanctioned, adhoc or sub_limit; or a level: account, borrower, program, anchor."),
	one("level", textParam, "account, borrower, program or anchor.", "account", "borrower", "program", "anchor"),
	one("status", textParam, "pending, active or rejected.", "pending", "active", "rejected"),
	one("search", textParam, "A ref, or words in the name of whose it is."),
	ordering("index"),
)

// listLines answers one page of limits.
func (a *API) listLines(c *call) (page[lineDetailAnswer], error) {
	var answer page[lineDetailAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		q, err := c.lineQuery(ctx, v)
		if err != nil {
			return err
		}
		w, err := c.lines(ctx, v)
		if err != nil {
			return err
		}
		q.On = w.today
		answer, err = paged(c, q.Listing,
			func() ([]store.LineRow, *store.RecordKey, error) { return v.QueryLines(ctx, q) },
			func() (int64, error) { return v.CountLines(ctx, q) }, w.write)
		return err
	})
	return answer, err
}

func (c *call) lineQuery(ctx context.Context, v *store.View) (store.LineQuery, error) {
	q := store.LineQuery{Level: c.text("level"), Status: c.text("status"), Search: c.text("search"), Listing: c.listing("index")}
	switch kind := c.text("type"); kind {
	case "account", "borrower", "program", "anchor":
		q.Level = kind
	default:
		q.Type = kind
	}
	var err error
	if q.Account, err = accountID(ctx, v, c.keyParam("account")); err != nil {
		return q, err
	}
	if q.Borrower, err = borrowerID(ctx, v, c.keyParam("lead_id")); err != nil {
		return q, err
	}
	if q.Program, err = programID(ctx, v, c.text("program_id")); err != nil {
		return q, err
	}
	q.Anchor, err = anchorID(ctx, v, c.text("anchor"))
	return q, err
}

// lineIDsBody names limits.
type lineIDsBody struct {
	IDs      words `json:"ids" doc:"Ids of limits."`
	Accounts words `json:"accounts" doc:"Or ids or refs of accounts: their own limits."`
}

// bulkLines answers many limits at once, for programs that hold ids.
func (a *API) bulkLines(c *call, in lineIDsBody) ([]lineDetailAnswer, error) {
	out := []lineDetailAnswer{}
	if len(in.IDs)+len(in.Accounts) == 0 || len(in.IDs)+len(in.Accounts) > maxPage {
		return out, faults{"ids": "Name between one and 200 limits, by ids or accounts."}
	}
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		w, err := c.lines(ctx, v)
		if err != nil {
			return err
		}
		queries := []store.LineQuery{}
		if len(in.IDs) > 0 {
			queries = append(queries, store.LineQuery{IDs: in.IDs})
		}
		for _, named := range in.Accounts {
			account, err := accountID(ctx, v, key(named))
			if err != nil {
				return err
			}
			queries = append(queries, store.LineQuery{Level: "account", Account: account})
		}
		for _, q := range queries {
			q.On, q.Limit = w.today, maxPage
			rows, _, err := v.QueryLines(ctx, q)
			if err != nil {
				return err
			}
			for _, row := range rows {
				answer, err := w.write(ctx, row)
				if err != nil {
					return err
				}
				out = append(out, answer)
			}
		}
		return nil
	})
	return out, err
}

// showLine answers one limit.
func (a *API) showLine(c *call) (lineDetailAnswer, error) { return a.answerLine(c, c.id()) }

func (a *API) answerLine(c *call, key string) (lineDetailAnswer, error) {
	var answer lineDetailAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		w, err := c.lines(ctx, v)
		if err != nil {
			return err
		}
		row, err := v.LineByAny(ctx, key, w.today)
		if err != nil {
			return err
		}
		c.version = row.Line.Version
		answer, err = w.write(ctx, row)
		return err
	})
	return answer, err
}

// lineRequestBody asks for a limit.
type lineRequestBody struct {
	Type               text    `json:"type" enum:"sanctioned,adhoc,sub_limit,account,borrower,program,anchor" doc:"sanctioned unless said; a level says whose it is."`
	Level              text    `json:"level" enum:"account,borrower,program,anchor" doc:"What is named decides when unset."`
	Account            text    `json:"account"`
	LeadID             text    `json:"lead_id"`
	ProgramID          text    `json:"program_id"`
	Anchor             text    `json:"anchor"`
	Counterparty       text    `json:"counterparty" doc:"GSTIN; sub_limit."`
	ApprovedLineAmount *amount `json:"approved_line_amount"`
	StartDate          date    `json:"start_date" doc:"The business date when unset."`
	ExpiryDate         *date   `json:"expiry_date" doc:"null: it has no end."`
	Revolving          *yesNo  `json:"revolving"`
	Status             text    `json:"status" enum:"active,blocked,frozen" doc:"blocked or frozen asks for a freeze, active for its end."`
	Reason             text    `json:"reason" doc:"For who approves it."`
	Remark             text    `json:"remark" doc:"The same as reason."`
	Version            whole   `json:"version"`
}

func (in lineRequestBody) reason() string {
	switch {
	case in.Reason != "":
		return string(in.Reason)
	case in.Remark != "":
		return string(in.Remark)
	}
	return "Asked for by a program."
}

// command translates a body for servicing.
func (in lineRequestBody) command(c *call) (servicing.LineInput, error) {
	version, err := c.versioned(in.Version)
	out := servicing.LineInput{Level: string(in.Level), Type: string(in.Type), Account: key(string(in.Account)), Borrower: key(string(in.LeadID)), Program: string(in.ProgramID),
		Anchor: string(in.Anchor), Counterparty: store.CleanRef(string(in.Counterparty)), From: lending.Date(in.StartDate), Reason: in.reason(), Version: version}
	switch out.Type {
	case "account", "borrower", "program", "anchor":
		out.Level, out.Type = out.Type, "sanctioned"
	}
	if out.Level == "" {
		switch {
		case out.Account != "":
			out.Level = "account"
		case out.Anchor != "":
			out.Level = "anchor"
		case out.Borrower != "":
			out.Level = "borrower"
		default:
			out.Level = "program"
		}
	}
	if in.ApprovedLineAmount != nil {
		money := lending.Money(*in.ApprovedLineAmount)
		out.Amount = &money
	}
	if in.ExpiryDate != nil {
		out.Expiry, out.Endless = lending.Date(*in.ExpiryDate), *in.ExpiryDate == 0
	}
	if in.Revolving != nil {
		revolving := bool(*in.Revolving)
		out.Revolving = &revolving
	}
	return out, err
}

// createLine asks for a limit; it says nothing before a second person approved it.
func (a *API) createLine(c *call, in lineRequestBody) (lineDetailAnswer, error) {
	command, err := in.command(c)
	if err != nil {
		return lineDetailAnswer{}, err
	}
	command.Version = 0
	changed, err := a.office.RequestLine(c.ctx, c.actor, command)
	if err != nil {
		return lineDetailAnswer{}, err
	}
	return a.answerLine(c, changed.Line.Line.ID)
}

// updateLine asks for another amount or end of a limit, or for a freeze.
func (a *API) updateLine(c *call, in lineRequestBody) (lineDetailAnswer, error) {
	command, err := in.command(c)
	if err != nil {
		return lineDetailAnswer{}, err
	}
	command.Line, command.Account, command.Anchor, command.Level, command.Type = c.id(), "", "", "", ""
	if in.Status != "" && in.ApprovedLineAmount == nil && in.ExpiryDate == nil {
		_, err = a.office.RequestLineFreeze(c.ctx, c.actor, servicing.LineFreezeInput{Line: c.id(), Thaw: in.Status == "active", Reason: in.reason(), Version: command.Version})
	} else {
		_, err = a.office.RequestLine(c.ctx, c.actor, command)
	}
	if err != nil {
		return lineDetailAnswer{}, err
	}
	return a.answerLine(c, c.id())
}

// limitAnswer is a refreshed limit: what holds at each level, and where figures that
// are kept differ from those that follow.
type limitAnswer struct {
	Account             string            `json:"account"`
	ApprovedLineAmount  amount            `json:"approved_line_amount"`
	AvailableLineAmount amount            `json:"available_line_amount" doc:"The least of all levels: what may be drawn."`
	UtilisedLineAmount  amount            `json:"utilised_line_amount"`
	BlockedLineAmount   amount            `json:"blocked_line_amount"`
	AdhocLineAmount     amount            `json:"adhoc_line_amount"`
	OverdrawnAmount     amount            `json:"overdrawn_amount"`
	LineExpiry          stamp             `json:"line_expiry"`
	Frozen              noText            `json:"frozen"`
	TightestCheck       string            `json:"tightest_check" doc:"LIMIT_AVAILABLE, BORROWER_LIMIT, PROGRAM_LIMIT or ANCHOR_LIMIT."`
	Levels              []levelAnswer     `json:"levels"`
	Differences         []limitDifference `json:"differences" doc:"Figures that are kept beside those that follow from the facts and the journal; nothing is changed."`
}

// levelAnswer is one level of a limit.
type levelAnswer struct {
	Level      string `json:"level"`
	LineDetail noText `json:"line_detail"`
	Approved   amount `json:"approved_line_amount"`
	Adhoc      amount `json:"adhoc_line_amount"`
	Utilised   amount `json:"utilised_line_amount"`
	Blocked    amount `json:"blocked_line_amount"`
	Available  amount `json:"available_line_amount"`
	Overdrawn  amount `json:"overdrawn_amount"`
	ExpiryDate stamp  `json:"expiry_date"`
	Frozen     noText `json:"frozen"`
}

// limitDifference is one figure beside what it follows from.
type limitDifference struct {
	Figure     string `json:"figure"`
	Kept       amount `json:"kept"`
	Follows    amount `json:"follows"`
	From       string `json:"from"`
	Difference amount `json:"difference"`
}

func levelsWire(levels []servicing.LineState) []levelAnswer {
	out := make([]levelAnswer, len(levels))
	for i, s := range levels {
		out[i] = levelAnswer{s.Level, noText(s.Line.Line.ID), amount(s.Sanctioned), amount(s.Adhoc), amount(s.Utilised), amount(s.Blocked), amount(s.Available()), amount(s.Overdrawn()), startOf(s.Expiry), noText(s.Frozen)}
	}
	return out
}

// refreshLimit computes the limit of an account anew and reports.
func (a *API) refreshLimit(c *call) (limitAnswer, error) {
	var answer limitAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		report, err := servicing.RefreshLimit(ctx, v, c.id())
		if err != nil {
			return err
		}
		lines := report.Lines
		own := lines.Levels[0]
		answer = limitAnswer{Account: lines.Account.ID, ApprovedLineAmount: amount(own.Sanctioned), AvailableLineAmount: amount(lines.Effective), UtilisedLineAmount: amount(own.Utilised),
			BlockedLineAmount: amount(own.Blocked), AdhocLineAmount: amount(own.Adhoc), OverdrawnAmount: amount(own.Overdrawn()), LineExpiry: startOf(own.Expiry),
			Frozen: noText(own.Frozen), TightestCheck: lines.Tightest, Levels: levelsWire(lines.Levels), Differences: []limitDifference{}}
		for _, d := range report.Differences {
			answer.Differences = append(answer.Differences, limitDifference{d.Figure, amount(d.Kept), amount(d.Follows), d.FollowsBy, amount(d.Difference)})
		}
		return nil
	})
	return answer, err
}

package lms

import (
	"context"
	"encoding/json"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// topupAnswer is a TOPUP: the keys that the reference implies, then ours.
type topupAnswer struct {
	ID            string       `json:"id"`
	CreatedAt     stamp        `json:"created_at"`
	UpdatedAt     stamp        `json:"updated_at"`
	RefID         string       `json:"ref_id"`
	Index         int64        `json:"index"`
	Account       string       `json:"account"`
	LeadID        string       `json:"lead_id"`
	ProgramID     string       `json:"program_id"`
	Group         noText       `json:"group"`
	Amount        amount       `json:"amount" doc:"That is lent: what of the invoice is not financed is no part of it."`
	InvoiceNo     noText       `json:"invoice_no"`
	InvoiceDate   stamp        `json:"invoice_date"`
	InvoiceAmount amount       `json:"invoice_amount"`
	Status        string       `json:"status" doc:"draft, ready, check_failed, pending, approved, scheduled, payout_initiated, payout_failed, disbursed, closed, rejected or cancelled."`
	Checks        []topupCheck `json:"checks" doc:"Of the last run, all of them."`
	ScheduledAt   stamp        `json:"scheduled_at"`
	PayoutTo      string       `json:"payout_to"`
	CreditBank    noText       `json:"credit_bank"`
	Loan          noText       `json:"loan"`
	Payouts       []string     `json:"payouts"`

	AccountRef   string `json:"account_ref"`
	Name         string `json:"name" doc:"Of the borrower."`
	Anchor       noText `json:"anchor"`
	SellerGSTIN  noText `json:"seller_gstin"`
	BuyerGSTIN   noText `json:"buyer_gstin"`
	IRN          noText `json:"irn"`
	TenorDays    int    `json:"tenor_days" doc:"0: that of the loan parameters."`
	Method       string `json:"method"`
	DueDate      stamp  `json:"due_date" doc:"Of its loan, once it is lent."`
	Outstanding  amount `json:"outstanding_amount"`
	DPD          int    `json:"dpd"`
	CheckVerdict noText `json:"check_verdict" doc:"pass, warn or fail: of the last run."`
	Remark       string `json:"remark"`
	Reason       noText `json:"reason" doc:"Why it was rejected, cancelled or not paid."`
	Approval     noText `json:"approval" doc:"The request about it that waits, by its ref."`
	Version      int64  `json:"version"`
}

// topupCheck is the result of one check.
type topupCheck struct {
	Check  string `json:"check"`
	Result string `json:"result" doc:"pass, warn, fail or not_applicable."`
	Actual string `json:"actual"`
	Limit  string `json:"limit"`
}

func checksWire(checks []lending.DrawingCheck) []topupCheck {
	out := make([]topupCheck, len(checks))
	for i, check := range checks {
		out[i] = topupCheck(check)
	}
	return out
}

// topupWriter writes topups of one moment.
type topupWriter struct{ v *store.View }

func (w topupWriter) write(ctx context.Context, t store.TopupRow) (topupAnswer, error) {
	checks, _, err := servicing.LastChecks(ctx, w.v, t.ID)
	if err != nil {
		return topupAnswer{}, err
	}
	answer := topupAnswer{ID: t.ID, CreatedAt: stampOf(t.CreatedAt), UpdatedAt: stampOf(t.UpdatedAt), RefID: t.Ref, Index: t.Idx, Account: t.AccountID, LeadID: t.BorrowerID,
		ProgramID: t.ProgramID, Group: noText(t.GroupID), Amount: amount(t.Amount), InvoiceNo: noText(t.InvoiceNo), InvoiceDate: startOf(t.InvoiceDate), InvoiceAmount: amount(t.InvoiceAmount),
		Status: t.Status, Checks: checksWire(checks), ScheduledAt: startOf(t.ScheduledOn), PayoutTo: t.PayoutTo, CreditBank: noText(t.CreditBankID), Loan: noText(t.LoanID), Payouts: []string{},
		AccountRef: t.AccountRef, Name: t.Borrower, Anchor: noText(t.AnchorID), SellerGSTIN: noText(t.SellerGSTIN), BuyerGSTIN: noText(t.BuyerGSTIN), IRN: noText(t.IRN), TenorDays: t.TenorDays,
		Method: t.Method, DueDate: startOf(t.DueDate), Outstanding: amount(t.Outstanding), DPD: t.DPD, CheckVerdict: noText(t.Verdict), Remark: t.Remark, Reason: noText(t.Reason), Version: t.Version}
	if t.LoanID != "" {
		payouts, err := w.v.PayoutsOfLoan(ctx, string(t.LoanID))
		if err != nil {
			return answer, err
		}
		for _, p := range payouts {
			answer.Payouts = append(answer.Payouts, p.ID)
		}
	}
	waiting, err := waitingFor(ctx, w.v, t.ID)
	answer.Approval = noText(waiting)
	return answer, err
}

// topupOf is the topup of a loan; a zero one when it is of none.
func topupOf(ctx context.Context, v *store.View, loan store.Opt) (store.Topup, error) {
	if loan == "" {
		return store.Topup{}, nil
	}
	t, err := v.TopupOfLoan(ctx, string(loan))
	if missing(err) {
		return store.Topup{}, nil
	}
	return t, err
}

// topupFilters narrow the topups.
var topupFilters = join(
	one("account", textParam, "Id or ref of the account."), one("lead_id", textParam, "Id or ref of the borrower."), one("program_id", textParam, "Id, ref or name of the program."),
	one("anchor", textParam, "Id, ref or name of the anchor."), one("group", textParam, "Id or ref of the group."),
	one("status", listParam, "States, comma-separated.", "draft", "ready", "check_failed", "pending", "approved", "scheduled", "payout_initiated", "payout_failed", "disbursed", "closed", "rejected", "cancelled"),
	one("scheduled", flagParam, "Only those that wait for their day, or only others."),
	between("scheduled_at"), between("invoice_date"), between("created_at"),
	one("search", textParam, "A ref, an invoice number, or words in the borrower's name."),
	ordering("index", "amount", "scheduled_at"),
)

// listTopups answers one page of topups.
func (a *API) listTopups(c *call) (page[topupAnswer], error) {
	var answer page[topupAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		q := store.TopupQuery{Statuses: c.list("status"), ScheduledOn: store.Span{From: c.date("scheduled_at_after"), To: c.date("scheduled_at_before")},
			InvoiceDates: store.Span{From: c.date("invoice_date_after"), To: c.date("invoice_date_before")},
			Created:      store.Span{From: c.date("created_at_after"), To: c.date("created_at_before")}, Search: c.text("search"), Listing: c.listing("-index")}
		if c.given("scheduled") != "" {
			scheduled := c.flag("scheduled")
			q.Scheduled = &scheduled
		}
		var err error
		if q.Account, err = accountID(ctx, v, c.keyParam("account")); err != nil {
			return err
		}
		if q.Borrower, err = borrowerID(ctx, v, c.keyParam("lead_id")); err != nil {
			return err
		}
		if q.Program, err = programID(ctx, v, c.text("program_id")); err != nil {
			return err
		}
		if q.Anchor, err = anchorID(ctx, v, c.text("anchor")); err != nil {
			return err
		}
		if q.Group, err = groupID(ctx, v, c.keyParam("group")); err != nil {
			return err
		}
		answer, err = paged(c, q.Listing,
			func() ([]store.TopupRow, *store.RecordKey, error) { return v.QueryTopups(ctx, q) },
			func() (int64, error) { return v.CountTopups(ctx, q) }, topupWriter{v}.write)
		return err
	})
	return answer, err
}

// showTopup answers one topup.
func (a *API) showTopup(c *call) (topupAnswer, error) { return a.answerTopup(c, c.id()) }

func (a *API) answerTopup(c *call, key string) (topupAnswer, error) {
	var answer topupAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		t, err := v.TopupByAny(ctx, key)
		if err != nil {
			return err
		}
		c.version = t.Version
		answer, err = topupWriter{v}.write(ctx, t)
		return err
	})
	return answer, err
}

// topupBody is a topup as it is asked for; for a change, what is unset stays.
type topupBody struct {
	Account       text    `json:"account" doc:"Id or ref; or lead_id and program_id, where the pair has one account."`
	LeadID        text    `json:"lead_id"`
	ProgramID     text    `json:"program_id"`
	Amount        *amount `json:"amount" doc:"As much as invoice and line allow when unset."`
	InvoiceNo     *text   `json:"invoice_no"`
	InvoiceDate   date    `json:"invoice_date"`
	InvoiceAmount *amount `json:"invoice_amount"`
	SellerGSTIN   *text   `json:"seller_gstin"`
	BuyerGSTIN    *text   `json:"buyer_gstin"`
	IRN           *text   `json:"irn" doc:"Of an e-invoice."`
	TenorDays     *whole  `json:"tenor_days"`
	PayoutTo      text    `json:"payout_to" enum:"borrower,anchor,custom_bank"`
	CreditBank    bankIn  `json:"credit_bank" doc:"Id or ref, or an object: account_holder_name, account_no, ifsc."`
	Method        text    `json:"method" enum:"manual,automatic"`
	ScheduledAt   *date   `json:"scheduled_at" doc:"Paid out on this day; null: as soon as it is approved."`
	Group         text    `json:"group" doc:"Id or ref of an open group."`
	Remark        *text   `json:"remark"`
	Status        text    `json:"status" enum:"pending,cancelled" doc:"pending sends it for approval, cancelled takes it back."`
	Version       whole   `json:"version"`
}

// command translates a body for servicing.
func (in topupBody) command() servicing.TopupInput {
	out := servicing.TopupInput{Account: key(string(in.Account)), InvoiceDate: lending.Date(in.InvoiceDate), PayoutTo: string(in.PayoutTo), Method: string(in.Method), Group: key(string(in.Group))}
	out.CreditBank, out.NewBank = in.CreditBank.payee()
	for _, given := range []struct {
		from *text
		to   **string
	}{{in.InvoiceNo, &out.InvoiceNo}, {in.SellerGSTIN, &out.SellerGSTIN}, {in.BuyerGSTIN, &out.BuyerGSTIN}, {in.IRN, &out.IRN}, {in.Remark, &out.Remark}} {
		if given.from != nil {
			value := string(*given.from)
			*given.to = &value
		}
	}
	if in.Amount != nil {
		money := lending.Money(*in.Amount)
		out.Amount = &money
	}
	if in.InvoiceAmount != nil {
		money := lending.Money(*in.InvoiceAmount)
		out.InvoiceAmount = &money
	}
	if in.TenorDays != nil {
		days := int(*in.TenorDays)
		out.TenorDays = &days
	}
	if in.ScheduledAt != nil {
		day := lending.Date(*in.ScheduledAt)
		out.ScheduledOn = &day
	}
	return out
}

// createTopup writes a topup down and runs its checks.
func (a *API) createTopup(c *call, in topupBody) (topupAnswer, error) {
	t, err := a.enterTopup(c, in)
	if err != nil {
		return topupAnswer{}, err
	}
	return a.answerTopup(c, t.ID)
}

func (a *API) enterTopup(c *call, in topupBody) (servicing.Topup, error) {
	command := in.command()
	if command.Account == "" {
		var err error
		if command.Account, err = a.accountOfPair(c, key(string(in.LeadID)), string(in.ProgramID)); err != nil {
			return servicing.Topup{}, err
		}
	}
	return a.office.CreateTopup(c.ctx, c.actor, command)
}

// updateTopup changes a topup that nobody was asked to approve; with a status it is
// sent, or taken back.
func (a *API) updateTopup(c *call, in topupBody) (topupAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return topupAnswer{}, err
	}
	note := servicing.TopupNote{Version: version}
	if in.Remark != nil {
		note.Reason = string(*in.Remark)
	}
	switch in.Status {
	case "pending":
		_, err = a.office.RequestTopup(c.ctx, c.actor, c.id(), note)
	case "cancelled":
		_, err = a.office.CancelTopup(c.ctx, c.actor, c.id(), note)
	default:
		command := in.command()
		command.Account, command.Version = "", version
		_, err = a.office.UpdateTopup(c.ctx, c.actor, c.id(), command)
	}
	if err != nil {
		return topupAnswer{}, err
	}
	return a.answerTopup(c, c.id())
}

// bulkTopupsBody is many topups.
type bulkTopupsBody struct {
	Topups rawList `json:"topups" doc:"Bodies as for one topup. Or send a CSV file whose first line has the names of the fields."`
	Group  text    `json:"group" doc:"Id or ref of an open group that all go into."`
	Name   text    `json:"name" doc:"Or the name of a new group of the program."`
	Pair   text    `json:"program_id" doc:"Of the new group."`
}

// bulkTopupsAnswer says what became of each row.
type bulkTopupsAnswer struct {
	Created  int       `json:"created"`
	Rejected int       `json:"rejected"`
	Group    noText    `json:"group"`
	Results  []bulkRow `json:"results"`
}

// bulkCreateTopups writes many topups down; a bad row is refused alone.
func (a *API) bulkCreateTopups(c *call, in bulkTopupsBody) (bulkTopupsAnswer, error) {
	answer := bulkTopupsAnswer{Results: []bulkRow{}}
	rows, err := bulkBody{Records: in.Topups}.rows(c)
	if err != nil {
		return answer, err
	}
	group := key(string(in.Group))
	if group == "" && in.Name != "" {
		name := string(in.Name)
		made, err := a.office.CreateTopupGroup(c.ctx, c.actor, servicing.TopupGroupInput{Name: &name, Program: string(in.Pair)})
		if err != nil {
			return answer, err
		}
		group = made.ID
	}
	answer.Group = noText(group)
	for i, row := range rows {
		result, err := a.bulkTopup(c, row, group)
		if err != nil {
			return answer, err
		}
		if result.Index = i; result.ID == "" {
			answer.Rejected++
		} else {
			answer.Created++
		}
		answer.Results = append(answer.Results, result)
	}
	return answer, nil
}

func (a *API) bulkTopup(c *call, row fields, group string) (bulkRow, error) {
	var body topupBody
	if faults := decode(row, &body, false); len(faults) > 0 {
		return rejectedRow(problemOf(faults, "")), nil
	}
	if group != "" {
		body.Group = text(group)
	}
	t, err := a.enterTopup(c, body)
	switch {
	case err == nil:
		return bulkRow{ID: t.ID, RefID: t.Ref}, nil
	case problemOf(err, "").status >= 500:
		return bulkRow{}, err
	}
	return rejectedRow(problemOf(err, "")), nil
}

// invoiceBody is an invoice as it came.
type invoiceBody struct {
	Invoice json.RawMessage `json:"invoice" doc:"An e-invoice as JSON, or the text of its QR code. Or send a file: JSON, CSV, or a PDF that holds text."`
	Confirm *yesNo          `json:"confirm" doc:"false: only say what was read. Else it is put on the topup, whose checks run again; whoever sends the topup for approval confirms it."`
	Version whole           `json:"version"`
}

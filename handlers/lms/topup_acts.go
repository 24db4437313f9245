package lms

import (
	"context"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// invoiceParseAnswer is a topup, and what was read of its invoice.
type invoiceParseAnswer struct {
	topupAnswer
	Read invoiceWire `json:"read"`
}

// invoiceWire is what was read of an invoice.
type invoiceWire struct {
	Source        string   `json:"source" doc:"e-invoice, qr, csv or pdf."`
	InvoiceNo     noText   `json:"invoice_no"`
	InvoiceDate   stamp    `json:"invoice_date"`
	InvoiceAmount amount   `json:"invoice_amount"`
	SellerGSTIN   noText   `json:"seller_gstin"`
	BuyerGSTIN    noText   `json:"buyer_gstin"`
	IRN           noText   `json:"irn"`
	Missing       []string `json:"missing" doc:"What could not be read."`
	Warnings      []string `json:"warnings"`
	Confirmed     bool     `json:"confirmed" doc:"It is on the topup now."`
}

// invoiceGiven is the invoice of a request, as a file or in its body.
func (c *call) invoiceGiven(in invoiceBody) ([]byte, error) {
	for _, name := range []string{"file", "invoice_file", "invoice"} {
		if file, there := c.files[name]; there {
			return file.data, nil
		}
	}
	raw, inner := unwrap(in.Invoice)
	switch {
	case inner != "":
		return []byte(inner), nil
	case len(raw) > 0 && string(raw) != "null":
		return raw, nil
	}
	return nil, faults{"invoice": "Send an invoice: a file, an e-invoice as JSON, or the text of its QR code."}
}

// parseInvoice reads an invoice and puts what was read on a topup.
func (a *API) parseInvoice(c *call, in invoiceBody) (invoiceParseAnswer, error) {
	var answer invoiceParseAnswer
	version, err := c.versioned(in.Version)
	if err != nil {
		return answer, err
	}
	data, err := c.invoiceGiven(in)
	if err != nil {
		return answer, err
	}
	invoices, err := bankfile.ReadInvoices(data)
	if err != nil {
		return answer, err
	}
	if len(invoices) != 1 {
		return answer, faults{"invoice": "This file holds several invoices: each is a topup of its own."}
	}
	v := invoices[0]
	answer.Read = invoiceWire{v.Source, noText(v.No), startOf(v.Date), amount(v.Amount), noText(v.SellerGSTIN), noText(v.BuyerGSTIN), noText(v.IRN), refs(v.Missing), refs(v.Warnings), false}
	if in.Confirm == nil || bool(*in.Confirm) {
		command := servicing.TopupInput{InvoiceDate: v.Date, Version: version}
		for _, field := range []struct {
			value string
			to    **string
		}{{v.No, &command.InvoiceNo}, {v.SellerGSTIN, &command.SellerGSTIN}, {v.BuyerGSTIN, &command.BuyerGSTIN}, {v.IRN, &command.IRN}} {
			if field.value != "" {
				value := field.value
				*field.to = &value
			}
		}
		if v.Amount > 0 {
			command.InvoiceAmount = &v.Amount
		}
		if _, err := a.office.UpdateTopup(c.ctx, c.actor, c.id(), command); err != nil {
			return answer, err
		}
		answer.Read.Confirmed = true
	}
	answer.topupAnswer, err = a.answerTopup(c, c.id())
	return answer, err
}

// topupAct gives a command about one topup and answers it.
func (a *API) topupAct(c *call, in remarkBody, act func(note servicing.TopupNote) (servicing.Topup, error)) (topupAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return topupAnswer{}, err
	}
	if _, err := act(servicing.TopupNote{Reason: in.why(), Version: version}); err != nil {
		return topupAnswer{}, err
	}
	return a.answerTopup(c, c.id())
}

// rerunChecks runs all checks of a topup again and keeps the run.
func (a *API) rerunChecks(c *call) (topupAnswer, error) {
	if _, err := a.office.RerunChecks(c.ctx, c.actor, c.id()); err != nil {
		return topupAnswer{}, err
	}
	return a.answerTopup(c, c.id())
}

func (a *API) requestTopup(c *call, in remarkBody) (topupAnswer, error) {
	return a.topupAct(c, in, func(note servicing.TopupNote) (servicing.Topup, error) {
		return a.office.RequestTopup(c.ctx, c.actor, c.id(), note)
	})
}

func (a *API) unscheduleTopup(c *call, in remarkBody) (topupAnswer, error) {
	return a.topupAct(c, in, func(note servicing.TopupNote) (servicing.Topup, error) {
		return a.office.UnscheduleTopup(c.ctx, c.actor, c.id(), note)
	})
}

func (a *API) payTopup(c *call, in remarkBody) (topupAnswer, error) {
	return a.topupAct(c, in, func(note servicing.TopupNote) (servicing.Topup, error) {
		return a.office.PayTopup(c.ctx, c.actor, c.id(), note)
	})
}

func (a *API) cancelTopup(c *call, in remarkBody) (topupAnswer, error) {
	return a.topupAct(c, in, func(note servicing.TopupNote) (servicing.Topup, error) {
		return a.office.CancelTopup(c.ctx, c.actor, c.id(), note)
	})
}

// scheduleBody names the day of a topup.
type scheduleBody struct {
	ScheduledAt date  `json:"scheduled_at" need:"true"`
	Version     whole `json:"version"`
}

func (a *API) scheduleTopup(c *call, in scheduleBody) (topupAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return topupAnswer{}, err
	}
	if _, err := a.office.ScheduleTopup(c.ctx, c.actor, c.id(), lending.Date(in.ScheduledAt), version); err != nil {
		return topupAnswer{}, err
	}
	return a.answerTopup(c, c.id())
}

// reinitiateBody says where a topup is paid that was not.
type reinitiateBody struct {
	CreditBank bankIn `json:"credit_bank" doc:"Another account; the same when unset."`
	Remark     text   `json:"remark"`
	Version    whole  `json:"version"`
}

// reinitiatePayout asks for another payout of a topup whose payout failed.
func (a *API) reinitiatePayout(c *call, in reinitiateBody) (topupAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return topupAnswer{}, err
	}
	command := servicing.ReinitiateInput{Reason: string(in.Remark), Version: version}
	command.CreditBank, command.NewBank = in.CreditBank.payee()
	if _, err := a.office.ReinitiatePayout(c.ctx, c.actor, c.id(), command); err != nil {
		return topupAnswer{}, err
	}
	return a.answerTopup(c, c.id())
}

// lineAmountBody is a hypothetical topup.
type lineAmountBody struct {
	Account   text   `json:"account" doc:"Id or ref; or lead_id and program_id, where the pair has one account."`
	LeadID    text   `json:"lead_id"`
	ProgramID text   `json:"program_id"`
	Amount    amount `json:"amount" need:"true"`
}

// lineAmountAnswer says whether the limits cover an amount.
type lineAmountAnswer struct {
	Account             string        `json:"account"`
	Amount              amount        `json:"amount"`
	IsAvailable         bool          `json:"is_available"`
	AvailableLineAmount amount        `json:"available_line_amount" doc:"The least of all levels."`
	RemainingLineAmount amount        `json:"remaining_line_amount" doc:"After such a topup."`
	FailedCheck         noText        `json:"failed_check"`
	Levels              []levelAnswer `json:"levels"`
}

// checkLineAmount answers whether a line covers an amount; nothing is written.
func (a *API) checkLineAmount(c *call, in lineAmountBody) (lineAmountAnswer, error) {
	var answer lineAmountAnswer
	account := key(string(in.Account))
	if account == "" {
		var err error
		if account, err = a.accountOfPair(c, key(string(in.LeadID)), string(in.ProgramID)); err != nil {
			return answer, err
		}
	}
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		said, err := servicing.CheckLineAmount(ctx, v, account, lending.Money(in.Amount))
		if err != nil {
			return err
		}
		answer = lineAmountAnswer{said.Lines.Account.ID, amount(said.Amount), said.Covered, amount(said.Lines.Effective), amount(said.Remaining), noText(said.Refusal), levelsWire(said.Lines.Levels)}
		return nil
	})
	return answer, err
}

// groupAnswer is a TOPUP GROUP.
type groupAnswer struct {
	ID        string   `json:"id"`
	CreatedAt stamp    `json:"created_at"`
	UpdatedAt stamp    `json:"updated_at"`
	RefID     string   `json:"ref_id"`
	Index     int64    `json:"index"`
	Name      string   `json:"name"`
	ProgramID string   `json:"program_id"`
	AllOrNone bool     `json:"all_or_none" doc:"One topup that fails keeps all back."`
	Status    string   `json:"status" doc:"open, locked, payout_initiated, partially_disbursed, disbursed, closed or cancelled."`
	Amount    amount   `json:"amount" doc:"Of its topups together."`
	Topups    []string `json:"topups"`
	Approval  noText   `json:"approval" doc:"The request about it that waits, by its ref."`
	Version   int64    `json:"version"`
}

// groupWriter writes groups of one moment.
type groupWriter struct{ v *store.View }

func (w groupWriter) write(ctx context.Context, g store.TopupGroupRow) (groupAnswer, error) {
	answer := groupAnswer{g.ID, stampOf(g.CreatedAt), stampOf(g.UpdatedAt), g.Ref, g.Idx, g.Name, g.ProgramID, g.AllOrNone, g.Status, amount(g.Amount), []string{}, "", g.Version}
	members, err := w.v.TopupsOfGroup(ctx, g.ID)
	if err != nil {
		return answer, err
	}
	for _, t := range members {
		answer.Topups = append(answer.Topups, t.ID)
	}
	waiting, err := waitingFor(ctx, w.v, g.ID)
	answer.Approval = noText(waiting)
	return answer, err
}

func groupID(ctx context.Context, v *store.View, key string) (string, error) {
	if key == "" {
		return "", nil
	}
	g, err := v.TopupGroupByAny(ctx, key)
	return found(g.ID, err)
}

// listTopupGroups answers one page of groups.
func (a *API) listTopupGroups(c *call) (page[groupAnswer], error) {
	var answer page[groupAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		q := store.TopupGroupQuery{Statuses: c.list("status"), Search: c.text("search"), Listing: c.listing("-index")}
		var err error
		if q.Program, err = programID(ctx, v, c.text("program_id")); err != nil {
			return err
		}
		answer, err = paged(c, q.Listing,
			func() ([]store.TopupGroupRow, *store.RecordKey, error) { return v.QueryTopupGroups(ctx, q) },
			func() (int64, error) { return v.CountTopupGroups(ctx, q) }, groupWriter{v}.write)
		return err
	})
	return answer, err
}

// showTopupGroup answers one group.
func (a *API) showTopupGroup(c *call) (groupAnswer, error) { return a.answerGroup(c, c.id()) }

func (a *API) answerGroup(c *call, key string) (groupAnswer, error) {
	var answer groupAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		g, err := v.TopupGroupByAny(ctx, key)
		if err != nil {
			return err
		}
		c.version = g.Version
		answer, err = groupWriter{v}.write(ctx, g)
		return err
	})
	return answer, err
}

// groupBody is a group as it is given; for a change, what is unset stays.
type groupBody struct {
	Name      *text  `json:"name"`
	ProgramID text   `json:"program_id" doc:"That of its topups when unset."`
	AllOrNone *yesNo `json:"all_or_none" doc:"What the program says when unset."`
	Topups    words  `json:"topups" doc:"Ids or refs of topups that go into it."`
	Remove    words  `json:"remove" doc:"Ids or refs of topups that leave it."`
	Status    text   `json:"status" enum:"locked,pending" doc:"Either sends the group for approval, as one."`
	Remark    text   `json:"remark"`
	Version   whole  `json:"version"`
}

func (in groupBody) command() servicing.TopupGroupInput {
	out := servicing.TopupGroupInput{Program: string(in.ProgramID), Add: in.Topups, Remove: in.Remove}
	if in.Name != nil {
		name := string(*in.Name)
		out.Name = &name
	}
	if in.AllOrNone != nil {
		all := bool(*in.AllOrNone)
		out.AllOrNone = &all
	}
	return out
}

// createTopupGroup puts topups together.
func (a *API) createTopupGroup(c *call, in groupBody) (groupAnswer, error) {
	g, err := a.office.CreateTopupGroup(c.ctx, c.actor, in.command())
	if err != nil {
		return groupAnswer{}, err
	}
	return a.answerGroup(c, g.ID)
}

// updateTopupGroup adds, removes, renames, or sends a group for approval.
func (a *API) updateTopupGroup(c *call, in groupBody) (groupAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return groupAnswer{}, err
	}
	if in.Status != "" {
		_, err = a.office.RequestTopupGroup(c.ctx, c.actor, c.id(), servicing.TopupNote{Reason: string(in.Remark), Version: version})
	} else {
		command := in.command()
		command.Version = version
		_, err = a.office.UpdateTopupGroup(c.ctx, c.actor, c.id(), command)
	}
	if err != nil {
		return groupAnswer{}, err
	}
	return a.answerGroup(c, c.id())
}

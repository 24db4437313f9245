package lms

import (
	"context"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// recordFilters are the parameters that narrow the record list; exports take
// them as well.
var recordFilters = join(
	one("account", textParam, "Id or ref of the account."),
	one("loan", textParam, "Id or ref of a loan that it settled over, or is meant for."),
	one("type", listParam, "Kinds of record.", "repayment", "tds", "refund", "adjustment"),
	one("status", listParam, "States, comma-separated.", "unmatched", "parked", "set_aside", "split", "initiated", "pending", "approved", "processed", "rejected", "reverted", "cancelled"),
	one("utr", textParam, "Exactly this bank reference."),
	one("ref_id", listParam, "Exactly these refs, comma-separated."),
	one("collection_bank", textParam, "Id, ref or code of the collection account."),
	one("payment_mode", textParam, "Way the money came."),
	one("source", textParam, "statement, hand, api or portfolio."),
	one("is_processed", textParam, "true or false."),
	one("amount_min", amountParam, "At least this amount."), one("amount_max", amountParam, "At most this amount."),
	between("date"), between("bank_date"), between("created_at"),
	one("search", textParam, "Words in reference, ref, remark, narration, account or borrower."),
	ordering("index", "created_at", "date", "amount"),
)

// recordOrders are the store's names of the orders.
var recordOrders = map[string]string{"index": "ref", "created_at": "ref", "date": "date", "amount": "amount"}

// recordQuery reads the filters of a record list.
func (c *call) recordQuery(ctx context.Context, v *store.View) (store.RecordQuery, error) {
	q := store.RecordQuery{RecordFilter: store.RecordFilter{Types: c.list("type"), Statuses: c.list("status"), Refs: c.list("ref_id"),
		From: c.date("date_after"), To: c.date("date_before"), Min: c.money("amount_min"), Max: c.money("amount_max"),
		Source: c.text("source"), Search: c.text("search")},
		UTR: c.text("utr"), Mode: c.text("payment_mode"),
		BankDates: store.Span{From: c.date("bank_date_after"), To: c.date("bank_date_before")},
		Created:   store.Span{From: c.date("created_at_after"), To: c.date("created_at_before")}}
	for i, ref := range q.Refs {
		q.Refs[i] = key(ref)
	}
	if c.text("is_processed") != "" {
		processed := c.flag("is_processed")
		q.Processed = &processed
	}
	var err error
	if q.Account, err = accountID(ctx, v, c.keyParam("account")); err != nil {
		return q, err
	}
	if q.Loan, err = loanID(ctx, v, c.keyParam("loan")); err != nil {
		return q, err
	}
	q.Bank, err = bankID(ctx, v, c.keyParam("collection_bank"))
	return q, err
}

// nobody is an id that nothing has: a filter by something that does not exist
// finds nothing, and is no error.
const nobody = "00000000-0000-0000-0000-000000000000"

// found turns "there is no such thing" into an id that nothing has.
func found(id string, err error) (string, error) {
	if lending.KindOf(err) == lending.NotFound {
		return nobody, nil
	}
	return id, err
}

func accountID(ctx context.Context, v *store.View, key string) (string, error) {
	if key == "" {
		return "", nil
	}
	account, err := accountByKey(ctx, v, key)
	return found(account.ID, err)
}

func loanID(ctx context.Context, v *store.View, key string) (string, error) {
	if key == "" {
		return "", nil
	}
	loan, err := v.LoanByID(ctx, key)
	return found(loan.ID, err)
}

func bankID(ctx context.Context, v *store.View, key string) (string, error) {
	if key == "" {
		return "", nil
	}
	bank, err := v.BankByAny(ctx, key)
	return found(bank.ID, err)
}

// listRecords answers one page of records.
func (a *API) listRecords(c *call) (page[recordAnswer], error) {
	return a.recordPage(c, func(*store.RecordQuery) {})
}

// listUnmatchedRecords answers records that nobody has said an account for.
func (a *API) listUnmatchedRecords(c *call) (page[recordAnswer], error) {
	return a.recordPage(c, func(q *store.RecordQuery) {
		if len(q.Statuses) == 0 {
			q.Statuses = []string{"unmatched"}
		}
		q.Unassigned = true
	})
}

func (a *API) recordPage(c *call, narrow func(*store.RecordQuery)) (page[recordAnswer], error) {
	var answer page[recordAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		q, err := c.recordQuery(ctx, v)
		if err != nil {
			return err
		}
		narrow(&q)
		l := c.listing("-index")
		q.Sort, q.Descending, q.After, q.Offset, q.Limit = recordOrders[l.Sort], l.Descending, l.After, l.Offset, l.Limit
		w, err := c.records(v)
		if err != nil {
			return err
		}
		answer, err = paged(c, l,
			func() ([]store.Record, *store.RecordKey, error) { return v.QueryRecords(ctx, q) },
			func() (int64, error) { return v.CountRecords(ctx, q) }, w.write)
		return err
	})
	return answer, err
}

// recordBody is what a program says of money received.
type recordBody struct {
	Account         text   `json:"account" doc:"Id or ref. Without it the record is unmatched."`
	Type            text   `json:"type" enum:"repayment,tds"`
	ReceivedAmount  amount `json:"received_amount"`
	TDSAmount       amount `json:"tds_amount"`
	PaymentMode     text   `json:"payment_mode" enum:"cash,cheque,transfer,neft,rtgs,imps,upi,nach"`
	UTR             text   `json:"utr" doc:"Bank reference; unique per collection bank among live records."`
	BankDate        date   `json:"bank_date" doc:"Unset: that of date, or the business date."`
	Date            date   `json:"date" doc:"Value date. Unset: the bank date."`
	CollectionBank  bankIn `json:"collection_bank" doc:"Id, ref or code of the collection account, or an object with id, or with ifsc and account_no."`
	SettlementOrder text   `json:"settlement_order" enum:"due_date_first,component_first,loan_first,specific"`
	ComponentOrder  text   `json:"component_order" doc:"Such as PI-OI-NI-P."`
	Loans           words  `json:"loans" doc:"Ids of loans; settlement_order specific."`
	Topup           text   `json:"topup" doc:"Id or ref: only the dues of this topup are paid."`
	Remark          text   `json:"remark"`
	ChequeNo        text   `json:"cheque_no"`
	ChequeBank      text   `json:"cheque_bank"`
	ChequeDate      date   `json:"cheque_date"`
}

// command translates a body for servicing.
func (in recordBody) command(ctx context.Context, v *store.View) (servicing.NewRecord, error) {
	bank, err := in.CollectionBank.key(ctx, v)
	if in.Topup != "" && err == nil {
		t, err := v.TopupByAny(ctx, key(string(in.Topup)))
		if err != nil || t.LoanID == "" {
			return servicing.NewRecord{}, faults{"topup": "There is no topup " + string(in.Topup) + " that was paid out."}
		}
		in.Loans, in.SettlementOrder = words{string(t.LoanID)}, text(lending.SpecificLoans)
		if in.Account == "" {
			in.Account = text(t.AccountID)
		}
	}
	return servicing.NewRecord{Account: key(string(in.Account)), Type: string(in.Type), Received: lending.Money(in.ReceivedAmount), TDS: lending.Money(in.TDSAmount),
		Mode: string(in.PaymentMode), UTR: string(in.UTR), Date: lending.Date(in.Date), BankDate: lending.Date(in.BankDate), CollectionBank: bank,
		SettlementOrder: string(in.SettlementOrder), ComponentOrder: string(in.ComponentOrder), Loans: in.Loans, Remark: string(in.Remark),
		ChequeNo: string(in.ChequeNo), ChequeBank: string(in.ChequeBank), ChequeDate: lending.Date(in.ChequeDate), Source: "api"}, err
}

// createRecord registers money received.
func (a *API) createRecord(c *call, in recordBody) (recordAnswer, error) {
	record, err := a.enter(c, in)
	if err != nil {
		return recordAnswer{}, err
	}
	return a.answerRecord(c, record.ID)
}

// enter gives the command for one record.
func (a *API) enter(c *call, in recordBody) (store.Record, error) {
	var command servicing.NewRecord
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		var err error
		command, err = in.command(ctx, v)
		return err
	})
	if err != nil {
		return store.Record{}, err
	}
	return a.office.CreateRecord(c.ctx, c.actor, command)
}

// showRecord answers one record.
func (a *API) showRecord(c *call) (recordAnswer, error) { return a.answerRecord(c, c.id()) }

// recordPatch is what may be changed of a record that was entered and not sent.
type recordPatch struct {
	Account         *text   `json:"account"`
	ReceivedAmount  *amount `json:"received_amount"`
	TDSAmount       *amount `json:"tds_amount"`
	PaymentMode     *text   `json:"payment_mode"`
	UTR             *text   `json:"utr"`
	BankDate        *date   `json:"bank_date"`
	Date            *date   `json:"date"`
	CollectionBank  *bankIn `json:"collection_bank"`
	SettlementOrder *text   `json:"settlement_order"`
	ComponentOrder  *text   `json:"component_order"`
	Loans           *words  `json:"loans"`
	Remark          *text   `json:"remark"`
	ChequeNo        *text   `json:"cheque_no"`
	ChequeBank      *text   `json:"cheque_bank"`
	ChequeDate      *date   `json:"cheque_date"`
	Version         whole   `json:"version"`
}

// updateRecord changes a record that was entered and not yet sent.
func (a *API) updateRecord(c *call, in recordPatch) (recordAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return recordAnswer{}, err
	}
	var command servicing.NewRecord
	err = a.read(c, func(ctx context.Context, v *store.View) error {
		r, err := recordByKey(ctx, v, c.id())
		if err != nil {
			return err
		}
		command = servicing.NewRecord{Account: string(r.AccountID), Type: r.Type, Received: r.ReceivedAmount, TDS: r.TDSAmount, Mode: string(r.PaymentMode),
			UTR: string(r.UTR), Date: r.Date, BankDate: r.BankDate, CollectionBank: string(r.CollectionBankID), SettlementOrder: r.SettlementOrder,
			ComponentOrder: r.ComponentOrder, Loans: listed(r.Loans), Remark: r.Remark, ChequeNo: r.ChequeNo, ChequeBank: r.ChequeBank,
			ChequeDate: r.ChequeDate, Source: r.Source, Version: r.Version}
		if version != 0 {
			command.Version = version
		}
		return in.over(ctx, v, &command)
	})
	if err != nil {
		return recordAnswer{}, err
	}
	record, err := a.office.EditRecord(c.ctx, c.actor, c.id(), command)
	if err != nil {
		return recordAnswer{}, err
	}
	return a.answerRecord(c, record.ID)
}

// over lays what was given over a record as it is.
func (in recordPatch) over(ctx context.Context, v *store.View, to *servicing.NewRecord) error {
	for _, field := range []struct {
		given *text
		to    *string
	}{{in.Account, &to.Account}, {in.PaymentMode, &to.Mode}, {in.UTR, &to.UTR}, {in.SettlementOrder, &to.SettlementOrder},
		{in.ComponentOrder, &to.ComponentOrder}, {in.Remark, &to.Remark}, {in.ChequeNo, &to.ChequeNo}, {in.ChequeBank, &to.ChequeBank}} {
		if field.given != nil {
			*field.to = string(*field.given)
		}
	}
	for _, field := range []struct {
		given *date
		to    *lending.Date
	}{{in.Date, &to.Date}, {in.BankDate, &to.BankDate}, {in.ChequeDate, &to.ChequeDate}} {
		if field.given != nil {
			*field.to = lending.Date(*field.given)
		}
	}
	if in.ReceivedAmount != nil {
		to.Received = lending.Money(*in.ReceivedAmount)
	}
	if in.TDSAmount != nil {
		to.TDS = lending.Money(*in.TDSAmount)
	}
	if in.Loans != nil {
		to.Loans = *in.Loans
	}
	if in.CollectionBank == nil {
		return nil
	}
	bank, err := in.CollectionBank.key(ctx, v)
	to.CollectionBank = bank
	return err
}

package store

import (
	"context"
	"fmt"
	"slices"

	"lekha/lending"
)

// RecordLine is a record as lists show it. The page that operations live in reads
// fifty of them: a third of the columns, read without reflection, takes half the
// time of whole records.
type RecordLine struct {
	Idx             int64
	Ref             string
	Type            string
	Status          string
	Amount          lending.Money
	RemainingAmount lending.Money
	PaymentMode     Opt
	UTR             Opt
	Date, BankDate  lending.Date
	Source          string
	ParentID        Opt
	Reason          string
	Version         int64
	AccountRef      string
	BorrowerName    string
	BankCode        string
	// What is known of a payer without an account: a remark, the narration and in
	// whose layout it is.
	Remark, Narration, BankLayout string
}

const recordLineSelect = `
	SELECT r.idx, r.ref, r.type, r.status, r.amount, r.remaining_amount, r.payment_mode, r.utr, r.date, r.bank_date, r.source, r.parent_id, r.reason, r.version,
		COALESCE(a.ref, ''), COALESCE(b.name, ''), COALESCE(k.code, ''), CASE WHEN r.account_id IS NULL THEN r.remark ELSE '' END,
		CASE WHEN r.account_id IS NULL THEN COALESCE(c.narration, '') ELSE '' END, CASE WHEN r.account_id IS NULL THEN COALESCE(k.bank, '') ELSE '' END` + recordJoins

// into are the places of the columns of recordLineSelect.
func (r *RecordLine) into() []any {
	return []any{&r.Idx, &r.Ref, &r.Type, &r.Status, &r.Amount, &r.RemainingAmount, &r.PaymentMode, &r.UTR, &r.Date, &r.BankDate, &r.Source, &r.ParentID, &r.Reason, &r.Version,
		&r.AccountRef, &r.BorrowerName, &r.BankCode, &r.Remark, &r.Narration, &r.BankLayout}
}

// Record is the line as the record that it is of, as far as it was read: enough to
// say its state, its place in a list and what can be done with it.
func (r RecordLine) Record() Record {
	return Record{Idx: r.Idx, Ref: r.Ref, Type: r.Type, Status: r.Status, Amount: r.Amount, RemainingAmount: r.RemainingAmount, PaymentMode: r.PaymentMode,
		UTR: r.UTR, Date: r.Date, Source: r.Source, ParentID: r.ParentID, Reason: r.Reason, Version: r.Version,
		AccountRef: r.AccountRef, BorrowerName: r.BorrowerName, BankCode: r.BankCode, Remark: r.Remark, Narration: r.Narration}
}

// RecordLines lists what Records does, as lists show it.
func (v *View) RecordLines(ctx context.Context, f RecordFilter) ([]RecordLine, error) {
	query, args, err := f.pageQuery(recordLineSelect)
	if err != nil {
		return nil, err
	}
	lines := make([]RecordLine, 0, min(f.Limit, linesAhead))
	err = v.each(ctx, query, args, func(scan func(...any) error) error {
		lines = append(lines, RecordLine{})
		return scan(lines[len(lines)-1].into()...)
	})
	if err != nil {
		return nil, fmt.Errorf("listing records: %w", err)
	}
	if f.Backwards {
		slices.Reverse(lines)
	}
	return lines, nil
}

// linesAhead is for how many lines room is made before they are read.
const linesAhead = 128

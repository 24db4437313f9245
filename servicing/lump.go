package servicing

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// maxLump is how many rows a breakdown has at most: a day's collections of a
// gateway for a small lender, in one approval.
const maxLump = 2000

// LumpLine is one row of the breakdown of a credit that pays for many.
type LumpLine struct {
	No      int    // of the file
	Account string // ref or virtual account number; "fee" for what the gateway keeps
	Amount  lending.Money
	UTR     string // of the borrower's own payment
}

// isFee says that a row is the gateway's fee and nobody's payment.
func (l LumpLine) isFee() bool { return strings.EqualFold(l.Account, "fee") }

// LumpInput splits a credit by a file.
type LumpInput struct {
	Version int64
	Lines   []LumpLine
	Remark  string
}

// lumpHeads are the headings under which gateways and sponsor banks print the
// three columns.
var lumpHeads = map[string][]string{
	"account": {"account", "account_ref", "loan", "loan_no", "reference", "virtual_account", "customer_ref"},
	"amount":  {"amount", "amount_inr", "paid", "collected"},
	"utr":     {"utr", "rrn", "payment_utr", "bank_reference"},
}

// ReadLump reads a breakdown: CSV with a header row that names account (or
// reference), amount and, if it likes, utr. Each row that is wrong is named.
func ReadLump(data []byte) ([]LumpLine, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	r.FieldsPerRecord, r.TrimLeadingSpace = -1, true
	head, err := r.Read()
	if err != nil {
		return nil, lending.RefuseField("file", "lump.unreadable", "The file is empty or is not CSV.")
	}
	at := map[string]int{"account": -1, "amount": -1, "utr": -1}
	for i, cell := range head {
		name := strings.ReplaceAll(strings.ToLower(strings.TrimSpace(cell)), " ", "_")
		for column, names := range lumpHeads {
			if slices.Contains(names, name) && at[column] < 0 {
				at[column] = i
			}
		}
	}
	if at["account"] < 0 || at["amount"] < 0 {
		return nil, lending.RefuseField("file", "lump.headings", "The first row names the columns: account (or reference), amount, utr.")
	}
	var lines []LumpLine
	wrong := faults{}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		no, _ := r.FieldPos(0)
		if err != nil {
			return nil, lending.RefuseField("file", "lump.unreadable", fmt.Sprintf("Row %d is not CSV.", no))
		}
		cell := func(column string) string {
			if i := at[column]; i >= 0 && i < len(row) {
				return strings.TrimSpace(row[i])
			}
			return ""
		}
		if len(lines) == maxLump {
			return nil, lending.RefuseField("file", "lump.long", fmt.Sprintf("A breakdown has at most %d rows.", maxLump))
		}
		amount, err := lending.ParseRupees(strings.TrimPrefix(cell("amount"), "₹"))
		switch {
		case cell("account") == "":
			wrong.add(rowName(no), fmt.Sprintf("Row %d names no account.", no))
		case err != nil || amount <= 0:
			wrong.add(rowName(no), fmt.Sprintf("Row %d: %q is no amount above zero.", no, cell("amount")))
		}
		lines = append(lines, LumpLine{No: no, Account: cell("account"), Amount: amount, UTR: cell("utr")})
	}
	return lines, wrong.refuse("lump.rows", "Some rows are wrong. Nothing was split.")
}

func rowName(no int) string { return fmt.Sprintf("row.%d", no) }

// SplitByFile makes the parts of one split from the breakdown of a credit, and
// sends them to a second person as one: all or none. The rows sum to the credit to
// the paisa; a fee is set aside as a part of its own.
func (o *Office) SplitByFile(ctx context.Context, actor Actor, ref string, in LumpInput) (store.Record, error) {
	var record store.Record
	if err := actor.need(MayPrepare); err != nil {
		return record, err
	}
	attempt := note{action: "record.match", subject: store.CleanRef(ref), input: in}
	err := o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		r, err := recordAt(ctx, tx, ref, in.Version, ActMatch)
		if err != nil {
			return err
		}
		if r.TDSAmount != 0 || r.ParentID != "" {
			return lending.Refuse(lending.Conflict, "record.part_of_split", "Only a whole credit of the bank is split by a file.")
		}
		accounts, err := checkLump(ctx, tx, r, in.Lines)
		if err != nil {
			return err
		}
		if in.Remark != "" {
			r.Remark = in.Remark
		}
		r.MakerID, r.Maker, r.Reason = store.Opt(actor.Person), store.Opt(actor.Name), ""
		if err := tx.AddEditor(ctx, r.ID, actor.Person); err != nil {
			return err
		}
		if err := splitLump(ctx, tx, actor, r, in.Lines, accounts); err != nil {
			return err
		}
		if record, err = tx.RecordByID(ctx, r.ID); err != nil {
			return err
		}
		if _, err := requestApproval(ctx, tx, actor, record, in.Remark); err != nil {
			return err
		}
		n.subject, n.summary = r.Ref, summaryOf("Split", r, fmt.Sprintf("by a file of %d rows and sent it for approval", len(in.Lines)))
		if record, err = tx.RecordByID(ctx, r.ID); err != nil {
			return err
		}
		return wholeCredit(ctx, tx, record)
	})
	return record, err
}

// checkLump finds the account of each row and refuses rows that name none, cannot
// take it, repeat a payment, or do not sum to the credit.
func checkLump(ctx context.Context, tx *store.Tx, r store.Record, lines []LumpLine) ([]store.Account, error) {
	var sum lending.Money
	wrong, seen := faults{}, map[string]int{}
	accounts := make([]store.Account, len(lines))
	payments := 0
	for i, l := range lines {
		if l.Amount <= 0 || l.Amount > r.Amount {
			wrong.add(rowName(l.No), fmt.Sprintf("Row %d: %s is not between nothing and the credit.", l.No, l.Amount.Rupees()))
			continue
		}
		sum += l.Amount
		if before := seen[l.UTR]; l.UTR != "" && before > 0 {
			wrong.add(rowName(l.No), fmt.Sprintf("Row %d repeats the payment %s of row %d.", l.No, l.UTR, before))
		}
		seen[l.UTR] = l.No
		if l.isFee() {
			continue
		}
		payments++
		account, err := lumpAccount(ctx, &tx.View, l.Account)
		if err == nil {
			accounts[i] = account
			err = checkPlace(ctx, tx, account, r, "")
		}
		switch {
		case lending.KindOf(err) == lending.NotFound:
			wrong.add(rowName(l.No), fmt.Sprintf("Row %d: there is no account %s.", l.No, l.Account))
		case lending.KindOf(err) != 0:
			wrong.add(rowName(l.No), fmt.Sprintf("Row %d: %s", l.No, lumpReason(err)))
		case err != nil:
			return nil, err
		}
	}
	if err := wrong.refuse("lump.rows", "Some rows are wrong. Nothing was split."); err != nil {
		return nil, err
	}
	if payments == 0 {
		return nil, lending.RefuseField("file", "lump.empty", "No row pays for an account.")
	}
	if sum != r.Amount {
		return nil, lending.RefuseField("file", "lump.sum", fmt.Sprintf("The %d rows sum to %s and the credit is %s: %s is left.",
			len(lines), sum.Rupees(), r.Amount.Rupees(), (r.Amount-sum).Rupees()))
	}
	return accounts, nil
}

// lumpReason is the sentence of a refusal: that of its field, which says more.
func lumpReason(err error) string {
	if e, ok := errors.AsType[*lending.Error](err); ok {
		for _, text := range e.Fields {
			return text
		}
	}
	return err.Error()
}

// lumpAccount finds an account by ref, id or virtual account number.
func lumpAccount(ctx context.Context, v *store.View, name string) (store.Account, error) {
	account, err := accountByAny(ctx, v, name)
	if lending.KindOf(err) != lending.NotFound {
		return account, err
	}
	virtual, other := v.AccountByVirtualNo(ctx, name)
	if errors.Is(other, store.ErrMissing) {
		return account, err
	}
	return virtual, other
}

// splitLump makes one child for each row. The parent carries nothing from then on.
func splitLump(ctx context.Context, tx *store.Tx, actor Actor, r store.Record, lines []LumpLine, accounts []store.Account) error {
	r.Status, r.Carries, r.AccountID = "split", false, ""
	parent, err := tx.UpdateRecord(ctx, r)
	if err != nil {
		return err
	}
	for i, l := range lines {
		child := parent
		child.ID, child.Ref, child.ReceiptNo = "", "", ""
		child.ParentID, child.PredecessorID, child.Carries = store.Opt(parent.ID), "", true
		child.ReceivedAmount, child.Amount, child.RemainingAmount = l.Amount, l.Amount, 0
		if l.UTR != "" {
			child.UTR, child.Reference = store.Opt(l.UTR), normalReference(l.UTR)
		}
		if l.isFee() {
			child.Status, child.SetAsideKind, child.SetAsideOn, child.Reason = "set_aside", "other", tx.Today, lumpFeeReason
		} else {
			child.AccountID, child.Status = store.Opt(accounts[i].ID), "initiated"
			if err := settleAs(ctx, tx, &child, accounts[i], nil); err != nil {
				return err
			}
		}
		if child, err = tx.CreateRecord(ctx, child); err != nil {
			return err
		}
		if err := tx.AddEditor(ctx, child.ID, actor.Person); err != nil {
			return err
		}
	}
	return nil
}

// lumpFeeReason is what the fee of a lump credit is set aside as.
const lumpFeeReason = "Fee of the gateway, a part of this credit."

// isLumpFee says that a part of a split is the gateway's fee.
func isLumpFee(r store.Record) bool { return r.ParentID != "" && r.Status == "set_aside" }

// withoutFee is a part that dies with its split: the fee is a part like the others.
func withoutFee(r store.Record) store.Record {
	if isLumpFee(r) {
		r.Status, r.SetAsideKind, r.SetAsideOn = "initiated", "", 0
	}
	return r
}

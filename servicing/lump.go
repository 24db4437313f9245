package servicing

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"slices"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// maxLump is how many rows a breakdown has at most: a day's collections of a
// gateway for a small lender, in one approval.
const maxLump = 5000

// LumpLine is one row of the breakdown of a credit that pays for many.
type LumpLine struct {
	No      int    // of the file
	Account string // ref or virtual account number; "fee" and "gst" for what the gateway kept
	Amount  lending.Money
	UTR     string // of the borrower's own payment
}

// isFee says that a row is the gateway's fee and nobody's payment.
func (l LumpLine) isFee() bool { return strings.EqualFold(l.Account, "fee") }

// isGST says that a row is the tax on the gateway's fee.
func (l LumpLine) isGST() bool { return strings.EqualFold(l.Account, "gst") }

// LumpSums are the sums of a breakdown: what borrowers paid, what the gateway kept
// of it, and what it paid on to the bank.
type LumpSums struct{ Gross, Fee, GST lending.Money }

// SumLump sums the rows of a breakdown.
func SumLump(lines []LumpLine) LumpSums {
	var s LumpSums
	for _, l := range lines {
		switch {
		case l.isFee():
			s.Fee += l.Amount
		case l.isGST():
			s.GST += l.Amount
		default:
			s.Gross += l.Amount
		}
	}
	return s
}

// Net is what is left for the bank.
func (s LumpSums) Net() lending.Money { return s.Gross - s.Fee - s.GST }

// String says the sums as a clerk adds them up.
func (s LumpSums) String() string {
	if s.Fee+s.GST == 0 {
		return s.Gross.Rupees()
	}
	return fmt.Sprintf("%s less fee %s less GST %s is %s", s.Gross.Rupees(), s.Fee.Rupees(), s.GST.Rupees(), s.Net().Rupees())
}

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
		line := LumpLine{No: no, Account: cell("account"), Amount: amount, UTR: cell("utr")}
		if amount < 0 && (line.isFee() || line.isGST()) {
			line.Amount, amount = -amount, -amount // some print what they keep with a minus
		}
		switch {
		case cell("account") == "":
			wrong.add(rowName(no), fmt.Sprintf("Row %d names no account.", no))
		case err != nil || amount <= 0:
			wrong.add(rowName(no), fmt.Sprintf("Row %d: %q is no amount above zero.", no, cell("amount")))
		}
		lines = append(lines, line)
	}
	return lines, wrong.refuse("lump.rows", "Some rows are wrong. Nothing was split.")
}

func rowName(no int) string { return fmt.Sprintf("row.%d", no) }

// SplitByFile makes the parts of one split from the breakdown of a credit, and
// sends them to a second person as one: all or none. The rows of the borrowers, less
// the fee that the gateway kept and the tax on it, are the credit to the paisa.
// Accounts settle what their borrowers paid; the fee is the lender's own cost.
func (o *Office) SplitByFile(ctx context.Context, actor Actor, ref string, in LumpInput) (store.Record, error) {
	var record store.Record
	if err := actor.need(MayPrepare); err != nil {
		return record, err
	}
	if len(in.Lines) > maxLump {
		return record, lending.RefuseField("file", "lump.long", fmt.Sprintf("A breakdown has at most %d rows.", maxLump))
	}
	attempt := note{action: "record.match", subject: store.CleanRef(ref), input: in}
	err := o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) (err error) {
		if record, err = splitByLines(ctx, tx, actor, ref, in); err != nil {
			return err
		}
		n.subject, n.summary = record.Ref, summaryOf("Split", record, fmt.Sprintf("by a file of %d rows and sent it for approval", len(in.Lines)))
		return nil
	})
	return record, err
}

// splitByLines splits a credit by the rows of its breakdown and sends the parts for
// approval.
func splitByLines(ctx context.Context, tx *store.Tx, actor Actor, ref string, in LumpInput) (store.Record, error) {
	r, err := recordAt(ctx, tx, ref, in.Version, ActMatch)
	if err != nil {
		return r, err
	}
	if r.Amount != r.ReceivedAmount || r.ParentID != "" {
		return r, lending.Refuse(lending.Conflict, "record.part_of_split", "Only a whole credit of the bank is split by a file.")
	}
	accounts, err := checkLump(ctx, tx, r, in.Lines)
	if err != nil {
		return r, err
	}
	if in.Remark != "" {
		r.Remark = in.Remark
	}
	r.MakerID, r.Maker, r.Reason = store.Opt(actor.Person), store.Opt(actor.Name), ""
	if err := tx.AddEditor(ctx, r.ID, actor.Person); err != nil {
		return r, err
	}
	if err := splitLump(ctx, tx, actor, r, in.Lines, accounts); err != nil {
		return r, err
	}
	if r, err = tx.RecordByID(ctx, r.ID); err != nil {
		return r, err
	}
	if _, err := requestApproval(ctx, tx, actor, r, in.Remark); err != nil {
		return r, err
	}
	if r, err = tx.RecordByID(ctx, r.ID); err != nil {
		return r, err
	}
	return r, wholeCredit(ctx, tx, r)
}

// checkLump finds the account of each row and refuses rows that name none, cannot
// take it, repeat a payment, or do not sum to the credit.
func checkLump(ctx context.Context, tx *store.Tx, r store.Record, lines []LumpLine) ([]store.Account, error) {
	wrong, seen, known := faults{}, map[string]int{}, map[string]lumpPlace{}
	accounts := make([]store.Account, len(lines))
	payments := 0
	for i, l := range lines {
		if l.Amount <= 0 || l.Amount > maxAmount {
			wrong.add(rowName(l.No), fmt.Sprintf("Row %d: %s is no amount that one person pays.", l.No, l.Amount.Rupees()))
			continue
		}
		if before := seen[l.UTR]; l.UTR != "" && before > 0 {
			wrong.add(rowName(l.No), fmt.Sprintf("Row %d repeats the payment %s of row %d.", l.No, l.UTR, before))
		}
		seen[l.UTR] = l.No
		if l.isFee() || l.isGST() {
			continue
		}
		payments++
		place, there := known[l.Account]
		if !there {
			if place.account, place.err = lumpAccount(ctx, &tx.View, l.Account); place.err == nil {
				place.err = checkPlace(ctx, tx, place.account, r, "")
			}
			known[l.Account] = place
		}
		accounts[i] = place.account
		switch err := place.err; {
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
	if sums := SumLump(lines); sums.Net() != r.Amount {
		return nil, lending.RefuseField("file", "lump.sum", fmt.Sprintf("The %d rows sum to %s and the credit is %s: %s is left.",
			len(lines), sums, r.Amount.Rupees(), (r.Amount-sums.Net()).Rupees()))
	}
	return accounts, nil
}

// lumpPlace is the account that a row names, and why it takes no money.
type lumpPlace struct {
	account store.Account
	err     error
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

// splitLump makes one child for each row that pays. The parent carries nothing from
// then on; it shows the gross and what was withheld of it, of which each child has
// its share.
func splitLump(ctx context.Context, tx *store.Tx, actor Actor, r store.Record, lines []LumpLine, accounts []store.Account) error {
	sums := SumLump(lines)
	r.Status, r.Carries, r.AccountID = "split", false, ""
	r.Amount, r.FeeWithheld, r.FeeGST = sums.Gross, sums.Fee, sums.GST
	parent, err := tx.UpdateRecord(ctx, r)
	if err != nil {
		return err
	}
	fees := lumpFees{sums: sums}
	for i, l := range lines {
		if l.isFee() || l.isGST() {
			continue
		}
		child := parent
		child.ID, child.Ref, child.ReceiptNo = "", "", ""
		child.ParentID, child.PredecessorID, child.Carries = store.Opt(parent.ID), "", true
		child.Amount, child.RemainingAmount = l.Amount, 0
		child.FeeWithheld, child.FeeGST = fees.next(l.Amount)
		child.ReceivedAmount = child.Amount - child.FeeWithheld - child.FeeGST
		if l.UTR != "" {
			child.UTR, child.Reference = store.Opt(l.UTR), normalReference(l.UTR)
		}
		child.AccountID, child.Status = store.Opt(accounts[i].ID), "pending" // it is sent in the same act
		if err := settleAs(ctx, tx, &child, accounts[i], nil); err != nil {
			return err
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

// lumpFees shares what a gateway kept over the payments by their size and without
// loss: each gets what is due on all so far and was not given out yet.
type lumpFees struct {
	sums              LumpSums
	paid, kept, taxed lending.Money
}

// next is the fee of a payment and the tax on it, together never more than it.
func (f *lumpFees) next(paid lending.Money) (fee, gst lending.Money) {
	f.paid += paid
	kept := part(f.sums.Fee+f.sums.GST, f.paid, f.sums.Gross)
	taxed := part(f.sums.GST, kept, f.sums.Fee+f.sums.GST)
	gst = taxed - f.taxed
	fee = kept - f.kept - gst
	f.kept, f.taxed = kept, taxed
	return fee, gst
}

// part is whole x share / of, rounded down; share is not above of.
func part(whole, share, of lending.Money) lending.Money {
	if of == 0 {
		return 0
	}
	high, low := bits.Mul64(uint64(whole), uint64(share))
	quotient, _ := bits.Div64(high, low, uint64(of))
	return lending.Money(quotient)
}

// withholdNothing makes the parent of a split that dies the bank's credit again.
func withholdNothing(r *store.Record) {
	r.Amount, r.FeeWithheld, r.FeeGST = r.ReceivedAmount+r.TDSAmount, 0, 0
}

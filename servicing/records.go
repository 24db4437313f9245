package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/store"
)

// NewRecord is a receipt as a person or a program gives it. Amounts are paise.
type NewRecord struct {
	Account         string // ref or id; empty: unmatched
	Type            string // "repayment" (default) or "tds"
	Received, TDS   lending.Money
	Mode            string // cash, cheque, transfer, neft, rtgs, imps, upi, nach; "" as on the wire
	UTR             string
	Date, BankDate  lending.Date // value date defaults to the bank date, that to the business date
	CollectionBank  string       // ref, id or code
	SettlementOrder string
	ComponentOrder  string
	Loans           []string
	Remark          string
	ChequeNo        string
	ChequeBank      string
	ChequeDate      lending.Date
	Source          string // "hand" or "api"
	OldDate         bool   // a date of long ago is meant
	Version         int64  // of the record, for an edit
}

// modes are the ways money comes in.
var modes = []string{"", "cash", "cheque", "transfer", "neft", "rtgs", "imps", "upi", "nach"}

// CreateRecord registers money received, or tax withheld. Without an account it
// is unmatched; with one it is initiated and waits to be sent for approval.
func (o *Office) CreateRecord(ctx context.Context, actor Actor, in NewRecord) (store.Record, error) {
	var record store.Record
	if err := actor.need(MayPrepare); err != nil {
		return record, err
	}
	err := o.command(ctx, actor, note{action: "record.create", input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		r, err := createRecord(ctx, tx, actor, in)
		record = r
		n.subject, n.account, n.summary = r.Ref, string(r.AccountID), summaryOf("Entered", r)
		n.flags = backDated(tx, r)
		return err
	})
	if err == nil && record.Status == "unmatched" {
		o.scoreAgain(ctx, record.ID)
	}
	return record, err
}

func createRecord(ctx context.Context, tx *store.Tx, actor Actor, in NewRecord) (store.Record, error) {
	r, err := drawUp(ctx, tx, in, store.Record{})
	if err != nil {
		return r, err
	}
	r.UploadedBy, r.UploadedByID = store.Opt(actor.Name), store.Opt(actor.Person)
	if actor.Program {
		r.UploadedBy, r.UploadedByID = "", ""
	}
	if r.Source = in.Source; r.Source == "hand" {
		year := lending.FinancialYear(r.BankDate)
		no, err := tx.NextReceiptNo(ctx, year)
		if err != nil {
			return r, err
		}
		r.ReceiptNo = store.Opt(no)
	}
	r.Carries = true
	if r.Status = "unmatched"; r.AccountID != "" {
		r.Status, r.MakerID, r.Maker = "initiated", store.Opt(actor.Person), store.Opt(actor.Name)
	}
	if r, err = tx.CreateRecord(ctx, r); err != nil {
		return r, err
	}
	if err := tx.AddEditor(ctx, r.ID, actor.Person); err != nil {
		return r, err
	}
	return tx.RecordByID(ctx, r.ID)
}

// EditRecord changes a receipt that was entered by hand and not yet sent.
func (o *Office) EditRecord(ctx context.Context, actor Actor, ref string, in NewRecord) (store.Record, error) {
	var record store.Record
	if err := actor.need(MayPrepare); err != nil {
		return record, err
	}
	err := o.command(ctx, actor, note{action: "record.edit", subject: ref, input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		r, err := recordAt(ctx, tx, ref, in.Version, ActEdit)
		if err != nil {
			return err
		}
		edited, err := drawUp(ctx, tx, in, r)
		if err != nil {
			return err
		}
		if edited.Status = "unmatched"; edited.AccountID != "" {
			edited.Status, edited.MakerID, edited.Maker = "initiated", store.Opt(actor.Person), store.Opt(actor.Name)
		}
		if record, err = tx.UpdateRecord(ctx, edited); err != nil {
			return err
		}
		n.account, n.summary = string(record.AccountID), summaryOf("Edited", record)
		return tx.AddEditor(ctx, r.ID, actor.Person)
	})
	return record, err
}

// drawUp checks what was given and lays it over a record: a new one, or the one
// being edited.
func drawUp(ctx context.Context, tx *store.Tx, in NewRecord, r store.Record) (store.Record, error) {
	if r.Type = in.Type; r.Type == "" {
		r.Type = "repayment"
	}
	if in.BankDate.IsZero() {
		in.BankDate = tx.Today
		if !in.Date.IsZero() {
			in.BankDate = in.Date
		}
	}
	if in.Date.IsZero() {
		in.Date = in.BankDate
	}
	if in.Source == "" {
		in.Source = r.Source
	}
	if err := checkGiven(tx, in, r.Type); err != nil {
		return r, err
	}
	if err := checkAge(tx, in, r); err != nil {
		return r, err
	}
	r.ReceivedAmount, r.TDSAmount, r.Amount = in.Received, in.TDS, in.Received+in.TDS
	r.PaymentMode, r.UTR, r.Remark = store.Opt(in.Mode), store.Opt(in.UTR), in.Remark
	r.Date, r.BankDate = in.Date, in.BankDate
	r.ChequeNo, r.ChequeBank, r.ChequeDate = in.ChequeNo, in.ChequeBank, in.ChequeDate
	r.Reference = normalReference(in.UTR)
	loans, _ := json.Marshal(append([]string{}, in.Loans...))
	r.Loans = string(loans)
	r.CollectionBankID = ""
	if in.CollectionBank != "" {
		bank, err := tx.BankByAny(ctx, in.CollectionBank)
		if err != nil {
			return r, lending.RefuseField("collection_bank", "record.bank", "There is no collection bank "+in.CollectionBank+".")
		}
		r.CollectionBankID = store.Opt(bank.ID)
	}
	if err := checkDuplicate(ctx, tx, r); err != nil {
		return r, err
	}
	if err := checkChequeTwice(ctx, tx, r); err != nil {
		return r, err
	}
	return r, placeOn(ctx, tx, &r, in)
}

// checkGiven holds what can be said without looking anything up.
func checkGiven(tx *store.Tx, in NewRecord, kind string) error {
	fields := map[string]string{}
	if kind != "repayment" && kind != "tds" {
		fields["type"] = "A record is a repayment or a tds credit."
	}
	if in.Received < 0 || in.TDS < 0 {
		fields["received_amount"] = "Amounts are not negative."
	}
	if kind == "repayment" && in.Received <= 0 {
		fields["received_amount"] = "Say how much was received."
	}
	if kind == "tds" && (in.Received != 0 || in.TDS <= 0) {
		fields["tds_amount"] = "A tax credit has a tds amount and no money received."
	}
	if in.Received > maxAmount || in.TDS > maxAmount {
		fields["received_amount"] = "That is more than this program books in one record."
	}
	if !slices.Contains(modes, in.Mode) {
		fields["payment_mode"] = "The mode is cash, cheque, transfer, neft, rtgs, imps, upi or nach."
	}
	if in.Mode == "cheque" && (in.ChequeNo == "" || in.ChequeBank == "" || in.ChequeDate.IsZero()) {
		fields["cheque_no"] = "A cheque has a number, a bank and a date."
	}
	if in.Mode == "cheque" && fields["cheque_no"] == "" {
		sentence, err := checkCheque(tx, in)
		if err != nil {
			return err
		}
		if sentence != "" {
			fields["cheque_date"] = sentence
		}
	}
	last := max(tx.Today, lending.DateOf(tx.Now.Time))
	switch {
	case in.Date > last:
		fields["date"] = "The value date lies in the future."
	case in.Date > tx.Today:
		fields["date"] = "The value date lies after the open business date, " + tx.Today.Words() + ". Close that day first."
	}
	if in.BankDate > last {
		fields["bank_date"] = "The bank date lies in the future."
	}
	for field, text := range map[string]string{"remark": in.Remark, "utr": in.UTR, "cheque_no": in.ChequeNo, "cheque_bank": in.ChequeBank} {
		if len(text) > maxText {
			fields[field] = "That is too long."
		} else if !plainText(text) {
			fields[field] = "This holds characters that are no text."
		}
	}
	if fields["utr"] == "" && len(in.UTR) > maxReference {
		fields["utr"] = fmt.Sprintf("A bank reference has at most %d letters and digits.", maxReference)
	}
	if len(fields) == 0 {
		return nil
	}
	return &lending.Error{Kind: lending.Invalid, Code: "record.invalid", Message: "The record cannot be entered like this.", Fields: fields}
}

const (
	// maxAmount is 10^13 rupees: far above any loan, far below overflow in sums.
	maxAmount lending.Money = 1_000_000_000_000_000
	// maxReference is more than twice the longest reference of a bank: 22 signs, of RTGS.
	maxReference = 64
	// maxText keeps remarks and references readable in a list.
	maxText = 500
)

// checkDuplicate refuses a bank reference that a live record of the same
// collection bank holds already, and names that record with both amounts. Where
// the bank is not known, on either side, the same reference is the same money.
func checkDuplicate(ctx context.Context, tx *store.Tx, r store.Record) error {
	if r.Reference == "" {
		return nil
	}
	others, err := tx.LiveRecordsWithReference(ctx, string(r.CollectionBankID), r.Reference)
	if err != nil {
		return fmt.Errorf("looking for the bank reference: %w", err)
	}
	for _, first := range others {
		if first.ID == r.ID {
			continue
		}
		return &lending.Error{Kind: lending.Conflict, Code: "record.duplicate_utr",
			Message: fmt.Sprintf("Bank reference %s is already on %s of %s (this one: %s).", r.UTR, first.Ref, first.Amount.Rupees(), r.Amount.Rupees()),
			Fields:  map[string]string{"utr": "Already on " + first.Ref + "."}}
	}
	return nil
}

// placeOn puts a record on its account, with the orders it will be settled by.
func placeOn(ctx context.Context, tx *store.Tx, r *store.Record, in NewRecord) error {
	r.AccountID = ""
	policy := defaultPolicy()
	if in.Account != "" {
		account, err := accountByAny(ctx, &tx.View, in.Account)
		if err != nil {
			return lending.RefuseField("account", "record.account", "There is no account "+in.Account+".")
		}
		if policy, err = policyOf(ctx, &tx.View, account); err != nil {
			return err
		}
		r.AccountID = store.Opt(account.ID)
		if err := checkPlace(ctx, tx, account, *r, in.Mode); err != nil {
			return err
		}
	} else if in.Mode == "cash" || in.Type == "tds" {
		return lending.RefuseField("account", "record.account", "Cash and tax credits are entered for an account.")
	}
	settlement, component := in.SettlementOrder, in.ComponentOrder
	if settlement == "" {
		settlement = string(policy.SettlementOrder)
	}
	if component == "" {
		component = string(policy.ComponentOrder)
	}
	if _, err := lending.ParseSettlementOrder(settlement); err != nil {
		return lending.RefuseField("settlement_order", "record.settlement_order", err.Error())
	}
	if _, err := lending.ParseComponentOrder(component); err != nil {
		return lending.RefuseField("component_order", "record.component_order", err.Error())
	}
	if settlement == string(lending.SpecificLoans) && len(in.Loans) == 0 {
		return lending.RefuseField("loans", "record.loans", "Say which loans this is meant for.")
	}
	r.SettlementOrder, r.ComponentOrder = settlement, component
	return nil
}

// checkPlace refuses money on an account that cannot take it: before its first
// disbursal, after it was closed, or more cash in a day than the law allows.
func checkPlace(ctx context.Context, tx *store.Tx, account store.Account, r store.Record, mode string) error {
	if account.Status == "created" || account.Status == "closed" {
		return lending.RefuseField("account", "account."+account.Status, "Account "+account.Ref+" is "+account.Status+", so it takes no money.")
	}
	facts, err := tx.Facts(ctx, account.ID)
	if err != nil {
		return err
	}
	if first := firstDisbursal(facts.Facts); !first.IsZero() && r.Date < first {
		return lending.RefuseField("date", "record.before_disbursal", "The loan was disbursed on "+first.Words()+", later than this value date.")
	}
	if mode != "cash" {
		return nil
	}
	limit, err := lending.MoneyParameter("cash_limit_269st", r.BankDate)
	if err != nil {
		return err
	}
	day, err := tx.CashOnDay(ctx, account.BorrowerID, r.BankDate, r.ID)
	if err != nil {
		return err
	}
	if day+r.ReceivedAmount >= limit {
		return lending.RefuseField("received_amount", "record.cash_limit",
			fmt.Sprintf("Section 269ST allows less than %s in cash from one person in a day; %s was taken already.", limit.Rupees(), day.Rupees()))
	}
	return nil
}

// CancelRecord takes back a receipt that was entered and never decided.
func (o *Office) CancelRecord(ctx context.Context, actor Actor, ref string, version int64, reason string) (store.Record, error) {
	return o.changeRecord(ctx, actor, ref, version, ActCancel, reason, func(ctx context.Context, tx *store.Tx, r *store.Record) (string, error) {
		if err := withdrawOpen(ctx, tx, r.ID); err != nil {
			return "", err
		}
		if err := dropPayouts(ctx, tx, *r); err != nil {
			return "", err
		}
		r.Status, r.Reason, r.Carries, r.RemainingAmount = "cancelled", reason, false, 0
		return summaryOf("Cancelled", *r), nil
	})
}

// MarkProcessed sets the bookkeeping flag of a settled record. No money moves.
func (o *Office) MarkProcessed(ctx context.Context, actor Actor, ref string, version int64, settlementUTR, remark string) (store.Record, error) {
	return o.changeRecord(ctx, actor, ref, version, ActMarkDone, remark, func(_ context.Context, _ *store.Tx, r *store.Record) (string, error) {
		r.IsProcessed = true
		if settlementUTR != "" {
			r.SettlementUTR = store.Opt(settlementUTR)
		}
		if remark != "" {
			r.Remark = remark
		}
		return summaryOf("Marked", *r, "as processed"), nil
	})
}

// changeRecord is the shape of the simple acts: check right, state and version,
// change one record, keep the money of its statement line whole.
func (o *Office) changeRecord(ctx context.Context, actor Actor, ref string, version int64, act Act, reason string,
	change func(ctx context.Context, tx *store.Tx, r *store.Record) (string, error)) (store.Record, error) {
	var record store.Record
	if err := actor.need(MayPrepare); err != nil {
		return record, err
	}
	attempt := note{action: "record." + string(act), subject: store.CleanRef(ref), input: map[string]any{"version": version, "reason": reason}}
	err := o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		r, err := recordAt(ctx, tx, ref, version, act)
		if err != nil {
			return err
		}
		n.subject, n.account = r.Ref, string(r.AccountID)
		if n.summary, err = change(ctx, tx, &r); err != nil {
			return err
		}
		if record, err = tx.UpdateRecord(ctx, r); err != nil {
			return err
		}
		if record, err = tx.RecordByID(ctx, r.ID); err != nil {
			return err
		}
		return wholeCredit(ctx, tx, record)
	})
	return record, err
}

// recordAt loads a record for an act: right state, right version. Version 0 is
// "whatever it is", for programs that do not send one.
func recordAt(ctx context.Context, tx *store.Tx, ref string, version int64, act Act) (store.Record, error) {
	r, err := recordByAny(ctx, &tx.View, ref)
	if err != nil {
		return r, err
	}
	if err := may(act, r); err != nil {
		return r, takenBy(r, version, err)
	}
	if version != 0 && version != r.Version {
		return r, takenBy(r, version, lending.Refuse(lending.Conflict, "record.changed", "Record "+r.Ref+" changed since you opened it."))
	}
	return r, nil
}

// takenBy tells who was faster when the record moved on since the caller saw it.
func takenBy(r store.Record, version int64, err error) error {
	if version == 0 || version == r.Version || r.Maker == "" {
		return err
	}
	refused, ok := errors.AsType[*lending.Error](err)
	if !ok {
		return err
	}
	return lending.Refuse(lending.Conflict, "record.taken", string(r.Maker)+" was faster. "+refused.Message)
}

// wholeCredit asserts that no bank money was made or lost: what the records of a
// statement line carry is what the line says.
func wholeCredit(ctx context.Context, tx *store.Tx, r store.Record) error {
	if r.BankCreditID == "" {
		return nil
	}
	line, carried, err := tx.CreditSum(ctx, string(r.BankCreditID))
	if err != nil {
		return fmt.Errorf("summing the statement line of %s: %w", r.Ref, err)
	}
	if line != carried {
		return fmt.Errorf("statement line of %s says %s and its records carry %s", r.Ref, line, carried)
	}
	return nil
}

// recordByAny takes a ref or an id.
func recordByAny(ctx context.Context, v *store.View, ref string) (store.Record, error) {
	if len(ref) == idLength {
		return v.RecordByID(ctx, ref)
	}
	return v.RecordByRef(ctx, ref)
}

// accountByAny takes a ref or an id.
func accountByAny(ctx context.Context, v *store.View, ref string) (store.Account, error) {
	if len(ref) == idLength {
		return v.AccountByID(ctx, ref)
	}
	return v.AccountByRef(ctx, ref)
}

// idLength is that of a UUID; no ref is as long.
const idLength = 36

// normalReference makes a typed bank reference comparable with one read from a
// statement; a text that is no bank's form is taken as it is, folded.
func normalReference(utr string) string {
	if norm := bankfile.ExtractReference(bankfile.Line{RawReference: utr}, "").Norm; norm != "" {
		return norm
	}
	return strings.TrimLeft(strings.ToUpper(strings.Join(strings.Fields(utr), "")), "0")
}

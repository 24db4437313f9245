package servicing

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// TopupInput is a drawing as it is asked for. For an update, what is nil or empty
// stays as it is.
type TopupInput struct {
	Account       string         // ref or id
	Amount        *lending.Money // nil: as much as the invoice and the line allow
	TenorDays     *int           // nil: that of the loan parameters
	InvoiceNo     *string
	InvoiceDate   lending.Date
	InvoiceAmount *lending.Money
	SellerGSTIN   *string
	BuyerGSTIN    *string
	IRN           *string
	PayoutTo      string // "borrower" (default), "anchor", "custom_bank"
	CreditBank    string // ref or id; custom bank
	NewBank       *BankInput
	Method        string        // "manual" (default) or "automatic"
	ScheduledOn   *lending.Date // zero date: as soon as it is approved
	Group         string        // ref or id
	Remark        *string
	Version       int64 // for an update
}

// Topup is a drawing with the last run of its checks.
type Topup struct {
	store.TopupRow
	Checks []lending.DrawingCheck
}

// Verdict is how the last run of its checks ended.
func (t Topup) Verdict() string { return t.TopupRow.Verdict }

// maxInvoiceNo is the longest number that a GST invoice may have, twice.
const maxInvoiceNo = 32

// CreateTopup writes a drawing down and runs its checks, all of them: it is ready, or
// it says what holds it up. It takes up no limit before it is approved.
func (o *Office) CreateTopup(ctx context.Context, actor Actor, in TopupInput) (Topup, error) {
	var out Topup
	if err := actor.need(MayPrepare); err != nil {
		return out, err
	}
	err := o.command(ctx, actor, note{action: "topup.create", subject: store.CleanRef(in.Account), input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		var err error
		if out, err = createTopup(ctx, tx, actor, in); err != nil {
			return err
		}
		n.subject, n.account = out.Ref, out.AccountID
		n.summary = "Wrote down topup " + out.Ref + " of " + out.Amount.Rupees() + " on " + out.AccountRef + ": " + topupStates[out.Status] + "."
		return nil
	})
	return out, err
}

func createTopup(ctx context.Context, tx *store.Tx, actor Actor, in TopupInput) (Topup, error) {
	account, err := accountByAny(ctx, &tx.View, in.Account)
	if err != nil {
		return Topup{}, asFieldMissing(err, "account", "There is no account "+in.Account+".")
	}
	t := store.Topup{AccountID: account.ID, PayoutTo: "borrower", Method: payoutMethods[0], MakerID: actor.Person, Maker: actor.Name}
	if err := in.over(ctx, tx, account, &t); err != nil {
		return Topup{}, err
	}
	if t, err = tx.CreateTopup(ctx, t); err != nil {
		return Topup{}, err
	}
	return checkedTopup(ctx, tx, actor, t)
}

// UpdateTopup changes a drawing that nobody was asked to approve yet, and runs its
// checks again.
func (o *Office) UpdateTopup(ctx context.Context, actor Actor, key string, in TopupInput) (Topup, error) {
	return o.changeTopup(ctx, actor, key, in.Version, "topup.update", in, func(ctx context.Context, tx *store.Tx, t store.Topup, n *note) error {
		account, err := tx.AccountByID(ctx, t.AccountID)
		if err != nil {
			return err
		}
		if t, err = stepped(TopupEdit, t); err != nil {
			return err
		}
		if err := in.over(ctx, tx, account, &t); err != nil {
			return err
		}
		if t, err = tx.UpdateTopup(ctx, t); err != nil {
			return err
		}
		n.summary = "Changed topup " + t.Ref + "."
		_, err = checkedTopup(ctx, tx, actor, t)
		return err
	})
}

// changeTopup is the shape of what is done to one drawing.
func (o *Office) changeTopup(ctx context.Context, actor Actor, key string, version int64, action string, input any,
	change func(ctx context.Context, tx *store.Tx, t store.Topup, n *note) error) (Topup, error) {
	var out Topup
	if err := actor.need(MayPrepare); err != nil {
		return out, err
	}
	err := o.command(ctx, actor, note{action: action, subject: store.CleanRef(key), input: input}, func(ctx context.Context, tx *store.Tx, n *note) error {
		row, err := tx.TopupByAny(ctx, key)
		if err != nil {
			return err
		}
		n.subject, n.account = row.Ref, row.AccountID
		if err := sameVersion("topup", row.Ref, version, row.Version); err != nil {
			return err
		}
		if err := change(ctx, tx, row.Topup, n); err != nil {
			return err
		}
		out, err = TopupOf(ctx, &tx.View, row.ID)
		return err
	})
	return out, err
}

// over lays what is given over a drawing, and looks up what it names.
func (in TopupInput) over(ctx context.Context, tx *store.Tx, account store.Account, t *store.Topup) error {
	lines, err := linesOver(ctx, &tx.View, account, t.ID)
	if err != nil {
		return err
	}
	faults := faults{}
	in.invoice(faults, tx.Today, t)
	if in.TenorDays != nil {
		t.TenorDays = *in.TenorDays
		if t.TenorDays < 0 || t.TenorDays > manyDays {
			faults.add("tenor_days", fmt.Sprintf("A tenor is at most %d days.", manyDays))
		}
	}
	t.AnchorID, t.Scope = store.Opt(lines.Anchor.ID), account.ProgramID
	if lines.Anchor.ID != "" {
		t.Scope = lines.Anchor.ID
	}
	if in.ScheduledOn != nil {
		if t.ScheduledOn = *in.ScheduledOn; !t.ScheduledOn.IsZero() && t.ScheduledOn < tx.Today {
			faults.add("scheduled_at", "This day is past.")
		}
	}
	if in.Remark != nil {
		if t.Remark = *in.Remark; len(t.Remark) > maxReason {
			faults.add("remark", "This is too long.")
		}
	}
	if err := in.payee(ctx, tx, account, faults, t); err != nil {
		return err
	}
	if err := in.into(ctx, tx, account, faults, t); err != nil {
		return err
	}
	if in.Amount != nil {
		t.Amount = *in.Amount
	} else if t.Amount == 0 || in.InvoiceAmount != nil {
		if t.Amount, err = eligible(account, *t, lines); err != nil {
			return err
		}
	}
	if t.Amount <= 0 || t.Amount > maxAmount {
		faults.add("amount", "Say how much is drawn: neither invoice nor line leave anything.")
	}
	return faults.refuse("topup.invalid", "The topup cannot be written down like this.")
}

// invoice lays what is said of the invoice over a drawing.
func (in TopupInput) invoice(faults faults, today lending.Date, t *store.Topup) {
	for _, given := range []struct {
		from *string
		to   *string
	}{{in.InvoiceNo, &t.InvoiceNo}, {in.SellerGSTIN, &t.SellerGSTIN}, {in.BuyerGSTIN, &t.BuyerGSTIN}, {in.IRN, &t.IRN}} {
		if given.from != nil {
			*given.to = strings.ToUpper(strings.TrimSpace(*given.from))
		}
	}
	if !in.InvoiceDate.IsZero() {
		t.InvoiceDate = in.InvoiceDate
	}
	if in.InvoiceAmount != nil {
		t.InvoiceAmount = *in.InvoiceAmount
	}
	for field, gstin := range map[string]string{"seller_gstin": t.SellerGSTIN, "buyer_gstin": t.BuyerGSTIN} {
		if gstin != "" && !gstinForm.MatchString(gstin) {
			faults.add(field, "A GSTIN is two digits, a PAN, and three characters.")
		}
	}
	if len(t.InvoiceNo) > maxInvoiceNo || len(t.IRN) > 64 {
		faults.add("invoice_no", "This is too long for an invoice.")
	}
	if t.InvoiceAmount < 0 || t.InvoiceAmount > maxAmount {
		faults.add("invoice_amount", "This is no amount.")
	}
	t.InvoiceKey, t.InvoiceYear = invoiceKey(t.InvoiceNo), ""
	if t.InvoiceKey == "" {
		return
	}
	if t.InvoiceDate.IsZero() {
		faults.add("invoice_date", "Say of which day the invoice is.")
	} else {
		t.InvoiceYear = lending.FinancialYear(t.InvoiceDate)
	}
	if t.InvoiceAmount == 0 {
		faults.add("invoice_amount", "Say of how much the invoice is.")
	}
}

// invoiceKey is what two spellings of one invoice number have in common.
func invoiceKey(no string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToUpper(no))
}

// payee says where the money goes.
func (in TopupInput) payee(ctx context.Context, tx *store.Tx, account store.Account, faults faults, t *store.Topup) error {
	t.PayoutTo, t.Method = orText(in.PayoutTo, t.PayoutTo), orText(in.Method, t.Method)
	if !slices.Contains(payees, t.PayoutTo) {
		faults.add("payout_to", "Money goes to the borrower, the anchor or a custom_bank.")
	}
	if !slices.Contains(payoutMethods, t.Method) {
		faults.add("method", "A payout is manual or automatic.")
	}
	if in.PayoutTo != "" && in.PayoutTo != "custom_bank" && in.CreditBank == "" {
		t.CreditBankID = ""
	}
	if in.NewBank != nil && len(faults) == 0 {
		borrower, err := tx.BorrowerByAny(ctx, account.BorrowerID)
		if err != nil {
			return err
		}
		given := *in.NewBank
		given.IsVerified = false
		bank, err := borrowerBank(ctx, tx, borrower, given)
		if err != nil {
			return err
		}
		t.CreditBankID = store.Opt(bank.ID)
	}
	if in.CreditBank != "" {
		bank, err := tx.BankByAny(ctx, in.CreditBank)
		if err != nil && lending.KindOf(err) != lending.NotFound {
			return err
		}
		if err != nil || bank.Kind != credit {
			faults.add("credit_bank", "There is no account to pay to called "+in.CreditBank+".")
		}
		t.CreditBankID = store.Opt(bank.ID)
	}
	if t.PayoutTo == "custom_bank" && t.CreditBankID == "" {
		faults.add("credit_bank", "Say into which account the money goes.")
	}
	return nil
}

// into puts a drawing into an open group of its program.
func (in TopupInput) into(ctx context.Context, tx *store.Tx, account store.Account, faults faults, t *store.Topup) error {
	if in.Group == "" {
		return nil
	}
	g, err := tx.TopupGroupByAny(ctx, in.Group)
	if err != nil && lending.KindOf(err) != lending.NotFound {
		return err
	}
	switch {
	case err != nil:
		faults.add("group", "There is no group "+in.Group+".")
	case g.Status != "open":
		faults.add("group", "Group "+g.Ref+" is not open any more.")
	case g.ProgramID != account.ProgramID:
		faults.add("group", "Group "+g.Ref+" is of another program.")
	}
	t.GroupID = store.Opt(g.ID)
	return nil
}

// eligible is as much as may be drawn: what the invoice covers and the line leaves.
func eligible(account store.Account, t store.Topup, lines Lines) (lending.Money, error) {
	if t.InvoiceAmount == 0 {
		return 0, lending.RefuseField("amount", "topup.amount", "Say how much is drawn, or against which invoice.")
	}
	d, err := drawingOf(account, t, lines)
	return min(d.Cover(), lines.Effective), err
}

// TopupOf returns a drawing with the last run of its checks.
func TopupOf(ctx context.Context, v *store.View, key string) (Topup, error) {
	row, err := v.TopupByAny(ctx, key)
	if err != nil {
		return Topup{}, err
	}
	checks, _, err := LastChecks(ctx, v, row.ID)
	return Topup{row, checks}, err
}

package servicing

import (
	"context"
	"fmt"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// FeeInput is a fee to be demanded.
type FeeInput struct {
	Account string // ref or id
	Loan    string // ref or id; empty: the account as a whole
	Name    string
	Amount  lending.Money // without tax
	GST     *lending.Rate // nil: that of the head, 18 percent where none is known
	DueDate lending.Date  // zero: at once

	Head      string // processing_fee, bounce_charge …: decides the tax
	Component string // "F" (default), or "PI" for a penal charge by hand
	Reason    string // why, for who decides
}

// feeTax is the rate of tax that a fee bears: what was said, else by its head as the
// lender or the law has it on the day (domain 3.10). Penal charges bear none.
func feeTax(ctx context.Context, v *store.View, in FeeInput, on lending.Date) (lending.Rate, error) {
	head := in.Head
	if head == "" && in.Component == lending.Penal.String() {
		head = "penal_charge"
	}
	if in.GST != nil {
		return *in.GST, nil
	}
	all, err := DatedParameters(ctx, v)
	if err != nil {
		return 0, err
	}
	rate := defaultGST
	for _, p := range all {
		switch {
		case p.Name == taxedPrefix+head && p.On(on).Value == 0:
			return 0, nil
		case p.Name == "gst_rate":
			rate = lending.Rate(p.On(on).Value)
		}
	}
	return rate, nil
}

func (in *FeeInput) check() error {
	in.Name = strings.TrimSpace(in.Name)
	faults := faults{}
	if in.Component == "" {
		in.Component = lending.Fee.String()
	}
	if in.Name == "" && in.Head != "" {
		in.Name = strings.ToUpper(in.Head[:1]) + strings.ReplaceAll(in.Head[1:], "_", " ") // the borrower reads it on the invoice
	}
	faults.text("name", "name", in.Name)
	if in.Amount <= 0 || in.Amount > maxAmount {
		faults.add("amount", "Say how much the fee is.")
	}
	if in.GST != nil && (*in.GST < 0 || *in.GST > 100_000_000) {
		faults.add("gst", "The tax on a fee lies between 0 and 100 percent.")
	}
	if in.Component != lending.Fee.String() && in.Component != lending.Penal.String() {
		faults.add("component", "A charge is a fee, F, or a penal charge, PI.")
	}
	if len(in.Head) > maxName || len(in.Reason) > maxReason {
		faults.add("head", "This is too long.")
	}
	return faults.refuse("fee.invalid", "The fee cannot be demanded like this.")
}

// CreateFee demands a fee with its tax, by place of supply. It is a fact of the
// account from the business date on, and falls due on its due date. Above the
// company's limit a second person decides first.
func (o *Office) CreateFee(ctx context.Context, actor Actor, in FeeInput) (store.Fee, error) {
	var fee store.Fee
	if err := actor.need(MayPrepare); err != nil {
		return fee, err
	}
	if err := in.check(); err != nil {
		return fee, err
	}
	err := o.command(ctx, actor, note{action: "fee.create", subject: store.CleanRef(in.Account), input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		var err error
		fee, err = createFee(ctx, tx, actor, in)
		n.subject, n.account = fee.Ref, fee.AccountID
		n.summary = "Demanded " + fee.Name + " of " + (fee.Base + fee.Tax).Rupees() + ", due " + fee.DueDate.Words()
		if fee.Status == "requested" {
			n.summary = "Asked for " + fee.Name + " of " + (fee.Base + fee.Tax).Rupees() + ", which a second person decides"
		}
		return err
	})
	return fee, err
}

// FeeResult is what became of one of many fees.
type FeeResult struct {
	Fee store.Fee
	Err error
}

// maxFees bounds what is asked for at once.
const maxFees = 1000

// CreateFees demands many fees; a bad one is refused alone.
func (o *Office) CreateFees(ctx context.Context, actor Actor, in []FeeInput) ([]FeeResult, error) {
	if err := actor.need(MayPrepare); err != nil {
		return nil, err
	}
	if len(in) == 0 || len(in) > maxFees {
		return nil, lending.RefuseField("fees", "fee.many", fmt.Sprintf("Between 1 and %d fees are demanded at once.", maxFees))
	}
	results := make([]FeeResult, len(in))
	for i, one := range in {
		fee, err := o.CreateFee(ctx, actor, one)
		if err != nil && lending.KindOf(err) == 0 {
			return results, err
		}
		results[i] = FeeResult{fee, err}
	}
	return results, nil
}

func createFee(ctx context.Context, tx *store.Tx, actor Actor, in FeeInput) (store.Fee, error) {
	fee := store.Fee{Name: in.Name, Base: in.Amount, DueDate: in.DueDate, Head: in.Head, Component: in.Component, MakerID: actor.Person}
	account, err := accountByAny(ctx, &tx.View, in.Account)
	if err != nil {
		return fee, asFieldMissing(err, "account", "There is no account "+in.Account+".")
	}
	fee.AccountID = account.ID
	if account.Status == "created" || account.Status == "closed" {
		return fee, lending.RefuseField("account", "account."+account.Status, "Account "+account.Ref+" is "+account.Status+": no fee is demanded on it.")
	}
	if in.Loan != "" {
		loan, err := tx.LoanByID(ctx, in.Loan)
		if err != nil || loan.AccountID != account.ID || loan.Status != "active" {
			return fee, lending.RefuseField("loan", "fee.loan", "There is no active loan "+in.Loan+" on this account.")
		}
		fee.LoanID = store.Opt(loan.ID)
	}
	if fee.DueDate.IsZero() {
		fee.DueDate = tx.Today
	}
	if fee.DueDate < tx.Today {
		return fee, lending.RefuseField("due_date", "fee.due_date", "A fee falls due today, "+tx.Today.Words()+", or later.")
	}
	company, err := tx.Company(ctx)
	if err != nil {
		return fee, err
	}
	borrower, err := tx.BorrowerByAny(ctx, account.BorrowerID)
	if err != nil {
		return fee, err
	}
	rate, err := feeTax(ctx, &tx.View, in, tx.Today)
	if err != nil {
		return fee, err
	}
	fee.CGST, fee.SGST, fee.IGST = taxHeads(fee.Base, rate, stateOf(company), borrower.State)
	fee.Tax = fee.CGST + fee.SGST + fee.IGST
	rules, err := tx.MoneyRules(ctx)
	if err != nil {
		return fee, err
	}
	if fee.Base+fee.Tax > rules.FeeLimit {
		return askFee(ctx, tx, actor, account, fee, in.Reason)
	}
	if fee, err = demandFee(ctx, tx, fee, lending.Charge{CGST: fee.CGST, SGST: fee.SGST, IGST: fee.IGST}, tx.Today); err != nil {
		return fee, err
	}
	if err := invoiceDue(ctx, tx, &fee); err != nil {
		return fee, err
	}
	return fee, refresh(ctx, tx, account.ID)
}

// askFee asks a second person for a fee above the limit.
func askFee(ctx context.Context, tx *store.Tx, actor Actor, account store.Account, fee store.Fee, reason string) (store.Fee, error) {
	fee.Status = "requested"
	fee, err := tx.CreateFee(ctx, fee)
	if err != nil {
		return fee, err
	}
	if reason == "" {
		reason = "A fee above the limit: " + fee.Name
	}
	charge := lending.Charge{CGST: fee.CGST, SGST: fee.SGST, IGST: fee.IGST}
	_, err = askChange(ctx, tx, actor, changeRequest{kind: "fee", subject: fee.ID, account: account, amount: fee.Base + fee.Tax, reason: reason,
		body: changeBody{Label: fee.Ref, Facts: []plannedFact{planned(chargeFact(fee, charge, tx.Today))}, Terms: []ChangedTerm{
			{fee.Name, "not demanded", fee.Base.Rupees() + " and " + fee.Tax.Rupees() + " tax, due " + fee.DueDate.Words()}}}})
	return fee, err
}

// demandApproved makes a fee that was asked for a demand; its fact is there already.
func demandApproved(ctx context.Context, tx *store.Tx, a store.Approval) error {
	fee, err := tx.FeeByID(ctx, a.Subject)
	if err != nil {
		return err
	}
	if err := tx.SetFeeStatus(ctx, fee.ID, "demanded"); err != nil {
		return err
	}
	return invoiceDue(ctx, tx, &fee)
}

// invoiceDue gives a taxed fee its invoice once it has fallen due.
func invoiceDue(ctx context.Context, tx *store.Tx, fee *store.Fee) error {
	if fee.Tax == 0 || fee.DueDate > tx.Today || fee.InvoiceNo != "" {
		return nil
	}
	no, err := tx.InvoiceFee(ctx, fee.ID, tx.Today)
	fee.InvoiceNo, fee.InvoiceOn = store.Opt(no), tx.Today
	return err
}

// invoiceFees gives invoices to the fees that fall due on the open day.
func invoiceFees(ctx context.Context, tx *store.Tx) error {
	for {
		fees, err := tx.FeesToInvoice(ctx, tx.Today, maxFees)
		if err != nil || len(fees) == 0 {
			return err
		}
		for i := range fees {
			if err := invoiceDue(ctx, tx, &fees[i]); err != nil {
				return err
			}
		}
	}
}

// DeleteFee takes a fee back that was demanded by mistake: unpaid and without an
// invoice. Everything else is given up by a waiver, with a credit note.
func (o *Office) DeleteFee(ctx context.Context, actor Actor, ref, reason string) (store.Fee, error) {
	var fee store.Fee
	if err := actor.need(MayPrepare); err != nil {
		return fee, err
	}
	if reason == "" {
		return fee, lending.RefuseField("reason", "fee.reason", "Say why.")
	}
	err := o.command(ctx, actor, note{action: "fee.delete", subject: store.CleanRef(ref), input: map[string]any{"reason": reason}}, func(ctx context.Context, tx *store.Tx, n *note) error {
		row, err := tx.FeeRowByAny(ctx, ref)
		if err != nil {
			return err
		}
		rules, err := tx.MoneyRules(ctx)
		if err != nil {
			return err
		}
		if err := deletable(row, rules); err != nil {
			return err
		}
		if row.Status == "requested" {
			err = withdrawOpen(ctx, tx, row.ID)
		} else {
			err = tx.AppendFact(ctx, row.AccountID, lending.Fact{Key: "revert/" + row.ID, Kind: lending.FactReversal, ValueDate: tx.Today, Amount: row.Base + row.Tax, Reverses: row.ID}, row.Ref)
		}
		if err != nil {
			return err
		}
		if err := tx.SetFeeStatus(ctx, row.ID, "deleted"); err != nil {
			return err
		}
		n.subject, n.account, n.summary = row.Ref, row.AccountID, "Deleted fee "+row.Ref+" of "+(row.Base+row.Tax).Rupees()+" because "+reason
		if row.Status != "requested" {
			if err := refresh(ctx, tx, row.AccountID); err != nil {
				return err
			}
		}
		fee, err = tx.FeeByID(ctx, row.ID)
		return err
	})
	return fee, err
}

// deletable refuses to delete a fee that has left its mark.
func deletable(f store.FeeRow, rules store.MoneyRules) error {
	switch {
	case f.Status != "demanded" && f.Status != "requested":
		return lending.Refuse(lending.Conflict, "fee.state", "Fee "+f.Ref+" is "+f.Status+".")
	case f.Paid+f.Waived > 0:
		return lending.Refuse(lending.Conflict, "fee.paid", "Something was paid or waived of fee "+f.Ref+": waive the rest of it.")
	case f.InvoiceNo != "":
		return lending.Refuse(lending.Conflict, "fee.invoiced", "Invoice "+string(f.InvoiceNo)+" is out for fee "+f.Ref+": waive it, which gives a credit note.")
	case f.Status == "demanded" && f.Base+f.Tax > rules.FeeLimit:
		return lending.Refuse(lending.Conflict, "fee.limit", "Two people demanded fee "+f.Ref+": waive it, which two people decide as well.")
	}
	return nil
}

// demandFee writes the row and the fact of a fee.
func demandFee(ctx context.Context, tx *store.Tx, fee store.Fee, charge lending.Charge, on lending.Date) (store.Fee, error) {
	fee.CGST, fee.SGST, fee.IGST = charge.CGST, charge.SGST, charge.IGST
	fee.Tax = charge.CGST + charge.SGST + charge.IGST
	fee, err := tx.CreateFee(ctx, fee)
	if err != nil {
		return fee, err
	}
	return fee, tx.AppendFact(ctx, fee.AccountID, chargeFact(fee, charge, on), fee.Ref)
}

// chargeFact is a fee as a fact of its account.
func chargeFact(fee store.Fee, charge lending.Charge, on lending.Date) lending.Fact {
	charge.Fee, charge.Loan, charge.Name, charge.DueDate, charge.Base = fee.ID, string(fee.LoanID), fee.Name, fee.DueDate, fee.Base
	if fee.Component == lending.Penal.String() {
		charge.Component = fee.Component
	}
	return lending.Fact{Key: fee.ID, Kind: lending.FactCharge, ValueDate: on, Amount: fee.Base + fee.Tax, Charge: &charge}
}

package servicing

import (
	"context"
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
	GST     *lending.Rate // nil: the rate on fees, 18 percent
	DueDate lending.Date  // zero: at once
}

// CreateFee demands a fee with its tax, by place of supply. It is a fact of the
// account from the business date on, and falls due on its due date.
func (o *Office) CreateFee(ctx context.Context, actor Actor, in FeeInput) (store.Fee, error) {
	var fee store.Fee
	if err := actor.need(MayPrepare); err != nil {
		return fee, err
	}
	in.Name = strings.TrimSpace(in.Name)
	faults := faults{}
	faults.text("name", "name", in.Name)
	if in.Amount <= 0 || in.Amount > maxAmount {
		faults.add("amount", "Say how much the fee is.")
	}
	rate := defaultGST
	if in.GST != nil {
		rate = *in.GST
	}
	if rate < 0 || rate > 100_000_000 {
		faults.add("gst", "The tax on a fee lies between 0 and 100 percent.")
	}
	if err := faults.refuse("fee.invalid", "The fee cannot be demanded like this."); err != nil {
		return fee, err
	}
	err := o.command(ctx, actor, note{action: "fee.create", subject: store.CleanRef(in.Account), input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		var err error
		fee, err = createFee(ctx, tx, in, rate)
		n.subject, n.account = fee.Ref, fee.AccountID
		n.summary = "Demanded " + fee.Name + " of " + (fee.Base + fee.Tax).Rupees() + ", due " + fee.DueDate.Words()
		return err
	})
	return fee, err
}

func createFee(ctx context.Context, tx *store.Tx, in FeeInput, rate lending.Rate) (store.Fee, error) {
	fee := store.Fee{Name: in.Name, Base: in.Amount, DueDate: in.DueDate}
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
	cgst, sgst, igst := taxHeads(fee.Base, rate, stateOf(company), borrower.State)
	if fee, err = demandFee(ctx, tx, fee, lending.Charge{CGST: cgst, SGST: sgst, IGST: igst}, tx.Today); err != nil {
		return fee, err
	}
	return fee, refresh(ctx, tx, account.ID)
}

// demandFee writes the row and the fact of a fee.
func demandFee(ctx context.Context, tx *store.Tx, fee store.Fee, charge lending.Charge, on lending.Date) (store.Fee, error) {
	fee.Tax = charge.CGST + charge.SGST + charge.IGST
	fee, err := tx.CreateFee(ctx, fee)
	if err != nil {
		return fee, err
	}
	charge.Fee, charge.Loan, charge.Name, charge.DueDate, charge.Base = fee.ID, string(fee.LoanID), fee.Name, fee.DueDate, fee.Base
	return fee, tx.AppendFact(ctx, fee.AccountID, lending.Fact{Key: fee.ID, Kind: lending.FactCharge, ValueDate: on,
		Amount: fee.Base + fee.Tax, Charge: &charge}, fee.Ref)
}

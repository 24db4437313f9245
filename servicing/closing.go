package servicing

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// closeTolerance is how much may be short when an account closes: rounding, given
// up with it (domain 10.5).
const closeTolerance lending.Money = 1_00

// CloseInput closes an account.
type CloseInput struct {
	Account string // ref or id
	Reason  string
	Version int64
}

// CloseLoanAccount closes an account on which nothing is owed, held or on its way.
// Up to a rupee that rounding left is given up with it.
func (o *Office) CloseLoanAccount(ctx context.Context, actor Actor, in CloseInput) (store.Account, error) {
	var account store.Account
	if err := actor.need(MayPrepare); err != nil {
		return account, err
	}
	err := o.command(ctx, actor, note{action: "account.close", subject: store.CleanRef(in.Account), input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		a, err := accountByAny(ctx, &tx.View, in.Account)
		if err != nil {
			return asFieldMissing(err, "account", "There is no account "+in.Account+".")
		}
		n.subject, n.account, n.summary = a.Ref, a.ID, "Closed account "+a.Ref+"."
		if err := mayAccount(AccountClose, a); err != nil {
			return err
		}
		if err := sameVersion("account", a.Ref, in.Version, a.Version); err != nil {
			return err
		}
		given, err := closeGuard(ctx, tx, a)
		if err != nil {
			return err
		}
		if err := giveUpRounding(ctx, tx, a, given); err != nil {
			return err
		}
		if len(given) > 0 {
			n.summary = "Closed account " + a.Ref + " and gave up what rounding left."
		}
		if err := moveLoans(ctx, tx, a, LoanClose); err != nil {
			return err
		}
		if err := tx.SetAccountStatus(ctx, a.ID, accountSteps[AccountClose].to); err != nil {
			return err
		}
		account, err = tx.AccountByID(ctx, a.ID)
		return err
	})
	return account, err
}

// closeGuard says what still stands against closing, all of it in one sentence, and
// which roundings are given up.
func closeGuard(ctx context.Context, tx *store.Tx, a store.Account) ([]lending.WaiverOf, error) {
	var against []string
	for _, waiting := range []struct {
		what string
		list func(context.Context, string) ([]string, error)
	}{{"record", tx.UnsettledRecords}, {"payout", tx.LivePayouts}, {"request", tx.OpenApprovalsOfAccount}} {
		refs, err := waiting.list(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		if len(refs) > 0 {
			against = append(against, waiting.what+" "+refs[0]+" is still on its way")
		}
	}
	loans, err := tx.LoansOfAccount(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	for _, l := range loans {
		if l.Status == "written_off" {
			against = append(against, "loan "+l.Ref+" is written off and still owed")
		}
	}
	book, err := bookOf(ctx, &tx.View, a.ID, lending.At{Date: tx.Today})
	if err != nil {
		return nil, err
	}
	owed := lending.Money(0)
	for i := range book.Demands {
		owed += leftOf(&book.Demands[i])
	}
	given := lending.CloseWithin(book, closeTolerance)
	if owed > 0 && given == nil {
		against = append(against, owed.Rupees()+" is still to be paid")
	}
	if held := book.Excess + book.Liabilities.Holdback + book.Liabilities.Cashback; held > 0 {
		against = append(against, held.Rupees()+" is held for the borrower")
	}
	if len(against) > 0 {
		return nil, lending.Refuse(lending.Conflict, "account.close_guard", "Account "+a.Ref+" cannot be closed: "+strings.Join(against, "; ")+".")
	}
	return given, nil
}

// leftOf is what is unpaid of a demand, all components.
func leftOf(d *lending.Demand) lending.Money {
	var sum lending.Money
	for c := range d.Amount {
		sum += d.Left(lending.Component(c))
	}
	return sum
}

// giveUpRounding waives what rounding left, and brings the account up to date.
func giveUpRounding(ctx context.Context, tx *store.Tx, a store.Account, given []lending.WaiverOf) error {
	if len(given) == 0 {
		return nil
	}
	facts, err := tx.Facts(ctx, a.ID)
	if err != nil {
		return err
	}
	for i, w := range given {
		f := lending.Fact{Key: fmt.Sprintf("rounding/%d/%d", facts.LastSeq, i), Kind: lending.FactWaiver, ValueDate: tx.Today, Amount: w.Amount, Waiver: &w.Waiver}
		if err := tx.AppendFact(ctx, a.ID, f, a.Ref); err != nil {
			return err
		}
	}
	return refresh(ctx, tx, a.ID)
}

// moveLoans takes the loans of an account along, those that the act fits.
func moveLoans(ctx context.Context, tx *store.Tx, a store.Account, act LoanAct) error {
	loans, err := tx.LoansOfAccount(ctx, a.ID)
	if err != nil {
		return err
	}
	for _, l := range loans {
		if mayLoan(act, l) != nil {
			continue
		}
		l.Status = loanSteps[act].to
		if err := tx.UpdateLoan(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

// RequestReopening asks for a closed account to be opened again, because money that
// paid it was taken back. An administrator asks, a credit manager decides.
func (o *Office) RequestReopening(ctx context.Context, actor Actor, in CloseInput) (store.Approval, error) {
	var approval store.Approval
	if !actor.Has(Admin) {
		return approval, lending.Refuse(lending.Forbidden, "permission", "This is for an administrator. Ask one of them.")
	}
	err := o.command(ctx, actor, note{action: "account.reopen", subject: store.CleanRef(in.Account), input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		a, err := accountByAny(ctx, &tx.View, in.Account)
		if err != nil {
			return asFieldMissing(err, "account", "There is no account "+in.Account+".")
		}
		n.subject, n.account, n.summary = a.Ref, a.ID, "Asked to open account "+a.Ref+" again because "+in.Reason
		if err := mayAccount(AccountReopen, a); err != nil {
			return err
		}
		position, err := tx.PositionOf(ctx, a.ID)
		if err != nil && !errors.Is(err, store.ErrMissing) {
			return err
		}
		if position.TotalOutstanding == 0 {
			return lending.Refuse(lending.Conflict, "account.nothing_open", "Nothing is owed on account "+a.Ref+": there is nothing to open it for. Reverse the receipt first.")
		}
		approval, err = askChange(ctx, tx, actor, changeRequest{kind: "reopen", subject: a.ID, account: a, amount: position.TotalOutstanding, reason: in.Reason,
			body: changeBody{Label: a.Ref, Terms: []ChangedTerm{{"Account", "closed", "active"}}}})
		return err
	})
	return approval, err
}

// carryOutRows does what an approved change of an account is beside its facts.
func carryOutRows(ctx context.Context, tx *store.Tx, actor Actor, a store.Approval, body changeBody) error {
	switch a.Kind {
	case "reopen":
		account, err := tx.AccountByID(ctx, string(a.AccountID))
		if err != nil {
			return err
		}
		if err := mayAccount(AccountReopen, account); err != nil {
			return err
		}
		if err := moveLoans(ctx, tx, account, LoanReopen); err != nil {
			return err
		}
		return tx.SetAccountStatus(ctx, account.ID, accountSteps[AccountReopen].to)
	case "write_off":
		return moveLoan(ctx, tx, body.Loan, LoanWriteOff)
	case "foreclosure", "cooling_off", "settlement":
		return openOffer(ctx, tx, a, body)
	case "line", "adhoc_limit", "line_freeze":
		return carryOutLine(ctx, tx, a, body)
	case "topup", "topup_cancel", "topup_payout":
		return carryOutTopup(ctx, tx, actor, a, body)
	case "topup_group":
		return carryOutGroup(ctx, tx, actor, a, body)
	case "anchor":
		return carryOutAnchor(ctx, tx, a, body)
	case "drawing_rules":
		return carryOutDrawingRules(ctx, tx, a, body)
	case "mandate", "mandate_cancel":
		return carryOutMandate(ctx, tx, a)
	case "waiver":
		return creditWaived(ctx, tx, a, body)
	case "fee":
		return demandApproved(ctx, tx, a)
	case "restructure", "rate_reset", "reset_rps":
		loan, err := tx.LoanByID(ctx, body.Loan)
		if err != nil {
			return err
		}
		return mayLoan(LoanChange, loan)
	}
	return nil
}

// moveLoan takes a loan one step along its life.
func moveLoan(ctx context.Context, tx *store.Tx, id string, act LoanAct) error {
	loan, err := tx.LoanByID(ctx, id)
	if err != nil {
		return err
	}
	if err := mayLoan(act, loan); err != nil {
		return err
	}
	loan.Status = loanSteps[act].to
	return tx.UpdateLoan(ctx, loan)
}

package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// NewAccount is an account as it is opened: nothing is lent yet.
type NewAccount struct {
	Ref              string         // the lender's own number; empty draws one
	Borrower         string         // ref or id; empty: NewBorrower
	NewBorrower      *BorrowerInput // made in the same act
	Banks            []BankInput    // the borrower's own accounts, which we pay to
	Program          string         // ref, id or name
	Product          string
	Line             lending.Money // 0: what the loan parameters of the pair say
	LoanData         map[string]json.RawMessage
	VirtualAccountNo string // empty: made from the name of the company
	UMRN             string
	CollectionBank   string // ref, id or code
	PayerIFSC        string
	PayerLast4       string
}

// CreateAccount opens an account of a borrower under a program. Its loan
// parameters are those of the pair, with what is given here over them.
func (o *Office) CreateAccount(ctx context.Context, actor Actor, in NewAccount) (store.Account, error) {
	var account store.Account
	if err := actor.need(MayTakeOver); err != nil {
		return account, err
	}
	data, err := ParseLoanData(in.LoanData)
	if err != nil {
		return account, err
	}
	err = o.command(ctx, actor, note{action: "account.create", input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		if account, err = createAccount(ctx, tx, in, data); err != nil {
			return err
		}
		n.subject, n.account, n.summary = account.Ref, account.ID, "Opened account "+account.Ref+" of "+account.BorrowerName+" under "+account.ProgramName+"."
		return nil
	})
	return account, err
}

func createAccount(ctx context.Context, tx *store.Tx, in NewAccount, data LoanData) (store.Account, error) {
	borrower, err := borrowerFor(ctx, tx, in.Borrower, in.NewBorrower)
	if err != nil {
		return store.Account{}, err
	}
	program, err := programFor(ctx, &tx.View, in.Program)
	if err != nil {
		return store.Account{}, err
	}
	for _, bank := range in.Banks {
		if _, err := borrowerBank(ctx, tx, borrower, bank); err != nil {
			return store.Account{}, err
		}
	}
	params, err := tx.LoanParamsOf(ctx, borrower.ID, program.ID)
	if err != nil && !errors.Is(err, store.ErrMissing) {
		return store.Account{}, err
	}
	before, err := readLoanData(params.LoanData)
	if err != nil {
		return store.Account{}, err
	}
	a := store.Account{Ref: store.CleanRef(in.Ref), BorrowerID: borrower.ID, ProgramID: program.ID, Product: strings.TrimSpace(in.Product), Status: "created",
		ApprovedLineAmount: params.ApprovedLineAmount, VirtualAccountNo: store.CleanRef(in.VirtualAccountNo), UMRN: store.CleanRef(in.UMRN),
		PayerIFSC: store.CleanRef(in.PayerIFSC), PayerLast4: strings.TrimSpace(in.PayerLast4), LoanData: data.over(before).text()}
	if in.Line > 0 {
		a.ApprovedLineAmount = in.Line
	}
	if err := checkAccount(ctx, &tx.View, &a, in.CollectionBank); err != nil {
		return a, err
	}
	if a.VirtualAccountNo == "" {
		if a.VirtualAccountNo, err = tx.NewVirtualAccountNo(ctx); err != nil {
			return a, err
		}
	}
	if a, err = tx.CreateAccount(ctx, a); err != nil {
		return a, err
	}
	return a, lineWithAccount(ctx, tx, a, a.ApprovedLineAmount, "")
}

// borrowerFor finds the borrower that is named, or makes the one that is given.
func borrowerFor(ctx context.Context, tx *store.Tx, key string, given *BorrowerInput) (store.Borrower, error) {
	switch {
	case key != "":
		b, err := tx.BorrowerByAny(ctx, key)
		if lending.KindOf(err) == lending.NotFound {
			return b, lending.RefuseField("borrower", "account.borrower", "There is no borrower "+key+".")
		}
		return b, err
	case given != nil:
		return createBorrower(ctx, tx, *given)
	}
	return store.Borrower{}, lending.RefuseField("borrower", "account.borrower", "Say whose account it is.")
}

func programFor(ctx context.Context, v *store.View, key string) (store.Program, error) {
	if key == "" {
		return store.Program{}, lending.RefuseField("program_id", "account.program", "Say under which program.")
	}
	p, err := v.ProgramByAny(ctx, key)
	if lending.KindOf(err) == lending.NotFound {
		return p, lending.RefuseField("program_id", "account.program", "There is no program "+key+".")
	}
	return p, err
}

// borrowerBank writes an account of a borrower's, tagged so that it is found
// when money goes to the borrower.
func borrowerBank(ctx context.Context, tx *store.Tx, borrower store.Borrower, in BankInput) (store.Bank, error) {
	in.Kind = credit
	if in.AccountHolderName == "" {
		in.AccountHolderName = borrower.Name
	}
	if !slices.Contains(in.Tags, borrower.Ref) {
		in.Tags = append(slices.Clone(in.Tags), borrower.Ref)
	}
	return createBank(ctx, tx, in)
}

// checkAccount holds the fields of an account that need looking up.
func checkAccount(ctx context.Context, v *store.View, a *store.Account, collectionBank string) error {
	faults := faults{}
	if a.Ref != "" {
		if !ownRefForm.MatchString(a.Ref) {
			faults.add("ref_id", "An account number has up to 32 letters, digits, dots or dashes.")
		} else if _, err := v.AccountByRef(ctx, a.Ref); err == nil {
			faults.add("ref_id", "There is an account "+a.Ref+" already.")
		} else if lending.KindOf(err) != lending.NotFound {
			return err
		}
	}
	if a.VirtualAccountNo != "" {
		other, err := v.AccountByVirtualNo(ctx, a.VirtualAccountNo)
		if err == nil {
			faults.add("virtual_account_no", "Account "+other.Ref+" has this virtual number.")
		} else if !errors.Is(err, store.ErrMissing) {
			return err
		}
		if !accountNoForm.MatchString(a.VirtualAccountNo) {
			faults.add("virtual_account_no", "A virtual number has 6 to 34 letters or digits.")
		}
	}
	if len(a.Product) > maxName {
		faults.add("product", "This is too long.")
	}
	if a.UMRN != "" && !umrnForm.MatchString(a.UMRN) {
		faults.add("umrn", "A mandate reference has 20 letters and digits.")
	}
	if len(a.PayerIFSC) > 11 {
		faults.add("payer_ifsc", "An IFSC has 11 characters.")
	}
	if a.PayerLast4 != "" && !last4Form.MatchString(a.PayerLast4) {
		faults.add("payer_last4", "Give the last two to six digits of the payer's account.")
	}
	if a.ApprovedLineAmount < 0 || a.ApprovedLineAmount > maxAmount {
		faults.add("approved_line_amount", "That is more than this program books.")
	}
	if collectionBank != "" {
		bank, err := v.BankByAny(ctx, collectionBank)
		if err != nil && lending.KindOf(err) != lending.NotFound {
			return err
		}
		if err != nil || bank.Kind != collection {
			faults.add("collection_bank", "There is no collection account "+collectionBank+".")
		}
		a.CollectionBankID = store.Opt(bank.ID)
	}
	return faults.refuse("account.invalid", "The account cannot be opened like this.")
}

// ParamsInput are line and loan parameters of a borrower under a program.
type ParamsInput struct {
	Borrower string // ref or id
	Program  string // ref, id or name
	Line     *lending.Money
	LoanData map[string]json.RawMessage
	Reason   string // of a proposal
	Version  int64
}

// LoanParams are the parameters of a pair as they hold: those that were given,
// over those of the program.
type LoanParams struct {
	Borrower store.Borrower
	Program  store.Program
	Row      store.LoanParams // zero when none were given
	Given    LoanData
	Proposal *store.Approval // what a change became that a second person has to approve
}

// InitiateLoanParams gives a borrower parameters under a program for the first
// time; given again, it replaces them.
func (o *Office) InitiateLoanParams(ctx context.Context, actor Actor, in ParamsInput) (LoanParams, error) {
	return o.changeParams(ctx, actor, in, "loan_params.initiate", func(_, given LoanData) LoanData { return given })
}

// UpdateLoanParams changes some parameters of a pair. Before money is lent the
// change holds at once: the approval of the disbursal covers it. Afterwards it is a
// proposal that a credit manager approves.
func (o *Office) UpdateLoanParams(ctx context.Context, actor Actor, in ParamsInput) (LoanParams, error) {
	return o.changeParams(ctx, actor, in, "loan_params.update", func(before, given LoanData) LoanData {
		out := given.over(before)
		for key, value := range in.LoanData {
			if isNothing(value) {
				delete(out, key) // null takes a parameter away
			}
		}
		return out
	})
}

func (o *Office) changeParams(ctx context.Context, actor Actor, in ParamsInput, action string, lay func(before, given LoanData) LoanData) (LoanParams, error) {
	var out LoanParams
	if err := actor.need(MayTakeOver); err != nil {
		return out, err
	}
	given, err := ParseLoanData(in.LoanData)
	if err != nil {
		return out, err
	}
	if in.Line != nil && (*in.Line < 0 || *in.Line > maxAmount) {
		return out, lending.RefuseField("approved_line_amount", "loan_params.line", "That is more than this program books.")
	}
	err = o.command(ctx, actor, note{action: action, subject: store.CleanRef(in.Borrower), input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		if out, err = loanParams(ctx, &tx.View, in.Borrower, in.Program); err != nil {
			return err
		}
		accounts, lent, err := accountsOfPair(ctx, tx, out)
		if err != nil {
			return err
		}
		if err := sameVersion("loan parameters", out.Borrower.Ref, in.Version, out.Row.Version); err != nil {
			return err
		}
		if lent != nil {
			if action != "loan_params.update" {
				return lending.Refuse(lending.Conflict, "loan_params.in_force",
					"Account "+lent.Ref+" has a loan on these parameters. A change of them is proposed and needs a second person.")
			}
			proposal, err := proposeParams(ctx, tx, actor, out, lay(out.Given, given), in, *lent)
			out.Proposal = &proposal
			n.subject, n.account, n.summary = out.Borrower.Ref, lent.ID, "Asked for other loan parameters of "+out.Borrower.Name+" under "+out.Program.Name+"."
			return err
		}
		out.Given = lay(out.Given, given)
		out.Row.BorrowerID, out.Row.ProgramID, out.Row.LoanData = out.Borrower.ID, out.Program.ID, out.Given.text()
		if in.Line != nil {
			out.Row.ApprovedLineAmount = *in.Line
		}
		write := tx.UpdateLoanParams
		if out.Row.ID == "" {
			write = tx.CreateLoanParams
		}
		if out.Row, err = write(ctx, out.Row); err != nil {
			return err
		}
		for _, a := range accounts {
			if err := tx.UpdateLoanData(ctx, a.ID, out.Row.LoanData, out.Row.ApprovedLineAmount); err != nil {
				return err
			}
			if err := lineWithAccount(ctx, tx, a, out.Row.ApprovedLineAmount, ""); err != nil {
				return err
			}
		}
		n.subject, n.summary = out.Borrower.Ref, "Set the loan parameters of "+out.Borrower.Name+" under "+out.Program.Name+"."
		return nil
	})
	return out, err
}

// accountsOfPair returns the accounts of a pair, which follow its parameters, and
// the first on which a loan was made: from then on a change is a proposal.
func accountsOfPair(ctx context.Context, tx *store.Tx, params LoanParams) (accounts []store.Account, lent *store.Account, err error) {
	if accounts, err = tx.AccountsOfPair(ctx, params.Borrower.ID, params.Program.ID); err != nil {
		return nil, nil, err
	}
	for _, a := range accounts {
		loans, err := tx.LoansOfAccount(ctx, a.ID)
		if err != nil {
			return nil, nil, err
		}
		if slices.ContainsFunc(loans, func(l store.Loan) bool { return l.Status != "cancelled" }) {
			return accounts, &a, nil
		}
	}
	return accounts, nil, nil
}

// LoanParamsOf returns the parameters of a borrower under a program.
func LoanParamsOf(ctx context.Context, v *store.View, borrower, program string) (LoanParams, error) {
	return loanParams(ctx, v, borrower, program)
}

func loanParams(ctx context.Context, v *store.View, borrower, program string) (LoanParams, error) {
	var out LoanParams
	var err error
	if out.Borrower, err = v.BorrowerByAny(ctx, borrower); err != nil {
		return out, asFieldMissing(err, "lead_id", "There is no borrower "+borrower+".")
	}
	if out.Program, err = programFor(ctx, v, program); err != nil {
		return out, err
	}
	out.Row, err = v.LoanParamsOf(ctx, out.Borrower.ID, out.Program.ID)
	if err != nil && !errors.Is(err, store.ErrMissing) {
		return out, fmt.Errorf("reading loan parameters: %w", err)
	}
	out.Given, err = readLoanData(out.Row.LoanData)
	return out, err
}

// asFieldMissing says at a field that what it names is not there.
func asFieldMissing(err error, field, message string) error {
	if lending.KindOf(err) == lending.NotFound {
		return lending.RefuseField(field, field+".unknown", message)
	}
	return err
}

// LoanDataOf returns the loan parameters of an account as they were given.
func LoanDataOf(a store.Account) (LoanData, error) { return readLoanData(a.LoanData) }

package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// ProgramInput is a product as an administrator or a program gives it.
type ProgramInput struct {
	Name    string
	Policy  lending.Policy // empty orders take the defaults
	Terms   lending.Terms  // what a new loan starts from
	Reason  string         // of a change, for whoever decides it
	Version int64          // of the program, for an update
}

func (in ProgramInput) tidy() ProgramInput {
	in.Name = strings.TrimSpace(in.Name)
	standard := defaultPolicy()
	if in.Policy.SettlementOrder == "" && in.Policy.ComponentOrder == "" {
		in.Policy.ApplyRestToFees = true // nothing is said about how money is used: as most lenders do
	}
	if in.Policy.SettlementOrder == "" {
		in.Policy.SettlementOrder = standard.SettlementOrder
	}
	if in.Policy.ComponentOrder == "" {
		in.Policy.ComponentOrder = standard.ComponentOrder
	}
	return in
}

// check collects what is wrong, by wire name; the name is called nameField.
func (in ProgramInput) check(faults faults, nameField string) {
	faults.text(nameField, "name", in.Name)
	checkPolicy(faults, in.Policy)
}

// checkPolicy collects what a policy cannot be.
func checkPolicy(faults faults, policy lending.Policy) {
	refused, ok := errors.AsType[*lending.Error](policy.Validate())
	if !ok {
		return
	}
	for field, message := range refused.Fields {
		faults.add(field, message)
	}
}

// row lays the input over a program: a new one, or the one being updated.
func (in ProgramInput) row(p store.Program) (store.Program, error) {
	policy, err := json.Marshal(in.Policy)
	if err != nil {
		return p, fmt.Errorf("writing the policy: %w", err)
	}
	terms, err := json.Marshal(in.Terms)
	if err != nil {
		return p, fmt.Errorf("writing the terms: %w", err)
	}
	p.Name, p.Policy, p.Terms = in.Name, string(policy), string(terms)
	return p, nil
}

// CreateProgram adds a product.
func (o *Office) CreateProgram(ctx context.Context, actor Actor, in ProgramInput) (store.Program, error) {
	var program store.Program
	if err := actor.need(MayManageProducts); err != nil {
		return program, err
	}
	err := o.command(ctx, actor, note{action: "program.create", input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		var err error
		program, err = createProgram(ctx, tx, in)
		n.subject, n.summary = program.Ref, "Added program "+program.Name+"."
		return err
	})
	return program, err
}

// createProgram checks and writes a program, inside a command.
func createProgram(ctx context.Context, tx *store.Tx, in ProgramInput) (store.Program, error) {
	return placeProgram(ctx, tx, in, store.Program{}, tx.CreateProgram)
}

// placeProgram checks an input, lays it over a program and writes that.
func placeProgram(ctx context.Context, tx *store.Tx, in ProgramInput, p store.Program,
	write func(context.Context, store.Program) (store.Program, error)) (store.Program, error) {
	in = in.tidy()
	faults := faults{}
	in.check(faults, "name")
	if err := faults.refuse("program.invalid", "The program cannot be kept like this."); err != nil {
		return p, err
	}
	other, err := tx.ProgramByAny(ctx, in.Name)
	if err == nil && other.ID != p.ID {
		return p, lending.RefuseField("name", "program.taken", "There is a program "+other.Name+" already.")
	}
	if err != nil && lending.KindOf(err) != lending.NotFound {
		return p, err
	}
	if p, err = in.row(p); err != nil {
		return p, err
	}
	return write(ctx, p)
}

// ChangedProgram is a program as it stands after a change, or the request that a
// second person has to decide before it changes.
type ChangedProgram struct {
	store.Program
	Proposal *store.Approval
}

// UpdateProgram changes a product for accounts opened from now on. Once accounts
// were opened under it, a change is a proposal that a credit manager decides; what
// runs keeps its terms, which are facts of each account.
func (o *Office) UpdateProgram(ctx context.Context, actor Actor, key string, in ProgramInput) (ChangedProgram, error) {
	var changed ChangedProgram
	if err := actor.need(MayManageProducts); err != nil {
		return changed, err
	}
	err := o.command(ctx, actor, note{action: "program.update", subject: key, input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		p, err := tx.ProgramByAny(ctx, key)
		if err != nil {
			return err
		}
		if err := sameVersion("program", p.Ref, in.Version, p.Version); err != nil {
			return err
		}
		used, err := tx.ProgramInUse(ctx, p.ID)
		if err != nil {
			return err
		}
		if n.subject = p.Ref; used {
			proposal, err := proposeProgram(ctx, tx, actor, p, in)
			changed = ChangedProgram{p, &proposal}
			n.summary = "Asked for other parameters of program " + p.Name + "."
			return err
		}
		n.summary = "Changed program " + in.Name + "."
		changed.Program, err = placeProgram(ctx, tx, in, p, tx.UpdateProgram)
		return err
	})
	return changed, err
}

// The kinds of bank account: ours, where money comes in, and those we pay to.
const (
	collection = "collection"
	credit     = "credit"
)

// BankInput is a bank account as it is given.
type BankInput struct {
	Kind              string // "collection" (default) or "credit"; stays as it was made
	Code              string // the lender's own short name, may be empty
	Bank              string // layout of its statements, "" when told from the file
	IFSC              string
	AccountNo         string
	AccountType       string // "current" when empty
	AccountHolderName string
	NameAtBank        string
	IsVerified        bool
	Tags              []string
	Version           int64 // of the bank, for an update
}

var (
	ifscForm      = regexp.MustCompile(`^[A-Z]{4}0[A-Z0-9]{6}$`)
	accountNoForm = regexp.MustCompile(`^[A-Z0-9]{6,34}$`)
	bankCodeForm  = regexp.MustCompile(`^[A-Z0-9][A-Z0-9_.-]{1,29}$`)
	accountTypes  = []string{"current", "savings", "overdraft", "cash_credit", "escrow"}
	bankLayouts   = []string{"", "hdfc", "sbi", "axis", "icici", "kotak"}
)

// maxTags is far more than a person would read.
const maxTags = 20

func (in BankInput) tidy() BankInput {
	in.Code, in.IFSC, in.AccountNo = store.CleanRef(in.Code), store.CleanRef(in.IFSC), store.CleanRef(in.AccountNo)
	in.Bank, in.AccountType = strings.ToLower(strings.TrimSpace(in.Bank)), strings.ToLower(strings.TrimSpace(in.AccountType))
	in.AccountHolderName, in.NameAtBank = strings.TrimSpace(in.AccountHolderName), strings.TrimSpace(in.NameAtBank)
	if in.Kind == "" {
		in.Kind = collection
	}
	if in.AccountType == "" {
		in.AccountType = "current"
	}
	return in
}

func (in BankInput) check(faults faults) {
	if in.Kind != collection && in.Kind != credit {
		faults.add("kind", "A bank account is a collection or a credit account.")
	}
	if in.Code != "" && !bankCodeForm.MatchString(in.Code) {
		faults.add("code", "A code has 2 to 30 letters, digits or dashes.")
	}
	if !slices.Contains(bankLayouts, in.Bank) {
		faults.add("bank", "Statements are read in the layouts "+strings.Join(bankLayouts[1:], ", ")+".")
	}
	if !ifscForm.MatchString(in.IFSC) {
		faults.add("ifsc", "An IFSC is four letters, a zero and six letters or digits.")
	}
	if !accountNoForm.MatchString(in.AccountNo) {
		faults.add("account_no", "An account number has 6 to 34 digits or letters.")
	}
	if !slices.Contains(accountTypes, in.AccountType) {
		faults.add("account_type", "The type of an account is "+strings.Join(accountTypes, ", ")+".")
	}
	faults.text("account_holder_name", "name", in.AccountHolderName)
	if len(in.NameAtBank) > maxText {
		faults.add("name_at_bank", "The name is too long.")
	}
	if len(in.Tags) > maxTags || slices.ContainsFunc(in.Tags, func(tag string) bool { return len(tag) > maxName }) {
		faults.add("tags", "These are too many tags, or too long ones.")
	}
}

// row lays the input over a bank account. A number that was verified is not
// verified any more when it changes.
func (in BankInput) row(b store.Bank) (store.Bank, error) {
	tags, err := json.Marshal(append([]string{}, in.Tags...))
	if err != nil {
		return b, fmt.Errorf("writing tags: %w", err)
	}
	moved := b.ID != "" && (b.IFSC != in.IFSC || b.AccountNo != in.AccountNo)
	b.Code, b.Bank, b.IFSC, b.AccountNo, b.AccountType = in.Code, in.Bank, in.IFSC, in.AccountNo, in.AccountType
	b.AccountHolderName, b.NameAtBank, b.Tags = in.AccountHolderName, store.Opt(in.NameAtBank), string(tags)
	b.IsVerified = in.IsVerified && !moved
	return b, nil
}

// CreateBank adds a bank account.
func (o *Office) CreateBank(ctx context.Context, actor Actor, in BankInput) (store.Bank, error) {
	var bank store.Bank
	if err := actor.need(MayManageProducts); err != nil {
		return bank, err
	}
	err := o.command(ctx, actor, note{action: "bank.create", input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		var err error
		bank, err = createBank(ctx, tx, in)
		n.subject, n.summary = bank.Ref, "Added the "+bank.Kind+" account "+bankWords(bank)+"."
		return err
	})
	return bank, err
}

// createBank checks and writes a bank account, inside a command.
func createBank(ctx context.Context, tx *store.Tx, in BankInput) (store.Bank, error) {
	return placeBank(ctx, tx, in, store.Bank{Kind: in.tidy().Kind}, tx.CreateBank)
}

// placeBank checks an input, lays it over a bank account and writes that.
func placeBank(ctx context.Context, tx *store.Tx, in BankInput, b store.Bank,
	write func(context.Context, store.Bank) (store.Bank, error)) (store.Bank, error) {
	in = in.tidy()
	faults := faults{}
	in.check(faults)
	if in.Kind != b.Kind {
		faults.add("kind", "The kind of a bank account does not change.")
	}
	if err := faults.refuse("bank.invalid", "The bank account cannot be kept like this."); err != nil {
		return b, err
	}
	if in.Code != "" {
		other, err := tx.BankByAny(ctx, in.Code)
		if err == nil && other.ID != b.ID {
			return b, lending.RefuseField("code", "bank.taken", "There is a bank account "+in.Code+" already.")
		}
		if err != nil && lending.KindOf(err) != lending.NotFound {
			return b, err
		}
	}
	if in.Kind == collection {
		other, err := tx.CollectionBank(ctx, in.IFSC, in.AccountNo)
		if err == nil && other.ID != b.ID {
			return b, lending.RefuseField("account_no", "bank.taken", "This account is a collection account already: "+bankWords(other)+".")
		}
		if err != nil && !errors.Is(err, store.ErrMissing) {
			return b, fmt.Errorf("looking for the collection account: %w", err)
		}
	}
	b, err := in.row(b)
	if err != nil {
		return b, err
	}
	return write(ctx, b)
}

// UpdateBank changes a bank account; its kind stays.
func (o *Office) UpdateBank(ctx context.Context, actor Actor, key string, in BankInput) (store.Bank, error) {
	var bank store.Bank
	if err := actor.need(MayManageProducts); err != nil {
		return bank, err
	}
	err := o.command(ctx, actor, note{action: "bank.update", subject: key, input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		b, err := tx.BankByAny(ctx, key)
		if err != nil {
			return err
		}
		if err := sameVersion("bank", b.Ref, in.Version, b.Version); err != nil {
			return err
		}
		if in.Kind == "" {
			in.Kind = b.Kind
		}
		n.subject, n.summary = b.Ref, "Changed the bank account "+bankWords(b)+"."
		bank, err = placeBank(ctx, tx, in, b, tx.UpdateBank)
		return err
	})
	return bank, err
}

// bankWords is what people call a bank account.
func bankWords(b store.Bank) string {
	if b.Code != "" {
		return b.Code
	}
	return b.Ref
}

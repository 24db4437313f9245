package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// DisbursementInput asks that a loan be paid out.
type DisbursementInput struct {
	Account      string // ref or id
	Amount       lending.Money
	Date         lending.Date // on which the money is meant to reach the payee; zero: the business date
	FirstDueDate lending.Date // over that of the loan parameters
	PayoutTo     string       // "borrower" (default), "anchor", "custom_bank"
	CreditBank   string       // ref or id of the account to pay to
	NewBank      *BankInput   // given instead, for a custom bank
	Method       string       // "manual" (default) or "automatic"
	Parts        []PayoutPart // several bank instructions; none: one
}

// PayoutPart is one of several payouts of a loan.
type PayoutPart struct {
	Amount     lending.Money // 0 on the last one: what is left
	PayoutTo   string
	CreditBank string
}

// Disbursement is a loan on its way out, with its payouts.
type Disbursement struct {
	Loan     store.Loan
	Payouts  []store.Payout
	Schedule lending.Schedule
}

var (
	payoutMethods = []string{"manual", "automatic"}
	// maxPayouts is far more than a rail's limit on one amount makes of a loan.
	maxPayouts = 20
)

// InitiateDisbursement makes a loan with its schedule and the payouts of its net
// amount. Nothing is lent until finance approved and processed them.
func (o *Office) InitiateDisbursement(ctx context.Context, actor Actor, in DisbursementInput) (Disbursement, error) {
	var out Disbursement
	if err := actor.need(MayTakeOver); err != nil {
		return out, err
	}
	if err := in.check(); err != nil {
		return out, err
	}
	err := o.command(ctx, actor, note{action: "loan.initiate", subject: store.CleanRef(in.Account), input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		account, err := accountByAny(ctx, &tx.View, in.Account)
		if err != nil {
			return asFieldMissing(err, "account", "There is no account "+in.Account+".")
		}
		if err := roomFor(ctx, &tx.View, tx.Today, account, in.Amount); err != nil {
			return err
		}
		if in.Date.IsZero() {
			in.Date = tx.Today
		}
		plan, err := planFor(ctx, &tx.View, account, in)
		if err != nil {
			return err
		}
		out.Schedule = plan.Schedule
		if out.Loan, err = writeLoan(ctx, tx, actor, account, in.Amount, plan); err != nil {
			return err
		}
		if out.Payouts, err = writePayouts(ctx, tx, actor, account, out.Loan, in); err != nil {
			return err
		}
		n.subject, n.account = out.Loan.Ref, account.ID
		n.summary = fmt.Sprintf("Asked to pay out loan %s of %s on %s: %s net in %s.", out.Loan.Ref, in.Amount.Rupees(), account.Ref, plan.Net.Rupees(), counted(len(out.Payouts), "payout", "payouts"))
		return nil
	})
	return out, err
}

func (in *DisbursementInput) check() error {
	faults := faults{}
	if in.Amount <= 0 || in.Amount > maxAmount {
		faults.add("amount", "Say how much is lent.")
	}
	if in.PayoutTo == "" {
		in.PayoutTo = "borrower"
	}
	if in.Method == "" {
		in.Method = payoutMethods[0]
	}
	if !slices.Contains(payees, in.PayoutTo) {
		faults.add("payout_to", "Money goes to the borrower, the anchor or a custom_bank.")
	}
	if !slices.Contains(payoutMethods, in.Method) {
		faults.add("method", "A payout is manual or automatic.")
	}
	if in.PayoutTo == "custom_bank" && in.CreditBank == "" && in.NewBank == nil && len(in.Parts) == 0 {
		faults.add("credit_bank", "Say into which account the money goes.")
	}
	if len(in.Parts) > maxPayouts {
		faults.add("payouts", fmt.Sprintf("A loan is paid out in at most %d payouts.", maxPayouts))
	}
	return faults.refuse("loan.invalid", "The loan cannot be paid out like this.")
}

// roomFor refuses a loan on an account that takes none, or beyond its line.
func roomFor(ctx context.Context, v *store.View, today lending.Date, account store.Account, amount lending.Money) error {
	if account.Status != "created" && account.Status != "active" {
		return lending.RefuseField("account", "account."+account.Status, "Account "+account.Ref+" is "+account.Status+": nothing more is lent on it.")
	}
	if err := roomAbove(ctx, v, today, account, amount); err != nil {
		return err
	}
	if account.ApprovedLineAmount == 0 {
		return nil // no line was agreed on
	}
	used := lending.Money(0)
	position, err := v.PositionOf(ctx, account.ID)
	if err != nil && !errors.Is(err, store.ErrMissing) {
		return err
	}
	used += position.PrincipalOutstanding
	loans, err := v.LoansOfAccount(ctx, account.ID)
	if err != nil {
		return err
	}
	for _, l := range loans {
		if l.Status == "pending" {
			used += l.Amount
		}
	}
	if left := account.ApprovedLineAmount - used; amount > left {
		return lending.RefuseField("amount", "loan.line", fmt.Sprintf("Of the line of %s, %s is free.", account.ApprovedLineAmount.Rupees(), (max(left, 0)).Rupees()))
	}
	return nil
}

// roomAbove refuses what a limit over the account does not leave: of its borrower, its
// program, its anchor. A frozen limit leaves nothing.
func roomAbove(ctx context.Context, v *store.View, today lending.Date, account store.Account, amount lending.Money) error {
	lines, err := LinesOf(ctx, v, account)
	if err != nil {
		return err
	}
	if why := lines.frozen(today); why != "" {
		return lending.RefuseField("account", "line.frozen", "Nothing may be drawn on account "+account.Ref+": "+why)
	}
	for _, s := range lines.Levels[1:] {
		if free := s.Available(); amount > free {
			return lending.RefuseField("amount", "loan.line", fmt.Sprintf("Of the limit of the %s, %s, %s is free.", s.Level, s.Sanctioned.Rupees(), free.Rupees()))
		}
	}
	return nil
}

// planFor makes schedule and deductions of a loan on an account, paid out on the
// date of the input.
func planFor(ctx context.Context, v *store.View, account store.Account, in DisbursementInput) (plannedLoan, error) {
	program, err := v.ProgramByAny(ctx, account.ProgramID)
	if err != nil {
		return plannedLoan{}, err
	}
	data, err := readLoanData(account.LoanData)
	if err != nil {
		return plannedLoan{}, err
	}
	base, policy, err := standards(program)
	if err != nil {
		return plannedLoan{}, err
	}
	terms, err := termsOf(base, data)
	if err != nil {
		return plannedLoan{}, err
	}
	if !in.FirstDueDate.IsZero() {
		terms.FirstDueDate = in.FirstDueDate
	}
	if err := (loanValues{data}).fixedDue(&terms, in.Date); err != nil {
		return plannedLoan{}, err
	}
	tax, err := taxOn(ctx, v, account.BorrowerID)
	if err != nil {
		return plannedLoan{}, err
	}
	plan, err := planLoan(terms, data, in.Amount, in.Date, tax)
	if err != nil {
		return plan, err
	}
	plan.Policy, err = policyFrom(policy, data, terms)
	return plan, err
}

// standards are the terms and the policy that accounts of a program start from.
func standards(program store.Program) (lending.Terms, lending.Policy, error) {
	var terms lending.Terms
	var policy lending.Policy
	if err := json.Unmarshal([]byte(program.Terms), &terms); err != nil {
		return terms, policy, fmt.Errorf("reading the terms of program %s: %w", program.Ref, err)
	}
	if err := json.Unmarshal([]byte(program.Policy), &policy); err != nil {
		return terms, policy, fmt.Errorf("reading the policy of program %s: %w", program.Ref, err)
	}
	return terms, policy, nil
}

// taxOn is the tax on fees of a borrower, by its heads.
func taxOn(ctx context.Context, v *store.View, borrower string) (func(lending.Money, lending.Rate) lending.Tax, error) {
	company, err := v.Company(ctx)
	if err != nil {
		return nil, err
	}
	b, err := v.BorrowerByAny(ctx, borrower)
	if err != nil {
		return nil, err
	}
	return func(base lending.Money, rate lending.Rate) lending.Tax {
		cgst, sgst, igst := taxHeads(base, rate, stateOf(company), b.State)
		return lending.Tax{CGST: cgst, SGST: sgst, IGST: igst}
	}, nil
}

// pendingDisbursal is what a loan row keeps until its money is out: the
// disbursal as planned, and the policy the account will have.
type pendingDisbursal struct {
	lending.Disbursal
	Policy *lending.Policy `json:"policy,omitempty"`
}

func writeLoan(ctx context.Context, tx *store.Tx, actor Actor, account store.Account, amount lending.Money, plan plannedLoan) (store.Loan, error) {
	loan, err := tx.NextLoan(ctx)
	if err != nil {
		return loan, err
	}
	body := pendingDisbursal{Policy: &plan.Policy, Disbursal: lending.Disbursal{Loan: loan.ID, LoanIndex: loan.Idx, Terms: plan.Terms,
		Rows: plan.Schedule.Rows, Algorithm: lending.ScheduleAlgorithm, Deductions: plan.Deductions, UpfrontRate: plan.UpfrontRate}}
	text, err := json.Marshal(body)
	if err != nil {
		return loan, fmt.Errorf("writing the disbursal: %w", err)
	}
	loan.AccountID, loan.Status, loan.Amount, loan.NetAmount = account.ID, "pending", amount, plan.Net
	loan.Disbursal, loan.MakerID = string(text), actor.Person
	return loan, tx.CreateLoan(ctx, loan)
}

// writePayouts makes the payouts of a loan. They sum to its net amount, to the
// paisa: the last one is what is left.
func writePayouts(ctx context.Context, tx *store.Tx, actor Actor, account store.Account, loan store.Loan, in DisbursementInput) ([]store.Payout, error) {
	parts := in.Parts
	if len(parts) == 0 {
		parts = []PayoutPart{{PayoutTo: in.PayoutTo, CreditBank: in.CreditBank}}
	}
	if in.NewBank != nil {
		borrower, err := tx.BorrowerByAny(ctx, account.BorrowerID)
		if err != nil {
			return nil, err
		}
		bank, err := borrowerBank(ctx, tx, borrower, *in.NewBank)
		if err != nil {
			return nil, err
		}
		parts[0].CreditBank = bank.ID
	}
	left := loan.NetAmount
	payouts := make([]store.Payout, 0, len(parts))
	for i, part := range parts {
		if last := i == len(parts)-1; last && part.Amount == 0 {
			part.Amount = left
		}
		if left -= part.Amount; part.Amount <= 0 || left < 0 {
			return nil, lending.RefuseField("payouts", "loan.payouts", "Each payout is more than nothing, and together they are ₹"+loan.NetAmount.String()+".")
		}
		p, err := payoutOf(ctx, tx, account, loan, part)
		if err != nil {
			return nil, err
		}
		p.Method, p.MakerID = in.Method, actor.Person
		if p, err = tx.CreatePayout(ctx, p); err != nil {
			return nil, err
		}
		payouts = append(payouts, p)
	}
	if left != 0 {
		return nil, lending.RefuseField("payouts", "loan.payouts", fmt.Sprintf("The payouts leave %s of %s.", left.Rupees(), loan.NetAmount.Rupees()))
	}
	return payouts, nil
}

// payoutOf addresses one payout: to the account that is named, else to the last
// one on file of the borrower.
func payoutOf(ctx context.Context, tx *store.Tx, account store.Account, loan store.Loan, part PayoutPart) (store.Payout, error) {
	p := store.Payout{AccountID: store.Opt(account.ID), LoanID: store.Opt(loan.ID), Type: "disbursal", Amount: part.Amount, PayoutTo: part.PayoutTo, Status: "created"}
	if p.PayoutTo == "" {
		p.PayoutTo = "borrower"
	}
	if part.CreditBank != "" {
		bank, err := tx.BankByAny(ctx, part.CreditBank)
		if err != nil && lending.KindOf(err) != lending.NotFound {
			return p, err
		}
		if err != nil || bank.Kind != credit {
			return p, lending.RefuseField("credit_bank", "payout.bank", "There is no account to pay to called "+part.CreditBank+".")
		}
		p.CreditBankID = store.Opt(bank.ID)
		return p, nil
	}
	banks, err := tx.BanksTagged(ctx, account.BorrowerRef)
	if err == nil && len(banks) > 0 && p.PayoutTo == "borrower" {
		p.CreditBankID = store.Opt(banks[0].ID)
	}
	return p, err
}

// ApprovePayout lets money go out. Whoever asked for it may not approve it, not
// under a token either; the database holds that too.
func (o *Office) ApprovePayout(ctx context.Context, actor Actor, ref string, version int64) (store.Payout, error) {
	return o.changePayout(ctx, actor, ref, version, "approve", []string{"created"}, func(ctx context.Context, tx *store.Tx, p *store.Payout) (string, error) {
		if err := refundDecided(ctx, tx, *p); err != nil {
			return "", err
		}
		if err := trancheFits(ctx, tx, *p); err != nil {
			return "", err
		}
		p.Status, p.ApproverID = "approved", store.Opt(actor.Person)
		return "Approved payout " + p.Ref + " of " + p.Amount.Rupees(), nil
	})
}

// CancelPayout stops a payout that was not paid, and with it the loan it is of
// when no other part of that loan was paid.
func (o *Office) CancelPayout(ctx context.Context, actor Actor, ref string, version int64, reason string) (store.Payout, error) {
	if reason == "" {
		return store.Payout{}, lending.RefuseField("reason", "payout.reason", "Say why.")
	}
	return o.changePayout(ctx, actor, ref, version, "cancel", []string{"created", "approved", "failed"}, func(ctx context.Context, tx *store.Tx, p *store.Payout) (string, error) {
		if p.RecordID != "" {
			return stopRefund(ctx, tx, p, reason)
		}
		loan, err := tx.LoanByID(ctx, string(p.LoanID))
		if err != nil {
			return "", err
		}
		if p.Type == "tranche" { // the loan goes on without it
			p.Status = "cancelled"
			return "Cancelled the tranche " + p.Ref + " of loan " + loan.Ref + " because " + reason, nil
		}
		others, err := tx.PayoutsOfLoan(ctx, loan.ID)
		if err != nil {
			return "", err
		}
		for _, other := range others {
			if other.Status == "success" {
				return "", lending.Refuse(lending.Conflict, "payout.part_paid", "Payout "+other.Ref+" of this loan is paid: the rest of it has to follow.")
			}
			if slices.Contains(atBank, other.Status) {
				return "", lending.Refuse(lending.Conflict, "payout.at_bank", "Payout "+other.Ref+" of this loan is at the bank: wait for its answer.")
			}
			if other.ID != p.ID && other.Status != "cancelled" {
				other.Status = "cancelled"
				if err := tx.UpdatePayout(ctx, other); err != nil {
					return "", err
				}
			}
		}
		loan.Status, p.Status = "cancelled", "cancelled"
		return "Cancelled loan " + loan.Ref + " because " + reason, tx.UpdateLoan(ctx, loan)
	})
}

// PaidOut is what the bank said of a payout.
type PaidOut struct {
	UTR       string
	Date      lending.Date // the money reached the payee
	DebitBank string       // ref, id or code of our account
	Version   int64
}

// ProcessPayout says that a payout reached its payee. With the last of them the
// loan is active: interest runs from that day, and its rows are dated from it.
func (o *Office) ProcessPayout(ctx context.Context, actor Actor, ref string, in PaidOut) (store.Payout, error) {
	return o.changePayout(ctx, actor, ref, in.Version, "process", append([]string{"approved"}, atBank...), func(ctx context.Context, tx *store.Tx, p *store.Payout) (string, error) {
		if in.Date.IsZero() {
			in.Date = tx.Today
		}
		if err := released(ctx, tx, actor, unsent([]store.Payout{*p})...); err != nil {
			return "", err
		}
		faults := faults{}
		p.UTR, p.Date, p.Status = store.Opt(normalReference(in.UTR)), in.Date, "success"
		if p.UTR == "" || len(in.UTR) > maxName {
			faults.add("utr", "Give the bank's reference.")
		} else if other, err := tx.PayoutWithUTR(ctx, string(p.UTR)); err == nil {
			return "", lending.Refuse(lending.Conflict, "payout.duplicate_utr", "Bank reference "+in.UTR+" is on payout "+other.Ref+" of ₹"+other.Amount.String()+" already.")
		} else if !errors.Is(err, store.ErrMissing) {
			return "", err
		}
		if in.Date > max(tx.Today, lending.DateOf(tx.Now.Time)) {
			faults.add("date", "This day is still to come.")
		}
		if in.DebitBank != "" {
			bank, err := tx.BankByAny(ctx, in.DebitBank)
			if err != nil {
				faults.add("debit_bank", "There is no bank account "+in.DebitBank+".")
			}
			p.DebitBankID = store.Opt(bank.ID)
		}
		if err := faults.refuse("payout.invalid", "The payout cannot be booked like this."); err != nil {
			return "", err
		}
		return "Payout " + p.Ref + " of " + p.Amount.Rupees() + " reached its payee on " + in.Date.Words(), nil
	})
}

// changePayout is the shape of what finance does to a payout.
func (o *Office) changePayout(ctx context.Context, actor Actor, ref string, version int64, act string, from []string,
	change func(ctx context.Context, tx *store.Tx, p *store.Payout) (string, error)) (store.Payout, error) {
	if err := actor.need(MayReleasePayout); err != nil {
		return store.Payout{}, err
	}
	return o.movePayout(ctx, actor, ref, version, act, from, change)
}

// movePayout takes a payout from one of some states to another, with what comes of
// it. Whoever asked for the money never moves it.
func (o *Office) movePayout(ctx context.Context, actor Actor, ref string, version int64, act string, from []string,
	change func(ctx context.Context, tx *store.Tx, p *store.Payout) (string, error)) (store.Payout, error) {
	var payout store.Payout
	attempt := note{action: "payout." + act, subject: store.CleanRef(ref), input: map[string]any{"version": version}}
	err := o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		p, err := tx.PayoutByID(ctx, ref)
		if err != nil {
			return err
		}
		n.subject, n.account = p.Ref, string(p.AccountID)
		if p.MakerID == actor.Person {
			return lending.Refuse(lending.Forbidden, "payout.self", "You asked for this payout, so another person of finance has to release it.")
		}
		if !slices.Contains(from, p.Status) {
			return lending.Refuse(lending.Conflict, "payout.state", "Payout "+p.Ref+" is "+p.Status+".")
		}
		if err := sameVersion("payout", p.Ref, version, p.Version); err != nil {
			return err
		}
		if n.summary, err = change(ctx, tx, &p); err != nil {
			return err
		}
		if err := tx.UpdatePayout(ctx, p); err != nil {
			return err
		}
		if n.flags, err = follow(ctx, tx, actor, p); err != nil {
			return err
		}
		payout, err = tx.PayoutByID(ctx, p.ID)
		return err
	})
	return payout, err
}

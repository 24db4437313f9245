package servicing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// RestructureInput asks for other terms of a loan, because the borrower cannot
// pay by the present ones (domain 1.11).
type RestructureInput struct {
	Loan     string                     // ref or id
	Date     lending.Date               // from which the new terms hold; zero: the business date
	LoanData map[string]json.RawMessage // what changes: roi_value, emi_count, emi_amount, emi_frequency, first_due_date, moratorium
	Interest string                     // of unpaid interest: "capitalise", "add_to_first_emi", "waive"
	Fees     string                     // "carry_forward" (default), "waive"
	Penal    string                     // "carry_forward" (default), "waive"
	Scheme   string                     // a scheme under which a standard account stays standard; "" when there is none
	Reason   string
	Version  int64 // of the loan
}

// RequestRestructure asks a credit manager for other terms of a loan. Paid and due
// rows stay; the rows to come are agreed anew, and a standard account becomes
// sub-standard unless a scheme applies (domain 1.11.1).
func (o *Office) RequestRestructure(ctx context.Context, actor Actor, in RestructureInput) (store.Approval, error) {
	data, err := ParseLoanData(in.LoanData)
	if err != nil {
		return store.Approval{}, err
	}
	in.Fees, in.Penal = orText(in.Fees, lending.HeadCarryForward), orText(in.Penal, lending.HeadCarryForward)
	if in.Interest == "" {
		in.Interest = lending.HeadCapitalise
	}
	ask := loanChange{kind: "restructure", loan: in.Loan, date: in.Date, reason: in.Reason, version: in.Version, input: in}
	return o.changeLoan(ctx, actor, ask, func(r liveLoan, c *changeRequest) error {
		terms, err := restructured(r, data)
		if err != nil {
			return err
		}
		body, err := r.owed.Restructure(lending.Restructuring{Terms: terms, Interest: in.Interest, Fees: in.Fees, Penal: in.Penal})
		if err != nil {
			return err
		}
		c.amount = r.owed.Principal
		c.body.Facts = r.reschedule(body)
		if in.Scheme == "" && !r.book.Summary.AssetCategory.NPA() {
			c.body.Facts = append(c.body.Facts, planned(lending.Fact{Key: "class/" + c.body.Facts[0].Key, Kind: lending.FactClassification, ValueDate: r.on,
				Classification: &lending.Classification{Category: lending.SubStandard, Reason: "restructured"}}))
		}
		c.body.Terms = append(termChanges(r.terms, terms, r.owed, body),
			ChangedTerm{"Unpaid interest of " + (r.owed.Interest + r.owed.Accrued).Rupees(), "due", headWords[in.Interest]},
			ChangedTerm{"Unpaid fees of " + r.owed.Fees.Rupees(), "due", headWords[in.Fees]},
			ChangedTerm{"Unpaid penal charges of " + r.owed.Penal.Rupees(), "due", headWords[in.Penal]})
		if in.Scheme != "" {
			c.body.Terms = append(c.body.Terms, ChangedTerm{"Scheme", "", in.Scheme})
		}
		return nil
	})
}

// headWords says what becomes of an unpaid head.
var headWords = map[string]string{lending.HeadCapitalise: "added to the principal", lending.HeadAddToFirst: "added to the first instalment",
	lending.HeadWaive: "given up", lending.HeadCarryForward: "stay due"}

// restructured lays what changes over the terms in force. What was solved for the
// loan as it was (its instalment, its first due date, its shape) is solved anew.
func restructured(r liveLoan, data LoanData) (lending.Terms, error) {
	base := r.terms
	base.EMIAmount, base.FirstDueDate, base.Moratorium, base.Steps, base.Balloon, base.AdvanceInstalments, base.DownPayment = 0, 0, nil, nil, 0, 0, 0
	base.EMICount = len(r.ahead)
	base.TermLength = 0
	if base.Amortization == lending.Structured {
		base.Amortization, base.Rows = lending.EqualInstalments, nil
	}
	terms, err := termsOf(base, data)
	if err != nil {
		return terms, err
	}
	terms.BPIMode = lending.BPINone // nothing can be kept back: no money goes out
	if v := (loanValues{data}); v.has("bpi_mode") && v.text("bpi_mode") != string(lending.BPIUpfront) {
		terms.BPIMode = lending.BPIMode(v.text("bpi_mode"))
	}
	if terms.FirstDueDate.IsZero() && len(r.ahead) > 0 && sameRhythm(terms, r.terms) {
		terms.FirstDueDate = r.ahead[0].DueDate
	}
	return terms.Complete(), nil
}

func sameRhythm(a, b lending.Terms) bool {
	return a.EMIFrequency == b.EMIFrequency && a.EMIEvery == b.EMIEvery
}

// RateResetInput asks for another rate of a loan (domain 1.12).
type RateResetInput struct {
	Loan    string
	Date    lending.Date // zero: the business date
	Rate    lending.Rate
	Option  string        // "raise_emi", "extend_tenure", "mix"
	EMI     lending.Money // of a mix
	Reason  string
	Version int64
}

// RequestRateReset asks for another rate from a day on, with the option that the
// borrower chose. Rows that fell due stay, interest of the running period is split
// by days.
func (o *Office) RequestRateReset(ctx context.Context, actor Actor, in RateResetInput) (store.Approval, error) {
	ask := loanChange{kind: "rate_reset", loan: in.Loan, date: in.Date, reason: in.Reason, version: in.Version, input: in}
	return o.changeLoan(ctx, actor, ask, func(r liveLoan, c *changeRequest) error {
		body, err := r.owed.Reset(r.terms, lending.RateReset{Rate: in.Rate, Option: in.Option, EMI: in.EMI})
		if err != nil {
			return err
		}
		c.amount, c.body.Facts = body.Principal, r.reschedule(body)
		c.body.Terms = termChanges(r.terms, body.Terms, r.owed, body)
		return nil
	})
}

// ResetInput asks that the rows to come of a loan be made anew without a change of
// terms (domain 1.11.3).
type ResetInput struct {
	Loan    string
	Reason  string
	Version int64
}

// RequestReset asks for it: after something back-dated, a tranche, a correction.
// Rows that are due or paid stay as they are, to the paisa.
func (o *Office) RequestReset(ctx context.Context, actor Actor, in ResetInput) (store.Approval, error) {
	ask := loanChange{kind: "reset_rps", loan: in.Loan, reason: in.Reason, version: in.Version, input: in}
	return o.changeLoan(ctx, actor, ask, func(r liveLoan, c *changeRequest) error {
		body, err := r.owed.Regenerate(r.terms)
		if err != nil {
			return err
		}
		c.amount, c.body.Facts = body.Principal, r.reschedule(body)
		c.body.Terms = termChanges(r.terms, body.Terms, r.owed, body)
		return nil
	})
}

// loanChange is what every change of a running loan begins with.
type loanChange struct {
	kind    string
	loan    string
	date    lending.Date
	reason  string
	version int64
	input   any
}

// liveLoan is a loan on the day from which it changes.
type liveLoan struct {
	loan    store.Loan
	account store.Account
	on      lending.Date
	today   lending.Date
	book    *lending.Book
	terms   lending.Terms // in force
	owed    lending.Outstanding
	ahead   []lending.Demand // rows not due yet
	facts   []lending.Fact
}

// reschedule is the planned fact of new rows. Its key names the loan and the how
// manieth change of the account it is, so that the same request makes the same fact.
func (r liveLoan) reschedule(body lending.Reschedule) []plannedFact {
	return []plannedFact{planned(lending.Fact{Key: r.key(body.Reason), Kind: lending.FactReschedule, ValueDate: r.on, Reschedule: &body})}
}

func (r liveLoan) key(what string) string {
	return fmt.Sprintf("%s/%s/%d", what, r.loan.ID, len(r.facts)+1)
}

// changeLoan is changeLoanIn for a plan that looks nothing up.
func (o *Office) changeLoan(ctx context.Context, actor Actor, ask loanChange, plan func(liveLoan, *changeRequest) error) (store.Approval, error) {
	return o.changeLoanIn(ctx, actor, ask, func(_ context.Context, _ *store.Tx, r liveLoan, c *changeRequest) error { return plan(r, c) })
}

// changeLoanIn is the shape of what is asked about a running loan.
func (o *Office) changeLoanIn(ctx context.Context, actor Actor, ask loanChange, plan func(context.Context, *store.Tx, liveLoan, *changeRequest) error) (store.Approval, error) {
	var approval store.Approval
	if err := actor.need(MayPrepare); err != nil {
		return approval, err
	}
	attempt := note{action: "loan." + ask.kind, subject: store.CleanRef(ask.loan), input: ask.input}
	err := o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		r, err := liveLoanAt(ctx, &tx.View, ask.loan, ask.date)
		if err != nil {
			return err
		}
		n.subject, n.account = r.loan.Ref, r.account.ID
		if err := sameVersion("loan", r.loan.Ref, ask.version, r.loan.Version); err != nil {
			return err
		}
		if err := settledUp(ctx, tx, r.account); err != nil {
			return err
		}
		c := changeRequest{kind: ask.kind, subject: r.loan.ID, account: r.account, reason: ask.reason, body: changeBody{Label: r.loan.Ref, Loan: r.loan.ID}}
		if err := plan(ctx, tx, r, &c); err != nil {
			return err
		}
		if approval, err = askChange(ctx, tx, actor, c); err != nil {
			return err
		}
		n.summary = "Asked for the " + changeWords[ask.kind] + " of " + r.loan.Ref + " because " + ask.reason
		approval, err = tx.ApprovalByRef(ctx, approval.Ref)
		return err
	})
	return approval, err
}

// liveLoanAt reads a loan as of the day from which it is to change.
func liveLoanAt(ctx context.Context, v *store.View, key string, on lending.Date) (liveLoan, error) {
	var r liveLoan
	var err error
	if r.loan, err = v.LoanByID(ctx, cleanKey(key)); err != nil {
		return r, asFieldMissing(err, "loan", "There is no loan "+key+".")
	}
	if err := mayLoan(LoanChange, r.loan); err != nil {
		return r, err
	}
	if r.account, err = v.AccountByID(ctx, r.loan.AccountID); err != nil {
		return r, err
	}
	company, err := v.Company(ctx)
	if err != nil {
		return r, err
	}
	if r.today, r.on = company.BusinessDate, on; on.IsZero() {
		r.on = r.today
	}
	if r.on > r.today || r.on < r.loan.DisbursedOn {
		return r, lending.RefuseField("date", "change.date", "New terms hold from a day between "+r.loan.DisbursedOn.Words()+" and today, "+r.today.Words()+".")
	}
	facts, err := v.Facts(ctx, r.account.ID)
	if err != nil {
		return r, err
	}
	r.facts = facts.Facts
	if r.book, err = lending.Replay(r.facts, lending.At{Date: r.on}); err != nil {
		return r, err
	}
	return r, r.read()
}

// read takes the terms in force, what is owed and the rows to come from the book.
func (r *liveLoan) read() error {
	at := slices.IndexFunc(r.book.Loans, func(l lending.LoanBook) bool { return l.Loan == r.loan.ID })
	if at < 0 {
		return lending.Refuse(lending.Conflict, "loan.not_there", "Loan "+r.loan.Ref+" was not paid out on "+r.on.Words()+".")
	}
	r.terms = termsInForce(&r.book.Loans[at]).Complete()
	r.owed = lending.Owed(r.book, r.loan.ID)
	for _, d := range r.book.Demands {
		if d.Loan == r.loan.ID && d.Type == lending.DemandEMI && !d.Due {
			r.ahead = append(r.ahead, d)
		}
	}
	return nil
}

// termsInForce are the terms of the last version of a loan that has any, or those it
// was disbursed under.
func termsInForce(l *lending.LoanBook) lending.Terms {
	if n := len(l.Versions); n > 0 {
		if terms := l.Versions[n-1].Terms; terms.EMICount != 0 || terms.Rate() != 0 {
			return terms
		}
	}
	if l.Terms == nil {
		return lending.Terms{}
	}
	return *l.Terms
}

// settledUp refuses a change of the schedule while money of the account waits for
// somebody: the rows would be made without it (domain 1.11.3).
func settledUp(ctx context.Context, tx *store.Tx, account store.Account) error {
	waiting, err := tx.UnsettledRecords(ctx, account.ID)
	if err != nil {
		return err
	}
	if len(waiting) > 0 {
		return lending.Refuse(lending.Conflict, "account.unsettled", "Record "+waiting[0]+" of account "+account.Ref+" is not settled yet. Settle or cancel it first.")
	}
	return nil
}

// termChanges lays the terms before and after beside each other.
func termChanges(was, will lending.Terms, owed lending.Outstanding, body lending.Reschedule) []ChangedTerm {
	var emi lending.Money
	if len(body.Rows) > 0 {
		emi = body.Rows[0].Instalment()
	}
	last := body.Rows[len(body.Rows)-1]
	return []ChangedTerm{
		{"Rate a year", was.Rate().String() + "%", will.Rate().String() + "%"},
		{"Principal of the rows", (owed.Principal - owed.Overdue).Rupees(), body.Principal.Rupees()},
		{"Instalments to come", fmt.Sprint(len(owed.Ahead)), fmt.Sprint(len(body.Rows))},
		{"Next instalment", owed.Current.Rupees(), emi.Rupees()},
		{"Last instalment", "", last.Instalment().Rupees() + " on " + last.DueDate.Words()},
	}
}

func orText(value, standard string) string {
	if value == "" {
		return standard
	}
	return value
}

// cleanKey tidies a ref as it is typed; an id stays.
func cleanKey(key string) string {
	if len(key) == idLength {
		return key
	}
	return store.CleanRef(key)
}

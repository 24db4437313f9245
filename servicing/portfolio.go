package servicing

import (
	"context"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// Total is one control total of a portfolio: a count, or an amount.
type Total struct {
	Name   string
	Count  int
	Amount lending.Money
	Money  bool // the total is the amount
}

// Value is the total as text.
func (t Total) Value() string {
	if t.Money {
		return t.Amount.String()
	}
	return fmt.Sprint(t.Count)
}

// PortfolioCheck is what an import of a portfolio would do, found by the same
// code that does it.
type PortfolioCheck struct {
	Errors []RowError
	Faults int // all that are wrong; Errors stop at what a person reads
	Totals []Total
	Asked  *store.Approval // the request that a second person decides; nil when it is done at once
}

// Progress is told how far a long command has come.
type Progress func(stage string, done, total int)

// CheckPortfolio reads the files of a portfolio, makes every loan into facts and
// replays them, and says what is wrong, by file, line and column. Nothing is
// written.
func (o *Office) CheckPortfolio(ctx context.Context, actor Actor, files PortfolioFiles, progress Progress) (PortfolioCheck, error) {
	var check PortfolioCheck
	if err := actor.need(MayTakeOver); err != nil {
		return check, err
	}
	err := o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
		today, err := openDay(ctx, v)
		if err != nil {
			return err
		}
		p, err := planPortfolio(ctx, v, files, today, progress)
		if err == nil {
			check = p.check()
		}
		return err
	})
	return check, err
}

// ImportPortfolio takes over borrowers, running loans and past receipts, all of
// them or none: checked and written in one transaction, so that a program that
// is stopped in between leaves nothing (decision 0003). In books that are at work
// they wait for a second person: the check then holds the request.
func (o *Office) ImportPortfolio(ctx context.Context, actor Actor, files PortfolioFiles, progress Progress) (PortfolioCheck, error) {
	var check PortfolioCheck
	if err := actor.need(MayTakeOver); err != nil {
		return check, err
	}
	hashes := map[string]string{}
	for name, data := range files {
		hashes[name] = fileHash(data)
	}
	err := o.command(ctx, actor, note{action: "portfolio.import"}, func(ctx context.Context, tx *store.Tx, n *note) error {
		p, err := planPortfolio(ctx, &tx.View, files, tx.Today, progress)
		if err != nil {
			return err
		}
		if check = p.check(); check.Faults > 0 {
			return &lending.Error{Kind: lending.Invalid, Code: "portfolio.invalid",
				Message: fmt.Sprintf("Nothing was taken over: %d things in the files have to be put right first.", check.Faults)}
		}
		totals := map[string]string{}
		for _, t := range check.Totals {
			totals[t.Name] = t.Value()
		}
		n.input = map[string]any{"sha256": hashes, "totals": totals}
		working, err := atWork(ctx, &tx.View)
		if err != nil {
			return err
		}
		if working {
			asked, err := askPortfolio(ctx, tx, actor, files, p)
			check.Asked, n.subject = &asked, asked.Ref
			n.summary = fmt.Sprintf("Asked to take over %d borrowers and %d loans.", len(p.borrowers), len(p.loans))
			return err
		}
		n.summary = fmt.Sprintf("Took over %d borrowers and %d loans.", len(p.borrowers), len(p.loans))
		return p.write(ctx, tx, actor, progress)
	})
	return check, err
}

// portfolio is a set of files made into what will be written.
type portfolio struct {
	takingOver
	errs      rowErrors
	borrowers []BorrowerInput
	known     map[string]store.Borrower // named by loans, and in the books already
	loans     []*takenOver
}

// progressEvery is how many loans go by between two reports.
const progressEvery = 50

func (p Progress) tell(stage string, done, total int) {
	if p != nil && (done%progressEvery == 0 || done == total) {
		p(stage, done, total)
	}
}

func openDay(ctx context.Context, v *store.View) (lending.Date, error) {
	company, err := v.Company(ctx)
	return company.BusinessDate, err
}

// planPortfolio reads and checks everything, as on a day.
func planPortfolio(ctx context.Context, v *store.View, files PortfolioFiles, today lending.Date, progress Progress) (*portfolio, error) {
	company, err := v.Company(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading the company: %w", err)
	}
	p := &portfolio{takingOver: takingOver{today: today, ownState: stateOf(company), programs: map[string]store.Program{}, states: map[string]string{}},
		known: map[string]store.Borrower{}}
	rows := map[string][]csvRow{}
	for _, layout := range portfolioLayout() {
		rows[layout.name] = readRows(layout, files, &p.errs)
	}
	if err := p.readBorrowers(ctx, v, rows[borrowersFile]); err != nil {
		return nil, err
	}
	reader := &loanReader{portfolio: p, view: v, refs: map[string]int{}, virtual: map[string]bool{}, utrs: map[string]int{}, cash: map[string]lending.Money{}}
	if err := reader.read(ctx, rows, progress); err != nil {
		return nil, err
	}
	return p, nil
}

// readBorrowers reads borrowers.csv. One that is in the books already is refused:
// loans name it without a row.
func (p *portfolio) readBorrowers(ctx context.Context, v *store.View, rows []csvRow) error {
	refs, pans := map[string]int{}, map[string]int{}
	for _, row := range rows {
		c := cells{row.cell, faults{}}
		in := BorrowerInput{Ref: c.need("borrower_ref"), Name: c.need("name"), CoApplicant: c.text("co_applicant"), PAN: c.text("pan"),
			Phone: c.text("phone"), Email: c.text("email"), VPA: c.text("vpa"), Address: c.text("address"), State: c.text("state")}.tidy()
		checked := faults{}
		in.check(checked)
		for field, message := range checked {
			if field == "ref_id" {
				field = "borrower_ref"
			}
			c.faults.add(field, message)
		}
		if line, twice := refs[in.Ref]; twice {
			c.faults.add("borrower_ref", fmt.Sprintf("Line %d has this number already.", line))
		}
		if line, twice := pans[in.PAN]; twice && in.PAN != "" {
			c.faults.add("pan", fmt.Sprintf("Line %d has this PAN already.", line))
		}
		if refs[in.Ref], pans[in.PAN] = row.line, row.line; in.Ref != "" {
			if err := borrowerIsNew(ctx, v, in, c.faults); err != nil {
				return err
			}
		}
		p.errs.addAll(borrowersFile, row.line, c.faults)
		p.states[in.Ref] = in.State
		p.borrowers = append(p.borrowers, in)
	}
	return nil
}

// borrowerIsNew refuses a number or a PAN that the books have.
func borrowerIsNew(ctx context.Context, v *store.View, in BorrowerInput, faults faults) error {
	other, err := v.BorrowerByAny(ctx, in.Ref)
	if err == nil {
		faults.add("borrower_ref", "Borrower "+in.Ref+" is in the books already: "+other.Name+". Leave this row out; loans may name it.")
	} else if lending.KindOf(err) != lending.NotFound {
		return err
	}
	if in.PAN == "" {
		return nil
	}
	other, err = v.BorrowerByPAN(ctx, in.PAN)
	if err == nil {
		faults.add("pan", "Borrower "+other.Ref+" has this PAN: "+other.Name+".")
	} else if !isMissing(err) {
		return err
	}
	return nil
}

// check sums up what was planned.
func (p *portfolio) check() PortfolioCheck {
	check := PortfolioCheck{Errors: p.errs.list, Faults: p.errs.count}
	slices.SortStableFunc(check.Errors, func(a, b RowError) int { return a.compare(b) })
	var t struct{ closed, receipts, fees, advices int }
	var lent, outstanding, overdue, received, onTime, feeSum, excess lending.Money
	for _, l := range p.loans {
		if l.loan.account.Status == "closed" {
			t.closed++
		}
		lent += l.loan.principal
		for _, r := range l.loan.receipts {
			t.receipts++
			received += r.received + r.tds
		}
		for _, f := range l.paid {
			onTime += f.Amount
		}
		for _, f := range l.loan.fees {
			t.fees++
			feeSum += f.charge.Base + f.charge.CGST + f.charge.SGST + f.charge.IGST
		}
		t.advices += len(l.loan.advices)
		if l.book != nil {
			outstanding += l.book.Summary.PrincipalOutstanding
			overdue += overdueOf(l.book, p.today)
			excess += l.book.Excess
		}
	}
	count := func(name string, n int) Total { return Total{Name: name, Count: n} }
	money := func(name string, m lending.Money) Total { return Total{Name: name, Amount: m, Money: true} }
	check.Totals = []Total{count("borrowers", len(p.borrowers)), count("loans", len(p.loans)), count("closed", t.closed), money("principal lent", lent),
		money("principal outstanding", outstanding), money("overdue", overdue), count("receipts", t.receipts), money("received", received),
		money("paid on due dates", onTime), count("fees", t.fees), money("fees demanded", feeSum), money("excess", excess), count("advices", t.advices)}
	return check
}

// write books everything that was planned.
func (p *portfolio) write(ctx context.Context, tx *store.Tx, actor Actor, progress Progress) error {
	for _, in := range p.borrowers {
		b, err := createBorrower(ctx, tx, in)
		if err != nil {
			return fmt.Errorf("taking over borrower %s: %w", in.Ref, err)
		}
		p.known[b.Ref] = b
	}
	for i, l := range p.loans {
		if _, err := l.write(ctx, tx, actor, p.known[l.loan.borrower], p.programs[l.loan.program]); err != nil {
			return fmt.Errorf("taking over account %s: %w", l.loan.account.Ref, err)
		}
		progress.tell("writing", i+1, len(p.loans))
	}
	return nil
}

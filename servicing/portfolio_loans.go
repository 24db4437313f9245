package servicing

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// loanReader reads the rows that belong to running loans.
type loanReader struct {
	*portfolio
	view    *store.View
	refs    map[string]int // account refs, with their lines
	virtual map[string]bool
	utrs    map[string]int           // bank references with their lines, by collection bank
	cash    map[string]lending.Money // taken of a borrower on a day, by both
	banks   map[string]store.Bank
	rows    map[string]map[string][]csvRow // of the other files, by file and account
}

func isMissing(err error) bool { return errors.Is(err, store.ErrMissing) }

func (e RowError) compare(o RowError) int {
	return cmp.Or(cmp.Compare(fileRank(e.File), fileRank(o.File)), cmp.Compare(e.Line, o.Line), cmp.Compare(e.Field, o.Field))
}

func fileRank(name string) int {
	return slices.IndexFunc(portfolioLayout(), func(l portfolioFile) bool { return l.name == name })
}

// read makes each row of loans.csv into facts, with the rows of the other files
// that name its account.
func (r *loanReader) read(ctx context.Context, rows map[string][]csvRow, progress Progress) error {
	r.banks, r.rows = map[string]store.Bank{}, map[string]map[string][]csvRow{}
	for _, file := range []string{schedulesFile, feesFile, receiptsFile, advicesFile} {
		r.rows[file] = map[string][]csvRow{}
		for _, row := range rows[file] {
			ref := store.CleanRef(row.cell("account_ref"))
			r.rows[file][ref] = append(r.rows[file][ref], row)
		}
	}
	for i, row := range rows[loansFile] {
		if err := r.readLoan(ctx, row); err != nil {
			return err
		}
		progress.tell("checking", i+1, len(rows[loansFile]))
	}
	for file, byAccount := range r.rows {
		for ref, orphans := range byAccount {
			if _, there := r.refs[ref]; there {
				continue
			}
			for _, row := range orphans {
				r.errs.add(file, row.line, "account_ref", "loans.csv has no account "+row.cell("account_ref")+".")
			}
		}
	}
	return nil
}

func (r *loanReader) readLoan(ctx context.Context, row csvRow) error {
	c := cells{row.cell, faults{}}
	loan := readRunningLoan(c)
	ref := loan.account.Ref
	if ref == "" {
		c.faults.add("account_ref", "This is missing.")
	}
	if line, twice := r.refs[ref]; twice {
		c.faults.add("account_ref", fmt.Sprintf("Line %d has this number already.", line))
	}
	r.refs[ref] = row.line
	if no := loan.account.VirtualAccountNo; no != "" && r.virtual[no] {
		c.faults.add("virtual_account_no", "Another row has this virtual number.")
	} else {
		r.virtual[no] = true
	}
	if err := r.resolve(ctx, &loan, c.faults); err != nil {
		return err
	}
	others := r.errs.count
	loan.rows = r.schedule(loan)
	loan.fees = r.fees(ref)
	var err error
	if loan.receipts, err = r.receipts(ctx, loan); err != nil {
		return err
	}
	loan.advices = r.advices(ref)
	if r.errs.count > others {
		r.errs.addAll(loansFile, row.line, c.faults)
		return nil // what its rows give cannot be known yet
	}
	taken := r.makeFacts(loan, c.faults)
	r.errs.addAll(loansFile, row.line, c.faults)
	r.loans = append(r.loans, taken)
	return nil
}

// resolve looks up what a loan names: borrower, program, collection account.
func (w *portfolio) resolve(ctx context.Context, v *store.View, loan *runningLoan, faults faults) error {
	if _, asked := w.programs[loan.program]; !asked && loan.program != "" {
		program, err := v.ProgramByAny(ctx, loan.program)
		if err != nil && lending.KindOf(err) != lending.NotFound {
			return err
		}
		w.programs[loan.program] = program
	}
	if loan.program != "" && w.programs[loan.program].ID == "" {
		faults.add("program", "There is no program "+loan.program+".")
	}
	if _, inFile := w.states[loan.borrower]; !inFile && loan.borrower != "" {
		b, err := v.BorrowerByAny(ctx, loan.borrower)
		switch {
		case lending.KindOf(err) == lending.NotFound:
			faults.add("borrower_ref", "Neither borrowers.csv nor the books have a borrower "+loan.borrower+".")
		case err != nil:
			return err
		default:
			w.known[b.Ref], w.states[b.Ref] = b, b.State
		}
	}
	checked := loan.account
	err := checkAccount(ctx, v, &checked, loan.bank)
	refused, ok := errors.AsType[*lending.Error](err)
	if err != nil && !ok {
		return err
	}
	if ok {
		for field, message := range refused.Fields {
			if field == "ref_id" {
				field = "account_ref"
			}
			faults.add(field, message)
		}
	}
	loan.account = checked
	return nil
}

func (r *loanReader) resolve(ctx context.Context, loan *runningLoan, faults faults) error {
	if loan.borrower == "" {
		faults.add("borrower_ref", "This is missing.")
	}
	return r.portfolio.resolve(ctx, r.view, loan, faults)
}

// schedule reads the rows of an explicit schedule. Balances follow from the
// principal; the last row ends at nothing.
func (r *loanReader) schedule(loan runningLoan) []lending.ScheduleRow {
	given := r.rows[schedulesFile][loan.account.Ref]
	if len(given) == 0 {
		return nil
	}
	rows := make([]lending.ScheduleRow, 0, len(given))
	balance, start := loan.principal, loan.disbursed
	for _, row := range given {
		c := cells{row.cell, faults{}}
		s := lending.ScheduleRow{No: c.number("no"), PeriodStart: c.date("period_start"), PeriodEnd: c.date("period_end"), DueDate: c.needDate("due_date"),
			Opening: balance, Principal: c.money("principal"), Interest: c.money("interest")}
		if s.PeriodStart.IsZero() {
			s.PeriodStart = start
		}
		if s.PeriodEnd.IsZero() {
			s.PeriodEnd = s.DueDate
		}
		s.Closing, s.Days = balance-s.Principal, s.PeriodEnd.Sub(s.PeriodStart)
		switch n := len(rows); {
		case n > 0 && s.No <= rows[n-1].No:
			c.faults.add("no", "Rows of a schedule are numbered upwards.")
		case n > 0 && s.DueDate < rows[n-1].DueDate || s.DueDate < loan.disbursed:
			c.faults.add("due_date", "This is before the row above, or before the loan.")
		case s.PeriodEnd < s.PeriodStart:
			c.faults.add("period_end", "This is before the period begins.")
		case s.Closing < 0:
			c.faults.add("principal", fmt.Sprintf("With this row more comes back than the %s that were lent.", loan.principal.Rupees()))
		}
		r.errs.addAll(schedulesFile, row.line, c.faults)
		balance, start = s.Closing, s.PeriodEnd
		rows = append(rows, s)
	}
	if balance > 0 {
		r.errs.add(schedulesFile, given[len(given)-1].line, "principal", fmt.Sprintf("The rows of %s repay %s less than the %s that were lent.", loan.account.Ref, balance.Rupees(), loan.principal.Rupees()))
	}
	return rows
}

// fees reads the fees of an account.
func (r *loanReader) fees(ref string) []takenFee {
	var out []takenFee
	for _, row := range r.rows[feesFile][ref] {
		c := cells{row.cell, faults{}}
		charge := lending.Charge{Name: c.need("name"), DueDate: c.needDate("due_date"), Base: c.needMoney("amount"),
			CGST: c.money("cgst"), SGST: c.money("sgst"), IGST: c.money("igst")}
		if charge.IGST > 0 && charge.CGST+charge.SGST > 0 {
			c.faults.add("igst", "A fee has central and state tax, or integrated tax, not both.")
		}
		r.errs.addAll(feesFile, row.line, c.faults)
		out = append(out, takenFee{charge: charge})
	}
	return out
}

// receipts reads the receipts of an account.
func (r *loanReader) receipts(ctx context.Context, loan runningLoan) ([]takenReceipt, error) {
	var out []takenReceipt
	for _, row := range r.rows[receiptsFile][loan.account.Ref] {
		c := cells{row.cell, faults{}}
		x := takenReceipt{line: row.line, date: c.needDate("value_date"), received: c.money("amount"), tds: c.money("tds_amount"),
			mode: c.text("payment_mode"), utr: c.text("utr"), narration: c.text("narration")}
		if x.received+x.tds == 0 {
			c.faults.add("amount", "Give an amount above zero.")
		}
		if !slices.Contains(modes, x.mode) {
			c.faults.add("payment_mode", "The mode is cash, cheque, transfer, neft, rtgs, imps, upi or nach.")
		}
		switch {
		case x.date.IsZero():
		case x.date < loan.disbursed:
			c.faults.add("value_date", "This is before the loan was disbursed.")
		case x.date >= r.today:
			c.faults.add("value_date", "What is received from "+r.today.Words()+" on is recorded as a receipt and approved. Take over what came before.")
		}
		if err := r.cashAllowed(ctx, loan, x, c.faults); err != nil {
			return nil, err
		}
		var err error
		if x.bank, err = r.bank(ctx, c); err != nil {
			return nil, err
		}
		if err := r.referenceIsNew(ctx, x, c.faults); err != nil {
			return nil, err
		}
		r.errs.addAll(receiptsFile, row.line, c.faults)
		out = append(out, x)
	}
	return out, nil
}

// cashAllowed refuses more cash from one person in a day than section 269ST
// allows, over all loans of the files and the books.
func (r *loanReader) cashAllowed(ctx context.Context, loan runningLoan, x takenReceipt, faults faults) error {
	if x.mode != "cash" || x.date.IsZero() {
		return nil
	}
	limit, err := lending.MoneyParameter("cash_limit_269st", x.date)
	if err != nil {
		faults.add("value_date", err.Error())
		return nil
	}
	key := loan.borrower + "/" + x.date.String()
	if _, asked := r.cash[key]; !asked {
		if known, there := r.known[loan.borrower]; there {
			if r.cash[key], err = r.view.CashOnDay(ctx, known.ID, x.date, ""); err != nil {
				return err
			}
		}
	}
	if r.cash[key] += x.received; r.cash[key] >= limit {
		faults.add("amount", fmt.Sprintf("Section 269ST allows less than %s in cash from one person in a day; with this row it is %s.", limit.Rupees(), r.cash[key].Rupees()))
	}
	return nil
}

// bank finds the collection account of a receipt, once.
func (r *loanReader) bank(ctx context.Context, c cells) (store.Bank, error) {
	key := c.text("collection_bank")
	if key == "" {
		return store.Bank{}, nil
	}
	bank, asked := r.banks[key]
	if !asked {
		var err error
		if bank, err = r.view.BankByAny(ctx, key); err != nil && lending.KindOf(err) != lending.NotFound {
			return bank, err
		}
		if err != nil || bank.Kind != collection {
			bank = store.Bank{}
		}
		r.banks[key] = bank
	}
	if bank.ID == "" {
		c.faults.add("collection_bank", "There is no collection account "+key+".")
	}
	return bank, nil
}

// referenceIsNew refuses a bank reference that stands on another receipt of the
// same collection account, in the files or in the books.
func (r *loanReader) referenceIsNew(ctx context.Context, x takenReceipt, faults faults) error {
	reference := normalReference(x.utr)
	if reference == "" || x.bank.ID == "" {
		return nil
	}
	key := x.bank.ID + "/" + reference
	if line, twice := r.utrs[key]; twice {
		faults.add("utr", fmt.Sprintf("Line %d has this bank reference already.", line))
		return nil
	}
	r.utrs[key] = x.line
	other, err := r.view.LiveRecordWithReference(ctx, x.bank.ID, reference)
	if err == nil {
		faults.add("utr", "This bank reference is on "+other.Ref+" of ₹"+other.Amount.String()+" already.")
	} else if !isMissing(err) {
		return err
	}
	return nil
}

// advices reads the bank references that a borrower announced.
func (r *loanReader) advices(ref string) []store.Advice {
	var out []store.Advice
	for _, row := range r.rows[advicesFile][ref] {
		c := cells{row.cell, faults{}}
		out = append(out, store.Advice{Reference: c.need("utr"), Amount: c.money("amount"), AdvisedOn: c.needDate("advised_on")})
		r.errs.addAll(advicesFile, row.line, c.faults)
	}
	return out
}

package servicing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/store"
)

// postChunk is how many rows become records in one transaction: about a quarter of
// a second, so that people at work beside a long import do not wait.
const postChunk = 250

// stageLease is after how long without a new chunk an import counts as stopped. A
// chunk takes less than a second.
const stageLease = 5 * time.Second

// StatementFile is a bank statement as it was uploaded.
type StatementFile struct {
	Name string
	Data []byte
	Bank string // ref, id or code of the collection account; "": the one whose number the file names
	// Mapping says how to read the tables of a bank nobody knows; nil: found from the file.
	Mapping *bankfile.Mapping
	// Tell is told how far the check, then the posting is; nil: nobody asks.
	Tell Progress
	// Opened is told the statement once its head stands and before its rows are
	// posted; nil: nobody asks.
	Opened func(store.Statement)
	// Agreed is asked with the check of an import before anything is posted; its
	// refusal ends the import. Nil: what is found is posted.
	Agreed func(StatementCheck) error
}

// parse reads the file.
func (f StatementFile) parse() (*bankfile.Statement, error) {
	if f.Mapping != nil {
		return f.Mapping.Read(f.Name, f.Data)
	}
	return bankfile.Read(f.Name, f.Data)
}

// StatementResult is what became of a file.
type StatementResult struct {
	Statement   store.Statement
	Again       bool // this very file was imported before: nothing was done
	AutoMatched int  // the engine would propose without asking
	Suggested   int  // it has candidates
	Unmatched   int  // it has none
	Questioned  int  // its reference is there with another amount: parked until somebody looks
	Rejected    []bankfile.Rejection
}

// StatementCheck is what an import would do, found by the same code that does it.
type StatementCheck struct {
	Bank  store.Bank
	File  *bankfile.Statement
	Fates map[string]int // fate -> rows
	Lines []PlannedLine
	Again string // ref of the statement that holds this very file already
	// Follows says where the file leaves a gap to other statements of its account, or
	// overlaps them.
	Follows []string
}

// PlannedLine is one row of a file with the fate it will have.
type PlannedLine struct {
	Credit store.BankCredit
	Fate   string
	Reason string
	First  string // id of the credit it repeats, is, or returns
	Record string // ref of the receipt that it confirms, or may be
	Raw    string
	Cells  []string // of a rejected row of a table
}

// CheckStatement reads a file and says what each row would become. Nothing is
// written.
func (o *Office) CheckStatement(ctx context.Context, actor Actor, file StatementFile) (StatementCheck, error) {
	var check StatementCheck
	if err := actor.need(MayImport); err != nil {
		return check, err
	}
	parsed, err := file.parse()
	if err != nil && file.Mapping == nil {
		parsed, err = o.parseMapped(ctx, &file, err)
	}
	if err != nil {
		return check, err
	}
	err = o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
		if check, err = planStatement(ctx, v, file, parsed, lending.DateOf(o.db.Reader().Now().Time)); err != nil {
			return err
		}
		check.Follows, err = chainBefore(ctx, v, check)
		return err
	})
	return check, err
}

// ImportStatement turns each credit of a statement into a record. The same file
// twice creates nothing, an overlapping one only what is new. A long file is posted
// chunk by chunk, each with its records, fates and journal, so that the sums hold
// after every one of them and others get their turn; until the last one the
// statement is loading. One that was stopped goes on when its file comes again.
func (o *Office) ImportStatement(ctx context.Context, actor Actor, file StatementFile) (StatementResult, error) {
	var result StatementResult
	check, err := o.CheckStatement(ctx, actor, file)
	if err != nil {
		return result, err
	}
	if check.Again != "" {
		return o.importedBefore(ctx, check)
	}
	if file.Agreed != nil {
		if err := file.Agreed(check); err != nil {
			return result, err
		}
	}
	statement, err := o.openStatement(ctx, actor, file, check)
	if err != nil {
		return result, err
	}
	if file.Opened != nil {
		file.Opened(statement)
	}
	if err := o.post(ctx, actor, &statement, check.Lines, file.Tell); err != nil {
		return result, o.stopped(ctx, statement, err)
	}
	result.Statement, result.Rejected = statement, check.rejected()
	return result, o.scoreInto(ctx, &result)
}

// importedBefore answers a file that is there already.
func (o *Office) importedBefore(ctx context.Context, check StatementCheck) (StatementResult, error) {
	result := StatementResult{Again: true, Rejected: check.rejected()}
	err := o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
		var err error
		result.Statement, err = v.StatementByRef(ctx, check.Again)
		return err
	})
	return result, err
}

// planStatement finds the fate of each row. It is pure but for looking up what
// the books hold; rows of the file itself count as seen once they are passed.
func planStatement(ctx context.Context, v *store.View, file StatementFile, parsed *bankfile.Statement, calendar lending.Date) (StatementCheck, error) {
	check := StatementCheck{File: parsed, Fates: map[string]int{}}
	var err error
	if check.Bank, err = collectionBank(ctx, v, file.Bank, parsed); err != nil {
		return check, err
	}
	before, err := v.PostedStatement(ctx, check.Bank.ID, fileHash(file.Data))
	if err == nil {
		check.Again = before.Ref
	} else if !errors.Is(err, store.ErrMissing) {
		return check, err
	}
	plan := newPlanFile()
	last, err := lastDay(ctx, v, calendar)
	if err != nil {
		return check, err
	}
	for i, line := range parsed.Lines {
		file.Tell.tell("checking", i, len(parsed.Lines))
		if line.ValueDate > last {
			check.Fates["rejected"]++
			check.Lines = append(check.Lines, futureLine(line, parsed.Cells(line.No)))
			continue
		}
		planned, err := planLine(ctx, v, check.Bank, line, plan)
		if err != nil {
			return check, err
		}
		check.Fates[planned.Fate]++
		check.Lines = append(check.Lines, planned)
	}
	for _, r := range parsed.Rejected {
		check.Fates["rejected"]++
		check.Lines = append(check.Lines, PlannedLine{Credit: store.BankCredit{Line: r.Line}, Fate: "rejected", Reason: r.Reason, Raw: r.Raw, Cells: r.Cells})
	}
	slices.SortStableFunc(check.Lines, func(x, y PlannedLine) int { return x.Credit.Line - y.Credit.Line })
	return check, nil
}

// rejected are the rows that become nothing.
func (c StatementCheck) rejected() []bankfile.Rejection {
	var rows []bankfile.Rejection
	for _, p := range c.Lines {
		if p.Fate == "rejected" {
			rows = append(rows, bankfile.Rejection{Line: p.Credit.Line, Reason: p.Reason, Raw: p.Raw})
		}
	}
	return rows
}

// sampleDays is how far the files of the sample go beyond its business date, which
// its data fixes and no calendar moves.
const sampleDays = 31

// lastDay is the last day that a bank can know of.
func lastDay(ctx context.Context, v *store.View, calendar lending.Date) (lending.Date, error) {
	company, err := v.Company(ctx)
	last := max(calendar, company.BusinessDate)
	if company.IsDemo {
		last = max(last, company.BusinessDate.AddDays(sampleDays))
	}
	return last, err
}

// futureLine refuses a row of a day that has not come: no bank knows it yet.
func futureLine(line bankfile.Line, printed []string) PlannedLine {
	cells := []string{line.ValueDate.String(), line.Narration, line.RawReference, line.Debit.String(), line.Credit.String()}
	return PlannedLine{Credit: store.BankCredit{Line: line.No}, Fate: "rejected", Raw: strings.Join(cells, ","), Cells: printed,
		Reason: "The date " + line.ValueDate.Words() + " lies in the future."}
}

// collectionBank is the one that was named, else the one whose number the file
// carries. A file that names another account than the chosen one is refused.
func collectionBank(ctx context.Context, v *store.View, named string, parsed *bankfile.Statement) (store.Bank, error) {
	var bank store.Bank
	if named != "" {
		var err error
		if bank, err = v.BankByAny(ctx, named); err != nil || bank.Kind != "collection" {
			return bank, lending.RefuseField("collection_bank", "statement.bank", "There is no collection account "+named+".")
		}
		if parsed.AccountNo != "" && !sameNumber(bank.AccountNo, parsed.AccountNo) {
			return bank, lending.RefuseField("collection_bank", "statement.other_account",
				"This file is of account "+parsed.AccountNo+", not of "+bank.Code+" "+bank.AccountNo+".")
		}
		return bank, nil
	}
	banks, _, err := v.Banks(ctx, store.PartyFilter{Kind: "collection", Limit: maxBanks})
	if err != nil {
		return bank, err
	}
	for _, b := range banks {
		if parsed.AccountNo != "" && sameNumber(b.AccountNo, parsed.AccountNo) {
			return b, nil
		}
	}
	if parsed.AccountNo == "" {
		return bank, lending.RefuseField("collection_bank", "statement.bank", "This file does not say which account it is of. Choose the account.")
	}
	return bank, lending.RefuseField("collection_bank", "statement.bank",
		"No collection account has the number "+parsed.AccountNo+" of this file. Choose the account, or enter it first.")
}

// maxBanks is more collection accounts than a small lender has.
const maxBanks = 200

// sameNumber compares account numbers but for padding and masking.
func sameNumber(ours, printed string) bool {
	return strings.TrimLeft(ours, "0") == strings.TrimLeft(printed, "0")
}

func fileHash(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// planLine decides the fate of one line.
func planLine(ctx context.Context, v *store.View, bank store.Bank, line bankfile.Line, file *planFile) (PlannedLine, error) {
	ref := bankfile.ExtractReference(line, bank.Bank)
	credit := store.BankCredit{ID: store.NewID(), BankID: bank.ID, Line: line.No, Direction: "credit", ValueDate: line.ValueDate,
		Amount: line.Credit, Narration: line.Narration, RawReference: line.RawReference, Reference: ref.Norm, Rail: ref.Rail}
	if line.Debit > 0 {
		credit.Direction, credit.Amount = "debit", line.Debit
	}
	if line.HasBalance {
		balance := int64(line.Balance)
		credit.Balance = &balance
	}
	credit.Identity = identityOf(credit, line.Ordinal)
	planned := PlannedLine{Credit: credit}
	known, err := v.CreditWithIdentity(ctx, bank.ID, credit.Identity)
	if err == nil {
		planned.Fate, planned.Reason, planned.First = "known", "This line was imported before.", known.ID
		return planned, nil
	}
	if !errors.Is(err, store.ErrMissing) {
		return planned, err
	}
	if known, there, err := toldOtherwise(ctx, v, credit, file.taken); err != nil || there {
		planned.Fate, planned.Reason, planned.First = "known", "Another file of this account has this line.", known.ID
		return planned, err
	}
	first, there := file.seen[credit.Reference]
	if credit.Reference != "" && !there {
		first, err = v.CreditWithReference(ctx, bank.ID, credit.Reference)
		if there = err == nil; err != nil && !errors.Is(err, store.ErrMissing) {
			return planned, err
		}
	}
	if !there {
		if first, there, err = cutReference(ctx, v, credit, file); err != nil {
			return planned, err
		}
	}
	judgeLine(&planned, first, there)
	if err := planReturn(ctx, v, &planned, file); err != nil {
		return planned, err
	}
	if planned.Fate == "created" {
		file.pass(credit)
	}
	return planned, planConfirmation(ctx, v, &planned, file.taken)
}

// planConfirmation says that a new credit is the money of a receipt that somebody
// entered before. A receipt is confirmed once, so the ones of this file that
// rows above confirm are passed over.
func planConfirmation(ctx context.Context, v *store.View, p *PlannedLine, taken map[string]bool) error {
	if p.Fate != "created" {
		return nil
	}
	entered, ok, err := enteredFor(ctx, v, p.Credit, taken)
	if err != nil {
		return err
	}
	if !ok {
		return planQuestion(ctx, v, p, taken)
	}
	taken[entered.ID] = true
	p.Fate, p.Record, p.Reason = "confirms", entered.Ref, "Confirms "+entered.Ref+", entered before the statement came."
	return nil
}

// planQuestion says that a new credit has the reference of a live record with
// another amount, or may be the money of a receipt that carries no reference.
func planQuestion(ctx context.Context, v *store.View, p *PlannedLine, taken map[string]bool) error {
	others, err := v.LiveRecordsWithReference(ctx, p.Credit.BankID, p.Credit.Reference)
	if err != nil {
		return err
	}
	if len(others) > 0 {
		p.Fate, p.Record, p.Reason = "questioned", others[0].Ref, otherRecord(p.Credit, others[0])
		return nil
	}
	twin, why, err := twinOfLine(ctx, v, p.Credit, taken)
	if why != "" {
		p.Record, p.Reason = twin.Ref, "May be the same money as "+twin.Ref+", entered by hand. "+why
	}
	return err
}

// judgeLine says what a new line is, given the first credit with its reference.
func judgeLine(p *PlannedLine, first store.BankCredit, there bool) {
	switch {
	case p.Credit.Direction == "debit" && there && first.Amount == p.Credit.Amount:
		p.Fate, p.First, p.Credit.Returns = "returns", first.ID, store.Opt(first.ID)
		p.Reason = "The bank took back the credit of " + first.ValueDate.Words() + " with the same reference. Ask for its reversal."
	case p.Credit.Direction == "debit":
		p.Fate, p.Reason = "outgoing", "Money going out."
	case there && first.Amount != p.Credit.Amount:
		p.Fate, p.First, p.Credit.DuplicateOf = "questioned", first.ID, store.Opt(first.ID)
		p.Reason = otherAmount(p.Credit, first)
	case there:
		p.Fate, p.First, p.Credit.DuplicateOf = "duplicate", first.ID, store.Opt(first.ID)
		p.Reason = "Reference " + p.Credit.Reference + " stands on the credit of " + first.Amount.Rupees() + " of " + first.ValueDate.Words() + "."
	default:
		p.Fate = "created"
	}
}

// otherAmount is why a credit is asked about that repeats a reference and not its
// amount: it may be money of its own, or the same money written down wrong.
func otherAmount(c, first store.BankCredit) string {
	return "Reference " + c.Reference + " stands on the credit of " + first.Amount.Rupees() + " of " + first.ValueDate.Words() +
		"; this line says " + c.Amount.Rupees() + ". Look at it."
}

// otherRecord is the same where the amount that differs was entered by somebody.
func otherRecord(c store.BankCredit, r store.Record) string {
	return "Reference " + c.Reference + " is on " + r.Ref + " of " + r.Amount.Rupees() + "; the bank says " + c.Amount.Rupees() + ". Look at it."
}

// identityOf is the fingerprint of a line that has no reference to be known by.
func identityOf(c store.BankCredit, ordinal int) string {
	place := fmt.Sprintf("#%d", ordinal)
	if c.Balance != nil {
		place = fmt.Sprintf("=%d#%d", *c.Balance, ordinal)
	}
	text := strings.Join([]string{c.ValueDate.String(), c.Direction, c.Amount.String(), strings.Join(strings.Fields(c.Narration), " "),
		strings.TrimSpace(c.RawReference), place}, "|")
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:16])
}

// openStatement writes the head of a file; one file of an account at a time. A file
// whose import was stopped goes on under the head that it has.
func (o *Office) openStatement(ctx context.Context, actor Actor, file StatementFile, check StatementCheck) (store.Statement, error) {
	var s store.Statement
	err := o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		loading, err := tx.LoadingStatements(ctx)
		if err != nil {
			return err
		}
		for _, other := range loading {
			live := tx.Now.Sub(other.StagedAt.Time) <= stageLease
			switch {
			case other.BankID != check.Bank.ID:
			case live:
				return lending.Refuse(lending.Conflict, "statement.loading", "Statement "+other.Ref+" of this account is being imported by "+other.Uploader+".")
			case other.FileHash == fileHash(file.Data):
				s = other
				return tx.UpdateStatement(ctx, s) // it is at work again
			case other.Done == 0:
				if err := tx.DiscardStatement(ctx, other.ID); err != nil {
					return err
				}
			}
		}
		breaks, _ := json.Marshal(append([]bankfile.Break{}, check.File.Chain.Breaks...))
		warnings, _ := json.Marshal(append([]string{}, check.File.Warnings...))
		s, err = tx.CreateStatement(ctx, store.Statement{BankID: check.Bank.ID, FileName: file.Name, FileHash: fileHash(file.Data),
			Format: check.File.Bank + " " + check.File.Format, FirstDate: check.File.From, LastDate: check.File.To,
			Opening: known(check.File.Opening), Closing: known(check.File.Closing), Credits: check.File.Credits.Sum, Debits: check.File.Debits.Sum,
			Breaks: string(breaks), Warnings: string(warnings), Headings: check.File.Header.Cells, Rows: len(check.Lines), UploadedBy: actor.Person, Uploader: actor.Name})
		return err
	})
	return s, err
}

func known(f bankfile.Figure) *int64 {
	if !f.Known {
		return nil
	}
	paise := int64(f.Amount)
	return &paise
}

// stopped says what is left of an import that failed: nothing, or its first rows,
// which stand. The same file goes on where it stopped.
func (o *Office) stopped(ctx context.Context, s store.Statement, err error) error {
	if s.Done == 0 {
		return errors.Join(err, o.discard(ctx, s.ID))
	}
	if lending.KindOf(err) == 0 {
		return fmt.Errorf("statement %s stopped after %d of %d rows: %w", s.Ref, s.Done, s.Rows, err)
	}
	return lending.Refuse(lending.KindOf(err), "statement.stopped",
		fmt.Sprintf("%d of %d rows are posted as %s and stand. Import the file again and it goes on there. %s", s.Done, s.Rows, s.Ref, err))
}

// discard drops the head of an import of which no row was posted.
func (o *Office) discard(ctx context.Context, id string) error {
	return o.db.Write(context.WithoutCancel(ctx), func(ctx context.Context, tx *store.Tx) error {
		return tx.DiscardStatement(ctx, id)
	})
}

// DiscardLoading drops, at start, the heads of imports that were stopped before
// their first row. One of which rows are posted stays as loading, says so on its
// page, and goes on when its file is imported again. What another process has just
// begun is waited for.
func (o *Office) DiscardLoading(ctx context.Context) error {
	for {
		var loading []store.Statement
		err := o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
			var err error
			loading, err = v.LoadingStatements(ctx)
			return err
		})
		fresh, now := 0, o.db.Reader().Now()
		for _, s := range loading {
			if s.Done > 0 {
				continue
			}
			if now.Sub(s.StagedAt.Time) > stageLease {
				err = errors.Join(err, o.discard(ctx, s.ID))
			} else {
				fresh++
			}
		}
		if err != nil || fresh == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(stageLease / 10):
		}
	}
}

package servicing

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// post makes the records and fates of a file, in chunks. Rows that an import which
// was stopped had posted are passed over.
func (o *Office) post(ctx context.Context, actor Actor, s *store.Statement, lines []PlannedLine, tell Progress) error {
	var reached int
	err := o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) (err error) {
		reached, err = v.LastLine(ctx, s.ID)
		return err
	})
	if err != nil {
		return err
	}
	left := slices.DeleteFunc(slices.Clone(lines), func(p PlannedLine) bool { return p.Credit.Line <= reached })
	for more := true; more; {
		chunk := left[:min(len(left), postChunk)]
		left = left[len(chunk):]
		more = len(left) > 0
		if err := o.postRows(ctx, actor, s, chunk, more); err != nil {
			return err
		}
		tell.tell("posting", s.Done, s.Rows)
	}
	return nil
}

// postRows posts one chunk: the bank's lines, what becomes of them, and the journal,
// in one transaction. The last chunk ends the import.
func (o *Office) postRows(ctx context.Context, actor Actor, s *store.Statement, lines []PlannedLine, more bool) error {
	attempt := note{action: "statement.import", subject: s.Ref, input: map[string]any{"file": s.FileName, "sha256": s.FileHash, "bank": s.BankID, "rows": s.Rows}}
	after := *s
	err := o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		after = *s
		if err := stageRows(ctx, tx, s.ID, lines); err != nil {
			return err
		}
		fates := make([]store.StatementLine, 0, len(lines))
		for _, p := range lines {
			fate, err := postLine(ctx, tx, actor, p)
			if err != nil {
				return fmt.Errorf("posting line %d: %w", p.Credit.Line, err)
			}
			fate.StatementID = s.ID
			count(&after, fate.Fate)
			fates = append(fates, fate)
		}
		if err := tx.AddStatementLines(ctx, fates); err != nil {
			return err
		}
		if err := journalStatement(ctx, tx, s, lines, fates); err != nil {
			return fmt.Errorf("posting the journal of statement %s: %w", s.Ref, err)
		}
		after.Done += len(lines)
		n.summary = fmt.Sprintf("Posted rows up to %d of %d of %s", after.Done, s.Rows, s.FileName)
		if !more {
			after.Status, after.PostedAt = "posted", tx.Now
			n.summary = importedWords(after)
		}
		return tx.UpdateStatement(ctx, after)
	})
	if err == nil {
		*s = after
	}
	return err
}

// importedWords tell what became of the rows of a file; a fate that no row had is
// not mentioned.
func importedWords(s store.Statement) string {
	fates := []struct {
		n         int
		one, many string
	}{{s.Created, "record made", "records made"}, {s.Duplicates, "duplicate", "duplicates"}, {s.Known, "row known before", "rows known before"},
		{s.Confirmed, "receipt confirmed", "receipts confirmed"}, {s.Outgoing, "outgoing row", "outgoing rows"}, {s.Rejected, "row rejected", "rows rejected"}}
	var words strings.Builder
	words.WriteString("Imported " + s.FileName + ": " + counted(s.Rows, "row", "rows"))
	for _, f := range fates {
		if f.n > 0 {
			words.WriteString(", " + counted(f.n, f.one, f.many))
		}
	}
	return words.String()
}

// counted is a number of things, with commas as India sets them.
func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return lending.GroupDigits(strconv.Itoa(n)) + " " + many
}

// stageRows writes what the bank says of the rows that are new.
func stageRows(ctx context.Context, tx *store.Tx, statement string, lines []PlannedLine) error {
	var credits []store.BankCredit
	for _, p := range lines {
		if p.Fate == "rejected" || p.Fate == "known" {
			continue
		}
		p.Credit.StatementID = statement
		credits = append(credits, p.Credit)
	}
	return tx.StageCredits(ctx, credits)
}

func count(s *store.Statement, fate string) {
	switch fate {
	case "created", "questioned":
		s.Created++
	case "duplicate":
		s.Duplicates++
	case "known":
		s.Known++
	case "confirms":
		s.Confirmed++
	case "outgoing", "returns":
		s.Outgoing++
	case "rejected":
		s.Rejected++
	}
}

// postLine carries out the fate of one row. A new credit confirms the receipt
// that was entered for it, or becomes a record on the desk.
func postLine(ctx context.Context, tx *store.Tx, actor Actor, p PlannedLine) (store.StatementLine, error) {
	line := store.StatementLine{Line: p.Credit.Line, Fate: p.Fate, Reason: p.Reason, Raw: p.Raw, Cells: p.Cells}
	switch p.Fate {
	case "rejected":
		return line, nil
	case "returns":
		return line, postReturn(ctx, tx, actor, p, &line)
	case "known", "duplicate":
		line.CreditID = store.Opt(p.First)
		records, err := tx.RecordsOfCredit(ctx, p.First)
		if len(records) > 0 {
			line.RecordID = store.Opt(records[len(records)-1].ID)
		}
		if p.Fate != "known" {
			line.CreditID = store.Opt(p.Credit.ID)
		}
		return line, err
	case "outgoing":
		line.CreditID = store.Opt(p.Credit.ID)
		return line, nil
	}
	line.CreditID = store.Opt(p.Credit.ID)
	entered, ok, err := enteredFor(ctx, &tx.View, p.Credit, nil)
	if err != nil {
		return line, err
	}
	if ok && p.First == "" {
		line.Fate, line.RecordID, line.Reason = "confirms", store.Opt(entered.ID), "Confirms "+entered.Ref+", entered before the statement came."
		return line, tx.ConfirmRecord(ctx, entered.ID, p.Credit.ID, p.Credit.BankID)
	}
	record, err := recordFor(ctx, tx, actor, p)
	line.RecordID, line.Reason = store.Opt(record.ID), record.Reason
	if line.Reason == "" {
		line.Reason = p.Reason
	}
	if line.Fate = "created"; record.Status == "parked" {
		line.Fate = "questioned"
	}
	return line, err
}

// postReturn carries out a debit that takes a credit back. What was settled is
// proposed for reversal; what still lies on the desk is set aside as returned;
// what is on its way to a decision is left to those who look at it.
func postReturn(ctx context.Context, tx *store.Tx, actor Actor, p PlannedLine, line *store.StatementLine) error {
	line.CreditID = store.Opt(p.Credit.ID)
	records, err := tx.RecordsOfCredit(ctx, p.First)
	if p.First == "" { // a cheque by hand whose credit no statement showed by itself
		var bounced store.Record
		bounced, err = tx.RecordByRef(ctx, p.Record)
		records = []store.Record{bounced}
	}
	if err != nil {
		return err
	}
	var words []string
	for _, r := range records {
		if !r.Carries {
			continue
		}
		line.RecordID = store.Opt(r.ID)
		said, err := returned(ctx, tx, actor, r, p.Credit)
		if err != nil {
			return err
		}
		words = append(words, said)
	}
	line.Reason = strings.TrimSuffix(p.Reason, " Ask for its reversal.") + " " + strings.Join(words, " ")
	return nil
}

// returned does to one record what the bank's taking back asks for, and says so.
func returned(ctx context.Context, tx *store.Tx, actor Actor, r store.Record, debit store.BankCredit) (string, error) {
	why := "The bank took it back on " + debit.ValueDate.Words() + "."
	switch r.Status {
	case "approved", "processed":
		open, err := tx.OpenApprovalOf(ctx, r.ID)
		if err == nil {
			return "Request " + open.Ref + " about " + r.Ref + " is open already.", nil
		}
		if !isMissing(err) {
			return "", err
		}
		asked, err := openApproval(ctx, tx, actor, r, request{kind: "reversal", revert: "bank", reason: why})
		return "The reversal of " + r.Ref + " is asked for with " + asked.Ref + ".", err
	case "unmatched", "parked":
		if r.BankCreditID == "" {
			break // nothing that the bank credited: it is cancelled by hand
		}
		r.Status, r.SetAsideKind, r.SetAsideOn, r.Reason = "set_aside", "return", tx.Today, why
		r.MakerID, r.Maker = store.Opt(actor.Person), store.Opt(actor.Name)
		_, err := tx.UpdateRecord(ctx, r)
		return "Record " + r.Ref + " is set aside as returned.", err
	}
	return "Record " + r.Ref + " is " + stateWords[r.Status] + ": reject it, or ask for its reversal.", nil
}

// enteredFor finds the receipt that somebody entered before the bank's line
// came: by reference, or by the number of a cheque, always with the same amount.
// Those that are taken are passed over.
func enteredFor(ctx context.Context, v *store.View, c store.BankCredit, taken map[string]bool) (store.Record, bool, error) {
	if c.Reference != "" {
		same, err := v.LiveRecordsWithReference(ctx, c.BankID, c.Reference)
		if err != nil {
			return store.Record{}, false, err
		}
		for _, r := range same {
			if r.BankCreditID == "" && r.ReceivedAmount == c.Amount && !taken[r.ID] {
				return r, true, nil
			}
		}
		if len(same) > 0 {
			return store.Record{}, false, nil // it is there with another amount
		}
	}
	cheques, err := v.UnconfirmedCheques(ctx, c.BankID, c.Amount)
	if err != nil {
		return store.Record{}, false, err
	}
	for _, r := range cheques {
		number := strings.TrimLeft(r.ChequeNo, "0")
		if number != "" && !taken[r.ID] && (strings.TrimLeft(strings.TrimSpace(c.RawReference), "0") == number || wordIn(c.Narration, r.ChequeNo)) {
			return r, true, nil
		}
	}
	return store.Record{}, false, nil
}

// wordIn says whether a text holds a word, whole.
func wordIn(text, word string) bool {
	return slices.Contains(strings.FieldsFunc(text, func(r rune) bool { return !('0' <= r && r <= '9' || 'A' <= r && r <= 'Z' || 'a' <= r && r <= 'z') }), word)
}

// recordFor makes the record of a new credit. When a line or a live record holds
// the same reference with another amount, the reference stays with that one. The
// money is here and must not be lost, and may be the same money: it is parked until
// somebody says which.
func recordFor(ctx context.Context, tx *store.Tx, actor Actor, p PlannedLine) (store.Record, error) {
	policy, c := defaultPolicy(), p.Credit
	utr := c.Reference
	if utr == "" {
		utr = strings.Trim(c.RawReference, " -")
	}
	r := store.Record{Type: "repayment", Status: "unmatched", ReceivedAmount: c.Amount, Amount: c.Amount,
		PaymentMode: store.Opt(c.Rail), UTR: store.Opt(utr), Reference: c.Reference, SettlementOrder: string(policy.SettlementOrder),
		ComponentOrder: string(policy.ComponentOrder), UploadedBy: store.Opt(actor.Name), UploadedByID: store.Opt(actor.Person),
		Date: c.ValueDate, BankDate: c.ValueDate, CollectionBankID: store.Opt(c.BankID), Source: "statement",
		BankCreditID: store.Opt(c.ID), Carries: true}
	if err := question(ctx, tx, p, &r); err != nil {
		return r, err
	}
	return tx.CreateRecord(ctx, r)
}

// question parks the record of a credit whose reference is there with another
// amount, beside what it may repeat.
func question(ctx context.Context, tx *store.Tx, p PlannedLine, r *store.Record) error {
	c := p.Credit
	if p.Fate == "questioned" && p.First != "" {
		before, err := tx.RecordsOfCredit(ctx, p.First)
		if err != nil {
			return err
		}
		if len(before) > 0 {
			r.Status, r.Reference, r.Reason, r.DuplicateOf = "parked", "", p.Reason, store.Opt(before[len(before)-1].ID)
			return nil
		}
	}
	others, err := tx.LiveRecordsWithReference(ctx, c.BankID, c.Reference)
	if err != nil || len(others) == 0 {
		return err
	}
	r.Status, r.Reference, r.DuplicateOf = "parked", "", store.Opt(others[0].ID)
	r.Reason = otherRecord(c, others[0])
	return nil
}

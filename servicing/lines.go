package servicing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// LineInput asks for a limit, or for another one of a limit that is there.
type LineInput struct {
	Line         string // ref or id of the one to change; empty: a new one
	Level        string // "account", "borrower", "program", "anchor"
	Type         string // "sanctioned" (default), "adhoc", "sub_limit"
	Account      string // ref or id; account level
	Borrower     string // ref or id; borrower level, with the program
	Program      string // ref, id or name
	Anchor       string // ref, id or name
	Counterparty string // GSTIN; sub_limit
	Amount       *lending.Money
	From         lending.Date // zero: the business date
	Expiry       lending.Date // zero: as before; a new one has none
	Endless      bool         // takes the end away
	Revolving    *bool        // nil: as before; a new one is
	Reason       string
	Version      int64 // of the limit
}

// lineChange is what an approved request does to a limit.
type lineChange struct {
	Line string            `json:"line"` // id
	No   int64             `json:"no"`   // of the version it was made on
	Will store.LineVersion `json:"will"`
}

// ChangedLine is a limit with the request about it.
type ChangedLine struct {
	Line     store.LineRow
	Approval store.Approval
}

// RequestLine asks a credit manager for a limit from a day on: a new one, another
// amount, a renewal. Nothing may be drawn on it before that.
func (o *Office) RequestLine(ctx context.Context, actor Actor, in LineInput) (ChangedLine, error) {
	var out ChangedLine
	if err := actor.need(MayPrepare); err != nil {
		return out, err
	}
	if err := in.check(); err != nil {
		return out, err
	}
	err := o.command(ctx, actor, note{action: "line.request", subject: store.CleanRef(in.Line + in.Account), input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		line, err := lineFor(ctx, tx, in)
		if err != nil {
			return err
		}
		if err := sameVersion("limit", line.Ref, in.Version, line.Line.Version); err != nil {
			return err
		}
		will, err := in.over(line, tx.Today)
		if err != nil {
			return err
		}
		kind := "line"
		if line.Type == "adhoc" {
			kind = "adhoc_limit"
			if err := adhocWithin(ctx, tx, line, will.Amount); err != nil {
				return err
			}
		}
		out, err = askLine(ctx, tx, actor, kind, line, will, in.Reason)
		n.subject, n.account = line.Ref, string(line.AccountID)
		n.summary = "Asked for the limit " + line.Ref + " of " + will.Amount.Rupees() + " on " + LineOwner(line) + "."
		return err
	})
	return out, err
}

func (in *LineInput) check() error {
	faults := faults{}
	if in.Type == "" {
		in.Type = "sanctioned"
	}
	if in.Line == "" && !slices.Contains([]string{"account", "borrower", "program", "anchor"}, in.Level) {
		faults.add("level", "A limit is of an account, a borrower, a program or an anchor.")
	}
	if in.Line == "" && !slices.Contains([]string{"sanctioned", "adhoc", "sub_limit"}, in.Type) {
		faults.add("type", "A limit is sanctioned, adhoc or a sub_limit.")
	}
	if in.Line == "" && in.Amount == nil {
		faults.add("approved_line_amount", "Say how much.")
	}
	if in.Amount != nil && (*in.Amount < 0 || *in.Amount > maxAmount) {
		faults.add("approved_line_amount", "This is no amount that a limit may have.")
	}
	if in.Line == "" && in.Type == "sub_limit" && (in.Level != "account" || !gstinForm.MatchString(in.Counterparty)) {
		faults.add("counterparty", "A sub-limit is of an account, and names the GSTIN that it caps.")
	}
	if in.Line == "" && in.Type == "adhoc" && in.Expiry.IsZero() {
		faults.add("expiry_date", "An adhoc limit has a last day.")
	}
	return faults.refuse("line.invalid", "The limit cannot be asked for like this.")
}

// lineFor finds the limit that is named, or writes a new one that waits.
func lineFor(ctx context.Context, tx *store.Tx, in LineInput) (store.LineRow, error) {
	if in.Line != "" {
		line, err := tx.LineByAny(ctx, in.Line, tx.Today)
		if err == nil && line.Status != "active" {
			err = lending.Refuse(lending.Conflict, "line.state", "Limit "+line.Ref+" is "+line.Status+": there is nothing to change.")
		}
		return line, err
	}
	line := store.Line{Level: in.Level, Type: in.Type, Status: "pending"}
	if in.Type == "sub_limit" {
		line.Counterparty = in.Counterparty
	}
	if err := ownerFor(ctx, tx, in, &line); err != nil {
		return store.LineRow{}, err
	}
	if in.Type == "sanctioned" {
		there, _, err := tx.QueryLines(ctx, store.LineQuery{Level: in.Level, Type: in.Type, Account: string(line.AccountID), Borrower: string(line.BorrowerID),
			Program: string(line.ProgramID), Anchor: string(line.AnchorID), On: tx.Today, Listing: store.Listing{Limit: 10}})
		if err != nil {
			return store.LineRow{}, err
		}
		for _, l := range there {
			if l.Status != "rejected" {
				return l, lending.Refuse(lending.Conflict, "line.there", "There is the limit "+l.Ref+" already: change that one.")
			}
		}
	}
	line, err := tx.CreateLine(ctx, line)
	if err != nil {
		return store.LineRow{}, err
	}
	return tx.LineByAny(ctx, line.ID, tx.Today)
}

// ownerFor says whose limit it is.
func ownerFor(ctx context.Context, tx *store.Tx, in LineInput, line *store.Line) error {
	switch in.Level {
	case "account":
		account, err := accountByAny(ctx, &tx.View, in.Account)
		if err != nil {
			return asFieldMissing(err, "account", "There is no account "+in.Account+".")
		}
		line.AccountID = store.Opt(account.ID)
	case "anchor":
		anchor, err := tx.AnchorByAny(ctx, in.Anchor)
		if err != nil {
			return asFieldMissing(err, "anchor", "There is no anchor "+in.Anchor+".")
		}
		line.AnchorID = store.Opt(anchor.ID)
	default:
		program, err := programFor(ctx, &tx.View, in.Program)
		if err != nil {
			return err
		}
		if line.ProgramID = store.Opt(program.ID); in.Level == "program" {
			return nil
		}
		borrower, err := tx.BorrowerByAny(ctx, in.Borrower)
		if err != nil {
			return asFieldMissing(err, "lead_id", "There is no borrower "+in.Borrower+".")
		}
		line.BorrowerID = store.Opt(borrower.ID)
	}
	return nil
}

// over lays what is asked over what the limit says.
func (in LineInput) over(line store.LineRow, today lending.Date) (store.LineVersion, error) {
	will := line.LineVersion
	if will.LineID = line.Line.ID; line.No == 0 {
		will.Revolving = true
	}
	if in.Amount != nil {
		will.Amount = *in.Amount
	}
	if in.Revolving != nil {
		will.Revolving = *in.Revolving
	}
	if !in.Expiry.IsZero() || in.Endless {
		will.Expiry = in.Expiry
	}
	will.From, will.Reason, will.Approval = in.From, in.Reason, ""
	if will.From.IsZero() {
		will.From = today
	}
	if will.From < today {
		return will, lending.RefuseField("start_date", "line.back_dated", "A limit does not change backwards: "+today.Words()+" is open.")
	}
	if !will.Expiry.IsZero() && will.Expiry < will.From {
		return will, lending.RefuseField("expiry_date", "line.expiry", "It would end before it begins. Renew it with a later last day.")
	}
	return will, nil
}

// askLine opens the approval of what a limit will say.
func askLine(ctx context.Context, tx *store.Tx, actor Actor, kind string, line store.LineRow, will store.LineVersion, reason string) (ChangedLine, error) {
	out := ChangedLine{Line: line}
	text, err := json.Marshal(lineChange{line.Line.ID, line.No, will})
	if err != nil {
		return out, fmt.Errorf("writing what a limit will say: %w", err)
	}
	c := changeRequest{kind: kind, subject: line.Line.ID, amount: will.Amount, reason: reason,
		body: changeBody{Label: line.Ref, Terms: lineTerms(line, will), Do: text}}
	if line.AccountID != "" {
		if c.account, err = tx.AccountByID(ctx, string(line.AccountID)); err != nil {
			return out, err
		}
		lines, err := LinesOf(ctx, &tx.View, c.account)
		if err != nil {
			return out, err
		}
		c.body.Terms = append(c.body.Terms, ChangedTerm{"Room on the account", lines.account().Available().Rupees(), roomAfter(lines.account(), line, will).Rupees()})
	}
	out.Approval, err = askChange(ctx, tx, actor, c)
	return out, err
}

// roomAfter is what of the account's line would be free with a change.
func roomAfter(s LineState, line store.LineRow, will store.LineVersion) lending.Money {
	switch line.Type {
	case "sanctioned":
		s.Sanctioned, s.Frozen = will.Amount, will.Frozen
	case "adhoc":
		s.Adhoc += will.Amount
		for _, a := range s.Adhocs {
			if a.Line.ID == line.Line.ID {
				s.Adhoc -= a.Amount
			}
		}
	}
	return s.Available()
}

// lineTerms are what a limit says, before and after.
func lineTerms(line store.LineRow, will store.LineVersion) []ChangedTerm {
	revolving := map[bool]string{true: "revolving", false: "not revolving"}
	terms := []ChangedTerm{{"Limit", "", LineOwner(line) + ", " + lineTypes[line.Type]}, {"Amount", line.Amount.Rupees(), will.Amount.Rupees()},
		{"From", dayWords(line.From), dayWords(will.From)}, {"Last day", dayWords(line.Expiry), dayWords(will.Expiry)}}
	if line.No == 0 || line.Revolving != will.Revolving {
		terms = append(terms, ChangedTerm{"Repaid principal", revolving[line.Revolving], revolving[will.Revolving]})
	}
	if line.Frozen != will.Frozen {
		terms = append(terms, ChangedTerm{"Frozen", line.Frozen, will.Frozen})
	}
	if line.Counterparty != "" {
		terms = append(terms, ChangedTerm{"Counterparty", line.Counterparty, line.Counterparty})
	}
	return terms
}

var lineTypes = map[string]string{"sanctioned": "sanctioned", "adhoc": "adhoc", "sub_limit": "sub-limit"}

// dayWords is a day for people, "none" when there is none.
func dayWords(d lending.Date) string {
	if d.IsZero() {
		return "none"
	}
	return d.Words()
}

// LineOwner says whose limit it is.
func LineOwner(l store.LineRow) string {
	switch l.Level {
	case "account":
		return "account " + l.AccountRef
	case "borrower":
		return l.Borrower + " under " + l.Program
	case "program":
		return "program " + l.Program
	}
	return "anchor " + l.Anchor
}

// adhocWithin refuses an adhoc limit beyond what the program allows of the
// sanctioned amount at its level.
func adhocWithin(ctx context.Context, tx *store.Tx, line store.LineRow, amount lending.Money) error {
	program := string(line.ProgramID)
	var sanctioned lending.Money
	if line.AccountID != "" {
		account, err := tx.AccountByID(ctx, string(line.AccountID))
		if err != nil {
			return err
		}
		program, sanctioned = account.ProgramID, account.ApprovedLineAmount
	}
	rows, _, err := tx.QueryLines(ctx, store.LineQuery{Level: line.Level, Type: "sanctioned", Status: "active", Account: string(line.AccountID), Borrower: string(line.BorrowerID),
		Program: string(line.ProgramID), Anchor: string(line.AnchorID), On: tx.Today, Listing: store.Listing{Limit: 1}})
	if err != nil {
		return err
	}
	if len(rows) > 0 {
		sanctioned = rows[0].Amount
	}
	rules, _, err := drawingRulesOf(ctx, &tx.View, program)
	if err != nil {
		return err
	}
	if most := rules.AdhocMax.Of(sanctioned, lending.ToPaisa); program != "" && amount > most {
		return lending.RefuseField("approved_line_amount", "line.adhoc", fmt.Sprintf("The program allows adhoc limits up to %s, %s%% of what is sanctioned.", most.Rupees(), rules.AdhocMax))
	}
	return nil
}

// LineFreezeInput asks that nothing be drawn on a limit, or that it may be again.
type LineFreezeInput struct {
	Line    string // ref or id
	Account string // or ref or id of an account: its own line
	Thaw    bool   // it may be drawn on again
	Reason  string
	Version int64
}

// RequestLineFreeze asks a credit manager to freeze or to unfreeze a limit. A freeze
// blocks drawings only, never repayments.
func (o *Office) RequestLineFreeze(ctx context.Context, actor Actor, in LineFreezeInput) (ChangedLine, error) {
	var out ChangedLine
	if err := actor.need(MayPrepare); err != nil {
		return out, err
	}
	action := map[bool]string{false: "line.freeze", true: "line.unfreeze"}[in.Thaw]
	err := o.command(ctx, actor, note{action: action, subject: store.CleanRef(in.Line + in.Account), input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		line, err := lineToFreeze(ctx, tx, in)
		if err != nil {
			return err
		}
		if err := sameVersion("limit", line.Ref, in.Version, line.Line.Version); err != nil {
			return err
		}
		if line.Status != "active" || in.Thaw == (line.Frozen == "") {
			return lending.Refuse(lending.Conflict, "line.state", "Limit "+line.Ref+" is "+orText(map[bool]string{true: "frozen"}[line.Frozen != ""], line.Status)+" already, so this is not possible now.")
		}
		will := line.LineVersion
		will.From, will.Reason, will.Frozen, will.Approval = tx.Today, in.Reason, in.Reason, ""
		if in.Thaw {
			will.Frozen = ""
		}
		if !will.Expiry.IsZero() && will.Expiry < will.From {
			return lending.Refuse(lending.Conflict, "line.ended", "Limit "+line.Ref+" ended on "+will.Expiry.Words()+": renew it first.")
		}
		out, err = askLine(ctx, tx, actor, "line_freeze", line, will, in.Reason)
		n.subject, n.account = line.Ref, string(line.AccountID)
		n.summary = map[bool]string{false: "Asked to freeze limit ", true: "Asked to unfreeze limit "}[in.Thaw] + line.Ref + " because " + in.Reason
		return err
	})
	return out, err
}

func lineToFreeze(ctx context.Context, tx *store.Tx, in LineFreezeInput) (store.LineRow, error) {
	if in.Line != "" {
		return tx.LineByAny(ctx, in.Line, tx.Today)
	}
	account, err := accountByAny(ctx, &tx.View, in.Account)
	if err != nil {
		return store.LineRow{}, asFieldMissing(err, "account", "There is no account "+in.Account+".")
	}
	return ownLine(ctx, tx, account)
}

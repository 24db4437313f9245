package servicing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// paramsChange is what a proposal of loan parameters does when it is approved.
type paramsChange struct {
	Borrower string         `json:"borrower"` // id
	Program  string         `json:"program"`  // id
	Version  int64          `json:"version"`  // of the row it was made on
	Line     *lending.Money `json:"line,omitempty"`
	Given    LoanData       `json:"given"`
}

// proposeParams asks a credit manager for other loan parameters of a pair that has
// money out. Loans that run keep what was agreed; the next ones take the new terms.
func proposeParams(ctx context.Context, tx *store.Tx, actor Actor, now LoanParams, given LoanData, in ParamsInput, account store.Account) (store.Approval, error) {
	change := paramsChange{Borrower: now.Borrower.ID, Program: now.Program.ID, Version: now.Row.Version, Line: in.Line, Given: given}
	text, err := json.Marshal(change)
	if err != nil {
		return store.Approval{}, fmt.Errorf("writing the parameters: %w", err)
	}
	c := changeRequest{kind: "loan_params", subject: now.Borrower.ID + "/" + now.Program.ID, account: account, reason: orText(in.Reason, "New parameters of "+now.Borrower.Name+" under "+now.Program.Name+"."),
		amount: now.Row.ApprovedLineAmount, body: changeBody{Label: now.Borrower.Ref, Do: text, Terms: paramTerms(now, given, in.Line)}}
	if in.Line != nil {
		c.amount = *in.Line
	}
	return askChange(ctx, tx, actor, c)
}

// paramTerms lists the keys that change, before and after.
func paramTerms(now LoanParams, given LoanData, line *lending.Money) []ChangedTerm {
	var terms []ChangedTerm
	if line != nil && *line != now.Row.ApprovedLineAmount {
		terms = append(terms, ChangedTerm{"approved_line_amount", now.Row.ApprovedLineAmount.Rupees(), line.Rupees()})
	}
	keys := map[string]bool{}
	for _, data := range []LoanData{now.Given, given} {
		for key := range data {
			keys[key] = string(now.Given[key]) != string(given[key])
		}
	}
	names := make([]string, 0, len(keys))
	for key, changed := range keys {
		if changed {
			names = append(names, key)
		}
	}
	slices.Sort(names)
	for _, key := range names {
		terms = append(terms, ChangedTerm{key, string(now.Given[key]), string(given[key])})
	}
	return terms
}

// carryOutParameters does what was approved of parameters.
func carryOutParameters(ctx context.Context, tx *store.Tx, a store.Approval, body changeBody) error {
	switch a.Kind {
	case "loan_params":
		return setParams(ctx, tx, a, body)
	case "program":
		return setProgram(ctx, tx, body)
	}
	return fmt.Errorf("approval %s is of an unknown kind %s", a.Ref, a.Kind)
}

func setParams(ctx context.Context, tx *store.Tx, a store.Approval, body changeBody) error {
	var change paramsChange
	if err := json.Unmarshal(body.Do, &change); err != nil {
		return fmt.Errorf("reading the parameters: %w", err)
	}
	now, err := loanParams(ctx, &tx.View, change.Borrower, change.Program)
	if err != nil {
		return err
	}
	if now.Row.Version != change.Version {
		return lending.Refuse(lending.Conflict, "approval.stale", "The parameters of "+now.Borrower.Name+" changed after this was sent: it has to be sent again.")
	}
	row := now.Row
	row.BorrowerID, row.ProgramID, row.LoanData = now.Borrower.ID, now.Program.ID, change.Given.text()
	if change.Line != nil {
		row.ApprovedLineAmount = *change.Line
	}
	write := tx.UpdateLoanParams
	if row.ID == "" {
		write = tx.CreateLoanParams
	}
	if row, err = write(ctx, row); err != nil {
		return err
	}
	accounts, err := tx.AccountsOfPair(ctx, now.Borrower.ID, now.Program.ID)
	if err != nil {
		return err
	}
	for _, account := range accounts {
		line := account.ApprovedLineAmount
		if change.Line != nil {
			line = *change.Line
		}
		if err := tx.UpdateLoanData(ctx, account.ID, row.LoanData, line); err != nil {
			return err
		}
		if err := lineWithAccount(ctx, tx, account, line, a.Ref); err != nil {
			return err
		}
	}
	return nil
}

// programChange is what a proposal of program parameters does.
type programChange struct {
	Program string       `json:"program"` // id
	Version int64        `json:"version"`
	Input   ProgramInput `json:"input"`
}

// proposeProgram opens the request for other parameters of a program.
func proposeProgram(ctx context.Context, tx *store.Tx, actor Actor, p store.Program, in ProgramInput) (store.Approval, error) {
	after, err := placeProgram(ctx, tx, in, p, func(_ context.Context, p store.Program) (store.Program, error) { return p, nil })
	if err != nil {
		return store.Approval{}, err
	}
	text, err := json.Marshal(programChange{p.ID, p.Version, in})
	if err != nil {
		return store.Approval{}, fmt.Errorf("writing the program: %w", err)
	}
	var terms []ChangedTerm
	if p.Name != after.Name {
		terms = append(terms, ChangedTerm{"Name", p.Name, after.Name})
	}
	terms = append(append(terms, jsonTerms(p.Terms, after.Terms)...), jsonTerms(p.Policy, after.Policy)...)
	return askChange(ctx, tx, actor, changeRequest{kind: "program", subject: p.ID, reason: orText(in.Reason, "Other parameters of "+p.Name+"."),
		body: changeBody{Label: p.Ref, Terms: terms, Do: text}})
}

// jsonTerms lists the keys of two objects that differ.
func jsonTerms(was, will string) []ChangedTerm {
	var before, after map[string]json.RawMessage
	if json.Unmarshal([]byte(was), &before) != nil || json.Unmarshal([]byte(will), &after) != nil {
		return nil
	}
	var names []string
	for _, m := range []map[string]json.RawMessage{before, after} {
		for key := range m {
			if string(before[key]) != string(after[key]) && !slices.Contains(names, key) {
				names = append(names, key)
			}
		}
	}
	slices.Sort(names)
	terms := make([]ChangedTerm, len(names))
	for i, key := range names {
		terms[i] = ChangedTerm{key, string(before[key]), string(after[key])}
	}
	return terms
}

func setProgram(ctx context.Context, tx *store.Tx, body changeBody) error {
	var change programChange
	if err := json.Unmarshal(body.Do, &change); err != nil {
		return fmt.Errorf("reading the program: %w", err)
	}
	p, err := tx.ProgramByAny(ctx, change.Program)
	if err != nil {
		return err
	}
	if p.Version != change.Version {
		return lending.Refuse(lending.Conflict, "approval.stale", "Program "+p.Name+" changed after this was sent: it has to be sent again.")
	}
	_, err = placeProgram(ctx, tx, change.Input, p, tx.UpdateProgram)
	return err
}

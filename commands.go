//go:build cgo

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// userAdd makes a person from the command line.
func userAdd(ctx context.Context, c *call) error {
	if len(c.args) != 2 || c.args[0] != "add" || !c.passwordStdin {
		return errors.New("usage: lekha user add USERNAME --name NAME --role ROLE[,ROLE] --password-stdin")
	}
	password, err := bufio.NewReader(c.stdin).ReadString('\n')
	if password = strings.TrimRight(password, "\r\n"); password == "" {
		return fmt.Errorf("no password on standard input: %w", err)
	}
	db, office, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	var roles []servicing.Role
	for role := range strings.SplitSeq(c.role, ",") {
		roles = append(roles, servicing.Role(strings.TrimSpace(role)))
	}
	people := servicing.NewPeople(office, servicing.DefaultPasswordCost())
	user, err := people.AddUser(ctx, servicing.Console(), servicing.NewUser{Username: c.args[1], Name: c.name, Password: password, Roles: roles})
	if err != nil {
		return explain(err)
	}
	_, err = fmt.Fprintln(c.stdout, user.Username)
	return err
}

// tokenAdd makes an API token and prints it, alone.
func tokenAdd(ctx context.Context, c *call) error {
	if len(c.args) != 2 || c.args[0] != "add" {
		return errors.New("usage: lekha token add NAME --role ROLE [--scopes LIST]")
	}
	db, office, err := c.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	people := servicing.NewPeople(office, servicing.DefaultPasswordCost())
	token, _, err := people.CreateToken(ctx, servicing.Console(), servicing.NewToken{Name: c.args[1], Role: servicing.Role(c.role), Scopes: servicing.ParseScopes(c.scopes)})
	if err != nil {
		return explain(err)
	}
	_, err = fmt.Fprintln(c.stdout, token)
	return err
}

// importFile imports a bank statement and prints one total a line.
func importFile(ctx context.Context, c *call) error {
	if len(c.args) != 1 {
		return errors.New("usage: lekha import FILE [--bank REF]")
	}
	data, err := os.ReadFile(c.args[0])
	if err != nil {
		return fmt.Errorf("reading the statement: %w", err)
	}
	db, office, err := c.books(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	result, err := office.ImportStatement(ctx, servicing.Console(), servicing.StatementFile{Name: filepath.Base(c.args[0]), Data: data, Bank: c.bank})
	if err != nil {
		return explain(err)
	}
	s := result.Statement
	if result.Again {
		fmt.Fprintf(c.stdout, "already imported as %s\n", s.Ref)
		return nil
	}
	fmt.Fprintf(c.stdout, "statement %s\nrows %d\ncreated %d\nduplicates %d\nknown %d\nconfirmed %d\noutgoing %d\nrejected %d\n",
		s.Ref, s.Rows, s.Created, s.Duplicates, s.Known, s.Confirmed, s.Outgoing, s.Rejected)
	fmt.Fprintf(c.stdout, "proposed %d\nsuggested %d\nunmatched %d\n", result.AutoMatched, result.Suggested, result.Unmatched)
	for _, r := range result.Rejected {
		fmt.Fprintf(c.stderr, "line %d: %s\n", r.Line, r.Reason)
	}
	return nil
}

// importPortfolio takes over running loans from a folder of CSV files.
func importPortfolio(ctx context.Context, c *call) error {
	if len(c.args) != 1 {
		return errors.New("usage: lekha import-portfolio DIR")
	}
	files, err := servicing.ReadPortfolio(os.DirFS(c.args[0]))
	if err != nil {
		return fmt.Errorf("reading the portfolio: %w", err)
	}
	db, office, err := c.books(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	result, err := office.ImportPortfolio(ctx, servicing.Console(), files, func(stage string, done, total int) {
		fmt.Fprintf(c.stderr, "%s %d of %d\n", stage, done, total)
	})
	for _, e := range result.Errors {
		fmt.Fprintf(c.stderr, "%s line %d, %s: %s\n", e.File, e.Line, e.Field, e.Message)
	}
	if err != nil {
		return explain(err)
	}
	if result.Asked != nil {
		fmt.Fprintf(c.stderr, "the books are at work: a second person decides on %s\n", result.Asked.Ref)
	}
	for _, total := range result.Totals {
		fmt.Fprintf(c.stdout, "%s %s\n", total.Name, total.Value())
	}
	return nil
}

// eod closes one business day, or all up to a date.
func eod(ctx context.Context, c *call) error {
	var until lending.Date
	if c.date != "" {
		var err error
		if until, err = lending.ParseDate(c.date); err != nil {
			return err
		}
	}
	db, office, err := c.books(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	result, err := office.CloseDay(ctx, servicing.Console(), until)
	if err != nil {
		return explain(err)
	}
	fmt.Fprintf(c.stdout, "business date %s\ndays %d\naccounts %d\nchanged %d\nfailed %d\n", result.BusinessDate, result.Days, result.Accounts, result.Changed, result.Failed)
	return nil
}

// showRules prints who decides what, up to which amount: one step a line.
func showRules(ctx context.Context, c *call) error {
	db, _, err := c.books(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	return db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
		company, err := v.Company(ctx)
		if err != nil {
			return err
		}
		l := servicing.LimitsOf(company)
		fmt.Fprintf(c.stdout, "settles by itself up to %s\ndates by hand free for %d days\ndates of a statement free for %d days\non a statement within %d days\n",
			l.AutoLimit.Rupees(), l.BackdateFreeDays, l.StatementFreeDays, l.ConfirmDays)
		kinds, err := servicing.RulesOf(ctx, v)
		for _, kind := range kinds {
			for _, slab := range kind.Slabs {
				fmt.Fprintf(c.stdout, "%s, %s: %s\n", servicing.RulesWord(kind.Kind), slab.Bound(), slab.Words())
			}
		}
		return err
	})
}

// verify replays everything and exits with 1 when anything differs.
func verify(ctx context.Context, c *call) error {
	db, office, err := c.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	result, err := office.Verify(ctx)
	if err != nil {
		return err
	}
	if c.log != "" {
		kept, err := servicing.ParseLogEnd(c.log)
		if err != nil {
			return err
		}
		same, err := office.VerifySince(ctx, kept)
		if err != nil {
			return err
		}
		if !same {
			result.Findings = append(result.Findings, servicing.Finding{Subject: fmt.Sprintf("event %d", kept.Seq), What: "it is not the one that was written down"})
		}
	}
	for _, f := range result.Findings {
		fmt.Fprintf(c.stdout, "%s: %s\n", f.Subject, f.What)
	}
	for _, n := range result.Notes {
		fmt.Fprintln(c.stderr, n)
	}
	fmt.Fprintf(c.stdout, "the log ends with event %s\n", result.Log)
	fmt.Fprintf(c.stdout, "%d accounts replayed, %d credits summed, %d events chained: %d differ\n", result.Accounts, result.Credits, result.Events, len(result.Findings))
	if len(result.Findings) > 0 {
		return fmt.Errorf("%d things differ", len(result.Findings))
	}
	return nil
}

// backup copies the database while it is in use.
func backup(ctx context.Context, c *call) error {
	if len(c.args) != 1 {
		return errors.New("usage: lekha backup FILE")
	}
	db, _, err := c.existing(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	if err := db.Backup(ctx, c.args[0]); err != nil {
		return err
	}
	_, err = fmt.Fprintln(c.stdout, c.args[0])
	return err
}

// explain adds the fields of a refusal to its sentence.
func explain(err error) error {
	refused, ok := errors.AsType[*lending.Error](err)
	if !ok || len(refused.Fields) == 0 {
		return err
	}
	var text strings.Builder
	text.WriteString(refused.Message)
	for field, why := range refused.Fields {
		text.WriteString("\n  " + field + ": " + why)
	}
	return errors.New(text.String())
}

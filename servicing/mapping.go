package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/store"
)

// GuessMapping proposes how to read a file of a bank that nobody knows.
func (o *Office) GuessMapping(actor Actor, file StatementFile) (bankfile.Proposal, error) {
	if err := actor.need(MayImport); err != nil {
		return bankfile.Proposal{}, err
	}
	return bankfile.Guess(file.Name, file.Data)
}

// SaveMapping keeps how the statements of a collection account are read, as a
// person confirmed it. It is used from then on for files that Read does not
// understand.
func (o *Office) SaveMapping(ctx context.Context, actor Actor, bank string, m bankfile.Mapping) error {
	if err := actor.need(MayImport); err != nil {
		return err
	}
	if err := m.Check(); err != nil {
		return err
	}
	attempt := note{action: "statement.mapping", subject: store.CleanRef(bank), input: m}
	return o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		b, err := tx.BankByAny(ctx, bank)
		if bank == "" || err != nil || b.Kind != "collection" {
			return lending.RefuseField("collection_bank", "statement.bank", "Choose the collection account that this file is of.")
		}
		text, err := json.Marshal(m)
		if err != nil {
			return err
		}
		n.subject, n.summary = b.Ref, "Saved how statements of "+b.Code+" are read"
		return tx.SetStatementMapping(ctx, store.StatementMapping{BankID: b.ID, Mapping: string(text), SavedBy: actor.Person, Saver: actor.Name})
	})
}

// parseMapped reads a file that nobody understands by the mapping that its account
// keeps. A file whose account was not named is read by the one mapping that fits.
// Without any, the refusal stands.
func (o *Office) parseMapped(ctx context.Context, file *StatementFile, refused error) (*bankfile.Statement, error) {
	if e, ok := errors.AsType[*lending.Error](refused); !ok || e.Code != "statement.unreadable" {
		return nil, refused
	}
	var kept []store.StatementMapping
	var named store.Bank
	err := o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) (err error) {
		if file.Bank != "" {
			if named, err = v.BankByAny(ctx, file.Bank); err != nil {
				return nil // the refusal says so later
			}
		}
		kept, err = v.StatementMappings(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	var found *bankfile.Statement
	bank := ""
	for _, k := range kept {
		if file.Bank != "" && k.BankID != named.ID {
			continue
		}
		m, err := bankfile.ParseMapping([]byte(k.Mapping))
		if err != nil {
			return nil, fmt.Errorf("reading the mapping of a bank: %w", err)
		}
		parsed, err := m.Read(file.Name, file.Data)
		switch {
		case err != nil && file.Bank != "":
			return nil, err // says which heading moved
		case err != nil:
			continue
		case found != nil:
			return nil, lending.RefuseField("collection_bank", "statement.bank", "The mappings of two accounts fit this file. Choose the account.")
		}
		found, bank = parsed, k.BankID
	}
	if found == nil {
		return nil, refused
	}
	file.Bank = bank
	return found, nil
}

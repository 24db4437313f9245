package store

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// PartyFilter narrows the lists of programs, banks and borrowers. Zero fields do
// not narrow; counts heed neither the place nor the limit.
type PartyFilter struct {
	Kind     string // of banks: "collection" or "credit"
	Search   string // a part of the name, or a whole ref, code, number or PAN
	AfterIdx int64  // paging by key
	Offset   int    // for the API's page numbers alone
	Limit    int
}

// Program is a product: how accounts under it behave and the terms they start from.
type Program struct {
	ID        string  `db:"id"`
	Idx       int64   `db:"idx"`
	Ref       string  `db:"ref"`
	Name      string  `db:"name"`
	Policy    string  `db:"policy"` // lending.Policy as JSON
	Terms     string  `db:"terms"`  // lending.Terms as JSON
	CreatedAt Instant `db:"created_at"`
	UpdatedAt Instant `db:"updated_at"`
	Version   int64   `db:"version"`
}

const programColumns = `id, idx, ref, name, policy, terms, created_at, updated_at, version`

// CreateProgram writes a program and gives it id, index, ref and version.
func (tx *Tx) CreateProgram(ctx context.Context, p Program) (Program, error) {
	var err error
	p.ID, p.CreatedAt, p.UpdatedAt, p.Version = NewID(), tx.Now, tx.Now, 1
	if p.Ref, err = tx.NewRef(ctx, "PRG"); err != nil {
		return p, err
	}
	if p.Idx, err = tx.next(ctx, "programs"); err != nil {
		return p, err
	}
	err = tx.insert(ctx, `
		INSERT INTO programs (`+programColumns+`)
		VALUES (:id, :idx, :ref, :name, :policy, :terms, :created_at, :updated_at, :version)`, p)
	if err != nil {
		return p, fmt.Errorf("writing program %s: %w", p.Name, err)
	}
	return p, tx.keepProgram(ctx, p)
}

// UpdateProgram rewrites a program at its version. Accounts under it keep the
// policy they were opened with: that one is a fact.
func (tx *Tx) UpdateProgram(ctx context.Context, p Program) (Program, error) {
	p.UpdatedAt = tx.Now
	n, err := tx.named(ctx, `
		UPDATE programs
		SET name = :name, policy = :policy, terms = :terms, updated_at = :updated_at, version = version + 1
		WHERE id = :id AND version = :version`, p)
	if err != nil {
		return p, fmt.Errorf("updating program %s: %w", p.Ref, err)
	}
	if n == 0 {
		return p, Stale("program", p.Ref)
	}
	p.Version++
	return p, tx.keepProgram(ctx, p)
}

// ProgramByAny returns one program by id, ref or name.
func (v *View) ProgramByAny(ctx context.Context, key string) (Program, error) {
	var p Program
	err := v.get(ctx, &p, `
		SELECT `+programColumns+`
		FROM programs
		WHERE id = ? OR ref = ? OR name = ?
		ORDER BY idx
		LIMIT 1`, key, CleanRef(key), key)
	return p, missing(err, "program", key)
}

// Programs lists programs in the order they were made, and counts them all.
func (v *View) Programs(ctx context.Context, f PartyFilter) ([]Program, int64, error) {
	const where = `WHERE (? = '' OR name LIKE '%' || ? || '%' OR ref = ?)`
	args := []any{f.Search, f.Search, CleanRef(f.Search)}
	var count int64
	if err := v.get(ctx, &count, `SELECT COUNT(*) FROM programs `+where, args...); err != nil {
		return nil, 0, fmt.Errorf("counting programs: %w", err)
	}
	var programs []Program
	err := v.list(ctx, &programs, `
		SELECT `+programColumns+`
		FROM programs `+where+` AND idx > ?
		ORDER BY idx
		LIMIT ? OFFSET ?`, append(args, f.AfterIdx, f.Limit, f.Offset)...)
	if err != nil {
		return nil, 0, fmt.Errorf("listing programs: %w", err)
	}
	return programs, count, nil
}

// Bank is an account at a bank: ours, where money comes in ('collection'), or
// one that we pay to ('credit').
type Bank struct {
	ID                string  `db:"id"`
	Idx               int64   `db:"idx"`
	Ref               string  `db:"ref"`
	Kind              string  `db:"kind"`
	Code              string  `db:"code"` // the lender's own short name
	Bank              string  `db:"bank"` // layout of its statements, "" when unknown
	IFSC              string  `db:"ifsc"`
	AccountNo         string  `db:"account_no"`
	AccountType       string  `db:"account_type"`
	AccountHolderName string  `db:"account_holder_name"`
	NameAtBank        Opt     `db:"name_at_bank"`
	IsVerified        bool    `db:"is_verified"`
	Tags              string  `db:"tags"` // JSON list of text
	CreatedAt         Instant `db:"created_at"`
	UpdatedAt         Instant `db:"updated_at"`
	Version           int64   `db:"version"`
}

const bankColumns = `id, idx, ref, kind, code, bank, ifsc, account_no, account_type, account_holder_name, name_at_bank,
	is_verified, tags, created_at, updated_at, version`

// CreateBank writes a bank account and gives it id, index, ref and version.
func (tx *Tx) CreateBank(ctx context.Context, b Bank) (Bank, error) {
	var err error
	b.ID, b.CreatedAt, b.UpdatedAt, b.Version = NewID(), tx.Now, tx.Now, 1
	if b.Ref, err = tx.NewRef(ctx, "BNK"); err != nil {
		return b, err
	}
	if b.Idx, err = tx.next(ctx, "banks"); err != nil {
		return b, err
	}
	err = tx.insert(ctx, `
		INSERT INTO banks (`+bankColumns+`)
		VALUES (:id, :idx, :ref, :kind, :code, :bank, :ifsc, :account_no, :account_type, :account_holder_name, :name_at_bank,
			:is_verified, :tags, :created_at, :updated_at, :version)`, b)
	if err != nil {
		return b, fmt.Errorf("writing bank %s: %w", b.Ref, err)
	}
	return b, nil
}

// UpdateBank rewrites a bank account at its version; its kind stays.
func (tx *Tx) UpdateBank(ctx context.Context, b Bank) (Bank, error) {
	b.UpdatedAt = tx.Now
	n, err := tx.named(ctx, `
		UPDATE banks
		SET code = :code, bank = :bank, ifsc = :ifsc, account_no = :account_no, account_type = :account_type,
			account_holder_name = :account_holder_name, name_at_bank = :name_at_bank, is_verified = :is_verified,
			tags = :tags, updated_at = :updated_at, version = version + 1
		WHERE id = :id AND version = :version`, b)
	if err != nil {
		return b, fmt.Errorf("updating bank %s: %w", b.Ref, err)
	}
	if n == 0 {
		return b, Stale("bank", b.Ref)
	}
	b.Version++
	return b, nil
}

// BankByAny returns one bank account by id, ref or code.
func (v *View) BankByAny(ctx context.Context, key string) (Bank, error) {
	var b Bank
	err := v.get(ctx, &b, `
		SELECT `+bankColumns+`
		FROM banks
		WHERE id = ? OR ref = ? OR (code = ? AND code <> '')
		ORDER BY idx
		LIMIT 1`, key, CleanRef(key), CleanRef(key))
	return b, missing(err, "bank", key)
}

// CollectionBank returns our own account with an IFSC and a number; ErrMissing
// when there is none.
func (v *View) CollectionBank(ctx context.Context, ifsc, accountNo string) (Bank, error) {
	var b Bank
	err := v.get(ctx, &b, `
		SELECT `+bankColumns+`
		FROM banks
		WHERE kind = 'collection' AND ifsc = ? AND account_no = ?`, ifsc, accountNo)
	return b, err
}

// CollectionBanksEnding returns our own accounts whose number ends so: a
// statement often shows no more than the last digits.
func (v *View) CollectionBanksEnding(ctx context.Context, suffix string) ([]Bank, error) {
	var banks []Bank
	err := v.list(ctx, &banks, `
		SELECT `+bankColumns+`
		FROM banks
		WHERE kind = 'collection' AND ? <> '' AND substr(account_no, -length(?)) = ?
		ORDER BY idx`, suffix, suffix, suffix)
	if err != nil {
		return nil, fmt.Errorf("looking for collection banks: %w", err)
	}
	return banks, nil
}

// Banks lists bank accounts in the order they were made, and counts them all.
func (v *View) Banks(ctx context.Context, f PartyFilter) ([]Bank, int64, error) {
	const where = `WHERE (? = '' OR kind = ?)
			AND (? = '' OR account_holder_name LIKE '%' || ? || '%' OR ref = ? OR code = ? OR account_no = ?)`
	ref := CleanRef(f.Search)
	args := []any{f.Kind, f.Kind, f.Search, f.Search, ref, ref, ref}
	var count int64
	if err := v.get(ctx, &count, `SELECT COUNT(*) FROM banks `+where, args...); err != nil {
		return nil, 0, fmt.Errorf("counting banks: %w", err)
	}
	var banks []Bank
	err := v.list(ctx, &banks, `
		SELECT `+bankColumns+`
		FROM banks `+where+` AND idx > ?
		ORDER BY idx
		LIMIT ? OFFSET ?`, append(args, f.AfterIdx, f.Limit, f.Offset)...)
	if err != nil {
		return nil, 0, fmt.Errorf("listing banks: %w", err)
	}
	return banks, count, nil
}

// CollectionBanks returns our own accounts at banks, in the order of their index.
func (v *View) CollectionBanks(ctx context.Context, limit int) ([]Bank, error) {
	var banks []Bank
	err := v.list(ctx, &banks, `SELECT `+bankColumns+` FROM banks WHERE kind = 'collection' ORDER BY idx LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("listing collection accounts: %w", err)
	}
	return banks, nil
}

// Borrower is who owes.
type Borrower struct {
	ID          string  `db:"id"`
	Idx         int64   `db:"idx"`
	Ref         string  `db:"ref"` // the lender's own customer number, or BOR and five
	Name        string  `db:"name"`
	CoApplicant string  `db:"co_applicant"`
	PAN         string  `db:"pan"`
	Phone       string  `db:"phone"`
	Email       string  `db:"email"`
	VPA         string  `db:"vpa"`
	Address     string  `db:"address"`
	State       string  `db:"state"` // GST code of the state, two digits; "" when unknown
	CreatedAt   Instant `db:"created_at"`
	UpdatedAt   Instant `db:"updated_at"`
	Version     int64   `db:"version"`
}

const borrowerColumns = `id, idx, ref, name, co_applicant, pan, phone, email, vpa, address, state, created_at, updated_at, version`

// CreateBorrower writes a borrower. Ref may be the lender's own number; empty
// draws one.
func (tx *Tx) CreateBorrower(ctx context.Context, b Borrower) (Borrower, error) {
	var err error
	b.ID, b.Ref, b.CreatedAt, b.UpdatedAt, b.Version = NewID(), CleanRef(b.Ref), tx.Now, tx.Now, 1
	if b.Ref == "" {
		if b.Ref, err = tx.NewRef(ctx, "BOR"); err != nil {
			return b, err
		}
	}
	if b.Idx, err = tx.next(ctx, "borrowers"); err != nil {
		return b, err
	}
	err = tx.insert(ctx, `
		INSERT INTO borrowers (`+borrowerColumns+`)
		VALUES (:id, :idx, :ref, :name, :co_applicant, :pan, :phone, :email, :vpa, :address, :state, :created_at, :updated_at, :version)`, b)
	if err != nil {
		return b, fmt.Errorf("writing borrower %s: %w", b.Ref, err)
	}
	return b, nil
}

// UpdateBorrower rewrites a borrower at its version; the ref stays. The search
// texts that carry the name follow.
func (tx *Tx) UpdateBorrower(ctx context.Context, b Borrower) (Borrower, error) {
	b.UpdatedAt = tx.Now
	n, err := tx.named(ctx, `
		UPDATE borrowers
		SET name = :name, co_applicant = :co_applicant, pan = :pan, phone = :phone, email = :email, vpa = :vpa,
			address = :address, state = :state, updated_at = :updated_at, version = version + 1
		WHERE id = :id AND version = :version`, b)
	if err != nil {
		return b, fmt.Errorf("updating borrower %s: %w", b.Ref, err)
	}
	if n == 0 {
		return b, Stale("borrower", b.Ref)
	}
	b.Version++
	return b, tx.indexBorrower(ctx, b.ID)
}

// indexBorrower brings the search texts of a borrower's accounts and records up
// to date.
func (tx *Tx) indexBorrower(ctx context.Context, borrower string) error {
	accounts, err := tx.AccountsOfBorrower(ctx, borrower)
	if err != nil {
		return fmt.Errorf("reading the accounts of a borrower: %w", err)
	}
	for _, a := range accounts {
		text := strings.Join([]string{a.Ref, a.BorrowerRef, a.BorrowerName, a.CoApplicant, a.Phone, a.VirtualAccountNo, a.UMRN}, " ")
		if _, err := tx.exec(ctx, `UPDATE account_text SET body = ? WHERE docid = ?`, text, a.Idx); err != nil {
			return fmt.Errorf("indexing account %s: %w", a.Ref, err)
		}
		var records []string
		if err := tx.list(ctx, &records, `SELECT id FROM records WHERE account_id = ? ORDER BY idx`, a.ID); err != nil {
			return fmt.Errorf("reading the records of %s: %w", a.Ref, err)
		}
		for _, record := range records {
			if err := tx.indexRecord(ctx, record, `UPDATE record_text SET body = ? WHERE docid = ?`); err != nil {
				return err
			}
		}
	}
	return nil
}

// BorrowerByAny returns one borrower by id or ref.
func (v *View) BorrowerByAny(ctx context.Context, key string) (Borrower, error) {
	var b Borrower
	err := v.get(ctx, &b, `
		SELECT `+borrowerColumns+`
		FROM borrowers
		WHERE id = ? OR ref = ?
		ORDER BY idx
		LIMIT 1`, key, CleanRef(key))
	return b, missing(err, "borrower", key)
}

// BorrowerByPAN returns the borrower with a PAN; ErrMissing when there is none.
func (v *View) BorrowerByPAN(ctx context.Context, pan string) (Borrower, error) {
	var b Borrower
	err := v.get(ctx, &b, `SELECT `+borrowerColumns+` FROM borrowers WHERE pan = ? AND pan <> ''`, pan)
	return b, err
}

// Borrowers lists borrowers in the order they were made, and counts them all.
func (v *View) Borrowers(ctx context.Context, f PartyFilter) ([]Borrower, int64, error) {
	const where = `WHERE (? = '' OR name LIKE '%' || ? || '%' OR ref = ? OR phone = ? OR pan = ?)`
	ref := CleanRef(f.Search)
	args := []any{f.Search, f.Search, ref, ref, ref}
	var count int64
	if err := v.get(ctx, &count, `SELECT COUNT(*) FROM borrowers `+where, args...); err != nil {
		return nil, 0, fmt.Errorf("counting borrowers: %w", err)
	}
	var borrowers []Borrower
	err := v.list(ctx, &borrowers, `
		SELECT `+borrowerColumns+`
		FROM borrowers `+where+` AND idx > ?
		ORDER BY idx
		LIMIT ? OFFSET ?`, append(args, f.AfterIdx, f.Limit, f.Offset)...)
	if err != nil {
		return nil, 0, fmt.Errorf("listing borrowers: %w", err)
	}
	return borrowers, count, nil
}

// AddApprovalRule writes one slab of an approval kind.
func (tx *Tx) AddApprovalRule(ctx context.Context, r ApprovalRule) error {
	err := tx.insert(ctx, `
		INSERT INTO approval_rules (kind, up_to, levels, role, last_role)
		VALUES (:kind, :up_to, :levels, :role, :last_role)`, r)
	if err != nil {
		return fmt.Errorf("writing the approval rule of %s: %w", r.Kind, err)
	}
	return nil
}

// ReplaceApprovalRules puts other slabs in the place of those of a kind. A slab that
// stays is not touched: triggers hold each that comes or goes against what was decided.
func (tx *Tx) ReplaceApprovalRules(ctx context.Context, kind string, rules []ApprovalRule) error {
	all, err := tx.ApprovalRules(ctx)
	if err != nil {
		return err
	}
	for _, rule := range all {
		if rule.Kind != kind || slices.Contains(rules, rule) {
			continue
		}
		if _, err := tx.exec(ctx, `DELETE FROM approval_rules WHERE kind = ? AND up_to = ?`, kind, rule.UpTo); err != nil {
			return fmt.Errorf("removing an approval rule of %s: %w", kind, err)
		}
	}
	for _, rule := range rules {
		if slices.Contains(all, rule) {
			continue
		}
		if err := tx.AddApprovalRule(ctx, rule); err != nil {
			return err
		}
	}
	return nil
}

// ApprovalRules returns all slabs, by kind and amount.
func (v *View) ApprovalRules(ctx context.Context) ([]ApprovalRule, error) {
	var rules []ApprovalRule
	err := v.list(ctx, &rules, `
		SELECT kind, up_to, levels, role, last_role
		FROM approval_rules
		ORDER BY kind, up_to`)
	if err != nil {
		return nil, fmt.Errorf("reading the approval rules: %w", err)
	}
	return rules, nil
}

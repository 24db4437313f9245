package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lekha/lending"
)

// Account is a facility of one borrower under one program, with what every page
// shows beside it.
type Account struct {
	ID                 string        `db:"id"`
	Idx                int64         `db:"idx"`
	Ref                string        `db:"ref"`
	BorrowerID         string        `db:"borrower_id"`
	ProgramID          string        `db:"program_id"`
	Product            string        `db:"product"`
	Status             string        `db:"status"`
	ApprovedLineAmount lending.Money `db:"approved_line_amount"`
	VirtualAccountNo   string        `db:"virtual_account_no"`
	UMRN               string        `db:"umrn"`
	CollectionBankID   Opt           `db:"collection_bank_id"`
	PayerIFSC          string        `db:"payer_ifsc"`
	PayerLast4         string        `db:"payer_last4"`
	LoanData           string        `db:"loan_data"`
	CreatedAt          Instant       `db:"created_at"`
	UpdatedAt          Instant       `db:"updated_at"`
	Version            int64         `db:"version"`

	BorrowerRef  string `db:"borrower_ref"`
	BorrowerName string `db:"borrower_name"`
	CoApplicant  string `db:"co_applicant"`
	Phone        string `db:"phone"`
	ProgramName  string `db:"program_name"`
}

const accountColumns = `id, idx, ref, borrower_id, program_id, product, status, approved_line_amount,
	virtual_account_no, umrn, collection_bank_id, payer_ifsc, payer_last4, loan_data, created_at, updated_at, version`

const accountSelect = `
	SELECT a.id, a.idx, a.ref, a.borrower_id, a.program_id, a.product, a.status, a.approved_line_amount,
		a.virtual_account_no, a.umrn, a.collection_bank_id, a.payer_ifsc, a.payer_last4, a.loan_data,
		a.created_at, a.updated_at, a.version,
		b.ref AS borrower_ref, b.name AS borrower_name, b.co_applicant, b.phone, p.name AS program_name
	FROM accounts a
	JOIN borrowers b ON b.id = a.borrower_id
	JOIN programs p ON p.id = a.program_id`

// CreateAccount writes an account. Ref may be the lender's own number; empty draws one.
func (tx *Tx) CreateAccount(ctx context.Context, a Account) (Account, error) {
	var err error
	a.ID, a.CreatedAt, a.UpdatedAt, a.Version = NewID(), tx.Now, tx.Now, 1
	if a.Ref == "" {
		if a.Ref, err = tx.NewRef(ctx, "ACC"); err != nil {
			return a, err
		}
	}
	if a.LoanData == "" {
		a.LoanData = "{}"
	}
	if a.Idx, err = tx.next(ctx, "accounts"); err != nil {
		return a, err
	}
	err = tx.insert(ctx, `
		INSERT INTO accounts (`+accountColumns+`)
		VALUES (:id, :idx, :ref, :borrower_id, :program_id, :product, :status, :approved_line_amount,
			:virtual_account_no, :umrn, :collection_bank_id, :payer_ifsc, :payer_last4, :loan_data, :created_at, :updated_at, :version)`, a)
	if err != nil {
		return a, fmt.Errorf("writing account %s: %w", a.Ref, err)
	}
	if a, err = tx.AccountByID(ctx, a.ID); err != nil {
		return a, err
	}
	text := strings.Join([]string{a.Ref, a.BorrowerRef, a.BorrowerName, a.CoApplicant, a.Phone, a.VirtualAccountNo, a.UMRN}, " ")
	if _, err = tx.exec(ctx, `INSERT INTO account_text (docid, body) VALUES (?, ?)`, a.Idx, text); err != nil {
		return a, fmt.Errorf("indexing account %s: %w", a.Ref, err)
	}
	return a, nil
}

// SetAccountStatus moves an account along its life.
func (tx *Tx) SetAccountStatus(ctx context.Context, id, status string) error {
	_, err := tx.exec(ctx, `
		UPDATE accounts
		SET status = ?, updated_at = ?, version = version + 1
		WHERE id = ?`, status, tx.Now, id)
	return err
}

// UpdateLoanData replaces the loan parameters of an account.
func (tx *Tx) UpdateLoanData(ctx context.Context, id, data string, line lending.Money) error {
	_, err := tx.exec(ctx, `
		UPDATE accounts
		SET loan_data = ?, approved_line_amount = ?, updated_at = ?, version = version + 1
		WHERE id = ?`, data, line, tx.Now, id)
	return err
}

// AccountByID returns one account.
func (v *View) AccountByID(ctx context.Context, id string) (Account, error) {
	var a Account
	err := v.get(ctx, &a, accountSelect+` WHERE a.id = ?`, id)
	return a, missing(err, "account", id)
}

// AccountByRef returns one account by what people call it.
func (v *View) AccountByRef(ctx context.Context, ref string) (Account, error) {
	var a Account
	err := v.get(ctx, &a, accountSelect+` WHERE a.ref = ?`, CleanRef(ref))
	return a, missing(err, "account", ref)
}

// AccountByVirtualNo returns the account with a virtual number; ErrMissing when
// there is none.
func (v *View) AccountByVirtualNo(ctx context.Context, no string) (Account, error) {
	var a Account
	err := v.get(ctx, &a, accountSelect+` WHERE a.virtual_account_no = ? AND a.virtual_account_no <> ''`, no)
	return a, err
}

// NewVirtualAccountNo makes the next virtual account number: six letters of the
// company's name, a running number, and two check digits (ISO 7064, mod 97-10),
// so that a slip of the pen is noticed.
func (tx *Tx) NewVirtualAccountNo(ctx context.Context) (string, error) {
	company, err := tx.Company(ctx)
	if err != nil {
		return "", err
	}
	letters := strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r
		}
		return -1
	}, strings.ToUpper(company.Name))
	letters = (letters + "LEKHAX")[:6]
	for {
		n, err := tx.next(ctx, "virtual_accounts")
		if err != nil {
			return "", err
		}
		no := fmt.Sprintf("%s%08d%02d", letters, n, 98-n*100%97)
		if _, err := tx.AccountByVirtualNo(ctx, no); errors.Is(err, ErrMissing) {
			return no, nil
		} else if err != nil {
			return "", err
		}
	}
}

// AccountsOfBorrower returns all accounts of one borrower. A view that only reads asks
// once: a preview replays them again and again.
func (v *View) AccountsOfBorrower(ctx context.Context, borrower string) ([]Account, error) {
	if known, ok := v.family[borrower]; ok {
		return slices.Clone(known), nil
	}
	var accounts []Account
	err := v.list(ctx, &accounts, accountSelect+` WHERE a.borrower_id = ? ORDER BY a.idx`, borrower)
	if v.still && err == nil {
		v.family = map[string][]Account{borrower: slices.Clone(accounts)} // of the last one
	}
	return accounts, err
}

// AllAccounts returns accounts with an index after the given one, in index
// order: the way verify and the matching book walk the whole book.
func (v *View) AllAccounts(ctx context.Context, afterIdx int64, limit int) ([]Account, error) {
	var accounts []Account
	err := v.list(ctx, &accounts, accountSelect+` WHERE a.idx > ? ORDER BY a.idx LIMIT ?`, afterIdx, limit)
	return accounts, err
}

// AccountRow is one line of the account list: the account with its position.
type AccountRow struct {
	Account
	Position
}

// AccountFilter narrows the account list. Zero fields do not narrow.
type AccountFilter struct {
	Status   string
	Search   string
	MinDPD   int
	MaxDPD   int // 0: no upper bound
	Category string
	Program  string // id
	Sort     string // "ref", "dpd", "due", "outstanding"; "" is ref
	AfterIdx int64  // keyset for ref order
	AfterKey int64  // keyset value of the sort column
	Limit    int
}

// where makes the condition of a filter.
func (f AccountFilter) where() (string, []any) {
	where, args := []string{"1 = 1"}, []any{}
	add := func(clause string, values ...any) { where, args = append(where, clause), append(args, values...) }
	if f.Status != "" {
		add("a.status = ?", f.Status)
	}
	if f.MinDPD > 0 {
		add("s.dpd >= ?", f.MinDPD)
	}
	if f.MaxDPD > 0 {
		add("s.dpd <= ?", f.MaxDPD)
	}
	if f.Category != "" {
		add("s.category = ?", f.Category)
	}
	if f.Program != "" {
		add("a.program_id = ?", f.Program)
	}
	if match := fullText(f.Search); match != "" {
		add("a.idx IN (SELECT docid FROM account_text WHERE body MATCH ?)", match)
	}
	return strings.Join(where, " AND "), args
}

const accountPositionJoin = ` LEFT JOIN positions s ON s.account_id = a.id`

// accountOrders are the sort columns of the account list.
var accountOrders = map[string]string{
	"": "a.idx", "ref": "a.idx", "dpd": "COALESCE(s.dpd, 0)", "due": "COALESCE(s.due_now, 0)",
	"outstanding": "COALESCE(s.principal_outstanding, 0)",
}

// Accounts lists accounts with their positions. Sorted columns other than ref
// run downwards.
func (v *View) Accounts(ctx context.Context, f AccountFilter) ([]AccountRow, error) {
	where, args := f.where()
	column, ok := accountOrders[f.Sort]
	if !ok {
		return nil, lending.RefuseField("sort", "sort.unknown", "There is no such order.")
	}
	order := "a.idx"
	switch {
	case column == "a.idx" && f.AfterIdx > 0:
		where, args = where+" AND a.idx > ?", append(args, f.AfterIdx)
	case column != "a.idx":
		order = column + " DESC, a.idx"
		if f.AfterIdx > 0 {
			where += " AND (" + column + " < ? OR (" + column + " = ? AND a.idx > ?))"
			args = append(args, f.AfterKey, f.AfterKey, f.AfterIdx)
		}
	}
	query := strings.Replace(accountSelect, "\n\tFROM", ",\n\t\t"+positionSelect+"\n\tFROM", 1) + accountPositionJoin +
		` WHERE ` + where + ` ORDER BY ` + order + ` LIMIT ?`
	var rows []AccountRow
	if err := v.list(ctx, &rows, query, append(args, f.Limit)...); err != nil {
		return nil, fmt.Errorf("listing accounts: %w", err)
	}
	return rows, nil
}

// AccountTotals are the sums of a whole filtered account list.
type AccountTotals struct {
	Count       int64         `db:"count"`
	Outstanding lending.Money `db:"outstanding"`
	DueNow      lending.Money `db:"due_now"`
	Overdue     int64         `db:"overdue"` // accounts with days past due
}

// AccountTotals sums what Accounts would list without limit.
func (v *View) AccountTotals(ctx context.Context, f AccountFilter) (AccountTotals, error) {
	where, args := f.where()
	var t AccountTotals
	err := v.get(ctx, &t, `
		SELECT COUNT(*) AS count, COALESCE(SUM(s.principal_outstanding), 0) AS outstanding,
			COALESCE(SUM(s.due_now), 0) AS due_now, COALESCE(SUM(s.dpd > 0), 0) AS overdue
		FROM accounts a`+accountPositionJoin+`
		WHERE `+where, args...)
	if err != nil {
		return t, fmt.Errorf("summing accounts: %w", err)
	}
	return t, nil
}

// fullText makes a full-text query of what a person typed: every word, each as a
// prefix. It is empty when nothing searchable was typed.
func fullText(typed string) string {
	words := strings.FieldsFunc(strings.ToLower(typed), func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r > 127)
	})
	for i, w := range words {
		words[i] = w + "*"
	}
	return strings.Join(words, " ")
}

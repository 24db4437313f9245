package store

import (
	"context"
	"fmt"
	"strings"

	"lekha/lending"
)

// DeskTab is one of the piles on the matching desk.
type DeskTab string

// The piles. Ready is matched and not yet sent, SentBack is what a checker gave
// back; receipts written by hand are no work of the desk.
const (
	DeskWaiting  DeskTab = "waiting"
	DeskParked   DeskTab = "parked"
	DeskSentBack DeskTab = "sent_back"
	DeskReady    DeskTab = "ready"
	DeskSetAside DeskTab = "set_aside" // on the business date
)

// deskOpen finds what is matched and not sent; a split shows in its parts.
const deskOpen = unsentStates + ` AND ((r.status = 'initiated' AND r.parent_id IS NULL AND (r.source <> 'hand' OR r.bank_credit_id IS NOT NULL))
		OR (r.status = 'split' AND EXISTS (SELECT 1 FROM records c WHERE c.parent_id = r.id AND c.status = 'initiated')))`

var deskTabs = map[DeskTab]string{
	DeskWaiting:  "r.status = 'unmatched'",
	DeskParked:   "r.status = 'parked'",
	DeskSentBack: deskOpen + " AND r.reason <> ''",
	DeskReady:    deskOpen + " AND r.reason = ''",
	DeskSetAside: "r.status = 'set_aside' AND r.set_aside_on = (SELECT business_date FROM company WHERE one = 1)",
}

// DeskFilter narrows a pile of the desk. Zero fields do not narrow.
type DeskFilter struct {
	Tab     DeskTab
	Search  string        // narration, reference, ref
	Amount  lending.Money // exactly this, or Search
	AtLeast int           // strongest suggestion, basis points
	Below   int
	Auto    bool // the engine would accept it unattended
	After   *DeskKey
	Before  *DeskKey // instead of After: the rows above, nearest first
	Limit   int
}

// DeskKey is the place of a credit in its pile: newest day first.
type DeskKey struct {
	Date lending.Date
	Idx  int64
}

// DeskRow is one credit of a pile with its strongest suggestion.
type DeskRow struct {
	ID           string        `db:"id"`
	Idx          int64         `db:"idx"`
	Ref          string        `db:"ref"`
	Status       string        `db:"status"`
	Amount       lending.Money `db:"amount"`
	Date         lending.Date  `db:"date"`
	PaymentMode  Opt           `db:"payment_mode"`
	Remark       string        `db:"remark"`
	Reason       string        `db:"reason"`
	SetAsideKind Opt           `db:"set_aside_kind"`
	Version      int64         `db:"version"`
	Narration    string        `db:"narration"`
	BankCode     string        `db:"bank_code"`
	BankLayout   string        `db:"bank_layout"`
	Confidence   int           `db:"confidence"` // -1: the engine has not looked at it
	Decision     string        `db:"decision"`
}

// Key is the place of a row in its pile.
func (r DeskRow) Key() DeskKey { return DeskKey{r.Date, r.Idx} }

const deskFrom = `
	FROM records r
	LEFT JOIN banks k ON k.id = r.collection_bank_id
	LEFT JOIN bank_credits c ON c.id = r.bank_credit_id
	LEFT JOIN match_proposals p ON p.record_id = r.id AND p.rank = 1`

func (f DeskFilter) where() (string, []any, error) {
	tab, ok := deskTabs[f.Tab]
	if !ok {
		return "", nil, lending.RefuseField("tab", "desk.tab", "There is no such pile on the desk.")
	}
	where, args := []string{tab}, []any{}
	add := func(clause string, values ...any) { where, args = append(where, clause), append(args, values...) }
	match := fullText(f.Search)
	switch {
	case f.Amount > 0 && match != "":
		add("(r.amount = ? OR r.idx IN (SELECT docid FROM record_text WHERE body MATCH ?))", f.Amount, match)
	case f.Amount > 0:
		add("r.amount = ?", f.Amount)
	case match != "":
		add("r.idx IN (SELECT docid FROM record_text WHERE body MATCH ?)", match)
	}
	if f.AtLeast > 0 {
		add("COALESCE(p.confidence, -1) >= ?", f.AtLeast)
	}
	if f.Below > 0 {
		add("COALESCE(p.confidence, -1) < ?", f.Below)
	}
	if f.Auto {
		add("p.decision = 'auto'")
	}
	return strings.Join(where, " AND "), args, nil
}

// DeskQueue lists a pile, newest day first, one page.
func (v *View) DeskQueue(ctx context.Context, f DeskFilter) ([]DeskRow, error) {
	query, args, err := f.list()
	if err != nil {
		return nil, err
	}
	var rows []DeskRow
	if err := v.list(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("listing the desk: %w", err)
	}
	return rows, nil
}

// list makes the query of one page.
func (f DeskFilter) list() (string, []any, error) {
	where, args, err := f.where()
	if err != nil {
		return "", nil, err
	}
	order := "r.date DESC, r.idx DESC"
	switch {
	case f.Before != nil:
		where, args, order = where+" AND (r.date, r.idx) > (?, ?)", append(args, f.Before.Date, f.Before.Idx), "r.date, r.idx"
	case f.After != nil:
		where, args = where+" AND (r.date, r.idx) < (?, ?)", append(args, f.After.Date, f.After.Idx)
	}
	return `
		SELECT r.id, r.idx, r.ref, r.status, r.amount, r.date, r.payment_mode, r.remark, r.reason, r.set_aside_kind, r.version,
			COALESCE(c.narration, '') AS narration, COALESCE(k.code, '') AS bank_code, COALESCE(k.bank, '') AS bank_layout,
			COALESCE(p.confidence, -1) AS confidence, COALESCE(p.decision, '') AS decision` + deskFrom + `
		WHERE ` + where + `
		ORDER BY ` + order + `
		LIMIT ?`, append(args, f.Limit), nil
}

// DeskTotals counts and sums a pile without paging.
func (v *View) DeskTotals(ctx context.Context, f DeskFilter) (count int, sum lending.Money, err error) {
	where, args, err := f.where()
	if err != nil {
		return 0, 0, err
	}
	var t struct {
		Count int           `db:"count"`
		Sum   lending.Money `db:"sum"`
	}
	err = v.get(ctx, &t, `SELECT COUNT(*) AS count, COALESCE(SUM(r.amount), 0) AS sum`+deskFrom+` WHERE `+where, args...)
	if err != nil {
		return 0, 0, fmt.Errorf("summing the desk: %w", err)
	}
	return t.Count, t.Sum, nil
}

// FindAccounts finds accounts by a part of what people know of them: name, ref,
// phone, virtual account, mandate; by the exact amount that is due; or by the bank
// reference of a payment that went to them. The words a person types mostly begin
// a word of ours, which the index answers; the end of a number does not, so the
// narrow text is scanned for what is missing (SQLite alone: the full-text table is
// its own narrow copy of these columns).
func (v *View) FindAccounts(ctx context.Context, typed string, due lending.Money, limit int) ([]AccountRow, error) {
	match := fullText(typed)
	if match == "" || limit <= 0 {
		return nil, nil
	}
	var found []int64
	ask := func(query string, args ...any) error {
		if len(found) >= limit {
			return nil
		}
		var more []int64
		err := v.list(ctx, &more, query+` LIMIT ?`, append(args, limit-len(found))...)
		found = append(found, more...)
		return err
	}
	err := ask(`SELECT docid FROM account_text WHERE body MATCH ?`, match)
	if err == nil && due > 0 {
		err = ask(`SELECT a.idx FROM positions s JOIN accounts a ON a.id = s.account_id WHERE s.due_now = ? AND s.due_now > 0`, due)
	}
	if err == nil && due > 0 {
		err = ask(`SELECT a.idx FROM demands d JOIN accounts a ON a.id = d.account_id WHERE d.outstanding = ? AND d.outstanding > 0 AND d.is_due = 1`, due)
	}
	if err == nil && len(typed) >= shortestReference && strings.ContainsAny(typed, "0123456789") {
		err = ask(`SELECT a.idx FROM records r JOIN accounts a ON a.id = r.account_id WHERE r.idx IN (SELECT docid FROM record_text WHERE body MATCH ?)`, match)
	}
	if err != nil {
		return nil, fmt.Errorf("finding accounts: %w", err)
	}
	if len(found) < limit {
		inside, err := v.accountsHolding(ctx, strings.Fields(typed), limit)
		if err != nil {
			return nil, err
		}
		found = append(found, inside...)
	}
	return v.accountsAt(ctx, found, limit)
}

// shortestReference is how much of a bank reference points to a payment.
const shortestReference = 6

// maxSearchWords bounds the conditions of one search.
const maxSearchWords = 6

// accountsHolding finds accounts whose text holds each of the words somewhere.
func (v *View) accountsHolding(ctx context.Context, words []string, limit int) ([]int64, error) {
	var where []string
	var args []any
	for _, w := range words[:min(len(words), maxSearchWords)] {
		where, args = append(where, `body LIKE ? ESCAPE '\'`), append(args, "%"+likeEscape.Replace(w)+"%")
	}
	var found []int64
	err := v.list(ctx, &found, `SELECT docid FROM account_text WHERE `+strings.Join(where, " AND ")+` LIMIT ?`, append(args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("scanning accounts: %w", err)
	}
	return found, nil
}

var likeEscape = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

// accountsAt reads accounts with their positions, in the order of the indexes,
// each once.
func (v *View) accountsAt(ctx context.Context, idx []int64, limit int) ([]AccountRow, error) {
	if len(idx) == 0 {
		return nil, nil
	}
	args := make([]any, len(idx))
	for i, n := range idx {
		args[i] = n
	}
	query := strings.Replace(accountSelect, "\n\tFROM", ",\n\t\t"+positionSelect+"\n\tFROM", 1) + accountPositionJoin +
		` WHERE a.idx IN ` + in(len(idx))
	var rows []AccountRow
	if err := v.list(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("reading found accounts: %w", err)
	}
	byIdx := make(map[int64]AccountRow, len(rows))
	for _, r := range rows {
		byIdx[r.Idx] = r
	}
	var out []AccountRow
	for _, n := range idx {
		if r, ok := byIdx[n]; ok && len(out) < limit {
			out = append(out, r)
			delete(byIdx, n)
		}
	}
	return out, nil
}

// EarlierPayment is a settled credit whose narration names the same payer.
type EarlierPayment struct {
	Record
	Parts int `db:"parts"` // accounts of a split
}

// EarlierPayments returns settled credits whose text holds a phrase (a UPI
// address, a printed name), newest first, but for one statement line.
func (v *View) EarlierPayments(ctx context.Context, phrase, notCredit string, limit int) ([]EarlierPayment, error) {
	words := strings.Fields(strings.TrimSuffix(strings.ReplaceAll(fullText(phrase), "*", ""), " "))
	if len(words) == 0 {
		return nil, nil
	}
	query := strings.Replace(recordSelect, "\n\tFROM", `,
		(SELECT COUNT(*) FROM records part WHERE part.parent_id = r.id AND part.status = 'processed') AS parts
	FROM`, 1) + `
		WHERE r.idx IN (SELECT docid FROM record_text WHERE body MATCH ?)
			AND (r.status = 'processed' AND r.parent_id IS NULL
				OR r.status = 'split' AND EXISTS (SELECT 1 FROM records part WHERE part.parent_id = r.id AND part.status = 'processed'))
			AND COALESCE(r.bank_credit_id, '') <> ?
		ORDER BY r.date DESC, r.idx DESC
		LIMIT ?`
	var rows []EarlierPayment
	if err := v.list(ctx, &rows, query, `"`+strings.Join(words, " ")+`"`, notCredit, limit); err != nil {
		return nil, fmt.Errorf("reading earlier payments: %w", err)
	}
	return rows, nil
}

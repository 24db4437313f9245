package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// Presentation is what the sponsor bank is asked to collect on one day.
type Presentation struct {
	ID          string        `db:"id"`
	Idx         int64         `db:"idx"`
	Ref         string        `db:"ref"`
	Date        lending.Date  `db:"date"`
	BankID      string        `db:"bank_id"`
	UtilityCode string        `db:"utility_code"`
	Status      string        `db:"status"`
	Serial      int           `db:"serial"`
	FileName    string        `db:"file_name"`
	Data        []byte        `db:"data"`
	Count       int           `db:"count"`
	Total       lending.Money `db:"total"`
	MakerID     string        `db:"maker_id"`
	Maker       string        `db:"maker"`
	SenderID    Opt           `db:"sender_id"`
	SentAt      Instant       `db:"sent_at"`
	CreatedAt   Instant       `db:"created_at"`
	UpdatedAt   Instant       `db:"updated_at"`
	Version     int64         `db:"version"`
}

// PresentationItem is one due that is presented once.
type PresentationItem struct {
	ID             string        `db:"id"`
	Idx            int64         `db:"idx"`
	Ref            string        `db:"ref"`
	PresentationID string        `db:"presentation_id"`
	MandateID      string        `db:"mandate_id"`
	AccountID      string        `db:"account_id"`
	DemandKey      string        `db:"demand_key"`
	DueDate        lending.Date  `db:"due_date"`
	Attempt        int           `db:"attempt"`
	Amount         lending.Money `db:"amount"`
	Status         string        `db:"status"`
	ValueDate      lending.Date  `db:"value_date"`
	Code           string        `db:"code"`
	Reason         string        `db:"reason"`
	Technical      bool          `db:"technical"`
	Retry          bool          `db:"retry"`
	ReturnedOn     lending.Date  `db:"returned_on"`
	FeeID          Opt           `db:"fee_id"`
	RecordID       Opt           `db:"record_id"`
	CreatedAt      Instant       `db:"created_at"`
	UpdatedAt      Instant       `db:"updated_at"`
}

// PresentationItemRow is an item with what it is of, and whether its money came.
type PresentationItemRow struct {
	PresentationItem
	Presented    lending.Date `db:"presented"` // day of its presentation
	BankID       string       `db:"bank_id"`
	AccountRef   string       `db:"account_ref"`
	BorrowerName string       `db:"borrower_name"`
	UMRN         string       `db:"umrn"`
	LoanID       Opt          `db:"loan_id"`
	RecordRef    string       `db:"record_ref"` // the net credit that was split by it; '': none
}

const presentationColumns = `id, idx, ref, date, bank_id, utility_code, status, serial, file_name, data, count, total, maker_id, maker, sender_id, sent_at,
	created_at, updated_at, version`

const itemColumns = `id, idx, ref, presentation_id, mandate_id, account_id, demand_key, due_date, attempt, amount, status, value_date, code, reason,
	technical, retry, returned_on, fee_id, record_id, created_at, updated_at`

// An item counts as credited while the credit that names it is split: once the
// split is undone or rejected, its money is asked for again.
const itemSelect = `
	SELECT i.id, i.idx, i.ref, i.presentation_id, i.mandate_id, i.account_id, i.demand_key, i.due_date, i.attempt, i.amount, i.status, i.value_date,
		i.code, i.reason, i.technical, i.retry, i.returned_on, i.fee_id, i.record_id, i.created_at, i.updated_at,
		p.date AS presented, p.bank_id, a.ref AS account_ref, b.name AS borrower_name, m.umrn, d.loan_id, COALESCE(r.ref, '') AS record_ref
	FROM presentation_items i
	JOIN presentations p ON p.id = i.presentation_id
	JOIN accounts a ON a.id = i.account_id
	JOIN borrowers b ON b.id = a.borrower_id
	JOIN mandates m ON m.id = i.mandate_id
	LEFT JOIN demands d ON d.account_id = i.account_id AND d.key = i.demand_key
	LEFT JOIN records r ON r.id = i.record_id AND r.status = 'split'`

// CreatePresentation writes a list with its items.
func (tx *Tx) CreatePresentation(ctx context.Context, p Presentation, items []PresentationItem) (Presentation, error) {
	var err error
	if p.Idx, err = tx.next(ctx, "presentations"); err != nil {
		return p, err
	}
	if p.Ref, err = tx.NewRef(ctx, "PRE"); err != nil {
		return p, err
	}
	if err = tx.get(ctx, &p.Serial, `SELECT COALESCE(MAX(serial), 0) + 1 FROM presentations WHERE date = ?`, p.Date); err != nil {
		return p, err
	}
	p.ID, p.Status, p.Version, p.CreatedAt, p.UpdatedAt, p.Data = NewID(), "draft", 1, tx.Now, tx.Now, []byte{}
	err = tx.insert(ctx, `
		INSERT INTO presentations (`+presentationColumns+`)
		VALUES (:id, :idx, :ref, :date, :bank_id, :utility_code, :status, :serial, :file_name, :data, :count, :total, :maker_id, :maker, :sender_id, :sent_at,
			:created_at, :updated_at, :version)`, p)
	if err != nil {
		return p, fmt.Errorf("writing presentation %s: %w", p.Ref, err)
	}
	for _, item := range items {
		item.PresentationID = p.ID
		if err := tx.createPresentationItem(ctx, item); err != nil {
			return p, err
		}
	}
	return p, nil
}

func (tx *Tx) createPresentationItem(ctx context.Context, i PresentationItem) error {
	var err error
	if i.Idx, err = tx.next(ctx, "presentation_items"); err != nil {
		return err
	}
	if i.Ref, err = tx.NewRef(ctx, "NCH"); err != nil {
		return err
	}
	i.ID, i.Status, i.CreatedAt, i.UpdatedAt = NewID(), "pending", tx.Now, tx.Now
	err = tx.insert(ctx, `
		INSERT INTO presentation_items (`+itemColumns+`)
		VALUES (:id, :idx, :ref, :presentation_id, :mandate_id, :account_id, :demand_key, :due_date, :attempt, :amount, :status, :value_date, :code, :reason,
			:technical, :retry, :returned_on, :fee_id, :record_id, :created_at, :updated_at)`, i)
	if err != nil {
		return fmt.Errorf("writing item %s of a presentation: %w", i.Ref, err)
	}
	return nil
}

// UpdatePresentation moves a list along, at its version.
func (tx *Tx) UpdatePresentation(ctx context.Context, p Presentation) (Presentation, error) {
	p.UpdatedAt = tx.Now
	n, err := tx.named(ctx, `
		UPDATE presentations
		SET status = :status, file_name = :file_name, data = :data, sender_id = :sender_id, sent_at = :sent_at, updated_at = :updated_at, version = version + 1
		WHERE id = :id AND version = :version`, p)
	if err != nil {
		return p, fmt.Errorf("updating presentation %s: %w", p.Ref, err)
	}
	if n == 0 {
		return p, Stale("presentation", p.Ref)
	}
	p.Version++
	return p, nil
}

// MovePresentationItems takes all items of a list from one state to another.
func (tx *Tx) MovePresentationItems(ctx context.Context, presentation, from, to string) error {
	_, err := tx.exec(ctx, `UPDATE presentation_items SET status = ?, updated_at = ? WHERE presentation_id = ? AND status = ?`, to, tx.Now, presentation, from)
	if err != nil {
		return fmt.Errorf("moving the items of a presentation: %w", err)
	}
	return nil
}

// UpdatePresentationItem writes what became of an item.
func (tx *Tx) UpdatePresentationItem(ctx context.Context, i PresentationItem) error {
	i.UpdatedAt = tx.Now
	_, err := tx.named(ctx, `
		UPDATE presentation_items
		SET status = :status, value_date = :value_date, code = :code, reason = :reason, technical = :technical, retry = :retry, returned_on = :returned_on,
			fee_id = :fee_id, record_id = :record_id, updated_at = :updated_at
		WHERE id = :id`, i)
	if err != nil {
		return fmt.Errorf("updating item %s of a presentation: %w", i.Ref, err)
	}
	return nil
}

// PresentationByAny returns one list by ref or id.
func (v *View) PresentationByAny(ctx context.Context, ref string) (Presentation, error) {
	var p Presentation
	err := v.get(ctx, &p, `SELECT `+presentationColumns+` FROM presentations WHERE ref = ? OR id = ?`, CleanRef(ref), ref)
	return p, missing(err, "presentation", ref)
}

// Presentations lists the last lists, newest first, without their files.
func (v *View) Presentations(ctx context.Context, limit int) ([]Presentation, error) {
	var rows []Presentation
	err := v.list(ctx, &rows, `
		SELECT id, idx, ref, date, bank_id, utility_code, status, serial, file_name, x'' AS data, count, total, maker_id, maker, sender_id, sent_at,
			created_at, updated_at, version
		FROM presentations
		ORDER BY idx DESC
		LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("listing presentations: %w", err)
	}
	return rows, nil
}

// PresentationItemByAny returns one item by ref or id.
func (v *View) PresentationItemByAny(ctx context.Context, ref string) (PresentationItemRow, error) {
	var i PresentationItemRow
	err := v.get(ctx, &i, itemSelect+` WHERE i.ref = ? OR i.id = ?`, CleanRef(ref), ref)
	return i, missing(err, "presentation item", ref)
}

// ItemsOfPresentation returns the items of a list.
func (v *View) ItemsOfPresentation(ctx context.Context, presentation string) ([]PresentationItemRow, error) {
	var rows []PresentationItemRow
	if err := v.list(ctx, &rows, itemSelect+` WHERE i.presentation_id = ? ORDER BY i.idx`, presentation); err != nil {
		return nil, fmt.Errorf("listing the items of a presentation: %w", err)
	}
	return rows, nil
}

// ItemsOfDue returns the presentations of one due, oldest first.
func (v *View) ItemsOfDue(ctx context.Context, account, key string) ([]PresentationItemRow, error) {
	var rows []PresentationItemRow
	if err := v.list(ctx, &rows, itemSelect+` WHERE i.account_id = ? AND i.demand_key = ? ORDER BY i.idx`, account, key); err != nil {
		return nil, fmt.Errorf("listing the presentations of a due: %w", err)
	}
	return rows, nil
}

// ItemsOfValueDate returns what one sponsor account is owed for a day.
func (v *View) ItemsOfValueDate(ctx context.Context, bank string, day lending.Date) ([]PresentationItemRow, error) {
	var rows []PresentationItemRow
	if err := v.list(ctx, &rows, itemSelect+` WHERE i.value_date = ? AND p.bank_id = ? ORDER BY i.idx`, day, bank); err != nil {
		return nil, fmt.Errorf("listing what a sponsor bank confirmed: %w", err)
	}
	return rows, nil
}

// CollectedUnder returns what was or is being collected under a mandate on the days of a
// span, latest first. What came back or was taken back is no collection.
func (v *View) CollectedUnder(ctx context.Context, account, mandate string, from, until lending.Date) ([]PresentationItemRow, error) {
	var rows []PresentationItemRow
	err := v.list(ctx, &rows, itemSelect+`
		WHERE i.account_id = ? AND i.mandate_id = ? AND i.status IN ('pending', 'submitted', 'extended', 'confirmed') AND p.date >= ? AND p.date <= ?
		ORDER BY i.idx DESC
		LIMIT 100`, account, mandate, from, until)
	if err != nil {
		return nil, fmt.Errorf("listing what was collected under a mandate: %w", err)
	}
	return rows, nil
}

// PresentableDue is an unpaid due that may be presented.
type PresentableDue struct {
	DemandID     string        `db:"demand_id"`
	Key          string        `db:"key"`
	LoanID       Opt           `db:"loan_id"`
	Type         string        `db:"type"`
	No           int           `db:"no"`
	Name         string        `db:"name"`
	DueDate      lending.Date  `db:"due_date"`
	Outstanding  lending.Money `db:"outstanding"`
	AccountID    string        `db:"account_id"`
	AccountRef   string        `db:"account_ref"`
	BorrowerName string        `db:"borrower_name"`
	Excess       lending.Money `db:"excess"`
	AccountState string        `db:"account_state"`
}

// PresentableDues returns the unpaid dues of a span of days, by account and day: of
// accounts that may still be collected from.
func (v *View) PresentableDues(ctx context.Context, from, until lending.Date, limit int) ([]PresentableDue, error) {
	var rows []PresentableDue
	err := v.list(ctx, &rows, `
		SELECT d.id AS demand_id, d.key, d.loan_id, d.type, d.no, d.name, d.due_date, d.outstanding, d.account_id, a.ref AS account_ref,
			a.status AS account_state, b.name AS borrower_name, COALESCE(p.excess, 0) AS excess
		FROM demands d
		JOIN accounts a ON a.id = d.account_id
		JOIN borrowers b ON b.id = a.borrower_id
		LEFT JOIN positions p ON p.account_id = d.account_id
		WHERE d.due_date >= ? AND d.due_date <= ? AND d.outstanding > 0 AND a.status NOT IN ('created', 'closed')
		ORDER BY a.idx, d.due_date, d.idx
		LIMIT ?`, from, until, limit)
	if err != nil {
		return nil, fmt.Errorf("listing dues to present: %w", err)
	}
	return rows, nil
}

// SponsorDay is what a sponsor account is owed for one value date: what was
// confirmed, and what of it came in a net credit that was split.
type SponsorDay struct {
	BankID    string        `db:"bank_id"`
	BankCode  string        `db:"bank_code"`
	Day       lending.Date  `db:"day"`
	Items     int           `db:"items"`
	Expected  lending.Money `db:"expected"`
	Credited  lending.Money `db:"credited"`
	Presented lending.Money `db:"presented"`
	Returned  lending.Money `db:"returned"`
	Open      int           `db:"open"`
}

// SponsorDays lists the days on which sponsor banks owe or owed money, newest first:
// presented less returned, beside what was credited. An item without an answer counts
// on the day of its presentation.
func (v *View) SponsorDays(ctx context.Context, limit int) ([]SponsorDay, error) {
	var rows []SponsorDay
	err := v.list(ctx, &rows, `
		SELECT p.bank_id, k.code AS bank_code, COALESCE(i.value_date, p.date) AS day,
			COALESCE(SUM(i.status = 'confirmed'), 0) AS items,
			COALESCE(SUM(CASE WHEN i.status = 'confirmed' THEN i.amount END), 0) AS expected,
			COALESCE(SUM(CASE WHEN r.id IS NOT NULL THEN i.amount END), 0) AS credited,
			COALESCE(SUM(i.amount), 0) AS presented,
			COALESCE(SUM(CASE WHEN i.status = 'returned' THEN i.amount END), 0) AS returned,
			COALESCE(SUM(i.status IN ('submitted', 'extended')), 0) AS open
		FROM presentation_items i
		JOIN presentations p ON p.id = i.presentation_id
		JOIN banks k ON k.id = p.bank_id
		LEFT JOIN records r ON r.id = i.record_id AND r.status = 'split'
		WHERE p.status = 'sent'
		GROUP BY p.bank_id, k.code, COALESCE(i.value_date, p.date)
		ORDER BY day DESC, bank_code
		LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("summing what sponsor banks owe: %w", err)
	}
	return rows, nil
}

// NetCredits are credits nobody matched yet on one of our accounts, of an amount,
// from a day on: one of them is the sponsor bank's.
func (v *View) NetCredits(ctx context.Context, bank string, amount lending.Money, from, until lending.Date) ([]Record, error) {
	var rows []Record
	err := v.list(ctx, &rows, `
		SELECT `+recordColumns+`
		FROM records
		WHERE collection_bank_id = ? AND amount = ? AND status = 'unmatched' AND parent_id IS NULL AND date >= ? AND date <= ?
		ORDER BY date, idx
		LIMIT 10`, bank, amount, from, until)
	if err != nil {
		return nil, fmt.Errorf("looking for a net credit: %w", err)
	}
	return rows, nil
}

// ReturnMonth is how the presentations of one utility code fared in a month.
// Returns by the banks' own fault do not count in the share that NPCI looks at.
type ReturnMonth struct {
	Month       string        `db:"month"` // YYYY-MM
	UtilityCode string        `db:"utility_code"`
	Presented   int           `db:"presented"`
	Confirmed   int           `db:"confirmed"`
	Returned    int           `db:"returned"`
	Technical   int           `db:"technical"`
	Open        int           `db:"open"`
	Amount      lending.Money `db:"amount"`
	BackAmount  lending.Money `db:"back_amount"`
}

// ReturnMonths lists months of presentations, newest first.
func (v *View) ReturnMonths(ctx context.Context, limit int) ([]ReturnMonth, error) {
	var rows []ReturnMonth
	err := v.list(ctx, &rows, `
		SELECT substr(p.date, 1, 7) AS month, p.utility_code, COUNT(*) AS presented,
			SUM(i.status = 'confirmed') AS confirmed, SUM(i.status = 'returned') AS returned, SUM(i.technical) AS technical,
			SUM(i.status IN ('submitted', 'extended')) AS open, SUM(i.amount) AS amount,
			SUM(CASE WHEN i.status = 'returned' THEN i.amount ELSE 0 END) AS back_amount
		FROM presentation_items i
		JOIN presentations p ON p.id = i.presentation_id
		WHERE p.status = 'sent'
		GROUP BY month, p.utility_code
		ORDER BY month DESC, p.utility_code
		LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("summing returns by month: %w", err)
	}
	return rows, nil
}

// ReturnReason is how often a code came back.
type ReturnReason struct {
	Code   string        `db:"code"`
	Reason string        `db:"reason"`
	Count  int           `db:"count"`
	Amount lending.Money `db:"amount"`
}

// ReturnReasons lists the codes of returns since a day, the most frequent first.
func (v *View) ReturnReasons(ctx context.Context, since lending.Date, limit int) ([]ReturnReason, error) {
	var rows []ReturnReason
	err := v.list(ctx, &rows, `
		SELECT i.code, i.reason, COUNT(*) AS count, SUM(i.amount) AS amount
		FROM presentation_items i
		WHERE i.status = 'returned' AND i.returned_on >= ?
		GROUP BY i.code, i.reason
		ORDER BY count DESC, i.code
		LIMIT ?`, since, limit)
	if err != nil {
		return nil, fmt.Errorf("counting the reasons of returns: %w", err)
	}
	return rows, nil
}

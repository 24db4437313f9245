package store

import (
	"context"
	"fmt"
	"strings"

	"lekha/lending"
)

// Record is one money-in event and how far it has come. The columns are those
// of the wire and of its way; the joined ones are what every page shows.
type Record struct {
	ID               string        `db:"id"`
	Idx              int64         `db:"idx"`
	Ref              string        `db:"ref"`
	Type             string        `db:"type"`
	Status           string        `db:"status"`
	AccountID        Opt           `db:"account_id"`
	ReceivedAmount   lending.Money `db:"received_amount"`
	TDSAmount        lending.Money `db:"tds_amount"`
	FeeWithheld      lending.Money `db:"fee_withheld"` // what a gateway kept of it
	FeeGST           lending.Money `db:"fee_gst"`      // tax on that fee, kept with it
	Amount           lending.Money `db:"amount"`
	RemainingAmount  lending.Money `db:"remaining_amount"`
	PaymentMode      Opt           `db:"payment_mode"`
	PGServiceID      Opt           `db:"pg_service_id"`
	UTR              Opt           `db:"utr"`
	Reference        string        `db:"reference"`
	SettlementUTR    Opt           `db:"settlement_utr"`
	SettlementOrder  string        `db:"settlement_order"`
	ComponentOrder   string        `db:"component_order"`
	Loans            string        `db:"loans"`            // JSON list of loan ids
	Prepayment       string        `db:"prepayment"`       // the borrower's instruction: "reduce_emi", "reduce_tenure" or ""
	ClosingOfferID   Opt           `db:"closing_offer_id"` // the offer that this money takes
	UploadedBy       Opt           `db:"uploaded_by"`
	UploadedByID     Opt           `db:"uploaded_by_id"`
	Date             lending.Date  `db:"date"`
	BankDate         lending.Date  `db:"bank_date"`
	SettledOn        lending.Date  `db:"settled_on"`
	RevertDate       lending.Date  `db:"revert_date"`
	RevertValueDate  lending.Date  `db:"revert_value_date"`
	RevertKind       Opt           `db:"revert_kind"`
	Remark           string        `db:"remark"`
	CollectionBankID Opt           `db:"collection_bank_id"`
	BackDateFound    bool          `db:"back_date_found"`
	BackDateMarkedOn Instant       `db:"back_date_marked_on"`
	IsProcessed      bool          `db:"is_processed"`
	Source           string        `db:"source"`
	BankCreditID     Opt           `db:"bank_credit_id"`
	Carries          bool          `db:"carries"`
	ParentID         Opt           `db:"parent_id"`
	PredecessorID    Opt           `db:"predecessor_id"`
	ReceiptNo        Opt           `db:"receipt_no"`
	ChequeNo         string        `db:"cheque_no"`
	ChequeBank       string        `db:"cheque_bank"`
	ChequeDate       lending.Date  `db:"cheque_date"`
	Reason           string        `db:"reason"`
	SetAsideKind     Opt           `db:"set_aside_kind"`
	SetAsideOn       lending.Date  `db:"set_aside_on"`
	DuplicateOf      Opt           `db:"duplicate_of"`
	MakerID          Opt           `db:"maker_id"`
	Maker            Opt           `db:"maker"`
	FactKey          Opt           `db:"fact_key"`
	RefundedAmount   lending.Money `db:"refunded_amount"`
	OriginID         Opt           `db:"origin_id"` // refund: the receipt whose money goes back
	Body             string        `db:"body"`      // refund, adjustment: from what is held, JSON
	CreatedAt        Instant       `db:"created_at"`
	UpdatedAt        Instant       `db:"updated_at"`
	Version          int64         `db:"version"`

	AccountRef   string `db:"account_ref"`
	BorrowerName string `db:"borrower_name"`
	BankCode     string `db:"bank_code"`
	Narration    string `db:"narration"`
}

const recordColumns = `id, idx, ref, type, status, account_id, received_amount, tds_amount, fee_withheld, fee_gst, amount, remaining_amount,
	payment_mode, pg_service_id, utr, reference, settlement_utr, settlement_order, component_order, loans,
	prepayment, closing_offer_id, uploaded_by, uploaded_by_id, date, bank_date, settled_on, revert_date, revert_value_date, revert_kind, remark,
	collection_bank_id, back_date_found, back_date_marked_on, is_processed, source, bank_credit_id, carries, parent_id,
	predecessor_id, receipt_no, cheque_no, cheque_bank, cheque_date, reason, set_aside_kind, set_aside_on, duplicate_of,
	maker_id, maker, fact_key, refunded_amount, origin_id, body, created_at, updated_at, version`

const recordSelect = `
	SELECT r.id, r.idx, r.ref, r.type, r.status, r.account_id, r.received_amount, r.tds_amount, r.fee_withheld, r.fee_gst, r.amount, r.remaining_amount,
		r.payment_mode, r.pg_service_id, r.utr, r.reference, r.settlement_utr, r.settlement_order, r.component_order, r.loans,
		r.prepayment, r.closing_offer_id, r.uploaded_by, r.uploaded_by_id, r.date, r.bank_date, r.settled_on, r.revert_date, r.revert_value_date, r.revert_kind, r.remark,
		r.collection_bank_id, r.back_date_found, r.back_date_marked_on, r.is_processed, r.source, r.bank_credit_id, r.carries, r.parent_id,
		r.predecessor_id, r.receipt_no, r.cheque_no, r.cheque_bank, r.cheque_date, r.reason, r.set_aside_kind, r.set_aside_on, r.duplicate_of,
		r.maker_id, r.maker, r.fact_key, r.refunded_amount, r.origin_id, r.body, r.created_at, r.updated_at, r.version,
		COALESCE(a.ref, '') AS account_ref, COALESCE(b.name, '') AS borrower_name,
		COALESCE(k.code, '') AS bank_code, COALESCE(c.narration, '') AS narration` + recordJoins

const recordJoins = `
	FROM records r
	LEFT JOIN accounts a ON a.id = r.account_id
	LEFT JOIN borrowers b ON b.id = a.borrower_id
	LEFT JOIN banks k ON k.id = r.collection_bank_id
	LEFT JOIN bank_credits c ON c.id = r.bank_credit_id`

// CreateRecord writes a record and gives it id, index, ref and version.
func (tx *Tx) CreateRecord(ctx context.Context, r Record) (Record, error) {
	var err error
	if r.ID == "" {
		r.ID = NewID()
	}
	if r.Ref == "" {
		if r.Ref, err = tx.NewRef(ctx, "REC"); err != nil {
			return r, err
		}
	}
	if r.Loans == "" {
		r.Loans = "[]"
	}
	if r.Body == "" {
		r.Body = "{}"
	}
	r.CreatedAt, r.UpdatedAt, r.Version = tx.Now, tx.Now, 1
	if r.Idx, err = tx.next(ctx, "records"); err != nil {
		return r, err
	}
	err = tx.insert(ctx, `
		INSERT INTO records (`+recordColumns+`)
		VALUES (:id, :idx, :ref, :type, :status, :account_id, :received_amount, :tds_amount, :fee_withheld, :fee_gst, :amount, :remaining_amount,
			:payment_mode, :pg_service_id, :utr, :reference, :settlement_utr, :settlement_order, :component_order, :loans,
			:prepayment, :closing_offer_id, :uploaded_by, :uploaded_by_id, :date, :bank_date, :settled_on, :revert_date, :revert_value_date, :revert_kind, :remark,
			:collection_bank_id, :back_date_found, :back_date_marked_on, :is_processed, :source, :bank_credit_id, :carries, :parent_id,
			:predecessor_id, :receipt_no, :cheque_no, :cheque_bank, :cheque_date, :reason, :set_aside_kind, :set_aside_on, :duplicate_of,
			:maker_id, :maker, :fact_key, :refunded_amount, :origin_id, :body, :created_at, :updated_at, :version)`, r)
	if err != nil {
		return r, fmt.Errorf("writing record %s: %w", r.Ref, err)
	}
	return r, tx.indexRecord(ctx, r.ID, `INSERT INTO record_text (body, docid) VALUES (?, ?)`)
}

// UpdateRecord rewrites what a record goes through, at its version. What the
// bank said (amounts of a credit, its line) does not change here.
func (tx *Tx) UpdateRecord(ctx context.Context, r Record) (Record, error) {
	r.UpdatedAt = tx.Now
	n, err := tx.named(ctx, `
		UPDATE records
		SET status = :status, account_id = :account_id, received_amount = :received_amount, tds_amount = :tds_amount,
			fee_withheld = :fee_withheld, fee_gst = :fee_gst,
			amount = :amount, remaining_amount = :remaining_amount, payment_mode = :payment_mode, utr = :utr,
			reference = :reference, settlement_utr = :settlement_utr, settlement_order = :settlement_order,
			component_order = :component_order, loans = :loans, prepayment = :prepayment, closing_offer_id = :closing_offer_id, date = :date, bank_date = :bank_date, settled_on = :settled_on,
			revert_date = :revert_date, revert_value_date = :revert_value_date, revert_kind = :revert_kind, remark = :remark,
			collection_bank_id = :collection_bank_id, back_date_found = :back_date_found, back_date_marked_on = :back_date_marked_on,
			is_processed = :is_processed, bank_credit_id = :bank_credit_id, carries = :carries,
			cheque_no = :cheque_no, cheque_bank = :cheque_bank, cheque_date = :cheque_date, reason = :reason,
			set_aside_kind = :set_aside_kind, set_aside_on = :set_aside_on, duplicate_of = :duplicate_of,
			maker_id = :maker_id, maker = :maker, fact_key = :fact_key, refunded_amount = :refunded_amount, updated_at = :updated_at, version = version + 1
		WHERE id = :id AND version = :version`, r)
	if err != nil {
		return r, fmt.Errorf("updating record %s: %w", r.Ref, err)
	}
	if n == 0 {
		return r, Stale("record", r.Ref)
	}
	r.Version++
	return r, tx.indexRecord(ctx, r.ID, `UPDATE record_text SET body = ? WHERE docid = ?`)
}

// indexRecord brings the search text of a record up to date.
func (tx *Tx) indexRecord(ctx context.Context, id, statement string) error {
	r, err := tx.RecordByID(ctx, id)
	if err != nil {
		return err
	}
	text := strings.Join([]string{r.Ref, string(r.UTR), r.Reference, r.Remark, r.AccountRef, r.BorrowerName, r.Narration, string(r.ReceiptNo), r.ChequeNo}, " ")
	if _, err := tx.exec(ctx, statement, text, r.Idx); err != nil {
		return fmt.Errorf("indexing record %s: %w", r.Ref, err)
	}
	return nil
}

// RecordByID returns one record.
func (v *View) RecordByID(ctx context.Context, id string) (Record, error) {
	var r Record
	err := v.get(ctx, &r, recordSelect+` WHERE r.id = ?`, id)
	return r, missing(err, "record", id)
}

// RecordByRef returns one record by what people call it.
func (v *View) RecordByRef(ctx context.Context, ref string) (Record, error) {
	var r Record
	err := v.get(ctx, &r, recordSelect+` WHERE r.ref = ?`, CleanRef(ref))
	return r, missing(err, "record", ref)
}

// LiveRecordWithReference returns the live record that holds a bank reference on
// a collection bank; ErrMissing when there is none.
func (v *View) LiveRecordWithReference(ctx context.Context, bank, reference string) (Record, error) {
	var r Record
	err := v.get(ctx, &r, recordSelect+`
		WHERE r.collection_bank_id = ? AND r.reference = ? AND r.reference <> ''
			AND r.parent_id IS NULL AND r.status NOT IN ('reverted', 'rejected', 'cancelled')`, bank, reference)
	return r, err
}

// LiveRecordsWithReference returns live records with a bank reference that are on
// a collection bank or, entered before anybody knew, on none; bank "" is any.
func (v *View) LiveRecordsWithReference(ctx context.Context, bank, reference string) ([]Record, error) {
	var rows []Record
	err := v.list(ctx, &rows, recordSelect+`
		WHERE r.reference = ? AND r.reference <> '' AND (? = '' OR r.collection_bank_id = ? OR r.collection_bank_id IS NULL)
			AND r.parent_id IS NULL AND r.status NOT IN ('reverted', 'rejected', 'cancelled')
		ORDER BY r.idx
		LIMIT 10`, reference, bank, bank)
	return rows, err
}

// RecordsSharingReference returns live records that speak of the same bank
// reference as a record: those that hold it, and those whose statement line has it
// while another record holds it. Bank "" is any.
func (v *View) RecordsSharingReference(ctx context.Context, record, bank, reference string) ([]Record, error) {
	var rows []Record
	err := v.list(ctx, &rows, recordSelect+`
		WHERE r.id IN (
				SELECT h.id FROM records h
				WHERE h.reference = ? AND h.reference <> '' AND (? = '' OR h.collection_bank_id = ? OR h.collection_bank_id IS NULL)
				UNION
				SELECT h.id FROM records h
				JOIN bank_credits c ON c.id = h.bank_credit_id
				WHERE c.bank_id IN (SELECT b.id FROM banks b WHERE ? = '' OR b.id = ?)
					AND c.reference = ? AND c.reference <> '' AND c.direction = 'credit' AND c.duplicate_of IS NULL)
			AND r.id <> ? AND r.parent_id IS NULL AND r.status NOT IN ('reverted', 'rejected', 'cancelled')
		ORDER BY r.idx
		LIMIT 10`, reference, bank, bank, bank, bank, reference, record)
	return rows, err
}

// ChildrenOf returns the parts of a split.
func (v *View) ChildrenOf(ctx context.Context, parent string) ([]Record, error) {
	var rows []Record
	err := v.list(ctx, &rows, recordSelect+` WHERE r.parent_id = ? ORDER BY r.idx`, parent)
	return rows, err
}

// SuccessorsOf returns the records that took over from one that was rejected or
// reversed.
func (v *View) SuccessorsOf(ctx context.Context, id string) ([]Record, error) {
	var rows []Record
	err := v.list(ctx, &rows, recordSelect+` WHERE r.predecessor_id = ? ORDER BY r.idx`, id)
	return rows, err
}

// DescendantsOf returns the parts of a record that was split, and the records that
// took over from one, both in order: one look for the page that shows either.
func (v *View) DescendantsOf(ctx context.Context, id string) (parts, successors []Record, err error) {
	var rows []Record
	err = v.list(ctx, &rows, recordSelect+` WHERE r.parent_id = ? OR r.predecessor_id = ? ORDER BY r.idx`, id, id)
	for _, r := range rows {
		if r.ParentID == Opt(id) {
			parts = append(parts, r)
		}
		if r.PredecessorID == Opt(id) {
			successors = append(successors, r)
		}
	}
	return parts, successors, err
}

// RecordsOfCredit returns all records made of one statement line, oldest first.
func (v *View) RecordsOfCredit(ctx context.Context, credit string) ([]Record, error) {
	var rows []Record
	err := v.list(ctx, &rows, recordSelect+` WHERE r.bank_credit_id = ? ORDER BY r.idx`, credit)
	return rows, err
}

// RecordsOfAccount returns an account's records, newest first.
func (v *View) RecordsOfAccount(ctx context.Context, account string, limit int) ([]Record, error) {
	var rows []Record
	err := v.list(ctx, &rows, recordSelect+` WHERE r.account_id = ? ORDER BY r.date DESC, r.idx DESC LIMIT ?`, account, limit)
	return rows, err
}

// AddEditor notes that a person shaped a record: that person may not decide it.
func (tx *Tx) AddEditor(ctx context.Context, record, person string) error {
	_, err := tx.exec(ctx, `
		INSERT INTO record_editors (record_id, person_id, at)
		VALUES (?, ?, ?)
		ON CONFLICT (record_id, person_id) DO NOTHING`, record, person, tx.Now)
	return err
}

// EditorsOf returns everybody who shaped a record.
func (v *View) EditorsOf(ctx context.Context, record string) ([]string, error) {
	var people []string
	err := v.list(ctx, &people, `SELECT person_id FROM record_editors WHERE record_id = ? ORDER BY at`, record)
	return people, err
}

// EditorsOfParts returns everybody who shaped a part of a split.
func (v *View) EditorsOfParts(ctx context.Context, parent string) ([]string, error) {
	var people []string
	err := v.list(ctx, &people, `
		SELECT e.person_id
		FROM records r
		JOIN record_editors e ON e.record_id = r.id
		WHERE r.parent_id = ?
		GROUP BY e.person_id
		ORDER BY MIN(e.at)`, parent)
	return people, err
}

// CreditSum says how much of a statement line is accounted for: the bank money
// of the records that carry it now.
func (v *View) CreditSum(ctx context.Context, credit string) (line, carried lending.Money, err error) {
	var sums struct {
		Line    lending.Money `db:"line"`
		Carried lending.Money `db:"carried"`
	}
	err = v.get(ctx, &sums, `
		SELECT c.amount AS line,
			(SELECT COALESCE(SUM(r.received_amount), 0) FROM records r WHERE r.bank_credit_id = c.id AND r.carries = 1) AS carried
		FROM bank_credits c
		WHERE c.id = ?`, credit)
	return sums.Line, sums.Carried, err
}

// NextReceiptNo takes the next number of the receipts of a financial year:
// without gaps, because it is taken in the transaction that uses it.
func (tx *Tx) NextReceiptNo(ctx context.Context, year string) (string, error) {
	n, err := tx.next(ctx, "receipt/"+year)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("R/%s/%05d", year, n), nil
}

// CashOnDay sums what one borrower paid in cash on a day, over all accounts, but
// for one record (the one being edited).
func (v *View) CashOnDay(ctx context.Context, borrower string, day lending.Date, but string) (lending.Money, error) {
	var sum lending.Money
	err := v.get(ctx, &sum, `
		SELECT COALESCE(SUM(r.received_amount), 0)
		FROM records r
		JOIN accounts a ON a.id = r.account_id
		WHERE a.borrower_id = ? AND r.bank_date = ? AND r.payment_mode = 'cash' AND r.id <> ?
			AND r.status NOT IN ('rejected', 'reverted', 'cancelled')`, borrower, day, but)
	return sum, err
}

// WriteReceipts brings status and what is left of an account's approved records
// to what its Book says. A receipt that waits for its day stays approved. The
// version stays: what follows from other facts is no change of the record, and a
// request about it stands.
func (tx *Tx) WriteReceipts(ctx context.Context, account string, receipts []lending.ReceiptBook) error {
	var stored []struct {
		ID        string        `db:"id"`
		Status    string        `db:"status"`
		Remaining lending.Money `db:"remaining_amount"`
		Refunded  lending.Money `db:"refunded_amount"`
		FactKey   string        `db:"fact_key"`
	}
	err := tx.list(ctx, &stored, `
		SELECT id, status, remaining_amount, refunded_amount, fact_key
		FROM records
		WHERE account_id = ? AND status IN ('approved', 'processed') AND fact_key IS NOT NULL AND type <> 'refund'`, account)
	if err != nil {
		return fmt.Errorf("reading the records of an account: %w", err)
	}
	books := make(map[string]lending.ReceiptBook, len(receipts))
	for _, r := range receipts {
		books[r.Receipt] = r
	}
	for _, s := range stored {
		book, ok := books[s.FactKey]
		if !ok {
			return fmt.Errorf("the book of account %s does not know record %s", account, s.ID)
		}
		status := "processed"
		if book.Waiting {
			status = "approved"
		}
		if status == s.Status && book.Remaining == s.Remaining && book.Refunded == s.Refunded {
			continue
		}
		_, err := tx.exec(ctx, `
			UPDATE records
			SET status = ?, remaining_amount = ?, refunded_amount = ?, settled_on = CASE WHEN ? = 'processed' THEN date END, updated_at = ?
			WHERE id = ?`, status, book.Remaining, book.Refunded, status, tx.Now, s.ID)
		if err != nil {
			return fmt.Errorf("writing what is left of record %s: %w", s.ID, err)
		}
	}
	return nil
}

// ConfirmRecord ties a receipt that was entered before to its statement line and
// the account that line is of, with its parts and successors if there are any.
// The version stays, so that a request for approval stands: it is only proven now.
func (tx *Tx) ConfirmRecord(ctx context.Context, record, credit, bank string) error {
	_, err := tx.exec(ctx, `
		WITH RECURSIVE family (id) AS (
			SELECT ?
			UNION
			SELECT r.id
			FROM records r
			JOIN family f ON r.parent_id = f.id OR r.predecessor_id = f.id
		)
		UPDATE records
		SET bank_credit_id = ?, collection_bank_id = ?, updated_at = ?
		WHERE id IN (SELECT id FROM family)`, record, credit, bank, tx.Now)
	if err != nil {
		return fmt.Errorf("confirming a record: %w", err)
	}
	return nil
}

// UnconfirmedCheques returns live cheques of an amount that no statement line
// confirmed yet.
func (v *View) UnconfirmedCheques(ctx context.Context, bank string, amount lending.Money) ([]Record, error) {
	var rows []Record
	err := v.list(ctx, &rows, recordSelect+`
		WHERE r.source = 'hand' AND r.bank_credit_id IS NULL AND r.payment_mode = 'cheque' AND r.received_amount = ?
			AND (r.collection_bank_id = ? OR r.collection_bank_id IS NULL)
			AND r.status NOT IN ('reverted', 'rejected', 'cancelled')
		ORDER BY r.idx`, amount, bank)
	return rows, err
}

// LiveCheques returns live records of a cheque number, which is given without
// leading zeros.
func (v *View) LiveCheques(ctx context.Context, number string) ([]Record, error) {
	var rows []Record
	err := v.list(ctx, &rows, recordSelect+`
		WHERE ltrim(r.cheque_no, '0') = ? AND r.cheque_no <> '' AND r.parent_id IS NULL
			AND r.status NOT IN ('reverted', 'rejected', 'cancelled', 'set_aside')
		ORDER BY r.idx`, number)
	return rows, err
}

// SettledRecords returns the approved and processed records of an account.
func (v *View) SettledRecords(ctx context.Context, account string) ([]Record, error) {
	var rows []Record
	err := v.list(ctx, &rows, recordSelect+`
		WHERE r.account_id = ? AND r.status IN ('approved', 'processed') AND r.type <> 'refund'
		ORDER BY r.idx`, account)
	return rows, err
}

package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// Position is where an account stands as of the business date.
type Position struct {
	AccountID            string        `db:"account_id"`
	AsOf                 lending.Date  `db:"as_of"`
	Facts                int64         `db:"facts"`
	PrincipalOutstanding lending.Money `db:"principal_outstanding"`
	TotalOutstanding     lending.Money `db:"total_outstanding"`
	DueNow               lending.Money `db:"due_now"`
	Excess               lending.Money `db:"excess"`
	DPD                  int           `db:"dpd"`
	PeakDPD              int           `db:"peak_dpd"`
	Category             string        `db:"category"`
	CategoryDate         lending.Date  `db:"category_date"`
	OldestDue            lending.Date  `db:"oldest_due"`
	NextDueDate          lending.Date  `db:"next_due_date"`
	NextDueAmount        lending.Money `db:"next_due_amount"`
	NextEvent            lending.Date  `db:"next_event"`
	PositionAt           Instant       `db:"position_at"`
}

// positionSelect names the columns of a position that may be missing (LEFT JOIN).
const positionSelect = `COALESCE(s.account_id, '') AS account_id, s.as_of, COALESCE(s.facts, 0) AS facts,
		COALESCE(s.principal_outstanding, 0) AS principal_outstanding, COALESCE(s.total_outstanding, 0) AS total_outstanding,
		COALESCE(s.due_now, 0) AS due_now, COALESCE(s.excess, 0) AS excess, COALESCE(s.dpd, 0) AS dpd,
		COALESCE(s.peak_dpd, 0) AS peak_dpd, COALESCE(s.category, '') AS category, s.category_date, s.oldest_due,
		s.next_due_date, COALESCE(s.next_due_amount, 0) AS next_due_amount, s.next_event, s.updated_at AS position_at`

// DemandRow is a demand as projected, with its id for programs.
type DemandRow struct {
	ID          string        `db:"id"`
	Idx         int64         `db:"idx"`
	AccountID   string        `db:"account_id"`
	Key         string        `db:"key"`
	LoanID      Opt           `db:"loan_id"`
	Type        string        `db:"type"`
	No          int           `db:"no"`
	Name        string        `db:"name"`
	PeriodStart lending.Date  `db:"period_start"`
	PeriodEnd   lending.Date  `db:"period_end"`
	DueDate     lending.Date  `db:"due_date"`
	IsDue       bool          `db:"is_due"`
	PAmount     lending.Money `db:"p_amount"`
	PPaid       lending.Money `db:"p_paid"`
	PWaived     lending.Money `db:"p_waived"`
	NIAmount    lending.Money `db:"ni_amount"`
	NIPaid      lending.Money `db:"ni_paid"`
	NIWaived    lending.Money `db:"ni_waived"`
	OIAmount    lending.Money `db:"oi_amount"`
	OIPaid      lending.Money `db:"oi_paid"`
	OIWaived    lending.Money `db:"oi_waived"`
	PIAmount    lending.Money `db:"pi_amount"`
	PIPaid      lending.Money `db:"pi_paid"`
	PIWaived    lending.Money `db:"pi_waived"`
	FAmount     lending.Money `db:"f_amount"`
	FPaid       lending.Money `db:"f_paid"`
	FWaived     lending.Money `db:"f_waived"`
	Outstanding lending.Money `db:"outstanding"`
	DPD         int           `db:"dpd"`
	PeakDPD     int           `db:"peak_dpd"`
	PaidOn      lending.Date  `db:"paid_on"`
	CreatedAt   Instant       `db:"created_at"`
	UpdatedAt   Instant       `db:"updated_at"`
}

const demandColumns = `id, idx, account_id, key, loan_id, type, no, name, period_start, period_end, due_date, is_due,
	p_amount, p_paid, p_waived, ni_amount, ni_paid, ni_waived, oi_amount, oi_paid, oi_waived, pi_amount, pi_paid, pi_waived,
	f_amount, f_paid, f_waived, outstanding, dpd, peak_dpd, paid_on, created_at, updated_at`

// SettlementRow is a settlement as projected.
type SettlementRow struct {
	ID          string        `db:"id"`
	Idx         int64         `db:"idx"`
	AccountID   string        `db:"account_id"`
	Seq         int           `db:"seq"`
	ReceiptKey  string        `db:"receipt_key"`
	RecordID    Opt           `db:"record_id"`
	DemandID    string        `db:"demand_id"`
	Component   string        `db:"component"`
	Amount      lending.Money `db:"amount"`
	Date        lending.Date  `db:"date"`
	Outstanding lending.Money `db:"outstanding"`
	Remaining   lending.Money `db:"remaining"`
	FromExcess  bool          `db:"from_excess"`
	DPD         int           `db:"dpd"`
	PeakDPD     int           `db:"peak_dpd"`
	CreatedAt   Instant       `db:"created_at"`
	UpdatedAt   Instant       `db:"updated_at"`
}

const settlementColumns = `id, idx, account_id, seq, receipt_key, record_id, demand_id, component, amount, date,
	outstanding, remaining, from_excess, dpd, peak_dpd, created_at, updated_at`

// Projection is what of a Book is kept for lists: [Project] makes it, WriteBook
// stores it and verify compares it.
type Projection struct {
	Demands     []DemandRow
	Settlements []SettlementRow // DemandID holds the demand's key until WriteBook
	Position    Position
}

// Project lays a Book out as rows, without ids and times.
func Project(account string, book *lending.Book, facts AccountFacts) Projection {
	var p Projection
	dpd := map[string][2]int{}
	for _, d := range book.Demands {
		p.Demands = append(p.Demands, projectDemand(account, d))
		dpd[d.Key] = [2]int{d.DPD, d.PeakDPD}
	}
	for i, s := range book.Settlements {
		p.Settlements = append(p.Settlements, SettlementRow{AccountID: account, Seq: i + 1, ReceiptKey: s.Receipt, DemandID: s.Demand,
			Component: s.Component.String(), Amount: s.Amount, Date: s.Date, Outstanding: s.Outstanding, Remaining: s.Remaining,
			FromExcess: s.FromExcess, DPD: dpd[s.Demand][0], PeakDPD: dpd[s.Demand][1]})
	}
	s := book.Summary
	p.Position = Position{AccountID: account, AsOf: book.At.Date, Facts: facts.LastSeq, PrincipalOutstanding: s.PrincipalOutstanding,
		TotalOutstanding: s.TotalOutstanding, DueNow: s.DueNow, Excess: book.Excess, DPD: s.DPD, PeakDPD: s.PeakDPD,
		Category: string(s.AssetCategory), CategoryDate: s.AssetCategoryDate, OldestDue: book.Oldest}
	p.Position.NextDueDate, p.Position.NextDueAmount, p.Position.NextEvent = upcoming(book)
	for _, f := range facts.Facts {
		if f.Kind == lending.FactClassification && f.ValueDate == book.At.Date {
			p.Position.NextEvent = book.At.Date.AddDays(1) // a decision of today counts from its day-end
		}
		// What is agreed for a later day (a loan that starts, a fee) is an event of that day.
		if next := &p.Position.NextEvent; f.ValueDate > book.At.Date && (next.IsZero() || f.ValueDate < *next) {
			*next = f.ValueDate
		}
	}
	return p
}

// upcoming finds the next due date with its amount, and the first day on which
// the day close has to look at the account again: tomorrow while anything is
// overdue, the next due date or waiting receipt otherwise.
func upcoming(book *lending.Book) (due lending.Date, amount lending.Money, event lending.Date) {
	tomorrow := book.At.Date.AddDays(1)
	for _, d := range book.Demands {
		open := unpaid(d)
		switch {
		case d.Due && open > 0:
			event = tomorrow
		case !d.Due && (due.IsZero() || d.DueDate < due):
			due, amount = d.DueDate, open
		case !d.Due && d.DueDate == due:
			amount += open
		}
	}
	for _, r := range book.Receipts {
		if r.Waiting && (event.IsZero() || r.ValueDate < event) {
			event = max(r.ValueDate, tomorrow)
		}
	}
	if !due.IsZero() && (event.IsZero() || due < event) {
		event = due
	}
	// What was paid today shows at the day-end, and an NPA grows older. The account's
	// own category counts: that of its borrower moves with the account it comes from.
	if n := len(book.Timeline); book.Summary.DPD > 0 || n > 0 && book.Timeline[n-1].Category != lending.Regular {
		event = tomorrow
	}
	return due, amount, event
}

// unpaid is what is still owed of a demand, all components.
func unpaid(d lending.Demand) lending.Money {
	var sum lending.Money
	for c := range d.Amount {
		sum += d.Left(lending.Component(c))
	}
	return sum
}

func projectDemand(account string, d lending.Demand) DemandRow {
	return DemandRow{AccountID: account, Key: d.Key, LoanID: Opt(d.Loan), Type: string(d.Type), No: d.No, Name: d.Name,
		PeriodStart: d.PeriodStart, PeriodEnd: d.PeriodEnd, DueDate: d.DueDate, IsDue: d.Due,
		PAmount: d.Amount[lending.Principal], PPaid: d.Paid[lending.Principal], PWaived: d.Waived[lending.Principal],
		NIAmount: d.Amount[lending.Interest], NIPaid: d.Paid[lending.Interest], NIWaived: d.Waived[lending.Interest],
		OIAmount: d.Amount[lending.OverdueInterest], OIPaid: d.Paid[lending.OverdueInterest], OIWaived: d.Waived[lending.OverdueInterest],
		PIAmount: d.Amount[lending.Penal], PIPaid: d.Paid[lending.Penal], PIWaived: d.Waived[lending.Penal],
		FAmount: d.Amount[lending.Fee], FPaid: d.Paid[lending.Fee], FWaived: d.Waived[lending.Fee],
		Outstanding: unpaid(d), DPD: d.DPD, PeakDPD: d.PeakDPD, PaidOn: d.PaidOn}
}

// WriteBook brings the stored projection of an account to p, changing only rows
// that differ, so that ids and times stay with what they name.
func (tx *Tx) WriteBook(ctx context.Context, p Projection) error {
	account := p.Position.AccountID
	ids, err := tx.writeDemands(ctx, account, p.Demands)
	if err != nil {
		return fmt.Errorf("writing demands: %w", err)
	}
	if err := tx.writeSettlements(ctx, account, p.Settlements, ids); err != nil {
		return fmt.Errorf("writing settlements: %w", err)
	}
	p.Position.PositionAt = tx.Now
	err = tx.insert(ctx, `
		INSERT INTO positions (account_id, as_of, facts, principal_outstanding, total_outstanding, due_now, excess, dpd, peak_dpd,
			category, category_date, oldest_due, next_due_date, next_due_amount, next_event, updated_at)
		VALUES (:account_id, :as_of, :facts, :principal_outstanding, :total_outstanding, :due_now, :excess, :dpd, :peak_dpd,
			:category, :category_date, :oldest_due, :next_due_date, :next_due_amount, :next_event, :position_at)
		ON CONFLICT (account_id) DO UPDATE SET
			as_of = excluded.as_of, facts = excluded.facts, principal_outstanding = excluded.principal_outstanding,
			total_outstanding = excluded.total_outstanding, due_now = excluded.due_now, excess = excluded.excess,
			dpd = excluded.dpd, peak_dpd = excluded.peak_dpd, category = excluded.category, category_date = excluded.category_date,
			oldest_due = excluded.oldest_due, next_due_date = excluded.next_due_date, next_due_amount = excluded.next_due_amount,
			next_event = excluded.next_event, updated_at = excluded.updated_at`, p.Position)
	if err != nil {
		return fmt.Errorf("writing the position: %w", err)
	}
	return nil
}

// same says whether two rows say the same but for identity and times.
func (d DemandRow) same(o DemandRow) bool {
	d.ID, d.Idx, d.CreatedAt, d.UpdatedAt = o.ID, o.Idx, o.CreatedAt, o.UpdatedAt
	return d == o
}

func (s SettlementRow) same(o SettlementRow) bool {
	s.ID, s.Idx, s.RecordID, s.CreatedAt, s.UpdatedAt = o.ID, o.Idx, o.RecordID, o.CreatedAt, o.UpdatedAt
	return s == o
}

// writeDemands upserts by key, removes what is gone, and returns id by key.
func (tx *Tx) writeDemands(ctx context.Context, account string, rows []DemandRow) (map[string]string, error) {
	stored, err := tx.DemandsOfAccount(ctx, account)
	if err != nil {
		return nil, err
	}
	before := make(map[string]DemandRow, len(stored))
	for _, d := range stored {
		before[d.Key] = d
	}
	ids := make(map[string]string, len(rows))
	for _, d := range rows {
		old, known := before[d.Key]
		delete(before, d.Key)
		ids[d.Key] = old.ID
		if known && d.same(old) {
			continue
		}
		if d.ID, d.Idx, d.CreatedAt = old.ID, old.Idx, old.CreatedAt; !known {
			d.ID, d.CreatedAt = NewID(), tx.Now
			if d.Idx, err = tx.next(ctx, "demands"); err != nil {
				return nil, err
			}
		}
		ids[d.Key], d.UpdatedAt = d.ID, tx.Now
		err := tx.insert(ctx, `
			INSERT INTO demands (`+demandColumns+`)
			VALUES (:id, :idx, :account_id, :key, :loan_id, :type, :no, :name, :period_start, :period_end, :due_date, :is_due,
				:p_amount, :p_paid, :p_waived, :ni_amount, :ni_paid, :ni_waived, :oi_amount, :oi_paid, :oi_waived, :pi_amount, :pi_paid, :pi_waived, :f_amount, :f_paid, :f_waived,
				:outstanding, :dpd, :peak_dpd, :paid_on, :created_at, :updated_at)
			ON CONFLICT (account_id, key) DO UPDATE SET
				period_start = excluded.period_start, period_end = excluded.period_end, due_date = excluded.due_date,
				is_due = excluded.is_due, p_amount = excluded.p_amount, p_paid = excluded.p_paid, p_waived = excluded.p_waived,
				ni_amount = excluded.ni_amount, ni_paid = excluded.ni_paid, ni_waived = excluded.ni_waived, oi_amount = excluded.oi_amount, oi_paid = excluded.oi_paid, oi_waived = excluded.oi_waived,
				pi_amount = excluded.pi_amount, pi_paid = excluded.pi_paid, pi_waived = excluded.pi_waived, f_amount = excluded.f_amount, f_paid = excluded.f_paid, f_waived = excluded.f_waived,
				outstanding = excluded.outstanding, dpd = excluded.dpd, peak_dpd = excluded.peak_dpd, paid_on = excluded.paid_on,
				updated_at = excluded.updated_at`, d)
		if err != nil {
			return nil, err
		}
	}
	for _, gone := range before {
		if _, err := tx.exec(ctx, `DELETE FROM demands WHERE id = ?`, gone.ID); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// settlementKey says which stored settlement a derived one is: which receipt
// paid which component of which demand, the how-manieth time.
type settlementKey struct {
	receipt, demand, component string
	nth                        int
}

func keyed(rows []SettlementRow) map[settlementKey]SettlementRow {
	out := make(map[settlementKey]SettlementRow, len(rows))
	for _, s := range rows {
		k := settlementKey{s.ReceiptKey, s.DemandID, s.Component, 0}
		for ; ; k.nth++ {
			if _, taken := out[k]; !taken {
				break
			}
		}
		out[k] = s
	}
	return out
}

func (tx *Tx) writeSettlements(ctx context.Context, account string, rows []SettlementRow, ids map[string]string) error {
	stored, err := tx.SettlementsOfAccount(ctx, account)
	if err != nil {
		return err
	}
	before := keyed(stored)
	for i := range rows {
		rows[i].DemandID = ids[rows[i].DemandID]
	}
	for k, s := range keyed(rows) {
		old, known := before[k]
		delete(before, k)
		if known && s.same(old) {
			continue
		}
		if err := tx.writeSettlement(ctx, s, old, known); err != nil {
			return err
		}
	}
	for _, gone := range before {
		if _, err := tx.exec(ctx, `DELETE FROM settlements WHERE id = ?`, gone.ID); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) writeSettlement(ctx context.Context, s, old SettlementRow, known bool) error {
	var err error
	if s.ID, s.Idx, s.CreatedAt = old.ID, old.Idx, old.CreatedAt; !known {
		s.ID, s.CreatedAt = NewID(), tx.Now
		if s.Idx, err = tx.next(ctx, "settlements"); err != nil {
			return err
		}
	}
	s.UpdatedAt = tx.Now
	err = tx.get(ctx, &s.RecordID, `SELECT COALESCE((SELECT id FROM records WHERE id = ?), '')`, s.ReceiptKey)
	if err != nil {
		return err
	}
	return tx.insert(ctx, `
		INSERT INTO settlements (`+settlementColumns+`)
		VALUES (:id, :idx, :account_id, :seq, :receipt_key, :record_id, :demand_id, :component, :amount, :date,
			:outstanding, :remaining, :from_excess, :dpd, :peak_dpd, :created_at, :updated_at)
		ON CONFLICT (id) DO UPDATE SET
			seq = excluded.seq, amount = excluded.amount, date = excluded.date, outstanding = excluded.outstanding,
			remaining = excluded.remaining, from_excess = excluded.from_excess, dpd = excluded.dpd, peak_dpd = excluded.peak_dpd,
			updated_at = excluded.updated_at`, s)
}

// DemandsOfAccount returns the projected demands of an account by due date.
func (v *View) DemandsOfAccount(ctx context.Context, account string) ([]DemandRow, error) {
	var rows []DemandRow
	err := v.list(ctx, &rows, `SELECT `+demandColumns+` FROM demands WHERE account_id = ? ORDER BY due_date, loan_id, no, idx`, account)
	return rows, err
}

// SettlementsOfAccount returns the projected settlements of an account in their order.
func (v *View) SettlementsOfAccount(ctx context.Context, account string) ([]SettlementRow, error) {
	var rows []SettlementRow
	err := v.list(ctx, &rows, `SELECT `+settlementColumns+` FROM settlements WHERE account_id = ? ORDER BY seq`, account)
	return rows, err
}

// PositionOf returns the position of an account; ErrMissing before its first fact.
func (v *View) PositionOf(ctx context.Context, account string) (Position, error) {
	var p Position
	err := v.get(ctx, &p, `SELECT `+positionSelect+` FROM positions s WHERE s.account_id = ?`, account)
	return p, err
}

// AccountsWithEvent returns the ids of accounts that a day close of the date has
// to replay.
func (v *View) AccountsWithEvent(ctx context.Context, date lending.Date) ([]string, error) {
	var ids []string
	err := v.list(ctx, &ids, `SELECT account_id FROM positions WHERE next_event <= ? ORDER BY account_id`, date)
	return ids, err
}

// StalePositions returns the ids of accounts whose position is of an older day:
// a stopped day close leaves them.
func (v *View) StalePositions(ctx context.Context, date lending.Date) (int64, error) {
	var n int64
	err := v.get(ctx, &n, `SELECT COUNT(*) FROM positions WHERE next_event <= ? AND as_of < ?`, date, date)
	return n, err
}

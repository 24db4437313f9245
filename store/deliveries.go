package store

import (
	"context"
	"fmt"

	"lekha/lending"
)

// Delivery is one message to one address, and how far it has come.
type Delivery struct {
	Idx        int64   `db:"idx"`
	OutboxIdx  int64   `db:"outbox_idx"`
	WebhookID  string  `db:"webhook_id"`
	State      string  `db:"state"` // "waiting", "delivered", "failed", "dropped"
	Tries      int     `db:"tries"`
	NextAt     Instant `db:"next_at"`
	Code       int     `db:"code"` // status of the last answer; 0: none came
	Answer     string  `db:"answer"`
	TriedAt    Instant `db:"tried_at"`
	Webhook    string  `db:"webhook"` // name
	WebhookRef string  `db:"webhook_ref"`

	// what is told
	Topic      string        `db:"topic"`
	Object     string        `db:"object"`
	ObjectID   string        `db:"object_id"`
	Ref        string        `db:"ref"`
	AccountID  Opt           `db:"account_id"`
	AccountRef string        `db:"account_ref"`
	Was        string        `db:"was"`
	Now        string        `db:"now"`
	Amount     lending.Money `db:"amount"`
	At         Instant       `db:"at"`
}

const deliveryFrom = `deliveries d
	JOIN outbox o ON o.idx = d.outbox_idx
	JOIN webhooks w ON w.id = d.webhook_id
	LEFT JOIN accounts a ON a.id = o.account_id`

const deliverySelect = `
	SELECT d.idx, d.outbox_idx, d.webhook_id, d.state, d.tries, d.next_at, d.code, d.answer, d.tried_at, w.name AS webhook, w.ref AS webhook_ref,
		o.topic, o.object, o.object_id, o.ref, o.account_id, COALESCE(a.ref, '') AS account_ref, o.was, o.state AS now, o.amount, o.at
	FROM ` + deliveryFrom

// DueDeliveries are the next messages to an address: of each object the oldest that
// waits, if its time has come. Later ones wait for it, so that they go in order.
func (v *View) DueDeliveries(ctx context.Context, webhook string, at Instant, limit int) ([]Delivery, error) {
	var due []Delivery
	err := v.list(ctx, &due, deliverySelect+`
		WHERE d.webhook_id = ? AND d.state = 'waiting' AND d.next_at <= ?
			AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.webhook_id = d.webhook_id AND e.object_id = d.object_id AND e.state = 'waiting' AND e.idx < d.idx)
		ORDER BY d.idx
		LIMIT ?`, webhook, at, limit)
	if err != nil {
		return nil, fmt.Errorf("listing the messages that are due: %w", err)
	}
	return due, nil
}

// NoteDelivery notes how a try went. A message that a person dropped meanwhile stays
// dropped.
func (tx *Tx) NoteDelivery(ctx context.Context, d Delivery) error {
	_, err := tx.exec(ctx, `
		UPDATE deliveries
		SET state = ?, tries = ?, next_at = ?, code = ?, answer = ?, tried_at = ?
		WHERE idx = ? AND state = 'waiting'`, d.State, d.Tries, d.NextAt, d.Code, d.Answer, tx.Now, d.Idx)
	if err != nil {
		return fmt.Errorf("noting a delivery: %w", err)
	}
	return nil
}

// SendAgain puts a message that came to rest back into the queue.
func (tx *Tx) SendAgain(ctx context.Context, idx int64) error {
	_, err := tx.exec(ctx, `UPDATE deliveries SET state = 'waiting', tries = 0, next_at = ? WHERE idx = ? AND state <> 'waiting'`, tx.Now, idx)
	if err != nil {
		return fmt.Errorf("sending a message again: %w", err)
	}
	return nil
}

// DropDeliveries gives up what waits for an address, and says how many those are.
func (tx *Tx) DropDeliveries(ctx context.Context, webhook string) (int64, error) {
	n, err := tx.exec(ctx, `UPDATE deliveries SET state = 'dropped' WHERE webhook_id = ? AND state = 'waiting'`, webhook)
	if err != nil {
		return 0, fmt.Errorf("dropping messages: %w", err)
	}
	return n, nil
}

// ForgetDeliveries deletes messages older than an instant that wait for nothing, and
// says how many. The last message stays, so that its number is not given twice.
func (tx *Tx) ForgetDeliveries(ctx context.Context, before Instant, limit int) (int64, error) {
	_, err := tx.exec(ctx, `
		DELETE FROM deliveries
		WHERE outbox_idx IN (
			SELECT o.idx
			FROM outbox o
			WHERE o.at < ? AND o.idx < (SELECT MAX(p.idx) FROM outbox p)
				AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.outbox_idx = o.idx AND e.state = 'waiting')
			ORDER BY o.at
			LIMIT ?)`, before, limit)
	if err != nil {
		return 0, fmt.Errorf("forgetting deliveries: %w", err)
	}
	n, err := tx.exec(ctx, `
		DELETE FROM outbox
		WHERE at < ? AND idx < (SELECT MAX(p.idx) FROM outbox p)
			AND NOT EXISTS (SELECT 1 FROM deliveries e WHERE e.outbox_idx = outbox.idx)`, before)
	if err != nil {
		return 0, fmt.Errorf("forgetting messages: %w", err)
	}
	return n, nil
}

// DeliveryByIdx returns one message to one address.
func (v *View) DeliveryByIdx(ctx context.Context, idx int64) (Delivery, error) {
	var d Delivery
	err := v.get(ctx, &d, deliverySelect+` WHERE d.idx = ?`, idx)
	return d, missing(err, "delivery", fmt.Sprint(idx))
}

// DeliveryQuery is what is asked of the deliveries.
type DeliveryQuery struct {
	Webhook string // id
	State   string
	Listing
}

func (q DeliveryQuery) conditions() conditions {
	var c conditions
	if q.Webhook != "" {
		c.add("d.webhook_id = ?", q.Webhook)
	}
	if q.State != "" {
		c.add("d.state = ?", q.State)
	}
	return c
}

// QueryDeliveries lists deliveries, one page, and the place to read on from.
func (v *View) QueryDeliveries(ctx context.Context, q DeliveryQuery) ([]Delivery, *RecordKey, error) {
	list := listing[Delivery]{what: "deliveries", query: deliverySelect, index: "d.idx", idx: func(d Delivery) int64 { return d.Idx },
		orders: map[string]listOrder[Delivery]{"": {}, "index": {}}}
	return list.page(ctx, v, q.conditions(), q.Listing)
}

// CountDeliveries counts deliveries.
func (v *View) CountDeliveries(ctx context.Context, q DeliveryQuery) (int64, error) {
	return v.count(ctx, "deliveries", "deliveries d", q.conditions())
}

// DeliveryCounts says how many messages to an address stand in each state.
func (v *View) DeliveryCounts(ctx context.Context, webhook string) (map[string]int64, error) {
	counts := map[string]int64{}
	err := v.each(ctx, `SELECT state, COUNT(*) FROM deliveries WHERE webhook_id = ? GROUP BY state`, []any{webhook}, func(scan func(into ...any) error) error {
		var state string
		var n int64
		err := scan(&state, &n)
		counts[state] = n
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("counting deliveries: %w", err)
	}
	return counts, nil
}

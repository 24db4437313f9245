package store

import (
	"context"
	"fmt"
)

// Webhook is an address of another program that is told what happened here.
type Webhook struct {
	ID         string  `db:"id"`
	Idx        int64   `db:"idx"`
	Ref        string  `db:"ref"`
	Name       string  `db:"name"`
	URL        string  `db:"url"`
	Status     string  `db:"status"` // "active", "paused", "ended"
	Misses     int     `db:"misses"` // times in a row that nobody answered
	RestsUntil Instant `db:"rests_until"`
	MakerID    string  `db:"maker_id"`
	CreatedAt  Instant `db:"created_at"`
	UpdatedAt  Instant `db:"updated_at"`
	Version    int64   `db:"version"`
}

// WebhookKey is what messages to an address are signed with.
type WebhookKey struct {
	ID        string  `db:"id"`
	WebhookID string  `db:"webhook_id"`
	Secret    string  `db:"secret"`
	CreatedAt Instant `db:"created_at"`
	EndsAt    Instant `db:"ends_at"` // zero: it does not
}

const webhookColumns = `id, idx, ref, name, url, status, misses, rests_until, maker_id, created_at, updated_at, version`

// CreateWebhook writes an address with what it listens for.
func (tx *Tx) CreateWebhook(ctx context.Context, w Webhook, topics []string) (Webhook, error) {
	var err error
	w.ID, w.CreatedAt, w.UpdatedAt, w.Version = NewID(), tx.Now, tx.Now, 1
	if w.Ref, err = tx.NewRef(ctx, "WHK"); err != nil {
		return w, err
	}
	if w.Idx, err = tx.next(ctx, "webhooks"); err != nil {
		return w, err
	}
	err = tx.insert(ctx, `
		INSERT INTO webhooks (`+webhookColumns+`)
		VALUES (:id, :idx, :ref, :name, :url, :status, :misses, :rests_until, :maker_id, :created_at, :updated_at, :version)`, w)
	if err != nil {
		return w, fmt.Errorf("writing webhook %s: %w", w.Name, err)
	}
	return w, tx.setTopics(ctx, w.ID, topics)
}

// UpdateWebhook rewrites an address at its version, with what it listens for.
func (tx *Tx) UpdateWebhook(ctx context.Context, w Webhook, topics []string) (Webhook, error) {
	w.UpdatedAt = tx.Now
	n, err := tx.named(ctx, `
		UPDATE webhooks
		SET name = :name, url = :url, status = :status, misses = :misses, rests_until = :rests_until, updated_at = :updated_at, version = version + 1
		WHERE id = :id AND version = :version`, w)
	if err != nil {
		return w, fmt.Errorf("updating webhook %s: %w", w.Ref, err)
	}
	if n == 0 {
		return w, Stale("webhook", w.Ref)
	}
	w.Version++
	return w, tx.setTopics(ctx, w.ID, topics)
}

func (tx *Tx) setTopics(ctx context.Context, webhook string, topics []string) error {
	if _, err := tx.exec(ctx, `DELETE FROM webhook_topics WHERE webhook_id = ?`, webhook); err != nil {
		return fmt.Errorf("clearing what a webhook listens for: %w", err)
	}
	for _, topic := range topics {
		if _, err := tx.exec(ctx, `INSERT INTO webhook_topics (webhook_id, topic) VALUES (?, ?)`, webhook, topic); err != nil {
			return fmt.Errorf("writing what a webhook listens for: %w", err)
		}
	}
	return nil
}

// RestWebhook notes whether an address answered at all, and until when it is left
// alone. It is no change that people see, so the version stays.
func (tx *Tx) RestWebhook(ctx context.Context, id string, misses int, until Instant) error {
	_, err := tx.exec(ctx, `UPDATE webhooks SET misses = ?, rests_until = ? WHERE id = ?`, misses, until, id)
	if err != nil {
		return fmt.Errorf("noting that a webhook rests: %w", err)
	}
	return nil
}

// AddWebhookKey writes a key; those before it end at an instant.
func (tx *Tx) AddWebhookKey(ctx context.Context, k WebhookKey, othersEnd Instant) error {
	_, err := tx.exec(ctx, `UPDATE webhook_keys SET ends_at = ? WHERE webhook_id = ? AND (ends_at IS NULL OR ends_at > ?)`, othersEnd, k.WebhookID, othersEnd)
	if err != nil {
		return fmt.Errorf("ending the keys of a webhook: %w", err)
	}
	k.CreatedAt = tx.Now
	err = tx.insert(ctx, `
		INSERT INTO webhook_keys (id, webhook_id, secret, created_at, ends_at)
		VALUES (:id, :webhook_id, :secret, :created_at, :ends_at)`, k)
	if err != nil {
		return fmt.Errorf("writing the key of a webhook: %w", err)
	}
	return nil
}

// WebhookKeys are the keys of an address that sign at an instant, newest first.
func (v *View) WebhookKeys(ctx context.Context, webhook string, at Instant) ([]WebhookKey, error) {
	var keys []WebhookKey
	err := v.list(ctx, &keys, `
		SELECT id, webhook_id, secret, created_at, ends_at
		FROM webhook_keys
		WHERE webhook_id = ? AND (ends_at IS NULL OR ends_at > ?)
		ORDER BY created_at DESC, id`, webhook, at)
	if err != nil {
		return nil, fmt.Errorf("listing the keys of a webhook: %w", err)
	}
	return keys, nil
}

// WebhookByAny returns one address by id, ref or name.
func (v *View) WebhookByAny(ctx context.Context, key string) (Webhook, error) {
	var w Webhook
	err := v.get(ctx, &w, `SELECT `+webhookColumns+` FROM webhooks WHERE id = ? OR ref = ? OR name = ? ORDER BY idx LIMIT 1`, key, CleanRef(key), key)
	return w, missing(err, "webhook", key)
}

// WebhookTopics is what an address listens for.
func (v *View) WebhookTopics(ctx context.Context, webhook string) ([]string, error) {
	var topics []string
	err := v.list(ctx, &topics, `SELECT topic FROM webhook_topics WHERE webhook_id = ? ORDER BY topic`, webhook)
	if err != nil {
		return nil, fmt.Errorf("listing what a webhook listens for: %w", err)
	}
	return topics, nil
}

// QueryWebhooks lists addresses, one page, and the place to read on from.
func (v *View) QueryWebhooks(ctx context.Context, l Listing) ([]Webhook, *RecordKey, error) {
	list := listing[Webhook]{what: "webhooks", query: `SELECT ` + webhookColumns + ` FROM webhooks`, index: "idx", idx: func(w Webhook) int64 { return w.Idx },
		orders: map[string]listOrder[Webhook]{"": {}, "index": {}}}
	return list.page(ctx, v, conditions{}, l)
}

// CountWebhooks counts addresses.
func (v *View) CountWebhooks(ctx context.Context) (int64, error) {
	return v.count(ctx, "webhooks", "webhooks", conditions{})
}

// WebhooksToServe are the active addresses that do not rest at an instant and have
// something waiting.
func (v *View) WebhooksToServe(ctx context.Context, at Instant) ([]Webhook, error) {
	var webhooks []Webhook
	err := v.list(ctx, &webhooks, `
		SELECT `+webhookColumns+`
		FROM webhooks
		WHERE status = 'active' AND (rests_until IS NULL OR rests_until <= ?)
			AND EXISTS (SELECT 1 FROM deliveries d WHERE d.webhook_id = webhooks.id AND d.state = 'waiting')
		ORDER BY idx
		LIMIT 100`, at)
	if err != nil {
		return nil, fmt.Errorf("listing the webhooks to serve: %w", err)
	}
	return webhooks, nil
}

package servicing

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"lekha/lending"
	"lekha/store"
)

// Other programs are told what happens here: an administrator writes down an
// address and what it listens for. What is told is written by the change itself
// (schema.sql, outbox); the room webhook carries it out.

// Topic is one kind of message.
type Topic struct{ Name, Does string }

// Topics are what an address can listen for. The names are those that the triggers
// of the outbox make of states.
var Topics = []Topic{
	{"record.unmatched", "Money came in, or is back on the desk, and nobody said yet whose it is."},
	{"record.matched", "Somebody said whose money it is, or it was sent back to be looked at again."},
	{"record.pending", "A record was sent for approval."},
	{"record.approved", "A record was approved."},
	{"record.settled", "A record was used over dues, or a refund was paid."},
	{"record.rejected", "A record was rejected."},
	{"record.reverted", "A settled record was reversed."},
	{"record.parked", "A credit was laid aside for later."},
	{"record.set_aside", "A credit is no repayment."},
	{"record.split", "A credit was matched to several accounts."},
	{"record.cancelled", "A record was taken back."},
	{"payout.created", "Money is to leave, and waits for approval."},
	{"payout.approved", "A payout was released."},
	{"payout.queued", "A payout went to the bank."},
	{"payout.processing", "The bank works on a payout."},
	{"payout.unknown", "The bank is asked what became of a payout."},
	{"payout.success", "A payout reached its payee."},
	{"payout.failed", "A payout definitely failed."},
	{"payout.returned", "Money that had reached its payee came back."},
	{"payout.cancelled", "A payout was taken back."},
	{"topup.draft", "A topup was written down."},
	{"topup.ready", "A topup passed its checks."},
	{"topup.check_failed", "A topup failed a check."},
	{"topup.pending", "A topup was sent for approval."},
	{"topup.approved", "A topup was approved."},
	{"topup.scheduled", "A topup has a day on which it is paid out."},
	{"topup.payout_initiated", "Loan and payout of a topup were made."},
	{"topup.payout_failed", "The payout of a topup failed."},
	{"topup.disbursed", "The money of a topup reached its payee."},
	{"topup.closed", "A topup was repaid."},
	{"topup.rejected", "A topup was rejected."},
	{"topup.cancelled", "A topup was taken back."},
	{"account.days_past_due", "The days past due of an account changed."},
	{"account.category", "An account moved to another asset category."},
}

// KnownTopic says that there is a topic.
func KnownTopic(name string) bool {
	return slices.ContainsFunc(Topics, func(t Topic) bool { return t.Name == name })
}

// WebhookInput is an address as an administrator writes it down.
type WebhookInput struct {
	Name    string   `json:"name"`
	URL     string   `json:"url"`
	Topics  []string `json:"topics"`
	Version int64    `json:"version,omitempty"`
}

const (
	// maxURL is longer than any address that somebody types.
	maxURL = 500
	// maxWebhooks bounds what one change can be told to.
	maxWebhooks = 20
	// keyOverlap is how long the key before still signs beside a new one.
	keyOverlap = 24 * time.Hour
)

// tidy orders and drops doubles.
func (in WebhookInput) tidy() WebhookInput {
	in.Name, in.URL = strings.TrimSpace(in.Name), strings.TrimSpace(in.URL)
	in.Topics = slices.Clone(in.Topics)
	slices.Sort(in.Topics)
	in.Topics = slices.Compact(in.Topics)
	return in
}

func (in WebhookInput) check() error {
	faults := faults{}
	faults.text("name", "name", in.Name)
	if fault := urlFault(in.URL); fault != "" {
		faults.add("url", fault)
	}
	if len(in.Topics) == 0 {
		faults.add("topics", "Say what it listens for.")
	}
	for _, topic := range in.Topics {
		if !KnownTopic(topic) {
			faults.add("topics", "There is no topic "+topic+".")
		}
	}
	return faults.refuse("webhook.invalid", "The webhook cannot be kept like this.")
}

// urlFault says why nothing is sent to an address, "" when it may be. Names and
// numbers are looked at again when they are called, because a name can come to
// mean another machine (webhook.Guard).
func urlFault(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "" || len(address) > maxURL:
		return "Give an address such as https://example.in/lekha."
	case u.User != nil || u.Fragment != "":
		return "The address holds no name, password or fragment: what is sent is signed."
	case u.Scheme == "https" || u.Scheme == "http" && IsLocalhost(u.Hostname()):
		return ""
	}
	return "Messages go to https only, but on this machine itself (localhost)."
}

// IsLocalhost says that an address names this machine.
func IsLocalhost(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1"
}

// CreateWebhook adds an address. Its secret is returned here, and shown this once.
func (o *Office) CreateWebhook(ctx context.Context, actor Actor, in WebhookInput) (store.Webhook, store.WebhookKey, error) {
	var made store.Webhook
	var key store.WebhookKey
	if err := actor.need(MayManagePeople); err != nil {
		return made, key, err
	}
	in = in.tidy()
	if err := in.check(); err != nil {
		return made, key, err
	}
	err := o.command(ctx, actor, note{action: "webhook.add", subject: in.Name, input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		count, err := tx.CountWebhooks(ctx)
		if err != nil {
			return err
		}
		if count >= maxWebhooks {
			return lending.Refuse(lending.Conflict, "webhook.many", fmt.Sprintf("There are %d webhooks: change one of them.", count))
		}
		if err := freeWebhookName(ctx, tx, in.Name, ""); err != nil {
			return err
		}
		if made, err = tx.CreateWebhook(ctx, store.Webhook{Name: in.Name, URL: in.URL, Status: "active", MakerID: actor.Person}, in.Topics); err != nil {
			return err
		}
		n.subject, n.summary = made.Ref, "Added webhook "+made.Name+" at "+made.URL+", for "+inList(in.Topics)+"."
		key = newWebhookKey(made.ID)
		return tx.AddWebhookKey(ctx, key, tx.Now)
	})
	return made, key, err
}

func freeWebhookName(ctx context.Context, tx *store.Tx, name, but string) error {
	other, err := tx.WebhookByAny(ctx, name)
	if err == nil && other.ID != but && other.Name == name {
		return lending.RefuseField("name", "webhook.taken", "There is a webhook "+name+" already.")
	}
	if err != nil && lending.KindOf(err) != lending.NotFound {
		return err
	}
	return nil
}

// inList names topics in a sentence.
func inList(topics []string) string {
	if len(topics) > 3 {
		return fmt.Sprintf("%d topics", len(topics))
	}
	return strings.Join(topics, ", ")
}

// newWebhookKey draws a key: 32 random bytes, used as the text that is shown.
func newWebhookKey(webhook string) store.WebhookKey {
	raw := make([]byte, 38)
	_, _ = rand.Read(raw) // never fails, by its contract
	return store.WebhookKey{ID: "k" + base64.RawURLEncoding.EncodeToString(raw[:6]), WebhookID: webhook, Secret: "lws_" + base64.RawURLEncoding.EncodeToString(raw[6:])}
}

// UpdateWebhook changes name, address and topics.
func (o *Office) UpdateWebhook(ctx context.Context, actor Actor, ref string, in WebhookInput) (store.Webhook, error) {
	in = in.tidy()
	if err := actor.need(MayManagePeople); err != nil {
		return store.Webhook{}, err
	}
	if err := in.check(); err != nil {
		return store.Webhook{}, err
	}
	return o.changeWebhook(ctx, actor, ref, in.Version, note{action: "webhook.change", input: in}, func(ctx context.Context, tx *store.Tx, w *store.Webhook, topics *[]string) (string, error) {
		if w.Status == "ended" {
			return "", lending.Refuse(lending.Conflict, "webhook.ended", "Webhook "+w.Name+" was ended: make another one.")
		}
		if err := freeWebhookName(ctx, tx, in.Name, w.ID); err != nil {
			return "", err
		}
		// Another address starts without the rest that the old one had to be given.
		if w.URL != in.URL {
			w.Misses, w.RestsUntil = 0, store.Instant{}
		}
		w.Name, w.URL, *topics = in.Name, in.URL, in.Topics
		return "Webhook " + w.Name + " is at " + w.URL + ", for " + inList(in.Topics) + ".", nil
	})
}

// PauseWebhook keeps messages back; they wait and go out when it is resumed.
func (o *Office) PauseWebhook(ctx context.Context, actor Actor, ref string, version int64) (store.Webhook, error) {
	return o.turnWebhook(ctx, actor, ref, version, "active", "paused", "webhook.pause")
}

// ResumeWebhook lets messages out again, and at once.
func (o *Office) ResumeWebhook(ctx context.Context, actor Actor, ref string, version int64) (store.Webhook, error) {
	return o.turnWebhook(ctx, actor, ref, version, "paused", "active", "webhook.resume")
}

func (o *Office) turnWebhook(ctx context.Context, actor Actor, ref string, version int64, from, to, action string) (store.Webhook, error) {
	if err := actor.need(MayManagePeople); err != nil {
		return store.Webhook{}, err
	}
	return o.changeWebhook(ctx, actor, ref, version, note{action: action}, func(_ context.Context, _ *store.Tx, w *store.Webhook, _ *[]string) (string, error) {
		if w.Status != from {
			return "", lending.Refuse(lending.Conflict, "webhook.state", "Webhook "+w.Name+" is "+w.Status+".")
		}
		w.Status, w.Misses, w.RestsUntil = to, 0, store.Instant{}
		return "Webhook " + w.Name + " is " + to + ".", nil
	})
}

// EndWebhook stops an address for good: it listens for nothing any more, and what
// waits for it is dropped.
func (o *Office) EndWebhook(ctx context.Context, actor Actor, ref string, version int64) (store.Webhook, error) {
	if err := actor.need(MayManagePeople); err != nil {
		return store.Webhook{}, err
	}
	return o.changeWebhook(ctx, actor, ref, version, note{action: "webhook.end"}, func(ctx context.Context, tx *store.Tx, w *store.Webhook, topics *[]string) (string, error) {
		if w.Status == "ended" {
			return "", lending.Refuse(lending.Conflict, "webhook.state", "Webhook "+w.Name+" is ended.")
		}
		dropped, err := tx.DropDeliveries(ctx, w.ID)
		w.Status, *topics = "ended", nil
		return fmt.Sprintf("Webhook %s is ended; %d messages were dropped.", w.Name, dropped), err
	})
}

// RotateWebhookKey gives an address another secret, returned here and shown this
// once. For a day messages carry a signature by each, so that nothing is refused
// while the other side changes over.
func (o *Office) RotateWebhookKey(ctx context.Context, actor Actor, ref string, version int64) (store.Webhook, store.WebhookKey, error) {
	var key store.WebhookKey
	if err := actor.need(MayManagePeople); err != nil {
		return store.Webhook{}, key, err
	}
	w, err := o.changeWebhook(ctx, actor, ref, version, note{action: "webhook.rotate"}, func(ctx context.Context, tx *store.Tx, w *store.Webhook, _ *[]string) (string, error) {
		if w.Status == "ended" {
			return "", lending.Refuse(lending.Conflict, "webhook.ended", "Webhook "+w.Name+" was ended: make another one.")
		}
		key = newWebhookKey(w.ID)
		return "Webhook " + w.Name + " signs with key " + key.ID + "; the one before ends in a day.", tx.AddWebhookKey(ctx, key, store.Instant{Time: tx.Now.Add(keyOverlap)})
	})
	return w, key, err
}

// changeWebhook runs one change of an address, with what it listens for.
func (o *Office) changeWebhook(ctx context.Context, actor Actor, ref string, version int64, n note, change func(ctx context.Context, tx *store.Tx, w *store.Webhook, topics *[]string) (string, error)) (store.Webhook, error) {
	var changed store.Webhook
	n.subject = store.CleanRef(ref)
	err := o.command(ctx, actor, n, func(ctx context.Context, tx *store.Tx, n *note) error {
		w, err := tx.WebhookByAny(ctx, ref)
		if err != nil {
			return err
		}
		n.subject = w.Ref
		if err := sameVersion("webhook", w.Ref, version, w.Version); err != nil {
			return err
		}
		topics, err := tx.WebhookTopics(ctx, w.ID)
		if err != nil {
			return err
		}
		if n.summary, err = change(ctx, tx, &w, &topics); err != nil {
			return err
		}
		changed, err = tx.UpdateWebhook(ctx, w, topics)
		return err
	})
	return changed, err
}

// SendDeliveryAgain puts a message that arrived or was given up into the queue once
// more. Whoever gets it knows it by its id.
func (o *Office) SendDeliveryAgain(ctx context.Context, actor Actor, idx int64) (store.Delivery, error) {
	var d store.Delivery
	if err := actor.need(MayManagePeople); err != nil {
		return d, err
	}
	err := o.command(ctx, actor, note{action: "webhook.again", subject: fmt.Sprint(idx)}, func(ctx context.Context, tx *store.Tx, n *note) error {
		var err error
		if d, err = tx.DeliveryByIdx(ctx, idx); err != nil {
			return err
		}
		w, err := tx.WebhookByAny(ctx, d.WebhookID)
		if err != nil {
			return err
		}
		n.subject = w.Ref
		switch {
		case w.Status == "ended":
			return lending.Refuse(lending.Conflict, "webhook.ended", "Webhook "+w.Name+" was ended: nothing is sent to it.")
		case d.State == "waiting":
			return lending.Refuse(lending.Conflict, "delivery.waiting", "This message waits to be sent already.")
		}
		n.summary = fmt.Sprintf("Sends message %d about %s to %s again.", d.OutboxIdx, d.Ref, w.Name)
		if err := tx.SendAgain(ctx, idx); err != nil {
			return err
		}
		d, err = tx.DeliveryByIdx(ctx, idx)
		return err
	})
	return d, err
}

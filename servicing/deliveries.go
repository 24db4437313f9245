package servicing

import (
	"context"
	"time"

	"lekha/store"
)

// deliveryPauses are how long a message waits after each try that went wrong. After
// the last it is given up: two and a half days in all, a weekend and a Monday morning.
var deliveryPauses = []time.Duration{
	10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour,
	3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 18 * time.Hour, 20 * time.Hour,
}

// longestRest is how long an address is left alone that does not answer at all.
const longestRest = 5 * time.Minute

// maxAnswer is how much of an answer is kept, to be read by people.
const maxAnswer = 300

// DeliveryTry is how one try of a message went.
type DeliveryTry struct {
	Delivery store.Delivery
	Code     int    // status of the answer; 0: none came
	Answer   string // its beginning, or why none came
}

// arrived says that the other side took the message.
func (t DeliveryTry) arrived() bool { return t.Code >= 200 && t.Code < 300 }

// NoteDeliveries writes down how tries to one address went. It is work of the
// program itself and stands in the deliveries, not in the log.
func (o *Office) NoteDeliveries(ctx context.Context, webhook string, tries []DeliveryTry) error {
	return o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		w, err := tx.WebhookByAny(ctx, webhook)
		if err != nil {
			return err
		}
		misses := w.Misses
		for _, t := range tries {
			if misses = 0; t.Code == 0 {
				misses = w.Misses + 1
			}
			if err := tx.NoteDelivery(ctx, t.noted(tx.Now)); err != nil {
				return err
			}
		}
		if misses == w.Misses && misses == 0 {
			return nil
		}
		rest := min(time.Second<<min(misses, 10), longestRest)
		until := store.Instant{Time: tx.Now.Add(rest)}
		if misses == 0 {
			until = store.Instant{}
		}
		return tx.RestWebhook(ctx, w.ID, misses, until)
	})
}

// noted is the delivery after a try: arrived, to be tried again, or given up.
func (t DeliveryTry) noted(now store.Instant) store.Delivery {
	d := t.Delivery
	d.Tries, d.Code, d.Answer, d.State = d.Tries+1, t.Code, t.Answer, "delivered"
	if runes := []rune(d.Answer); len(runes) > maxAnswer {
		d.Answer = string(runes[:maxAnswer])
	}
	switch {
	case t.arrived():
	case d.Tries > len(deliveryPauses):
		d.State = "failed"
	default:
		d.State, d.NextAt = "waiting", store.Instant{Time: now.Add(deliveryPauses[d.Tries-1])}
	}
	return d
}

// keepDeliveries is how long messages are kept that wait for nothing: whoever missed
// one has a quarter to ask for it again.
const keepDeliveries = 92 * 24 * time.Hour

// forgetAtOnce bounds one act of forgetting, so that nobody waits for it.
const forgetAtOnce = 500

// ForgetDeliveries deletes old messages, a few at a time, and says whether some are left.
func (o *Office) ForgetDeliveries(ctx context.Context) (more bool, err error) {
	err = o.db.Write(ctx, func(ctx context.Context, tx *store.Tx) error {
		n, err := tx.ForgetDeliveries(ctx, store.Instant{Time: tx.Now.Add(-keepDeliveries)}, forgetAtOnce)
		more = n > 0
		return err
	})
	return more, err
}

package servicing

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lekha/store"
)

// listener adds an address that listens for some topics.
func (h *house) listener(name string, topics ...string) store.Webhook {
	h.Helper()
	w, _, err := h.office.CreateWebhook(h.Context(), h.actor("admin"), WebhookInput{Name: name, URL: "https://example.in/" + name, Topics: topics})
	h.must(err)
	return w
}

// told lists what waits or went to an address: topic, what it was, what it is.
func (h *house) told(w store.Webhook) []string {
	h.Helper()
	var told []string
	h.read(func(ctx context.Context, v *store.View) error {
		rows, _, err := v.QueryDeliveries(ctx, store.DeliveryQuery{Webhook: w.ID, Listing: store.Listing{Limit: 200}})
		for _, d := range rows {
			told = append(told, fmt.Sprintf("%s %s>%s %s", d.Topic, d.Was, d.Now, d.Amount))
		}
		return err
	})
	return told
}

// A change of state and its message are one transaction: each state that somebody
// listens for is told once, in the order in which it came, and a command that is
// refused tells nothing.
func TestOutboxFollowsRecordsAndAccounts(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	w := h.listener("books", "record.unmatched", "record.matched", "record.pending", "record.approved", "record.settled", "record.reverted", "account.days_past_due", "account.category")
	deaf := h.listener("deaf", "topup.approved")
	record := h.match(h.credit("UPI-SUNITA DEVI-SUNITA@OKSBI-SBIN0001234-632012345678-LOAN PL001", "0000632012345678", "11002.00"), "PL001")
	h.refused(h.decide(h.asha, record, "approve", ""), "approval.role")
	record = h.approve(record)
	asked, err := h.office.RequestReversal(h.Context(), h.asha, record.Ref, record.Version, "bank", "The bank took it back.")
	h.must(err)
	h.must(h.signed(asked.Ref, h.ravi, h.mina))
	want := []string{
		"record.unmatched >unmatched 11002.00", "record.matched unmatched>initiated 11002.00", "record.pending initiated>pending 11002.00",
		"record.approved pending>approved 11002.00", "record.settled approved>processed 11002.00",
		"record.reverted processed>reverted 11002.00",
	}
	got := h.told(w)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if told := h.told(deaf); len(told) != 0 {
		t.Errorf("told to who does not listen: %v", told)
	}
	if _, err := h.close(h.asha, day("2026-12-10")); err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"account.days_past_due 11>12 11002.00", "account.days_past_due 29>30 22004.00", "account.category SMA-0>SMA-1 22004.00"} {
		if !slices.Contains(h.told(w), line) {
			t.Errorf("%s of %s is not in %v", line, account.Ref, h.told(w)[len(got):])
		}
	}
}

// No state of a record, a payout or a topup is without a topic, so that nobody
// listens in vain.
func TestTopicsAreTheStatesOfTheSchema(t *testing.T) {
	for _, state := range []string{"created", "approved", "queued", "processing", "unknown", "success", "failed", "returned", "cancelled"} {
		if !KnownTopic("payout." + state) {
			t.Errorf("payout.%s", state)
		}
	}
	for state := range topupStates {
		if !KnownTopic("topup." + state) {
			t.Errorf("topup.%s", state)
		}
	}
	for state := range stateWords {
		word := map[string]string{"initiated": "matched", "processed": "settled"}[state]
		if word == "" {
			word = state
		}
		if !KnownTopic("record." + word) {
			t.Errorf("record.%s", word)
		}
	}
}

func TestWebhookAddresses(t *testing.T) {
	h := newHouse(t)
	admin := h.actor("admin")
	for address, may := range map[string]bool{
		"https://example.in/lekha": true, "http://localhost:9000/x": true, "http://127.0.0.1/x": true, "http://[::1]:80/": true,
		"http://example.in/": false, "ftp://example.in/": false, "https://": false, "https://a:b@example.in/": false, "https://example.in/#x": false, "javascript:alert(1)": false, "": false,
	} {
		if fault := urlFault(address); (fault == "") != may {
			t.Errorf("%q: %q", address, fault)
		}
	}
	_, _, err := h.office.CreateWebhook(t.Context(), admin, WebhookInput{Name: "x", URL: "https://example.in/", Topics: []string{"record.eaten"}})
	h.refused(err, "webhook.invalid")
	_, _, err = h.office.CreateWebhook(t.Context(), h.omar, WebhookInput{Name: "x", URL: "https://example.in/", Topics: []string{"record.settled"}})
	h.refused(err, "permission")
	h.listener("books", "record.settled")
	_, _, err = h.office.CreateWebhook(t.Context(), admin, WebhookInput{Name: "books", URL: "https://example.in/", Topics: []string{"record.settled"}})
	h.refused(err, "webhook.taken")
}

// A replaced key signs beside the new one for a day, and not longer.
func TestWebhookKeysRotate(t *testing.T) {
	h := newHouse(t)
	admin := h.actor("admin")
	w := h.listener("books", "record.settled")
	keys := func() (ids []string) {
		h.read(func(ctx context.Context, v *store.View) error {
			found, err := v.WebhookKeys(ctx, w.ID, v1(h))
			for _, k := range found {
				ids = append(ids, k.ID)
			}
			return err
		})
		return ids
	}
	first := keys()
	changed, key, err := h.office.RotateWebhookKey(t.Context(), admin, w.Ref, w.Version)
	h.must(err)
	if got := keys(); len(first) != 1 || !slices.Equal(got, []string{key.ID, first[0]}) || changed.Version != w.Version+1 {
		t.Errorf("%v after %v", got, first)
	}
	_, _, err = h.office.RotateWebhookKey(t.Context(), admin, w.Ref, w.Version)
	h.refused(err, "webhook.changed")
	h.clock.set(h.clock.read().Add(25 * time.Hour))
	if got := keys(); !slices.Equal(got, []string{key.ID}) {
		t.Errorf("a day later %v sign", got)
	}
}

// v1 is the moment of the house.
func v1(h *house) store.Instant { return store.Instant{Time: h.clock.read()} }

// A message that nobody takes is tried with growing pauses and given up after them;
// later messages about the same object wait for it, those about others do not.
func TestDeliveriesGrowRareAndEnd(t *testing.T) {
	h := newHouse(t)
	w := h.listener("books", "record.unmatched", "record.parked")
	due := func() []store.Delivery {
		var rows []store.Delivery
		h.read(func(ctx context.Context, v *store.View) (err error) {
			rows, err = v.DueDeliveries(ctx, w.ID, v1(h), 10)
			return err
		})
		return rows
	}
	one := h.credit("NEFT ONE", "N1", "100")
	_, err := h.office.ParkRecord(t.Context(), h.asha, one.Ref, one.Version, "Ask.")
	h.must(err)
	h.credit("NEFT TWO", "N2", "200")
	rows := due()
	if len(rows) != 2 || rows[0].Topic != "record.unmatched" || rows[1].ObjectID == one.ID {
		t.Fatalf("not the oldest of each object: %+v", rows)
	}
	for try := range deliveryPauses {
		h.must(h.office.NoteDeliveries(t.Context(), w.ID, []DeliveryTry{{Delivery: rows[0], Code: 500, Answer: "no"}}))
		if again := due(); slices.ContainsFunc(again, func(d store.Delivery) bool { return d.ObjectID == one.ID }) {
			t.Fatalf("try %d: due at once again: %+v", try, again)
		}
		h.clock.set(h.clock.read().Add(deliveryPauses[try]))
		if rows = due(); rows[0].Tries != try+1 || rows[0].Topic != "record.unmatched" {
			t.Fatalf("try %d: %+v", try, rows)
		}
	}
	h.must(h.office.NoteDeliveries(t.Context(), w.ID, []DeliveryTry{{Delivery: rows[0], Code: 500, Answer: "no"}}))
	after := due()
	if !slices.ContainsFunc(after, func(d store.Delivery) bool { return d.Topic == "record.parked" }) {
		t.Errorf("given up, it holds the next one up: %+v", after)
	}
	admin := h.actor("admin")
	again, err := h.office.SendDeliveryAgain(t.Context(), admin, rows[0].Idx)
	h.must(err)
	if again.State != "waiting" || again.Tries != 0 || due()[0].Idx != rows[0].Idx {
		t.Errorf("%+v", again)
	}
	_, err = h.office.SendDeliveryAgain(t.Context(), admin, rows[0].Idx)
	h.refused(err, "delivery.waiting")
}

// Paused, messages wait; ended, they are dropped and nothing new is written.
func TestWebhookIsPausedAndEnded(t *testing.T) {
	h := newHouse(t)
	admin := h.actor("admin")
	w := h.listener("books", "record.unmatched")
	serves := func() (n int) {
		h.read(func(ctx context.Context, v *store.View) error {
			found, err := v.WebhooksToServe(ctx, v1(h))
			n = len(found)
			return err
		})
		return n
	}
	w, err := h.office.PauseWebhook(t.Context(), admin, w.Ref, w.Version)
	h.must(err)
	h.credit("NEFT ONE", "N1", "100")
	if serves() != 0 || len(h.told(w)) != 1 {
		t.Errorf("paused: %d served, %v", serves(), h.told(w))
	}
	w, err = h.office.ResumeWebhook(t.Context(), admin, w.Ref, w.Version)
	h.must(err)
	if serves() != 1 {
		t.Error("resumed, nothing is sent")
	}
	// Who does not answer at all is left alone, and tried again later.
	var d []store.Delivery
	h.read(func(ctx context.Context, v *store.View) (err error) {
		d, err = v.DueDeliveries(ctx, w.ID, v1(h), 1)
		return err
	})
	h.must(h.office.NoteDeliveries(t.Context(), w.ID, []DeliveryTry{{Delivery: d[0], Answer: "no route"}}))
	if serves() != 0 {
		t.Error("who does not answer is called at once again")
	}
	h.clock.set(h.clock.read().Add(longestRest))
	if serves() != 1 {
		t.Error("who did not answer is forgotten")
	}
	w, err = h.office.EndWebhook(t.Context(), admin, w.Ref, w.Version)
	h.must(err)
	h.credit("NEFT TWO", "N2", "200")
	if told := h.told(w); len(told) != 1 || serves() != 0 {
		t.Errorf("ended: %v, %d served", told, serves())
	}
	_, err = h.office.ResumeWebhook(t.Context(), admin, w.Ref, w.Version)
	h.refused(err, "webhook.state")
	// Old messages go, and the number of the last is not given twice.
	h.clock.set(h.clock.read().Add(keepDeliveries + time.Hour))
	_, err = h.office.ForgetDeliveries(t.Context())
	h.must(err)
	if told := h.told(w); len(told) != 1 {
		t.Errorf("the last message is gone: %v", told)
	}
}

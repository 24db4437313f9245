package lms

import (
	"context"
	"net/http"
	"strconv"

	"lekha/servicing"
	"lekha/store"
)

// webhookRoutes are the addresses that are told what happens here.
func webhookRoutes() []route {
	manage, audit := servicing.MayManagePeople, servicing.MayAudit
	at := root + "/webhooks/"
	one, deliveries := at+"{id}/", root+"/deliveries/"
	return []route{
		{name: "listWebhooks", method: get, path: at, permission: audit, mark: ours, summary: "List the addresses that are told what happens.", query: join(pages, ordering("index")), endpoint: answers((*API).listWebhooks)},
		{name: "createWebhook", method: post, path: at, permission: manage, mark: ours, summary: "Add an address; its secret is answered this once.", endpoint: takes((*API).createWebhook), status: created, strict: true},
		{name: "showWebhook", method: get, path: one, permission: audit, mark: ours, summary: "One address, with the keys that sign.", endpoint: answers((*API).showWebhook)},
		{name: "updateWebhook", method: patch, path: one, permission: manage, mark: ours, summary: "Change name, address, topics, or pause, resume and end it.", endpoint: takes((*API).updateWebhook), strict: true},
		{name: "rotateWebhookKey", method: post, path: one + "rotate_key/", permission: manage, mark: ours, summary: "Make another key; the one before signs beside it for a day.", endpoint: takes((*API).rotateWebhookKey), status: created, strict: true},
		{name: "listDeliveries", method: get, path: deliveries, permission: audit, mark: ours, summary: "List messages and how far they have come.", query: join(pages, deliveryFilters), endpoint: answers((*API).listDeliveries)},
		{name: "sendDeliveryAgain", method: post, path: deliveries + "{id}/again/", permission: manage, mark: ours, summary: "Send a message once more that arrived or was given up.", endpoint: answers((*API).sendDeliveryAgain)},
	}
}

// deliveryFilters narrow the deliveries.
var deliveryFilters = join(one("webhook", textParam, "Id, ref or name of the address."), one("state", textParam, "waiting, delivered, failed or dropped."), ordering("index"))

// webhookAnswer is an address that is told what happens here.
type webhookAnswer struct {
	ID         string       `json:"id"`
	RefID      string       `json:"ref_id"`
	Index      int64        `json:"index"`
	Name       string       `json:"name"`
	URL        string       `json:"url"`
	Status     string       `json:"status" doc:"active, paused or ended."`
	Topics     []string     `json:"topics"`
	RestsUntil stamp        `json:"rests_until" doc:"Nobody answered: nothing is sent before."`
	Keys       []webhookKey `json:"keys" doc:"That sign now, newest first."`
	CreatedAt  stamp        `json:"created_at"`
	UpdatedAt  stamp        `json:"updated_at"`
	Version    int64        `json:"version"`
}

// webhookKey is a key that signs.
type webhookKey struct {
	ID        string `json:"id"`
	Secret    noText `json:"secret" doc:"Only in the answer that makes the key; null ever after."`
	CreatedAt stamp  `json:"created_at"`
	EndsAt    stamp  `json:"ends_at"`
}

func webhookWire(ctx context.Context, v *store.View, w store.Webhook, now store.Instant) (webhookAnswer, error) {
	answer := webhookAnswer{ID: w.ID, RefID: w.Ref, Index: w.Idx, Name: w.Name, URL: w.URL, Status: w.Status, RestsUntil: stampOf(w.RestsUntil), Keys: []webhookKey{},
		CreatedAt: stampOf(w.CreatedAt), UpdatedAt: stampOf(w.UpdatedAt), Version: w.Version}
	topics, err := v.WebhookTopics(ctx, w.ID)
	if err != nil {
		return answer, err
	}
	answer.Topics = refs(topics)
	keys, err := v.WebhookKeys(ctx, w.ID, now)
	for _, k := range keys {
		answer.Keys = append(answer.Keys, webhookKey{ID: k.ID, CreatedAt: stampOf(k.CreatedAt), EndsAt: stampOf(k.EndsAt)})
	}
	return answer, err
}

// listWebhooks answers one page of addresses.
func (a *API) listWebhooks(c *call) (page[webhookAnswer], error) {
	var answer page[webhookAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		l := c.listing("index")
		var err error
		answer, err = paged(c, l,
			func() ([]store.Webhook, *store.RecordKey, error) { return v.QueryWebhooks(ctx, l) },
			func() (int64, error) { return v.CountWebhooks(ctx) },
			func(ctx context.Context, w store.Webhook) (webhookAnswer, error) {
				return webhookWire(ctx, v, w, a.reader.Now())
			})
		return err
	})
	return answer, err
}

// webhookBody is an address as it is given; what is left out of a change stays.
type webhookBody struct {
	Name    *text  `json:"name"`
	URL     *text  `json:"url" doc:"https, or http to localhost."`
	Topics  *words `json:"topics" doc:"Such as record.settled; all of them stand in docs/api.md."`
	Status  *text  `json:"status" enum:"active,paused,ended" doc:"Of a change: paused keeps messages back, ended is for good."`
	Version whole  `json:"version"`
}

// over lays what was given over an input.
func (in webhookBody) over(to *servicing.WebhookInput) {
	lay(in.Name, &to.Name)
	lay(in.URL, &to.URL)
	if in.Topics != nil {
		to.Topics = *in.Topics
	}
}

// createWebhook adds an address.
func (a *API) createWebhook(c *call, in webhookBody) (webhookAnswer, error) {
	var command servicing.WebhookInput
	in.over(&command)
	if in.Status != nil && *in.Status != "active" {
		return webhookAnswer{}, faults{"status": "A new webhook is active."}
	}
	w, key, err := a.office.CreateWebhook(c.ctx, c.actor, command)
	if err != nil {
		return webhookAnswer{}, err
	}
	return a.answerKey(c, w.ID, key)
}

// answerKey is an address with the secret of the key just made.
func (a *API) answerKey(c *call, id string, made store.WebhookKey) (webhookAnswer, error) {
	answer, err := a.answerWebhook(c, id)
	for i, k := range answer.Keys {
		if k.ID == made.ID {
			answer.Keys[i].Secret = noText(made.Secret)
		}
	}
	return answer, err
}

// showWebhook answers one address.
func (a *API) showWebhook(c *call) (webhookAnswer, error) { return a.answerWebhook(c, c.id()) }

func (a *API) answerWebhook(c *call, id string) (webhookAnswer, error) {
	var answer webhookAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		w, err := v.WebhookByAny(ctx, id)
		if err != nil {
			return err
		}
		c.version = w.Version
		answer, err = webhookWire(ctx, v, w, a.reader.Now())
		return err
	})
	return answer, err
}

// updateWebhook changes an address, or turns it on and off: one of the two.
func (a *API) updateWebhook(c *call, in webhookBody) (webhookAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return webhookAnswer{}, err
	}
	var command servicing.WebhookInput
	var now store.Webhook
	err = a.read(c, func(ctx context.Context, v *store.View) error {
		if now, err = v.WebhookByAny(ctx, c.id()); err != nil {
			return err
		}
		topics, err := v.WebhookTopics(ctx, now.ID)
		command = servicing.WebhookInput{Name: now.Name, URL: now.URL, Topics: topics, Version: orNow(version, now.Version)}
		return err
	})
	if err != nil {
		return webhookAnswer{}, err
	}
	change := a.office.UpdateWebhook
	if in.Status != nil && string(*in.Status) != now.Status {
		if in.Name != nil || in.URL != nil || in.Topics != nil {
			return webhookAnswer{}, faults{"status": "Change the state by itself."}
		}
		change = func(ctx context.Context, actor servicing.Actor, ref string, w servicing.WebhookInput) (store.Webhook, error) {
			turn := map[text]func(context.Context, servicing.Actor, string, int64) (store.Webhook, error){
				"active": a.office.ResumeWebhook, "paused": a.office.PauseWebhook, "ended": a.office.EndWebhook}[*in.Status]
			if turn == nil {
				return store.Webhook{}, faults{"status": "A webhook is active, paused or ended."}
			}
			return turn(ctx, actor, ref, w.Version)
		}
	}
	in.over(&command)
	w, err := change(c.ctx, c.actor, now.ID, command)
	if err != nil {
		return webhookAnswer{}, err
	}
	return a.answerWebhook(c, w.ID)
}

// versionBody is a change that says only what it was made from.
type versionBody struct {
	Version whole `json:"version"`
}

// rotateWebhookKey makes another key.
func (a *API) rotateWebhookKey(c *call, in versionBody) (webhookAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return webhookAnswer{}, err
	}
	w, key, err := a.office.RotateWebhookKey(c.ctx, c.actor, c.id(), version)
	if err != nil {
		return webhookAnswer{}, err
	}
	return a.answerKey(c, w.ID, key)
}

// deliveryAnswer is one message to one address.
type deliveryAnswer struct {
	ID         string `json:"id"`
	EventID    string `json:"event_id" doc:"The same at each try, and for each address."`
	Webhook    string `json:"webhook" doc:"Ref of the address."`
	Type       string `json:"type"`
	Object     string `json:"object"`
	ObjectID   string `json:"object_id"`
	ObjectRef  string `json:"object_ref_id"`
	Was        noText `json:"was"`
	State      string `json:"state" doc:"That the object came to."`
	Amount     amount `json:"amount"`
	Status     string `json:"status" doc:"waiting, delivered, failed or dropped."`
	Tries      int    `json:"tries"`
	AnswerCode int    `json:"answer_code" doc:"Status of the last answer; 0 when none came."`
	Answer     string `json:"answer"`
	CreatedAt  stamp  `json:"created_at"`
	TriedAt    stamp  `json:"tried_at"`
	NextAt     stamp  `json:"next_at"`
}

func deliveryWire(d store.Delivery) deliveryAnswer {
	answer := deliveryAnswer{ID: strconv.FormatInt(d.Idx, 10), EventID: strconv.FormatInt(d.OutboxIdx, 10), Webhook: d.WebhookRef, Type: d.Topic, Object: d.Object,
		ObjectID: d.ObjectID, ObjectRef: d.Ref, Was: noText(d.Was), State: d.Now, Amount: amount(d.Amount), Status: d.State, Tries: d.Tries, AnswerCode: d.Code,
		Answer: d.Answer, CreatedAt: stampOf(d.At), TriedAt: stampOf(d.TriedAt)}
	if d.State == "waiting" {
		answer.NextAt = stampOf(d.NextAt)
	}
	return answer
}

// listDeliveries answers one page of messages, newest first.
func (a *API) listDeliveries(c *call) (page[deliveryAnswer], error) {
	var answer page[deliveryAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		q := store.DeliveryQuery{State: c.text("state"), Listing: c.listing("-index")}
		if key := c.keyParam("webhook"); key != "" {
			w, err := v.WebhookByAny(ctx, key)
			if err != nil {
				return err
			}
			q.Webhook = w.ID
		}
		var err error
		answer, err = paged(c, q.Listing,
			func() ([]store.Delivery, *store.RecordKey, error) { return v.QueryDeliveries(ctx, q) },
			func() (int64, error) { return v.CountDeliveries(ctx, q) },
			func(_ context.Context, d store.Delivery) (deliveryAnswer, error) { return deliveryWire(d), nil })
		return err
	})
	return answer, err
}

// sendDeliveryAgain sends a message once more.
func (a *API) sendDeliveryAgain(c *call) (deliveryAnswer, error) {
	idx, err := strconv.ParseInt(c.id(), 10, 64)
	if err != nil {
		return deliveryAnswer{}, refuse(http.StatusNotFound, "delivery.not_found", "There is no delivery "+c.id()+".")
	}
	d, err := a.office.SendDeliveryAgain(c.ctx, c.actor, idx)
	if err != nil {
		return deliveryAnswer{}, err
	}
	return deliveryWire(d), nil
}

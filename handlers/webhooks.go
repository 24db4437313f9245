package handlers

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

const (
	// webhooksPage is how many addresses a page lists.
	webhooksPage = 50
	// deliveriesPage is how many messages a page lists.
	deliveriesPage = 50
	// lastDeliveries is how many the page of an address shows.
	lastDeliveries = 10
)

func (a *app) listWebhooks(c echo.Context) error {
	var page views.WebhooksPage
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Webhooks", here: "/people"}); err != nil {
			return err
		}
		listing := store.Listing{Limit: webhooksPage}
		if after := keyParam(c, "after"); after > 0 {
			listing.After = &store.RecordKey{Idx: after}
		}
		hooks, next, err := v.QueryWebhooks(ctx, listing)
		if err != nil {
			return err
		}
		if next != nil {
			page.Next = "/webhooks?after=" + strconv.FormatInt(next.Idx, 10)
		}
		for _, w := range hooks {
			topics, err := v.WebhookTopics(ctx, w.ID)
			if err != nil {
				return err
			}
			counts, err := v.DeliveryCounts(ctx, w.ID)
			if err != nil {
				return err
			}
			page.Rows = append(page.Rows, views.WebhookRow{Path: "/webhooks/" + w.Ref, Ref: w.Ref, Name: w.Name, URL: w.URL, Status: w.Status, Topics: len(topics),
				Waiting: int(counts["waiting"]), Failed: int(counts["failed"]), Arrived: int(counts["delivered"]), RestsUntil: w.RestsUntil.Time})
		}
		return nil
	})
	if err != nil {
		return err
	}
	page.New = offer(c, servicing.MayManagePeople, views.Act{Label: "New webhook", Icon: "plus", Path: "/webhooks/new", Key: "n"})
	return a.show(c, http.StatusOK, views.Webhooks(page), nil)
}

func (a *app) newWebhook(c echo.Context) error {
	return a.showWebhookForm(c, http.StatusOK, "", []string{"record.settled", "record.reverted"}, views.WebhookPage{Form: views.Form{Values: map[string]string{}}})
}

// createWebhook shows the secret once, in the very answer.
func (a *app) createWebhook(c echo.Context) error {
	f := read(c)
	in := f.webhook()
	w, key, err := a.office.CreateWebhook(c.Request().Context(), actorOf(c), in)
	if err == nil {
		return a.showWebhookForm(c, http.StatusCreated, w.Ref, nil, views.WebhookPage{Key: key.ID, Secret: key.Secret})
	}
	return a.webhookRefused(c, f, "", in, err)
}

func (f *fields) webhook() servicing.WebhookInput {
	return servicing.WebhookInput{Name: f.text("name"), URL: f.text("url"), Topics: f.list("topics"), Version: f.version()}
}

func (a *app) webhookRefused(c echo.Context, f *fields, ref string, in servicing.WebhookInput, err error) error {
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	if in.Name == "" && in.URL == "" {
		form.Values, in.Topics = nil, nil // a button without fields: the form shows what is stored
	}
	return a.showWebhookForm(c, statusOf(err), ref, in.Topics, views.WebhookPage{Form: form})
}

func (a *app) showWebhook(c echo.Context) error {
	return a.showWebhookForm(c, http.StatusOK, c.Param("ref"), nil, views.WebhookPage{})
}

// showWebhookForm shows an address, new or stored; a form without values is filled
// with what is stored.
func (a *app) showWebhookForm(c echo.Context, status int, ref string, ticked []string, page views.WebhookPage) error {
	page.WhyNot = offer(c, servicing.MayManagePeople, views.Act{}).WhyNot
	var hook store.Webhook
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		title := "New webhook"
		if ref != "" {
			if hook, ticked, err = storedWebhook(ctx, v, a.reader.Now(), ref, ticked, &page); err != nil {
				return err
			}
			title = page.Name
		}
		if page.Shell, err = a.shell(ctx, c, v, frame{title: title, here: "/people"}); err != nil || ref == "" {
			return err
		}
		rows, _, err := v.QueryDeliveries(ctx, store.DeliveryQuery{Webhook: hook.ID, Listing: store.Listing{Limit: lastDeliveries, Descending: true}})
		page.Deliveries = deliveryRows(rows)
		if err == nil {
			page.History, err = history(ctx, v, page.Ref, page.Today)
		}
		return err
	})
	if err != nil {
		return err
	}
	page.Topics = topicGroups(ticked)
	return a.show(c, status, views.Webhook(page), nil)
}

// storedWebhook fills the page of an address with what is stored, and returns it
// with what is ticked.
func storedWebhook(ctx context.Context, v *store.View, now store.Instant, ref string, ticked []string, page *views.WebhookPage) (store.Webhook, []string, error) {
	w, err := v.WebhookByAny(ctx, ref)
	if err != nil {
		return w, nil, err
	}
	page.Ref, page.Name, page.Status, page.Version, page.RestsUntil = w.Ref, w.Name, w.Status, w.Version, w.RestsUntil.Time
	keys, err := v.WebhookKeys(ctx, w.ID, now)
	if err != nil {
		return w, nil, err
	}
	for _, k := range keys {
		page.Keys = append(page.Keys, views.WebhookKeyRow{ID: k.ID, Created: k.CreatedAt.Time, Ends: k.EndsAt.Time})
	}
	if page.Form.Values == nil {
		page.Form.Values = map[string]string{"name": w.Name, "url": w.URL}
		ticked, err = v.WebhookTopics(ctx, w.ID)
	}
	return w, ticked, err
}

// topicGroups are the topics by their objects, with those that are ticked.
func topicGroups(ticked []string) []views.TopicGroup {
	var groups []views.TopicGroup
	for _, t := range servicing.Topics {
		object, _, _ := strings.Cut(t.Name, ".")
		label := map[string]string{"record": "Records", "payout": "Payouts", "topup": "Topups", "account": "Accounts"}[object]
		if len(groups) == 0 || groups[len(groups)-1].Label != label {
			groups = append(groups, views.TopicGroup{Label: label})
		}
		last := &groups[len(groups)-1]
		last.Topics = append(last.Topics, views.TopicChoice{Name: t.Name, Does: t.Does, On: slices.Contains(ticked, t.Name)})
	}
	return groups
}

func (a *app) updateWebhook(c echo.Context) error {
	f := read(c)
	in := f.webhook()
	w, err := a.office.UpdateWebhook(c.Request().Context(), actorOf(c), c.Param("ref"), in)
	if err == nil {
		a.flash(c, views.Flash{Text: "Saved " + w.Name + "."})
		return a.seeOther(c, "/webhooks/"+w.Ref)
	}
	return a.webhookRefused(c, f, c.Param("ref"), in, err)
}

func (a *app) createWebhookKey(c echo.Context) error {
	f := read(c)
	w, key, err := a.office.RotateWebhookKey(c.Request().Context(), actorOf(c), c.Param("ref"), f.version())
	if err == nil {
		return a.showWebhookForm(c, http.StatusCreated, w.Ref, nil, views.WebhookPage{Key: key.ID, Secret: key.Secret})
	}
	return a.webhookRefused(c, f, c.Param("ref"), servicing.WebhookInput{}, err)
}

func (a *app) createWebhookPause(c echo.Context) error {
	f := read(c)
	w, err := a.office.PauseWebhook(c.Request().Context(), actorOf(c), c.Param("ref"), f.version())
	return a.webhookTurned(c, f, w, err, "Paused "+w.Name+": messages are kept.")
}

func (a *app) createWebhookResumption(c echo.Context) error {
	f := read(c)
	w, err := a.office.ResumeWebhook(c.Request().Context(), actorOf(c), c.Param("ref"), f.version())
	return a.webhookTurned(c, f, w, err, w.Name+" is told again.")
}

func (a *app) createWebhookEnding(c echo.Context) error {
	f := read(c)
	w, err := a.office.EndWebhook(c.Request().Context(), actorOf(c), c.Param("ref"), f.version())
	return a.webhookTurned(c, f, w, err, "Ended "+w.Name+".")
}

func (a *app) webhookTurned(c echo.Context, f *fields, w store.Webhook, err error, done string) error {
	if err == nil {
		a.flash(c, views.Flash{Text: done})
		return a.seeOther(c, "/webhooks/"+w.Ref)
	}
	return a.webhookRefused(c, f, c.Param("ref"), servicing.WebhookInput{}, err)
}

func (a *app) listDeliveries(c echo.Context) error {
	page := views.DeliveriesPage{WhyNot: offer(c, servicing.MayManagePeople, views.Act{}).WhyNot}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		q := store.DeliveryQuery{State: c.QueryParam("state"), Listing: store.Listing{Limit: deliveriesPage, Descending: true}}
		here := "/deliveries?"
		if key := c.QueryParam("webhook"); key != "" {
			w, err := v.WebhookByAny(ctx, key)
			if err != nil {
				return err
			}
			q.Webhook, page.Title, page.Path = w.ID, "To "+w.Name, "/webhooks/"+w.Ref
			here += "webhook=" + w.Ref + "&"
		}
		for _, t := range []struct{ state, label string }{{"", "All"}, {"waiting", "Waiting"}, {"delivered", "Arrived"}, {"failed", "Given up"}, {"dropped", "Dropped"}} {
			n, err := v.CountDeliveries(ctx, store.DeliveryQuery{Webhook: q.Webhook, State: t.state})
			if err != nil {
				return err
			}
			page.Tabs = append(page.Tabs, views.FateTab{Path: here + "state=" + t.state, Label: t.label, Count: int(n), Current: t.state == q.State})
		}
		if after := keyParam(c, "after"); after > 0 {
			q.After = &store.RecordKey{Idx: after}
		}
		rows, next, err := v.QueryDeliveries(ctx, q)
		if err != nil {
			return err
		}
		if page.Rows = deliveryRows(rows); next != nil {
			page.Next = here + "state=" + q.State + "&after=" + strconv.FormatInt(next.Idx, 10)
		}
		page.Shell, err = a.shell(ctx, c, v, frame{title: "Deliveries", here: "/people"})
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.Deliveries(page), nil)
}

// deliveryPaths are where the objects of messages are shown.
var deliveryPaths = map[string]string{"record": "/records/", "payout": "/payouts/", "topup": "/topups/", "account": "/accounts/"}

func deliveryRows(list []store.Delivery) []views.DeliveryRow {
	rows := make([]views.DeliveryRow, len(list))
	for i, d := range list {
		rows[i] = views.DeliveryRow{No: d.Idx, Message: d.OutboxIdx, Webhook: d.Webhook, WebhookPath: "/webhooks/" + d.WebhookRef, Topic: d.Topic, Ref: d.Ref,
			Path: deliveryPaths[d.Object] + d.Ref, Was: d.Was, Now: d.Now, State: d.State, Answer: d.Answer, Amount: d.Amount, Tries: d.Tries,
			At: d.At.Time, Tried: d.TriedAt.Time, Next: d.NextAt.Time}
		if d.Code != 0 {
			rows[i].Code = strconv.Itoa(d.Code)
		}
		if d.State != "waiting" {
			rows[i].Again = "/deliveries/" + strconv.FormatInt(d.Idx, 10) + "/again"
		}
	}
	return rows
}

func (a *app) createDeliveryAgain(c echo.Context) error {
	idx, err := strconv.ParseInt(c.Param("idx"), 10, 64)
	if err != nil {
		return lending.Refuse(lending.NotFound, "delivery.not_found", "There is no such message.")
	}
	d, err := a.office.SendDeliveryAgain(c.Request().Context(), actorOf(c), idx)
	if err != nil {
		return err
	}
	a.flash(c, views.Flash{Text: "Message " + strconv.FormatInt(d.OutboxIdx, 10) + " is sent again."})
	return a.seeOther(c, "/webhooks/"+d.WebhookRef)
}

package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"lekha/servicing"
	"lekha/store"
)

// Worker carries messages until it is told to stop. It holds no transaction while
// it waits for an answer, so that it keeps nobody from writing.
type Worker struct {
	office *servicing.Office
	reader store.Reader
	client *http.Client
	logger *slog.Logger
}

// NewWorker makes a worker over the books.
func NewWorker(office *servicing.Office, reader store.Reader, guard Guard, logger *slog.Logger) *Worker {
	return &Worker{office: office, reader: reader, client: newClient(guard), logger: logger}
}

const (
	// lookEvery is how soon a message leaves after what it tells.
	lookEvery = time.Second
	// forgetEvery is how often old messages are deleted.
	forgetEvery = time.Hour
	// atOnce is how many messages are sent before their answers are written down: if
	// the program is killed meanwhile, so many may arrive twice.
	atOnce = 20
)

// Run carries messages until the context ends. A message under way is answered and
// written down first.
func (w *Worker) Run(ctx context.Context) {
	defer w.client.CloseIdleConnections()
	look, forget := time.NewTicker(lookEvery), time.NewTicker(forgetEvery)
	defer look.Stop()
	defer forget.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			err = w.Round(ctx)
		case <-forget.C:
			err = w.forget(ctx)
		}
		if err != nil && ctx.Err() == nil {
			w.logger.Error("webhooks", "error", err)
		}
	}
}

func (w *Worker) forget(ctx context.Context) error {
	for more := true; more && ctx.Err() == nil; {
		var err error
		if more, err = w.office.ForgetDeliveries(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Round sends everything that is due now: the addresses beside each other, so that a
// slow one holds no other up, and the messages of one after each other.
func (w *Worker) Round(ctx context.Context) error {
	var webhooks []store.Webhook
	err := w.reader.Read(ctx, func(ctx context.Context, v *store.View) (err error) {
		webhooks, err = v.WebhooksToServe(ctx, w.reader.Now())
		return err
	})
	if err != nil {
		return err
	}
	failed := make([]error, len(webhooks))
	var group sync.WaitGroup
	for i, hook := range webhooks {
		group.Go(func() { failed[i] = w.serve(ctx, hook) })
	}
	group.Wait()
	return errors.Join(failed...)
}

// serve sends what is due to one address until nothing is left or nobody answers.
func (w *Worker) serve(ctx context.Context, hook store.Webhook) error {
	for ctx.Err() == nil {
		var due []store.Delivery
		var keys []store.WebhookKey
		now := w.reader.Now()
		err := w.reader.Read(ctx, func(ctx context.Context, v *store.View) (err error) {
			if due, err = v.DueDeliveries(ctx, hook.ID, now, atOnce); err != nil {
				return err
			}
			keys, err = v.WebhookKeys(ctx, hook.ID, now)
			return err
		})
		if err != nil || len(due) == 0 {
			return err
		}
		tries, silent := w.send(ctx, hook, due, keys)
		// What was sent is written down, also when the program is about to stop.
		if err := w.office.NoteDeliveries(context.WithoutCancel(ctx), hook.ID, tries); err != nil {
			return err
		}
		if silent {
			return nil
		}
	}
	return nil
}

// send tries messages one after the other. When no answer comes at all, the rest is
// left alone: they would fare the same.
func (w *Worker) send(ctx context.Context, hook store.Webhook, due []store.Delivery, keys []store.WebhookKey) (tries []servicing.DeliveryTry, silent bool) {
	for _, d := range due {
		if ctx.Err() != nil {
			return tries, true
		}
		code, answer, err := w.post(context.WithoutCancel(ctx), hook, d, keys)
		if err != nil {
			answer = fault(err)
		}
		tries = append(tries, servicing.DeliveryTry{Delivery: d, Code: code, Answer: answer})
		if err != nil {
			return tries, true
		}
	}
	return tries, false
}

// post sends one message and returns what came back.
func (w *Worker) post(ctx context.Context, hook store.Webhook, d store.Delivery, keys []store.WebhookKey) (code int, answer string, err error) {
	body, err := Body(d)
	if err != nil {
		return 0, "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, hook.URL, bytes.NewReader(body))
	if err != nil {
		return 0, "", err
	}
	Sign(request.Header, d, keys, body, w.reader.Now().Time)
	response, err := w.client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(response.Body, maxAnswer)) // the status counts, not what is said beside it
	if response.StatusCode >= 300 && response.StatusCode < 400 {
		return response.StatusCode, "It leads to another address, which is not followed.", nil
	}
	return response.StatusCode, strings.ToValidUTF8(strings.TrimSpace(string(text)), "?"), nil
}

// fault is why no answer came, in words for the page of deliveries.
func fault(err error) string {
	if errors.Is(err, errInside) {
		return errInside.Error()
	}
	if called, ok := errors.AsType[*url.Error](err); ok {
		if called.Timeout() {
			return fmt.Sprintf("no answer within %d seconds", int(sendTime.Seconds()))
		}
		return called.Err.Error()
	}
	return err.Error()
}

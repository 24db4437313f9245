// Package webhook tells other programs what happened: it takes messages out of the
// outbox and carries them to the addresses that listen, signed, in the order of each
// object, until each has arrived or was tried long enough.
package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"lekha/store"
)

// The headers of a message.
const (
	HeaderEvent     = "Lekha-Event"     // id: the same for each try, to drop doubles
	HeaderTopic     = "Lekha-Topic"     //
	HeaderTimestamp = "Lekha-Timestamp" // unix seconds of this try, part of what is signed
	HeaderSignature = "Lekha-Signature" // key=hex, comma-separated: one for each key that signs
)

// envelope is a message as it is sent. It says states and amounts, and of people
// nothing: who wants to know more asks the API, with a token.
type envelope struct {
	ID        string `json:"id"`
	Type      string `json:"type"`
	CreatedAt string `json:"created_at"`
	Data      data   `json:"data"`
}

type data struct {
	Object  string      `json:"object"`
	ID      string      `json:"id"`
	RefID   string      `json:"ref_id"`
	Account account     `json:"account"`
	State   string      `json:"state"`
	Was     *string     `json:"was"`
	Amount  json.Number `json:"amount"`
}

type account struct {
	ID    *string `json:"id"`
	RefID *string `json:"ref_id"`
}

// Body is the text of a message: the same at each try.
func Body(d store.Delivery) ([]byte, error) {
	e := envelope{ID: strconv.FormatInt(d.OutboxIdx, 10), Type: d.Topic, CreatedAt: d.At.UTC().Format(time.RFC3339Nano),
		Data: data{Object: d.Object, ID: d.ObjectID, RefID: d.Ref, Account: account{absent(string(d.AccountID)), absent(d.AccountRef)},
			State: d.Now, Was: absent(d.Was), Amount: json.Number(d.Amount.String())}}
	body, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("writing message %d: %w", d.OutboxIdx, err)
	}
	return body, nil
}

// absent is text on the wire, where nothing is null.
func absent(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// Sign puts the headers of a message on a request: its id, the moment, and a
// signature by each key that signs at that moment.
func Sign(h http.Header, d store.Delivery, keys []store.WebhookKey, body []byte, at time.Time) {
	stamp := strconv.FormatInt(at.Unix(), 10)
	signatures := make([]string, len(keys))
	for i, k := range keys {
		signatures[i] = k.ID + "=" + signature(k.Secret, stamp, body)
	}
	h.Set("Content-Type", "application/json")
	h.Set("User-Agent", "Lekha-Webhook/1")
	h.Set(HeaderEvent, strconv.FormatInt(d.OutboxIdx, 10))
	h.Set(HeaderTopic, d.Topic)
	h.Set(HeaderTimestamp, stamp)
	h.Set(HeaderSignature, strings.Join(signatures, ","))
}

// signature is HMAC-SHA256 over the timestamp, a dot and the body. The timestamp is
// signed with it, so that an old message cannot be sent again by somebody else.
func signature(secret, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}

package client

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// WebhookEvent is a message of a webhook: what happened to which object. Messages arrive
// at least once; ID is the same each time, so that doubles can be dropped.
type WebhookEvent struct {
	ID        string        `json:"id"`
	Type      string        `json:"type"` // "record.settled"
	CreatedAt time.Time     `json:"created_at"`
	Data      WebhookObject `json:"data"`
}

// WebhookObject is the object of a message and the state it came to.
type WebhookObject struct {
	Object  string         `json:"object"` // "record", "payout", "topup", "account"
	ID      string         `json:"id"`
	RefID   string         `json:"ref_id"`
	Account WebhookAccount `json:"account"`
	State   string         `json:"state"`
	Was     string         `json:"was"` // "" when the object is new
	Amount  json.Number    `json:"amount"`
}

// WebhookAccount is the account that a message is about; empty when there is none.
type WebhookAccount struct {
	ID    string `json:"id"`
	RefID string `json:"ref_id"`
}

// WebhookAge is how old a message may be when it is checked: longer than any try
// takes, and short enough that nobody sends a caught one again.
const WebhookAge = 5 * time.Minute

// The refusals of [ReadWebhook].
var (
	ErrWebhookSignature = errors.New("client: the message is not signed with a key that is known")
	ErrWebhookAge       = errors.New("client: the message is too old, or from the future")
)

// ReadWebhook checks the signature of a message and reads it. The body is what came,
// byte for byte; secrets are those of the address by their key ids. Nothing of a
// message that is refused may be used.
func ReadWebhook(header http.Header, body []byte, secrets map[string]string, now time.Time) (WebhookEvent, error) {
	stamp := header.Get("Lekha-Timestamp")
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil {
		return WebhookEvent{}, ErrWebhookAge
	}
	if !signed(header.Get("Lekha-Signature"), stamp, body, secrets) {
		return WebhookEvent{}, ErrWebhookSignature
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > WebhookAge || age < -WebhookAge {
		return WebhookEvent{}, ErrWebhookAge
	}
	var e WebhookEvent
	if err := json.Unmarshal(body, &e); err != nil {
		return WebhookEvent{}, fmt.Errorf("client: reading a message: %w", err)
	}
	return e, nil
}

// signed says that one of the signatures is by a key that is known.
func signed(signatures, stamp string, body []byte, secrets map[string]string) bool {
	for each := range strings.SplitSeq(signatures, ",") {
		key, given, _ := strings.Cut(strings.TrimSpace(each), "=")
		secret, known := secrets[key]
		if !known || secret == "" {
			continue
		}
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(stamp + "."))
		mac.Write(body)
		if hmac.Equal([]byte(hex.EncodeToString(mac.Sum(nil))), []byte(given)) {
			return true
		}
	}
	return false
}

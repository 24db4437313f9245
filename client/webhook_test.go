package client

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"testing"
	"time"
)

// A message is taken when one of its signatures is by a key that is known, over
// exactly what came, and lately.
func TestReadWebhook(t *testing.T) {
	now := time.Date(2026, 11, 16, 5, 0, 0, 0, time.UTC)
	body := `{"id":"7","type":"record.settled","created_at":"2026-11-16T04:59:58Z","data":{"object":"record","id":"x","ref_id":"REC0XAM2","account":{"id":null,"ref_id":null},"state":"processed","was":null,"amount":11002.50}}`
	sign := func(secret, stamp, body string) string {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(stamp + "." + body))
		return hex.EncodeToString(mac.Sum(nil))
	}
	stamp := strconv.FormatInt(now.Unix(), 10)
	old := strconv.FormatInt(now.Add(-time.Hour).Unix(), 10)
	for name, c := range map[string]struct {
		stamp, signature, body string
		want                   error
	}{
		"as it came":          {stamp, "kNew=" + sign("secret", stamp, body), body, nil},
		"while keys change":   {stamp, "kNext=00, kNew=" + sign("secret", stamp, body), body, nil},
		"another body":        {stamp, "kNew=" + sign("secret", stamp, body), body + " ", ErrWebhookSignature},
		"another secret":      {stamp, "kNew=" + sign("guess", stamp, body), body, ErrWebhookSignature},
		"a key nobody knows":  {stamp, "kOld=" + sign("secret", stamp, body), body, ErrWebhookSignature},
		"a key without text":  {stamp, "kNone=" + sign("", stamp, body), body, ErrWebhookSignature},
		"caught and re-sent":  {old, "kNew=" + sign("secret", old, body), body, ErrWebhookAge},
		"with another moment": {stamp, "kNew=" + sign("secret", old, body), body, ErrWebhookSignature},
		"without a moment":    {"", "kNew=" + sign("secret", "", body), body, ErrWebhookAge},
		"unsigned":            {stamp, "", body, ErrWebhookSignature},
	} {
		header := http.Header{}
		header.Set("Lekha-Timestamp", c.stamp)
		header.Set("Lekha-Signature", c.signature)
		e, err := ReadWebhook(header, []byte(c.body), map[string]string{"kNew": "secret", "kNone": ""}, now)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if err == nil && (e.ID != "7" || e.Data.RefID != "REC0XAM2" || e.Data.Amount != "11002.50" || e.Data.Account.ID != "" || e.Data.Was != "") {
			t.Errorf("%s: %+v", name, e)
		}
	}
}

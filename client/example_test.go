package client_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"time"

	"lekha/client"
)

var (
	secrets = map[string]string{"kZOEvRnjk": "lws_of_the_address"}
	seen    = map[string]bool{}
)

func hear(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	if err != nil {
		http.Error(w, "unreadable", http.StatusBadRequest)
		return
	}
	event, err := client.ReadWebhook(r.Header, body, secrets, time.Now())
	if err != nil {
		http.Error(w, "not from Lekha", http.StatusUnauthorized)
		return
	}
	if !seen[event.ID] {
		seen[event.ID] = true
		fmt.Println(event.Type, event.Data.RefID, event.Data.Amount)
	}
}

// The same message twice is heard once, and one of another body not at all.
func ExampleReadWebhook() {
	body := `{"id":"1042","type":"record.settled","created_at":"2026-11-25T03:24:10Z","data":{"object":"record","ref_id":"RECFYG8G","account":{},"state":"processed","was":"approved","amount":19106.00}}`
	stamp := strconv.FormatInt(time.Now().Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secrets["kZOEvRnjk"]))
	mac.Write([]byte(stamp + "." + body))
	for _, text := range []string{body, body, strings.Replace(body, "19106", "91106", 1)} {
		r := httptest.NewRequest(http.MethodPost, "/lekha", strings.NewReader(text))
		r.Header.Set("Lekha-Timestamp", stamp)
		r.Header.Set("Lekha-Signature", "kZOEvRnjk="+hex.EncodeToString(mac.Sum(nil)))
		w := httptest.NewRecorder()
		hear(w, r)
		fmt.Println(w.Code)
	}
	// Output:
	// record.settled RECFYG8G 19106.00
	// 200
	// 200
	// 401
}

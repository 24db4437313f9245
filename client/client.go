// Package client calls the JSON API of Lekha from Go. Types and methods, one a
// route, are made from the same table and types as the API itself (api.go); this
// file is how a request travels.
//
//	c := client.New("https://books.example.in", os.Getenv("LEKHA_TOKEN"))
//	for record, err := range client.Each(ctx, c.ListRecords, client.ListRecordsQuery{Status: "unmatched"}) {
//		…
//	}
//
// A POST carries an Idempotency-Key of its own, so that it may be sent again when
// nobody knows whether it arrived: it is carried out once.
package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

// Client asks one installation with one token. It may be used by many goroutines.
type Client struct {
	// HTTP sends the requests; nil is [http.DefaultClient].
	HTTP *http.Client
	// Tries is how often a request is sent at most when the answer is 429 or 503,
	// or none; 0 is three times.
	Tries int
	// Wait is the pause before another try when the answer names none; 0 is a second.
	Wait time.Duration

	base, token string
}

// New makes a client of the installation at an address, such as
// "https://books.example.in".
func New(base, token string) *Client {
	return &Client{base: strings.TrimSuffix(base, "/"), token: token}
}

// Instant is a moment on the wire: unix seconds, or null.
type Instant struct{ time.Time }

// UnmarshalJSON reads unix seconds with a fraction, exact to the microsecond.
func (m *Instant) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		m.Time = time.Time{}
		return nil
	}
	seconds, err := decimal.NewFromString(string(data))
	if err != nil {
		return fmt.Errorf("reading a moment: %w", err)
	}
	m.Time = time.UnixMicro(seconds.Shift(6).Round(0).IntPart())
	return nil
}

// File is a file that goes with a request; one without a name does not go.
type File struct {
	Name string
	Data []byte
}

// Document is an answer that is a file.
type Document struct {
	Name   string // as the installation calls it
	Header http.Header
	Data   []byte
}

// Error is a refusal: what is wrong, in words for people, and its code, which never
// changes its meaning.
type Error struct {
	Status    int
	Code      string
	Detail    string
	Fields    map[string][]string // what is wrong with which field
	RequestID string
}

// Error is the sentence, with the fields when they are named.
func (e *Error) Error() string {
	var text strings.Builder
	text.WriteString(e.Detail)
	for _, field := range slices.Sorted(maps.Keys(e.Fields)) {
		text.WriteString(" " + field + ": " + strings.Join(e.Fields[field], " "))
	}
	return fmt.Sprintf("%d %s: %s", e.Status, e.Code, strings.TrimSpace(text.String()))
}

// IsCode says whether an error is a refusal with a code.
func IsCode(err error, code string) bool {
	refusal, ok := errors.AsType[*Error](err)
	return ok && refusal.Code == code
}

// request is one call on its way.
type request struct {
	method, path string
	query        any
	body         any
	file         *File
}

// do sends a request and reads its answer into out.
func (c *Client) do(ctx context.Context, r request, out any) error {
	answer, err := c.send(ctx, r)
	if err != nil {
		return err
	}
	if document, wanted := out.(*Document); wanted {
		document.Header, document.Data = answer.header, answer.body
		_, name, _ := strings.Cut(answer.header.Get("Content-Disposition"), `filename="`)
		document.Name = strings.TrimSuffix(name, `"`)
		return nil
	}
	if err := json.Unmarshal(answer.body, out); err != nil {
		return fmt.Errorf("reading the answer of %s %s: %w", r.method, r.path, err)
	}
	return nil
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// send tries a request until it is answered for good. Only what may be repeated
// is: reads, and a POST under its key.
func (c *Client) send(ctx context.Context, r request) (answer, error) {
	body, kind, err := r.encode()
	if err != nil {
		return answer{}, err
	}
	key := ""
	if r.method == http.MethodPost {
		key = rand.Text()
	}
	tries := c.Tries
	if tries == 0 {
		tries = 3
	}
	for try := 1; ; try++ {
		got, err := c.once(ctx, r, body, kind, key)
		again := err != nil || got.status == http.StatusTooManyRequests || got.status == http.StatusServiceUnavailable
		safe := r.method == http.MethodGet || key != "" || got.status == http.StatusTooManyRequests
		if !again || !safe || try == tries || ctx.Err() != nil {
			if err == nil {
				err = got.refusal()
			}
			return got, err
		}
		select {
		case <-time.After(c.pause(got)):
		case <-ctx.Done():
			return got, ctx.Err()
		}
	}
}

// pause is how long to wait before the next try.
func (c *Client) pause(got answer) time.Duration {
	if seconds, err := strconv.Atoi(got.header.Get("Retry-After")); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if c.Wait > 0 {
		return c.Wait
	}
	return time.Second
}

func (c *Client) once(ctx context.Context, r request, body []byte, kind, key string) (answer, error) {
	address := c.base + r.path
	if query := queryOf(r.query).Encode(); query != "" {
		address += "?" + query
	}
	q, err := http.NewRequestWithContext(ctx, r.method, address, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	if c.token != "" {
		q.Header.Set("Authorization", "Bearer "+c.token)
	}
	if kind != "" {
		q.Header.Set("Content-Type", kind)
	}
	if key != "" {
		q.Header.Set("Idempotency-Key", key)
	}
	sender := c.HTTP
	if sender == nil {
		sender = http.DefaultClient
	}
	response, err := sender.Do(q)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	return answer{response.StatusCode, response.Header, text}, err
}

// refusal is the error of an answer that is none.
func (a answer) refusal() error {
	if a.status < http.StatusBadRequest {
		return nil
	}
	e := &Error{Status: a.status, Code: a.header.Get("X-Error-Code"), RequestID: a.header.Get("X-Request-Id")}
	var detail struct {
		Detail string `json:"detail"`
	}
	if json.Unmarshal(a.body, &detail) == nil && detail.Detail != "" {
		e.Detail = detail.Detail
	} else if json.Unmarshal(a.body, &e.Fields) != nil {
		e.Detail = http.StatusText(a.status)
	}
	return e
}

// encode writes the body: JSON, or a form when a file goes along.
func (r request) encode() (body []byte, kind string, err error) {
	if r.file != nil && r.file.Name == "" {
		r.file = nil
	}
	if r.body == nil && r.file == nil {
		return nil, "", nil
	}
	text, err := json.Marshal(r.body)
	if err != nil || r.file == nil {
		return text, "application/json", err
	}
	values := map[string]json.RawMessage{}
	if r.body != nil {
		if err := json.Unmarshal(text, &values); err != nil {
			return nil, "", err
		}
	}
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for name, value := range values {
		plain := string(value)
		if unquoted := ""; json.Unmarshal(value, &unquoted) == nil {
			plain = unquoted
		}
		err = errors.Join(err, w.WriteField(name, plain))
	}
	part, failed := w.CreateFormFile("file", r.file.Name)
	if failed == nil {
		_, failed = part.Write(r.file.Data)
	}
	err = errors.Join(err, failed, w.Close())
	return form.Bytes(), w.FormDataContentType(), err
}

// queryOf reads the parameters of a query struct by their wire names; empty ones
// are not sent.
func queryOf(query any) url.Values {
	values := url.Values{}
	if query == nil {
		return values
	}
	v := reflect.ValueOf(query)
	for i := range v.NumField() {
		if text := v.Field(i).String(); text != "" {
			values.Set(v.Type().Field(i).Tag.Get("query"), strings.TrimSpace(text))
		}
	}
	return values
}

// Each reads a whole list by place, each page at the same cost, and stops at the
// first error.
func Each[Row any, Query any](ctx context.Context, list func(context.Context, Query) (Page[Row], error), query Query) iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		after := ""
		for {
			page, err := list(ctx, at(query, after))
			if err != nil {
				var none Row
				yield(none, err)
				return
			}
			for _, row := range page.Results {
				if !yield(row, nil) {
					return
				}
			}
			if page.Next == "" {
				return
			}
			after = page.Next
		}
	}
}

// begin is the place before the first row: the wire's empty after, which says that
// a list is read by place.
const begin = " "

// at is a query from a place on.
func at[Query any](query Query, after string) Query {
	if after == "" {
		after = begin
	}
	reflect.ValueOf(&query).Elem().FieldByName("After").SetString(after)
	return query
}

// Page is one page of a list. A list read by place, with After given, has Next until
// its last page, and counts on its first alone.
type Page[Row any] struct {
	Count       *int64 `json:"count"`
	CurrentPage *int   `json:"current_page"`
	PageSize    int    `json:"page_size"`
	Next        string `json:"next"`
	Results     []Row  `json:"results"`
}

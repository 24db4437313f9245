package store

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"time"
)

// instantForm is fixed width, so that text order is time order.
const instantForm = "2006-01-02T15:04:05.000000Z"

// Instant is a moment in UTC, stored as fixed-width text. The zero Instant is NULL.
type Instant struct{ time.Time }

// Value writes the instant as text.
func (i Instant) Value() (driver.Value, error) {
	if i.IsZero() {
		return nil, nil
	}
	return i.UTC().Format(instantForm), nil
}

// Scan reads what Value wrote.
func (i *Instant) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*i = Instant{}
		return nil
	case string:
		t, err := time.Parse(instantForm, v)
		if err != nil {
			return fmt.Errorf("reading an instant: %w", err)
		}
		*i = Instant{t}
		return nil
	default:
		return fmt.Errorf("reading an instant: unexpected %T", src)
	}
}

// String is the stored form.
func (i Instant) String() string { return i.UTC().Format(instantForm) }

// Opt is text that may be absent: "" is NULL.
type Opt string

// Value writes "" as NULL.
func (o Opt) Value() (driver.Value, error) {
	if o == "" {
		return nil, nil
	}
	return string(o), nil
}

// Scan reads NULL as "".
func (o *Opt) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*o = ""
	case string:
		*o = Opt(v)
	case []byte:
		*o = Opt(v)
	default:
		return fmt.Errorf("reading optional text: unexpected %T", src)
	}
	return nil
}

// Strings is a list of texts, stored as a JSON array.
type Strings []string

// Value writes the list; none is an empty one.
func (l Strings) Value() (driver.Value, error) {
	if len(l) == 0 {
		return "[]", nil
	}
	text, err := json.Marshal([]string(l))
	return string(text), err
}

// Scan reads what Value wrote.
func (l *Strings) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("reading a list of texts: unexpected %T", src)
	}
	return json.Unmarshal([]byte(text), (*[]string)(l))
}

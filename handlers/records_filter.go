package handlers

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"lekha/lending"
	"lekha/store"
	"lekha/views"
)

// maxSearch is more than a bank reference, a name or a number; longer texts find
// nothing.
const maxSearch = 100

// recordStatuses are the states of a record with what lists call them, in the
// order in which a record goes through them.
var recordStatuses = []views.Option{{Value: "unmatched", Label: "Unmatched"}, {Value: "parked", Label: "Parked"},
	{Value: "set_aside", Label: "Set aside"}, {Value: "split", Label: "Split"}, {Value: "initiated", Label: "Matched, not sent"},
	{Value: "pending", Label: "Waiting for approval"}, {Value: "approved", Label: "Approved, day to come"}, {Value: "processed", Label: "Settled"},
	{Value: "rejected", Label: "Rejected"}, {Value: "reverted", Label: "Reversed"}, {Value: "cancelled", Label: "Cancelled"}}

var recordTypes = []views.Option{{Value: "", Label: "Any"}, {Value: "repayment", Label: "Repayment"}, {Value: "tds", Label: "Tax withheld"}, {Value: "refund", Label: "Refund"}, {Value: "adjustment", Label: "Adjustment"}}

var recordSources = []views.Option{{Value: "", Label: "Any"}, {Value: "statement", Label: "Bank statement"}, {Value: "hand", Label: "By hand"},
	{Value: "api", Label: "A program"}, {Value: "portfolio", Label: "Taken over"}}

// recordParams are the names of an address that narrow the list, in the order of
// their pills.
var recordParams = []string{"q", "type", "status", "from", "to", "min", "max", "bank", "account", "source", "unconfirmed", "questioned", "unsent", "sent_back"}

// recordPills says what each of them is called.
var recordPills = map[string]string{"q": "Search", "type": "Type", "status": "Status", "from": "From", "to": "To", "min": "At least", "max": "At most",
	"bank": "Collection account", "account": "Account", "source": "Source", "unconfirmed": "Statement line", "questioned": "Same reference", "unsent": "Never sent", "sent_back": "Sent back"}

// recordQuery is what an address asks of the record list. The same words, as
// hidden fields, say what a bulk act or an export is about.
type recordQuery struct {
	values url.Values // of recordParams and sort, without empty ones
	errors map[string]string
	filter store.RecordFilter
}

// recordQueryOf reads an address or a form.
func recordQueryOf(f *fields) recordQuery {
	q := recordQuery{values: url.Values{}}
	for _, name := range append([]string{"sort"}, recordParams...) {
		for _, value := range f.list(name) {
			if value = strings.TrimSpace(value); value != "" {
				q.values.Add(name, value)
			}
		}
	}
	q.filter = store.RecordFilter{Types: q.values["type"], Statuses: q.values["status"], From: f.date("from"), To: f.date("to"),
		Min: f.money("min"), Max: f.money("max"), Source: f.text("source"), Search: f.text("q"),
		Unconfirmed: f.flag("unconfirmed"), Questioned: f.flag("questioned"), Unsent: f.flag("unsent"), SentBack: f.flag("sent_back"), Limit: recordsPage}
	q.errors = f.errors
	q.choice("type", recordTypes, "There is no such type.")
	q.choice("status", recordStatuses, "There is no such status.")
	q.choice("source", recordSources, "There is no such source.")
	if len(q.filter.Search) > maxSearch {
		q.errors["q"] = fmt.Sprintf("Search for at most %d characters.", maxSearch)
	}
	if q.filter.Min < 0 || q.filter.Max < 0 {
		q.errors["min"] = "Amounts are not negative."
	}
	sort := q.values.Get("sort")
	q.filter.Sort, q.filter.Descending = strings.TrimPrefix(sort, "-"), sort == "" || strings.HasPrefix(sort, "-")
	if !slices.Contains([]string{"", "date", "amount", "ref"}, q.filter.Sort) {
		q.errors["sort"] = "The list is sorted by date, amount or ref."
	}
	return q
}

// choice refuses a value that is none of the options.
func (q recordQuery) choice(name string, options []views.Option, message string) {
	for _, value := range q.values[name] {
		if !slices.ContainsFunc(options, func(o views.Option) bool { return o.Value == value }) {
			q.errors[name] = message
		}
	}
}

// resolve finds the bank and the account that the address names.
func (q *recordQuery) resolve(ctx context.Context, v *store.View) error {
	if code := q.values.Get("bank"); code != "" {
		bank, err := v.BankByAny(ctx, code)
		if err := q.named("bank", "There is no collection account "+code+".", err); err != nil {
			return err
		}
		q.filter.Bank = bank.ID
	}
	if ref := q.values.Get("account"); ref != "" {
		account, err := v.AccountByRef(ctx, ref)
		if err := q.named("account", "There is no account "+ref+".", err); err != nil {
			return err
		}
		q.filter.Account = account.ID
	}
	return q.err()
}

// named notes that something named in the address does not exist.
func (q recordQuery) named(name, message string, err error) error {
	if lending.KindOf(err) == lending.NotFound {
		q.errors[name] = message
		return nil
	}
	return err
}

// err is what of the address cannot be read, as one refusal.
func (q recordQuery) err() error {
	if len(q.errors) == 0 {
		return nil
	}
	return &lending.Error{Kind: lending.Invalid, Code: "records.filter", Message: "This filter cannot be read.", Fields: q.errors}
}

// form is the filter as the form shows it.
func (q recordQuery) form() views.Form {
	form := views.Form{Values: map[string]string{}, Errors: q.errors}
	for name := range q.values {
		form.Values[name] = q.values.Get(name)
	}
	if q.err() != nil {
		form.Refused = "This filter cannot be read."
	}
	return form
}

// fields is the filter as hidden fields of a form.
func (q recordQuery) fields() []views.Field {
	var out []views.Field
	for _, name := range append([]string{"sort"}, recordParams...) {
		for _, value := range q.values[name] {
			out = append(out, views.Field{Name: name, Value: value})
		}
	}
	return out
}

// path is the address of the list with some parts changed; "" takes one away.
// Places in the list go away with any change.
func (q recordQuery) path(base string, changes ...string) string {
	values := maps.Clone(q.values)
	for i := 0; i+1 < len(changes); i += 2 {
		if values.Del(changes[i]); changes[i+1] != "" {
			values.Set(changes[i], changes[i+1])
		}
	}
	if len(values) == 0 {
		return base
	}
	return base + "?" + values.Encode()
}

// narrowed says that at least one filter is on.
func (q recordQuery) narrowed() bool {
	return slices.ContainsFunc(recordParams, func(name string) bool { return q.values.Has(name) })
}

// only says that the filter is exactly this one, whatever the order.
func (q recordQuery) only(want url.Values) bool {
	return !slices.ContainsFunc(recordParams, func(name string) bool { return !slices.Equal(q.values[name], want[name]) })
}

// pills are the filters that are on, each with the address without it.
func (q recordQuery) pills() []views.Pill {
	var out []views.Pill
	for _, name := range recordParams {
		if !q.values.Has(name) {
			continue
		}
		out = append(out, views.Pill{Name: recordPills[name], Value: q.words(name), Drop: q.path("/records", name, "")})
	}
	return out
}

// without is the filter with one of its parts left out.
func (q recordQuery) without(name string) store.RecordFilter {
	f := q.filter
	switch name {
	case "q":
		f.Search = ""
	case "type":
		f.Types = nil
	case "status":
		f.Statuses = nil
	case "from":
		f.From = 0
	case "to":
		f.To = 0
	case "min":
		f.Min = 0
	case "max":
		f.Max = 0
	case "bank":
		f.Bank = ""
	case "account":
		f.Account = ""
	case "source":
		f.Source = ""
	case "unconfirmed":
		f.Unconfirmed = false
	case "questioned":
		f.Questioned = false
	case "unsent":
		f.Unsent = false
	case "sent_back":
		f.SentBack = false
	}
	return f
}

// words says what a filter keeps.
func (q recordQuery) words(name string) string {
	labels := map[string][]views.Option{"type": recordTypes, "status": recordStatuses, "source": recordSources}[name]
	var words []string
	for _, value := range q.values[name] {
		if i := slices.IndexFunc(labels, func(o views.Option) bool { return o.Value == value }); i >= 0 {
			value = labels[i].Label
		}
		words = append(words, value)
	}
	switch {
	case q.errors[name] != "":
	case name == "from":
		return views.Day(q.filter.From)
	case name == "to":
		return views.Day(q.filter.To)
	case name == "min":
		return views.Rupees(q.filter.Min)
	case name == "max":
		return views.Rupees(q.filter.Max)
	case name == "unconfirmed":
		return "none yet"
	case name == "sent_back", name == "unsent", name == "questioned":
		return "yes"
	}
	return strings.Join(words, ", ")
}

// sorts are the heads of the columns that sort. A column that sorts already is
// turned round by its head.
func (q recordQuery) sorts() map[string]views.Sort {
	current := q.filter.Sort
	if current == "" {
		current = "date"
	}
	out := map[string]views.Sort{}
	for _, column := range []string{"date", "amount", "ref"} {
		s := views.Sort{Path: q.path("/records", "sort", "-"+column)}
		if column == current && q.filter.Descending {
			s = views.Sort{Path: q.path("/records", "sort", column), State: "descending"}
		} else if column == current {
			s.State = "ascending"
		}
		out[column] = s
	}
	return out
}

// keyOf writes a place in the list for an address: "2026-11-18.123".
func keyOf(k store.RecordKey) string { return k.Value + "." + strconv.FormatInt(k.Idx, 10) }

// readKey reads what keyOf wrote.
func readKey(text, sort string) (*store.RecordKey, error) {
	value, idx, found := strings.Cut(text, ".")
	n, err := strconv.ParseInt(idx, 10, 64)
	if found && err == nil {
		switch sort {
		case "amount":
			_, err = strconv.ParseInt(value, 10, 64)
		case "", "date":
			_, err = lending.ParseDate(value)
		}
	}
	if !found || err != nil {
		return nil, lending.RefuseField("after", "after.unreadable", "This place in the list cannot be read. Start at its beginning.")
	}
	return &store.RecordKey{Value: value, Idx: n}, nil
}

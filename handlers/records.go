package handlers

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"lekha/matching"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// recordsPage is how many records one page lists.
const recordsPage = 50

var recordKeys = []views.Shortcut{{Keys: "j k", Does: "move"}, {Keys: "x", Does: "tick"}, {Keys: "Enter", Does: "open"},
	{Keys: "f", Does: "filter"}, {Keys: "e", Does: "export"}, {Keys: "?", Does: "all shortcuts"}}

// savedRecords are the filters that have a name, with what their empty list says.
var savedRecords = []struct {
	key, label     string
	query          url.Values
	filter         store.RecordFilter
	empty, because string
}{
	{"all", "All", url.Values{}, store.RecordFilter{}, "", ""},
	{"unmatched", "Unmatched", url.Values{"status": {"unmatched"}}, store.RecordFilter{Statuses: []string{"unmatched"}},
		"Every payment has a loan", "What the bank credits and nobody is known for shows here."},
	{"unsent", "Matched, not sent", url.Values{"unsent": {"1"}}, store.RecordFilter{Unsent: true},
		"Everything that is matched was sent", "What has an account and was never sent for approval shows here. Tick and send it together."},
	{"pending", "Waiting for approval", url.Values{"status": {"pending"}}, store.RecordFilter{Statuses: []string{"pending"}},
		"No record waits for approval", "What operations sends shows here until a credit manager decides."},
	{"sent-back", "Sent back", url.Values{"sent_back": {"1"}}, store.RecordFilter{SentBack: true},
		"Nothing was sent back", "What a credit manager wants changed shows here. Anybody of operations may take it up."},
	{"parked", "Parked", url.Values{"status": {"parked"}}, store.RecordFilter{Statuses: []string{"parked"}},
		"Nothing is parked", "What was laid aside for later shows here, with the reason."},
	{"questioned", "Same reference", url.Values{"questioned": {"1"}}, store.RecordFilter{Questioned: true},
		"Nothing asks whether it is a duplicate", "A credit whose reference is there with another amount shows here until somebody says whether it is money of its own."},
	{"set-aside", "Set aside", url.Values{"status": {"set_aside"}}, store.RecordFilter{Statuses: []string{"set_aside"}},
		"Nothing is set aside", "Credits that are no repayment show here."},
	{"settled", "Settled", url.Values{"status": {"processed"}}, store.RecordFilter{Statuses: []string{"processed"}},
		"Nothing is settled yet", "What was approved and paid dues shows here."},
	{"unconfirmed", "No statement line", url.Values{"unconfirmed": {"1"}}, store.RecordFilter{Unconfirmed: true},
		"Every receipt by hand is on a statement", "Receipts by hand show here until a bank statement brings the same money."},
}

func (a *app) listRecords(c echo.Context) error {
	f := read(c)
	return a.showRecords(c, http.StatusOK, f, recordQueryOf(f), recordsSaid{})
}

// recordsSaid is what the list says of an act: what a bulk act did, or the form of a
// view that cannot be kept.
type recordsSaid struct {
	done *views.BulkDone
	keep views.Form
}

// showRecords shows the list that the query asks for, with what an act says.
func (a *app) showRecords(c echo.Context, status int, f *fields, q recordQuery, said recordsSaid) error {
	actor := actorOf(c)
	page := views.RecordsPage{MayPrepare: actor.Can(servicing.MayPrepare), PrepareBy: servicing.RolesFor(servicing.MayPrepare),
		MayExport: actor.Can(servicing.MayExport), Done: said.done, Keep: said.keep}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		var err error
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Records", here: "/records", layout: views.LayoutList, keys: recordKeys}); err != nil {
			return err
		}
		banks, err := collectionBanks(ctx, v)
		if err != nil {
			return err
		}
		refused := q.resolve(ctx, v)
		if refused != nil && len(q.errors) == 0 {
			return refused
		}
		page.Filter, page.Options, page.Pills, page.Query = q.form(), filterOptions(q, banks), q.pills(), q.fields()
		page.Sorts, page.Export, page.ExportSheet = q.sorts(), q.path("/records.csv"), q.path("/records.xlsx")
		if page.Clear = ""; q.narrowed() {
			page.Clear = q.path("/records", clearing()...)
		}
		if err := savedViews(ctx, v, q, &page); err != nil {
			return err
		}
		if err := ownViews(ctx, c, v, q, &page); err != nil {
			return err
		}
		if refused != nil {
			status = http.StatusUnprocessableEntity
			return nil
		}
		return recordRows(ctx, v, f, q, &page)
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.Records(page), views.RecordsPiece(page))
}

// clearing takes away every filter and leaves the order.
func clearing() []string {
	var changes []string
	for _, name := range recordParams {
		changes = append(changes, name, "")
	}
	return changes
}

func filterOptions(q recordQuery, banks []store.Bank) views.FilterOptions {
	o := views.FilterOptions{Statuses: recordStatuses, Types: recordTypes, Sources: recordSources,
		Banks: []views.Option{{Value: "", Label: "Any"}}, Status: map[string]bool{}}
	for _, b := range banks {
		o.Banks = append(o.Banks, views.Option{Value: b.Code, Label: bankName(b)})
	}
	for _, s := range q.values["status"] {
		o.Status[s] = true
	}
	return o
}

// savedViews counts the named filters, each up to a bound.
func savedViews(ctx context.Context, v *store.View, q recordQuery, page *views.RecordsPage) error {
	var filters []store.RecordFilter
	for _, s := range savedRecords {
		filters = append(filters, s.filter)
	}
	counts, err := v.CountEach(ctx, store.CountCap, filters...)
	if err != nil {
		return err
	}
	for i, s := range savedRecords {
		path := "/records"
		if len(s.query) > 0 {
			path += "?" + s.query.Encode()
		}
		view := views.SavedView{Key: s.key, Path: path, Label: s.label, Count: int(counts[i].N),
			More: counts[i].More, Current: q.only(s.query)}
		if view.Current && s.empty != "" {
			page.EmptyHead, page.EmptyText = s.empty, s.because
		}
		page.Views = append(page.Views, view)
	}
	return nil
}

// recordRows fills in the rows, the sums and the paging.
func recordRows(ctx context.Context, v *store.View, f *fields, q recordQuery, page *views.RecordsPage) error {
	limit := store.CountCap
	if f.text("count") == "all" || f.flag("ticked") {
		limit = 0
	}
	sum, err := v.RecordSum(ctx, q.filter, limit)
	if err != nil {
		return err
	}
	page.Totals = views.RecordSums{Count: int(sum.Count), More: sum.More, Amount: sum.Amount, Left: sum.Remaining, CountTo: q.path("/records", "count", "all")}
	rows, err := turnRecords(ctx, v, f, q, page)
	if err != nil {
		return err
	}
	page.Rows = make([]views.RecordRow, len(rows))
	for i, r := range rows {
		row := recordRow(r)
		row.Tickable = page.MayPrepare && servicing.Takes(servicing.ActRequest, r.Record()) || q.filter.SentBack && r.Status == "split"
		page.Tickable = page.Tickable || row.Tickable
		page.Rows[i] = row
	}
	if page.Ticked = f.flag("ticked") && page.Tickable; page.Tickable && !page.Totals.More && page.Totals.Count <= store.CountCap {
		page.TickAll = q.path("/records", "ticked", "1")
	}
	page.TickNone = q.path("/records")
	if len(rows) == 0 && page.EmptyHead == "" && q.narrowed() {
		return dropOne(ctx, v, q, page)
	}
	return nil
}

// turnRecords reads the page that the address asks for, and the addresses of the
// pages beside it. A place is the key of the last (or first) row seen, so that
// new records move nothing; "at" only says which number that row had.
func turnRecords(ctx context.Context, v *store.View, f *fields, q recordQuery, page *views.RecordsPage) ([]store.RecordLine, error) {
	filter := q.filter
	filter.Limit = recordsPage + 1
	place := f.text("after")
	if before := f.text("before"); before != "" {
		place, filter.Backwards = before, true
	}
	if place != "" {
		key, err := readKey(place, filter.Sort)
		if err != nil {
			return nil, err
		}
		filter.After = key
	}
	rows, err := v.RecordLines(ctx, filter)
	if err != nil {
		return nil, err
	}
	more := len(rows) > recordsPage
	if more && filter.Backwards {
		rows = rows[1:]
	} else if more {
		rows = rows[:recordsPage]
	}
	at, err := strconv.Atoi(f.text("at"))
	if err != nil || at < 1 || place == "" || filter.Backwards && !more {
		at = 1
	}
	page.Paging = views.Paging{From: at, To: at + len(rows) - 1, Total: page.Totals.Count, More: page.Totals.More}
	if len(rows) == 0 {
		page.Paging.From = 0
		return nil, nil
	}
	if more && filter.Backwards || !filter.Backwards && place != "" {
		page.Paging.Prev = q.path("/records", "before", keyOf(rows[0].Record().Key(filter.Sort)), "at", strconv.Itoa(max(1, at-recordsPage)))
	}
	if more || filter.Backwards {
		page.Paging.Next = q.path("/records", "after", keyOf(rows[len(rows)-1].Record().Key(filter.Sort)), "at", strconv.Itoa(at+len(rows)))
	}
	return rows, nil
}

// dropOne says which single filter to leave out, and how many rows that gives.
func dropOne(ctx context.Context, v *store.View, q recordQuery, page *views.RecordsPage) error {
	var filters []store.RecordFilter
	for _, name := range recordParams {
		if q.values.Has(name) {
			filters = append(filters, q.without(name))
			page.NoMatch = append(page.NoMatch, views.Drop{Name: recordPills[name], Path: q.path("/records", name, "")})
		}
	}
	counts, err := v.CountEach(ctx, store.CountCap, filters...)
	if err != nil {
		return err
	}
	var kept []views.Drop
	for i, drop := range page.NoMatch {
		if counts[i].N > 0 {
			drop.Count, drop.More = int(counts[i].N), counts[i].More
			kept = append(kept, drop)
		}
	}
	page.NoMatch = kept
	return nil
}

// recordRow is a record as lists show it.
func recordRow(r store.RecordLine) views.RecordRow {
	record := r.Record()
	row := views.RecordRow{Ref: r.Ref, Version: r.Version, Who: r.BorrowerName, Known: r.BorrowerName != "", Account: r.AccountRef,
		UTR: string(r.UTR), Source: origin(record), Type: typeWord(r.Type), Date: r.Date, BankDate: r.BankDate, Amount: r.Amount, State: recordState(record)}
	if r.Status == "approved" || r.Status == "processed" {
		row.Left = r.RemainingAmount
	}
	if !row.Known {
		row.Who = r.Remark
		if r.Narration != "" {
			row.Who = payerOf(matching.Parse(r.BankLayout, r.Narration), r.Narration)
		}
	}
	return row
}

// typeWord is what lists call a type of record.
func typeWord(kind string) string {
	if at := slices.IndexFunc(recordTypes, func(o views.Option) bool { return o.Value == kind }); at >= 0 {
		return recordTypes[at].Label
	}
	return kind
}

// origin says where a record came from: the collection account, and how it got
// into the books unless a statement brought it.
func origin(r store.Record) string {
	word := map[string]string{"hand": modeWord(string(r.PaymentMode), r.Type), "api": "program", "portfolio": "taken over"}[r.Source]
	if r.BankCode == "" || word == "" {
		return r.BankCode + word
	}
	return r.BankCode + ", " + word
}

// modeWord says how money came, in the words of the form.
func modeWord(mode, kind string) string {
	switch {
	case kind == "tds":
		return "tax withheld"
	case mode == "cash", mode == "cheque", mode == "transfer":
		return mode
	case mode == "":
		return "by hand"
	}
	return map[string]string{"neft": "NEFT", "rtgs": "RTGS", "imps": "IMPS", "upi": "UPI", "nach": "NACH"}[mode]
}

// recordState is a state as lists show it: a chip where somebody has to act.
func recordState(r store.Record) views.StateMark {
	switch r.Status {
	case "unmatched":
		return views.StateMark{Word: "Unmatched", Tone: views.ToneWarn, Chip: true}
	case "parked":
		if r.DuplicateOf != "" {
			return views.StateMark{Word: "Same reference", Tone: views.ToneBad, Chip: true}
		}
		return views.StateMark{Word: "Parked", Tone: views.ToneWarn, Chip: true}
	case "set_aside":
		return views.StateMark{Word: "Set aside"}
	case "split":
		return views.StateMark{Word: "Split"}
	case "initiated":
		if r.Reason != "" {
			return views.StateMark{Word: "Sent back", Tone: views.ToneBad, Chip: true}
		}
		return views.StateMark{Word: "Not sent", Tone: views.ToneWarn, Chip: true}
	case "pending":
		return views.StateMark{Word: "Waiting", Tone: views.ToneInfo, Chip: true}
	case "approved":
		return views.StateMark{Word: "Approved", Tone: views.ToneGood}
	case "processed":
		return views.StateMark{Word: "Settled", Tone: views.ToneGood}
	case "rejected":
		return views.StateMark{Word: "Rejected", Tone: views.ToneBad}
	case "reverted":
		return views.StateMark{Word: "Reversed", Tone: views.ToneBad}
	}
	return views.StateMark{Word: "Cancelled"}
}

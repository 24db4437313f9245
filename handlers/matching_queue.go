package handlers

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/matching"
	"lekha/store"
	"lekha/views"
)

// deskPile is a pile with its first credit.
type deskPile struct {
	view  views.DeskQueue
	first string
}

// deskTitles are the piles in the order of their tabs.
var deskTitles = []struct {
	tab          store.DeskTab
	label, title string
	rare         bool // shown when something is there
	empty        views.DeskEmpty
}{
	{store.DeskWaiting, "Waiting", "Unmatched payments", false, views.DeskEmpty{Head: "Every payment has a loan", Text: "New ones come with the next bank statement.",
		Path: "/statements/new", Link: "Import a statement"}},
	{store.DeskParked, "Parked", "Parked payments", false, views.DeskEmpty{Head: "Nothing is parked", Text: "What you lay aside for later, with a reason, waits here."}},
	{store.DeskSentBack, "Sent back", "Sent back", false, views.DeskEmpty{Head: "Nothing was sent back", Text: "What a credit manager gives back to be done again comes here, for any of you."}},
	{store.DeskReady, "To send", "Matched, not sent", true, views.DeskEmpty{Head: "Everything matched is sent", Text: "What you match without sending waits here."}},
	{store.DeskSetAside, "Set aside", "Set aside today", false, views.DeskEmpty{Head: "Nothing was set aside today", Text: "What is no repayment stands here until the day closes."}},
}

var deskStrengths = []struct{ value, label string }{
	{"", "All"}, {"strong", "Strong suggestion"}, {"possible", "Possible suggestion"}, {"none", "No suggestion"},
}

// deskQueue reads the pile that is asked for.
func (a *app) deskQueue(ctx context.Context, v *store.View, ask deskAsk) (deskPile, error) {
	filter, err := ask.place.filter()
	if err != nil {
		return deskPile{}, err
	}
	date, err := today(ctx, v)
	if err != nil {
		return deskPile{}, err
	}
	rows, err := v.DeskQueue(ctx, filter)
	if err != nil {
		return deskPile{}, err
	}
	if filter.Before != nil {
		for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
			rows[i], rows[j] = rows[j], rows[i]
		}
	}
	q := deskPile{view: views.DeskQueue{SumWord: "in all", Search: ask.place.search, Narrowed: ask.place.strength != "" || ask.place.search != "", LogAt: "/matching/log", StrongAt: "/matching/strong", Unread: a.office.Unread()}}
	if ask.place.tab == store.DeskWaiting {
		q.view.SumWord = "waiting"
	}
	if len(rows) > 0 {
		q.first = rows[0].Ref
	}
	q.view.Days = deskDays(rows, ask, date)
	filter.After, filter.Before = nil, nil
	if q.view.Count, q.view.Sum, err = v.DeskTotals(ctx, filter); err != nil {
		return q, err
	}
	if err := q.turn(ctx, v, filter, rows, ask.place); err != nil {
		return q, err
	}
	q.view.Strong, _, err = v.DeskTotals(ctx, store.DeskFilter{Tab: store.DeskWaiting, Auto: true})
	if err == nil {
		err = q.tabs(ctx, v, ask.place)
	}
	return q, err
}

// turn finds out whether there are pages before and after this one.
func (q *deskPile) turn(ctx context.Context, v *store.View, filter store.DeskFilter, rows []store.DeskRow, place deskPlace) error {
	if len(rows) == 0 {
		return nil
	}
	first, last := rows[0].Key(), rows[len(rows)-1].Key()
	filter.Limit, filter.Before = 1, &first
	newer, err := v.DeskQueue(ctx, filter)
	if err != nil {
		return err
	}
	filter.Before, filter.After = nil, &last
	older, err := v.DeskQueue(ctx, filter)
	if err != nil {
		return err
	}
	if len(newer) > 0 {
		up := place
		up.after, up.before = "", keyText(first)
		q.view.Newer = up.path("")
	}
	if len(older) > 0 {
		down := place
		down.after, down.before = keyText(last), ""
		q.view.Older = down.path("")
	}
	return nil
}

// tabs counts the piles.
func (q *deskPile) tabs(ctx context.Context, v *store.View, place deskPlace) error {
	for _, t := range deskTitles {
		n, _, err := v.DeskTotals(ctx, store.DeskFilter{Tab: t.tab})
		if err != nil {
			return err
		}
		if t.rare && n == 0 && t.tab != place.tab {
			continue
		}
		there := deskPlace{tab: t.tab}
		q.view.Tabs = append(q.view.Tabs, views.DeskLink{Label: t.label, Path: there.path(""), Count: n, Current: t.tab == place.tab})
		if t.tab == place.tab {
			q.view.Title, q.view.Empty = t.title, t.empty
		}
	}
	bare := deskPlace{tab: place.tab, search: place.search}
	for _, s := range deskStrengths {
		there := bare
		there.strength = s.value
		q.view.Strengths = append(q.view.Strengths, views.DeskLink{Label: s.label, Path: there.path(""), Current: s.value == place.strength})
	}
	q.view.Keep = deskPlace{tab: place.tab, strength: place.strength}.keep()
	if q.view.Narrowed {
		q.view.Empty = views.DeskEmpty{Head: "Nothing here fits", Text: "No payment of this pile is like that.", Path: deskPlace{tab: place.tab}.path(""), Link: "Show all of them"}
	}
	return nil
}

// shown marks the chosen credit.
func (q deskPile) shown(credit *views.DeskCredit) views.DeskQueue {
	if credit == nil {
		return q.view
	}
	for d := range q.view.Days {
		for i := range q.view.Days[d].Rows {
			row := &q.view.Days[d].Rows[i]
			row.Here = row.Ref == credit.Ref
		}
	}
	return q.view
}

// deskDays groups rows by their day.
func deskDays(rows []store.DeskRow, ask deskAsk, date lending.Date) []views.DeskDay {
	var days []views.DeskDay
	var last lending.Date
	for i, r := range rows {
		if i == 0 || r.Date != last {
			days = append(days, views.DeskDay{Head: views.DayHead(r.Date, date)})
			last = r.Date
		}
		day := &days[len(days)-1]
		day.Rows = append(day.Rows, deskRow(r, ask.place))
	}
	return days
}

func deskRow(r store.DeskRow, place deskPlace) views.DeskRow {
	narration := r.Narration
	if narration == "" {
		narration = r.Remark
	}
	parsed := matching.Parse(r.BankLayout, narration)
	meta := []string{railOf(parsed, string(r.PaymentMode))}
	switch {
	case r.Status == "set_aside":
		meta = append(meta, setAsideWord(string(r.SetAsideKind)))
	case r.Reason != "" && r.Status != "unmatched":
		meta = append(meta, r.Reason)
	default:
		meta = append(meta, r.BankCode)
	}
	return views.DeskRow{Ref: r.Ref, Path: place.path(r.Ref), Amount: r.Amount, Payer: payerOf(parsed, narration),
		Meta: joined(meta...), Score: views.ScoreOf(r.Confidence)}
}

// joined puts dots between what there is.
func joined(words ...string) string {
	var there []string
	for _, w := range words {
		if w != "" {
			there = append(there, w)
		}
	}
	return strings.Join(there, " · ")
}

// maxPayer is how much of a narration stands for a payer it does not name.
const maxPayer = 40

// payerOf is who a narration names: the printed name, else the address, else the
// narration's beginning.
func payerOf(parsed matching.Parsed, narration string) string {
	for _, name := range []string{parsed.Name, parsed.VPA, parsed.Phone} {
		if name != "" {
			return name
		}
	}
	runes := []rune(strings.TrimSpace(narration))
	switch {
	case len(runes) == 0:
		return "Nobody named"
	case len(runes) > maxPayer:
		return string(runes[:maxPayer]) + "…"
	}
	return string(runes)
}

// railOf is how the money came, in the words of banks.
func railOf(parsed matching.Parsed, mode string) string {
	rail := strings.ToLower(parsed.Rail)
	if rail == "" {
		rail = mode
	}
	if word, ok := railWords[rail]; ok {
		return word
	}
	return strings.ToUpper(rail)
}

// railWords are the ways of paying that are no abbreviations.
var railWords = map[string]string{"cash": "Cash", "cheque": "Cheque", "transfer": "Transfer"}

// showReading says how far the engine has come with a large import. Typed into a
// browser the address is the desk, which says it too.
func (a *app) showReading(c echo.Context) error {
	if !wantsPiece(c) {
		return a.seeOther(c, "/matching")
	}
	return a.show(c, http.StatusOK, views.DeskReading(a.office.Unread()), nil)
}

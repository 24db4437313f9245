package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/store"
	"lekha/views"
)

// deskKeys are the keys of the desk. None of them moves money by itself.
var deskKeys = []views.Shortcut{
	{Keys: "j k", Does: "next, previous"}, {Keys: "1–4", Does: "take a candidate"}, {Keys: "a", Does: "edit amounts"}, {Keys: "Ctrl ↵", Does: "match and send"},
	{Keys: "p", Does: "park"}, {Keys: "x", Does: "not a repayment"}, {Keys: "/", Does: "find another account"}, {Keys: "Esc", Does: "back to the list"},
	{Keys: "u", Does: "undo last, then ↵"}, {Keys: "?", Does: "all shortcuts"},
}

// deskPlace is where somebody is on the desk: the pile, what narrows it, and the
// page of it. It travels in every address and form of the desk.
type deskPlace struct {
	tab           store.DeskTab
	strength      string // strong, possible, none
	search        string
	after, before string // pages by key: "2026-11-18.123"
}

func (f *fields) deskPlace() deskPlace {
	p := deskPlace{tab: store.DeskTab(f.text("tab")), strength: f.text("strength"), search: f.text("q"), after: f.text("after"), before: f.text("before")}
	if p.tab == "" {
		p.tab = store.DeskWaiting
	}
	return p
}

// keep are the fields of a place that are not as they are by default.
func (p deskPlace) keep() []views.Field {
	var kept []views.Field
	add := func(name, value string) {
		if value != "" {
			kept = append(kept, views.Field{Name: name, Value: value})
		}
	}
	if p.tab != store.DeskWaiting {
		add("tab", string(p.tab))
	}
	add("strength", p.strength)
	add("q", p.search)
	add("after", p.after)
	add("before", p.before)
	return kept
}

// path is an address of the desk at this place, with pairs of names and values
// added.
func (p deskPlace) path(sub string, more ...string) string {
	query := url.Values{}
	for _, f := range p.keep() {
		query.Set(f.Name, f.Value)
	}
	for i := 0; i+1 < len(more); i += 2 {
		query.Add(more[i], more[i+1])
	}
	path := "/matching"
	if sub != "" {
		path += "/" + sub
	}
	if len(query) == 0 {
		return path
	}
	return path + "?" + query.Encode()
}

// Scores in basis points at which a suggestion is called strong or possible.
const (
	deskStrong   = 8500
	deskPossible = 5000
)

// deskPage is how many credits stand in the queue: more than anybody works
// through before looking up.
const deskPage = 100

// filter is the place as the store understands it.
func (p deskPlace) filter() (store.DeskFilter, error) {
	f := store.DeskFilter{Tab: p.tab, Search: p.search, Limit: deskPage}
	if amount, err := lending.ParseMoney(strings.TrimPrefix(p.search, "₹")); err == nil && p.search != "" {
		f.Amount = amount
	}
	switch p.strength {
	case "":
	case "strong":
		f.AtLeast = deskStrong
	case "possible":
		f.AtLeast, f.Below = deskPossible, deskStrong
	case "none":
		f.Below = deskPossible
	default:
		return f, lending.RefuseField("strength", "desk.strength", "A suggestion is strong, possible or none.")
	}
	var err error
	if f.After, err = deskKey(p.after); err == nil {
		f.Before, err = deskKey(p.before)
	}
	return f, err
}

// keyText and deskKey write and read a place in a pile.
func keyText(k store.DeskKey) string { return k.Date.String() + "." + strconv.FormatInt(k.Idx, 10) }

func deskKey(text string) (*store.DeskKey, error) {
	if text == "" {
		return nil, nil
	}
	day, idx, _ := strings.Cut(text, ".")
	date, err := lending.ParseDate(day)
	n, notNumber := strconv.ParseInt(idx, 10, 64)
	if err != nil || notNumber != nil {
		return nil, lending.RefuseField("after", "after.unreadable", "This place in the list cannot be read.")
	}
	return &store.DeskKey{Date: date, Idx: n}, nil
}

// deskAsk is what is asked of the desk: a credit, and how far it was decided.
type deskAsk struct {
	place   deskPlace
	ref     string
	to      []string          // refs of the accounts chosen
	amounts map[string]string // ref -> as typed
	find    string            // looking for another account
	note    string
	listed  bool // a phone shows the queue
	refused *views.DeskRefusal
	aside   bool // the refusal is of setting it aside
}

// deskAsk reads what is asked from an address or a form.
func (f *fields) deskAsk() deskAsk {
	ask := deskAsk{place: f.deskPlace(), ref: f.c.Param("ref"), amounts: map[string]string{}, find: f.text("find"), note: f.text("remark")}
	for _, value := range f.list("to") {
		for ref := range strings.FieldsSeq(value) {
			ask.to = append(ask.to, store.CleanRef(ref))
		}
	}
	for _, ref := range ask.to {
		if typed := f.text("amount-" + ref); typed != "" {
			ask.amounts[ref] = typed
		}
	}
	return ask
}

// pairs are what was decided so far, for an address: accounts with their amounts.
func (ask deskAsk) pairs(without string) []string {
	var pairs []string
	for _, ref := range ask.to {
		if ref == without {
			continue
		}
		pairs = append(pairs, "to", ref)
		if ask.amounts[ref] != "" && without == "" {
			pairs = append(pairs, "amount-"+ref, ask.amounts[ref])
		}
	}
	return pairs
}

func (a *app) listMatching(c echo.Context) error {
	ask := read(c).deskAsk()
	ask.ref, ask.listed = "", true
	return a.showDesk(c, http.StatusOK, ask)
}

func (a *app) showCredit(c echo.Context) error {
	return a.showDesk(c, http.StatusOK, read(c).deskAsk())
}

// showDesk shows the desk with one credit: the one asked for, or the first of
// the queue. A part of a split is looked at with its whole.
func (a *app) showDesk(c echo.Context, status int, ask deskAsk) error {
	page, piece := views.MatchingPage{}, wantsPiece(c)
	if err := a.refreshDesk(c); err != nil {
		return err
	}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		queue, err := a.deskQueue(ctx, v, ask)
		if err != nil {
			return err
		}
		if ask.ref == "" {
			ask.ref = queue.first
		}
		if ask.ref != "" {
			credit, err := a.deskCredit(ctx, c, v, ask)
			if err != nil {
				return err
			}
			credit.Waiting = queue.view.Count
			page.Credit = &credit
		}
		if piece {
			page.Keys = deskKeys
			return nil
		}
		page.Queue = queue.shown(page.Credit)
		page.Shell, err = a.shell(ctx, c, v, frame{title: "Match payments", here: "/matching", layout: views.LayoutDesk, keys: deskKeys})
		return err
	})
	if err != nil {
		return err
	}
	if piece && page.Credit != nil {
		return a.show(c, status, nil, views.DeskWork(*page.Credit, deskKeys))
	}
	return a.show(c, status, views.Matching(page), nil)
}

// refreshDesk asks the engine again about what waits and may have another answer
// since the books moved: what stands first at once, more behind the answer.
// Everything on the desk then shows what is kept, so that no two figures differ.
func (a *app) refreshDesk(c echo.Context) error {
	left, err := a.office.RefreshDesk(c.Request().Context())
	if j := a.jobs.latest(jobEngine); left > 0 && (j == nil || j.done()) {
		a.scoreAgain(c, err)
	}
	return err
}

// showAccounts suggests accounts for what is typed. Typed into the address line,
// or without script, it is the desk with the suggestions on it.
func (a *app) showAccounts(c echo.Context) error {
	ask := read(c).deskAsk()
	if !wantsPiece(c) {
		return a.showDesk(c, http.StatusOK, ask)
	}
	var search views.DeskSearch
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		search, err = deskSearch(ctx, v, ask)
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, nil, views.DeskSuggestions(search))
}

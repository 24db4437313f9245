package handlers

import (
	"context"
	"fmt"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// choosableColumns are the columns that may be chosen, in their order; usual says
// which are shown to those who chose none.
var choosableColumns = []struct {
	key, label string
	usual      bool
	shown      func(*views.RecordColumns) *bool
}{
	{"account", "Account", true, func(c *views.RecordColumns) *bool { return &c.Account }},
	{"utr", "Bank reference", true, func(c *views.RecordColumns) *bool { return &c.UTR }},
	{"bank", "Bank, source", true, func(c *views.RecordColumns) *bool { return &c.Bank }},
	{"type", "Type", false, func(c *views.RecordColumns) *bool { return &c.Type }},
	{"bank_date", "Bank date", false, func(c *views.RecordColumns) *bool { return &c.BankDate }},
	{"date", "Value date", true, func(c *views.RecordColumns) *bool { return &c.Date }},
	{"left", "Left to settle", true, func(c *views.RecordColumns) *bool { return &c.Left }},
}

// createRecordView keeps the filter that is on, for the person alone.
func (a *app) createRecordView(c echo.Context) error {
	f := read(c)
	q := recordQueryOf(f)
	in := servicing.ViewInput{List: servicing.RecordsList, Name: f.text("name"), Query: q.values.Encode()}
	if err := a.office.SaveView(c.Request().Context(), actorOf(c), in); err != nil {
		form, ok := refusedForm(err, f.values)
		if !ok {
			return err
		}
		return a.showRecords(c, statusOf(err), f, q, recordsSaid{keep: form})
	}
	a.flash(c, views.Flash{Text: "Saved. The view stands above the list, for you alone."})
	return a.seeOther(c, q.path("/records"))
}

// createRecordViewForgetting forgets a view of the person.
func (a *app) createRecordViewForgetting(c echo.Context) error {
	if err := a.office.DropView(c.Request().Context(), actorOf(c), servicing.RecordsList, read(c).text("name")); err != nil {
		return err
	}
	return a.seeOther(c, "/records")
}

// createRecordColumns keeps which columns the person sees.
func (a *app) createRecordColumns(c echo.Context) error {
	f := read(c)
	columns := f.list("columns")
	if f.flag("usual") {
		columns = nil
	}
	if err := a.office.ChooseColumns(c.Request().Context(), actorOf(c), servicing.RecordsList, columns); err != nil {
		return err
	}
	return a.seeOther(c, recordQueryOf(f).path("/records"))
}

// ownViews are what the person made of the list: views under names of their own,
// with their counts, and the columns.
func ownViews(ctx context.Context, c echo.Context, v *store.View, q recordQuery, page *views.RecordsPage) error {
	actor := actorOf(c)
	kept, err := v.ListViews(ctx, actor.Person, servicing.RecordsList)
	if err != nil {
		return err
	}
	var filters []store.RecordFilter
	for _, own := range kept {
		mine, err := keptQuery(c, own.Query)
		if err != nil {
			return err
		}
		if mine.resolve(ctx, v) != nil {
			mine.filter = store.RecordFilter{Refs: []string{""}} // what it named is no longer there
		}
		filters = append(filters, mine.filter)
		page.Own = append(page.Own, views.SavedView{Path: mine.path("/records"), Label: own.Name, Current: q.only(mine.values)})
	}
	counts, err := v.CountEach(ctx, store.CountCap, filters...)
	if err != nil {
		return err
	}
	for i, n := range counts {
		page.Own[i].Count, page.Own[i].More = int(n.N), n.More
	}
	columns, chosen, err := v.ListColumns(ctx, actor.Person, servicing.RecordsList)
	if err != nil {
		return err
	}
	page.Columns.Chosen = chosen
	for _, column := range choosableColumns {
		shown := chosen && slices.Contains(columns, column.key) || !chosen && column.usual
		*column.shown(&page.Columns) = shown
		page.Choices = append(page.Choices, views.ColumnChoice{Key: column.key, Label: column.label, Shown: shown})
	}
	return nil
}

// keptQuery reads a query that was kept as if it came in an address.
func keptQuery(c echo.Context, query string) (recordQuery, error) {
	request, err := http.NewRequestWithContext(c.Request().Context(), http.MethodGet, "/records?"+query, nil)
	if err != nil {
		return recordQuery{}, fmt.Errorf("reading a saved view: %w", err)
	}
	return recordQueryOf(read(c.Echo().NewContext(request, c.Response()))), nil
}

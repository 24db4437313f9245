package handlers

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/store"
	"lekha/views"
)

// foundPage is how many records and accounts a search lists each; the lists
// themselves show the rest.
const foundPage = 20

// showSearch leads straight to what a number names, else lists what holds the words.
func (a *app) showSearch(c echo.Context) error {
	query := strings.TrimSpace(c.QueryParam("q"))
	var page views.SearchPage
	path := ""
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		var err error
		if path, err = named(ctx, v, query); err != nil || path != "" {
			return err
		}
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Search"}); err != nil {
			return err
		}
		page.Query = query
		if query == "" || len(query) > maxSearch {
			return nil
		}
		if err := foundAccounts(ctx, v, &page); err != nil {
			return err
		}
		return foundRecords(ctx, v, &page)
	})
	if err != nil {
		return err
	}
	if path != "" {
		return a.seeOther(c, path)
	}
	return a.show(c, http.StatusOK, views.Search(page), nil)
}

// named is the page of the one thing that has this number, "" when there is none.
func named(ctx context.Context, v *store.View, ref string) (string, error) {
	if ref == "" || len(ref) > maxSearch {
		return "", nil
	}
	ref = store.CleanRef(ref)
	for _, look := range []struct {
		path string
		find func() error
	}{
		{"/records/", func() error { _, err := v.RecordByRef(ctx, ref); return err }},
		{"/accounts/", func() error { _, err := v.AccountByRef(ctx, ref); return err }},
		{"/approvals/", func() error { _, err := v.ApprovalByRef(ctx, ref); return err }},
		{"/statements/", func() error { _, err := v.StatementByRef(ctx, ref); return err }},
	} {
		err := look.find()
		if err == nil {
			return look.path + ref, nil
		}
		if lending.KindOf(err) != lending.NotFound {
			return "", err
		}
	}
	return "", nil
}

func foundAccounts(ctx context.Context, v *store.View, page *views.SearchPage) error {
	rows, err := v.Accounts(ctx, store.AccountFilter{Search: page.Query, Limit: foundPage + 1})
	if len(rows) > foundPage {
		rows, page.AccountMore = rows[:foundPage], true
	}
	for _, r := range rows {
		page.Accounts = append(page.Accounts, views.FoundAccount{Ref: r.Ref, Borrower: r.BorrowerName, Phone: r.Phone, Product: r.Product, Status: r.Status,
			DueNow: r.DueNow, DPD: r.DPD})
	}
	return err
}

func foundRecords(ctx context.Context, v *store.View, page *views.SearchPage) error {
	filter := store.RecordFilter{Search: page.Query, Descending: true, Limit: foundPage}
	sum, err := v.RecordSum(ctx, filter, store.CountCap)
	if err != nil {
		return err
	}
	page.RecordCount, page.RecordsMore = int(sum.Count), sum.More
	rows, err := v.RecordLines(ctx, filter)
	for _, r := range rows {
		page.Records = append(page.Records, recordRow(r))
	}
	return err
}

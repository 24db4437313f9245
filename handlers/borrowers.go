package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// categoriesByWeight are the asset categories, the best first.
var categoriesByWeight = []lending.Category{lending.Regular, lending.SMA0, lending.SMA1, lending.SMA2, lending.SubStandard,
	lending.Doubtful1, lending.Doubtful2, lending.Doubtful3, lending.Loss}

// worse is the heavier of two categories.
func worse(a, b string) string {
	if slices.Index(categoriesByWeight, lending.Category(b)) > slices.Index(categoriesByWeight, lending.Category(a)) {
		return b
	}
	return a
}

// borrowerEvents is how much of the log a borrower's page shows.
const borrowerEvents = 12

func (a *app) showBorrower(c echo.Context) error {
	var page views.BorrowerPage
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		b, err := v.BorrowerByAny(ctx, c.Param("ref"))
		if err != nil {
			return err
		}
		shell, err := a.shell(ctx, c, v, frame{title: b.Name, here: "/accounts", layout: views.LayoutAcct})
		if err != nil {
			return err
		}
		page = views.BorrowerPage{Shell: shell, Ref: b.Ref, Name: b.Name, Facts: borrowerTerms(b), Worst: string(lending.Regular)}
		accounts, err := v.AccountsOfBorrower(ctx, b.ID)
		if err != nil {
			return err
		}
		rows := make([]store.AccountRow, len(accounts))
		for i, account := range accounts {
			rows[i].Account = account
			if rows[i].Position, err = v.PositionOf(ctx, account.ID); err != nil && !errors.Is(err, store.ErrMissing) {
				return err
			}
			page.Worst = worse(page.Worst, rows[i].Category)
			page.Outstanding, page.Due = page.Outstanding+rows[i].PrincipalOutstanding, page.Due+rows[i].DueNow
		}
		page.Rows = accountLines(rows)
		events, err := v.Events(ctx, store.EventFilter{Subject: b.Ref, Limit: borrowerEvents})
		page.History = eventSteps(events, shell.Today)
		return err
	})
	if err != nil {
		return err
	}
	page.WorstTone, page.WorstNote = views.CategoryTone(page.Worst), "A borrower’s accounts are classified together: the worst NPA category holds for all."
	for _, act := range []views.Act{{Label: "Change", Icon: "pencil", Path: "/borrowers/" + page.Ref + "/particulars"},
		{Label: "Running loan", Icon: "archive", Path: "/accounts/new?borrower_ref=" + page.Ref}, {Label: "New loan", Icon: "plus", Path: "/loans/new?borrower=" + page.Ref}} {
		page.Acts = append(page.Acts, offer(c, servicing.MayTakeOver, act))
	}
	return a.show(c, http.StatusOK, views.Borrower(page), nil)
}

// borrowerTerms is what is known of a borrower. The PAN is masked.
func borrowerTerms(b store.Borrower) []views.Term {
	terms := []views.Term{{Name: "Customer", Value: b.Ref, Path: "/borrowers/" + b.Ref}}
	add := func(name, value, path string) {
		if value != "" {
			terms = append(terms, views.Term{Name: name, Value: value, Path: path})
		}
	}
	add("Co-applicant", b.CoApplicant, "")
	if b.Phone != "" {
		add("Phone", b.Phone, "tel:"+b.Phone)
	}
	if b.Email != "" {
		add("E-mail", b.Email, "mailto:"+b.Email)
	}
	if b.PAN != "" {
		add("PAN", views.Mask(b.PAN), "")
	}
	add("UPI", b.VPA, "")
	add("State", b.State, "")
	add("Address", b.Address, "")
	return terms
}

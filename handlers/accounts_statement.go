package handlers

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/store"
	"lekha/views"
)

// statementSpan is the span of a statement of account.
type statementSpan struct{ from, to lending.Date }

// readStatementSpan reads the span of an address. Without one it is the financial year
// so far.
func readStatementSpan(c echo.Context, today lending.Date) (statementSpan, views.Form, error) {
	f := read(c)
	p := statementSpan{f.date("from"), f.date("to")}
	if p.to.IsZero() && f.errors["to"] == "" {
		p.to = today
	}
	if p.from.IsZero() && f.errors["from"] == "" {
		p.from = yearStart(p.to)
	}
	form := views.Form{Values: f.values}
	err := f.err()
	if err == nil {
		form.Values = map[string]string{"from": p.from.String(), "to": p.to.String()}
		switch {
		case p.to > today:
			err = lending.RefuseField("to", "statement.to", "A statement ends on the business date, "+views.Day(today)+", or before.")
		case p.from > p.to:
			err = lending.RefuseField("from", "statement.from", "A statement begins before it ends.")
		}
	}
	if refused, ok := refusedForm(err, form.Values); ok {
		form = refused
	}
	return p, form, err
}

// yearStart is the first day of the financial year of a day.
func yearStart(d lending.Date) lending.Date {
	year := d.Year()
	if d.Month() < time.April {
		year--
	}
	return lending.NewDate(year, time.April, 1)
}

// showStatement is the statement of account for a span of days, as a letter.
func (a *app) showStatementOfAccount(c echo.Context) error {
	page, status := views.AccountStatementPage{}, http.StatusOK
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		company, err := v.Company(ctx)
		if err != nil {
			return err
		}
		span, form, refused := readStatementSpan(c, company.BusinessDate)
		at, err := readAccount(ctx, v, c.Param("ref"), span.to.String())
		if err != nil {
			return err
		}
		page = views.AccountStatementPage{Ref: at.Ref, Path: "/accounts/" + at.Ref, Sheet: "/accounts/" + at.Ref + "/statement.css", Form: form}
		page.Shell, err = a.shell(ctx, c, v, frame{title: "Statement of " + at.Ref, here: "/accounts", layout: views.LayoutAcct, keys: []views.Shortcut{{Keys: "p", Does: "Print"}}})
		if err != nil {
			return err
		}
		if refused != nil {
			status = statusOf(refused)
			return nil
		}
		page.Company, page.Address = company.Name, company.Address
		for name, value := range map[string]string{"PAN": company.PAN, "GSTIN": company.GSTIN} {
			if value != "" {
				page.Identity = append(page.Identity, name+" "+value)
			}
		}
		page.From, page.To, page.Printed = span.from, span.to, views.Moment(a.reader.Now().Time, 0)
		page.Number = fmt.Sprintf("%s/%s/%s", at.Ref, digits(span.from), digits(span.to))
		page.CSV = fmt.Sprintf("/accounts/%s/statement.csv?from=%s&to=%s", at.Ref, span.from, span.to)
		return at.letter(&page)
	})
	if err != nil {
		return err
	}
	return a.show(c, status, views.AccountStatement(page), nil)
}

// digits is a date without dashes, for a number.
func digits(d lending.Date) string { return strings.ReplaceAll(d.String(), "-", "") }

// letter lays out the entries and the sums of a statement.
func (at *accountAt) letter(page *views.AccountStatementPage) error {
	lines, err := at.ledger(page.From)
	if err != nil {
		return err
	}
	page.Lines, page.Opening, page.Closing = entries(lines, page.From, page.To)
	for _, l := range page.Lines {
		page.Debits, page.Credits = page.Debits+l.Debit, page.Credits+l.Credit
	}
	s := at.book.Summary
	next, rate := at.nextFigure(), at.rateFigure()
	page.Left = []views.Term{{Name: "Borrower", Value: at.BorrowerName}, {Name: "Account", Value: at.Ref}, {Name: "Product", Value: productOf(at.Account)},
		{Name: "Lent", Value: views.Rupees(s.LoanAmount)}, {Name: "Paid out", Value: views.Rupees(s.DisbursalAmount)}}
	page.Right = []views.Term{{Name: "Principal left", Value: views.Rupees(s.PrincipalOutstanding)}, {Name: "To pay now", Value: views.Rupees(s.DueNow)},
		{Name: "Next instalment", Value: next.Note}, {Name: "Rate", Value: rate.Value + rate.Unit + ", " + rate.Note},
		{Name: "Days past due", Value: fmt.Sprintf("%d, %s", s.DPD, s.AssetCategory)}}
	if day, _, more := strings.Cut(next.Note, ","); more {
		page.Right[2].Value = next.Value + " " + day
	}
	for _, line := range at.parts() {
		value := fmt.Sprintf("fell due to date %s, paid %s, due and unpaid %s", views.Amount(line.ToDate), views.Amount(line.Paid), views.Amount(line.Due))
		page.Summary = append(page.Summary, views.Term{Name: line.Label, Value: value})
	}
	page.Summary = append(page.Summary, views.Term{Name: "Held as excess", Value: views.Amount(at.book.Excess)})
	page.Unpaid = at.unpaid()
	return nil
}

// entries puts opening and closing balance around the lines of a statement.
func entries(lines []views.LedgerLine, from, to lending.Date) (out []views.LedgerLine, opening, closing lending.Money) {
	if len(lines) > 0 && lines[0].Debit == lines[0].Credit {
		opening, lines = lines[0].Balance, lines[1:]
	}
	closing = opening
	if n := len(lines); n > 0 {
		closing = lines[n-1].Balance
	}
	out = append(out, views.LedgerLine{Date: from, Text: "Opening balance", Balance: opening, Open: true})
	out = append(out, lines...)
	return append(out, views.LedgerLine{Date: to, Text: "Closing balance", Balance: closing, Open: true}), opening, closing
}

// exportStatementOfAccount is the same as CSV.
func (a *app) exportStatementOfAccount(c echo.Context) error {
	var lines []views.LedgerLine
	ref := ""
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		date, err := today(ctx, v)
		if err != nil {
			return err
		}
		span, _, err := readStatementSpan(c, date)
		if err != nil {
			return err
		}
		at, err := readAccount(ctx, v, c.Param("ref"), span.to.String())
		if err != nil {
			return err
		}
		ref = at.Ref
		ledger, err := at.ledger(span.from)
		lines, _, _ = entries(ledger, span.from, span.to)
		return err
	})
	if err != nil {
		return err
	}
	return a.download(c, ref+"-statement", "csv", func(w bankfile.Table) error {
		if err := w.Write([]string{"value_date", "booking_date", "particulars", "reference", "debit", "credit", "balance"}); err != nil {
			return err
		}
		for _, l := range lines {
			if err := w.Write([]string{l.Date.String(), l.Booked.String(), l.Text, l.Reference, l.Debit.String(), l.Credit.String(), l.Balance.String()}); err != nil {
				return err
			}
		}
		return nil
	})
}

// showStatementSheet puts the number of the account at the foot of each printed
// page: only a style sheet can write there.
func (a *app) showStatementSheet(c echo.Context) error {
	ref := store.CleanRef(c.Param("ref"))
	if strings.Trim(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") != "" {
		return lending.Refuse(lending.NotFound, "account.not_found", "There is no such account.")
	}
	sheet := `@page statement { @bottom-left { content: "` + ref + `"; font: 8pt sans-serif; color: #555; } }` + "\n"
	return c.Blob(http.StatusOK, "text/css; charset=utf-8", []byte(sheet))
}

package main

import (
	"context"
	"io"
	"strings"

	"github.com/a-h/templ"

	"lekha/lending"
	"lekha/views"
)

// floorMenu is what a page of the floor has around it.
type floorMenu struct {
	Company   string       `db:"name"`
	Today     lending.Date `db:"business_date"`
	Unmatched int          `db:"unmatched"`
	Waiting   int          `db:"waiting"`
}

// floorEntries are the links of the menu; the first two have a number.
var floorEntries = []string{"matching", "approvals", "overview", "records", "statements", "accounts", "lines", "payouts", "presentations", "excess", "fees",
	"tieout", "days", "engine", "rules", "me", "signout"}

// write writes the menu.
func (m floorMenu) write(b *strings.Builder) {
	b.WriteString("<nav><p>")
	b.WriteString(templ.EscapeString(m.Company))
	b.WriteString("</p><ul>")
	for i, entry := range floorEntries {
		b.WriteString(`<li><a href="/`)
		b.WriteString(entry)
		b.WriteString(`">`)
		b.WriteString(entry)
		if i < 2 {
			b.WriteString(" ")
			b.WriteString(views.Count([]int{m.Unmatched, m.Waiting}[i]))
		}
		b.WriteString("</a></li>")
	}
	b.WriteString("</ul><p>")
	b.WriteString(views.Day(m.Today))
	b.WriteString("</p></nav>")
}

// floorBody is a page of the floor: a menu, a head and a table, a component a row.
type floorBody struct {
	menu  floorMenu
	count int
	sums  floorRow
	rows  []floorRow
}

// Render writes the page.
func (p floorBody) Render(out io.Writer) error {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html><html><head><title>Floor</title></head><body>")
	p.menu.write(&b)
	b.WriteString("<p>")
	b.WriteString(views.Count(p.count))
	b.WriteString(" in all, ")
	b.WriteString(views.Amount(p.sums.Amount))
	b.WriteString(", left ")
	b.WriteString(views.Amount(p.sums.Left))
	b.WriteString("</p><table>")
	if _, err := io.WriteString(out, b.String()); err != nil {
		return err
	}
	for _, r := range p.rows {
		if err := floorLine(r).Render(context.Background(), out); err != nil {
			return err
		}
	}
	_, err := io.WriteString(out, "</table></body></html>")
	return err
}

// floorLine is one row of a list.
func floorLine(r floorRow) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, out io.Writer) error {
		var b strings.Builder
		b.WriteString(`<tr><td><a href="/records/`)
		b.WriteString(templ.EscapeString(r.Ref))
		b.WriteString(`">`)
		for _, cell := range []string{r.Ref, r.Status, r.Mode, r.UTR, r.Remark, r.Account, r.Borrower, r.Bank, views.Day(r.Date)} {
			b.WriteString("</td><td>")
			b.WriteString(templ.EscapeString(cell))
		}
		for _, amount := range []lending.Money{r.Amount, r.Left} {
			b.WriteString(`</td><td class="money">`)
			b.WriteString(views.Amount(amount))
		}
		b.WriteString("</td></tr>")
		_, err := io.WriteString(out, b.String())
		return err
	})
}

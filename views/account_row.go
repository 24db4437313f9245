package views

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"lekha/lending"
)

// The rows of schedule and receipts are the longest part of an account's page and
// are written by hand, as those of the record list are.

// scheduleLine is one instalment.
func scheduleLine(l ScheduleLine) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		m := markup{w: w}
		m.raw(`<tr role="row" class="`).raw(l.row()).raw(`"><td role="cell" class="num s-no">`).raw(l.number())
		m.raw(`</td><td role="cell" class="s-due">`).day(l.Due)
		m.raw(`</td><td role="cell" class="money s-p">`).raw(Amount(l.Principal))
		m.raw(`</td><td role="cell" class="money s-i">`).raw(Amount(l.Interest))
		m.raw(`</td><td role="cell" class="money strong s-t">`).raw(Amount(l.Total))
		m.raw(`</td><td role="cell" class="money s-pd">`).paid(l.Paid, l.Parts)
		m.raw(`</td><td role="cell" class="money sub s-b">`).raw(Amount(l.Balance)).raw(`</td><td role="cell" class="s-st">`)
		if l.Planned && !l.Chip {
			m.raw(`<span class="dim">`).text(l.State).raw(`</span>`)
		} else {
			m.mark(StateMark{Word: l.State, Tone: l.Tone, Chip: l.Chip})
		}
		m.raw(`</td></tr>`)
		return m.err
	})
}

// receiptLine is one receipt with what it paid.
func receiptLine(r ReceiptLine) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		m := markup{w: w}
		m.raw(`<tr role="row"><td role="cell" class="nowrap r-d">`).day(r.Date)
		m.raw(`</td><td role="cell" class="r-e">`).link(r.Path, r.Ref).raw(`<span class="two">`).text(r.Words).raw(`</span>`)
		m.raw(`</td><td role="cell" class="money strong r-a">`).raw(Amount(r.Amount))
		m.raw(`</td><td role="cell" class="money r-s">`).paid(r.Settled, r.Parts)
		m.raw(`</td><td role="cell" class="money r-h">`).raw(AmountOrDash(r.Held))
		m.raw(`</td><td role="cell" class="r-st">`).mark(StateMark{Word: r.State, Tone: r.Tone}).raw(`</td></tr>`)
		return m.err
	})
}

// paidFigure is a paid amount that opens to its settlements.
func paidFigure(amount lending.Money, parts []PaidPart) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		m := markup{w: w}
		return m.paid(amount, parts).err
	})
}

// paid writes a paid amount that opens to its settlements.
func (m *markup) paid(amount lending.Money, parts []PaidPart) *markup {
	if len(parts) == 0 {
		return m.raw(AmountOrDash(amount))
	}
	m.raw(`<details class="paid"><summary>`).raw(Amount(amount)).raw(`</summary><ul>`)
	for _, part := range parts {
		m.raw(`<li><span>`).link(part.Path, part.Label).raw(` <span class="two">`).text(part.Part).raw(`, `).raw(Day(part.Date)).raw(part.excessWord())
		m.raw(`</span></span> <span class="money">`).raw(Amount(part.Amount)).raw(`</span></li>`)
	}
	return m.raw(`</ul></details>`)
}

// link writes a text that leads to its page when it has one. The path is ours.
func (m *markup) link(path, text string) *markup {
	if path == "" {
		return m.text(text)
	}
	return m.raw(`<a class="id" href="`).text(path).raw(`">`).text(text).raw(`</a>`)
}

// day writes a date as people and programs read it.
func (m *markup) day(d lending.Date) *markup {
	if d.IsZero() {
		return m.raw(none)
	}
	return m.raw(`<time datetime="`).raw(d.String()).raw(`">`).raw(Day(d)).raw(`</time>`)
}

package views

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// recordRow is one line of the list of records. Fifty of them are most of the page
// that operations lives in, so it is written by hand: the same markup from a
// template costs twice as much.
func recordRow(r RecordRow, p RecordsPage) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		m := markup{w: w}
		m.raw(`<tr role="row" id="r-`).text(r.Ref).raw(`"><td role="cell" class="c-tick">`)
		if r.Tickable {
			m.raw(`<label class="tick"><input type="checkbox" name="ref" value="`).text(r.tickValue()).raw(`" data-paise="`).raw(paise(r.Amount)).raw(`"`)
			if p.Ticked {
				m.raw(` checked disabled`)
			}
			m.raw(`><span class="vh">Tick `).text(r.Ref).raw(`</span></label>`)
		}
		m.raw(`</td><td role="cell" class="c-no"><a class="key id no" href="/records/`).text(r.Ref).raw(`">`).text(r.Ref).raw(`</a></td><td role="cell" class="c-who">`)
		if r.Known {
			m.raw(`<span class="key">`).text(r.Who)
		} else {
			m.raw(`<span class="dim" title="`).text(r.Who).raw(`">`).text(OrDash(r.Who))
		}
		m.raw(`</span></td>`)
		if p.Columns.Account {
			m.raw(`<td role="cell" class="c-acc">`)
			if r.Account != "" {
				m.raw(`<a class="id no" href="/accounts/`).text(r.Account).raw(`">`).text(r.Account).raw(`</a></td>`)
			} else {
				m.raw(dimNone).raw(`</td>`)
			}
		}
		if p.Columns.UTR {
			m.raw(`<td role="cell" class="c-utr mono">`).text(OrDash(r.UTR)).raw(`</td>`)
		}
		if p.Columns.Bank {
			m.raw(`<td role="cell" class="c-bank sub">`).text(r.Source).raw(`</td>`)
		}
		if p.Columns.Type {
			m.raw(`<td role="cell" class="c-type sub">`).text(r.Type).raw(`</td>`)
		}
		if p.Columns.BankDate {
			m.raw(`<td role="cell" class="c-bdate num"><time datetime="`).raw(r.BankDate.String()).raw(`">`).raw(DayIn(r.BankDate, p.Today)).raw(`</time></td>`)
		}
		if p.Columns.Date {
			m.raw(`<td role="cell" class="c-date num"><time datetime="`).raw(r.Date.String()).raw(`">`).raw(DayIn(r.Date, p.Today)).raw(`</time></td>`)
		}
		m.raw(`<td role="cell" class="c-out money">`).raw(Amount(r.Amount)).raw(`</td>`)
		if p.Columns.Left && r.Left == 0 {
			m.raw(`<td role="cell" class="c-left money sub">`).raw(dimNone).raw(`</td>`)
		} else if p.Columns.Left {
			m.raw(`<td role="cell" class="c-left money sub">`).raw(Amount(r.Left)).raw(`</td>`)
		}
		m.raw(`<td role="cell" class="c-st">`).mark(r.State).raw(`</td></tr>`)
		return m.err
	})
}

// dimNone stands in a cell that has nothing to say.
const dimNone = `<span class="dim">` + none + `</span>`

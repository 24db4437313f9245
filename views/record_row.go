package views

import (
	"context"
	"io"

	"github.com/a-h/templ"

	"lekha/lending"
)

// recordRow is one line of the list of records. Fifty of them are most of the page
// that operations lives in, so it is written by hand: the same markup from a
// template costs twice as much.
func recordRow(r RecordRow, today lending.Date, ticked bool) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		m := markup{w: w}
		m.raw(`<tr role="row" id="r-`).text(r.Ref).raw(`"><td role="cell" class="c-tick">`)
		if r.Tickable {
			m.raw(`<label class="tick"><input type="checkbox" name="ref" value="`).text(r.tickValue()).raw(`" data-paise="`).raw(paise(r.Amount)).raw(`"`)
			if ticked {
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
		m.raw(`</span></td><td role="cell" class="c-acc">`)
		if r.Account != "" {
			m.raw(`<a class="id no" href="/accounts/`).text(r.Account).raw(`">`).text(r.Account).raw(`</a>`)
		} else {
			m.raw(dimNone)
		}
		m.raw(`</td><td role="cell" class="c-utr mono">`).text(OrDash(r.UTR)).raw(`</td><td role="cell" class="c-bank sub">`).text(r.Source)
		m.raw(`</td><td role="cell" class="c-date num"><time datetime="`).raw(r.Date.String()).raw(`">`).raw(DayIn(r.Date, today))
		m.raw(`</time></td><td role="cell" class="c-out money">`).raw(Amount(r.Amount)).raw(`</td><td role="cell" class="c-left money sub">`)
		if r.Left == 0 {
			m.raw(dimNone)
		} else {
			m.raw(Amount(r.Left))
		}
		m.raw(`</td><td role="cell" class="c-st">`).mark(r.State).raw(`</td></tr>`)
		return m.err
	})
}

// dimNone stands in a cell that has nothing to say.
const dimNone = `<span class="dim">` + none + `</span>`

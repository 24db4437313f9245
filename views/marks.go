package views

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// Marks and the rows of the longest list are written by hand: there are fifty on a
// page, and the classes of a generated component cost more than the rest of its row.

// markup writes HTML to a page until something fails.
type markup struct {
	w   io.Writer
	err error
}

// raw writes markup of ours, or text that needs no escaping: digits, dates.
func (m *markup) raw(s string) *markup {
	if m.err == nil {
		_, m.err = io.WriteString(m.w, s)
	}
	return m
}

// text writes what people or banks wrote, in an element or a quoted attribute.
func (m *markup) text(s string) *markup { return m.raw(templ.EscapeString(s)) }

// mark writes a state: a chip when it needs a person, else plain text with a small
// mark.
func (m *markup) mark(s StateMark) *markup {
	class := `<span class="state`
	if s.Chip {
		class = `<span class="chip`
	}
	m.raw(class)
	if s.Tone != ToneNone {
		m.raw(" ").text(string(s.Tone))
	}
	return m.raw(`">`).text(s.Word).raw(`</span>`)
}

// stateMark is a state as it is shown in lists.
func stateMark(s StateMark) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		m := markup{w: w}
		return m.mark(s).err
	})
}

// chip is a state that needs a person.
func chip(tone Tone, word string) templ.Component {
	return stateMark(StateMark{Word: word, Tone: tone, Chip: true})
}

// state is an ordinary state: plain text with a small mark.
func state(tone Tone, word string) templ.Component {
	return stateMark(StateMark{Word: word, Tone: tone})
}

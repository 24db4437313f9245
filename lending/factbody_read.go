package lending

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// ReadFactBody reads what [Fact.Body] was stored as. The agreed rows of a loan are
// most of the text, and a day close reads them for every loan that it touches: they
// are taken out and read by hand where they stand as the product writes them. Any
// other text, with a space or a key in another place, goes the common way.
func ReadFactBody(text string) (FactBody, error) {
	var body FactBody
	if from, to, ok := rowsOf(text); ok {
		if rows, ok := readRows([]byte(text[from:to])); ok {
			err := json.Unmarshal([]byte(text[:from]+"null"+text[to:]), &body)
			if err == nil && body.Disbursal != nil {
				body.Disbursal.Rows = rows
			}
			return body, err
		}
	}
	err := json.Unmarshal([]byte(text), &body)
	return body, err
}

// rowsOf finds the rows of a disbursal. The key cannot stand inside a string: its
// quotes would be escaped.
func rowsOf(text string) (from, to int, ok bool) {
	const begin, key = `{"disbursal":{"loan":`, `"rows":[`
	if !strings.HasPrefix(text, begin) || strings.Count(text, `"rows":`) != 1 {
		return 0, 0, false
	}
	at := strings.Index(text, key)
	if at < 0 {
		return 0, 0, false
	}
	from = at + len(key) - 1
	length := strings.IndexByte(text[from:], ']') // a row holds no list and no free text
	return from, from + length + 1, length > 0
}

// readRows reads a list of at least one row.
func readRows(list []byte) ([]ScheduleRow, bool) {
	var rows []ScheduleRow
	for rest := list[1:]; ; {
		end := bytes.IndexByte(rest, '}')
		if end < 0 {
			return nil, false
		}
		row, ok := readRow(rest[:end+1])
		if !ok {
			return nil, false
		}
		rows, rest = append(rows, row), rest[end+1:]
		if string(rest) == "]" {
			return rows, true
		}
		if len(rest) == 0 || rest[0] != ',' {
			return nil, false
		}
		rest = rest[1:]
	}
}

// readRow reads a row as encoding/json writes it: the keys in their order, those of
// nothing left out.
func readRow(data []byte) (ScheduleRow, bool) {
	var r ScheduleRow
	p := rowReader{data: data, ok: true}
	p.expect('{')
	r.No = int(p.number("no"))
	r.PeriodStart, r.PeriodEnd, r.DueDate = p.date("period_start"), p.date("period_end"), p.date("due_date")
	r.Days = int(p.number("days"))
	r.Opening, r.Principal = Money(p.number("opening")), Money(p.number("principal"))
	r.Interest, r.Closing = Money(p.number("interest")), Money(p.number("closing"))
	for _, rare := range []struct {
		key  string
		into *Money
	}{{"capitalised", &r.Capitalised}, {"earlier", &r.Earlier}, {"fee", &r.Fee}, {"drawn", &r.Drawn}} {
		if p.at(rare.key) {
			*rare.into = Money(p.number(rare.key))
		}
	}
	p.expect('}')
	return r, p.ok && len(p.data) == 0
}

// rowReader goes through the text of a row; ok turns false at the first surprise.
type rowReader struct {
	data  []byte
	begun bool // a key was read: the next one follows a comma
	ok    bool
}

func (p *rowReader) expect(c byte) {
	if p.ok = p.ok && len(p.data) > 0 && p.data[0] == c; p.ok {
		p.data = p.data[1:]
	}
}

// at says whether a key comes next, and leaves it there.
func (p *rowReader) at(key string) bool {
	rest := p.data
	if p.begun {
		if len(rest) == 0 || rest[0] != ',' {
			return false
		}
		rest = rest[1:]
	}
	return p.ok && len(rest) > len(key)+3 && rest[0] == '"' && string(rest[1:len(key)+1]) == key && rest[len(key)+1] == '"' && rest[len(key)+2] == ':'
}

// key takes a key and its colon.
func (p *rowReader) key(key string) {
	if !p.at(key) {
		p.ok = false
		return
	}
	if p.begun {
		p.data = p.data[1:]
	}
	p.data, p.begun = p.data[len(key)+3:], true
}

// number reads a whole number of at most 18 digits, as they are written.
func (p *rowReader) number(key string) int64 {
	if p.key(key); !p.ok {
		return 0
	}
	n := 0
	for n < len(p.data) && (p.data[n] >= '0' && p.data[n] <= '9' || n == 0 && p.data[n] == '-') {
		n++
	}
	value, err := strconv.ParseInt(string(p.data[:n]), 10, 64)
	padded := n > 1 && p.data[0] == '0' || n > 2 && p.data[0] == '-' && p.data[1] == '0'
	if p.ok = err == nil && n < 19 && !padded; !p.ok {
		return 0
	}
	p.data = p.data[n:]
	return value
}

// date reads a day in quotes.
func (p *rowReader) date(key string) Date {
	const text = len(`"2026-11-20"`)
	if p.key(key); !p.ok || len(p.data) < text || p.data[0] != '"' || p.data[text-1] != '"' {
		p.ok = false
		return 0
	}
	day, err := ParseDate(string(p.data[1 : text-1]))
	p.ok, p.data = err == nil, p.data[text:]
	return day
}

package bankfile

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"lekha/lending"
)

// MT940 is a text of fields, each begun by a tag between colons (SWIFT Standards,
// category 9): 20 reference, 25 account, 28C number, 60F or 60M opening balance,
// 61 an entry with 86 its description, 62F or 62M closing balance.

// mt940Field is one field with the lines it runs over.
type mt940Field struct {
	tag   string
	no    int
	lines []string
}

// mt940Tag begins a field.
var mt940Tag = regexp.MustCompile(`^:([0-9]{2}[A-Z]?|NS):`)

// mt940Width is how long a line of field 86 may be: one that is as long was cut
// there and goes on without a space.
const mt940Width = 65

// mt940Fields cuts a text into fields. Envelopes of the network around the
// messages, and the dash that ends one, are no part of them.
func mt940Fields(text string) []mt940Field {
	var fields []mt940Field
	open := false
	for i, line := range splitLines(text) {
		if at := strings.Index(line, "{4:"); at >= 0 {
			line = line[at+len("{4:"):]
		}
		end := strings.HasPrefix(line, "-}") || strings.TrimSpace(line) == "-"
		tag := mt940Tag.FindStringSubmatch(line)
		switch {
		case end:
			fields = append(fields, mt940Field{tag: "end", no: i + 1})
			open = false
		case tag != nil:
			fields = append(fields, mt940Field{tag[1], i + 1, []string{line[len(tag[0]):]}})
			open = true
		case open:
			f := &fields[len(fields)-1]
			f.lines = append(f.lines, line)
		}
	}
	return fields
}

// mt940 reads the fields of a file one after the other.
type mt940 struct {
	name     string
	messages []message
	m        *message // the one being read; nil between messages
	entry    *Line    // the entry that a field 86 describes; nil elsewhere
	raised   mt940Entry
	other    int // fields of kinds that are not read
}

// errAt refuses the file and says on which line.
func (r *mt940) errAt(no int, format string, args ...any) error {
	return unreadable(r.name, "line %d: %s.", no, fmt.Sprintf(format, args...))
}

// readMT940 reads a file of MT940 messages.
func readMT940(name, text string, warnings []string) (*Statement, error) {
	r := &mt940{name: name}
	for _, f := range mt940Fields(text) {
		if err := r.field(f); err != nil {
			return nil, err
		}
		if len(r.messages) > maxRows {
			return nil, tooLarge(name, "it has more than %d messages.", maxRows)
		}
	}
	if err := r.finish(); err != nil {
		return nil, err
	}
	if r.other > 0 {
		warnings = append(slices.Clone(warnings), fmt.Sprintf("%d fields of kinds that say nothing about entries were passed over.", r.other))
	}
	return readMessages(name, "mt940", r.messages, warnings)
}

// field reads one field.
func (r *mt940) field(f mt940Field) error {
	described := r.entry
	r.entry = nil
	if r.m == nil && f.tag != "20" && f.tag != "end" {
		return r.errAt(f.no, "field %s stands before the field 20 that begins a statement", f.tag)
	}
	switch f.tag {
	case "20":
		if err := r.finish(); err != nil {
			return err
		}
		r.m = &message{no: f.no, id: strings.TrimSpace(f.lines[0])}
	case "end":
		return r.finish()
	case "25", "25P":
		r.account(f)
	case "28", "28C":
		r.m.id = strings.TrimSpace(f.lines[0])
	case "60F", "60M":
		return r.balance(f, &r.m.opening)
	case "62F", "62M":
		return r.balance(f, &r.m.closing)
	case "61":
		return r.statementLine(f)
	case "86":
		if described != nil {
			r.describe(described, f)
		}
	case "34F", "90D", "90C":
		return r.errAt(f.no, "this is an interim report (MT942), in which nothing is final. Ask for MT940")
	case "21", "64", "65": // a related reference; what is available now and later
	default:
		r.other++
	}
	return nil
}

// finish closes the message being read. One without a closing balance was cut off.
func (r *mt940) finish() error {
	if r.m == nil {
		return nil
	}
	switch {
	case r.m.account == "":
		return r.errAt(r.m.no, "the statement that begins here names no account (field 25)")
	case !r.m.opening.Known:
		return r.errAt(r.m.no, "the statement that begins here has no opening balance (field 60F)")
	case !r.m.closing.Known:
		return r.errAt(r.m.no, "the statement that begins here has no closing balance (field 62F): the file was cut off")
	}
	for i := range r.m.lines {
		l := &r.m.lines[i]
		l.Narration = cmp.Or(l.Narration, l.RawReference, "NO NARRATION")
	}
	r.messages = append(r.messages, *r.m)
	r.m = nil
	return nil
}

// account reads field 25: a number, behind the code of the bank and a slash, and
// with the currency after it, where a bank prints them.
func (r *mt940) account(f mt940Field) {
	text := strings.TrimSpace(f.lines[0])
	if code, no, ok := strings.Cut(text, "/"); ok {
		r.m.bank, text = bankOfCode(code), no
	}
	if len(f.lines) > 1 && r.m.bank == "" {
		r.m.bank = bankOfCode(f.lines[1])
	}
	text, _ = strings.CutSuffix(strings.Join(strings.Fields(text), ""), "INR")
	r.m.account = clip(strings.ToUpper(strings.ToValidUTF8(text, "?")), 40)
}

// mt940Balance is a side, a day, a currency and an amount.
var mt940Balance = regexp.MustCompile(`^([CD])([0-9]{6})([A-Z]{3})([0-9.,]{1,18})$`)

// balance reads a balance; a message states each of its two once.
func (r *mt940) balance(f mt940Field, to *Figure) error {
	part := mt940Balance.FindStringSubmatch(strings.TrimSpace(f.lines[0]))
	if part == nil {
		return r.errAt(f.no, "%q is not a balance", clip(f.lines[0], 40))
	}
	amount, err := plainAmount(part[4], maxBalance)
	if err != nil {
		return r.errAt(f.no, "the balance %q %s", part[4], err)
	}
	switch _, err = swiftDate(part[2]); {
	case err != nil:
		return r.errAt(f.no, "the date %q %s", part[2], err)
	case part[3] != "INR":
		return r.errAt(f.no, "the statement is in %s; only rupees are read", part[3])
	case to.Known:
		return r.errAt(f.no, "the balance of field %s is stated a second time", f.tag)
	}
	if part[1] == "D" {
		amount = -amount
	}
	*to = Figure{amount, true, true}
	return nil
}

// swiftDate reads YYMMDD.
func swiftDate(s string) (lending.Date, error) {
	t, err := time.Parse("060102", s)
	if err != nil {
		return 0, errNoSuchDay
	}
	return dateOf(t)
}

// mt940Entry is what stands in field 61 beside dates and amount.
type mt940Entry struct {
	customer, bank string // references of subfields 7 and 8
	details        string // subfield 9
}

// mt940Line is value date, entry date, side, the letter of a currency, amount,
// type, references.
var mt940Line = regexp.MustCompile(`^([0-9]{6})([0-9]{4})?([RE]?[DC])([A-Z])?([0-9][0-9.,]{0,17})([NSF][A-Z0-9]{3})(.*)$`)

// statementLine reads field 61.
func (r *mt940) statementLine(f mt940Field) error {
	if !r.m.opening.Known {
		return r.errAt(f.no, "an entry stands before the opening balance")
	}
	if r.m.closing.Known {
		return r.errAt(f.no, "an entry stands below the closing balance")
	}
	part := mt940Line.FindStringSubmatch(strings.TrimSpace(f.lines[0]))
	if part == nil {
		return r.errAt(f.no, "%q is not an entry", clip(f.lines[0], 60))
	}
	l := Line{No: f.no}
	var err error
	if l.ValueDate, err = swiftDate(part[1]); err != nil {
		return r.errAt(f.no, "the date %q %s", part[1], err)
	}
	if l.PostDate, err = entryDate(part[2], l.ValueDate); err != nil {
		return r.errAt(f.no, "the entry date %q %s", part[2], err)
	}
	amount, err := plainAmount(part[5], maxAmount)
	if err != nil {
		return r.errAt(f.no, "the amount %q %s", part[5], err)
	}
	switch part[3] {
	case "C":
		l.Credit = amount
	case "D":
		l.Debit = amount
	case "RD": // what was taken is given back
		l.Credit, l.Reversal = amount, true
	case "RC":
		l.Debit, l.Reversal = amount, true
	default:
		return r.errAt(f.no, "%s marks an entry that is only expected", part[3])
	}
	if amount == 0 {
		r.m.warnings = append(r.m.warnings, fmt.Sprintf("The entry on line %d moves nothing and was passed over.", f.no))
		return nil
	}
	r.raise(l, part[7], f.lines[1:])
	return nil
}

// raise adds an entry and notes its references until its description is read.
func (r *mt940) raise(l Line, refs string, rest []string) {
	e := mt940Entry{details: squeeze(strings.Join(rest, " "))}
	e.customer, e.bank, _ = strings.Cut(refs, "//")
	r.raised = e
	l.Narration = addText("", e.details)
	r.m.lines = append(r.m.lines, l)
	r.entry = &r.m.lines[len(r.m.lines)-1]
	r.entry.settle(e, nil)
}

// entryDate reads MMDD of the year that brings it nearest to the value date.
func entryDate(s string, value lending.Date) (lending.Date, error) {
	if s == "" {
		return value, nil
	}
	month, _ := strconv.Atoi(s[:2])
	day, _ := strconv.Atoi(s[2:])
	var best lending.Date
	for _, year := range aroundNewYear(value) {
		d := lending.NewDate(year, time.Month(month), day)
		if int(d.Month()) != month || d.Day() != day {
			continue // the 31st of June, or 29 February of another year
		}
		if best.IsZero() || abs(d.Sub(value)) < abs(best.Sub(value)) {
			best = d
		}
	}
	if best.IsZero() || best.Year() < 2000 || best.Year() > 2099 {
		return 0, errNoSuchDay
	}
	return best, nil
}

func abs(n int) int { return max(n, -n) }

// describe gives an entry the text of field 86.
func (r *mt940) describe(l *Line, f mt940Field) {
	d := describe86(f.lines)
	l.Narration = addText(d.text, r.raised.details)
	l.settle(r.raised, d.references)
}

// settle picks the reference of an entry. What is no reference of the transfer
// is said in the narration: a payer may have written his loan number there.
func (l *Line) settle(e mt940Entry, said []string) {
	l.RawReference = l.pickReference([]string{e.bank}, append([]string{e.customer}, said...))
	if l.RawReference != strings.TrimSpace(e.customer) {
		l.Narration = addText(l.Narration, e.customer)
	}
}

package bankfile

import (
	"slices"
	"strings"

	"lekha/lending"
)

// message is one statement as MT940, camt.053 and OFX know it: a span of
// entries between two balances the bank states. A file may hold a month of them.
type message struct {
	no       int    // line of the file on which it begins
	id       string // the bank's number of it, for a person
	bank     string
	account  string
	opening  Figure
	closing  Figure
	lines    []Line
	warnings []string
}

// readMessages makes one statement of the messages of a file. These formats are
// written by machines for machines: what is wrong in one of them is wrong in the
// program that wrote it, so the file is refused as a whole and nothing is left out.
func readMessages(name, format string, messages []message, warnings []string) (*Statement, error) {
	if len(messages) == 0 {
		return nil, unreadable(name, "it holds no statement.")
	}
	s := &Statement{Format: format, Warnings: slices.Clone(warnings)}
	messages = s.dropRepeated(messages)
	for _, m := range messages {
		if m.account != messages[0].account {
			return nil, unreadable(name, "it holds statements of two accounts (%s and, from line %d on, %s). Import one file for each.", messages[0].account, m.no, m.account)
		}
		s.Warnings = append(s.Warnings, m.warnings...)
		s.Bank = max(s.Bank, m.bank)
	}
	s.AccountNo = messages[0].account
	if back := reversed(messages); len(chainOf(back).Breaks) < len(chainOf(messages).Breaks) {
		messages = back
	}
	for _, m := range messages {
		for _, l := range m.lines {
			s.Lines = append(s.Lines, l.sayReversal())
		}
	}
	if len(s.Lines) > maxRows {
		return nil, tooLarge(name, "it has %d entries; the most is %d.", len(s.Lines), maxRows)
	}
	s.Chain = chainOf(messages)
	s.order()
	s.number()
	s.total()
	s.bound(messages)
	if len(s.Lines) == 0 {
		s.warn("The file holds no entry.")
	}
	return s, nil
}

// reversalWords tell, at the head of a narration, that an entry takes another back.
var reversalWords = []string{"REV", "REVERSAL", "REVERSED", "RETURN", "RTN", "CHARGEBACK"}

// sayReversal puts the bank's mark into the narration, where people and rules
// look for it, unless the narration says it already.
func (l Line) sayReversal() Line {
	words := cutWords(l.Narration)
	said := slices.ContainsFunc(words[:min(len(words), railReach)], func(w word) bool { return slices.Contains(reversalWords, w.text) })
	if l.Reversal && !said {
		l.Narration = "REVERSAL " + l.Narration
	}
	return l
}

// dropRepeated takes out messages that stand in the file twice, as they do when
// files were put together by hand. Only what is equal to the last figure counts
// as the same: without this, credits without a reference would come in twice.
func (s *Statement) dropRepeated(messages []message) []message {
	var out []message
	for _, m := range messages {
		i := slices.IndexFunc(out, m.same)
		if i < 0 || len(m.lines) == 0 {
			out = append(out, m)
			continue
		}
		s.warn("The statement %s on line %d is the one on line %d again and was read once.", m.id, m.no, out[i].no)
	}
	return out
}

// same says that two messages differ in nothing but their place in the file.
func (m message) same(o message) bool {
	return m.id == o.id && m.account == o.account && m.opening == o.opening && m.closing == o.closing &&
		slices.EqualFunc(m.lines, o.lines, func(a, b Line) bool { a.No, b.No = 0, 0; return a == b })
}

func reversed(messages []message) []message {
	back := slices.Clone(messages)
	slices.Reverse(back)
	return back
}

// chainOf checks that the entries of each message lead from its opening to its
// closing balance, and that each message opens where the one before it closed.
func chainOf(messages []message) Chain {
	var c Chain
	var running lending.Money
	known, at := false, 0
	for i, m := range messages {
		if len(m.lines) > 0 {
			at = m.lines[0].No
		}
		if m.opening.Known {
			if known {
				c.compare(at, running, m.opening.Amount)
			}
			running, known = m.opening.Amount, true
		}
		for _, l := range m.lines {
			running += l.effect()
			at = l.No
		}
		if !m.closing.Known {
			continue
		}
		if i == len(messages)-1 {
			at = 0
		}
		if known {
			c.compare(at, running, m.closing.Amount)
		}
		running, known = m.closing.Amount, true
	}
	return c
}

// bound sets the balances before the first and after the last entry; a bank that
// states one of the two leaves the other to be derived.
func (s *Statement) bound(messages []message) {
	s.Opening, s.Closing = messages[0].opening, messages[len(messages)-1].closing
	moved := s.Credits.Sum - s.Debits.Sum
	switch {
	case s.Opening.Known && !s.Closing.Known:
		s.Closing = Figure{s.Opening.Amount + moved, true, false}
	case s.Closing.Known && !s.Opening.Known:
		s.Opening = Figure{s.Closing.Amount - moved, true, false}
	}
	if s.Chain.Checked == 0 {
		s.warn("The file states no two balances, so a missing entry cannot be noticed.")
	}
}

// bankCodes are the letters that IFSC and BIC begin with, of the banks known by name.
var bankCodes = map[string]string{"HDFC": "hdfc", "SBIN": "sbi", "UTIB": "axis", "AXIS": "axis", "ICIC": "icici", "KKBK": "kotak"}

// bankOfCode names the bank of an IFSC or a BIC; empty when it is not known.
func bankOfCode(code string) string {
	code = strings.ToUpper(strings.TrimSpace(code))
	if len(code) < 8 {
		return ""
	}
	return bankCodes[code[:4]]
}

// plainAmount reads an amount of a machine's format: digits, and after one point
// (or the comma of MT940) at most two decimals that count.
func plainAmount(s string, most lending.Money) (lending.Money, error) {
	s = strings.Replace(s, ",", ".", 1)
	if strings.ContainsAny(s, ",") || strings.Trim(s, "0123456789.") != "" {
		return 0, errNotAmount
	}
	a, err := parseAmount(s, false, most)
	if err == nil && a.blank {
		err = errNotAmount
	}
	return a.paise, err
}

// sureReference says that a text has a form that only references of transfers,
// of batches and of mandates have, whole or cut off.
func sureReference(s string) bool {
	return utr22.MatchString(s) || utr16Sure.MatchString(s) || utrCut.MatchString(s) || batchRef.MatchString(s) || umrn.MatchString(s)
}

// pickReference picks the reference of an entry from what the file gives under
// several names: the bank's own first, then what the payer may have chosen. A
// payer's text comes back every month, so it counts only in a form that nobody
// chooses; twelve digits only where the narration or the day speaks for them.
func (l Line) pickReference(banks, payers []string) string {
	for _, s := range banks {
		if t := strings.ToUpper(strings.TrimSpace(s)); sureReference(t) || rrn.MatchString(t) {
			return t
		}
	}
	words := cutWords(l.Narration)
	rail, _ := findRail(words)
	for _, s := range payers {
		t := strings.ToUpper(strings.TrimSpace(s))
		said := slices.ContainsFunc(words, func(w word) bool { return w.text == t && !w.handle })
		if sureReference(t) || rrn.MatchString(t) && (said || rail == IMPS || rail == UPI || dayInRRN(t, l.ValueDate)) {
			return t
		}
	}
	for _, s := range banks {
		if t := strings.TrimSpace(s); !readColumn(t, "").none {
			return clip(strings.ToValidUTF8(t, "?"), maxRawRunes)
		}
	}
	return ""
}

// addText joins to a narration what it does not say already. A part that says all
// of it and more takes its place: names are often the cut beginning of a memo.
func addText(narration string, parts ...string) string {
	folded := fold(narration)
	for _, p := range parts {
		if len(narration) > maxCellBytes {
			break
		}
		p = squeeze(strings.ToValidUTF8(p, "?"))
		f := fold(p)
		if f == "" || strings.Contains(folded, f) || slices.Contains(noReference, f) {
			continue
		}
		switch {
		case strings.HasPrefix(f, folded):
			narration, folded = p, f
		default:
			narration, folded = narration+"/"+p, folded+f
		}
	}
	return clip(narration, maxCellBytes)
}

package bankfile

import (
	"fmt"
	"html"
	"regexp"
	"strconv"
	"strings"
	"time"

	"lekha/lending"
)

// OFX (Open Financial Exchange) comes as SGML, in which a value needs no closing
// tag (1.x), and as XML (2.x). Both are a row of tags with values, and one reader
// serves them.

// ofxTag is one opening or closing tag with the value that follows it.
type ofxTag struct {
	name   string // upper case
	value  string
	closes bool
	no     int // line of the file
}

// ofxScanner cuts a text into tags.
type ofxScanner struct {
	text string
	at   int
	no   int
}

// maxTagBytes is three times the longest name in the format.
const maxTagBytes = 96

// next returns the next tag; ok is false at the end of the text.
func (s *ofxScanner) next() (tag ofxTag, ok bool, problem string) {
	start := s.skipTo(strings.IndexByte(s.text[s.at:], '<'))
	if start < 0 {
		return ofxTag{}, false, ""
	}
	end := strings.IndexByte(s.text[start:], '>')
	if end < 0 || end > maxTagBytes {
		return ofxTag{no: s.no}, false, "a tag has no end"
	}
	name := s.text[start+1 : start+end]
	s.skipTo(end + 1)
	if strings.HasPrefix(name, "!") {
		return ofxTag{no: s.no}, false, "a declaration stands among the tags"
	}
	tag = ofxTag{no: s.no}
	tag.name, tag.closes = strings.CutPrefix(strings.ToUpper(strings.TrimSpace(name)), "/")
	if !tag.closes {
		tag.value = s.value()
	}
	return tag, true, ""
}

// skipTo moves on by n bytes, counts the lines, and returns where it stands; a
// negative n is handed back.
func (s *ofxScanner) skipTo(n int) int {
	if n < 0 {
		return n
	}
	s.no += strings.Count(s.text[s.at:s.at+n], "\n")
	s.at += n
	return s.at
}

// value reads what stands between a tag and the next one. A lone < is text.
func (s *ofxScanner) value() string {
	if rest, ok := strings.CutPrefix(s.text[s.at:], "<![CDATA["); ok {
		if end := strings.Index(rest, "]]>"); end >= 0 {
			s.skipTo(len("<![CDATA[") + end + len("]]>"))
			return strings.TrimSpace(rest[:end])
		}
	}
	end := 0
	for rest := s.text[s.at:]; end < len(rest); end++ {
		if rest[end] == '<' && end+1 < len(rest) && (rest[end+1] == '/' || rest[end+1] == '!' || isWordByte(rest[end+1])) {
			break
		}
	}
	value := s.text[s.at : s.at+end]
	s.skipTo(end)
	return strings.TrimSpace(html.UnescapeString(value))
}

// ofx reads the tags of a file one after the other.
type ofx struct {
	name     string
	messages []message
	m        *message
	inside   []string          // the open aggregates that matter here
	values   map[string]string // of the transaction being read; nil outside
	began    int               // line on which it begins
	count    int
}

// ofxAggregates are the tags that hold others and tell what those mean.
var ofxAggregates = map[string]bool{"STMTRS": true, "CCSTMTRS": true, "STMTTRN": true, "LEDGERBAL": true, "BANKACCTFROM": true, "CCACCTFROM": true,
	"BANKACCTTO": true, "CCACCTTO": true, "PAYEE": true, "CURRENCY": true, "ORIGCURRENCY": true, "STMTTRNP": true, "INVSTMTRS": true}

func (r *ofx) errAt(no int, format string, args ...any) error {
	return unreadable(r.name, "line %d: %s.", no, fmt.Sprintf(format, args...))
}

// readOFX reads an OFX file.
func readOFX(name, text string, warnings []string) (*Statement, error) {
	r := &ofx{name: name}
	at := strings.Index(strings.ToUpper(text), "<OFX>")
	if at < 0 {
		return nil, unreadable(name, "it begins like OFX and holds no statement.")
	}
	s := ofxScanner{text: text, no: 1}
	s.skipTo(at)
	for ended := false; !ended; {
		tag, ok, problem := s.next()
		switch {
		case problem != "":
			return nil, r.errAt(tag.no, "%s", problem)
		case !ok:
			return nil, r.errAt(s.no, "the file ends in the middle: it was cut off")
		}
		if err := r.tag(tag); err != nil {
			return nil, err
		}
		ended = tag.closes && tag.name == "OFX"
	}
	if r.m != nil {
		return nil, r.errAt(r.m.no, "the statement that begins here has no end")
	}
	return readMessages(name, "ofx", r.messages, warnings)
}

// tag reads one tag.
func (r *ofx) tag(t ofxTag) error {
	if !ofxAggregates[t.name] {
		return r.leaf(t)
	}
	if !t.closes {
		r.inside = append(r.inside, t.name)
		if len(r.inside) > maxXMLDepth {
			return r.errAt(t.no, "the tags are nested too deep")
		}
		return r.open(t)
	}
	if n := len(r.inside); n == 0 || r.inside[n-1] != t.name {
		return r.errAt(t.no, "</%s> closes what was not opened", t.name)
	}
	r.inside = r.inside[:len(r.inside)-1]
	return r.close(t)
}

func (r *ofx) open(t ofxTag) error {
	switch t.name {
	case "INVSTMTRS":
		return r.errAt(t.no, "it is a statement of investments, not of a bank account")
	case "STMTRS", "CCSTMTRS":
		if r.m != nil {
			return r.errAt(t.no, "a statement begins inside a statement")
		}
		r.m = &message{no: t.no}
	case "STMTTRN":
		if r.m == nil || r.values != nil {
			return r.errAt(t.no, "a transaction begins where none can")
		}
		r.values, r.began = map[string]string{}, t.no
	}
	return nil
}

func (r *ofx) close(t ofxTag) error {
	switch t.name {
	case "STMTTRN":
		values := r.values
		r.values = nil
		return r.transaction(values)
	case "STMTRS", "CCSTMTRS":
		if r.m.account == "" {
			return r.errAt(t.no, "the statement that ends here names no account")
		}
		r.messages = append(r.messages, *r.m)
		r.m = nil
	}
	return nil
}

// leaf keeps a value of the aggregate it stands in.
func (r *ofx) leaf(t ofxTag) error {
	if t.closes || r.m == nil || t.value == "" || len(r.inside) == 0 {
		return nil
	}
	switch in := r.inside[len(r.inside)-1]; {
	case (in == "STMTRS" || in == "CCSTMTRS") && t.name == "CURDEF" && t.value != "INR":
		return r.errAt(t.no, "the statement is in %s; only rupees are read", clip(t.value, 10))
	case (in == "CURRENCY") && t.name == "CURSYM" && t.value != "INR":
		return r.errAt(t.no, "the amount is in %s; only rupees are read", clip(t.value, 10))
	case (in == "BANKACCTFROM" || in == "CCACCTFROM") && t.name == "ACCTID":
		r.m.account = clip(strings.ToUpper(strings.Join(strings.Fields(t.value), "")), 40)
	case in == "BANKACCTFROM" && (t.name == "BANKID" || t.name == "BRANCHID"):
		r.m.bank = max(r.m.bank, bankOfCode(t.value))
	case in == "LEDGERBAL" && t.name == "BALAMT":
		amount, err := signedAmount(t.value, maxBalance)
		if err != nil {
			return r.errAt(t.no, "the balance %q %s", clip(t.value, 40), err)
		}
		r.m.closing = Figure{amount, true, true}
	case r.values != nil && (in == "STMTTRN" || in == "PAYEE" && t.name == "NAME"):
		r.values[t.name] = t.value
	}
	return nil
}

// signedAmount reads an amount with a sign before it.
func signedAmount(s string, most lending.Money) (lending.Money, error) {
	t := strings.TrimPrefix(s, "+")
	t, minus := strings.CutPrefix(t, "-")
	amount, err := plainAmount(t, most)
	if minus {
		amount = -amount
	}
	return amount, err
}

// transaction makes a line of the values of a STMTTRN.
func (r *ofx) transaction(v map[string]string) error {
	if v["CORRECTFITID"] != "" {
		return r.errAt(r.began, "the transaction corrects an earlier one; ask the bank for a fresh statement of the whole period")
	}
	day, err := ofxDay(v["DTPOSTED"])
	if err != nil {
		return r.errAt(r.began, "the date %q %s", clip(v["DTPOSTED"], 40), err)
	}
	amount, err := signedAmount(v["TRNAMT"], maxAmount)
	if err != nil {
		return r.errAt(r.began, "the amount %q %s", clip(v["TRNAMT"], 40), err)
	}
	switch kind := strings.ToUpper(v["TRNTYPE"]); {
	case amount == 0:
		r.m.warnings = append(r.m.warnings, fmt.Sprintf("The transaction on line %d moves nothing and was passed over.", r.began))
		return nil
	case kind == "CREDIT" && amount < 0, kind == "DEBIT" && amount > 0:
		return r.errAt(r.began, "the amount %s is marked as a %s", amount, strings.ToLower(kind))
	}
	if r.count++; r.count > maxRows {
		return tooLarge(r.name, "it has more than %d transactions.", maxRows)
	}
	l := Line{No: r.count, PostDate: day, ValueDate: day, Credit: max(amount, 0), Debit: max(-amount, 0)}
	l.Narration = addText("", v["NAME"], v["MEMO"])
	l.RawReference = l.pickReference([]string{v["REFNUM"], v["CHECKNUM"]}, []string{v["FITID"]})
	if l.Narration == "" {
		l.Narration = addText("", v["TRNTYPE"], l.RawReference, "NO NARRATION")
	}
	r.m.lines = append(r.m.lines, l)
	return nil
}

// ofxDate is a day, perhaps a time, perhaps how far its clock is from Greenwich.
var ofxDate = regexp.MustCompile(`^([0-9]{8})(?:([0-9]{6})(?:\.[0-9]{1,6})?(?:\[([+-]?[0-9]{1,2}(?:\.[0-9]{1,2})?)(?::[A-Za-z0-9 /+-]{0,12})?\])?)?$`)

// ofxDay reads a date. A time with a zone is brought to India; one without is
// the bank's own clock.
func ofxDay(s string) (lending.Date, error) {
	part := ofxDate.FindStringSubmatch(strings.TrimSpace(s))
	if part == nil {
		return 0, errNotDate
	}
	t, err := time.Parse("20060102", part[1])
	if err != nil {
		return 0, errNoSuchDay
	}
	if part[3] == "" {
		return dateOf(t)
	}
	moment, err := time.Parse("20060102150405", part[1]+part[2])
	if err != nil {
		return 0, errNoSuchDay
	}
	return dateOf(moment.Add(-zoneMinutes(part[3]) * time.Minute).In(lending.India))
}

// zoneMinutes reads hours with a fraction: 5.5, and 5.30 of banks that mean the
// same.
func zoneMinutes(s string) time.Duration {
	minus := strings.HasPrefix(s, "-")
	whole, frac, _ := strings.Cut(strings.TrimLeft(s, "+-"), ".")
	hours, _ := strconv.Atoi(whole)
	minutes := 0
	switch n, _ := strconv.Atoi(frac); {
	case len(frac) == 1:
		minutes = n * 6
	case frac == "30":
		minutes = 30
	default:
		minutes = n * 60 / 100
	}
	total := hours*60 + minutes
	if minus {
		total = -total
	}
	return time.Duration(total)
}

package matching

import (
	"slices"
	"strings"
)

// maxNarration is how much of a narration is read. Banks print at most a few
// hundred characters; a longer one is an attack or an accident.
const maxNarration = 2000

// reading is a parsed narration with what only the engine needs.
type reading struct {
	Parsed
	upper  string
	fields []field
	known  bool        // the layout is one of the table
	quotes []quotation // tokens that may quote an account
}

// Parse reads a narration by bank and rail, with a general way for layouts it
// does not know. The bank is "hdfc", "icici", "sbi", "axis", "kotak" or "".
func Parse(bank, narration string) Parsed {
	r := read(bank, narration)
	return r.finish()
}

// finish returns the parse with its spans in order and without overlaps.
func (r *reading) finish() Parsed {
	r.Spans = tidySpans(r.Spans)
	return r.Parsed
}

// read parses a narration.
func read(bank, narration string) *reading {
	if len(narration) > maxNarration {
		narration = narration[:maxNarration]
	}
	r := &reading{upper: withoutBranch(asciiUpper(narration))}
	l, from, known := layoutOf(r.upper)
	r.Rail, r.known = l.rail, known
	if at := strings.Index(r.upper, "-TPT-"); at >= 0 && (bank == "hdfc" || bank == "") {
		l = layout{rail: railTransfer, seps: "-", order: []role{roleRemark, roleName}}
		r.Rail, from, known = railTransfer, at+len("-TPT-"), true
		r.known = true
	}
	switch {
	case r.Rail == railCash || r.Rail == railCheque:
		r.readCounter(narration, from)
		return r
	case l.seps == "":
		r.fields = spaceFields(r.upper, from, " :", r.Rail)
	default:
		r.fields = cutFields(r.upper, from, l.seps)
		for i := range r.fields {
			r.fields[i].classify(r.Rail)
		}
		r.fields = splitMixed(r.upper, r.fields, r.Rail)
	}
	r.readLabels()
	order := l.order
	if l.prefix == "UPI/" {
		order = upiOrder(r.fields)
	}
	if known {
		r.assign(order)
	} else {
		r.assignGeneral()
	}
	r.collect(narration)
	r.quote(quotationsOf(r.upper, r.fields))
	return r
}

// quote takes note of the tokens that may quote an account.
func (r *reading) quote(tokens []quotation) {
	r.quotes = tokens
	for _, q := range r.quotes {
		r.Spans = append(r.Spans, Span{Field: string(roleReference), Start: q.start, End: q.end})
		if !slices.Contains(r.References, q.text) {
			r.References = append(r.References, q.text)
		}
	}
}

// readCounter reads what was paid in at a counter or a machine. Whoever stands
// there is written down by hand, among the place and the slip: everything is a
// remark, in which a borrower may be named. Short numbers are of slips and cheques.
func (r *reading) readCounter(narration string, from int) {
	for _, f := range cutFields(r.upper, from, "/-:|*,") {
		if f.classify(r.Rail); f.role == roleText || f.role == rolePhone || onlyDigits(f.text) && len(f.text) >= minSlip {
			f.role = roleRemark
			r.fields = append(r.fields, f)
			r.phoneInText(f)
		}
	}
	r.Remark = strings.TrimSpace(narration)
	r.quote(slices.DeleteFunc(quotationsOf(r.upper, r.fields), func(q quotation) bool { return q.bare && len(q.digits) < minSlip }))
}

// minSlip is how long a bare number at a counter must be to be a loan's: those of
// cheques have six digits, those of slips and branches fewer.
const minSlip = 8

// splitMixed takes the recognisable tokens out of text fields that hold several
// ("INDN HDFC6175890987177845 VIJAY H", "UTR NO: SBINN5... RAM").
func splitMixed(upper string, fields []field, rail string) []field {
	var out []field
	for _, f := range fields {
		if f.role != roleText || !strings.ContainsAny(f.text, " :-") {
			out = append(out, f)
			continue
		}
		pieces := spaceFields(upper[:f.end], f.start, " :", rail)
		if !slices.ContainsFunc(pieces, field.typed) {
			pieces = spaceFields(upper[:f.end], f.start, "-", rail)
		}
		if !slices.ContainsFunc(pieces, field.typed) {
			out = append(out, f)
			continue
		}
		out = append(out, pieces...)
	}
	return out
}

// typed says that the form of a field proves what it is.
func (f field) typed() bool {
	switch f.role {
	case roleUTR, roleUMRN, roleIFSC, roleVPA, roleVAN:
		return true
	case roleTail:
		return maskForm.MatchString(f.text)
	}
	return false
}

// spaceFields cuts a narration at separators such as blanks: tokens of a telling
// form stand alone, the words between them form one text field each.
func spaceFields(upper string, from int, seps, rail string) []field {
	var out []field
	for _, w := range cutFields(upper, from, seps) {
		w.classify(rail)
		if w.role == roleNoise || w.role == roleRemark {
			w.role = roleText
		}
		if n := len(out); w.role == roleText && n > 0 && out[n-1].role == roleText {
			out[n-1].end = w.end
			out[n-1].text = upper[out[n-1].start:w.end]
			continue
		}
		out = append(out, w)
	}
	return out
}

// assign gives the free text fields their roles in the layout's order. Names of
// banks and stray words such as CR are taken out first; a name that is only
// words like PAYMENT is a remark.
func (r *reading) assign(order []role) {
	next := 0
	for i := range r.fields {
		f := &r.fields[i]
		if f.role != roleText {
			continue
		}
		if flowWords[f.text] {
			f.role = roleNoise
			continue
		}
		if next < len(order) && order[next] == roleVPA && !r.mayBeAddress(f.text) {
			next++
		}
		want := roleRemark
		if next < len(order) {
			want = order[next]
		}
		if want == roleName && !namesSomebody(f.text) && !isBank(f.text) {
			f.role = roleRemark // the name is still to come
			continue
		}
		named := next > 0 || i > 0 && r.fields[i-1].role != roleUTR
		switch {
		case isBank(f.text) && (want != roleName || isBankCode(f.text) || named && !slices.Contains(order[:next], roleName) && i+1 < len(r.fields)):
			f.role = roleBank
		default:
			f.role = want
			next++
		}
	}
}

// mayBeAddress says that a text may be the beginning of a UPI address that the
// bank cut: one word that is none of a remark, where no whole address is printed.
func (r *reading) mayBeAddress(text string) bool {
	if strings.Contains(text, " ") || !namesSomebody(text) && countDigits(text) == 0 {
		return false
	}
	return !slices.ContainsFunc(r.fields, func(f field) bool { return f.role == roleVPA })
}

// assignGeneral gives roles without a layout: the first text that looks like a
// whole name is the name, else the first that may be one; the others stay
// remarks. Words that follow a name in the same text are a remark too.
func (r *reading) assignGeneral() {
	best, likely := -1, false
	for i := range r.fields {
		f := &r.fields[i]
		if f.role != roleText {
			continue
		}
		whole := *f
		f.stripLead(r.upper)
		f.role = roleRemark
		switch {
		case f.text == "" && speaks(whole.text):
			f.text = whole.text
		case f.text == "":
			f.role = roleNoise
		case isBank(f.text):
			f.role = roleBank
		case namesSomebody(nameHead(f.text)) && !likely && (best < 0 || looksNamed(f.text)):
			best, likely = i, looksNamed(f.text)
		}
	}
	if best < 0 {
		return
	}
	f := &r.fields[best]
	head := nameHead(f.text)
	if rest := f.start + len(head); head != f.text {
		after := field{start: rest, end: f.end, text: strings.TrimSpace(f.text[len(head):]), role: roleRemark}
		r.fields = slices.Insert(r.fields, best+1, after)
		f = &r.fields[best]
		f.end, f.text = rest, head
	}
	f.role = roleName
}

// speaks says that words which name nobody say something all the same: they
// speak of a loan or a payment, and not only of the way the money came.
func speaks(text string) bool {
	for _, w := range runsOf(text, 0, len(text)) {
		if loanWords[w.text] || remarkWords[w.text] {
			return true
		}
	}
	return false
}

// readLabels takes labels such as "From:" out of the text, and tells the UPI
// address of the beneficiary by his.
func (r *reading) readLabels() {
	for i := range r.fields {
		f := &r.fields[i]
		switch {
		case f.role == roleText && labels[f.text]:
			f.role = roleNoise
		case f.role == roleVPA && r.labelled(*f, "TO"):
			f.role = roleBeneficiary
		}
	}
}

// labels stand before what they name.
var labels = wordSet("UPI FROM TO BY NAME REF REFNO RMK REMARK REMARKS NARR NARRATION VPA PAYER PAYEE REMITTER SENDER BENEFICIARY UTR RRN ID")

// labelled says that a label such as "TO:" stands right before a field.
func (r *reading) labelled(f field, label string) bool {
	before := strings.TrimRight(r.upper[:f.start], ": .")
	return strings.HasSuffix(before, label) && (len(before) == len(label) || !isLetter(before[len(before)-len(label)-1]))
}

// looksNamed says that a text looks like a whole name: two words, or one long one.
func looksNamed(text string) bool {
	words := strings.Fields(nameHead(text))
	return len(words) > 1 && len(words[0])+len(words[1]) > 4 || len(words) == 1 && len(words[0]) > 5
}

// nameHead is a text up to the first word that begins a remark: a number, or a
// word of loans and payments. A text that begins with one is a remark whole.
func nameHead(text string) string {
	for i, w := range runsOf(text, 0, len(text)) {
		if countDigits(w.text) == 0 && !remarkWords[w.text] {
			continue
		}
		if i == 0 {
			return text
		}
		return strings.TrimRight(text[:w.start], " -/.,:")
	}
	return text
}

// stripLead takes words such as INWARD or CREDIT off the beginning of a field.
func (f *field) stripLead(upper string) {
	initial := -1 // where a single letter stands right before
	for _, r := range runsOf(upper, f.start, f.end) {
		if len(r.text) == 1 && isLetter(r.text[0]) && f.start == r.start {
			initial = r.start
			continue
		}
		if !isStop(r.text) || countDigits(r.text) > 2 {
			f.start = r.start
			if initial >= 0 && r.start-initial == 2 {
				f.start = initial
			}
			f.text = upper[f.start:f.end]
			return
		}
	}
	f.text = ""
}

// collect copies the fields into the parse, with their spans.
func (r *reading) collect(narration string) {
	for _, f := range r.fields {
		raw := strings.TrimSpace(narration[f.start:f.end])
		switch f.role {
		case roleUTR:
			r.take(&r.UTR, NormaliseReference(f.text), f)
		case roleIFSC:
			if len(r.IFSC) < len(f.text) {
				r.IFSC = ""
			}
			r.take(&r.IFSC, f.text, f)
		case roleBank:
			if bankCodes[f.text] {
				r.take(&r.IFSC, f.text, f)
			}
		case roleTail:
			r.take(&r.AccountTail, tailOf(f.text), f)
		case roleVPA:
			r.take(&r.VPA, strings.ToLower(strings.TrimSuffix(f.text, "@")), f)
			if p := phoneInVPA(f.text); p != "" {
				r.take(&r.Phone, p, f)
			}
		case rolePhone:
			r.take(&r.Phone, phoneOf(f.text), f)
		case roleUMRN:
			r.take(&r.UMRN, f.text, f)
		case roleVAN:
			r.take(&r.VirtualAccount, f.text, f)
		case roleName:
			r.take(&r.Name, raw, f)
		case roleRemark:
			r.Remark = strings.TrimSpace(r.Remark + " " + raw)
			r.phoneInText(f)
		}
	}
}

// take sets a field of the parse once and notes where it came from.
func (r *reading) take(to *string, value string, f field) {
	if *to != "" || value == "" {
		return
	}
	*to = value
	r.Spans = append(r.Spans, Span{Field: string(f.role), Start: f.start, End: f.end})
}

// phoneInText finds a mobile number among the words of a remark.
func (r *reading) phoneInText(f field) {
	for _, w := range runsOf(r.upper, f.start, f.end) {
		if phoneForm.MatchString(w.text) {
			r.take(&r.Phone, phoneOf(w.text), field{start: w.start, end: w.end, role: rolePhone})
		}
	}
}

// phoneInVPA is the mobile number in front of a UPI handle, or "".
func phoneInVPA(vpa string) string {
	local, _, _ := strings.Cut(vpa, "@")
	for _, w := range runsOf(local, 0, len(local)) {
		if phoneForm.MatchString(w.text) {
			return phoneOf(w.text)
		}
	}
	return ""
}

// tailOf is the last digits of a masked or whole account number, four at most.
func tailOf(text string) string {
	d := strings.TrimLeft(text, "X*")
	if len(d) > 4 {
		d = d[len(d)-4:]
	}
	return d
}

// tidySpans sorts spans and drops those that overlap an earlier one.
func tidySpans(spans []Span) []Span {
	slices.SortStableFunc(spans, func(a, b Span) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return b.End - a.End
	})
	out := spans[:0]
	for _, s := range spans {
		if n := len(out); s.End > s.Start && (n == 0 || out[n-1].End <= s.Start) {
			out = append(out, s)
		}
	}
	return out
}

package bankfile

import (
	"regexp"
	"slices"
	"strings"

	"lekha/lending"
)

// The rails money comes on, as far as a statement tells them.
const (
	NEFT     = "neft"
	RTGS     = "rtgs"
	IMPS     = "imps"
	UPI      = "upi"
	NACH     = "nach"
	Cheque   = "cheque"
	Cash     = "cash"
	Transfer = "transfer" // within the bank
)

// Reference is what identifies a transfer between banks.
type Reference struct {
	// Raw is the reference as printed: the column's cell, else the word of the narration.
	Raw string
	// Norm is the same for one transfer in every way a bank prints it, and for no
	// other transfer of the account: upper case, padding off, completed when the
	// column was cut. It is empty for cash, cheques and collections by mandate,
	// whose numbers are shared or come back every month.
	Norm string
	// Rail is one of the constants above, or empty.
	Rail string
	// Source says where Norm was read: "column", "narration" or, without one, "".
	Source string
	// Batch says that Raw names a batch of collections, not one of them.
	Batch bool
	// UMRN is the mandate a collection was made under.
	UMRN string
	// Partial says that Norm is the beginning of a reference that was cut off.
	Partial bool
}

// The forms of references (../spec/matching.md 3.1).
var (
	// utr22 is RTGS and newer NEFT: bank, R or N (other letters are seen), channel, day, sequence.
	utr22 = regexp.MustCompile(`^[A-Z]{4}[A-Z][0-9](20[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])[0-9]{8}$`)
	// utr16 is older NEFT; each bank has its own.
	utr16 = regexp.MustCompile(`^(?:N[0-9]{15}|IN[0-9]{14}|SBIN[0-9]{12}|[A-Z]{5}[0-9]{11}|AX[A-Z]{4}[0-9]{10})$`)
	// utr16Sure are the older forms that no virtual account or loan number looks like.
	utr16Sure = regexp.MustCompile(`^(?:N[0-9]{3}[0-9]{12}|IN4[0-9]{13}|SBIN[0-9]{12}|AX[A-Z]{3,4}[0-9]{10,11})$`)
	// utrCut is the beginning of a 22-character reference: the day is in it.
	utrCut   = regexp.MustCompile(`^[A-Z]{4}[NR][0-9]20[0-9]{2}(?:0[1-9]|1[0-2])[0-9]{2,9}$`)
	rrn      = regexp.MustCompile(`^[0-9]{12}$`)
	umrn     = regexp.MustCompile(`^[A-Z]{4}[0-9]{16}$`)
	ifsc     = regexp.MustCompile(`^[A-Z]{4}0[A-Z0-9]{6}$`)
	batchRef = regexp.MustCompile(`^(?:ACH|NACH|ECS)[A-Z]*[0-9]{6,8}[A-Z]{0,4}[0-9]{0,4}$`)
	// phone12 is an Indian mobile number with its country code.
	phone12 = regexp.MustCompile(`^91[6-9][0-9]{9}$`)
	plain   = regexp.MustCompile(`^[A-Z0-9]+$`)
	// decimalTail is what a program leaves that took a reference for a number.
	decimalTail = regexp.MustCompile(`^([0-9]+)\.0+$`)
	// columnPrefix is what a bank puts before the reference in its own column.
	columnPrefix = regexp.MustCompile(`^(?:UPI|IMPS|NEFT|RTGS|UTR|RRN|REF)(?: *(?:NO|REF))?[ \-/:.]+`)
)

// railWords tell the rail, by the first of them that the narration begins with.
var railWords = map[string]string{
	"NEFT": NEFT, "RTGS": RTGS, "IMPS": IMPS, "MMT": IMPS, "UPI": UPI,
	"NACH": NACH, "ACH": NACH, "ECS": NACH, "CASH": Cash,
	"CHQ": Cheque, "CHEQUE": Cheque, "CLG": Cheque, "CTS": Cheque, "MICR": Cheque,
}

// transferWords tell a transfer within the bank, if no rail is named.
var transferWords = []string{"TPT", "TRANSFER", "TRF", "TFR", "INFT", "INF", "IFT", "TPFT", "FT", "SWEEP"}

// fillers stand between the rail and the reference and mean nothing here.
var fillers = []string{"CR", "DR", "C", "D", "CREDIT", "DEBIT", "INWARD", "INW", "OUTWARD", "IN", "OUT", "BY", "FROM", "RETURN", "RTN", "REV", "REVERSAL", "UTR", "RRN",
	"REF", "NO", "NUMBER", "ID", "TXN", "TRANSFER", "ADVICE", "ADV", "CREDITED", "AMT", "AMOUNT", "REFNO", "UTRNO", "RRNNO", "TXNID", "INB", "MB", "MOB", "P2A", "P2M", "P2P", "PAY", "RECD", "RECEIVED", "PAYMENT", "FUND", "FUNDS", "TO", "UPI", "IMPS", "MMT", "NEFT", "RTGS"}

// railReach is how many words of the narration may name the rail: beyond them
// stand names and remarks.
const railReach = 4

// ExtractReference finds the reference of a line of a bank's statement. The
// reference column counts, unless it is empty, cut, or holds something of the
// bank's own; then the narration does.
func ExtractReference(line Line, bank string) Reference {
	words := cutWords(line.Narration)
	rail, start := findRail(words)
	col := readColumn(line.RawReference, rail)
	ref := Reference{Raw: strings.TrimSpace(line.RawReference), Rail: rail}
	if col.none {
		ref.Raw = ""
	}
	for _, w := range words {
		if umrn.MatchString(w.text) {
			ref.UMRN = w.text
		}
	}
	if umrn.MatchString(col.text) {
		ref.UMRN = col.text
	}
	if batchRef.MatchString(col.text) || ref.UMRN != "" && rail == "" {
		ref.Rail = NACH
	}
	switch ref.Rail {
	case NACH:
		ref.Batch = col.text != "" && col.text != ref.UMRN
		return ref
	case Cash, Cheque:
		return ref
	}
	n := narrated{words: words, rail: rail, start: start, bank: bank, date: line.ValueDate}
	return ref.settle(col, n.reference())
}

// settle chooses between what the column and the narration say.
func (ref Reference) settle(col columnRef, said string) Reference {
	numeric := strings.TrimLeft(col.text, "0")
	switch {
	case said == "":
		ref.Norm, ref.Source = col.norm, "column"
	case col.norm == said:
		ref.Norm, ref.Source = said, "column"
	case len(numeric) >= minPrefix && len(numeric) < len(said) && strings.HasPrefix(strings.TrimLeft(said, "0"), numeric):
		ref.Norm, ref.Source = said, "narration" // the column was cut
	case len(said) >= minPrefix && strings.HasPrefix(col.norm, said):
		ref.Norm, ref.Source = col.norm, "column" // the narration was cut
	case col.fits(ref.Rail):
		ref.Norm, ref.Source = col.norm, "column"
	default:
		ref.Norm, ref.Source = said, "narration"
	}
	if ref.Norm == "" {
		ref.Source = ""
		return ref
	}
	if ref.Source == "narration" && ref.Raw == "" {
		ref.Raw = ref.Norm
	}
	if ref.Rail == "" {
		ref.Rail = railOfForm(ref.Norm)
	}
	onlyUTR := ref.Rail == NEFT || ref.Rail == RTGS || ref.Rail == ""
	ref.Partial = utrCut.MatchString(ref.Norm) || onlyUTR && !onlyDigits(ref.Norm) && len(ref.Norm) < 16
	return ref
}

// minPrefix is how much of a cut reference must be left to be recognised.
const minPrefix = 8

// railOfForm tells NEFT and RTGS by the form of the reference. Twelve digits may
// be IMPS or UPI: nothing is said.
func railOfForm(norm string) string {
	switch {
	case utr22.MatchString(norm) && norm[4] == 'R':
		return RTGS
	case utr22.MatchString(norm), utr16Sure.MatchString(norm):
		return NEFT
	}
	return ""
}

// columnRef is a reference column, read.
type columnRef struct {
	text string // upper case, prefix off, padding on; empty unless it is one word
	norm string // empty when it cannot identify a transfer
	none bool   // blank or a placeholder
}

// readColumn reads the cell of the reference column.
func readColumn(cell, rail string) columnRef {
	s := strings.ToUpper(strings.Trim(cell, " \t\u00a0'\"=_"))
	if m := decimalTail.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	s = columnPrefix.ReplaceAllString(s, "")
	folded := fold(s)
	if strings.Trim(folded, "0") == "" || slices.Contains(noReference, folded) {
		return columnRef{none: true}
	}
	if !plain.MatchString(s) {
		for _, w := range cutWords(s) { // "NEFT INB: SBINN5..." in SBI's column
			if utr22.MatchString(w.text) {
				return columnRef{text: w.text, norm: w.text}
			}
		}
		return columnRef{}
	}
	if t := strings.TrimLeft(s, "0"); strings.Trim(t, t[:1]) == "" { // 999999999999, padded or not, is a way to say none
		return columnRef{none: true}
	}
	return columnRef{text: s, norm: normalise(s, rail)}
}

// minUnique is how many characters a reference needs to be one of a kind.
// Fewer are cheque numbers, branch codes, serial numbers.
const minUnique = 9

// normalise brings a reference to its one form, or to nothing when it cannot be
// unique. Twelve digits of IMPS and UPI keep their own leading zeros: only what
// is padded beyond them goes.
func normalise(s, rail string) string {
	t := strings.TrimLeft(s, "0")
	if !onlyDigits(s) {
		if len(t) < minUnique || strings.Trim(t, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" || umrn.MatchString(t) || batchRef.MatchString(t) {
			return ""
		}
		return t
	}
	instant := rail == IMPS || rail == UPI
	switch {
	case instant && len(t) > 12:
		return "" // an account number: the bank's own, the same for every credit
	case !instant && len(t) < minUnique:
		return ""
	case len(t) < 12 && (len(s) >= 12 || instant && len(t) >= minUnique):
		return strings.Repeat("0", 12-len(t)) + t
	}
	return t
}

// fits says whether the column holds what the rail uses, so that it outranks a
// different reference in the narration.
func (c columnRef) fits(rail string) bool {
	switch rail {
	case NEFT, RTGS:
		return utr22.MatchString(c.norm) || utr16.MatchString(c.norm)
	case IMPS, UPI:
		return rrn.MatchString(c.norm)
	}
	return utr22.MatchString(c.norm) || utr16Sure.MatchString(c.norm) || rrn.MatchString(c.norm)
}

// narrated is a narration in which a reference is looked for.
type narrated struct {
	words []word
	rail  string
	start int // the word after the one that named the rail
	bank  string
	date  lending.Date
}

// reference finds the reference in the narration by the rail's ways.
func (n narrated) reference() string {
	switch n.rail {
	case NEFT, RTGS:
		return n.utr()
	case IMPS, UPI:
		return n.rrn()
	case Transfer: // within the bank there is none, but some say transfer of whatever comes in
		return n.only(func(w string) bool { return utr22.MatchString(w) || utr16.MatchString(w) && dayInUTR(w, n.date) })
	}
	return n.unnamed()
}

// accountWords stand before the number of an account. It comes back with every
// payment, so it is no reference, even where it has twelve digits.
var accountWords = []string{"FROM", "TO", "AC", "ACC", "ACCT", "ACCOUNT", "ACCNO", "LOAN", "LN", "CUST", "CUSTOMER", "CLIENT", "MOBILE", "MOB", "PHONE"}

// first is the first word after the rail that is no filler and no IFSC; none when
// it is the number of an account.
func (n narrated) first() string {
	for i := n.start; i < len(n.words); i++ {
		w := n.words[i]
		if slices.Contains(fillers, w.text) || ifsc.MatchString(w.text) {
			continue
		}
		if w.handle || n.isAccount(i) {
			return ""
		}
		return w.text
	}
	return ""
}

// isAccount says that a number stands behind a word for an account ("FROM", "A/C",
// "A/C NO") and has no day in it that would make it a reference after all. Where
// the rail is named a field of its own is not: the word belongs to the field before.
func (n narrated) isAccount(i int) bool {
	if w := n.words[i]; !rrn.MatchString(w.text) || dayInRRN(w.text, n.date) || n.rail != "" && w.behind != ' ' && w.behind != ':' {
		return false
	}
	before := n.words[:i]
	for len(before) > 0 && (before[len(before)-1].text == "NO" || before[len(before)-1].text == "NUMBER") {
		before = before[:len(before)-1]
	}
	if len(before) == 0 {
		return false
	}
	last := before[len(before)-1].text
	return slices.Contains(accountWords, last) || last == "C" && len(before) > 1 && before[len(before)-2].text == "A"
}

// utr looks where banks print the UTR: right after the rail (and the IFSC), or
// at the end; elsewhere only a form that nothing else has.
func (n narrated) utr() string {
	if f := n.first(); utr22.MatchString(f) || utr16.MatchString(f) {
		return f
	}
	if len(n.words) > n.start {
		if last := n.words[len(n.words)-1].text; utr22.MatchString(last) || n.sureUTR(last) {
			return last
		}
	}
	if u := n.only(func(w string) bool { return utr22.MatchString(w) }); u != "" {
		return u
	}
	return n.only(n.sureUTR)
}

// sureUTR accepts an older UTR away from its place. Five letters and eleven
// digits may be a virtual account, so there must be a day in it that fits.
func (n narrated) sureUTR(w string) bool {
	return utr16Sure.MatchString(w) || utr16.MatchString(w) && dayInUTR(w, n.date)
}

// rrn looks for the twelve digits of IMPS or UPI: right after the rail, after
// the payer's IFSC, and then where the bank puts them.
func (n narrated) rrn() string {
	if f := n.first(); rrn.MatchString(f) {
		return f
	}
	var found []string
	for i := n.start; i < len(n.words); i++ {
		w := n.words[i]
		if !rrn.MatchString(w.text) || w.handle || n.isAccount(i) {
			continue
		}
		if i > 0 && ifsc.MatchString(n.words[i-1].text) {
			return w.text
		}
		found = append(found, w.text)
	}
	switch {
	case len(found) == 0:
		return n.ahead()
	case n.bank == "kotak": // UPI/<NAME>/<RRN>/<REMARK>
		return found[0]
	case n.words[len(n.words)-1].text == found[len(found)-1]: // ICICI: .../<RRN>
		return found[len(found)-1]
	case !phone12.MatchString(found[0]) && allSame(found):
		return found[0]
	}
	return n.only(func(w string) bool { return rrn.MatchString(w) && dayInRRN(w, n.date) })
}

// ahead is a number that stands before the words for the rail ("846244231792 UPI
// CR ..."), when none stands behind them.
func (n narrated) ahead() string {
	for i, w := range n.words[:n.start] {
		if rrn.MatchString(w.text) && !w.handle && !n.isAccount(i) && !phone12.MatchString(w.text) {
			return w.text
		}
	}
	return ""
}

// bookingWords begin the narration of what a bank books of itself, with the
// number of the account behind them.
var bookingWords = []string{"INT", "INTT", "INTEREST", "FD", "RD", "TD", "TDR", "MOD", "SB", "CA", "OD", "CC", "CHG", "CHRG", "CHARGES", "TAX", "TDS", "GST", "DIV", "MAT", "EMI"}

// coded is the number behind a bank's own short code for a rail, in a narration
// of fields: "IFN/846244231792/MEERA RAO/XX6805/NA".
func (n narrated) coded() string {
	if len(n.words) < 4 {
		return ""
	}
	code, number, next := n.words[0].text, n.words[1], n.words[2]
	short := len(code) >= 2 && len(code) <= 5 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
	if !short || slices.Contains(bookingWords, code) || slices.Contains(accountWords, code) {
		return ""
	}
	if number.behind == '/' && next.behind == '/' && rrn.MatchString(number.text) && !phone12.MatchString(number.text) {
		return number.text
	}
	return ""
}

// unnamed looks in a narration that names no rail ("CREDIT 6091...", "INWARD
// SBINN5..."): at its beginning, and then only for forms that are sure.
func (n narrated) unnamed() string {
	if f := n.first(); utr22.MatchString(f) || utr16.MatchString(f) || rrn.MatchString(f) {
		return f
	}
	if c := n.coded(); c != "" {
		return c
	}
	if u := n.only(func(w string) bool { return utr22.MatchString(w) || n.sureUTR(w) }); u != "" {
		return u
	}
	return n.only(func(w string) bool { return rrn.MatchString(w) && !phone12.MatchString(w) && dayInRRN(w, n.date) })
}

// only is the one word that fits; none when two different ones do.
func (n narrated) only(fits func(string) bool) string {
	found := ""
	for _, w := range n.words {
		if w.handle || !fits(w.text) || w.text == found {
			continue
		}
		if found != "" {
			return ""
		}
		found = w.text
	}
	return found
}

func allSame(s []string) bool {
	return !slices.ContainsFunc(s, func(t string) bool { return t != s[0] })
}

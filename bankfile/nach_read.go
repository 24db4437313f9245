package bankfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"lekha/lending"
)

// What became of an item.
const (
	NACHConfirmed = "confirmed"
	NACHReturned  = "returned"
	NACHExtended  = "extended"  // the borrower's bank took more days; neither paid nor returned
	NACHSubmitted = "submitted" // no answer yet
)

// NACHAnswer is what the sponsor bank says became of one item.
type NACHAnswer struct {
	Line      int
	Reference string
	UMRN      string
	Amount    lending.Money
	State     string
	Code      ReturnCode // of a returned or extended item
}

// NACHResponse is a file as it comes back: the presentation with a flag and a
// reason on each item. A presentation that nobody answered yet reads the same way,
// with every item submitted.
type NACHResponse struct {
	UserNumber     string
	SponsorCode    string
	SettlementDate lending.Date
	Count          int
	Total          lending.Money
	Confirmed      Total
	Returned       Total
	Answers        []NACHAnswer
	Warnings       []string
}

// nachError refuses a file, with the line.
func nachError(name string, line int, format string, args ...any) error {
	return lending.RefuseField("file", "nach.unreadable", fmt.Sprintf("%s could not be read: line %d: %s. Nothing of it was used.", showName(name), line, fmt.Sprintf(format, args...)))
}

// ReadNACH reads a presentation or response file, and names the returns by the
// given table. The whole file is right, or it is refused with the line: half a
// response would leave returned instalments paid.
func ReadNACH(name string, data []byte, codes ReturnCodes) (NACHResponse, error) {
	var r NACHResponse
	if err := codes.Check(); err != nil {
		return r, err
	}
	if len(data) > nachMaxBytes {
		return r, tooLarge(name, "it has %d MB; the most is %d MB.", len(data)>>20, nachMaxBytes>>20)
	}
	lines := splitLines(strings.TrimRight(string(data), "\r\n\x1a"))
	if len(lines) > maxDebits+1 {
		return r, tooLarge(name, "it has more than %d items.", maxDebits)
	}
	head, err := nachCut(name, 1, lines[0], nachHeaderCode, nachHeader)
	if err != nil {
		return r, err
	}
	if err := r.head(name, head); err != nil {
		return r, err
	}
	seen := map[string]int{}
	for i, line := range lines[1:] {
		a, err := r.answer(name, i+2, line, codes)
		if err != nil {
			return NACHResponse{}, err
		}
		if seen[a.Reference] > 0 {
			return NACHResponse{}, nachError(name, a.Line, "%s is on line %d already", a.Reference, seen[a.Reference])
		}
		seen[a.Reference] = a.Line
		r.add(a, codes)
	}
	if err := r.checkTotals(name); err != nil {
		return NACHResponse{}, err
	}
	return r, nil
}

// nachMaxBytes is what the most items take.
const nachMaxBytes = (maxDebits + 1) * (nachWidth + 2)

// nachCut takes a record apart. Spaces at its end may have been lost on the way;
// anything else of another length is no record.
func nachCut(name string, no int, line, code string, fields []nachField) (map[string]string, error) {
	if !printable(line) {
		return nil, nachError(name, no, "it holds a character that is none of these files'")
	}
	filler := fields[len(fields)-1].width
	if code == nachHeaderCode {
		filler += 2 // a settlement cycle that is not used
	}
	if n := len(line); n < nachWidth && n >= nachWidth-filler {
		line += strings.Repeat(" ", nachWidth-n)
	}
	switch {
	case len(line) != nachWidth:
		return nil, nachError(name, no, "the record has %d characters, not %d", len(line), nachWidth)
	case line[:2] != code:
		return nil, nachError(name, no, "the record begins with %q, not %s", line[:2], code)
	}
	values := map[string]string{}
	for _, f := range fields {
		values[f.name], line = strings.TrimSpace(line[:f.width]), line[f.width:]
	}
	return values, nil
}

// head reads the first record.
func (r *NACHResponse) head(name string, v map[string]string) (err error) {
	day, err := time.Parse("02012006", v["settlement date"])
	if err != nil {
		return nachError(name, 1, "the settlement date %q is not a day", v["settlement date"])
	}
	if r.SettlementDate, err = dateOf(day); err != nil {
		return nachError(name, 1, "the settlement date %q %s", v["settlement date"], err)
	}
	if r.Count, err = strconv.Atoi(v["total items"]); err != nil || !onlyDigits(v["total items"]) {
		return nachError(name, 1, "the number of items %q is none", v["total items"])
	}
	if r.Total, err = readPaise(v["total amount"]); err != nil {
		return nachError(name, 1, "the total %q is not an amount in paise", v["total amount"])
	}
	r.UserNumber, r.SponsorCode = v["user number"], v["sponsor code"]
	return nil
}

// readPaise reads digits.
func readPaise(s string) (lending.Money, error) {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || !onlyDigits(s) {
		return 0, errNotAmount
	}
	return lending.Money(n), nil
}

// answer reads the record of one item.
func (r *NACHResponse) answer(name string, no int, line string, codes ReturnCodes) (NACHAnswer, error) {
	a := NACHAnswer{Line: no}
	v, err := nachCut(name, no, line, nachDetailCode, nachDetail)
	if err != nil {
		return a, err
	}
	a.Reference, a.UMRN = v["reference"], v["umrn"]
	if a.Amount, err = readPaise(v["amount"]); err != nil || a.Amount == 0 {
		return a, nachError(name, no, "the amount %q is not one", v["amount"])
	}
	switch {
	case a.Reference == "":
		return a, nachError(name, no, "the item has no reference of ours")
	case v["user number"] != r.UserNumber:
		return a, nachError(name, no, "the item is of user %q, the file of %q", v["user number"], r.UserNumber)
	}
	return a, a.judge(name, v["flag"], v["reason"], codes)
}

// judge tells the state by flag and reason. The two must agree: a flag of success
// beside a reason for return is refused, not interpreted.
func (a *NACHAnswer) judge(name, flag, reason string, codes ReturnCodes) error {
	none := reason == "" || reason == "00"
	switch {
	case flag == "" && reason == "":
		a.State = NACHSubmitted
	case flag == "1" && none:
		a.State = NACHConfirmed
	case flag == "0" && !none:
		a.Code = codes.Find(reason)
		a.State = NACHReturned
		if a.Code.Class == ClassPending {
			a.State = NACHExtended
		}
	default:
		return nachError(name, a.Line, "flag %q and reason %q of %s contradict each other", flag, reason, a.Reference)
	}
	return nil
}

// add counts an answer.
func (r *NACHResponse) add(a NACHAnswer, codes ReturnCodes) {
	r.Answers = append(r.Answers, a)
	switch a.State {
	case NACHConfirmed:
		r.Confirmed = Total{r.Confirmed.Count + 1, r.Confirmed.Sum + a.Amount}
	case NACHReturned:
		r.Returned = Total{r.Returned.Count + 1, r.Returned.Sum + a.Amount}
		if !codes.has(a.Code.Code) {
			r.Warnings = append(r.Warnings, fmt.Sprintf("Line %d: the return code %s is not in the table; look it up before anything follows from it.", a.Line, a.Code.Code))
		}
	}
}

// checkTotals holds the items against what the header states: all items, or, as
// some banks write in an answer, those that were confirmed.
func (r *NACHResponse) checkTotals(name string) error {
	var sum lending.Money
	for _, a := range r.Answers {
		sum += a.Amount
	}
	stated := Total{r.Count, r.Total}
	if stated == (Total{len(r.Answers), sum}) || len(r.Answers) > 0 && stated == r.Confirmed {
		return nil
	}
	return nachError(name, 1, "the header states %d items of ₹%s; there are %d of ₹%s", r.Count, r.Total, len(r.Answers), sum)
}

// CheckNACH holds a response against what was presented: each answer must be of
// an item of the file, of its mandate and its amount. The references of items
// without a final answer are returned.
func CheckNACH(presented []NACHDebit, response NACHResponse) (open []string, err error) {
	items := map[string]NACHDebit{}
	for _, d := range presented {
		items[d.Reference] = d
	}
	final := map[string]bool{}
	refuse := func(a NACHAnswer, format string, args ...any) error {
		return lending.RefuseField("file", "nach.unknown", fmt.Sprintf("Line %d: %s %s. Nothing of the file was used.", a.Line, a.Reference, fmt.Sprintf(format, args...)))
	}
	for _, a := range response.Answers {
		d, ok := items[a.Reference]
		switch {
		case !ok:
			return nil, refuse(a, "was not in this presentation")
		case d.Amount != a.Amount:
			return nil, refuse(a, "comes back with ₹%s; ₹%s was presented", a.Amount, d.Amount)
		case d.UMRN != a.UMRN:
			return nil, refuse(a, "comes back with the mandate %s; it was presented under %s", a.UMRN, d.UMRN)
		}
		final[a.Reference] = a.State == NACHConfirmed || a.State == NACHReturned
	}
	for _, d := range presented {
		if !final[d.Reference] {
			open = append(open, d.Reference)
		}
	}
	return open, nil
}

// AnswerNACH writes the response a bank would give to a presentation: each item
// with the return code given for its reference, "" for paid. For tests, and for
// trying the program out without a bank.
func AnswerNACH(presentation []byte, outcome map[string]string) ([]byte, error) {
	if _, err := ReadNACH("presentation", presentation, DefaultReturnCodes()); err != nil {
		return nil, err
	}
	flag, reference := nachOffset("flag"), nachOffset("reference")
	lines := splitLines(string(presentation))
	for i, line := range lines[1:] {
		code, ok := outcome[strings.TrimSpace(line[reference:reference+30])]
		switch {
		case !ok:
			continue
		case code == "":
			code = "100"
		default:
			code = "0" + code
		}
		if len(code) != 3 {
			return nil, badCode("code", "%q is not a code of two characters.", clip(code[1:], 10))
		}
		lines[i+1] = line[:flag] + code + line[flag+3:]
	}
	return []byte(strings.Join(lines, "\r\n") + "\r\n"), nil
}

// nachOffset is where a field of an item begins.
func nachOffset(name string) int {
	at := 0
	for _, f := range nachDetail[:slices.IndexFunc(nachDetail, func(f nachField) bool { return f.name == name })] {
		at += f.width
	}
	return at
}

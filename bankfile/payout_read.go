package bankfile

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lekha/lending"
)

// PayoutAnswer is what a bank says became of a payout.
type PayoutAnswer struct {
	Line          int
	Reference     string
	Executed      bool   // else rejected
	BankReference string // of an executed payout: the UTR; banks leave it out of transfers of their own
	Reason        string // of a rejected one, in the bank's words
	Amount        lending.Money
	HasAmount     bool
}

// unanswered refuses a file of the payout family, with the line.
func unanswered(name string, line int, format string, args ...any) error {
	return lending.RefuseField("file", "payout.unreadable", fmt.Sprintf("%s could not be read: line %d: %s. Nothing of it was used.", showName(name), line, fmt.Sprintf(format, args...)))
}

// strictRows cuts a file into rows of cells. These files are written by programs:
// a row of another width, an open quote, a character that is none is refused.
func strictRows(name string, data []byte, sep byte) ([]row, error) {
	if len(data) > maxFileBytes {
		return nil, tooLarge(name, "it has %d MB; the most is %d MB.", len(data)>>20, maxFileBytes>>20)
	}
	text, _, err := decodeText(name, data)
	if err != nil {
		return nil, err
	}
	var rows []row
	for i, line := range splitLines(text) {
		if strings.TrimSpace(line) == "" {
			continue
		}
		r := row{no: i + 1}
		closed := true
		if sep == 0 {
			r.cells = []string{line}
		} else if r.cells, closed, r.flaw = cutCells(line, sep); !closed {
			return nil, unanswered(name, r.no, "a quote is opened and not closed")
		}
		if r.flaw != "" {
			return nil, unanswered(name, r.no, "%s", r.flaw)
		}
		if rows = append(rows, r); len(rows) > maxPayouts+3 {
			return nil, tooLarge(name, "it has more than %d rows.", maxPayouts)
		}
	}
	if len(rows) == 0 {
		return nil, unanswered(name, 1, "it is empty")
	}
	return rows, nil
}

// ReadReverse reads the bank's answer to a payout file. One bad row refuses the
// file: half an answer would leave payouts open that were paid.
func (t PayoutTemplate) ReadReverse(name string, data []byte) ([]PayoutAnswer, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	rows, err := strictRows(name, data, separatorNames[t.Reverse.Separator])
	if err != nil {
		return nil, err
	}
	if t.Reverse.Headings {
		if t.Reverse.means(rows[0]) {
			return nil, unanswered(name, rows[0].no, "the row of headings is missing")
		}
		rows = rows[1:]
	}
	seen := map[string]int{}
	answers := make([]PayoutAnswer, 0, len(rows))
	for _, r := range rows {
		a, err := t.Reverse.answer(name, r)
		if err != nil {
			return nil, err
		}
		key := strings.ToUpper(a.Reference)
		if seen[key] > 0 {
			return nil, unanswered(name, r.no, "%s was answered on line %d already", clip(a.Reference, 40), seen[key])
		}
		seen[key] = r.no
		answers = append(answers, a)
	}
	if len(answers) == 0 {
		return nil, unanswered(name, 1, "it answers nothing")
	}
	return answers, nil
}

// means says that a row has a status, so that it is no row of headings.
func (l ReverseLayout) means(r row) bool {
	status := strings.TrimSpace(cellAt(r.cells, l.Status-1))
	return slices.ContainsFunc(slices.Concat(l.Done, l.Failed), func(w string) bool { return strings.EqualFold(w, status) })
}

// answer reads one row.
func (l ReverseLayout) answer(name string, r row) (PayoutAnswer, error) {
	cell := func(no int) string { return strings.TrimSpace(cellAt(r.cells, no-1)) }
	a := PayoutAnswer{Line: r.no, Reference: cell(l.Reference), BankReference: cell(l.BankReference), Reason: cell(l.Reason)}
	if len(r.cells) != l.Width {
		return a, unanswered(name, r.no, "it has %d columns, not %d", len(r.cells), l.Width)
	}
	for _, s := range []string{a.Reference, a.BankReference, a.Reason} {
		if !printable(s) {
			return a, unanswered(name, r.no, "%q holds a character that no bank uses", clip(s, 40))
		}
	}
	same := func(w string) bool { return strings.EqualFold(w, cell(l.Status)) }
	switch a.Executed = slices.ContainsFunc(l.Done, same); {
	case a.Reference == "":
		return a, unanswered(name, r.no, "it has no reference of ours")
	case !a.Executed && !slices.ContainsFunc(l.Failed, same):
		return a, unanswered(name, r.no, "the status %q means neither executed nor rejected", clip(cell(l.Status), 40))
	case l.Amount == 0 || cell(l.Amount) == "":
		return a, nil
	}
	amount, err := plainAmount(cell(l.Amount), maxAmount)
	if err != nil || strings.Contains(cell(l.Amount), ",") {
		return a, unanswered(name, r.no, "the amount %q is not one", clip(cell(l.Amount), 40))
	}
	a.Amount, a.HasAmount = amount, true
	return a, nil
}

// CheckAnswers holds a bank's answers against what was sent: each must be of a
// payout of the batch and of its amount. Payouts without an answer are still open;
// their references are returned.
func CheckAnswers(sent []Payout, answers []PayoutAnswer) (open []string, err error) {
	byReference := map[string]Payout{}
	for _, p := range sent {
		byReference[strings.ToUpper(p.Reference)] = p
	}
	answered := map[string]bool{}
	for _, a := range answers {
		key := strings.ToUpper(a.Reference)
		p, ok := byReference[key]
		switch {
		case !ok:
			return nil, lending.RefuseField("file", "payout.unknown", fmt.Sprintf("Line %d answers %s, which was not in this batch.", a.Line, clip(a.Reference, 40)))
		case a.HasAmount && a.Amount != p.Amount:
			return nil, lending.RefuseField("file", "payout.amount", fmt.Sprintf("Line %d answers %s with ₹%s; ₹%s was sent.", a.Line, clip(a.Reference, 40), a.Amount, p.Amount))
		}
		answered[key] = true
	}
	for _, p := range sent {
		if !answered[strings.ToUpper(p.Reference)] {
			open = append(open, p.Reference)
		}
	}
	return open, nil
}

// WriteReverse writes the answer a bank would give to a batch, for tests and for
// a bank that answers on paper.
func (t PayoutTemplate) WriteReverse(b PayoutBatch, answers []PayoutAnswer) ([]byte, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	if _, err := CheckAnswers(b.Payouts, answers); err != nil {
		return nil, err
	}
	byReference := map[string]Payout{}
	for _, p := range b.Payouts {
		byReference[strings.ToUpper(p.Reference)] = p
	}
	l, out := t.Reverse, strings.Builder{}
	asCSV := PayoutTemplate{Separator: l.Separator, Quoted: true}
	w := &payoutWriter{t: t, b: b, faults: &faults{code: "payout.unfit"}}
	if l.Headings {
		out.WriteString(asCSV.join(l.headings()))
	}
	for _, a := range answers {
		p := byReference[strings.ToUpper(a.Reference)]
		cells := make([]string, l.Width)
		if l.Repeats {
			copy(cells, w.cells("Payout "+p.Reference, t.Columns, p))
		}
		status := l.Failed[0]
		if a.Executed {
			status = l.Done[0]
		}
		for no, value := range map[int]string{l.Reference: a.Reference, l.Status: status, l.BankReference: a.BankReference, l.Reason: a.Reason, l.Amount: amountText(p.Amount, false)} {
			if no > 0 {
				cells[no-1] = value
			}
		}
		out.WriteString(asCSV.join(cells))
	}
	return []byte(out.String()), w.faults.err()
}

// headings name the columns of an answer.
func (l ReverseLayout) headings() []string {
	cells := make([]string, l.Width)
	for i := range cells {
		cells[i] = "column " + strconv.Itoa(i+1)
	}
	for no, word := range map[int]string{l.Reference: "reference", l.Status: "status", l.BankReference: "bank_reference", l.Reason: "reason", l.Amount: "amount"} {
		if no > 0 {
			cells[no-1] = word
		}
	}
	return cells
}

// Read reads a payout file back, as a bank does, and compares the totals it
// states with its rows. What a template does not write comes back empty.
func (t PayoutTemplate) Read(name string, data []byte) ([]Payout, error) {
	if err := t.Check(); err != nil {
		return nil, err
	}
	rows, err := strictRows(name, data, separatorNames[t.Separator])
	if err != nil {
		return nil, err
	}
	var head, foot *row
	if t.Headings && len(rows) > 0 {
		if !slices.Equal(rows[0].cells, t.headings()) {
			return nil, unanswered(name, rows[0].no, "it is not the row of headings of %s", t.Name)
		}
		rows = rows[1:]
	}
	if len(t.Head) > 0 && len(rows) > 0 {
		head, rows = &rows[0], rows[1:]
	}
	if len(t.Foot) > 0 && len(rows) > 0 {
		foot, rows = &rows[len(rows)-1], rows[:len(rows)-1]
	}
	payouts := make([]Payout, 0, len(rows))
	for _, r := range rows {
		p, err := t.payout(name, r)
		if err != nil {
			return nil, err
		}
		payouts = append(payouts, p)
	}
	if err := t.checkTotals(name, head, t.Head, payouts); err != nil {
		return nil, err
	}
	return payouts, t.checkTotals(name, foot, t.Foot, payouts)
}

// cut takes a row apart by the template.
func (t PayoutTemplate) cut(name string, r row, columns []PayoutColumn) ([]string, error) {
	if t.Separator != "" {
		if len(r.cells) != len(columns) {
			return nil, unanswered(name, r.no, "it has %d columns, not %d", len(r.cells), len(columns))
		}
		return r.cells, nil
	}
	line, width := r.cells[0], 0
	for _, c := range columns {
		width += c.Width
	}
	if len(line) != width {
		return nil, unanswered(name, r.no, "it has %d characters, not %d", len(line), width)
	}
	cells := make([]string, len(columns))
	for i, c := range columns {
		cells[i], line = line[:c.Width], line[c.Width:]
	}
	return cells, nil
}

// payout reads one row.
func (t PayoutTemplate) payout(name string, r row) (Payout, error) {
	var p Payout
	cells, err := t.cut(name, r, t.Columns)
	if err != nil {
		return p, err
	}
	for i, c := range t.Columns {
		value := strings.TrimSpace(cells[i])
		if len(value) > c.Width || !printable(value) || c.Required && value == "" {
			return p, unanswered(name, r.no, "the %s %q is not as the template has it", strings.ReplaceAll(fieldName(c), "_", " "), clip(value, 40))
		}
		if err := t.set(&p, c, value); err != nil {
			return p, unanswered(name, r.no, "the %s %q %s", strings.ReplaceAll(fieldName(c), "_", " "), clip(value, 40), err)
		}
	}
	return p, nil
}

// set puts a value into the payout.
func (t PayoutTemplate) set(p *Payout, c PayoutColumn, value string) (err error) {
	if to := p.textField(c.Field); to != nil {
		*to = value
		return nil
	}
	switch c.Field {
	case "amount":
		p.Amount, err = readAmountText(value, c.Paise)
	case "date":
		p.Date, err = parseDateAs(value, layoutOf(t.DateForm))
	case "method":
		i := slices.IndexFunc(t.Methods, func(m PayoutMethod) bool { return m.Code == value })
		if i < 0 {
			return fmt.Errorf("is no way of sending money")
		}
		p.Method = t.Methods[i].Method
	}
	return err
}

// readAmountText is the way back from amountText.
func readAmountText(s string, paise bool) (lending.Money, error) {
	if !paise {
		return plainAmount(s, maxBalance)
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > int64(maxBalance) {
		return 0, errNotAmount
	}
	return lending.Money(n), nil
}

// checkTotals compares the count and sum that a head or foot row states.
func (t PayoutTemplate) checkTotals(name string, r *row, columns []PayoutColumn, payouts []Payout) error {
	if len(columns) == 0 {
		return nil
	}
	if r == nil {
		return unanswered(name, 1, "the row of control totals is missing")
	}
	cells, err := t.cut(name, *r, columns)
	if err != nil {
		return err
	}
	total := PayoutBatch{Payouts: payouts}.total()
	for i, c := range columns {
		value := strings.TrimSpace(cells[i])
		switch c.Field {
		case "count":
			if n, err := strconv.Atoi(value); err != nil || n != len(payouts) {
				return unanswered(name, r.no, "it counts %q payouts; there are %d", clip(value, 40), len(payouts))
			}
		case "total":
			if m, err := readAmountText(value, c.Paise); err != nil || m != total {
				return unanswered(name, r.no, "it states a total of %q; the payouts come to %s", clip(value, 40), amountText(total, c.Paise))
			}
		}
	}
	return nil
}

package bankfile

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"lekha/lending"
)

// transaction makes a line of a row with sound dates, or a rejection.
func (r *reader) transaction(w row, d dates) {
	if r.statedInColumn(w) {
		r.s.Footer = append(r.s.Footer, Row{w.no, w.cells})
		return
	}
	if reason := r.misshapen(w); reason != "" {
		r.reject(w, reason)
		return
	}
	l := Line{No: w.no, PostDate: d.post, ValueDate: d.value,
		Narration: squeeze(r.cell(w, narration)), RawReference: r.reference(w)}
	if r.t.sheetish {
		l.RawReference = settleReference(l.RawReference)
	}
	var err error
	if l.Debit, l.Credit, err = r.amounts(w); err != nil {
		r.reject(w, err.Error())
		return
	}
	if l.Balance, l.HasBalance, err = r.balance(w); err != nil {
		r.reject(w, err.Error())
		return
	}
	r.s.Lines = append(r.s.Lines, l)
	r.open = true
}

// reference is the first reference column that says something; a few banks have
// one for cheques and one for UTRs.
func (r *reader) reference(w row) string {
	for i, c := range r.h.columns {
		if c != reference || i >= len(w.cells) {
			continue
		}
		cell := strings.TrimFunc(strings.ToValidUTF8(w.cells[i], "?"), isSpacing)
		if !readColumn(cell, "").none {
			return cell
		}
	}
	return r.cell(w, reference)
}

// mend puts a row together that a narration with commas and no quotes has cut
// into too many cells. It does so only when the outcome is a whole transaction
// whose balance follows from the line above; else the row comes back as it was.
func (r *reader) mend(w row) row {
	over := filled(w.cells) - len(r.h.columns)
	at := r.at[narration]
	if over <= 0 || r.loose || r.t.sheetish || len(r.s.Lines) == 0 || w.flaw != "" {
		return w
	}
	m := row{no: w.no, last: w.last}
	m.cells = append(m.cells, w.cells[:at]...)
	m.cells = append(m.cells, strings.Join(w.cells[at:at+over+1], r.t.sep))
	m.cells = append(m.cells, w.cells[at+over+1:]...)
	above := r.s.Lines[len(r.s.Lines)-1]
	var l Line
	var errs [3]error
	_, errs[0] = r.dates(m)
	l.Debit, l.Credit, errs[1] = r.amounts(m)
	l.Balance, l.HasBalance, errs[2] = r.balance(m)
	follows := above.HasBalance && l.HasBalance &&
		(above.Balance+l.effect() == l.Balance || l.Balance+above.effect() == above.Balance)
	if errors.Join(errs[:]...) != nil || !follows {
		return w
	}
	r.mended++
	return m
}

// filled is how many cells a row has up to its last one that is not blank.
func filled(cells []string) int {
	n := len(cells)
	for n > 0 && isBlank(cells[n-1]) {
		n--
	}
	return n
}

// misshapen says why the cells of a row cannot be the columns of the header.
func (r *reader) misshapen(w row) string {
	used, width := filled(w.cells), len(r.h.columns)
	switch {
	case used > width && !r.loose:
		return fmt.Sprintf("it has %d cells where the header has %d (a comma in the narration, without quotes?)", used, width)
	case !r.t.sheetish && len(w.cells) <= r.needed:
		end := ""
		if w.last {
			end = "; the file ends here"
		}
		return fmt.Sprintf("it is cut short: %d cells where the header has %d%s", len(w.cells), width, end)
	}
	return ""
}

// squeeze makes one space of every run of spaces.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }

// settleReference undoes what a spreadsheet does to a reference that it took
// for a number.
func settleReference(s string) string {
	if !strings.ContainsAny(s, "eE.") || strings.Trim(s, "0123456789.eE+") != "" {
		return s
	}
	if n := settleNumber(s); strings.HasSuffix(n, ".00") {
		return strings.TrimSuffix(n, ".00")
	}
	return s
}

// amounts reads what was taken and what was given.
func (r *reader) amounts(w row) (dr, cr lending.Money, err error) {
	if r.at[debit] >= 0 && r.at[credit] >= 0 {
		dr, err = r.side(w, debit, "withdrawal", "cr")
		if err != nil {
			return 0, 0, err
		}
		cr, err = r.side(w, credit, "deposit", "dr")
		if err != nil {
			return 0, 0, err
		}
		if dr > 0 && cr > 0 {
			return 0, 0, errors.New("it has an amount on both sides")
		}
		if dr > 0 || cr > 0 || r.at[amount] < 0 {
			return dr, cr, someAmount(dr + cr)
		}
	}
	a, err := parseAmount(r.cell(w, amount), r.t.sheetish, maxAmount)
	if err != nil {
		return 0, 0, fmt.Errorf("the amount %q %w", clip(a.numeral, 40), err)
	}
	if a.paise == 0 {
		return 0, 0, someAmount(0)
	}
	isDebit, err := r.isDebit(w, a)
	if err != nil {
		return 0, 0, err
	}
	if isDebit {
		return a.paise, 0, nil
	}
	return 0, a.paise, nil
}

func someAmount(sum lending.Money) error {
	if sum == 0 {
		return errors.New("it has a date and no amount")
	}
	return nil
}

// side reads one of two amount columns. A minus sign or the other side's mark
// is refused: banks that print them mean different things by them.
func (r *reader) side(w row, c column, word, other string) (lending.Money, error) {
	a, err := parseAmount(r.cell(w, c), r.t.sheetish, maxAmount)
	switch {
	case err != nil:
		return 0, fmt.Errorf("the %s %q %w", word, clip(a.numeral, 40), err)
	case a.minus && a.paise > 0 && !(c == debit && r.minusInDebits):
		return 0, fmt.Errorf("the %s %q is negative", word, clip(a.numeral, 40))
	case a.suffix == other && a.paise > 0:
		return 0, fmt.Errorf("the %s %q is marked as the other side", word, clip(a.numeral, 40))
	}
	return a.paise, nil
}

// drWords and crWords are what an indicator column says, folded.
var (
	drWords = []string{"dr", "d", "debit", "db", "withdrawal"}
	crWords = []string{"cr", "c", "credit", "deposit"}
)

// isDebit tells the side of a single amount: by the indicator, by the mark
// after it, or, in a file with neither, by its sign.
func (r *reader) isDebit(w row, a cellAmount) (bool, error) {
	if r.at[drcr] >= 0 {
		mark := foldSide(r.cell(w, drcr))
		switch {
		case slices.Contains(r.drWords, mark):
			return true, nil
		case slices.Contains(r.crWords, mark):
			return false, nil
		}
		return false, fmt.Errorf("%q says neither debit nor credit", clip(r.cell(w, drcr), 40))
	}
	if a.suffix != "" {
		return a.suffix == "dr", nil
	}
	return a.minus != r.minusIsCredit, nil
}

// balance reads the running balance; an overdrawn one is negative.
func (r *reader) balance(w row) (lending.Money, bool, error) {
	a, err := parseAmount(r.cell(w, balance), r.t.sheetish, maxBalance)
	if err != nil {
		return 0, false, fmt.Errorf("the balance %q %w", clip(a.numeral, 40), err)
	}
	if a.blank {
		return 0, false, nil
	}
	side := a.suffix
	if side == "" {
		side = fold(r.cell(w, balanceDrCr))
	}
	if a.minus || slices.Contains(r.drWords, side) { // "-5.00 Dr" is overdrawn, said twice
		return -a.paise, true, nil
	}
	return a.paise, true, nil
}

// statedInColumn takes the balance of a row such as "OPENING BALANCE" that is
// printed among the transactions and moves nothing.
func (r *reader) statedInColumn(w row) bool {
	words := []string{fold(r.cell(w, narration)), fold(r.cell(w, postDate))}
	if r.hasMoney(w) {
		return false
	}
	b, ok, err := r.balance(w)
	if err != nil || !ok {
		return false
	}
	for _, word := range words {
		switch {
		case slices.Contains(openingWords, word):
			r.s.setOpening(b)
			return true
		case slices.Contains(closingWords, word):
			r.s.Closing = Figure{b, true, true}
			return true
		}
	}
	return false
}

// setOpening keeps the first opening balance: on later pages it is repeated.
func (s *Statement) setOpening(b lending.Money) {
	if !s.Opening.Stated {
		s.Opening = Figure{b, true, true}
	}
}

// stated takes the opening and closing balance from a row of labels: from the
// same cell after a colon, from the cell to the right, or from the row below.
func (r *reader) stated(cells []string) {
	under := r.wanted
	r.wanted = statedAt{}
	if b, ok := r.figureAt(cells, under.opening-1); ok {
		r.s.setOpening(b)
	}
	if b, ok := r.figureAt(cells, under.closing-1); ok {
		r.s.Closing = Figure{b, true, true}
	}
	for i, cell := range cells {
		label, value, _ := strings.Cut(cell, ":")
		word := fold(label)
		opening, closing := slices.Contains(openingWords, word), slices.Contains(closingWords, word)
		if !opening && !closing {
			continue
		}
		b, ok := r.figure(value)
		if !ok {
			b, ok = r.figureAt(cells, nextFilled(cells, i))
		}
		switch {
		case opening && ok:
			r.s.setOpening(b)
		case opening:
			r.wanted.opening = i + 1
		case ok:
			r.s.Closing = Figure{b, true, true}
		default:
			r.wanted.closing = i + 1
		}
	}
}

func nextFilled(cells []string, i int) int {
	for j := i + 1; j < len(cells); j++ {
		if !isBlank(cells[j]) {
			return j
		}
	}
	return -1
}

func (r *reader) figureAt(cells []string, i int) (lending.Money, bool) {
	if i < 0 || i >= len(cells) {
		return 0, false
	}
	return r.figure(cells[i])
}

func (r *reader) figure(cell string) (lending.Money, bool) {
	a, err := parseAmount(cell, r.t.sheetish, maxBalance)
	if err != nil || a.blank {
		return 0, false
	}
	if a.minus || a.suffix == "dr" {
		return -a.paise, true
	}
	return a.paise, true
}

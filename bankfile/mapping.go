package bankfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lekha/lending"
)

// Mapping says how to read the table of a bank whose columns Read does not
// understand by their names. It is plain data, made by [Guess], confirmed by a
// person, and kept as JSON with the bank account it is for. Columns are counted
// from 1, as people count them; 0 is none.
type Mapping struct {
	Bank      string `json:"bank,omitempty"`      // "hdfc" and so on, when its narrations are known
	Sheet     string `json:"sheet,omitempty"`     // of a workbook; empty: the first
	Separator string `json:"separator,omitempty"` // "comma", "tab", "semicolon", "pipe"; of a text
	Skip      int    `json:"skip,omitempty"`      // rows that are passed over before anything is read
	// Headings are the header row as it was confirmed. The row is looked for below
	// the rows skipped, so that a preamble may grow; a file without it is refused,
	// because a bank that moves a column would turn payments into withdrawals.
	// Without headings the transactions begin right below the rows skipped.
	Headings []string `json:"headings,omitempty"`
	Width    int      `json:"width,omitempty"` // columns of a table without headings; 0: not checked

	Date        int   `json:"date"`
	ValueDate   int   `json:"value_date,omitempty"`
	Narration   []int `json:"narration"` // joined in this order
	Reference   int   `json:"reference,omitempty"`
	Debit       int   `json:"debit,omitempty"`
	Credit      int   `json:"credit,omitempty"`
	Amount      int   `json:"amount,omitempty"`
	Side        int   `json:"side,omitempty"` // says "Dr" or "Cr" of the amount
	Balance     int   `json:"balance,omitempty"`
	BalanceSide int   `json:"balance_side,omitempty"`

	DateForm    string   `json:"date_form,omitempty"` // one of DateForms; empty: any with the day first
	Amounts     string   `json:"amounts"`             // TwoColumns, SideColumn or Signed
	Minus       string   `json:"minus,omitempty"`     // what a minus sign means: "debit" (also when empty) or "credit"
	DebitWords  []string `json:"debit_words,omitempty"`
	CreditWords []string `json:"credit_words,omitempty"`
	StopAt      []string `json:"stop_at,omitempty"` // how rows begin that stand below the last transaction
}

// The ways banks print which way money went.
const (
	TwoColumns = "two_columns" // withdrawals in one, deposits in another
	SideColumn = "side_column" // one amount, with Dr or Cr in a column of its own
	Signed     = "signed"      // one amount, with a sign, or with Dr or Cr behind it
)

// dateForm is a way to print a day that a mapping may name.
type dateForm struct{ name, layout string }

// mappedForms are the ways a mapping may name, the likelier first.
var mappedForms = []dateForm{
	{"DD/MM/YYYY", "2/1/2006"}, {"DD-MM-YYYY", "2-1-2006"}, {"DD/MM/YY", "2/1/06"}, {"DD-MM-YY", "2-1-06"}, {"DD.MM.YYYY", "2.1.2006"}, {"DD.MM.YY", "2.1.06"},
	{"DD MMM YYYY", "2 Jan 2006"}, {"DD-MMM-YYYY", "2-Jan-2006"}, {"DD-MMM-YY", "2-Jan-06"}, {"DD/MMM/YYYY", "2/Jan/2006"}, {"DD MMM YY", "2 Jan 06"},
	{"YYYY-MM-DD", "2006-1-2"}, {"YYYY/MM/DD", "2006/1/2"}, {"YYYYMMDD", "20060102"}, {"DDMMYYYY", "02012006"},
	{"MMMM DD YYYY", "January 2 2006"}, {"MMMM DD, YYYY", "January 2, 2006"},
	{"MM/DD/YYYY", "1/2/2006"}, {"MM-DD-YYYY", "1-2-2006"}, {"MM/DD/YY", "1/2/06"}, {"MMM DD, YYYY", "Jan 2, 2006"}, {"MMM DD YYYY", "Jan 2 2006"},
}

// DateForms are the names a mapping's DateForm may have.
func DateForms() []string {
	var names []string
	for _, f := range mappedForms {
		names = append(names, f.name)
	}
	return names
}

// layoutOf is the form that time.Parse knows; empty for an unknown name.
func layoutOf(form string) string {
	i := slices.IndexFunc(mappedForms, func(f dateForm) bool { return f.name == form })
	if i < 0 {
		return ""
	}
	return mappedForms[i].layout
}

var separatorNames = map[string]byte{"comma": ',', "tab": '\t', "semicolon": ';', "pipe": '|'}

// ParseMapping reads a mapping as it was saved and checks it.
func ParseMapping(data []byte) (Mapping, error) {
	var m Mapping
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&m); err != nil || d.More() {
		return Mapping{}, badMapping("mapping", "The mapping is not the JSON it was saved as.")
	}
	return m, m.Check()
}

func badMapping(field, format string, args ...any) error {
	return lending.RefuseField(field, "mapping.invalid", fmt.Sprintf(format, args...))
}

// Check says what keeps a mapping from being used.
func (m Mapping) Check() error {
	switch {
	case m.Date <= 0 && m.ValueDate <= 0:
		return badMapping("date", "Say which column has the date.")
	case len(m.Narration) == 0:
		return badMapping("narration", "Say which column has the narration.")
	case m.DateForm != "" && layoutOf(m.DateForm) == "":
		return badMapping("date_form", "%q is not a form of dates that is known.", clip(m.DateForm, 40))
	case m.Separator != "" && separatorNames[m.Separator] == 0:
		return badMapping("separator", "%q separates nothing; it is comma, tab, semicolon or pipe.", clip(m.Separator, 40))
	case m.Skip < 0 || m.Skip > maxHeaderRow:
		return badMapping("skip", "At most %d rows can be skipped.", maxHeaderRow)
	case len(m.Headings) > maxColumns || m.Width < 0 || m.Width > maxColumns:
		return badMapping("headings", "A table has at most %d columns.", maxColumns)
	case m.Minus != "" && m.Minus != "debit" && m.Minus != "credit":
		return badMapping("minus", "A minus sign means debit or credit.")
	}
	if err := m.checkAmounts(); err != nil {
		return err
	}
	return m.checkColumns()
}

// checkAmounts holds the columns against the way amounts are printed.
func (m Mapping) checkAmounts() error {
	switch m.Amounts {
	case TwoColumns:
		if m.Debit <= 0 || m.Credit <= 0 {
			return badMapping("amounts", "Say which columns have the withdrawals and the deposits.")
		}
		if m.Amount > 0 || m.Side > 0 {
			return badMapping("amount", "With two columns of amounts there is no third.")
		}
		return nil
	case SideColumn, Signed:
		if m.Amount <= 0 {
			return badMapping("amount", "Say which column has the amount.")
		}
		if m.Debit > 0 || m.Credit > 0 {
			return badMapping("debit", "With one column of amounts there is none for withdrawals or deposits.")
		}
	default:
		return badMapping("amounts", "Say how amounts are printed: %s, %s or %s.", TwoColumns, SideColumn, Signed)
	}
	if (m.Amounts == SideColumn) != (m.Side > 0) {
		return badMapping("side", "A column that says Dr or Cr belongs to %s, and to nothing else.", SideColumn)
	}
	debits, credits := m.sideWords()
	for _, w := range debits {
		if slices.Contains(credits, w) {
			return badMapping("debit_words", "%q cannot mean both debit and credit.", w)
		}
	}
	return nil
}

// placed are the columns of a mapping with the names they have in JSON.
func (m Mapping) placed() []place {
	places := []place{{"date", m.Date, postDate}, {"value_date", m.ValueDate, valueDate}, {"reference", m.Reference, reference}, {"debit", m.Debit, debit},
		{"credit", m.Credit, credit}, {"amount", m.Amount, amount}, {"side", m.Side, drcr}, {"balance", m.Balance, balance}, {"balance_side", m.BalanceSide, balanceDrCr}}
	for _, n := range m.Narration {
		places = append(places, place{"narration", n, narration})
	}
	return places
}

type place struct {
	field  string
	no     int
	column column
}

// checkColumns refuses a column outside the table, or one that means two things.
func (m Mapping) checkColumns() error {
	most, taken := m.width(), map[int]string{}
	for _, p := range m.placed() {
		switch {
		case p.no == 0 && p.column != narration:
			continue
		case p.no < 1 || p.no > most:
			return badMapping(p.field, "There is no column %d.", p.no)
		case taken[p.no] != "":
			return badMapping(p.field, "Column %d is already the %s.", p.no, strings.ReplaceAll(taken[p.no], "_", " "))
		}
		taken[p.no] = p.field
	}
	return nil
}

// width is how many columns the table has.
func (m Mapping) width() int {
	switch {
	case len(m.Headings) > 0:
		return len(m.Headings)
	case m.Width > 0:
		return m.Width
	}
	return maxColumns
}

// sideWords are what the side column says, folded.
func (m Mapping) sideWords() (debits, credits []string) {
	debits, credits = drWords, crWords
	if len(m.DebitWords) > 0 {
		debits = foldAll(m.DebitWords)
	}
	if len(m.CreditWords) > 0 {
		credits = foldAll(m.CreditWords)
	}
	return debits, credits
}

func foldAll(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = foldSide(w)
	}
	return out
}

// foldSide folds a word for a side; a bare sign is a word too.
func foldSide(s string) string {
	switch t := strings.TrimSpace(s); t {
	case "+", "-":
		return t
	}
	return fold(s)
}

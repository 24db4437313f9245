package bankfile

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lekha/lending"
)

// Payout is one instruction to a bank to send money.
type Payout struct {
	Reference       string // ours, unique; the bank's answer carries it
	Method          string // NEFT, RTGS, IMPS or Transfer
	Amount          lending.Money
	Name            string
	AccountNo       string
	IFSC            string
	AccountType     string
	BeneficiaryCode string
	BankName        string
	Branch          string
	Email           string
	Phone           string
	Remark          string
	Date            lending.Date // zero: the date of the batch
}

// PayoutBatch is what one file asks a bank to send.
type PayoutBatch struct {
	Client       string // the code the bank gave the lender
	DebitAccount string
	DebitIFSC    string
	Date         lending.Date
	Serial       int // of the file on its day, from 1
	Payouts      []Payout
}

// PayoutTemplate is the layout of a bank's payout file and of its answer, as data
// that can be kept as JSON and changed: banks change theirs more often than we do.
type PayoutTemplate struct {
	Name      string         `json:"name"`
	FileName  string         `json:"file_name"` // with {client}, {DD}, {MM}, {YY}, {YYYY}, {serial}, {serial3}
	Separator string         `json:"separator"` // comma, tab, semicolon, pipe; empty: every column has its width
	Quoted    bool           `json:"quoted,omitempty"`
	Headings  bool           `json:"headings,omitempty"` // the first row names the columns
	LineFeed  bool           `json:"line_feed,omitempty"`
	DateForm  string         `json:"date_form"`           // one of DateForms
	Forbidden string         `json:"forbidden,omitempty"` // characters that no field may hold
	Methods   []PayoutMethod `json:"methods"`
	Head      []PayoutColumn `json:"head,omitempty"` // a row above the payouts: control totals, the lender's account
	Columns   []PayoutColumn `json:"columns"`
	Foot      []PayoutColumn `json:"foot,omitempty"` // a row below them
	Reverse   ReverseLayout  `json:"reverse"`
}

// PayoutMethod is how a bank writes a way of sending money, and its limits.
type PayoutMethod struct {
	Method string        `json:"method"`
	Code   string        `json:"code"`
	Least  lending.Money `json:"least,omitempty"` // in paise, as are all amounts in a template
	Most   lending.Money `json:"most,omitempty"`
}

// PayoutColumn is one column of a payout file.
type PayoutColumn struct {
	Heading  string `json:"heading"`
	Field    string `json:"field,omitempty"` // what it holds, one of PayoutFields; empty: Text
	Text     string `json:"text,omitempty"`
	Width    int    `json:"width"` // the most characters, or all of them when there is no separator
	Required bool   `json:"required,omitempty"`
	Paise    bool   `json:"paise,omitempty"` // an amount without a point
	Zeros    bool   `json:"zeros,omitempty"` // filled from the left with zeros
	Clean    bool   `json:"clean,omitempty"` // characters that are forbidden become spaces
	Cut      bool   `json:"cut,omitempty"`   // a text too long is cut; only where no money can go astray
}

// What a column may hold: of the payout, of the batch, of the file as a whole.
var (
	payoutFields = []string{"reference", "method", "amount", "name", "account_no", "ifsc", "account_type", "beneficiary_code", "bank_name", "branch", "email", "phone", "remark", "date"}
	batchFields  = []string{"client", "debit_account", "debit_ifsc", "serial", "batch_date", "count", "total"}
	// cleanFields say something to people alone, cutFields even less: cut, they
	// still send the money where it belongs.
	cleanFields = []string{"name", "bank_name", "branch", "remark", "email"}
	cutFields   = []string{"bank_name", "branch", "remark"}
)

// PayoutFields are the names a column's Field may have.
func PayoutFields() []string { return slices.Concat(payoutFields, batchFields) }

// ReverseLayout says where a bank's answer has what. Columns are counted from 1;
// 0 is none.
type ReverseLayout struct {
	Separator     string   `json:"separator"`
	Headings      bool     `json:"headings,omitempty"`
	Width         int      `json:"width"`   // columns of each row
	Repeats       bool     `json:"repeats"` // the row begins with the one that was sent
	Reference     int      `json:"reference"`
	Status        int      `json:"status"`
	BankReference int      `json:"bank_reference"`
	Reason        int      `json:"reason"`
	Amount        int      `json:"amount,omitempty"`
	Done          []string `json:"done"`   // the words for executed
	Failed        []string `json:"failed"` // the words for rejected
}

// ParsePayoutTemplate reads a template as it was saved and checks it.
func ParsePayoutTemplate(data []byte) (PayoutTemplate, error) {
	var t PayoutTemplate
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&t); err != nil || d.More() {
		return PayoutTemplate{}, badTemplate("template", "The template is not the JSON it was saved as.")
	}
	return t, t.Check()
}

func badTemplate(field, format string, args ...any) error {
	return lending.RefuseField(field, "payout.template", fmt.Sprintf(format, args...))
}

// nameToken is a part of a file's name that differs from file to file.
var nameToken = regexp.MustCompile(`\{(client|DD|MM|YY|YYYY|serial|serial[1-9])\}`)

// fileNameForm is what a file may be called.
var fileNameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// Check says what keeps a template from being used.
func (t PayoutTemplate) Check() error {
	switch {
	case t.Name == "":
		return badTemplate("name", "A template needs a name.")
	case !fileNameForm.MatchString(nameToken.ReplaceAllString(t.FileName, "0")):
		return badTemplate("file_name", "%q does not make a name for a file.", clip(t.FileName, 60))
	case t.Separator != "" && separatorNames[t.Separator] == 0:
		return badTemplate("separator", "%q separates nothing; it is comma, tab, semicolon, pipe or empty.", clip(t.Separator, 40))
	case layoutOf(t.DateForm) == "":
		return badTemplate("date_form", "%q is not a form of dates that is known.", clip(t.DateForm, 40))
	case len(t.Columns) == 0 || len(t.Columns) > maxColumns:
		return badTemplate("columns", "A payout has between 1 and %d columns.", maxColumns)
	case len(t.Methods) == 0:
		return badTemplate("methods", "Say how the bank writes the ways of sending money.")
	case t.Separator == "" && (t.Headings || t.Quoted):
		return badTemplate("headings", "Columns of fixed width have neither headings nor quotes.")
	}
	for _, c := range t.Columns {
		if err := c.check(PayoutFields(), t.Separator == ""); err != nil {
			return err
		}
	}
	for _, c := range slices.Concat(t.Head, t.Foot) {
		if err := c.check(batchFields, t.Separator == ""); err != nil {
			return err
		}
	}
	for _, field := range []string{"reference", "amount", "account_no", "name"} {
		if !slices.ContainsFunc(t.Columns, func(c PayoutColumn) bool { return c.Field == field && c.Required }) {
			return badTemplate("columns", "A required column for the %s is missing.", strings.ReplaceAll(field, "_", " "))
		}
	}
	between := slices.ContainsFunc(t.Methods, func(m PayoutMethod) bool { return m.Method != Transfer })
	if between && !slices.ContainsFunc(t.Columns, func(c PayoutColumn) bool { return c.Field == "ifsc" }) {
		return badTemplate("columns", "Money to other banks needs a column for the IFSC.")
	}
	if err := t.checkMethods(); err != nil {
		return err
	}
	return t.Reverse.check(len(t.Columns))
}

// checkMethods wants each way of sending once, with a code of its own.
func (t PayoutTemplate) checkMethods() error {
	for i, m := range t.Methods {
		switch {
		case !slices.Contains([]string{NEFT, RTGS, IMPS, Transfer}, m.Method):
			return badTemplate("methods", "%q is no way of sending money.", clip(m.Method, 40))
		case m.Code == "":
			return badTemplate("methods", "%s has no code.", m.Method)
		case m.Least < 0 || m.Most < 0 || m.Most > 0 && m.Most < m.Least:
			return badTemplate("methods", "The limits of %s leave nothing to send.", m.Method)
		}
		for _, o := range t.Methods[:i] {
			if o.Method == m.Method || o.Code == m.Code {
				return badTemplate("methods", "%s or its code %q is there twice.", m.Method, clip(m.Code, 40))
			}
		}
	}
	return nil
}

func (c PayoutColumn) check(fields []string, fixed bool) error {
	switch {
	case c.Width < 1 || c.Width > maxCellBytes:
		return badTemplate("columns", "The column %q needs a width.", clip(c.Heading, 40))
	case c.Field != "" && !slices.Contains(fields, c.Field):
		return badTemplate("columns", "The column %q cannot hold %q.", clip(c.Heading, 40), clip(c.Field, 40))
	case c.Field != "" && c.Text != "":
		return badTemplate("columns", "The column %q has both a field and a text.", clip(c.Heading, 40))
	case len(c.Text) > c.Width || !printable(c.Text):
		return badTemplate("columns", "The text of the column %q does not fit it.", clip(c.Heading, 40))
	case c.Clean && !slices.Contains(cleanFields, c.Field), c.Cut && !slices.Contains(cutFields, c.Field):
		return badTemplate("columns", "The column %q must not be changed to make it fit: money could go astray.", clip(c.Heading, 40))
	case c.Zeros && !slices.Contains([]string{"amount", "total", "count", "serial"}, c.Field):
		return badTemplate("columns", "Only numbers are filled with zeros, not the column %q.", clip(c.Heading, 40))
	}
	return nil
}

func (r ReverseLayout) check(sent int) error {
	if separatorNames[r.Separator] == 0 || r.Width < 2 || r.Width > maxColumns || r.Repeats && r.Width < sent {
		return badTemplate("reverse", "The answer needs a separator and a number of columns.")
	}
	if len(r.Done) == 0 || len(r.Failed) == 0 {
		return badTemplate("reverse", "Say which words mean executed and rejected.")
	}
	for _, w := range r.Done {
		if slices.ContainsFunc(r.Failed, func(f string) bool { return strings.EqualFold(f, w) }) {
			return badTemplate("reverse", "%q cannot mean both executed and rejected.", clip(w, 40))
		}
	}
	used := map[int]bool{}
	for _, no := range []int{r.Reference, r.Status, r.BankReference, r.Reason, r.Amount} {
		if no < 0 || no > r.Width || no > 0 && used[no] {
			return badTemplate("reverse", "The columns of the answer are not %d different ones.", r.Width)
		}
		used[no] = true
	}
	if r.Reference == 0 || r.Status == 0 || r.BankReference == 0 {
		return badTemplate("reverse", "The answer needs columns for our reference, the status and the bank's reference.")
	}
	return nil
}

// printable says that a text has nothing but printable ASCII, which is what banks
// take.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}

package bankfile

import (
	"fmt"
	"strconv"
	"strings"

	"lekha/lending"
)

// PayoutFile is a payout file with what the person who releases it compares with
// the bank's page.
type PayoutFile struct {
	Name  string
	Data  []byte
	Count int
	Total lending.Money
}

// Limits of a payout file.
const (
	// maxPayouts of one file: banks take fewer.
	maxPayouts = 50_000
	// maxFaults is how many faults are told at once.
	maxFaults = 20
)

// faults collects what is wrong with a file to be written, row by row, so that a
// person mends all of it at once.
type faults struct {
	code   string
	first  string
	count  int
	fields map[string]string
}

// add notes a fault of a field of one row.
func (f *faults) add(row, field, format string, args ...any) {
	f.count++
	text := fmt.Sprintf("%s: the %s %s.", row, strings.ReplaceAll(field, "_", " "), fmt.Sprintf(format, args...))
	if f.count == 1 {
		f.first, f.fields = text, map[string]string{}
	}
	if f.count <= maxFaults {
		f.fields[row+"."+field] = text
	}
}

// err is one error that names every fault; nil without any.
func (f *faults) err() error {
	if f.count == 0 {
		return nil
	}
	message := f.first
	if f.count > 1 {
		message += fmt.Sprintf(" There are %d faults in all.", f.count)
	}
	return &lending.Error{Kind: lending.Invalid, Code: f.code, Message: message, Fields: f.fields}
}

// Write writes the file of a batch. A field that is missing, does not fit or
// holds what the bank forbids is refused with its name: no account number,
// amount or reference is ever changed to make it fit.
func (t PayoutTemplate) Write(b PayoutBatch) (PayoutFile, error) {
	var file PayoutFile
	if err := t.Check(); err != nil {
		return file, err
	}
	if err := b.check(t); err != nil {
		return file, err
	}
	name, err := t.fileName(b)
	if err != nil {
		return file, err
	}
	total := b.total()
	w := &payoutWriter{t: t, b: b, total: total, faults: &faults{code: "payout.unfit"}}
	var out strings.Builder
	row := func(cells []string) { out.WriteString(t.join(cells)) }
	if t.Headings {
		row(t.headings())
	}
	if len(t.Head) > 0 {
		row(w.cells("the head row", t.Head, Payout{}))
	}
	for _, p := range b.Payouts {
		row(w.cells("Payout "+p.Reference, t.Columns, p))
	}
	if len(t.Foot) > 0 {
		row(w.cells("the foot row", t.Foot, Payout{}))
	}
	if err := w.faults.err(); err != nil {
		return file, err
	}
	return PayoutFile{Name: name, Data: []byte(out.String()), Count: len(b.Payouts), Total: total}, nil
}

func (t PayoutTemplate) headings() (cells []string) {
	for _, c := range t.Columns {
		cells = append(cells, c.Heading)
	}
	return cells
}

// check wants a batch that is whole and names each payout once.
func (b PayoutBatch) check(t PayoutTemplate) error {
	refuse := func(field, format string, args ...any) error {
		return lending.RefuseField(field, "payout.batch", fmt.Sprintf(format, args...))
	}
	switch {
	case len(b.Payouts) == 0:
		return refuse("payouts", "There is nothing to send.")
	case len(b.Payouts) > maxPayouts:
		return refuse("payouts", "%d payouts are more than the %d of one file.", len(b.Payouts), maxPayouts)
	case b.Date.IsZero():
		return refuse("date", "The batch has no date.")
	case b.Serial < 1:
		return refuse("serial", "The batch has no serial number.")
	}
	seen := map[string]bool{}
	f := &faults{code: "payout.unfit"}
	for _, p := range b.Payouts {
		row := "Payout " + p.Reference
		if key := strings.ToUpper(strings.TrimSpace(p.Reference)); seen[key] {
			f.add(row, "reference", "is on two payouts")
		} else {
			seen[key] = true
		}
		p.checkMoney(t, f, row)
	}
	return f.err()
}

// checkMoney holds a payout against the limits of its way, and account and IFSC
// against their forms.
func (p Payout) checkMoney(t PayoutTemplate, f *faults, row string) {
	m, ok := t.method(p.Method)
	switch {
	case !ok:
		f.add(row, "method", "%q is not one that %s knows", clip(p.Method, 20), t.Name)
	case p.Amount <= 0 || p.Amount > maxAmount:
		f.add(row, "amount", "of ₹%s cannot be sent", p.Amount)
	case p.Amount < m.Least:
		f.add(row, "amount", "of ₹%s is less than the ₹%s that %s sends", p.Amount, m.Least, strings.ToUpper(m.Method))
	case m.Most > 0 && p.Amount > m.Most:
		f.add(row, "amount", "of ₹%s is more than the ₹%s that %s sends", p.Amount, m.Most, strings.ToUpper(m.Method))
	}
	if !plain.MatchString(strings.ToUpper(p.AccountNo)) {
		f.add(row, "account_no", "%q is not letters and digits alone", clip(p.AccountNo, 40))
	}
	if p.Method != Transfer && !ifsc.MatchString(p.IFSC) {
		f.add(row, "ifsc", "%q is not one", clip(p.IFSC, 40))
	}
}

func (b PayoutBatch) total() (sum lending.Money) {
	for _, p := range b.Payouts {
		sum += p.Amount
	}
	return sum
}

// method is a way of sending that the template knows.
func (t PayoutTemplate) method(name string) (PayoutMethod, bool) {
	for _, m := range t.Methods {
		if m.Method == name {
			return m, true
		}
	}
	return PayoutMethod{}, false
}

// fileName fills the pattern of the file's name.
func (t PayoutTemplate) fileName(b PayoutBatch) (string, error) {
	name := nameToken.ReplaceAllStringFunc(t.FileName, func(token string) string {
		switch token = strings.Trim(token, "{}"); token {
		case "client":
			return b.Client
		case "DD":
			return fmt.Sprintf("%02d", b.Date.Day())
		case "MM":
			return fmt.Sprintf("%02d", int(b.Date.Month()))
		case "YY":
			return fmt.Sprintf("%02d", b.Date.Year()%100)
		case "YYYY":
			return fmt.Sprintf("%04d", b.Date.Year())
		case "serial":
			return strconv.Itoa(b.Serial)
		default: // serial3: at least so many digits
			digits, _ := strconv.Atoi(strings.TrimPrefix(token, "serial"))
			return fmt.Sprintf("%0*d", digits, b.Serial)
		}
	})
	if strings.Contains(t.FileName, "{client}") && !plain.MatchString(strings.ToUpper(b.Client)) {
		return "", lending.RefuseField("client", "payout.batch", "The bank's code for the lender is missing or has other signs than letters and digits.")
	}
	if !fileNameForm.MatchString(name) {
		return "", lending.RefuseField("client", "payout.batch", fmt.Sprintf("%q cannot be the name of a file.", clip(name, 60)))
	}
	return name, nil
}

// payoutWriter makes the cells of rows.
type payoutWriter struct {
	t      PayoutTemplate
	b      PayoutBatch
	total  lending.Money
	faults *faults
}

// cells are the cells of one row, each as the bank wants it.
func (w *payoutWriter) cells(row string, columns []PayoutColumn, p Payout) []string {
	cells := make([]string, len(columns))
	for i, c := range columns {
		value := w.value(c, p)
		if c.Clean {
			value = w.t.cleaned(value)
		}
		if c.Cut && len(value) > c.Width {
			value = strings.TrimRight(value[:c.Width], " ")
		}
		switch bad := w.t.badCharacter(value); {
		case value == "" && c.Required:
			w.faults.add(row, fieldName(c), "is missing")
		case bad != "":
			w.faults.add(row, fieldName(c), "%q holds %s, which %s does not take", clip(value, 40), bad, w.t.Name)
		case len(value) > c.Width:
			w.faults.add(row, fieldName(c), "%q has %d characters; %s takes %d", clip(value, 40), len(value), w.t.Name, c.Width)
		default:
			cells[i] = w.t.padded(c, value)
		}
	}
	return cells
}

// fieldName is the name of a column in messages: what it holds, else its heading.
func fieldName(c PayoutColumn) string {
	if c.Field != "" {
		return c.Field
	}
	return c.Heading
}

// value is what a column holds, before it is made to fit.
func (w *payoutWriter) value(c PayoutColumn, p Payout) string {
	switch c.Field {
	case "":
		return c.Text
	case "amount":
		return amountText(p.Amount, c.Paise)
	case "total":
		return amountText(w.total, c.Paise)
	case "count":
		return strconv.Itoa(len(w.b.Payouts))
	case "serial":
		return strconv.Itoa(w.b.Serial)
	case "method":
		m, _ := w.t.method(p.Method)
		return m.Code
	case "batch_date":
		return dateText(w.b.Date, w.t.DateForm)
	case "date":
		if p.Date.IsZero() {
			return dateText(w.b.Date, w.t.DateForm)
		}
		return dateText(p.Date, w.t.DateForm)
	}
	return strings.TrimSpace(w.text(c.Field, p))
}

// text is a field that is text already.
func (w *payoutWriter) text(field string, p Payout) string {
	if to := p.textField(field); to != nil {
		return *to
	}
	switch field {
	case "client":
		return w.b.Client
	case "debit_account":
		return w.b.DebitAccount
	case "debit_ifsc":
		return w.b.DebitIFSC
	}
	return ""
}

// textField is the part of a payout that a field names, if it is text.
func (p *Payout) textField(field string) *string {
	switch field {
	case "reference":
		return &p.Reference
	case "name":
		return &p.Name
	case "account_no":
		return &p.AccountNo
	case "ifsc":
		return &p.IFSC
	case "account_type":
		return &p.AccountType
	case "beneficiary_code":
		return &p.BeneficiaryCode
	case "bank_name":
		return &p.BankName
	case "branch":
		return &p.Branch
	case "email":
		return &p.Email
	case "phone":
		return &p.Phone
	case "remark":
		return &p.Remark
	}
	return nil
}

// amountText is an amount with two decimals, or in paise.
func amountText(m lending.Money, paise bool) string {
	if paise {
		return strconv.FormatInt(int64(m), 10)
	}
	return fmt.Sprintf("%d.%02d", int64(m)/100, int64(m)%100)
}

// dateText is a day in one of DateForms, with days and months of two digits.
func dateText(d lending.Date, form string) string {
	t := d.Time()
	return strings.NewReplacer("YYYY", t.Format("2006"), "YY", t.Format("06"), "MMM", t.Format("Jan"), "MM", t.Format("01"), "DD", t.Format("02")).Replace(form)
}

// cleaned makes spaces of what the bank forbids.
func (t PayoutTemplate) cleaned(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0xA0 || strings.ContainsRune(t.Forbidden, r) || !t.Quoted && (r == t.separator() || r == '"') {
			return ' '
		}
		return r
	}, s)
	return strings.TrimLeft(squeeze(s), "=+-@ ")
}

func (t PayoutTemplate) separator() rune { return rune(separatorNames[t.Separator]) }

// badCharacter names the first character of a field that the file cannot carry;
// empty when there is none. A field that begins like a formula is one too: the
// file may be opened in a spreadsheet before it is sent.
func (t PayoutTemplate) badCharacter(s string) string {
	for _, r := range s {
		switch {
		case r < ' ' || r > '~':
			return fmt.Sprintf("%q", r)
		case strings.ContainsRune(t.Forbidden, r):
			return fmt.Sprintf("%q", r)
		case !t.Quoted && t.Separator != "" && (r == t.separator() || r == '"'):
			return fmt.Sprintf("%q", r)
		}
	}
	if t.Separator != "" && s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return fmt.Sprintf("%q at its beginning", s[:1])
	}
	return ""
}

// padded fills a column of fixed width, and numbers with zeros.
func (t PayoutTemplate) padded(c PayoutColumn, s string) string {
	switch {
	case c.Zeros:
		return strings.Repeat("0", c.Width-len(s)) + s
	case t.Separator == "":
		return s + strings.Repeat(" ", c.Width-len(s))
	}
	return s
}

// join makes a line of cells.
func (t PayoutTemplate) join(cells []string) string {
	end := "\r\n"
	if t.LineFeed {
		end = "\n"
	}
	if t.Quoted {
		for i, c := range cells {
			if strings.ContainsRune(c, t.separator()) || strings.ContainsAny(c, `"`) {
				cells[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
		}
	}
	sep := ""
	if t.Separator != "" {
		sep = string(t.separator())
	}
	return strings.Join(cells, sep) + end
}

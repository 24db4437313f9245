package bankfile

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"lekha/lending"
)

// ReturnCode is why an item of NACH came back, and what follows from it.
type ReturnCode struct {
	Code  string `json:"code"`
	Text  string `json:"text"`
	Class string `json:"class"`
	Retry bool   `json:"retry"` // the same item may be presented again as it is, after the days the rules ask for
}

// ReturnCodes is the table of codes. NPCI revises it: a lender keeps his own copy
// and edits it.
type ReturnCodes []ReturnCode

// The classes of return codes.
const (
	ClassFunds     = "funds"     // the borrower lacks the money
	ClassLimit     = "limit"     // his bank's limits: a smaller amount, or later
	ClassTechnical = "technical" // the bank's fault; no bounce of the borrower
	ClassMandate   = "mandate"   // the mandate or account is gone: a new mandate
	ClassData      = "data"      // something in the item is wrong: mend it
	ClassStopped   = "stopped"   // the borrower stopped it: call
	ClassContact   = "contact"   // the borrower must see to something at his bank
	ClassLegal     = "legal"     // court, death, insolvency, freeze
	ClassPending   = "pending"   // not returned: the bank asked for more days
	ClassReview    = "review"    // a person must look
)

// returnClasses are all of them.
var returnClasses = []string{ClassFunds, ClassLimit, ClassTechnical, ClassMandate, ClassData, ClassStopped, ClassContact, ClassLegal, ClassPending, ClassReview}

// returnTable is the table that comes with the program. Source: ../spec/matching.md
// 3.3, where two lists of users agree; code 09 from ../spec/domain.md 8.4. One much
// visited site has 01 for insufficient funds and 20 for a closed account; it
// contradicts all others and is not followed.
var returnTable = ReturnCodes{
	{Code: "01", Text: "Account closed", Class: ClassMandate},
	{Code: "02", Text: "No such account", Class: ClassMandate},
	{Code: "03", Text: "Account description does not tally", Class: ClassData},
	{Code: "04", Text: "Balance insufficient", Class: ClassFunds, Retry: true},
	{Code: "05", Text: "Not arranged for", Class: ClassFunds, Retry: true},
	{Code: "06", Text: "Payment stopped by drawer", Class: ClassStopped},
	{Code: "07", Text: "Stopped by court order or litigation", Class: ClassLegal},
	{Code: "08", Text: "Mandate not received", Class: ClassMandate},
	{Code: "09", Text: "Miscellaneous", Class: ClassReview},
	{Code: "11", Text: "Invalid IFSC or MICR", Class: ClassData},
	{Code: "12", Text: "Frequency mismatch", Class: ClassData},
	{Code: "13", Text: "Duplicate transaction", Class: ClassReview},
	{Code: "14", Text: "Mandate expired", Class: ClassMandate},
	{Code: "15", Text: "Amount mismatch", Class: ClassData},
	{Code: "16", Text: "Name mismatch", Class: ClassData},
	{Code: "17", Text: "Returned at the customer's request", Class: ClassStopped},
	{Code: "21", Text: "Invalid UMRN or inactive mandate", Class: ClassMandate},
	{Code: "22", Text: "Mandate is not for debit", Class: ClassData},
	{Code: "23", Text: "Account differs from the mandate", Class: ClassData},
	{Code: "24", Text: "Bank differs from the mandate", Class: ClassData},
	{Code: "25", Text: "Currency differs from the mandate", Class: ClassData},
	{Code: "26", Text: "Amount is above the mandate's maximum", Class: ClassData},
	{Code: "27", Text: "Amount differs from the mandate", Class: ClassData},
	{Code: "28", Text: "Before the mandate starts", Class: ClassMandate},
	{Code: "29", Text: "After the mandate ends", Class: ClassMandate},
	{Code: "31", Text: "Duplicate reference", Class: ClassData},
	{Code: "32", Text: "Invalid date", Class: ClassData},
	{Code: "33", Text: "Unwound", Class: ClassData},
	{Code: "34", Text: "Invalid amount", Class: ClassData},
	{Code: "51", Text: "KYC documents pending", Class: ClassContact},
	{Code: "52", Text: "Minor became major, documents pending", Class: ClassContact},
	{Code: "53", Text: "Account inoperative", Class: ClassContact},
	{Code: "54", Text: "Account dormant", Class: ClassContact},
	{Code: "57", Text: "Above the bank's limit for one item", Class: ClassLimit, Retry: true},
	{Code: "58", Text: "Above the bank's limit in total", Class: ClassLimit, Retry: true},
	{Code: "59", Text: "Network failure at the bank", Class: ClassTechnical, Retry: true},
	{Code: "60", Text: "Account holder has died", Class: ClassLegal},
	{Code: "61", Text: "Mandate cancelled", Class: ClassMandate},
	{Code: "68", Text: "Account blocked or frozen", Class: ClassLegal},
	{Code: "69", Text: "Customer insolvent", Class: ClassLegal},
	{Code: "70", Text: "Refer to the branch", Class: ClassContact},
	{Code: "98", Text: "The bank asked for an extension", Class: ClassPending},
}

// DefaultReturnCodes is the table that comes with the program, each call anew.
func DefaultReturnCodes() ReturnCodes { return slices.Clone(returnTable) }

// Find looks a code up. One that is not in the table is for a person to review.
func (t ReturnCodes) Find(code string) ReturnCode {
	for _, c := range t {
		if c.Code == code {
			return c
		}
	}
	return ReturnCode{Code: code, Text: "Code " + code + ", not in the table", Class: ClassReview}
}

// has says whether a code is in the table.
func (t ReturnCodes) has(code string) bool {
	return slices.ContainsFunc(t, func(c ReturnCode) bool { return c.Code == code })
}

func badCode(field, format string, args ...any) error {
	return lending.RefuseField(field, "nach.codes", fmt.Sprintf(format, args...))
}

// maxCodes is twice what two digits can tell.
const maxCodes = 200

// Check says what keeps a table from being used.
func (t ReturnCodes) Check() error {
	if len(t) == 0 || len(t) > maxCodes {
		return badCode("codes", "A table of return codes has between 1 and %d rows.", maxCodes)
	}
	seen := map[string]bool{}
	for _, c := range t {
		switch {
		case len(c.Code) != 2 || !plain.MatchString(c.Code) || c.Code == "00":
			return badCode("code", "%q is not a return code; they have two digits, and 00 is success.", clip(c.Code, 10))
		case seen[c.Code]:
			return badCode("code", "The code %s is there twice.", c.Code)
		case strings.TrimSpace(c.Text) == "" || len(c.Text) > 200:
			return badCode("text", "The code %s needs a text.", c.Code)
		case !slices.Contains(returnClasses, c.Class):
			return badCode("class", "The code %s has the class %q; the classes are %s.", c.Code, clip(c.Class, 40), strings.Join(returnClasses, ", "))
		case c.Retry && !slices.Contains([]string{ClassFunds, ClassLimit, ClassTechnical}, c.Class):
			return badCode("retry", "The code %s of class %s cannot be presented again as it is.", c.Code, c.Class)
		}
		seen[c.Code] = true
	}
	return nil
}

// codeHeadings are the columns of the table as a file.
var codeHeadings = []string{"code", "text", "class", "retry"}

// Write writes the table as CSV, to be edited and read again.
func (t ReturnCodes) Write(w io.Writer) error {
	out := NewWriter(w)
	if err := out.Write(codeHeadings); err != nil {
		return err
	}
	for _, c := range t {
		retry := "no"
		if c.Retry {
			retry = "yes"
		}
		if err := out.Write([]string{c.Code, c.Text, c.Class, retry}); err != nil {
			return err
		}
	}
	return out.Flush()
}

// ReadReturnCodes reads a table from CSV. A spreadsheet may have taken the zero
// off a code; it is put back.
func ReadReturnCodes(name string, data []byte) (ReturnCodes, error) {
	rows, err := strictRows(name, data, ',')
	if err != nil {
		return nil, err
	}
	if got := rows[0].cells; len(got) != len(codeHeadings) || !slices.EqualFunc(got, codeHeadings, strings.EqualFold) {
		return nil, unanswered(name, rows[0].no, "the headings are not %s", strings.Join(codeHeadings, ", "))
	}
	var t ReturnCodes
	for _, r := range rows[1:] {
		if len(r.cells) != len(codeHeadings) {
			return nil, unanswered(name, r.no, "it has %d columns, not %d", len(r.cells), len(codeHeadings))
		}
		c := ReturnCode{Code: strings.TrimSpace(r.cells[0]), Text: squeeze(strings.TrimPrefix(r.cells[1], "'")), Class: strings.TrimSpace(r.cells[2])}
		if len(c.Code) == 1 {
			c.Code = "0" + c.Code
		}
		switch strings.ToLower(strings.TrimSpace(r.cells[3])) {
		case "yes":
			c.Retry = true
		case "no", "":
		default:
			return nil, unanswered(name, r.no, "%q is neither yes nor no", clip(r.cells[3], 20))
		}
		t = append(t, c)
	}
	return t, t.Check()
}

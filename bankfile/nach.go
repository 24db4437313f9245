package bankfile

import (
	"fmt"
	"regexp"
	"strings"

	"lekha/lending"
)

// NACHFile asks a sponsor bank to collect from borrowers' accounts under their
// mandates on one day. It becomes a file of records of 306 characters (ACH DR).
// The sponsor bank's current specification comes before what is written here.
type NACHFile struct {
	UserNumber      string // the utility code of the lender
	UserName        string
	UserReference   string
	UserAccount     string // where the sponsor bank credits the sum
	SponsorCode     string // IFSC, MICR or IIN of the sponsor bank
	FileNumber      string // where the sponsor bank wants one
	SettlementDate  lending.Date
	SettlementCycle string
	ItemLimit       lending.Money // no item may be above it; 0: none
	Serial          int           // of the file on its day, from 1; part of its name
	Debits          []NACHDebit
}

// NACHDebit is one item: an amount under one mandate.
type NACHDebit struct {
	Reference   string // ours, unique; the answer carries it
	UMRN        string
	Amount      lending.Money
	Holder      string
	AccountNo   string
	AccountType string // 10, 11, 12, 29, 30 or 31; empty: 10, as public samples have it
	BankCode    string // IFSC, MICR or IIN of the borrower's bank
	Narration   string // what the borrower's bank prints; empty: the user's name, cut
	Product     string
}

// nachField is one field of a record.
type nachField struct {
	name  string
	width int
}

// nachWidth is the length of every record.
const nachWidth = 306

// The records as ../spec/matching.md 3.4 has them: the circular's annexure, with
// widths that its scan lost filled in so that each record is 306.
var (
	nachHeader = []nachField{{"code", 2}, {"control 1", 7}, {"user name", 40}, {"control 2", 14}, {"file number", 9}, {"control 3", 9}, {"control 4", 15}, {"folio", 3},
		{"item limit", 13}, {"total amount", 13}, {"settlement date", 8}, {"reserved 1", 10}, {"reserved 2", 10}, {"filler 1", 3}, {"user number", 18}, {"user reference", 18},
		{"sponsor code", 11}, {"user account", 35}, {"total items", 9}, {"settlement cycle", 2}, {"filler", 57}}
	nachDetail = []nachField{{"code", 2}, {"control 1", 9}, {"account type", 2}, {"folio", 3}, {"control 2", 15}, {"holder", 40}, {"control 3", 9}, {"control 4", 7},
		{"narration", 20}, {"control 5", 13}, {"amount", 13}, {"sequence", 10}, {"checksum", 10}, {"flag", 1}, {"reason", 2}, {"bank code", 11}, {"account", 35},
		{"sponsor code", 11}, {"user number", 18}, {"reference", 30}, {"product", 3}, {"aadhaar", 15}, {"umrn", 20}, {"filler", 7}}
)

// The codes that begin the records.
const (
	nachHeaderCode = "56"
	nachDetailCode = "67"
)

// maxDebits of one file; sponsor banks take fewer.
const maxDebits = 200_000

// NACHOutput is a presentation file with its control totals.
type NACHOutput struct {
	Name  string
	Data  []byte
	Count int
	Total lending.Money
	// Cut are the references of items whose holder's name was longer than the 40
	// characters of the record. The mandate says from whom to collect; the bank may
	// still call it a mismatch.
	Cut []string
}

var (
	// instituteCode is an IFSC, a MICR or an IIN.
	instituteCode   = regexp.MustCompile(`^(?:[A-Z]{4}0[A-Z0-9]{6}|[0-9]{9}|[0-9]{6})$`)
	nachAccountType = regexp.MustCompile(`^(?:10|11|12|29|30|31)$`)
)

// Write writes the file. A field that does not fit is refused with its name; only
// the holder's name is cut, and the output says where.
func (f NACHFile) Write() (NACHOutput, error) {
	var out NACHOutput
	bad := &faults{code: "nach.unfit"}
	f.checkHead(bad)
	if err := bad.err(); err != nil {
		return out, err
	}
	var text strings.Builder
	var details strings.Builder
	seen := map[string]bool{}
	for _, d := range f.Debits {
		row := "Item " + d.Reference
		if seen[d.Reference] {
			bad.add(row, "reference", "is on two items")
		}
		seen[d.Reference] = true
		d.check(f, bad, row)
		record, cut := d.record(f, bad, row)
		if cut {
			out.Cut = append(out.Cut, d.Reference)
		}
		details.WriteString(record)
		out.Total += d.Amount
	}
	out.Count = len(f.Debits)
	text.WriteString(f.header(out, bad))
	if err := bad.err(); err != nil {
		return NACHOutput{}, err
	}
	text.WriteString(details.String())
	out.Data, out.Name = []byte(text.String()), f.fileName()
	return out, nil
}

// checkHead wants what belongs to the file as a whole.
func (f NACHFile) checkHead(bad *faults) {
	const row = "The file"
	switch {
	case len(f.Debits) == 0:
		bad.add(row, "debits", "are none")
	case len(f.Debits) > maxDebits:
		bad.add(row, "debits", "are more than %d", maxDebits)
	}
	if f.SettlementDate.IsZero() {
		bad.add(row, "settlement_date", "is missing")
	}
	if f.Serial < 1 || f.Serial > 999_999 {
		bad.add(row, "serial", "is not a number from 1 to 999999")
	}
	if !plain.MatchString(f.UserNumber) {
		bad.add(row, "user_number", "%q is not letters and digits alone", clip(f.UserNumber, 40))
	}
	if !instituteCode.MatchString(f.SponsorCode) {
		bad.add(row, "sponsor_code", "%q is neither IFSC nor MICR nor IIN", clip(f.SponsorCode, 40))
	}
	if !plain.MatchString(strings.ToUpper(f.UserAccount)) {
		bad.add(row, "user_account", "%q is not letters and digits alone", clip(f.UserAccount, 40))
	}
	if strings.TrimSpace(f.UserName) == "" {
		bad.add(row, "user_name", "is missing")
	}
	if f.ItemLimit < 0 || f.ItemLimit > maxAmount {
		bad.add(row, "item_limit", "of ₹%s is none", f.ItemLimit)
	}
}

// check holds one item against the forms of its fields.
func (d NACHDebit) check(f NACHFile, bad *faults, row string) {
	if strings.TrimSpace(d.Reference) == "" {
		bad.add(row, "reference", "is missing")
	}
	switch {
	case d.Amount <= 0 || d.Amount > maxAmount:
		bad.add(row, "amount", "of ₹%s cannot be collected", d.Amount)
	case f.ItemLimit > 0 && d.Amount > f.ItemLimit:
		bad.add(row, "amount", "of ₹%s is above the ₹%s that the file allows", d.Amount, f.ItemLimit)
	}
	if !umrn.MatchString(d.UMRN) {
		bad.add(row, "umrn", "%q is not 4 letters and 16 digits", clip(d.UMRN, 40))
	}
	if !instituteCode.MatchString(d.BankCode) {
		bad.add(row, "bank_code", "%q is neither IFSC nor MICR nor IIN", clip(d.BankCode, 40))
	}
	if !plain.MatchString(strings.ToUpper(d.AccountNo)) {
		bad.add(row, "account_no", "%q is not letters and digits alone", clip(d.AccountNo, 40))
	}
	if d.AccountType != "" && !nachAccountType.MatchString(d.AccountType) {
		bad.add(row, "account_type", "%q is not one of 10, 11, 12, 29, 30, 31", clip(d.AccountType, 10))
	}
	if strings.TrimSpace(d.Holder) == "" {
		bad.add(row, "holder", "is missing")
	}
}

// header is the first record.
func (f NACHFile) header(out NACHOutput, bad *faults) string {
	limit := ""
	if f.ItemLimit > 0 {
		limit = paise(f.ItemLimit, 13)
	}
	return nachRecord(nachHeader, map[string]string{"code": nachHeaderCode, "user name": upper(f.UserName), "file number": f.FileNumber, "item limit": limit,
		"total amount": paise(out.Total, 13), "settlement date": dateText(f.SettlementDate, "DDMMYYYY"), "user number": f.UserNumber, "user reference": f.UserReference,
		"sponsor code": f.SponsorCode, "user account": upper(f.UserAccount), "total items": fmt.Sprintf("%09d", out.Count), "settlement cycle": f.SettlementCycle}, bad, "The file")
}

// record is the record of one item; cut says that the holder's name was cut.
func (d NACHDebit) record(f NACHFile, bad *faults, row string) (text string, cut bool) {
	holder, narration, kind := upper(d.Holder), d.Narration, d.AccountType
	if cut = len(holder) > 40; cut {
		holder = strings.TrimRight(holder[:40], " ")
	}
	if narration == "" {
		user := upper(f.UserName)
		narration = strings.TrimSpace(user[:min(len(user), 20)])
	}
	if kind == "" {
		kind = "10"
	}
	return nachRecord(nachDetail, map[string]string{"code": nachDetailCode, "account type": kind, "holder": holder, "narration": upper(narration), "amount": paise(d.Amount, 13),
		"bank code": d.BankCode, "account": upper(d.AccountNo), "sponsor code": f.SponsorCode, "user number": f.UserNumber, "reference": d.Reference,
		"product": d.Product, "umrn": d.UMRN}, bad, row), cut
}

// nachRecord sets fields into a record, to the left and filled with spaces.
func nachRecord(fields []nachField, values map[string]string, bad *faults, row string) string {
	var b strings.Builder
	for _, f := range fields {
		value := values[f.name]
		switch {
		case !printable(value):
			bad.add(row, strings.ReplaceAll(f.name, " ", "_"), "%q holds a character other than plain letters, digits and signs", clip(value, 40))
			value = ""
		case len(value) > f.width:
			bad.add(row, strings.ReplaceAll(f.name, " ", "_"), "%q has %d characters; the record takes %d", clip(value, 40), len(value), f.width)
			value = ""
		}
		b.WriteString(value)
		b.WriteString(strings.Repeat(" ", f.width-len(value)))
	}
	return b.String() + "\r\n"
}

// upper is a text as these files have it: capitals, one space between words.
func upper(s string) string { return strings.ToUpper(squeeze(s)) }

// paise is an amount as digits filled with zeros. A negative one has been refused.
func paise(m lending.Money, width int) string { return fmt.Sprintf("%0*d", width, max(int64(m), 0)) }

// fileName is the name by which sponsor banks take presentation files, as seen at
// some of them.
func (f NACHFile) fileName() string {
	bank := f.SponsorCode[:min(4, len(f.SponsorCode))]
	return fmt.Sprintf("ACH-DR-%s-%s-%s-%06d-INP.txt", bank, f.UserNumber, dateText(f.SettlementDate, "DDMMYYYY"), f.Serial)
}

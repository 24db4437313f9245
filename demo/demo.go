// Package demo is the sample that `lekha demo` serves: a lender of 200 accounts,
// made from the data beside it and loaded by the commands that a user has: the
// import of a portfolio, of statements, matches, approvals. Its business date is
// a part of the data, so that it looks the same in a year.
package demo

import (
	"embed"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"lekha/lending"
	"lekha/servicing"
)

//go:embed data
var data embed.FS

// The sample's days: statements begin on 30 March 2026, the books are opened
// for Saturday 14 November, and work begins on Monday.
var (
	openedOn = lending.NewDate(2026, 11, 14)
	monday   = lending.NewDate(2026, 11, 16)
	takenTo  = lending.NewDate(2026, 3, 31) // dues up to here were paid before the statements
)

// SignIn is a person of the sample.
type SignIn struct {
	Username, Name, Password string
	Roles                    []servicing.Role
}

// password is that of everybody here. It is printed by the program, so it is no
// secret, and a sample holds nothing that is one.
const password = "lekha-demo-2026"

// SignIns are the people whose sign-ins are printed.
func SignIns() []SignIn {
	return []SignIn{
		{"operator", "Asha Pillai", password, []servicing.Role{servicing.Operator}},
		{"manager", "Ravi Menon", password, []servicing.Role{servicing.CreditManager}},
		{"finance", "Meera Iyer", password, []servicing.Role{servicing.Finance}},
		{"admin", "Anil Deshpande", password, []servicing.Role{servicing.Admin}},
		{"auditor", "Joseph Fernandes", password, []servicing.Role{servicing.Auditor}},
	}
}

// colleagues did the work that the sample shows as done.
func colleagues() []SignIn {
	return []SignIn{
		{"kavita", "Kavita Rao", password, []servicing.Role{servicing.Operator}},
		{"sanjay", "Sanjay Bose", password, []servicing.Role{servicing.CreditManager}},
	}
}

// product is what the first letters of an account number stand for.
type product struct {
	name        string
	percent     string // a year
	monthlyRate int64  // millionths a month: a twelfth of it
}

var products = map[string]product{
	"PL": {"Personal loans", "18", 15_000},
	"BL": {"Business loans", "20.4", 17_000},
	"GL": {"Gold loans", "12", 10_000},
	"TW": {"Two-wheeler loans", "21", 17_500},
}

// feeNames are what charges of these amounts are for, with 18% tax in them.
var feeNames = map[int64]string{354_00: "Bounce charge", 590_00: "Late payment charge", 1180_00: "Cheque return charge"}

// banks are the collection accounts of the statements.
func banks() []servicing.BankInput {
	const holder = "ACME FINANCE PVT LTD"
	return []servicing.BankInput{
		{Kind: "collection", Code: "HDFC-CA-01", Bank: "hdfc", IFSC: "HDFC0000060", AccountNo: "50200012345678", AccountHolderName: holder, IsVerified: true},
		{Kind: "collection", Code: "ICICI-CA-02", Bank: "icici", IFSC: "ICIC0000004", AccountNo: "000405123456", AccountHolderName: holder, IsVerified: true},
		{Kind: "collection", Code: "SBI-CA-03", Bank: "sbi", IFSC: "SBIN0004430", AccountNo: "30123456789", AccountHolderName: holder, IsVerified: true},
		{Kind: "collection", Code: "AXIS-CA-04", Bank: "axis", IFSC: "UTIB0000004", AccountNo: "917020012345678", AccountHolderName: holder, IsVerified: true},
		{Kind: "collection", Code: "KOTAK-CA-05", Bank: "kotak", IFSC: "KKBK0000958", AccountNo: "4411223344", AccountHolderName: holder, IsVerified: true},
	}
}

// table reads one of the CSV files as rows by column.
func table(name string) ([]map[string]string, error) {
	file, err := data.Open("data/" + name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	reader := csv.NewReader(file)
	head, err := reader.Read()
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	var rows []map[string]string
	for {
		cells, err := reader.Read()
		if err == io.EOF {
			return rows, nil
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", name, err)
		}
		row := make(map[string]string, len(head))
		for i, column := range head {
			row[column] = cells[i]
		}
		rows = append(rows, row)
	}
}

// paise reads an amount of the data.
func paise(text string) int64 {
	n, _ := strconv.ParseInt(text, 10, 64)
	return n
}

// rupees writes an amount as the files of a portfolio have it.
func rupees(paise int64) string { return lending.Money(paise).String() }

// sheet is a CSV file while it is written.
type sheet struct {
	text strings.Builder
	csv  *csv.Writer
}

func newSheet(columns ...string) *sheet {
	s := &sheet{}
	s.csv = csv.NewWriter(&s.text)
	s.add(columns...)
	return s
}

func (s *sheet) add(cells ...string) { _ = s.csv.Write(cells) }

func (s *sheet) bytes() []byte {
	s.csv.Flush()
	return []byte(s.text.String())
}

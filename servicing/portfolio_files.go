package servicing

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"lekha/lending"
)

// PortfolioFiles are the files of a portfolio by name. Their columns are
// described in docs/portfolio.md.
type PortfolioFiles map[string][]byte

// The files of a portfolio. Only borrowers and loans have to be there.
const (
	borrowersFile = "borrowers.csv"
	loansFile     = "loans.csv"
	schedulesFile = "schedules.csv"
	feesFile      = "fees.csv"
	receiptsFile  = "receipts.csv"
	advicesFile   = "advices.csv"
)

const (
	// maxPortfolioBytes is one file: far more than the rows below need.
	maxPortfolioBytes = 64 << 20
	// maxPortfolioLoans is what one transaction takes over in a minute or two,
	// while nobody else writes. A larger book comes in several portfolios.
	maxPortfolioLoans = 10_000
	// maxPortfolioRows is of any other file: forty for each loan.
	maxPortfolioRows = 400_000
	// maxPortfolioReceipts is less: each becomes a record that can be searched.
	maxPortfolioReceipts = 50_000
	// maxRowErrors is what a person reads; the rest is counted.
	maxRowErrors = 500
	// maxCell keeps a stray quote from making one cell of a whole file.
	maxCell = 4000
)

// portfolioFile says what a file must and may hold.
type portfolioFile struct {
	name   string
	needs  []string // columns that must be there
	takes  []string // columns that may be there
	limit  int
	absent bool // the file may be left out
}

// portfolioLayout lists the files in the order they are read.
func portfolioLayout() []portfolioFile {
	return []portfolioFile{
		{name: borrowersFile, needs: []string{"borrower_ref", "name"},
			takes: []string{"co_applicant", "pan", "phone", "email", "vpa", "address", "state"}, limit: maxPortfolioRows},
		{name: loansFile, needs: []string{"account_ref", "borrower_ref", "program", "principal", "disbursed_on"},
			takes: slices.Concat([]string{"product", "status", "paid_to_date", "overdue", "approved_line_amount", "virtual_account_no", "umrn",
				"collection_bank", "payer_ifsc", "payer_last4"}, loanParameters), limit: maxPortfolioLoans},
		{name: schedulesFile, needs: []string{"account_ref", "no", "due_date", "principal", "interest"},
			takes: []string{"period_start", "period_end"}, limit: maxPortfolioRows, absent: true},
		{name: feesFile, needs: []string{"account_ref", "name", "due_date", "amount"},
			takes: []string{"cgst", "sgst", "igst"}, limit: maxPortfolioRows, absent: true},
		{name: receiptsFile, needs: []string{"account_ref", "value_date", "amount"},
			takes: []string{"tds_amount", "payment_mode", "utr", "collection_bank", "narration"}, limit: maxPortfolioReceipts, absent: true},
		{name: advicesFile, needs: []string{"account_ref", "utr", "amount", "advised_on"}, limit: maxPortfolioRows, absent: true},
	}
}

// ReadPortfolio reads the files of a portfolio from a folder. Other files in it
// are left alone.
func ReadPortfolio(dir fs.FS) (PortfolioFiles, error) {
	files := PortfolioFiles{}
	for _, layout := range portfolioLayout() {
		file, err := dir.Open(layout.name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("opening %s: %w", layout.name, err)
		}
		data, err := io.ReadAll(io.LimitReader(file, maxPortfolioBytes+1))
		if err = errors.Join(err, file.Close()); err != nil {
			return nil, fmt.Errorf("reading %s: %w", layout.name, err)
		}
		files[layout.name] = data
	}
	return files, nil
}

// RowError is one thing that is wrong with one row.
type RowError struct {
	File    string
	Line    int    // of the file, from 1; 0: the file as a whole
	Field   string // column
	Message string
}

// rowErrors collects what is wrong, up to what a person reads.
type rowErrors struct {
	list  []RowError
	count int
}

func (e *rowErrors) add(file string, line int, field, message string) {
	if e.count++; len(e.list) < maxRowErrors {
		e.list = append(e.list, RowError{file, line, field, message})
	}
}

// addAll takes over the faults of one row, in the order of their names.
func (e *rowErrors) addAll(file string, line int, faults faults) {
	fields := make([]string, 0, len(faults))
	for field := range faults {
		fields = append(fields, field)
	}
	slices.Sort(fields)
	for _, field := range fields {
		e.add(file, line, field, faults[field])
	}
}

// csvRow is one row of a file: its cells by column, trimmed.
type csvRow struct {
	file    string
	line    int
	columns map[string]int
	cells   []string
}

func (r csvRow) cell(column string) string {
	if i, ok := r.columns[column]; ok {
		return r.cells[i]
	}
	return ""
}

// readRows reads one file, and says by line what cannot be read.
func readRows(layout portfolioFile, files PortfolioFiles, errs *rowErrors) []csvRow {
	data, there := files[layout.name]
	switch {
	case !there && layout.absent:
		return nil
	case !there:
		errs.add(layout.name, 0, "", "This file is missing.")
		return nil
	case len(data) > maxPortfolioBytes:
		errs.add(layout.name, 0, "", fmt.Sprintf("This file is larger than %d MB.", maxPortfolioBytes>>20))
		return nil
	case !utf8.Valid(data):
		errs.add(layout.name, 0, "", "This file is not UTF-8. Save it as \"CSV UTF-8\".")
		return nil
	}
	reader := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	reader.FieldsPerRecord = -1
	head, err := reader.Read()
	if err != nil {
		errs.add(layout.name, 1, "", "This file has no line with the names of its columns.")
		return nil
	}
	columns := readHead(layout, head, errs)
	if columns == nil {
		return nil
	}
	var rows []csvRow
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows
		}
		if err != nil {
			errs.add(layout.name, lineOf(err), "", "This line is no CSV: a quote is not closed, or stands in the middle of a cell.")
			return rows
		}
		line, _ := reader.FieldPos(0)
		if len(rows) == layout.limit {
			errs.add(layout.name, line, "", fmt.Sprintf("A portfolio has at most %d rows in this file. Split it.", layout.limit))
			return rows
		}
		if row, ok := readRow(layout, csvRow{layout.name, line, columns, cells}, len(head), errs); ok {
			rows = append(rows, row)
		}
	}
}

// lineOf is where the row begins that could not be read.
func lineOf(err error) int {
	if parse, ok := errors.AsType[*csv.ParseError](err); ok {
		return parse.StartLine
	}
	return 0
}

// readHead finds the columns; nil when they are not those of the file.
func readHead(layout portfolioFile, head []string, errs *rowErrors) map[string]int {
	columns, sound := make(map[string]int, len(head)), true
	fault := func(field, message string) {
		errs.add(layout.name, 1, field, message)
		sound = false
	}
	for i, name := range head {
		name = strings.ToLower(strings.TrimSpace(name))
		_, twice := columns[name]
		switch {
		case twice:
			fault(name, "This column stands there twice.")
		case !slices.Contains(layout.needs, name) && !slices.Contains(layout.takes, name):
			fault(name, "This file has no such column.")
		}
		columns[name] = i
	}
	for _, name := range layout.needs {
		if _, there := columns[name]; !there {
			fault(name, "This column is missing.")
		}
	}
	if !sound {
		return nil
	}
	return columns
}

// readRow trims the cells of a row; a row without any is passed over.
func readRow(layout portfolioFile, row csvRow, width int, errs *rowErrors) (csvRow, bool) {
	empty := true
	for i, cell := range row.cells {
		row.cells[i] = strings.TrimSpace(cell)
		empty = empty && row.cells[i] == ""
		if len(cell) > maxCell {
			errs.add(layout.name, row.line, "", fmt.Sprintf("Cell %d is longer than %d characters.", i+1, maxCell))
			return row, false
		}
	}
	if empty {
		return row, false
	}
	if len(row.cells) != width {
		errs.add(layout.name, row.line, "", fmt.Sprintf("This line has %d cells, the first line has %d.", len(row.cells), width))
		return row, false
	}
	return row, true
}

// cells reads the fields of one row, or of one form, and collects what is wrong
// with them.
type cells struct {
	cell   func(field string) string
	faults faults
}

// text reads text that may be missing.
func (c cells) text(field string) string {
	value := c.cell(field)
	if len(value) > maxText {
		c.faults.add(field, fmt.Sprintf("This is longer than %d characters.", maxText))
	}
	return value
}

// need reads text that must be there.
func (c cells) need(field string) string {
	value := c.text(field)
	if value == "" {
		c.faults.add(field, "This is missing.")
	}
	return value
}

// money reads rupees; nothing is zero.
func (c cells) money(field string) lending.Money {
	value := c.cell(field)
	if value == "" {
		return 0
	}
	amount, err := lending.ParseRupees(value)
	switch {
	case err != nil:
		c.faults.add(field, err.Error())
	case amount < 0:
		c.faults.add(field, "An amount is not negative.")
	case amount > maxAmount:
		c.faults.add(field, "That is more than this program books.")
	}
	return amount
}

// needMoney reads an amount above zero.
func (c cells) needMoney(field string) lending.Money {
	amount := c.money(field)
	if amount == 0 {
		c.faults.add(field, "Give an amount above zero.")
	}
	return amount
}

// date reads a day; nothing is no day.
func (c cells) date(field string) lending.Date {
	value := c.cell(field)
	if value == "" {
		return 0
	}
	date, err := lending.ParseDate(isoDay(value))
	if err != nil {
		c.faults.add(field, err.Error())
	}
	return date
}

// needDate reads a day that must be there.
func (c cells) needDate(field string) lending.Date {
	if c.cell(field) == "" {
		c.faults.add(field, "This date is missing.")
		return 0
	}
	return c.date(field)
}

// number reads a whole number above zero.
func (c cells) number(field string) int {
	n, err := strconv.Atoi(c.cell(field))
	if err != nil || n < 0 {
		c.faults.add(field, "This is no number.")
	}
	return n
}

// isoDay turns 24-11-2026 and 24/11/2026, which spreadsheets in India make of a
// date, into 2026-11-24. Everything else stays as it is.
func isoDay(value string) string {
	parts := strings.FieldsFunc(value, func(r rune) bool { return r == '-' || r == '/' })
	if len(parts) == 3 && len(parts[0]) == 2 && len(parts[1]) == 2 && len(parts[2]) == 4 {
		return parts[2] + "-" + parts[1] + "-" + parts[0]
	}
	return value
}

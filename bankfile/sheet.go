package bankfile

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// Table is a file of rows that is written while it is read: CSV or a workbook.
type Table interface {
	Write(cells []string) error
	Flush() error
}

// TableTypes are the media types of the tables that [NewTable] makes, by format.
var TableTypes = map[string]string{
	"csv":  "text/csv; charset=utf-8",
	"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

// NewTable returns a table to w: "csv" or "xlsx".
func NewTable(w io.Writer, format string) Table {
	if format == "xlsx" {
		return &Sheet{to: w}
	}
	return NewWriter(w)
}

// sheetRows is how many rows a sheet of a workbook holds.
const sheetRows = 1_048_576

// Sheet writes a workbook: the first row names the columns, and columns that are
// named like an amount or a date hold numbers and dates that a spreadsheet counts
// with. Text is text, and what looks like a formula is neutralised as in CSV. Rows
// that do not fit are on a further sheet. What has been written lies in a temporary
// file, not in memory.
type Sheet struct {
	to     io.Writer
	file   *excelize.File
	stream *excelize.StreamWriter
	header []string
	kinds  []cellKind
	styles map[cellKind]int
	sheets int
	row    int
}

type cellKind int

const (
	textCell cellKind = iota
	amountCell
	numberCell
	dateCell
)

// kindOf says what a column holds, by its name.
func kindOf(column string) cellKind {
	switch column {
	case "debit", "credit", "excess", "due_now", "outstanding", "fee_withheld", "fee_gst":
		return amountCell
	case "date", "as_of", "settled_on", "settled_at":
		return dateCell
	case "index", "days_past_due", "dpd", "voucher", "line":
		return numberCell
	}
	switch {
	case strings.HasSuffix(column, "_amount"), column == "amount", strings.HasSuffix(column, "_outstanding"):
		return amountCell
	case strings.HasSuffix(column, "_date"):
		return dateCell
	}
	return textCell
}

// Write writes one row; the first is that of the names.
func (s *Sheet) Write(cells []string) error {
	if s.file == nil {
		s.file, s.header = excelize.NewFile(), cells
		for _, c := range cells {
			s.kinds = append(s.kinds, kindOf(c))
		}
		return s.open()
	}
	if s.row == sheetRows {
		if err := s.stream.Flush(); err != nil {
			return err
		}
		if err := s.open(); err != nil {
			return err
		}
	}
	row := make([]any, len(cells))
	for i, c := range cells {
		row[i] = s.cell(i, c)
	}
	return s.put(row)
}

// open begins a sheet with the names of the columns, which stay in sight.
func (s *Sheet) open() error {
	s.sheets++
	name := fmt.Sprintf("Sheet%d", s.sheets)
	if s.sheets > 1 {
		if _, err := s.file.NewSheet(name); err != nil {
			return err
		}
	} else if err := s.makeStyles(); err != nil {
		return err
	}
	var err error
	if s.stream, err = s.file.NewStreamWriter(name); err != nil {
		return err
	}
	if err := s.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := s.stream.SetColWidth(1, max(len(s.header), 1), 16); err != nil {
		return err
	}
	s.row = 0
	row := make([]any, len(s.header))
	for i, name := range s.header {
		row[i] = name
	}
	return s.put(row)
}

func (s *Sheet) makeStyles() error {
	s.styles = map[cellKind]int{}
	for kind, format := range map[cellKind]string{amountCell: "#,##0.00", numberCell: "0", dateCell: "yyyy-mm-dd"} {
		style, err := s.file.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if err != nil {
			return err
		}
		s.styles[kind] = style
	}
	return nil
}

func (s *Sheet) put(row []any) error {
	s.row++
	at, err := excelize.CoordinatesToCellName(1, s.row)
	if err != nil {
		return err
	}
	return s.stream.SetRow(at, row)
}

// exactDigits is how many digits a spreadsheet keeps of a number: longer ones stay
// text, so that nothing is rounded.
const exactDigits = 15

func digitsOf(text string) int {
	return len(text) - strings.Count(text, "-") - strings.Count(text, ".")
}

// cell is a cell as its column has it, or text where it does not fit.
func (s *Sheet) cell(column int, text string) any {
	kind := textCell
	if column < len(s.kinds) {
		kind = s.kinds[column]
	}
	switch {
	case text == "":
		return nil
	case kind == dateCell:
		if day, err := time.Parse(time.DateOnly, text); err == nil {
			return excelize.Cell{StyleID: s.styles[kind], Value: day}
		}
	case kind != textCell && digitsOf(text) <= exactDigits:
		if number, err := strconv.ParseFloat(text, 64); err == nil { // a workbook knows no other numbers
			return excelize.Cell{StyleID: s.styles[kind], Value: number}
		}
	}
	return SafeCell(text)
}

// Flush puts the workbook together and sends it.
func (s *Sheet) Flush() error {
	if s.file == nil {
		s.file = excelize.NewFile()
	} else if err := s.stream.Flush(); err != nil {
		return err
	}
	_, err := s.file.WriteTo(s.to)
	if closed := s.file.Close(); err == nil {
		err = closed
	}
	return err
}

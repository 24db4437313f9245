package bankfile

import (
	"bytes"
	"fmt"

	"github.com/xuri/excelize/v2"
)

// readWorkbook reads the sheets of an XLSX workbook as tables.
func readWorkbook(name string, data []byte) (tables []*table, err error) {
	// The workbook parser is not ours and meets files from strangers: what it
	// panics on is a file we cannot read, not a reason to stop serving.
	defer func() {
		if p := recover(); p != nil {
			tables, err = nil, unreadable(name, "the workbook is damaged.")
		}
	}()
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		RawCellValue: true, UnzipSizeLimit: maxUnzippedBytes, UnzipXMLSizeLimit: maxUnzippedBytes})
	if err != nil {
		return nil, refuseWorkbook(name, data, err)
	}
	defer f.Close()
	props, err := f.GetWorkbookProps()
	if err != nil {
		return nil, unreadable(name, "the workbook is damaged.")
	}
	var cells int
	for i, sheet := range f.GetSheetList() {
		if i == maxSheets {
			break
		}
		t := &table{name: name, format: "xlsx", sheet: sheet, sep: "\t", sheetish: true}
		t.from1904 = props.Date1904 != nil && *props.Date1904
		if err := readSheet(f, t, &cells); err != nil {
			return nil, err
		}
		tables = append(tables, t)
	}
	if len(tables) == 0 {
		return nil, unreadable(name, "the workbook has no sheet.")
	}
	return tables, nil
}

// refuseWorkbook says why a zip file did not open.
func refuseWorkbook(name string, data []byte, err error) error {
	if bytes.Contains([]byte(err.Error()), []byte("unzip size exceeds")) {
		return tooLarge(name, "unpacked it is larger than %d MB.", maxUnzippedBytes>>20)
	}
	if !bytes.Contains(data, []byte("xl/")) {
		return unreadable(name, "it is a zip file, but not a workbook. Unpack it first.")
	}
	return unreadable(name, "the workbook is damaged or was cut off on its way.")
}

// readSheet reads the rows of one sheet; cells counts over all sheets.
func readSheet(f *excelize.File, t *table, cells *int) error {
	rows, err := f.Rows(t.sheet)
	if err != nil {
		return nil // a chart sheet has no rows
	}
	defer rows.Close()
	for no := 1; rows.Next(); no++ {
		cols, err := rows.Columns()
		if err != nil {
			return unreadable(t.name, "row %d of the sheet %q is damaged.", no, t.sheet)
		}
		if no > maxSheetRows {
			return tooLarge(t.name, "a row of the sheet %q is numbered above %d.", t.sheet, maxSheetRows)
		}
		if *cells += len(cols); *cells > maxCells {
			return tooLarge(t.name, "it has more than %d cells.", maxCells)
		}
		if blank(cols) {
			continue
		}
		if len(t.rows) == maxRows {
			return tooLarge(t.name, "it has more than %d rows.", maxRows)
		}
		t.rows = append(t.rows, sheetRow(no, cols))
	}
	if rows.Error() != nil {
		return unreadable(t.name, "the sheet %q is damaged.", t.sheet)
	}
	return nil
}

// sheetRow bounds a row of a sheet.
func sheetRow(no int, cols []string) row {
	r := row{no: no}
	for len(cols) > 0 && isBlank(cols[len(cols)-1]) {
		cols = cols[:len(cols)-1]
	}
	if len(cols) > maxColumns {
		r.flaw = fmt.Sprintf("it has more than %d cells", maxColumns)
		cols = cols[:maxColumns]
	}
	r.cells = make([]string, len(cols))
	for i, c := range cols {
		if len(c) > maxCellBytes {
			c, r.flaw = c[:maxCellBytes], tooLongCell
		}
		r.cells[i] = c
	}
	return r
}

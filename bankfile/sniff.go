package bankfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"lekha/lending"
)

// understood is the sentence that ends every refusal of a whole file.
const understood = "Lekha reads statements as CSV, as tab-separated text, as XLSX workbooks and as web pages named .xls, of HDFC Bank, SBI, Axis Bank, ICICI Bank and Kotak, and others with a plain header row; and of any bank as MT940, camt.053 and OFX."

// unreadable refuses a file with the reason and what would have been understood.
func unreadable(name, format string, args ...any) error {
	return lending.RefuseField("file", "statement.unreadable",
		fmt.Sprintf("%s could not be read: %s %s", showName(name), fmt.Sprintf(format, args...), understood))
}

// tooLarge refuses a file that passes a limit.
func tooLarge(name, format string, args ...any) error {
	return lending.RefuseField("file", "statement.too_large",
		fmt.Sprintf("%s was not read: %s Export a shorter period.", showName(name), fmt.Sprintf(format, args...)))
}

func showName(name string) string {
	if name == "" {
		return "The file"
	}
	return fmt.Sprintf("The file %q", clip(name, 80))
}

// clip cuts s to n runes.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}

// row is one row of cells as found, before anyone knows what they mean.
type row struct {
	no    int
	cells []string
	flaw  string // why it cannot be a transaction: too wide, too long; empty when sound
	last  bool   // the file ends with this row and without an end of line
}

// table is a grid of cells: a text file cut at one separator, or one sheet.
type table struct {
	name     string // of the file
	format   string
	sheet    string
	sep      string // shown between the cells of a rejected row
	rows     []row
	warnings []string
	sheetish bool // cells come from a workbook: dates may be serial numbers, amounts may carry binary noise
	paged    bool // rows come from a web page and have no line of the file
	from1904 bool // the workbook counts days from 1904
}

// magic is how files that are not statements begin, and what to tell the person.
var magic = []struct{ prefix, why string }{
	{"%PDF", "it is a PDF. Download the statement as XLSX or CSV."},
	{"\xD0\xCF\x11\xE0", "it is an old Excel workbook (.xls), or one with a password. Open it in Excel and save as XLSX, without a password."},
	{"\x09\x08\x10\x00", oldExcel}, {"\x09\x08\x08\x00", oldExcel}, {"\x09\x04\x06\x00", oldExcel}, {"\x09\x02\x06\x00", oldExcel}, {"\x09\x00\x04\x00", oldExcel},
	{"\x1F\x8B", "it is a compressed file (gzip). Unpack it first."},
	{"Rar!", "it is a compressed file (rar). Unpack it first."},
	{"7z\xBC\xAF", "it is a compressed file (7z). Unpack it first."},
	{"\x89PNG", "it is a picture. Download the statement as XLSX or CSV."},
	{"\xFF\xD8\xFF", "it is a picture. Download the statement as XLSX or CSV."},
	{"{\\rtf", "it is a text document (RTF). Download the statement as XLSX or CSV."},
}

const oldExcel = "it is a very old Excel workbook (.xls). Open it in Excel and save as XLSX."

// kind is what a file was found to be.
type kind int

const (
	tabular kind = iota // rows of cells
	swift               // MT940
	camt053
	openExchange // OFX
	webPage      // HTML
)

// source is a file of a known kind: its tables, or its text.
type source struct {
	kind     kind
	tables   []*table
	text     string
	rejects  bool // a file of rejected rows that comes back
	warnings []string
}

// sniff tells from its bytes what a file is.
func sniff(name string, data []byte) (source, error) {
	if len(data) > maxFileBytes {
		return source{}, tooLarge(name, "it has %d MB; the most is %d MB.", len(data)>>20, maxFileBytes>>20)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return source{}, unreadable(name, "it is empty.")
	}
	for _, m := range magic {
		if bytes.HasPrefix(data, []byte(m.prefix)) {
			return source{}, unreadable(name, "%s", m.why)
		}
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		tables, err := readWorkbook(name, data)
		return source{tables: tables}, err
	}
	text, warnings, err := decodeText(name, data)
	if err != nil {
		return source{}, err
	}
	s := source{text: text, warnings: warnings}
	if s.kind, err = textKind(name, text); err != nil {
		return source{}, err
	}
	switch s.kind {
	case tabular:
		s.tables, err = cutText(name, text, warnings)
	case webPage:
		s.tables, err = readPage(name, text, warnings)
	}
	for _, t := range s.tables {
		s.rejects = takeBack(t) || s.rejects
	}
	return s, err
}

// headBytes is how much of a text tells its kind.
const headBytes = 4096

// textKind tells formats of tags from tables by how they begin.
func textKind(name, text string) (kind, error) {
	text = strings.TrimLeft(text, " \t\r\n\ufeff")
	head := strings.ToLower(text[:min(len(text), headBytes)])
	switch {
	case strings.HasPrefix(head, ":20:"), strings.HasPrefix(head, "{1:"), strings.HasPrefix(head, "{4:"):
		return swift, nil
	case strings.HasPrefix(head, "ofxheader:"), strings.HasPrefix(head, "<ofx>"), strings.Contains(head, "<?ofx"), strings.HasPrefix(head, "<?xml") && strings.Contains(head, "<ofx>"):
		return openExchange, nil
	case !strings.HasPrefix(head, "<"):
		return tabular, nil
	}
	return markupKind(name, head)
}

// markupKind tells XML documents and web pages apart.
func markupKind(name, head string) (kind, error) {
	has := func(s string) bool { return strings.Contains(head, s) }
	switch {
	case has("camt.053"), has("bktocstmrstmt"):
		return camt053, nil
	case has("camt.052"), has("bktocstmracctrpt"):
		return 0, unreadable(name, "it is a report of the day so far (camt.052), in which nothing is final. Ask for camt.053.")
	case has("camt.054"), has("bktocstmrdbtcdtntfctn"):
		return 0, unreadable(name, "it is a notice of single entries (camt.054), which has no balances. Ask for camt.053.")
	case has("office:spreadsheet"):
		return 0, unreadable(name, "it is an Excel 2003 XML workbook. Open it and save as XLSX.")
	}
	if slices.ContainsFunc([]string{"<!doctype html", "<html", "<head", "<meta", "<table", "<style", "<body", "<div", "<tr", "<center", "<font", "<p>", "<br", "<b>", "<span"}, has) {
		return webPage, nil
	}
	if strings.HasPrefix(head, "<?xml") || has("xmlns") {
		return 0, unreadable(name, "it is an XML file of an unknown kind.")
	}
	return tabular, nil
}

// decodeText makes UTF-8 of the bytes: UTF-8 and UTF-16 with or without a byte
// order mark, else Windows-1252, which is what Indian bank portals on old
// servers send.
func decodeText(name string, data []byte) (string, []string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")):
		data = data[3:]
	case bytes.HasPrefix(data, []byte("\xFF\xFE")):
		data = fromUTF16(data[2:], binary.LittleEndian)
	case bytes.HasPrefix(data, []byte("\xFE\xFF")):
		data = fromUTF16(data[2:], binary.BigEndian)
	default:
		if order := guessUTF16(data); order != nil {
			data = fromUTF16(data, order)
		}
	}
	if before, _, ok := bytes.Cut(data, []byte{0}); ok {
		return "", nil, unreadable(name, "line %d holds bytes that are not text.", 1+bytes.Count(before, []byte("\n")))
	}
	if utf8.Valid(data) {
		return string(data), nil, nil
	}
	line := firstInvalidLine(data)
	out, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil {
		return "", nil, unreadable(name, "line %d is not in a known character encoding.", line)
	}
	return string(out), []string{fmt.Sprintf("The file is not UTF-8 (first at line %d); it was read as Windows-1252. Look at names with accents.", line)}, nil
}

func firstInvalidLine(data []byte) int {
	n := 1
	for l := range bytes.Lines(data) {
		if !utf8.Valid(l) {
			return n
		}
		n++
	}
	return n
}

// guessUTF16 recognises UTF-16 without a mark: digits and commas leave every
// second byte zero. It returns nil when the bytes are something else.
func guessUTF16(data []byte) binary.ByteOrder {
	head := data[:min(len(data), 512)&^1]
	var even, odd int
	for i, b := range head {
		if b != 0 {
			continue
		}
		if i%2 == 0 {
			even++
		} else {
			odd++
		}
	}
	switch half := len(head) / 2; {
	case half == 0:
		return nil
	case odd*10 >= half*9 && even == 0:
		return binary.LittleEndian
	case even*10 >= half*9 && odd == 0:
		return binary.BigEndian
	}
	return nil
}

func fromUTF16(data []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, 0, len(data)/2)
	for ; len(data) >= 2; data = data[2:] {
		units = append(units, order.Uint16(data))
	}
	return []byte(string(utf16.Decode(units)))
}

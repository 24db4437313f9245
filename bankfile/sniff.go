package bankfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"lekha/lending"
)

// understood is the sentence that ends every refusal of a whole file.
const understood = "Lekha reads statements as CSV, as tab-separated text and as XLSX workbooks, of HDFC Bank, SBI, Axis Bank, ICICI Bank and Kotak, and others with a plain header row."

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
	from1904 bool // the workbook counts days from 1904
}

// magic is how files that are not statements begin, and what to tell the person.
var magic = []struct{ prefix, why string }{
	{"%PDF", "it is a PDF. Download the statement as XLSX or CSV."},
	{"\xD0\xCF\x11\xE0", "it is an old Excel workbook (.xls), or one with a password. Open it and save it as XLSX without a password."},
	{"\x1F\x8B", "it is a compressed file (gzip). Unpack it first."},
	{"Rar!", "it is a compressed file (rar). Unpack it first."},
	{"7z\xBC\xAF", "it is a compressed file (7z). Unpack it first."},
	{"\x89PNG", "it is a picture. Download the statement as XLSX or CSV."},
	{"\xFF\xD8\xFF", "it is a picture. Download the statement as XLSX or CSV."},
	{"{\\rtf", "it is a text document (RTF). Download the statement as XLSX or CSV."},
}

// markup is how files of text that are not tables begin, in lower case.
var markup = []struct{ prefix, why string }{
	{"<!doctype html", htmlReason}, {"<html", htmlReason}, {"<head", htmlReason}, {"<meta", htmlReason},
	{"<table", htmlReason}, {"<style", htmlReason}, {"<body", htmlReason}, {"<div", htmlReason},
	{":20:", mt940Reason}, {"{1:", mt940Reason},
}

const (
	htmlReason  = "it is a web page (HTML), whatever its name says: banks name such pages .xls. Open it in Excel and save it as XLSX."
	mt940Reason = "it looks like a SWIFT MT940 statement, which is not read yet. Ask the bank for CSV or XLSX."
)

// sniff tells from its bytes what a file is and cuts it into tables.
func sniff(name string, data []byte) ([]*table, error) {
	if len(data) > maxFileBytes {
		return nil, tooLarge(name, "it has %d MB; the most is %d MB.", len(data)>>20, maxFileBytes>>20)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, unreadable(name, "it is empty.")
	}
	for _, m := range magic {
		if bytes.HasPrefix(data, []byte(m.prefix)) {
			return nil, unreadable(name, "%s", m.why)
		}
	}
	if bytes.HasPrefix(data, []byte("PK\x03\x04")) {
		return readWorkbook(name, data)
	}
	text, warnings, err := decodeText(name, data)
	if err != nil {
		return nil, err
	}
	if err := refuseMarkup(name, text); err != nil {
		return nil, err
	}
	return cutText(name, text, warnings)
}

// refuseMarkup tells web pages and other formats from tables.
func refuseMarkup(name, text string) error {
	head := strings.ToLower(strings.TrimSpace(text[:min(len(text), 4096)]))
	for _, m := range markup {
		if strings.HasPrefix(head, m.prefix) {
			return unreadable(name, "%s", m.why)
		}
	}
	if !strings.HasPrefix(head, "<?xml") && !strings.HasPrefix(head, "<document") {
		return nil
	}
	switch {
	case strings.Contains(head, "camt.05"):
		return unreadable(name, "it is a camt.053 statement (XML), which is not read yet. Ask the bank for CSV or XLSX.")
	case strings.Contains(head, "office:spreadsheet"):
		return unreadable(name, "it is an Excel 2003 XML workbook. Open it and save it as XLSX.")
	case strings.Contains(head, "<html"):
		return unreadable(name, "%s", htmlReason)
	}
	return unreadable(name, "it is an XML file of an unknown kind.")
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

package bankfile

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"

	"lekha/lending"
)

// everyFormat are whole statements, one of each format that is read.
func everyFormat(t *testing.T) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	for _, name := range []string{"hdfc.csv", "sbi.tsv", "icici.xlsx", "axis.mt940", "icici.camt053.xml", "kotak.ofx", "kotak.xls"} {
		data, err := os.ReadFile(filepath.Join("testdata/statements", name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = data
	}
	return files
}

// answersInWords reads a file that somebody damaged: it is a statement, or it is
// refused with a sentence.
func answersInWords(t *testing.T, name string, data []byte) (*Statement, *lending.Error) {
	t.Helper()
	s, err := Read(name, data)
	if err == nil {
		return s, nil
	}
	refusal, ok := errors.AsType[*lending.Error](err)
	if !ok || refusal.Kind != lending.Invalid || !strings.HasPrefix(refusal.Code, "statement.") || len(refusal.Message) < 40 || len(refusal.Message) > 1000 {
		t.Fatalf("%s: got %v, want a refusal in a sentence", name, err)
	}
	return nil, refusal
}

// TestCutAnywhere: a file that was cut off on its way is refused, or loses what
// was cut and nothing else.
func TestCutAnywhere(t *testing.T) {
	for name, data := range everyFormat(t) {
		whole, err := Read(name, data)
		if err != nil {
			t.Fatal(err)
		}
		for i := 1; i < 24; i++ {
			s, _ := answersInWords(t, name, data[:len(data)*i/24])
			if s != nil && len(s.Lines) > len(whole.Lines) {
				t.Errorf("%s cut to %d of 24: %d lines, of %d in the whole file", name, i, len(s.Lines), len(whole.Lines))
			}
		}
	}
}

// TestDoubledOfEveryFormat: a file put together twice never brings its lines
// twice without a word.
func TestDoubledOfEveryFormat(t *testing.T) {
	for name, data := range everyFormat(t) {
		whole, err := Read(name, data)
		if err != nil {
			t.Fatal(err)
		}
		s, _ := answersInWords(t, name, append(bytes.Clone(data), data...))
		if s != nil && len(s.Lines) > len(whole.Lines) && len(s.Warnings) == 0 && len(s.Chain.Breaks) == 0 {
			t.Errorf("%s twice: %d lines instead of %d, and no warning", name, len(s.Lines), len(whole.Lines))
		}
	}
}

// TestPackedFiles: a compressed file is told to be one.
func TestPackedFiles(t *testing.T) {
	for name, data := range everyFormat(t) {
		var packed bytes.Buffer
		g := gzip.NewWriter(&packed)
		if _, err := g.Write(data); err != nil {
			t.Fatal(err)
		}
		if err := g.Close(); err != nil {
			t.Fatal(err)
		}
		if _, refusal := answersInWords(t, name+".gz", packed.Bytes()); refusal == nil || !strings.Contains(refusal.Message, "compressed file (gzip)") {
			t.Errorf("%s as gzip: %v", name, refusal)
		}
		if _, refusal := answersInWords(t, name+".zip", zipped(t, map[string]string{name: string(data)})); refusal == nil || !strings.Contains(refusal.Message, "zip file") {
			t.Errorf("%s as zip: %v", name, refusal)
		}
	}
}

// TestOtherEncodings: a text of another encoding is read as what it is, or refused.
func TestOtherEncodings(t *testing.T) {
	for name, data := range everyFormat(t) {
		if filepath.Ext(name) == ".xlsx" {
			continue
		}
		whole, err := Read(name, data)
		if err != nil {
			t.Fatal(err)
		}
		wide := []byte("\xFF\xFE")
		for _, unit := range utf16.Encode([]rune(string(data))) {
			wide = binary.LittleEndian.AppendUint16(wide, unit)
		}
		if s, refusal := answersInWords(t, name, wide); s != nil && len(s.Lines) != len(whole.Lines) {
			t.Errorf("%s in UTF-16: %d lines instead of %d", name, len(s.Lines), len(whole.Lines))
		} else if s == nil && refusal.Message == "" {
			t.Errorf("%s in UTF-16 is refused without a word", name)
		}
		old, err := charmap.Windows1252.NewEncoder().String(strings.Replace(string(data), "LOAN", "LOÄN", 1))
		if err != nil {
			continue // it has letters that Windows-1252 has not
		}
		if s, _ := answersInWords(t, name, []byte(old)); s != nil && len(s.Lines) != len(whole.Lines) {
			t.Errorf("%s in Windows-1252: %d lines instead of %d", name, len(s.Lines), len(whole.Lines))
		}
	}
}

// zipped makes a zip file of texts.
func zipped(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = w.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bookParts is a workbook of one sheet in its parts.
func bookParts(sheet string) map[string]string {
	return map[string]string{
		"[Content_Types].xml":        `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`,
		"_rels/.rels":                `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   sheet,
	}
}

// sheetOf is a sheet with a header and what is given below it.
func sheetOf(below string) string {
	var head strings.Builder
	for i, title := range []string{"Date", "Details", "Debit", "Credit", "Balance"} {
		fmt.Fprintf(&head, `<c r="%c1" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+i, title)
	}
	return `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">` + head.String() + `</row>` + below + `</sheetData></worksheet>`
}

// laughs declares entities that grow to a thousand million letters.
const laughs = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]>`

// TestHostileFiles: bombs, entities, nests and lies end in a sentence, soon and
// in little memory.
func TestHostileFiles(t *testing.T) {
	cell := func(body string) string {
		return `<row r="2"><c r="A2" t="inlineStr"><is><t>` + body + `</t></is></c></row>`
	}
	files := map[string][]byte{
		"200 MB.csv":             bytes.Repeat([]byte("01-04-2026,-,x,1.00\n"), 10<<20),
		"entities.xlsx":          zipped(t, bookParts(laughs+sheetOf(cell("&d;&d;")))),
		"file elsewhere.xlsx":    zipped(t, bookParts(`<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>`+sheetOf(cell("&f;")))),
		"a row of zeros.xlsx":    zipped(t, bookParts(sheetOf(`<row r="2"><c r="A2"><v>`+strings.Repeat("0", 30<<20)+`</v></c></row>`))),
		"row 2000000000.xlsx":    zipped(t, bookParts(sheetOf(`<row r="2000000000"><c r="A2000000000"><v>1</v></c></row>`))),
		"column ZZZZZZZ.xlsx":    zipped(t, bookParts(sheetOf(`<row r="2"><c r="ZZZZZZZ2"><v>1</v></c></row>`))),
		"sheet in sheet.xlsx":    zipped(t, bookParts(sheetOf(strings.Repeat("<row>", 200_000)))),
		"no strings.xlsx":        zipped(t, bookParts(sheetOf(`<row r="2"><c r="A2" t="s"><v>999999999</v></c></row>`))),
		"entities.camt053.xml":   []byte(laughs + `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt>&d;</BkToCstmrStmt></Document>`),
		"nest.camt053.xml":       []byte(`<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">` + strings.Repeat("<a>", 3<<20)),
		"nest.xls":               []byte("<table>" + strings.Repeat("<tr><td><table>", 1<<20)),
		"wide.xls":               []byte("<table><tr>" + strings.Repeat("<td colspan=100000>x", 100_000)),
		"nest.ofx":               []byte("OFXHEADER:100\n\n<OFX>" + strings.Repeat("<A>", 3<<20)),
		"one tag.mt940":          []byte(":20:A\n:25:1\n:28C:1\n:60F:C260401INR1,00\n:61:" + strings.Repeat("9", 10<<20)),
		"many tags.mt940":        []byte(":20:A\n:25:1\n:28C:1\n:60F:C260401INR1,00\n" + strings.Repeat(":86:x\n", 2<<20)),
		"quotes.csv":             []byte("Date,Details,Debit,Credit\n" + strings.Repeat("\"", 15<<20)),
		"one line.csv":           []byte("Date,Details,Debit,Credit\n" + strings.Repeat(",", 15<<20)),
		"headers.csv":            []byte(strings.Repeat("Date,Details,Debit,Credit\n", 190_000)),
		"not what it says.xlsx":  []byte("PK\x03\x04" + strings.Repeat("\x00", 1000)),
		"carriage returns.csv":   []byte("Date,Details,Debit,Credit\n" + strings.Repeat("\r", 10<<20)),
		"odd UTF-16.csv":         []byte("\xFF\xFED\x00a\x00t\x00e"),
		"lone surrogates.csv":    bytes.Repeat([]byte("\x00\xD8"), 1000),
		"ten thousand parts.zip": zipped(t, manyParts(10_000)),
	}
	for name, data := range files {
		t.Run(name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			s, refusal := answersInWords(t, name, data)
			runtime.ReadMemStats(&after)
			if s != nil && len(s.Lines) > 0 {
				t.Errorf("%d lines were read of it", len(s.Lines))
			}
			taken := (after.TotalAlloc - before.TotalAlloc) >> 20
			if taken > mostTaken {
				t.Errorf("reading it took %d MB in all, want at most %d", taken, mostTaken)
			}
			if refusal != nil && strings.Contains(refusal.Message, "root:") {
				t.Errorf("it tells what is in another file: %s", refusal.Message)
			}
			t.Logf("%d MB taken; %v", taken, refusal)
		})
	}
}

// mostTaken is how many megabytes reading one hostile file may take in all,
// garbage included: a machine of a gigabyte goes on.
const mostTaken = 900

func manyParts(n int) map[string]string {
	parts := map[string]string{}
	for i := range n {
		parts[fmt.Sprintf("xl/part%d.xml", i)] = "x"
	}
	return parts
}

// TestFormulasInAWorkbook: a formula is read as the value that the bank's program
// left in it, and never worked out.
func TestFormulasInAWorkbook(t *testing.T) {
	row := `<row r="2"><c r="A2" t="inlineStr"><is><t>01/04/2026</t></is></c><c r="B2" t="str"><f>HYPERLINK("http://x","y")</f><v>=cmd|' /C calc'!A0</v></c><c r="D2"><f>1+1</f><v>100</v></c><c r="E2"><v>100</v></c></row>`
	s, refusal := answersInWords(t, "formula.xlsx", zipped(t, bookParts(sheetOf(row))))
	if refusal != nil || len(s.Lines) != 1 || s.Lines[0].Credit != 100_00 || s.Lines[0].Narration != "=cmd|' /C calc'!A0" {
		t.Fatalf("got %+v, %v", s, refusal)
	}
	if out := SafeCell(s.Lines[0].Narration); !strings.HasPrefix(out, "'=") {
		t.Errorf("it goes out as %q", out)
	}
}

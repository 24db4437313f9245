package bankfile

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSafeCell(t *testing.T) {
	for cell, want := range map[string]string{
		"": "", "ACME": "ACME", "1,23,456.00": "1,23,456.00", "-12.50": "-12.50", "+5": "+5", "-1,234.00": "-1,234.00", "-.5": "-.5",
		"=1+1": "'=1+1", "+91 98450": "'+91 98450", "-2+3+cmd|' /C calc'!A0": "'-2+3+cmd|' /C calc'!A0", "@SUM(A1)": "'@SUM(A1)", "-": "'-", "--5": "'--5",
		"\t=1": "'\t=1", "\r=1": "'\r=1", "  =1": "'  =1", "\u00a0=1": "'\u00a0=1", "＝1": "'＝1", "a=b": "a=b", "-5-": "'-5-", "+1+1": "'+1+1",
	} {
		if got := SafeCell(cell); got != want {
			t.Errorf("%q: got %q, want %q", cell, got, want)
		}
	}
}

func TestWriter(t *testing.T) {
	var b bytes.Buffer
	w := NewWriter(&b)
	for _, row := range [][]string{{"Name", "Amount"}, {"=HYPERLINK(\"x\",\"y\")", "-1.00"}, {"a, b\nc", ""}} {
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	want := "Name,Amount\r\n\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\",-1.00\r\n\"a, b\r\nc\",\r\n"
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
}

package bankfile

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
)

func presentation() NACHFile {
	return NACHFile{UserNumber: "NACH00000000012345", UserName: "Acme Finance Pvt Ltd", UserReference: "APR26A", UserAccount: "50200012345678", SponsorCode: "HDFC0000060",
		SettlementDate: lending.NewDate(2026, 4, 5), ItemLimit: 100_000_000, Serial: 3, Debits: []NACHDebit{
			{Reference: "DUE0XAM2", UMRN: "UTIB7021602230000123", Amount: 215000, Holder: "Lakshmi  Devi", AccountNo: "917020012345678", BankCode: "UTIB0000001"},
			{Reference: "DUE0XAM3", UMRN: "SBIN2501214898805157", Amount: 99_999_999, Holder: "Sri Venkateswara Engineering Enterprises Private Limited", AccountNo: "30123456789", BankCode: "400002001", Narration: "EMI 4521", AccountType: "11", Product: "L01"},
		}}
}

// at cuts the field of a record by the columns the specification counts from 1.
func at(line string, from, width int) string { return line[from-1 : from-1+width] }

// TestNACHRecords: every field at its columns, as ../spec/matching.md 3.4 counts
// them, and every record 306 characters.
func TestNACHRecords(t *testing.T) {
	out, err := presentation().Write()
	if err != nil {
		t.Fatal(err)
	}
	if out.Name != "ACH-DR-HDFC-NACH00000000012345-05042026-000003-INP.txt" || out.Count != 2 || out.Total != 100_214_999 || !cmp.Equal(out.Cut, []string{"DUE0XAM3"}) {
		t.Errorf("got %s, %d items of %s, cut %v", out.Name, out.Count, out.Total, out.Cut)
	}
	lines := strings.Split(string(out.Data), "\r\n")
	if len(lines) != 4 || lines[3] != "" {
		t.Fatalf("got %d lines", len(lines))
	}
	pad := func(s string, n int) string { return s + strings.Repeat(" ", n-len(s)) }
	for _, f := range []struct {
		line, from, width int
		want              string
	}{
		{0, 1, 2, "56"}, {0, 3, 7, ""}, {0, 10, 40, "ACME FINANCE PVT LTD"}, {0, 50, 14, ""}, {0, 64, 9, ""}, {0, 73, 9, ""}, {0, 82, 15, ""}, {0, 97, 3, ""},
		{0, 100, 13, "0000100000000"}, {0, 113, 13, "0000100214999"}, {0, 126, 8, "05042026"}, {0, 134, 10, ""}, {0, 144, 10, ""}, {0, 154, 3, ""}, {0, 157, 18, "NACH00000000012345"},
		{0, 175, 18, "APR26A"}, {0, 193, 11, "HDFC0000060"}, {0, 204, 35, "50200012345678"}, {0, 239, 9, "000000002"}, {0, 248, 2, ""}, {0, 250, 57, ""},
		{1, 1, 2, "67"}, {1, 3, 9, ""}, {1, 12, 2, "10"}, {1, 14, 3, ""}, {1, 17, 15, ""}, {1, 32, 40, "LAKSHMI DEVI"}, {1, 72, 9, ""}, {1, 81, 7, ""}, {1, 88, 20, "ACME FINANCE PVT LTD"},
		{1, 108, 13, ""}, {1, 121, 13, "0000000215000"}, {1, 134, 10, ""}, {1, 144, 10, ""}, {1, 154, 1, ""}, {1, 155, 2, ""}, {1, 157, 11, "UTIB0000001"}, {1, 168, 35, "917020012345678"},
		{1, 203, 11, "HDFC0000060"}, {1, 214, 18, "NACH00000000012345"}, {1, 232, 30, "DUE0XAM2"}, {1, 262, 3, ""}, {1, 265, 15, ""}, {1, 280, 20, "UTIB7021602230000123"}, {1, 300, 7, ""},
		{2, 12, 2, "11"}, {2, 32, 40, "SRI VENKATESWARA ENGINEERING ENTERPRISES"}, {2, 88, 20, "EMI 4521"}, {2, 121, 13, "0000099999999"}, {2, 157, 11, "400002001"}, {2, 262, 3, "L01"},
	} {
		if len(lines[f.line]) != 306 {
			t.Fatalf("line %d has %d characters", f.line+1, len(lines[f.line]))
		}
		if got := at(lines[f.line], f.from, f.width); got != pad(f.want, f.width) {
			t.Errorf("line %d, columns %d to %d: got %q, want %q", f.line+1, f.from, f.from+f.width-1, got, f.want)
		}
	}
	for name, fields := range map[string][]nachField{"header": nachHeader, "detail": nachDetail} {
		sum := 0
		for _, f := range fields {
			sum += f.width
		}
		if sum != nachWidth {
			t.Errorf("the %s has %d characters", name, sum)
		}
	}
}

// TestNACHRoundTrip: presented, answered, read back, and held against what was
// presented.
func TestNACHRoundTrip(t *testing.T) {
	f := presentation()
	for i, umrn := range []string{"HDFC0000000000000001", "HDFC0000000000000002", "HDFC0000000000000003"} {
		d := f.Debits[0]
		d.Reference, d.UMRN, d.Amount = fmt.Sprintf("DUE0XB%d", i), umrn, lending.Money(1000+i)
		f.Debits = append(f.Debits, d)
	}
	out, err := f.Write()
	if err != nil {
		t.Fatal(err)
	}
	before, err := ReadNACH(out.Name, out.Data, DefaultReturnCodes())
	if err != nil || before.Total != out.Total || before.Count != 5 || before.Answers[0].State != NACHSubmitted {
		t.Fatalf("unanswered: %+v, %v", before, err)
	}
	answer, err := AnswerNACH(out.Data, map[string]string{"DUE0XAM2": "", "DUE0XAM3": "04", "DUE0XB0": "98", "DUE0XB1": "77"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := ReadNACH("answer", answer, DefaultReturnCodes())
	if err != nil {
		t.Fatal(err)
	}
	codes := DefaultReturnCodes()
	want := []NACHAnswer{
		{2, "DUE0XAM2", f.Debits[0].UMRN, 215000, NACHConfirmed, ReturnCode{}},
		{3, "DUE0XAM3", f.Debits[1].UMRN, 99_999_999, NACHReturned, codes.Find("04")},
		{4, "DUE0XB0", "HDFC0000000000000001", 1000, NACHExtended, codes.Find("98")},
		{5, "DUE0XB1", "HDFC0000000000000002", 1001, NACHReturned, ReturnCode{Code: "77", Text: "Code 77, not in the table", Class: ClassReview}},
		{6, "DUE0XB2", "HDFC0000000000000003", 1002, NACHSubmitted, ReturnCode{}},
	}
	if diff := cmp.Diff(want, got.Answers); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
	if got.Confirmed != (Total{1, 215000}) || got.Returned != (Total{2, 100_001_000}) || got.SettlementDate != f.SettlementDate || got.UserNumber != f.UserNumber || len(got.Warnings) != 1 {
		t.Errorf("got confirmed %v, returned %v, of %s on %s, warnings %q", got.Confirmed, got.Returned, got.UserNumber, got.SettlementDate, got.Warnings)
	}
	open, err := CheckNACH(f.Debits, got)
	if err != nil || !cmp.Equal(open, []string{"DUE0XB0", "DUE0XB2"}) {
		t.Errorf("open: %v, %v", open, err)
	}
	for _, tt := range []struct {
		change func(*NACHAnswer)
		part   string
	}{
		{func(a *NACHAnswer) { a.Reference = "OTHER" }, "Line 2: OTHER was not in this presentation"},
		{func(a *NACHAnswer) { a.Amount++ }, "Line 2: DUE0XAM2 comes back with ₹2150.01; ₹2150.00 was presented"},
		{func(a *NACHAnswer) { a.UMRN = "X" }, "Line 2: DUE0XAM2 comes back with the mandate X"},
	} {
		changed := got
		changed.Answers = append([]NACHAnswer{}, got.Answers...)
		tt.change(&changed.Answers[0])
		_, err := CheckNACH(f.Debits, changed)
		wantRefusalCode(t, err, "nach.unknown", tt.part)
	}
}

func TestNACHUnfit(t *testing.T) {
	for _, tt := range []struct {
		field  string
		change func(*NACHFile)
	}{
		{"debits", func(f *NACHFile) { f.Debits = nil }},
		{"settlement_date", func(f *NACHFile) { f.SettlementDate = 0 }},
		{"serial", func(f *NACHFile) { f.Serial = 0 }},
		{"user_number", func(f *NACHFile) { f.UserNumber = "A B" }},
		{"user_number", func(f *NACHFile) { f.UserNumber = strings.Repeat("1", 19) }},
		{"user_name", func(f *NACHFile) { f.UserName = " " }},
		{"user_name", func(f *NACHFile) { f.UserName = strings.Repeat("N", 41) }},
		{"user_account", func(f *NACHFile) { f.UserAccount = "" }},
		{"sponsor_code", func(f *NACHFile) { f.SponsorCode = "HDFC" }},
		{"item_limit", func(f *NACHFile) { f.ItemLimit = -1 }},
		{"file_number", func(f *NACHFile) { f.FileNumber = "1234567890" }},
		{"user_reference", func(f *NACHFile) { f.UserReference = "é" }},
		{"reference", func(f *NACHFile) { f.Debits[0].Reference = "" }},
		{"reference", func(f *NACHFile) { f.Debits[0].Reference = "DUE0XAM3" }},
		{"reference", func(f *NACHFile) { f.Debits[0].Reference = strings.Repeat("R", 31) }},
		{"umrn", func(f *NACHFile) { f.Debits[0].UMRN = "UTIB70216022300001234" }},
		{"amount", func(f *NACHFile) { f.Debits[0].Amount = 0 }},
		{"amount", func(f *NACHFile) { f.Debits[0].Amount = 100_000_001 }},
		{"account", func(f *NACHFile) { f.Debits[0].AccountNo = strings.Repeat("1", 36) }},
		{"account_no", func(f *NACHFile) { f.Debits[0].AccountNo = "1 2" }},
		{"account_type", func(f *NACHFile) { f.Debits[0].AccountType = "99" }},
		{"bank_code", func(f *NACHFile) { f.Debits[0].BankCode = "12345" }},
		{"holder", func(f *NACHFile) { f.Debits[0].Holder = "" }},
		{"holder", func(f *NACHFile) { f.Debits[0].Holder = "लक्ष्मी" }},
		{"narration", func(f *NACHFile) { f.Debits[0].Narration = strings.Repeat("N", 21) }},
		{"product", func(f *NACHFile) { f.Debits[0].Product = "LONG" }},
	} {
		f := presentation()
		tt.change(&f)
		out, err := f.Write()
		e, ok := errors.AsType[*lending.Error](err)
		if !ok || e.Code != "nach.unfit" || out.Data != nil {
			t.Errorf("%s: got %v", tt.field, err)
			continue
		}
		named := false
		for key := range e.Fields {
			named = named || strings.HasSuffix(key, "."+tt.field)
		}
		if !named {
			t.Errorf("%s: got fields %v", tt.field, e.Fields)
		}
	}
}

func TestNACHRefused(t *testing.T) {
	out, err := presentation().Write()
	if err != nil {
		t.Fatal(err)
	}
	paid, err := AnswerNACH(out.Data, map[string]string{"DUE0XAM2": "", "DUE0XAM3": ""})
	if err != nil {
		t.Fatal(err)
	}
	sound := string(paid)
	second := strings.Split(sound, "\r\n")[2]
	for _, tt := range []struct{ name, text, part string }{
		{"empty", "", "line 1: the record has 0 characters, not 306"},
		{"cut in the middle", sound[:700], "line 3: the record has 84 characters, not 306"},
		{"cut between records", sound[:616], "line 1: the header states 2 items of ₹1002149.99; there are 1 of ₹2150.00"},
		{"doubled", sound + sound, `line 4: the record begins with "56", not 67`},
		{"an item twice", sound + second + "\r\n", "line 4: DUE0XAM3 is on line 3 already"},
		{"no header", sound[308:], `line 1: the record begins with "67", not 56`},
		{"a changed amount", strings.Replace(sound, "0000000215000", "0000000215001", 1), "the header states 2 items"},
		{"an amount that is none", strings.Replace(sound, "0000000215000", "000000021500 ", 1), "the header states 2 items"},
		{"letters in an amount", strings.Replace(sound, "0000000215000", "00000002150O0", 1), `line 2: the amount "00000002150O0" is not one`},
		{"a date that is none", strings.Replace(sound, "05042026", "31042026", 1), `line 1: the settlement date "31042026" is not a day`},
		{"a flag against its reason", strings.Replace(sound, "100UTIB", "104UTIB", 1), `line 2: flag "1" and reason "04" of DUE0XAM2 contradict each other`},
		{"returned without a reason", strings.Replace(sound, "100UTIB", "000UTIB", 1), `flag "0" and reason "00"`},
		{"another flag", strings.Replace(sound, "100UTIB", "2  UTIB", 1), `flag "2" and reason ""`},
		{"another user", strings.Replace(sound, "HDFC0000060NACH", "HDFC0000060NACX", 1), "line 2: the item is of user"},
		{"no reference", strings.Replace(sound, "DUE0XAM2", "        ", 1), "line 2: the item has no reference of ours"},
		{"another alphabet", strings.Replace(sound, "LAKSHMI", "L\xc3\x84KSHM", 1), "line 2: it holds a character"},
		{"a tab", strings.Replace(sound, "LAKSHMI", "LAKSHM\t", 1), "line 2: it holds a character"},
	} {
		got, err := ReadNACH("x", []byte(tt.text), DefaultReturnCodes())
		if len(got.Answers) > 0 {
			t.Errorf("%s: half read", tt.name)
		}
		wantRefusalCode(t, err, "nach.unreadable", tt.part)
	}
	var trimmed []string
	for line := range strings.SplitSeq(sound, "\r\n") {
		trimmed = append(trimmed, strings.TrimRight(line, " "))
	}
	if _, err := ReadNACH("x", []byte(strings.Join(trimmed, "\n")), DefaultReturnCodes()); err != nil {
		t.Errorf("spaces lost at the ends of the lines: %v", err)
	}
	// Some banks count and sum only what was collected.
	half, _ := AnswerNACH(out.Data, map[string]string{"DUE0XAM2": "", "DUE0XAM3": "04"})
	half = []byte(strings.Replace(strings.Replace(string(half), "0000100214999", "0000000215000", 1), "000000002 ", "000000001 ", 1))
	if got, err := ReadNACH("x", half, DefaultReturnCodes()); err != nil || got.Confirmed != (Total{1, 215000}) {
		t.Errorf("a header of what was collected: %+v, %v", got, err)
	}
	if _, err := AnswerNACH(out.Data, map[string]string{"DUE0XAM2": "4"}); err == nil {
		t.Error("a code of one character was written")
	}
}

func TestReturnCodes(t *testing.T) {
	codes := DefaultReturnCodes()
	for code, want := range map[string]ReturnCode{
		"01": {"01", "Account closed", ClassMandate, false}, "04": {"04", "Balance insufficient", ClassFunds, true}, "59": {"59", "Network failure at the bank", ClassTechnical, true},
		"98": {"98", "The bank asked for an extension", ClassPending, false}, "20": {"20", "Code 20, not in the table", ClassReview, false},
	} {
		if got := codes.Find(code); got != want {
			t.Errorf("%s: got %+v, want %+v", code, got, want)
		}
	}
	var retry strings.Builder
	for _, c := range codes {
		if c.Retry {
			retry.WriteString(c.Code + " ")
		}
	}
	if retry.String() != "04 05 57 58 59 " {
		t.Errorf("to be presented again: got %s", retry.String())
	}
	var file bytes.Buffer
	if err := codes.Write(&file); err != nil {
		t.Fatal(err)
	}
	again, err := ReadReturnCodes("codes.csv", file.Bytes())
	if diff := cmp.Diff(codes, again); diff != "" || err != nil {
		t.Errorf("written and read: %v\n%s", err, diff)
	}
	saved, _ := json.Marshal(codes)
	var kept ReturnCodes
	if err := json.Unmarshal(saved, &kept); err != nil || cmp.Diff(codes, kept) != "" {
		t.Errorf("as JSON: %v", err)
	}
	codes[0].Text = "changed"
	if DefaultReturnCodes()[0].Text == "changed" {
		t.Error("a change of a copy changes the table")
	}
	const head = "code,text,class,retry\n"
	if got, err := ReadReturnCodes("", []byte(head+"4,\"No money, again\",funds,YES\n")); err != nil || got[0] != (ReturnCode{"04", "No money, again", ClassFunds, true}) {
		t.Errorf("edited in a spreadsheet: %v, %v", got, err)
	}
	for _, tt := range []struct{ text, code, part string }{
		{"", "payout.unreadable", "it is empty"}, {"code,text\n", "payout.unreadable", "line 1: the headings are not code, text, class, retry"},
		{head + "04,x,funds\n", "payout.unreadable", "line 2: it has 3 columns, not 4"}, {head + "04,x,funds,maybe\n", "payout.unreadable", `line 2: "maybe" is neither yes nor no`},
		{head + "00,x,funds,no\n", "nach.codes", `"00" is not a return code`}, {head + "04,x,funds,no\n4,y,funds,no\n", "nach.codes", "The code 04 is there twice"},
		{head + "04,,funds,no\n", "nach.codes", "The code 04 needs a text"}, {head + "04,x,rich,no\n", "nach.codes", `has the class "rich"`},
		{head + "01,x,mandate,yes\n", "nach.codes", "cannot be presented again as it is"}, {head, "nach.codes", "between 1 and"},
	} {
		_, err := ReadReturnCodes("x", []byte(tt.text))
		wantRefusalCode(t, err, tt.code, tt.part)
	}
}

// FuzzNACH: no file makes the reader panic, and none is half read.
func FuzzNACH(f *testing.F) {
	out, err := presentation().Write()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(out.Data)
	answer, _ := AnswerNACH(out.Data, map[string]string{"DUE0XAM2": "", "DUE0XAM3": "98"})
	f.Add(answer)
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ReadNACH("f", data, DefaultReturnCodes())
		if err != nil {
			if len(r.Answers) > 0 {
				t.Fatal("answers and an error")
			}
			return
		}
		for _, a := range r.Answers {
			if a.Amount <= 0 || a.Reference == "" || a.State == "" || a.State == NACHReturned && a.Code.Code == "" {
				t.Fatalf("read %+v", a)
			}
		}
	})
}

// FuzzReturnCodes: a table that is read can be written and read again.
func FuzzReturnCodes(f *testing.F) {
	f.Add([]byte("code,text,class,retry\n4,\"a, b\",funds,yes\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		codes, err := ReadReturnCodes("f", data)
		if err != nil {
			return
		}
		var file bytes.Buffer
		if err := codes.Write(&file); err != nil {
			t.Fatal(err)
		}
		again, err := ReadReturnCodes("f", file.Bytes())
		if err != nil || !cmp.Equal(codes, again) {
			t.Fatalf("%v, then %v, %v", codes, again, err)
		}
	})
}

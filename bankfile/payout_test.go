package bankfile

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
)

// batch is two payouts that every template built in can carry.
func batch() PayoutBatch {
	return PayoutBatch{Client: "ACME01", DebitAccount: "50200012345678", DebitIFSC: "HDFC0000060", Date: lending.NewDate(2026, 4, 1), Serial: 7, Payouts: []Payout{
		{Reference: "PAY0XAM2", Method: NEFT, Amount: 12345678, Name: "MEERA RAO", AccountNo: "917020012345678", IFSC: "UTIB0000001", Remark: "LOAN 4521", Email: "meera.rao@example.in"},
		{Reference: "PAY0XAM3", Method: NEFT, Amount: 5, Name: "A B SONS", AccountNo: "000405123456", IFSC: "ICIC0000004"},
	}}
}

func template(t *testing.T, name string) PayoutTemplate {
	t.Helper()
	for _, p := range PayoutTemplates() {
		if p.Name == name {
			return p
		}
	}
	t.Fatalf("no template %s", name)
	return PayoutTemplate{}
}

func TestPayoutFiles(t *testing.T) {
	for _, tt := range []struct{ template, file, text string }{
		{"HDFC ENet", "ACME010104.007",
			"N,,917020012345678,123456.78,MEERA RAO,,,,,,,,,PAY0XAM2,LOAN 4521,,,,,,,,01/04/2026,,UTIB0000001,,,meera.rao@example.in\r\n" +
				"N,,000405123456,0.05,A B SONS,,,,,,,,,PAY0XAM3,,,,,,,,,01/04/2026,,ICIC0000004,,,\r\n"},
		{"HDFC ENet short", "ACME010104.007",
			"PAY0XAM2,MEERA RAO,917020012345678,UTIB0000001,,123456.78,20260401\r\nPAY0XAM3,A B SONS,000405123456,ICIC0000004,,0.05,20260401\r\n"},
		{"Plain CSV", "payouts-20260401-007.csv",
			"reference,method,debit_account,account_no,ifsc,name,amount,date,remark,email,phone\r\n" +
				"PAY0XAM2,NEFT,50200012345678,917020012345678,UTIB0000001,MEERA RAO,123456.78,2026-04-01,LOAN 4521,meera.rao@example.in,\r\n" +
				"PAY0XAM3,NEFT,50200012345678,000405123456,ICIC0000004,A B SONS,0.05,2026-04-01,,,\r\n"},
	} {
		file, err := template(t, tt.template).Write(batch())
		if err != nil {
			t.Errorf("%s: %v", tt.template, err)
			continue
		}
		if diff := cmp.Diff(PayoutFile{Name: tt.file, Data: []byte(tt.text), Count: 2, Total: 12345683}, file); diff != "" {
			t.Errorf("%s: file (-want +got):\n%s", tt.template, diff)
		}
	}
}

// TestPayoutWidths: the templates built in have the columns and widths of
// ../spec/matching.md 3.6.
func TestPayoutWidths(t *testing.T) {
	want := map[string][]int{
		"HDFC ENet": {1, 13, 25, 17, 200, 20, 20, 70, 70, 70, 70, 20, 20, 20, 30, 30, 30, 30, 30, 30, 30, 12, 10, 15, 15, 100, 40, 100}, "HDFC ENet short": {15, 70, 30, 11, 2, 12, 8}}
	for _, p := range PayoutTemplates() {
		if err := p.Check(); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
		var got []int
		for _, c := range p.Columns {
			got = append(got, c.Width)
		}
		if w := want[p.Name]; w != nil && !cmp.Equal(w, got) {
			t.Errorf("%s: widths %v, want %v", p.Name, got, w)
		}
		saved, err := json.Marshal(p)
		if err != nil {
			t.Fatal(err)
		}
		kept, err := ParsePayoutTemplate(saved)
		if diff := cmp.Diff(p, kept); diff != "" || err != nil {
			t.Errorf("%s: saved and taken up: %v\n%s", p.Name, err, diff)
		}
	}
}

// union is a template of fixed widths with control totals above and below.
func union() PayoutTemplate {
	t := plainPayouts()
	t.Name, t.Separator, t.Quoted, t.Headings, t.DateForm, t.LineFeed, t.FileName = "Fixed", "", false, false, "DDMMYYYY", true, "{client}_{DD}{MM}{YY}_{serial}.txt"
	t.Head = []PayoutColumn{{Text: "FILEHDR", Width: 7}, {Field: "client", Width: 8}, {Field: "count", Width: 5, Zeros: true}, {Field: "total", Width: 13, Zeros: true, Paise: true}}
	t.Columns = []PayoutColumn{{Field: "method", Width: 8, Required: true}, {Field: "reference", Width: 10, Required: true}, {Field: "account_no", Width: 16, Required: true}, {Field: "ifsc", Width: 11},
		{Field: "name", Width: 12, Required: true, Clean: true}, {Field: "amount", Width: 12, Required: true, Zeros: true, Paise: true}, {Field: "date", Width: 8, Required: true}, {Field: "remark", Width: 5, Clean: true, Cut: true}}
	t.Foot = []PayoutColumn{{Text: "EOF", Width: 3}, {Field: "total", Width: 16}}
	return t
}

func TestPayoutFixedWidths(t *testing.T) {
	file, err := union().Write(batch())
	if err != nil {
		t.Fatal(err)
	}
	want := "FILEHDRACME01  000020000012345683\n" +
		"NEFT    PAY0XAM2  917020012345678 UTIB0000001MEERA RAO   00001234567801042026LOAN \n" +
		"NEFT    PAY0XAM3  000405123456    ICIC0000004A B SONS    00000000000501042026     \n" +
		"EOF123456.83       \n"
	if diff := cmp.Diff(want, string(file.Data)); diff != "" || file.Name != "ACME01_010426_7.txt" {
		t.Errorf("%s (-want +got):\n%s", file.Name, diff)
	}
	for _, tt := range []struct{ old, new, part string }{
		{"000020000", "000030000", `line 1: it counts "00003" payouts; there are 2`},
		{"0000012345683", "0000012345684", `line 1: it states a total of "0000012345684"; the payouts come to 12345683`},
		{"EOF123456.83", "EOF123456.84", `line 4: it states a total of "123456.84"`},
		{"000000000005", "000000000006", "line 1: it states a total of"},
		{"LOAN \n", "LOAN\n", "line 2: it has 81 characters, not 82"},
	} {
		_, err := union().Read("x", []byte(strings.Replace(want, tt.old, tt.new, 1)))
		wantRefusalCode(t, err, "payout.unreadable", tt.part)
	}
}

// TestPayoutRoundTrip: what is written is read back, and the bank's answer finds
// its payouts.
func TestPayoutRoundTrip(t *testing.T) {
	for _, tpl := range append(PayoutTemplates(), union()) {
		b := batch()
		b.Payouts[0].Name = "O MEERA & CO"
		file, err := tpl.Write(b)
		if err != nil {
			t.Errorf("%s: %v", tpl.Name, err)
			continue
		}
		back, err := tpl.Read(file.Name, file.Data)
		if err != nil {
			t.Errorf("%s: %v", tpl.Name, err)
			continue
		}
		for i, p := range back {
			sent := b.Payouts[i]
			if p.Reference != sent.Reference || p.Amount != sent.Amount || p.AccountNo != sent.AccountNo || p.IFSC != sent.IFSC || p.Name != sent.Name || p.Date != b.Date || len(back) != 2 {
				t.Errorf("%s: got %+v, want %+v", tpl.Name, p, sent)
			}
		}
		answers := []PayoutAnswer{{Reference: "PAY0XAM3", Reason: "ACCOUNT CLOSED, \"RETURNED\""}, {Reference: "PAY0XAM2", Executed: true, BankReference: "HDFCN52026040112345678"}}
		text, err := tpl.WriteReverse(b, answers)
		if err != nil {
			t.Errorf("%s: %v", tpl.Name, err)
			continue
		}
		got, err := tpl.ReadReverse("answer", text)
		if err != nil {
			t.Errorf("%s: %v in %q", tpl.Name, err, text)
			continue
		}
		for i := range got {
			answers[i].Line, answers[i].Amount, answers[i].HasAmount = got[i].Line, b.Payouts[1-i].Amount, true
		}
		if diff := cmp.Diff(answers, got); diff != "" {
			t.Errorf("%s: answers (-want +got):\n%s", tpl.Name, diff)
		}
		if open, err := CheckAnswers(b.Payouts, got[:1]); err != nil || !cmp.Equal(open, []string{"PAY0XAM2"}) {
			t.Errorf("%s: open %v, %v", tpl.Name, open, err)
		}
	}
}

// TestPayoutUnfit: what does not fit is refused with its name; nothing that sends
// money is ever changed.
func TestPayoutUnfit(t *testing.T) {
	enet := template(t, "HDFC ENet")
	for _, tt := range []struct {
		field  string
		change func(*Payout)
		part   string
	}{
		{"account_no", func(p *Payout) { p.AccountNo = strings.Repeat("1", 26) }, `the account no "11111111111111111111111111" has 26 characters; HDFC ENet takes 25`},
		{"account_no", func(p *Payout) { p.AccountNo = "" }, "the account no"},
		{"account_no", func(p *Payout) { p.AccountNo = "9170 20012" }, `the account no "9170 20012" is not letters and digits alone`},
		{"reference", func(p *Payout) { p.Reference = strings.Repeat("R", 21) }, "the reference"},
		{"reference", func(p *Payout) { p.Reference = "A,B" }, `holds ',', which HDFC ENet does not take`},
		{"reference", func(p *Payout) { p.Reference = "PAY0XAM3" }, "the reference is on two payouts"},
		{"name", func(p *Payout) { p.Name = strings.Repeat("N", 201) }, "the name"},
		{"name", func(p *Payout) { p.Name = ", ,," }, "the name is missing"},
		{"name", func(p *Payout) { p.Name = "JOSÉ" }, `holds 'É'`},
		{"name", func(p *Payout) { p.Name = "मीरा" }, "the name"},
		{"ifsc", func(p *Payout) { p.IFSC = "UTIB000001" }, `the ifsc "UTIB000001" is not one`},
		{"amount", func(p *Payout) { p.Amount = 0 }, "the amount of ₹0.00 cannot be sent"},
		{"amount", func(p *Payout) { p.Amount = -5 }, "cannot be sent"},
		{"amount", func(p *Payout) { p.Method = RTGS }, "the amount of ₹123456.78 is less than the ₹200000.00 that RTGS sends"},
		{"method", func(p *Payout) { p.Method = IMPS }, `the method "imps" is not one that HDFC ENet knows`},
		{"email", func(p *Payout) { p.Email = "=cmd" }, `holds "=" at its beginning`},
	} {
		b := batch()
		tt.change(&b.Payouts[0])
		file, err := enet.Write(b)
		var e *lending.Error
		if !errors.As(err, &e) || e.Code != "payout.unfit" || !strings.Contains(fmt.Sprint(e.Fields), tt.part) || file.Data != nil {
			t.Errorf("%s: got %v with %v", tt.field, err, file)
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
	b := batch()
	b.Payouts[0].Name, b.Payouts[0].Remark = "M/S A, B \"SONS\"", "LOAN 4521, "+strings.Repeat("X", 50)
	file, err := enet.Write(b)
	if err != nil || !strings.Contains(string(file.Data), ",M/S A B SONS,") || !strings.Contains(string(file.Data), ",LOAN 4521 XXXXXXXXXXXXXXXXXXXX,") {
		t.Errorf("a name cleaned and a remark cut: %q, %v", file.Data, err)
	}
	b.Payouts = nil
	for i := range 60 {
		b.Payouts = append(b.Payouts, Payout{Reference: fmt.Sprint("P", i), Method: NEFT, Amount: 1, AccountNo: "1", IFSC: "x"})
	}
	_, err = enet.Write(b)
	if e, ok := errors.AsType[*lending.Error](err); !ok || len(e.Fields) != maxFaults || !strings.Contains(e.Message, "There are 60 faults in all.") {
		t.Errorf("many faults: %v", err)
	}
}

func TestPayoutBatchChecked(t *testing.T) {
	for field, change := range map[string]func(*PayoutBatch){
		"payouts": func(b *PayoutBatch) { b.Payouts = nil },
		"date":    func(b *PayoutBatch) { b.Date = 0 },
		"serial":  func(b *PayoutBatch) { b.Serial = 0 },
		"client":  func(b *PayoutBatch) { b.Client = "../x" },
	} {
		b := batch()
		change(&b)
		_, err := template(t, "HDFC ENet").Write(b)
		if e, ok := errors.AsType[*lending.Error](err); !ok || e.Code != "payout.batch" || e.Fields[field] == "" {
			t.Errorf("%s: got %v", field, err)
		}
	}
}

func TestPayoutTemplateChecked(t *testing.T) {
	for field, changes := range map[string][]func(*PayoutTemplate){
		"name":      {func(p *PayoutTemplate) { p.Name = "" }},
		"file_name": {func(p *PayoutTemplate) { p.FileName = "../{client}" }, func(p *PayoutTemplate) { p.FileName = "{other}" }},
		"separator": {func(p *PayoutTemplate) { p.Separator = "/" }},
		"date_form": {func(p *PayoutTemplate) { p.DateForm = "" }},
		"headings":  {func(p *PayoutTemplate) { p.Separator = "" }},
		"columns": {func(p *PayoutTemplate) { p.Columns = nil }, func(p *PayoutTemplate) { p.Columns = p.Columns[1:] }, func(p *PayoutTemplate) { p.Columns[0].Width = 0 },
			func(p *PayoutTemplate) { p.Columns[0].Field = "nothing" }, func(p *PayoutTemplate) { p.Columns[3].Cut = true }, func(p *PayoutTemplate) { p.Columns[0].Clean = true },
			func(p *PayoutTemplate) { p.Columns[5].Cut = true }, func(p *PayoutTemplate) { p.Columns[0].Zeros = true }, func(p *PayoutTemplate) { p.Columns[4].Field = "" },
			func(p *PayoutTemplate) { p.Columns[2] = PayoutColumn{Text: "too long", Width: 2} }, func(p *PayoutTemplate) { p.Head = []PayoutColumn{{Field: "name", Width: 1}} }},
		"methods": {func(p *PayoutTemplate) { p.Methods = nil }, func(p *PayoutTemplate) { p.Methods[0].Method = "pigeon" }, func(p *PayoutTemplate) { p.Methods[0].Code = "" },
			func(p *PayoutTemplate) { p.Methods[0].Code = "RTGS" }, func(p *PayoutTemplate) { p.Methods[0].Least, p.Methods[0].Most = 2, 1 }},
		"reverse": {func(p *PayoutTemplate) { p.Reverse = ReverseLayout{} }, func(p *PayoutTemplate) { p.Reverse.Done = []string{"r"} }, func(p *PayoutTemplate) { p.Reverse.Status = 1 },
			func(p *PayoutTemplate) { p.Reverse.Reason = 9 }, func(p *PayoutTemplate) { p.Reverse.BankReference = 0 }, func(p *PayoutTemplate) { p.Reverse.Repeats = true }},
	} {
		for i, change := range changes {
			p := plainPayouts()
			change(&p)
			if e, ok := errors.AsType[*lending.Error](p.Check()); !ok || e.Code != "payout.template" || e.Fields[field] == "" {
				t.Errorf("%s %d: got %v", field, i, p.Check())
			}
		}
	}
}

func TestReverseRefused(t *testing.T) {
	plain := template(t, "Plain CSV")
	const head = "reference,amount,status,bank_reference,reason\r\n"
	for _, tt := range []struct{ name, text, part string }{
		{"empty", "", "it is empty"},
		{"headings alone", head, "it answers nothing"},
		{"no headings", "A,1.00,E,U,\r\n", "line 1: the row of headings is missing"},
		{"a column short", head + "A,1.00,E,U\r\n", "line 2: it has 4 columns, not 5"},
		{"an unknown status", head + "A,1.00,E,U,\r\nB,1.00,P,U,\r\n", `line 3: the status "P" means neither`},
		{"no reference", head + " ,1.00,E,U,\r\n", "line 2: it has no reference of ours"},
		{"answered twice", head + "A,1.00,E,U,\r\na,1.00,R,,x\r\n", "line 3: a was answered on line 2 already"},
		{"a bad amount", head + "A,\"1,00.00\",E,U,\r\n", `line 2: the amount "1,00.00" is not one`},
		{"an open quote", head + "A,1.00,E,U,\"x\r\n", "line 2: a quote is opened and not closed"},
		{"another alphabet", head + "A,1.00,E,U,मीरा\r\n", "line 2:"},
	} {
		answers, err := plain.ReadReverse("x", []byte(tt.text))
		if answers != nil {
			t.Errorf("%s: half read: %v", tt.name, answers)
		}
		wantRefusalCode(t, err, "payout.unreadable", tt.part)
	}
	_, err := plain.ReadReverse("x", []byte(head+strings.Repeat("A,1.00,E,U,\n", maxPayouts+5)))
	wantRefusalCode(t, err, "statement.too_large", "50000 rows")
	sent := batch().Payouts
	_, err = CheckAnswers(sent, []PayoutAnswer{{Line: 2, Reference: "OTHER"}})
	wantRefusalCode(t, err, "payout.unknown", "Line 2 answers OTHER, which was not in this batch.")
	_, err = CheckAnswers(sent, []PayoutAnswer{{Line: 2, Reference: "pay0xam3", Amount: 6, HasAmount: true}})
	wantRefusalCode(t, err, "payout.amount", "₹0.06; ₹0.05 was sent")
}

// FuzzReverse: no answer makes the reader panic, and none is half read.
func FuzzReverse(f *testing.F) {
	for _, t := range PayoutTemplates() {
		if text, err := t.WriteReverse(batch(), []PayoutAnswer{{Reference: "PAY0XAM2", Executed: true, BankReference: "U"}, {Reference: "PAY0XAM3", Reason: "x"}}); err == nil {
			f.Add(text)
		}
		if file, err := t.Write(batch()); err == nil {
			f.Add(file.Data)
		}
	}
	f.Add([]byte("\xfe\xff"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, tpl := range append(PayoutTemplates(), union()) {
			answers, err := tpl.ReadReverse("f", data)
			if err != nil && answers != nil {
				t.Fatalf("%s: answers and an error", tpl.Name)
			}
			payouts, err := tpl.Read("f", data)
			if err == nil {
				for _, p := range payouts {
					if p.Amount < 0 || p.Reference == "" || p.AccountNo == "" {
						t.Fatalf("%s: read %+v", tpl.Name, p)
					}
				}
			}
		}
	})
}

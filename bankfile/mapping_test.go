package bankfile

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"lekha/lending"
)

// mangled is a sample with other words for its headings, as of a bank nobody knows.
func mangled(t *testing.T, file, headings string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata/statements", file))
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	if !strings.Contains(text, headings) {
		t.Fatalf("%s has no headings %q", file, headings)
	}
	sep := ","
	if strings.Contains(headings, "\t") {
		sep = "\t"
	}
	n := strings.Count(headings, sep)
	var words []string
	for i := range n + 1 {
		words = append(words, "Spalte "+string(rune('A'+i)))
	}
	return []byte(strings.Replace(text, headings, strings.Join(words, sep), 1))
}

// TestGuessSamples: the mapping proposed for a file that Read knows reads the
// same lines, with the headings known and with headings nobody knows.
func TestGuessSamples(t *testing.T) {
	headings := map[string]string{
		"hdfc.csv":  "Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance",
		"axis.csv":  "Tran Date,CHQNO,PARTICULARS,DR,CR,BAL,SOL",
		"sbi.tsv":   "Txn Date\tValue Date\tDescription\tRef No./Cheque No.\tBranch Code\tDebit\tCredit\tBalance",
		"kotak.csv": "Sl. No.,Transaction Date,Value Date,Description,Chq / Ref No.,Amount,Dr / Cr,Balance,Dr / Cr",
	}
	for _, file := range []string{"hdfc.csv", "axis.csv", "sbi.tsv", "kotak.csv", "icici.xlsx", "kotak.xls"} {
		data, err := os.ReadFile(filepath.Join("testdata/statements", file))
		if err != nil {
			t.Fatal(err)
		}
		want := readSample(t, file)
		ways := map[string][]byte{"known headings": data}
		if h := headings[file]; h != "" {
			ways["unknown headings"] = mangled(t, file, h)
		}
		for way, data := range ways {
			p, err := Guess(file, data)
			if err != nil {
				t.Errorf("%s, %s: %v", file, way, err)
				continue
			}
			if !p.Proven {
				t.Errorf("%s, %s: not proven: %+v, doubts %q", file, way, p.Mapping, p.Doubts)
			}
			again := confirmed(t, p.Mapping, file, data)
			if diff := cmp.Diff(bare(want), bare(again)); diff != "" {
				t.Errorf("%s, %s, by %+v: lines (-read +mapped):\n%s", file, way, p.Mapping, clip(diff, 2000))
			}
			if again.Opening.Amount != want.Opening.Amount || again.Closing.Amount != want.Closing.Amount || again.NewestFirst != want.NewestFirst || len(again.Rejected) > 0 {
				t.Errorf("%s, %s: opening %v, closing %v, newest first %v, rejected %v", file, way, again.Opening, again.Closing, again.NewestFirst, again.Rejected)
			}
		}
	}
}

// confirmed saves a mapping, takes it up again and reads a file by it.
func confirmed(t *testing.T, m Mapping, file string, data []byte) *Statement {
	t.Helper()
	saved, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := ParseMapping(saved)
	if err != nil {
		t.Fatalf("%s: %v", saved, err)
	}
	if diff := cmp.Diff(m, kept); diff != "" {
		t.Errorf("mapping (-saved +taken up):\n%s", diff)
	}
	s, err := kept.Read(file, data)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return s
}

// bare are the lines without the reference, which columns of other names may hold.
func bare(s *Statement) []Line {
	out := slices.Clone(s.Lines)
	for i := range out {
		out[i].RawReference = ""
	}
	return out
}

// TestGuessConventions: the ways of printing dates and amounts, told by what the
// cells hold.
func TestGuessConventions(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		want       Mapping
		lines      []brief
		proven     bool
		doubts     int
	}{
		{"withdrawals and deposits without headings, after two rows of prose",
			"The Sahyadri Co-operative Bank\nStatement for account no 1122334455\n01.04.2026;MEERA RAO EMI;;1,00,000.00;1,00,000.00\n02.04.2026;CHARGES;50.00;;99,950.00\n15.04.2026;HITESH;;50.00;1,00,000.00\n",
			Mapping{Separator: "semicolon", Skip: 2, Width: 5, Date: 1, Narration: []int{2}, Debit: 3, Credit: 4, Balance: 5, DateForm: "DD.MM.YYYY", Amounts: TwoColumns},
			[]brief{{3, "2026-04-01", "MEERA RAO EMI", 0, 10000000, 1}, {4, "2026-04-02", "CHARGES", 5000, 0, 1}, {5, "2026-04-15", "HITESH", 0, 5000, 1}}, true, 1},
		{"deposits before withdrawals, told by the balance",
			"Tag|Wer|Haben|Soll|Stand\n13-04-2026|MEERA|100.00||100.00\n14-04-2026|FEE||30.00|70.00\n15-04-2026|HITESH|5.00||75.00\n",
			Mapping{Separator: "pipe", Headings: []string{"Tag", "Wer", "Haben", "Soll", "Stand"}, Date: 1, Narration: []int{2}, Credit: 3, Debit: 4, Balance: 5, DateForm: "DD-MM-YYYY", Amounts: TwoColumns},
			[]brief{{2, "2026-04-13", "MEERA", 0, 10000, 1}, {3, "2026-04-14", "FEE", 3000, 0, 1}, {4, "2026-04-15", "HITESH", 0, 500, 1}}, true, 0},
		{"headings that name the sides the other way round are overturned",
			"Date,Details,Credit,Debit,Balance\n13/04/2026,MEERA,,100.00,100.00\n14/04/2026,FEE,30.00,,70.00\n15/04/2026,HITESH,,5.00,75.00\n",
			Mapping{Separator: "comma", Headings: []string{"Date", "Details", "Credit", "Debit", "Balance"}, Date: 1, Narration: []int{2}, Debit: 3, Credit: 4, Balance: 5, DateForm: "DD/MM/YYYY", Amounts: TwoColumns},
			[]brief{{2, "2026-04-13", "MEERA", 0, 10000, 1}, {3, "2026-04-14", "FEE", 3000, 0, 1}, {4, "2026-04-15", "HITESH", 0, 500, 1}}, true, 1},
		{"a sign, where minus means money in, newest first",
			"Jour,Quoi,Combien,Reste\n2026-04-15,HITESH,-5.00,75.00\n2026-04-14,FEE,30.00,70.00\n2026-04-13,MEERA,-100.00,100.00\n",
			Mapping{Separator: "comma", Headings: []string{"Jour", "Quoi", "Combien", "Reste"}, Date: 1, Narration: []int{2}, Amount: 3, Balance: 4, DateForm: "YYYY-MM-DD", Amounts: Signed, Minus: "credit"},
			[]brief{{4, "2026-04-13", "MEERA", 0, 10000, 1}, {3, "2026-04-14", "FEE", 3000, 0, 1}, {2, "2026-04-15", "HITESH", 0, 500, 1}}, true, 0},
		{"months first, because a day is above twelve",
			"When,What,How much,Way,Left\n04/13/2026,MEERA,100.00,C,100.00\n04/14/2026,FEE,30.00,D,70.00\n05/01/2026,HITESH,5.00,C,75.00\n",
			Mapping{Separator: "comma", Headings: []string{"When", "What", "How much", "Way", "Left"}, Date: 1, Narration: []int{2}, Amount: 3, Side: 4, Balance: 5, DateForm: "MM/DD/YYYY", Amounts: SideColumn},
			[]brief{{2, "2026-04-13", "MEERA", 0, 10000, 1}, {3, "2026-04-14", "FEE", 3000, 0, 1}, {4, "2026-05-01", "HITESH", 0, 500, 1}}, true, 0},
		{"no balance: two columns never filled together, and a doubt for each thing nobody can know",
			"Wann,Nr,Was,Weg,Her\n01/04/2026,1,MEERA,,100.00\n02/04/2026,2,FEE,30.00,\n03/04/2026,3,HITESH,,5.00\n",
			Mapping{Separator: "comma", Headings: []string{"Wann", "Nr", "Was", "Weg", "Her"}, Date: 1, Narration: []int{3}, Debit: 4, Credit: 5, DateForm: "DD/MM/YYYY", Amounts: TwoColumns},
			[]brief{{2, "2026-04-01", "MEERA", 0, 10000, 1}, {3, "2026-04-02", "FEE", 3000, 0, 1}, {4, "2026-04-03", "HITESH", 0, 500, 1}}, false, 3},
		{"wrapped narrations, a dated opening balance, totals",
			"Tag,Wer,Soll,Haben,Stand\n13/04/2026,Opening Balance,,,10.00\n13/04/2026,MEERA RAO 6091,,100.00,110.00\n,06251859,,,\n14/04/2026,FEE,30.00,,80.00\n15/04/2026,HITESH,,5.00,85.00\nTotal,,30.00,105.00,\n",
			Mapping{Separator: "comma", Headings: []string{"Tag", "Wer", "Soll", "Haben", "Stand"}, Date: 1, Narration: []int{2}, Debit: 3, Credit: 4, Balance: 5, DateForm: "DD/MM/YYYY", Amounts: TwoColumns},
			[]brief{{3, "2026-04-13", "MEERA RAO 609106251859", 0, 10000, 1}, {5, "2026-04-14", "FEE", 3000, 0, 1}, {6, "2026-04-15", "HITESH", 0, 500, 1}}, true, 0},
	} {
		p, err := Guess("other.csv", []byte(tt.text))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if diff := cmp.Diff(tt.want, p.Mapping); diff != "" {
			t.Errorf("%s: mapping (-want +got):\n%s", tt.name, diff)
		}
		if p.Proven != tt.proven || len(p.Doubts) != tt.doubts {
			t.Errorf("%s: proven %v, doubts %q", tt.name, p.Proven, p.Doubts)
		}
		s := confirmed(t, p.Mapping, "other.csv", []byte(tt.text))
		if diff := cmp.Diff(tt.lines, briefs(s)); diff != "" {
			t.Errorf("%s: lines (-want +got):\n%s", tt.name, diff)
		}
		if len(s.Rejected) > 0 || len(p.Rows) == 0 {
			t.Errorf("%s: rejected %v, rows shown %v", tt.name, s.Rejected, p.Rows)
		}
	}
}

func TestGuessRefused(t *testing.T) {
	for _, tt := range []struct{ name, text, code, part string }{
		{"MT940", swiftDay("", "100,00"), "mapping.needless", "needs no mapping"},
		{"no dates", "a,b\nc,d\n", "statement.unreadable", "no rows with a date and an amount"},
		{"dates without amounts", "01/04/2026,x\n02/04/2026,y\n", "statement.unreadable", "no rows with a date and an amount"},
		{"amounts without a text", "01/04/2026,5.00\n02/04/2026,6.00\n", "statement.unreadable", "no rows with a date and an amount"},
		{"empty", "", "statement.unreadable", "it is empty"},
	} {
		_, err := Guess("x", []byte(tt.text))
		wantRefusalCode(t, err, tt.code, tt.part)
	}
}

func wantRefusalCode(t *testing.T, err error, code, part string) {
	t.Helper()
	e, ok := err.(*lending.Error)
	if !ok || e.Code != code || !strings.Contains(e.Message, part) {
		t.Errorf("got %v, want %s with %q", err, code, part)
	}
}

// sahyadri is a mapping of one amount with a side.
var sahyadri = Mapping{Separator: "comma", Headings: []string{"Day", "Text A", "Text B", "Sum", "Way", "Left"}, Date: 1, Narration: []int{2, 3}, Amount: 4, Side: 5, Balance: 6,
	DateForm: "DD/MM/YYYY", Amounts: SideColumn, DebitWords: []string{"-"}, CreditWords: []string{"+"}, StopAt: []string{"*** end"}}

// TestMappingRead: what a mapping says holds, and nothing else is guessed.
func TestMappingRead(t *testing.T) {
	const head = "Any Bank\nAccount No: 1122334455\n\nDay,Text A,Text B,Sum,Way,Left\n"
	s, err := sahyadri.Read("x.csv", []byte(head+"01/04/2026,MEERA,RAO,\"1,00,000.00\",+,\"1,00,000.00\"\n,EMI,APRIL,,,\nDay,Text A,Text B,Sum,Way,Left\n02/04/2026,FEE,,5.00,-,\"99,995.00\"\n*** END of it,,,7.00,,\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := []brief{{5, "2026-04-01", "MEERA RAO EMI APRIL", 0, 10000000, 1}, {8, "2026-04-02", "FEE", 500, 0, 1}}
	if diff := cmp.Diff(want, briefs(s)); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if s.AccountNo != "1122334455" || !s.Chain.Whole() || len(s.Rejected) > 0 || len(s.Warnings) > 0 || len(s.Footer) != 1 {
		t.Errorf("account %q, chain %v, rejected %v, warnings %q, footer %v", s.AccountNo, s.Chain, s.Rejected, s.Warnings, s.Footer)
	}
	s, err = sahyadri.Read("x.csv", []byte(head+"2026-04-01,A,,5.00,+,5.00\n02/04/2026,B,,5.00,?,5.00\n03/04/2026,C,,5.00,+,10.00,7\n"))
	if err != nil {
		t.Fatal(err)
	}
	reasons := []string{`the date "2026-04-01" is not a date of the form the mapping of this account names`, `"?" says neither debit nor credit`, "it has 7 cells where the header has 6 (a comma in the narration, without quotes?)"}
	for i, r := range s.Rejected {
		if i >= len(reasons) || r.Reason != reasons[i] || r.Line != 5+i {
			t.Errorf("rejected: got %+v, want %q", r, reasons)
		}
	}
	if len(s.Rejected) != len(reasons) {
		t.Errorf("rejected: got %d rows, want %d", len(s.Rejected), len(reasons))
	}
	negative := Mapping{Date: 1, Narration: []int{2}, Debit: 3, Credit: 4, Amounts: TwoColumns, Minus: "debit", Width: 4}
	if s, err = negative.Read("x.csv", []byte("01/04/2026,A,-5.00,\n02/04/2026,B,,-5.00\n")); err != nil || len(s.Lines) != 1 || s.Lines[0].Debit != 500 || len(s.Rejected) != 1 {
		t.Errorf("withdrawals with a minus: %+v, %v", s, err)
	}
}

// TestMappingHoldsHeadings: a bank that moves, renames or adds a column is found out.
func TestMappingHoldsHeadings(t *testing.T) {
	for _, tt := range []struct{ name, head, part string }{
		{"two columns changed places", "Day,Text A,Text B,Way,Sum,Left", `line 2: column 4 is headed "Way"; the mapping of this account was made for "Sum"`},
		{"a column more", "Day,Text A,Text B,Sum,Way,Left,New", "none of its rows has the headings"},
		{"another table", "a,b,c", "none of its rows has the headings"},
		{"a column less", "Day,Text A,Text B,Sum,Way", `line 2: column 6 is headed ""`},
	} {
		_, err := sahyadri.Read("x.csv", []byte("Any Bank\n"+tt.head+"\n01/04/2026,A,,5.00,+,5.00\n"))
		wantRefusal(t, err, "statement.unreadable", tt.part)
	}
	if _, err := sahyadri.Read("x.csv", []byte("Day , TEXT A,Text-B,Sum (INR),Way,Left\n01/04/2026,A,,5.00,+,5.00\n")); err != nil {
		t.Errorf("headings printed a little otherwise: %v", err)
	}
	if s, err := sahyadri.Read("x", []byte(swiftDay("", "100,00"))); err != nil || s.Format != "mt940" {
		t.Errorf("a file that says what it holds: %v, %v", s, err)
	}
	missing := sahyadri
	missing.Sheet, missing.Separator = "Other", ""
	data := workbook(t, func(f *excelize.File) { set(t, f, "A1", "Day", "Text A", "Text B", "Sum", "Way", "Left") })
	_, err := missing.Read("x.xlsx", data)
	wantRefusal(t, err, "statement.unreadable", `it has no sheet "Other"`)
}

func TestMappingChecked(t *testing.T) {
	for field, change := range map[string]func(*Mapping){
		"date":        func(m *Mapping) { m.Date = 0 },
		"narration":   func(m *Mapping) { m.Narration = nil },
		"date_form":   func(m *Mapping) { m.DateForm = "YY-DD-MM" },
		"separator":   func(m *Mapping) { m.Separator = "dash" },
		"skip":        func(m *Mapping) { m.Skip = -1 },
		"headings":    func(m *Mapping) { m.Width = 1000 },
		"minus":       func(m *Mapping) { m.Minus = "maybe" },
		"amounts":     func(m *Mapping) { m.Amounts = "" },
		"amount":      func(m *Mapping) { m.Amount = 0 },
		"debit":       func(m *Mapping) { m.Debit = 2 },
		"side":        func(m *Mapping) { m.Side = 0 },
		"debit_words": func(m *Mapping) { m.DebitWords = []string{"+"} },
		"balance":     func(m *Mapping) { m.Balance = 9 },
		"reference":   func(m *Mapping) { m.Reference = -1 },
	} {
		m := sahyadri
		change(&m)
		err := m.Check()
		if e, ok := err.(*lending.Error); !ok || e.Code != "mapping.invalid" || e.Fields[field] == "" {
			t.Errorf("%s: got %v", field, err)
		}
		if _, readErr := m.Read("x", []byte("x")); readErr == nil || readErr.Error() != err.Error() {
			t.Errorf("%s: Read: got %v", field, readErr)
		}
	}
	twice := sahyadri
	twice.Narration = []int{2, 2}
	if err := twice.Check(); err == nil || err.Error() != "Column 2 is already the narration." {
		t.Errorf("one column twice: %v", err)
	}
	for _, data := range []string{"", "{", `{"date":1,"unknown":2}`, `{"date":1}`, `{} {}`} {
		if m, err := ParseMapping([]byte(data)); err == nil {
			t.Errorf("%q: got %+v", data, m)
		}
	}
}

// FuzzGuess: whatever is proposed can be saved, taken up again, and reads what
// was shown.
func FuzzGuess(f *testing.F) {
	f.Add([]byte("a;b\n01.04.2026;MEERA;;1,00,000.00;1,00,000.00\n02.04.2026;X;50.00;;99,950.00\n"))
	f.Add([]byte("Wann,Nr,Was,Weg,Her\n01/04/2026,1,MEERA,,100.00\n02/04/2026,2,FEE,30.00,\n"))
	f.Add([]byte("<table><tr><td>D<td>N<td>A<tr><td>1/4/2026<td>x<td>5</table>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Guess("f", data)
		if err != nil {
			return
		}
		saved, err := json.Marshal(p.Mapping)
		if err != nil {
			t.Fatal(err)
		}
		m, err := ParseMapping(saved)
		if err != nil {
			t.Fatalf("%s: %v", saved, err)
		}
		s, err := m.Read("f", data)
		if err != nil {
			t.Fatalf("%s: %v", saved, err)
		}
		if diff := cmp.Diff(p.Statement, s); diff != "" {
			t.Fatalf("%s: shown and read differ:\n%s", saved, diff)
		}
	})
}

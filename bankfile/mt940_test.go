package bankfile

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
)

// TestMessageSamples: the statement of an account as MT940 and as camt.053 has
// the credits that the account's CSV or XLSX has on the same days, with the same
// narrations and the same references.
func TestMessageSamples(t *testing.T) {
	type credit struct {
		Date                 lending.Date
		Amount               lending.Money
		Narration, Reference string
	}
	credits := func(s *Statement, bank string) (out []credit) {
		for _, l := range s.Lines {
			if l.Credit > 0 {
				out = append(out, credit{l.ValueDate, l.Credit, l.Narration, ExtractReference(l, bank).Norm})
			}
		}
		return out
	}
	for _, tt := range []struct {
		bank, file, format string
		opening, closing   lending.Money
		checked            int
	}{
		{"axis", "axis.mt940", "mt940", 50000000, 98910210, 73},
		{"icici", "icici.camt053.xml", "camt.053", 60000000, 578256367, 1},
	} {
		s, table := readSample(t, tt.file), readSample(t, samples[tt.bank])
		if s.Format != tt.format || s.AccountNo != table.AccountNo {
			t.Errorf("%s: got %s of %s, want %s of %s", tt.file, s.Format, s.AccountNo, tt.format, table.AccountNo)
		}
		if s.Opening != (Figure{tt.opening, true, true}) || s.Closing != (Figure{tt.closing, true, true}) || !s.Chain.Whole() || s.Chain.Checked != tt.checked {
			t.Errorf("%s: opening %v, closing %v, chain %v", tt.file, s.Opening, s.Closing, s.Chain)
		}
		if len(s.Warnings) > 0 || len(s.Rejected) > 0 {
			t.Errorf("%s: warnings %q, rejected %v", tt.file, s.Warnings, s.Rejected)
		}
		got, want := credits(s, tt.bank), credits(table, tt.bank)
		if len(got) != 120 || len(got) > len(want) {
			t.Fatalf("%s: %d credits, of which the table has %d", tt.file, len(got), len(want))
		}
		if diff := cmp.Diff(want[:len(got)], got); diff != "" {
			t.Errorf("%s: credits (-table +message):\n%s", tt.file, diff)
		}
		checkLines(t, s)
	}
}

// swiftDay is a message of one day with the given entries between 100.00 and the
// closing balance.
func swiftDay(entries, closing string) string {
	return ":20:A\r\n:25:UTIB0000123/917020012345678INR\r\n:28C:1/1\r\n:60F:C260401INR100,00\r\n" + entries + ":62F:C260401INR" + closing + "\r\n-\r\n"
}

func TestMT940Entries(t *testing.T) {
	for _, tt := range []struct {
		name, entries, closing string
		want                   Line
	}{
		{"a credit with both dates and the currency's letter", ":61:2604010402CR12,5NTRFNONREF//609106251859\r\n:86:UPI/MEERA/EMI\r\n", "112,50",
			Line{Credit: 1250, Narration: "UPI/MEERA/EMI", RawReference: "609106251859"}},
		{"a debit without entry date", ":61:260401D2,NCHGNONREF\r\n:86:CHARGES\r\n", "98,00",
			Line{Debit: 200, Narration: "CHARGES", PostDate: lending.NewDate(2026, 4, 1)}},
		{"a reversal of a debit is a credit, and says so", ":61:2604010402RD5,00NTRFNONREF\r\n:86:NEFT/UTIBN52026040151234567/MEERA\r\n", "105,00",
			Line{Credit: 500, Reversal: true, Narration: "REVERSAL NEFT/UTIBN52026040151234567/MEERA"}},
		{"a reversal of a credit is a debit", ":61:2604010402RC5,00NTRF609106251859\r\n:86:UPI REVERSAL/609106251859/MEERA\r\n", "95,00",
			Line{Debit: 500, Reversal: true, Narration: "UPI REVERSAL/609106251859/MEERA", RawReference: "609106251859"}},
		{"a full line goes on without a space, a short one with",
			":61:2604010402C5,00NTRFNONREF\r\n:86:" + strings.Repeat("X", 63) + "12\r\n34 EMI\r\nAPRIL\r\n", "105,00",
			Line{Credit: 500, Narration: strings.Repeat("X", 63) + "1234 EMI APRIL"}},
		{"subfields", ":61:2604010402C5,00NTRFNONREF\r\n:86:166?00NEFT CREDIT?20EREF+UTIBN52026040151234567?21SVWZ+EMI LN 0004?22521?32MEERA ?33RAO?30UTIB0000001?31917\r\n", "105,00",
			Line{Credit: 500, Narration: "NEFT CREDIT/UTIBN52026040151234567/EMI LN 0004 521/MEERA RAO/UTIB0000001 917", RawReference: "UTIBN52026040151234567"}},
		{"words between slashes", ":61:2604010402C5,00NTRFNONREF\r\n:86:/EREF/UTIBN52026040151234567/ORDP//NAME/MEERA RAO/REMI/LN 0004521\r\n", "105,00",
			Line{Credit: 500, Narration: "LN 0004521/MEERA RAO/UTIBN52026040151234567", RawReference: "UTIBN52026040151234567"}},
		{"no field 86: the supplement speaks", ":61:2604010402C5,00NTRFNONREF\r\nMEERA RAO EMI\r\n", "105,00",
			Line{Credit: 500, Narration: "MEERA RAO EMI"}},
		{"what the payer wrote is no reference, but is told", ":61:2604010402C5,00NTRFLOAN123456789\r\n:86:NEFT/MEERA RAO\r\n", "105,00",
			Line{Credit: 500, Narration: "NEFT/MEERA RAO/LOAN123456789"}},
		{"a payer's twelve digits that come back every month", ":61:2604010402C5,00NTRF555512345678\r\n:86:NEFT/MEERA RAO\r\n", "105,00",
			Line{Credit: 500, Narration: "NEFT/MEERA RAO/555512345678"}},
		{"an entry booked after the turn of the year", ":61:2512310101C5,00NTRFNONREF\r\n:86:X\r\n", "105,00",
			Line{Credit: 500, Narration: "X", ValueDate: lending.NewDate(2025, 12, 31), PostDate: lending.NewDate(2026, 1, 1)}},
	} {
		s, err := Read("day.sta", []byte(swiftDay(tt.entries, tt.closing)))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if tt.want.ValueDate.IsZero() {
			tt.want.ValueDate = lending.NewDate(2026, 4, 1)
		}
		if tt.want.PostDate.IsZero() {
			tt.want.PostDate = lending.NewDate(2026, 4, 2)
		}
		tt.want.No, tt.want.Ordinal = 5, 1
		if diff := cmp.Diff([]Line{tt.want}, s.Lines); diff != "" {
			t.Errorf("%s: lines (-want +got):\n%s", tt.name, diff)
		}
		if !s.Chain.Whole() || s.AccountNo != "917020012345678" || s.Bank != "axis" {
			t.Errorf("%s: chain %v, account %q, bank %q", tt.name, s.Chain, s.AccountNo, s.Bank)
		}
	}
}

// TestMT940Chain: each message must open where the one before it closed, and its
// entries must lead to its closing balance.
func TestMT940Chain(t *testing.T) {
	day := func(no, opening, amount, closing string) string {
		return ":20:A\n:25:1\n:28C:" + no + "\n:60F:C260401INR" + opening + "\n:61:260401C" + amount + "NTRFNONREF\n:86:E" + no + "\n:62F:C260401INR" + closing + "\n"
	}
	first, second, third := day("1", "10,", "5,", "15,"), day("2", "15,", "5,", "20,"), day("3", "20,", "5,", "25,")
	chain := func(text string) Chain {
		t.Helper()
		return read(t, text).Chain
	}
	if c := chain(first + second + third); !c.Whole() || c.Checked != 5 {
		t.Errorf("in order: got %v", c)
	}
	s := read(t, third+second+first)
	if !s.Chain.Whole() || s.Lines[0].Narration != "E1" || s.Opening.Amount != 1000 || s.Closing.Amount != 2500 {
		t.Errorf("newest first: chain %v, opening %v, closing %v, lines %v", s.Chain, s.Opening, s.Closing, s.Lines)
	}
	if diff := cmp.Diff([]Break{{12, 1500, 2000}}, chain(first+third).Breaks); diff != "" {
		t.Errorf("a missing message (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Break{{5, 1600, 1500}}, chain(strings.Replace(first, "C5,", "C6,", 1)+second).Breaks); diff != "" {
		t.Errorf("a changed amount (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]Break{{0, 1600, 1500}}, chain(strings.Replace(first, "C5,", "C6,", 1)).Breaks); diff != "" {
		t.Errorf("a changed amount in the last message (-want +got):\n%s", diff)
	}
	twice := read(t, first+second+second+third)
	if len(twice.Lines) != 3 || !twice.Chain.Whole() || len(twice.Warnings) != 1 {
		t.Errorf("a message twice: lines %v, chain %v, warnings %q", twice.Lines, twice.Chain, twice.Warnings)
	}
	twins := read(t, strings.Replace(first, ":62F:", ":61:260401C5,NTRFNONREF\n:86:E1\n:62F:", 1)+strings.ReplaceAll(second, "15,", "20,"))
	if ordinals := []int{twins.Lines[0].Ordinal, twins.Lines[1].Ordinal}; !slices.Equal(ordinals, []int{1, 2}) {
		t.Errorf("two equal entries of one message: got ordinals %v", ordinals)
	}
}

func TestMT940Envelope(t *testing.T) {
	s := read(t, "{1:F01UTIBINBBAXXX0000000000}{2:O9400000}{4:\r\n:20:A\r\n:25:UTIB0000123/917020012345678\r\n:28C:1\r\n:60M:D260401INR100,00\r\n:61:260401C40,00NMSC//X\r\n:86:A\r\n:62M:D260401INR60,00\r\n:64:C260401INR0,\r\n:86:FOR THE OWNER\r\n-}{5:{CHK:1}}\r\n")
	if s.Opening.Amount != -10000 || s.Closing.Amount != -6000 || !s.Chain.Whole() || len(s.Lines) != 1 || s.Lines[0].Narration != "A" {
		t.Errorf("got %+v", s)
	}
}

func TestMT940Refused(t *testing.T) {
	sound := swiftDay(":61:260401C5,00NTRFX\r\n:86:A\r\n", "105,00")
	for _, tt := range []struct{ name, text, part string }{
		{"no closing balance", sound[:strings.Index(sound, ":62F:")], "line 1: the statement that begins here has no closing balance (field 62F): the file was cut off"},
		{"cut in the middle of the second", sound + sound[:40], "line 9: the statement that begins here has no opening balance"},
		{"no account", strings.Replace(sound, ":25:", ":21:", 1), "line 1: the statement that begins here names no account"},
		{"dollars", strings.ReplaceAll(sound, "INR", "USD"), "line 4: the statement is in USD"},
		{"a day that does not exist", strings.Replace(sound, ":61:260401", ":61:260431", 1), `line 5: the date "260431" is not a day of the calendar`},
		{"an entry date that does not exist", strings.Replace(sound, ":61:260401C", ":61:2604010231C", 1), `line 5: the entry date "0231" is not a day`},
		{"three decimals", strings.Replace(sound, "C5,00N", "C5,001N", 1), `line 5: the amount "5,001" has more than two decimals`},
		{"two commas", strings.Replace(sound, "C5,00N", "C5,0,0N", 1), `line 5: the amount "5,0,0" is not an amount`},
		{"an absurd amount", strings.Replace(sound, "C5,00N", "C99999999999999,00N", 1), `is larger than any bank amount`},
		{"no entry", strings.Replace(sound, ":61:260401C", ":61:260401X", 1), `line 5: "260401X5,00NTRFX" is not an entry`},
		{"expected", strings.Replace(sound, "C5,00N", "EC5,00N", 1), "line 5: EC marks an entry that is only expected"},
		{"an entry after the end", strings.Replace(sound, "-\r\n", ":61:260401C5,00NTRFX\r\n", 1), "line 8: an entry stands below the closing balance"},
		{"two opening balances", strings.Replace(sound, ":61:", ":60F:C260401INR1,\r\n:61:", 1), "line 5: the balance of field 60F is stated a second time"},
		{"a balance that is none", strings.Replace(sound, ":60F:C", ":60F:X", 1), `line 4: "X260401INR100,00" is not a balance`},
		{"an interim report", strings.Replace(sound, ":60F:C260401", ":34F:", 1), "line 4: this is an interim report (MT942)"},
		{"two accounts", sound + strings.ReplaceAll(sound, "917020012345678", "917020099999999"), "statements of two accounts (917020012345678 and, from line 9 on, 917020099999999)"},
		{"nothing", "{1:F01}\r\n", "it holds no statement"},
	} {
		s, err := Read("x", []byte(tt.text))
		if s != nil {
			t.Errorf("%s: got a statement", tt.name)
		}
		wantRefusal(t, err, "statement.unreadable", tt.part)
	}
}

package bankfile

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
)

// camtOf is a document of one statement, from 100.00 to the closing balance.
func camtOf(version, entries, closing string) string {
	return `<?xml version="1.0" encoding="ISO-8859-1"?>` + "\n" + `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.` + version + `"><BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr>` +
		`<Stmt><Id>7</Id><Acct><Id><Othr><Id>000405123456</Id></Othr></Id><Ccy>INR</Ccy><Svcr><FinInstnId><ClrSysMmbId><MmbId>ICIC0000004</MmbId></ClrSysMmbId></FinInstnId></Svcr></Acct>` +
		`<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="INR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>` +
		`<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="INR">` + closing + `</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>` +
		`<Bal><Tp><CdOrPrtry><Cd>CLAV</Cd></CdOrPrtry></Tp><Amt Ccy="INR">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>` + "\n" + entries + `</Stmt></BkToCstmrStmt></Document>`
}

// Entries in the words of the two versions.
const (
	head08 = `<CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-04-02</Dt></BookgDt><ValDt><DtTm>2026-03-31T20:00:00Z</DtTm></ValDt><AcctSvcrRef>B1</AcctSvcrRef>`
	one08  = `<Ntry><Amt Ccy="INR">12.50</Amt>` + head08 + `<NtryDtls><TxDtls><Refs><EndToEndId>EMI APRIL 1</EndToEndId><ClrSysRef>UTIBN52026040151234567</ClrSysRef></Refs>` +
		`<RltdPties><Dbtr><Pty><Nm>MEERA RAO</Nm></Pty></Dbtr><DbtrAcct><Id><Othr><Id>917020099999999</Id></Othr></Id></DbtrAcct></RltdPties>` +
		`<RltdAgts><DbtrAgt><FinInstnId><ClrSysMmbId><MmbId>UTIB0000001</MmbId></ClrSysMmbId></FinInstnId></DbtrAgt></RltdAgts><RmtInf><Ustrd>LN 0004521</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`
	one02 = `<Ntry><Amt Ccy="INR">12.50</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-04-02+05:30</Dt></BookgDt><ValDt><Dt>2026-04-01</Dt></ValDt>` +
		`<NtryDtls><TxDtls><Refs><AcctSvcrRef>UTIBN52026040151234567</AcctSvcrRef><EndToEndId>NOTPROVIDED</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="INR">12.50</Amt></TxAmt></AmtDtls>` +
		`<RltdPties><Dbtr><Nm>MEERA RAO</Nm></Dbtr></RltdPties><RmtInf><Ustrd>LN</Ustrd><Ustrd>0004521</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>`
)

func TestCAMTEntries(t *testing.T) {
	for _, tt := range []struct {
		name, version, entry, closing string
		want                          []Line
	}{
		{"version 08", "08", one08, "112.50", []Line{{Credit: 1250, RawReference: "UTIBN52026040151234567",
			Narration: "LN 0004521/MEERA RAO/917020099999999/UTIB0000001/EMI APRIL 1"}}},
		{"version 02", "02", one02, "112.50", []Line{{Credit: 1250, RawReference: "UTIBN52026040151234567", Narration: "LN 0004521/MEERA RAO"}}},
		{"a debit tells the payee", "08", strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(one08, "CRDT", "DBIT"), "Dbtr>", "Cdtr>"), "12.50", "12.5"), "87.50",
			[]Line{{Debit: 1250, RawReference: "UTIBN52026040151234567", Narration: "LN 0004521/MEERA RAO/EMI APRIL 1"}}},
		{"a reversal", "08", strings.Replace(one02, "<Sts>", "<RvslInd>true</RvslInd><Sts>", 1), "112.50",
			[]Line{{Credit: 1250, Reversal: true, RawReference: "UTIBN52026040151234567", Narration: "REVERSAL LN 0004521/MEERA RAO"}}},
		{"no details", "08", `<Ntry><Amt Ccy="INR">12.50</Amt>` + head08 + `<AddtlNtryInf>CASH DEPOSIT</AddtlNtryInf></Ntry>`, "112.50",
			[]Line{{Credit: 1250, RawReference: "B1", Narration: "CASH DEPOSIT"}}},
		{"a payer's own number is told and is no reference", "08", strings.Replace(strings.Replace(one02, "UTIBN52026040151234567", "", 1), "NOTPROVIDED", "LOAN123456789", 1), "112.50",
			[]Line{{Credit: 1250, Narration: "LN 0004521/MEERA RAO/LOAN123456789"}}},
	} {
		s, err := Read("c.xml", []byte(camtOf(tt.version, tt.entry, tt.closing)))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		for i := range tt.want {
			tt.want[i].No, tt.want[i].Ordinal, tt.want[i].ValueDate, tt.want[i].PostDate = i+1, 1, lending.NewDate(2026, 4, 1), lending.NewDate(2026, 4, 2)
		}
		if diff := cmp.Diff(tt.want, s.Lines); diff != "" {
			t.Errorf("%s: lines (-want +got):\n%s", tt.name, diff)
		}
		if !s.Chain.Whole() || s.Bank != "icici" || s.AccountNo != "000405123456" || len(s.Warnings) > 0 {
			t.Errorf("%s: chain %v, bank %q, account %q, warnings %q", tt.name, s.Chain, s.Bank, s.AccountNo, s.Warnings)
		}
	}
}

// transfer is one transfer of a batch.
func transfer(amount, side, ref string) string {
	return `<TxDtls><Refs><AcctSvcrRef>` + ref + `</AcctSvcrRef></Refs><Amt Ccy="INR">` + amount + `</Amt><CdtDbtInd>` + side + `</CdtDbtInd><RmtInf><Ustrd>PAYER ` + amount + `</Ustrd></RmtInf></TxDtls>`
}

// TestCAMTBatches: an entry of many transfers becomes lines only when these come
// to it, to the paisa.
func TestCAMTBatches(t *testing.T) {
	type part struct {
		Debit, Credit lending.Money
		Ref           string
	}
	for _, tt := range []struct {
		name, details string
		want          []part
		warning       string
	}{
		{"transfers that come to the entry", transfer("7.00", "CRDT", "609106251859") + transfer("5.50", "CRDT", "609106251860"), []part{{0, 700, "609106251859"}, {0, 550, "609106251860"}}, ""},
		{"in two groups of details", transfer("7.00", "CRDT", "609106251859") + `</NtryDtls><NtryDtls>` + transfer("5.50", "CRDT", "609106251860"), []part{{0, 700, "609106251859"}, {0, 550, "609106251860"}}, ""},
		{"a charge beside the payment", transfer("13.00", "CRDT", "609106251859") + transfer("0.50", "DBIT", "609106251860"), []part{{0, 1300, "609106251859"}, {50, 0, "609106251860"}}, ""},
		{"one reference on all: it names the batch", transfer("7.00", "CRDT", "BATCH00000001") + transfer("5.50", "CRDT", "BATCH00000001"), []part{{0, 700, ""}, {0, 550, ""}}, ""},
		{"a paisa short", transfer("7.00", "CRDT", "609106251859") + transfer("5.49", "CRDT", "609106251860"), []part{{0, 1250, "B1"}}, "its transfers come to ₹12.49"},
		{"no amounts", strings.ReplaceAll(transfer("7.00", "CRDT", "609106251859")+transfer("5.50", "CRDT", "609106251860"), "Amt", "Xxx"), []part{{0, 1250, "B1"}}, "an amount of its transfers is missing"},
		{"another currency", transfer("7.00", "CRDT", "a") + strings.Replace(transfer("5.50", "CRDT", "b"), "INR", "USD", 1), []part{{0, 1250, "B1"}}, "or not in rupees"},
	} {
		s, err := Read("c.xml", []byte(camtOf("08", `<Ntry><Amt Ccy="INR">12.50</Amt>`+head08+`<NtryDtls>`+tt.details+`</NtryDtls></Ntry>`, "112.50")))
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		var got []part
		for _, l := range s.Lines {
			got = append(got, part{l.Debit, l.Credit, l.RawReference})
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: lines (-want +got):\n%s", tt.name, diff)
		}
		if !s.Chain.Whole() || !strings.Contains(strings.Join(s.Warnings, " "), tt.warning) || (tt.warning == "") != (len(s.Warnings) == 0) {
			t.Errorf("%s: chain %v, warnings %q", tt.name, s.Chain, s.Warnings)
		}
	}
}

// TestCAMTPending: what is only announced is not money.
func TestCAMTPending(t *testing.T) {
	s := read(t, camtOf("08", strings.ReplaceAll(one08, "BOOK", "PDNG")+one02, "112.50"))
	if len(s.Lines) != 1 || !s.Chain.Whole() || len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "1 entries are announced and not booked") {
		t.Errorf("lines %v, chain %v, warnings %q", s.Lines, s.Chain, s.Warnings)
	}
}

func TestCAMTRefused(t *testing.T) {
	sound := camtOf("08", one08, "112.50")
	second := sound[strings.Index(sound, "<Stmt>"):strings.Index(sound, "</BkToCstmrStmt>")]
	for _, tt := range []struct{ name, text, part string }{
		{"cut off", sound[:len(sound)-60], "line 3: the XML ends in the middle: the file was cut off"},
		{"cut in an entry", sound[:strings.Index(sound, "<Sts>")], "line 3: the XML ends in the middle"},
		{"damaged", strings.Replace(sound, "</Acct>", "</Acc>", 1), "line 2: the XML is damaged"},
		{"its own entities", strings.Replace(sound, "<Document", `<!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Document`, 1), "declares entities of its own"},
		{"a file elsewhere", strings.Replace(sound, "<Document", `<!DOCTYPE d SYSTEM "file:///etc/passwd"><Document`, 1), "declares entities of its own"},
		{"an unknown entity", strings.Replace(sound, "MEERA RAO", "&meera;", 1), "the XML is damaged"},
		{"too deep", strings.Replace(sound, "<GrpHdr>", "<GrpHdr>"+strings.Repeat("<a>", 100), 1), "nested too deep"},
		{"dollars", strings.ReplaceAll(sound, `Ccy="INR"`, `Ccy="USD"`), "the balance is in USD"},
		{"an entry in dollars", strings.Replace(sound, `<Ntry><Amt Ccy="INR">`, `<Ntry><Amt Ccy="USD">`, 1), "line 3: the amount is in USD"},
		{"no side", strings.Replace(sound, `>12.50</Amt><CdtDbtInd>CRDT`, `>12.50</Amt><CdtDbtInd>`, 1), `line 3: "" says neither credit nor debit`},
		{"no date", strings.Replace(strings.Replace(sound, "2026-04-02", "", 1), "2026-03-31T20:00:00Z", "", 1), "neither booking nor value date"},
		{"a bad date", strings.Replace(sound, "2026-04-02", "2026-04-31", 1), `the date "2026-04-31" is not a date`},
		{"a comma in the amount", strings.Replace(sound, ">12.50<", ">12,50<", 1), `the amount "12,50" is not an amount`},
		{"a negative amount", strings.Replace(sound, ">12.50<", ">-12.50<", 1), `the amount "-12.50" is not an amount`},
		{"an unknown status", strings.Replace(sound, "BOOK", "MAYB", 1), `"MAYB" is no status of an entry`},
		{"no account", strings.Replace(sound, "000405123456", "", 1), "names no account"},
		{"two accounts", strings.Replace(sound, "</BkToCstmrStmt>", strings.Replace(second, "000405123456", "000405999999", 1)+"</BkToCstmrStmt>", 1), "statements of two accounts (000405123456 and, from line"},
		{"no statement", `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt/></Document>`, "it holds no statement"},
		{"the day so far", `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.052.001.08">`, "camt.052"},
		{"a notice", `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">`, "camt.054"},
	} {
		s, err := Read("x", []byte(tt.text))
		if s != nil {
			t.Errorf("%s: got a statement", tt.name)
		}
		wantRefusal(t, err, "statement.unreadable", tt.part)
	}
}

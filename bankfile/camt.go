package bankfile

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"lekha/lending"
)

// camt.053 is the bank-to-customer statement of ISO 20022. Versions .001.02 and
// .001.08 differ in where they put names, status and agents; both forms are read
// wherever they stand, so that the versions between them are read too.

// camtStatement is the head of a Stmt; its entries are read one by one.
type camtAccount struct {
	IBAN     string   `xml:"Id>IBAN"`
	Other    string   `xml:"Id>Othr>Id"`
	Currency string   `xml:"Ccy"`
	Agent    camtBank `xml:"Svcr>FinInstnId"`
}

type camtBank struct {
	BICFI  string `xml:"BICFI"`
	BIC    string `xml:"BIC"`
	Member string `xml:"ClrSysMmbId>MmbId"` // the IFSC
}

func (b camtBank) code() string {
	for _, c := range []string{b.Member, b.BICFI, b.BIC} {
		if c = strings.TrimSpace(c); c != "" {
			return c
		}
	}
	return ""
}

type camtAmount struct {
	Currency string `xml:"Ccy,attr"`
	Text     string `xml:",chardata"`
}

// camtCode is a code that newer versions wrap into an element of its own.
type camtCode struct {
	Code string `xml:"Cd"`
	Text string `xml:",chardata"`
}

func (c camtCode) value() string { return strings.TrimSpace(c.Code + strings.TrimSpace(c.Text)) }

// camtDay is a day, with or without a time.
type camtDay struct {
	Date string `xml:"Dt"`
	Time string `xml:"DtTm"`
}

type camtBalance struct {
	Code   string     `xml:"Tp>CdOrPrtry>Cd"`
	Amount camtAmount `xml:"Amt"`
	Side   string     `xml:"CdtDbtInd"`
}

type camtEntry struct {
	Amount   camtAmount   `xml:"Amt"`
	Side     string       `xml:"CdtDbtInd"`
	Reversal string       `xml:"RvslInd"`
	Status   camtCode     `xml:"Sts"`
	Booked   camtDay      `xml:"BookgDt"`
	Value    camtDay      `xml:"ValDt"`
	BankRef  string       `xml:"AcctSvcrRef"`
	Text     string       `xml:"AddtlNtryInf"`
	Details  []camtDetail `xml:"NtryDtls>TxDtls"`
}

type camtDetail struct {
	BankRef   string     `xml:"Refs>AcctSvcrRef"`
	ClearRef  string     `xml:"Refs>ClrSysRef"`
	TxID      string     `xml:"Refs>TxId"`
	EndToEnd  string     `xml:"Refs>EndToEndId"`
	Instr     string     `xml:"Refs>InstrId"`
	Cheque    string     `xml:"Refs>ChqNb"`
	Mandate   string     `xml:"Refs>MndtId"`
	Amount    camtAmount `xml:"Amt"`
	OldAmount camtAmount `xml:"AmtDtls>TxAmt>Amt"`
	Side      string     `xml:"CdtDbtInd"`
	Payer     camtParty  `xml:"RltdPties>Dbtr"`
	Payee     camtParty  `xml:"RltdPties>Cdtr"`
	PayerNo   string     `xml:"RltdPties>DbtrAcct>Id>Othr>Id"`
	PayeeNo   string     `xml:"RltdPties>CdtrAcct>Id>Othr>Id"`
	PayerBank camtBank   `xml:"RltdAgts>DbtrAgt>FinInstnId"`
	PayeeBank camtBank   `xml:"RltdAgts>CdtrAgt>FinInstnId"`
	Remitted  []string   `xml:"RmtInf>Ustrd"`
	Invoice   []string   `xml:"RmtInf>Strd>CdtrRefInf>Ref"`
	Text      string     `xml:"AddtlTxInf"`
}

// camtParty is a name, under Pty in newer versions.
type camtParty struct {
	Old string `xml:"Nm"`
	New string `xml:"Pty>Nm"`
}

func (p camtParty) name() string { return strings.TrimSpace(p.New + " " + p.Old) }

// camt reads the elements of a file one after the other, so that a large file
// needs no more memory than its entries.
type camt struct {
	name     string
	decoder  *xml.Decoder
	messages []message
	m        *message
	currency string
	count    int // entries made so far; the number of the last one
	pending  int
}

// errAt refuses the file and says where.
func (r *camt) errAt(format string, args ...any) error {
	line, _ := r.decoder.InputPos()
	return unreadable(r.name, "line %d: %s.", line, fmt.Sprintf(format, args...))
}

// readCAMT reads a camt.053 document. Only what is booked becomes a line.
func readCAMT(name, text string, warnings []string) (*Statement, error) {
	r := &camt{name: name, decoder: newXMLDecoder(text)}
	if err := r.read(); err != nil {
		return nil, err
	}
	s, err := readMessages(name, "camt.053", r.messages, warnings)
	if err == nil && r.pending > 0 {
		s.warn("%d entries are announced and not booked; they are not among the lines.", r.pending)
	}
	return s, err
}

// newXMLDecoder decodes text that is UTF-8 already, whatever its first line
// says. Entities a document declares for itself are refused by the decoder, so
// that none can grow or point elsewhere.
func newXMLDecoder(text string) *xml.Decoder {
	d := xml.NewDecoder(strings.NewReader(text))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	return d
}

// maxXMLDepth is three times the depth of the deepest element of the format.
const maxXMLDepth = 40

func (r *camt) read() error {
	depth, root := 0, false
	for {
		token, err := r.decoder.Token()
		if errors.Is(err, io.EOF) && root && depth == 0 {
			return nil
		}
		if err != nil {
			return r.damaged(err)
		}
		switch t := token.(type) {
		case xml.Directive:
			if bytes.Contains(t, []byte("ENTITY")) || bytes.Contains(t, []byte("SYSTEM")) {
				return r.errAt("the document declares entities of its own, which no bank does")
			}
		case xml.StartElement:
			consumed, err := r.start(t)
			if err != nil {
				return err
			}
			root = true
			if consumed {
				continue
			}
			if depth++; depth > maxXMLDepth {
				return r.errAt("the elements are nested too deep")
			}
		case xml.EndElement:
			depth--
			if t.Name.Local == "Stmt" && r.m != nil {
				if err := r.finish(); err != nil {
					return err
				}
			}
		}
	}
}

// damaged says that the document is no XML from here on.
func (r *camt) damaged(err error) error {
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok && !strings.Contains(syntax.Msg, "unexpected EOF") {
		return unreadable(r.name, "line %d: the XML is damaged (%s).", syntax.Line, clip(syntax.Msg, 80))
	}
	return r.errAt("the XML ends in the middle: the file was cut off")
}

// start reads an element; consumed says that it was read up to its end.
func (r *camt) start(t xml.StartElement) (consumed bool, err error) {
	if r.m == nil {
		if t.Name.Local == "Stmt" {
			line, _ := r.decoder.InputPos()
			r.m, r.currency = &message{no: line}, ""
		}
		return false, nil
	}
	switch t.Name.Local {
	case "Stmt":
		return false, r.errAt("a statement begins inside a statement")
	case "Id":
		var id string
		err := r.decode(&id, &t)
		r.m.id = clip(squeeze(id), 40)
		return true, err
	case "Acct":
		return true, r.account(t)
	case "Bal":
		return true, r.balance(t)
	case "Ntry":
		return true, r.entry(t)
	}
	if err := r.decoder.Skip(); err != nil {
		return true, r.damaged(err)
	}
	return true, nil
}

func (r *camt) decode(into any, t *xml.StartElement) error {
	if err := r.decoder.DecodeElement(into, t); err != nil {
		return r.damaged(err)
	}
	return nil
}

func (r *camt) account(t xml.StartElement) error {
	var a camtAccount
	if err := r.decode(&a, &t); err != nil {
		return err
	}
	no := strings.Join(strings.Fields(a.Other+a.IBAN), "")
	r.m.account = clip(strings.ToUpper(no), 40)
	r.m.bank = bankOfCode(a.Agent.code())
	r.currency = strings.TrimSpace(a.Currency)
	return nil
}

// finish closes a statement.
func (r *camt) finish() error {
	if r.m.account == "" {
		return r.errAt("the statement that ends here names no account")
	}
	r.messages = append(r.messages, *r.m)
	r.m = nil
	if len(r.messages) > maxRows {
		return tooLarge(r.name, "it has more than %d statements.", maxRows)
	}
	return nil
}

// balance keeps the opening (OPBD, or the closing of the day before, PRCD) and
// the closing (CLBD) balance. Others are of the moment and of what is available.
func (r *camt) balance(t xml.StartElement) error {
	var b camtBalance
	if err := r.decode(&b, &t); err != nil {
		return err
	}
	to := &r.m.opening
	switch strings.TrimSpace(b.Code) {
	case "OPBD":
	case "PRCD":
		if to.Known {
			return nil
		}
	case "CLBD":
		to = &r.m.closing
	default:
		return nil
	}
	amount, err := r.amount(b.Amount, maxBalance, "balance")
	if err != nil {
		return err
	}
	debit, err := r.side(b.Side)
	if err != nil {
		return err
	}
	if debit {
		amount = -amount
	}
	*to = Figure{amount, true, true}
	return nil
}

// amount reads an amount of rupees.
func (r *camt) amount(a camtAmount, most lending.Money, word string) (lending.Money, error) {
	currency := strings.TrimSpace(a.Currency)
	if currency == "" {
		currency = r.currency
	}
	if currency != "" && currency != "INR" {
		return 0, r.errAt("the %s is in %s; only rupees are read", word, clip(currency, 10))
	}
	text := strings.TrimSpace(a.Text)
	amount, err := plainAmount(text, most)
	if err == nil && strings.Contains(text, ",") {
		err = errNotAmount
	}
	if err != nil {
		return 0, r.errAt("the %s %q %s", word, clip(text, 40), err)
	}
	return amount, nil
}

// side says whether an indicator means a debit.
func (r *camt) side(s string) (debit bool, err error) {
	switch strings.TrimSpace(s) {
	case "CRDT":
		return false, nil
	case "DBIT":
		return true, nil
	}
	return false, r.errAt("%q says neither credit nor debit", clip(s, 20))
}

// day reads a day of a camt file; with a time it is the day in India.
func (r *camt) day(d camtDay) (lending.Date, error) {
	text := strings.TrimSpace(d.Date + d.Time)
	if text == "" {
		return 0, nil
	}
	day, err := isoDay(text)
	if err != nil {
		return 0, r.errAt("the date %q %s", clip(text, 40), err)
	}
	return day, nil
}

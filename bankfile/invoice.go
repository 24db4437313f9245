package bankfile

import (
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/json"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"

	"lekha/lending"
)

// Invoice is what was read of an invoice. It is shown to the person who confirms it;
// what could not be read is empty and named.
type Invoice struct {
	Source      string // "e-invoice", "qr", "csv", "pdf"
	No          string
	Date        lending.Date
	Amount      lending.Money
	SellerGSTIN string
	BuyerGSTIN  string
	IRN         string
	Missing     []string // names of what could not be read
	Warnings    []string
}

// maxInvoiceFile is more than any invoice is; maxInvoiceRows more than one file of
// them is read for.
const (
	maxInvoiceFile = 5 << 20
	maxInvoiceRows = 1000
)

var (
	gstinPattern = regexp.MustCompile(`\b[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][A-Z0-9]Z[A-Z0-9]\b`)
	jwtPattern   = regexp.MustCompile(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*$`)
	irnPattern   = regexp.MustCompile(`\b[0-9a-f]{64}\b`)
)

// ReadInvoices reads the invoices of a file: JSON or the QR payload of e-invoices, CSV,
// or a PDF that holds text.
func ReadInvoices(data []byte) ([]Invoice, error) {
	if len(data) > maxInvoiceFile {
		return nil, lending.Refuse(lending.Invalid, "invoice.too_large", "This file is larger than an invoice is.")
	}
	trimmed := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")))
	var found []Invoice
	var err error
	switch {
	case len(trimmed) == 0:
		return nil, lending.Refuse(lending.Invalid, "invoice.empty", "This file is empty.")
	case bytes.HasPrefix(trimmed, []byte("%PDF-")):
		found, err = invoiceOfText(pdfText(trimmed))
	case jwtPattern.Match(trimmed):
		found, err = invoiceOfQR(string(trimmed))
	case trimmed[0] == '{' || trimmed[0] == '[':
		found, err = invoicesOfJSON(trimmed)
	default:
		found, err = invoicesOfCSV(trimmed)
	}
	for i := range found {
		found[i].name()
	}
	return found, err
}

// name lists what could not be read.
func (v *Invoice) name() {
	for _, field := range []struct {
		name  string
		empty bool
	}{{"invoice_no", v.No == ""}, {"invoice_date", v.Date.IsZero()}, {"invoice_amount", v.Amount == 0}, {"seller_gstin", v.SellerGSTIN == ""}, {"buyer_gstin", v.BuyerGSTIN == ""}} {
		if field.empty {
			v.Missing = append(v.Missing, field.name)
		}
	}
}

// unreadableInvoice says that a file is none.
func unreadableInvoice() error {
	return lending.Refuse(lending.Invalid, "invoice.unreadable", "No invoice can be read here. Give e-invoice JSON, the text of its QR code, a CSV with headings, or a PDF that holds text.")
}

// eInvoice is the part of the e-invoice schema (INV-01) that is read, and beside it the
// keys that the signed QR code has.
type eInvoice struct {
	Irn      string
	DocDtls  struct{ No, Dt string }
	SellDtls struct{ Gstin string } `json:"SellerDtls"`
	BuyDtls  struct{ Gstin string } `json:"BuyerDtls"`
	ValDtls  struct{ TotInvVal json.Number }

	SellerGstin, BuyerGstin, DocNo, DocDt string
	TotInvVal                             json.Number
}

func (e eInvoice) invoice() Invoice {
	v := Invoice{Source: "e-invoice", No: e.DocDtls.No, SellerGSTIN: e.SellDtls.Gstin, BuyerGSTIN: e.BuyDtls.Gstin, IRN: e.Irn}
	day, amount := e.DocDtls.Dt, string(e.ValDtls.TotInvVal)
	if e.DocNo != "" {
		v.Source, v.No, v.SellerGSTIN, v.BuyerGSTIN, day, amount = "qr", e.DocNo, e.SellerGstin, e.BuyerGstin, e.DocDt, string(e.TotInvVal)
	}
	v.Date, _ = invoiceDay(day)
	v.Amount, _ = lending.ParseMoney(amount)
	v.No, v.SellerGSTIN, v.BuyerGSTIN = tidyInvoice(v.No), tidyInvoice(v.SellerGSTIN), tidyInvoice(v.BuyerGSTIN)
	return v
}

func tidyInvoice(s string) string { return strings.ToUpper(strings.Join(strings.Fields(s), " ")) }

// invoicesOfJSON reads one e-invoice or a list of them; portals wrap them in "data".
func invoicesOfJSON(data []byte) ([]Invoice, error) {
	var list []json.RawMessage
	if json.Unmarshal(data, &list) != nil {
		list = []json.RawMessage{data}
	}
	if len(list) > maxInvoiceRows {
		return nil, lending.Refuse(lending.Invalid, "invoice.too_many", "These are too many invoices for one file.")
	}
	var out []Invoice
	for _, raw := range list {
		var wrapped struct {
			Data          json.RawMessage
			SignedInvoice string
			SignedQRCode  string
		}
		if json.Unmarshal(raw, &wrapped) == nil && len(wrapped.Data) > 0 && wrapped.Data[0] == '{' {
			raw = wrapped.Data
		}
		if code := wrapped.SignedQRCode; code != "" {
			read, err := invoiceOfQR(code)
			if err == nil {
				out = append(out, read...)
				continue
			}
		}
		var e eInvoice
		if err := json.Unmarshal(raw, &e); err != nil {
			return nil, unreadableInvoice()
		}
		if v := e.invoice(); v.No != "" || v.Amount > 0 {
			out = append(out, v)
		}
	}
	if len(out) == 0 {
		return nil, unreadableInvoice()
	}
	return out, nil
}

// invoiceOfQR reads the payload of a signed QR code. Its signature is not checked: the
// key of the portal is not at hand.
func invoiceOfQR(text string) ([]Invoice, error) {
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		return nil, unreadableInvoice()
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, unreadableInvoice()
	}
	var outer struct{ Data string }
	var e eInvoice
	if json.Unmarshal(payload, &outer) == nil && outer.Data != "" {
		payload = []byte(outer.Data)
	}
	if err := json.Unmarshal(payload, &e); err != nil || e.DocNo == "" {
		return nil, unreadableInvoice()
	}
	v := e.invoice()
	v.Warnings = []string{"The signature of the QR code was not checked."}
	return []Invoice{v}, nil
}

// invoiceHeadings are the headings of a CSV by what they name.
var invoiceHeadings = map[string][]string{
	"no": {"invoice_no", "invoice no", "invoice number", "inv no", "bill no", "document number"}, "date": {"invoice_date", "invoice date", "inv date", "bill date", "document date"},
	"amount": {"invoice_amount", "invoice amount", "invoice value", "total amount", "total", "amount"},
	"seller": {"seller_gstin", "seller gstin", "supplier gstin", "gstin of supplier", "gstin"}, "buyer": {"buyer_gstin", "buyer gstin", "recipient gstin", "gstin of recipient"},
	"irn": {"irn"},
}

func invoicesOfCSV(data []byte) ([]Invoice, error) {
	r := csv.NewReader(bytes.NewReader(data))
	r.FieldsPerRecord, r.LazyQuotes, r.TrimLeadingSpace = -1, true, true
	head, err := r.Read()
	if err != nil {
		return nil, unreadableInvoice()
	}
	at := map[string]int{}
	for i, cell := range head {
		name := strings.ToLower(strings.TrimSpace(cell))
		for field, words := range invoiceHeadings {
			if _, seen := at[field]; !seen && slices.Contains(words, name) {
				at[field] = i
			}
		}
	}
	if _, ok := at["no"]; !ok {
		return nil, unreadableInvoice()
	}
	var out []Invoice
	for len(out) <= maxInvoiceRows {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, unreadableInvoice()
		}
		cell := func(field string) string {
			if i, ok := at[field]; ok && i < len(row) {
				return tidyInvoice(row[i])
			}
			return ""
		}
		v := Invoice{Source: "csv", No: cell("no"), SellerGSTIN: cell("seller"), BuyerGSTIN: cell("buyer"), IRN: strings.ToLower(cell("irn"))}
		v.Date, _ = invoiceDay(cell("date"))
		v.Amount, _ = lending.ParseMoney(cell("amount"))
		if v.No != "" {
			out = append(out, v)
		}
	}
	if len(out) == 0 || len(out) > maxInvoiceRows {
		return nil, unreadableInvoice()
	}
	return out, nil
}

// invoiceForms are the ways in which invoices in India write a day.
var invoiceForms = []string{"02/01/2006", "02-01-2006", "02.01.2006", "2006-01-02", "02-Jan-2006", "02 Jan 2006", "2 January 2006", "02/01/06", "2-Jan-06", "02-Jan-06", "January 2, 2006", "Jan 2, 2006"}

func invoiceDay(text string) (lending.Date, bool) {
	text = strings.Join(strings.Fields(text), " ")
	for _, form := range invoiceForms {
		for _, spelled := range []string{text, strings.ToLower(text)} {
			if t, err := time.Parse(form, titled(spelled)); err == nil && t.Year() > 1999 && t.Year() < 2200 {
				return lending.NewDate(t.Year(), t.Month(), t.Day()), true
			}
		}
	}
	return 0, false
}

// titled writes the name of a month as time knows it.
func titled(text string) string {
	out := []byte(strings.ToLower(text))
	for i, b := range out {
		if b >= 'a' && b <= 'z' && (i == 0 || out[i-1] < 'a' || out[i-1] > 'z') {
			out[i] = b - 'a' + 'A'
		}
	}
	return string(out)
}

var (
	noLabel     = regexp.MustCompile(`(?i)\b(?:tax\s+)?(?:invoice|inv|bill)\s*(?:no|number|num|#)\.?\s*[:\-]?\s*([A-Z0-9][A-Z0-9/\-]{0,31})`)
	dateLabel   = regexp.MustCompile(`(?i)\b(?:(?:invoice|inv|bill)\s*)?(?:date|dated)\.?\s*[:\-]?\s*([0-9]{1,2}[\-/. ][0-9A-Z]{2,9}[\-/. ][0-9]{2,4}|[0-9]{4}-[0-9]{2}-[0-9]{2})`)
	totalLabel  = regexp.MustCompile(`(?i)\b(?:grand\s+total|total\s+invoice\s+value|invoice\s+(?:total|value|amount)|total\s+amount(?:\s+payable)?|amount\s+payable|net\s+payable|total)\s*(?:\((?:inr|rs\.?|₹)\))?\s*[:\-]?\s*(?:inr|rs\.?|₹)?\s*([0-9][0-9,]*(?:\.[0-9]{1,2})?)`)
	sellerLabel = regexp.MustCompile(`(?i)(?:seller|supplier|from|our)[^\n]{0,40}gstin|gstin[^\n]{0,20}(?:seller|supplier)`)
)

// invoiceOfText reads an invoice out of the text of a page by its labels. The largest
// total counts: sub-totals are smaller.
func invoiceOfText(text string) ([]Invoice, error) {
	v := Invoice{Source: "pdf"}
	if m := noLabel.FindStringSubmatch(text); m != nil {
		v.No = tidyInvoice(m[1])
	}
	for _, m := range dateLabel.FindAllStringSubmatch(text, 10) {
		if day, ok := invoiceDay(m[1]); ok && v.Date.IsZero() {
			v.Date = day
		}
	}
	for _, m := range totalLabel.FindAllStringSubmatch(text, 50) {
		if amount, err := lending.ParseMoney(m[1]); err == nil {
			v.Amount = max(v.Amount, amount)
		}
	}
	gstins := gstinPattern.FindAllString(strings.ToUpper(text), 10)
	gstins = slices.Compact(gstins)
	if len(gstins) > 0 {
		v.SellerGSTIN = gstins[0]
		for _, other := range gstins[1:] {
			if other != v.SellerGSTIN && v.BuyerGSTIN == "" {
				v.BuyerGSTIN = other
			}
		}
		if !sellerLabel.MatchString(text) {
			v.Warnings = append(v.Warnings, "Which GSTIN is the seller's was taken from their order on the page.")
		}
	}
	v.IRN = irnPattern.FindString(strings.ToLower(text))
	if v.No == "" && v.Amount == 0 {
		return nil, lending.Refuse(lending.Invalid, "invoice.no_text", "This PDF holds no text that reads like an invoice. A scan has to be typed in.")
	}
	return []Invoice{v}, nil
}

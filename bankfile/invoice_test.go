package bankfile

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
)

const (
	testSeller = "29AAACS1234B1Z1"
	testBuyer  = "27AAACV1234A1Z5"
)

// pdfOf is a PDF with one page of text lines; deflated when told.
func pdfOf(deflate bool, lines ...string) []byte {
	var content strings.Builder
	content.WriteString("BT /F1 12 Tf 72 720 Td\n")
	for _, line := range lines {
		content.WriteString("(" + line + ") Tj 0 -14 Td\n")
	}
	content.WriteString("ET")
	filter, body := "", []byte(content.String())
	if deflate {
		var packed bytes.Buffer
		w := zlib.NewWriter(&packed)
		_, _ = w.Write(body)
		_ = w.Close()
		filter, body = "/Filter /FlateDecode", packed.Bytes()
	}
	return append(fmt.Appendf(nil, "%%PDF-1.4\n4 0 obj << /Length %d %s >>\nstream\n", len(body), filter), append(body, []byte("\nendstream\nendobj\n%%EOF")...)...)
}

// TestReadInvoices: an invoice reads the same whatever carries it.
func TestReadInvoices(t *testing.T) {
	page := []string{"Seller GSTIN: " + testSeller, "Tax Invoice No: INV/26/0077", "Invoice Date: 06-Nov-2026", "Bill to GSTIN " + testBuyer, "Total 8,47,457.63", "Grand Total \\(INR\\): 10,00,000.00"}
	qr := "e30." + base64.RawURLEncoding.EncodeToString([]byte(`{"iss":"NIC","data":"{\"SellerGstin\":\"`+testSeller+`\",\"BuyerGstin\":\"`+testBuyer+`\",\"DocNo\":\"INV/26/0077\",\"DocTyp\":\"INV\",\"DocDt\":\"06/11/2026\",\"TotInvVal\":1000000,\"ItemCnt\":1}"}`)) + ".c2ln"
	for name, data := range map[string][]byte{
		"pdf":       pdfOf(false, page...),
		"pdf flate": pdfOf(true, page...),
		"e-invoice": []byte(`{"Version":"1.1","DocDtls":{"Typ":"INV","No":"inv/26/0077","Dt":"06/11/2026"},"SellerDtls":{"Gstin":"` + testSeller + `"},"BuyerDtls":{"Gstin":"` + testBuyer + `"},"ValDtls":{"AssVal":847457.63,"TotInvVal":1000000.00}}`),
		"wrapped":   []byte(`[{"data":{"DocDtls":{"No":"INV/26/0077","Dt":"06/11/2026"},"SellerDtls":{"Gstin":"` + testSeller + `"},"BuyerDtls":{"Gstin":"` + testBuyer + `"},"ValDtls":{"TotInvVal":"1000000"}}}]`),
		"qr":        []byte(qr),
		"csv":       []byte("Invoice No,Invoice Date,Invoice Amount,Seller GSTIN,Buyer GSTIN\nINV/26/0077,2026-11-06,\"10,00,000\"," + testSeller + "," + testBuyer + "\n"),
	} {
		got, err := ReadInvoices(data)
		if err != nil || len(got) != 1 {
			t.Errorf("%s: %v, %d read", name, err, len(got))
			continue
		}
		want := Invoice{Source: got[0].Source, Warnings: got[0].Warnings, No: "INV/26/0077", Date: lending.NewDate(2026, time.November, 6), Amount: 1_000_000_00, SellerGSTIN: testSeller, BuyerGSTIN: testBuyer}
		if diff := cmp.Diff(want, got[0]); diff != "" {
			t.Errorf("%s: (- want, + got)\n%s", name, diff)
		}
	}
}

// What is not there is named, and what is no invoice gets a sentence.
func TestInvoicesThatCannotBeRead(t *testing.T) {
	got, err := ReadInvoices(pdfOf(true, "Invoice No: A-1", "Total: 500"))
	if err != nil || !cmp.Equal(got[0].Missing, []string{"invoice_date", "seller_gstin", "buyer_gstin"}) {
		t.Errorf("%v, %+v", err, got)
	}
	for name, data := range map[string]string{"empty": " ", "scan": "%PDF-1.4 no text", "json": `{"a":1}`, "broken json": `{"a"`, "csv": "a,b\n1,2\n", "jwt": "a.b.c"} {
		if got, err := ReadInvoices([]byte(data)); lending.KindOf(err) != lending.Invalid {
			t.Errorf("%s: %v, %+v", name, err, got)
		}
	}
}

func FuzzReadInvoices(f *testing.F) {
	f.Add(pdfOf(true, "Invoice No: A-1", "Total: 500"))
	f.Add([]byte(`[{"data":{"DocDtls":{"No":"1"}}}]`))
	f.Add([]byte("invoice_no,invoice_date\n1,\"\n"))
	f.Add([]byte("%PDF-1.4 1 0 obj stream\nBT (\\9\\12 <41"))
	f.Fuzz(func(t *testing.T, data []byte) {
		invoices, err := ReadInvoices(data)
		if err != nil && lending.KindOf(err) != lending.Invalid {
			t.Error(err)
		}
		for _, v := range invoices {
			if v.Amount < 0 {
				t.Errorf("a negative invoice: %+v", v)
			}
		}
	})
}

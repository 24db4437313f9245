package handlers

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"slices"

	"github.com/labstack/echo/v4"

	"lekha/servicing"
	"lekha/store"
)

// tallyLedger is one account of the chart as Tally imports it: a ledger under one of
// the groups that every Tally company has.
type tallyLedger struct {
	XMLName xml.Name `xml:"LEDGER"`
	Named   string   `xml:"NAME,attr"`
	Action  string   `xml:"ACTION,attr"`
	Name    string   `xml:"NAME.LIST>NAME"`
	Parent  string   `xml:"PARENT"`
}

// tallyGroups are the groups of Tally that take the kinds of account. The bank has a
// group of its own, and so have the duties.
var tallyGroups = map[string]string{"asset": "Loans & Advances (Asset)", "liability": "Current Liabilities", "equity": "Capital Account",
	"income": "Direct Incomes", "expense": "Indirect Expenses"}

// tallyGroup is the group of an account.
func tallyGroup(r servicing.ChartRow) string {
	switch r.Role {
	case "bank_collection", "bank_disbursement":
		return "Bank Accounts"
	case "cgst", "sgst", "igst", "gst_input":
		return "Duties & Taxes"
	}
	return tallyGroups[r.Kind]
}

// tallyName is a code as the vouchers and the masters name it.
func tallyName(code string, names servicing.Names) string { return code + " " + names.Of(code) }

// exportTallyMasters gives the ledgers that the vouchers name, to be imported first.
// Codes of before and of days to come are among them.
func (a *app) exportTallyMasters(c echo.Context) error {
	return a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		chart, err := servicing.ChartOf(ctx, v)
		if err != nil {
			return err
		}
		names, err := servicing.CodeNames(ctx, v)
		if err != nil {
			return err
		}
		return a.tallyFile(c, "tally-ledgers.xml", "All Masters", func(w io.Writer) error { return writeMasters(w, chart, names) })
	})
}

func writeMasters(w io.Writer, chart []servicing.ChartRow, names servicing.Names) error {
	groups := map[string]string{}
	for _, r := range chart {
		group := tallyGroup(r)
		groups[r.Standard] = group
		for _, d := range r.Dated {
			groups[d.Code] = group
		}
	}
	codes := make([]string, 0, len(groups))
	for code := range groups {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	for _, code := range codes {
		name := tallyName(code, names)
		text, err := xml.Marshal(tallyLedger{Named: name, Action: "Create", Name: name, Parent: groups[code]})
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "<TALLYMESSAGE xmlns:UDF=\"TallyUDF\">%s</TALLYMESSAGE>\n", text); err != nil {
			return err
		}
	}
	return nil
}

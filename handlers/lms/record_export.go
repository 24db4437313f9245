package lms

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/store"
)

// exportBody may hold the filters of the record list instead of the query.
type exportBody struct{}

// exportAnswer is JSON, CSV or XLSX: one row a record of the filtered set.
type exportAnswer []recordAnswer

// exportRecords streams exactly the filtered set, as CSV, a workbook or, with
// format=json, as a JSON list.
func (a *API) exportRecords(c *call, _ exportBody) (exportAnswer, error) {
	if err := c.mergeFilters(); err != nil {
		return nil, err
	}
	format := c.text("format")
	if format == "" {
		format = "csv"
	}
	if format != "json" && bankfile.TableTypes[format] == "" {
		return nil, faults{"format": "An export is csv, xlsx or json."}
	}
	// What can be refused is refused before the first byte.
	var q store.RecordQuery
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		var err error
		if q, err = c.recordQuery(ctx, v); err != nil {
			return err
		}
		order, descending := c.order("index")
		q.Sort, q.Descending = recordOrders[order], descending
		return c.fault()
	})
	c.stream = func(w http.ResponseWriter) error {
		return a.read(c, func(ctx context.Context, v *store.View) error { return c.streamRecords(ctx, v, w, q, format) })
	}
	return nil, err
}

// mergeFilters takes filters out of the body: the reference does not say where
// an export has them. The query wins.
func (c *call) mergeFilters() error {
	for _, p := range c.route.query {
		raw, given := c.fields[p.name]
		if !given || c.query.Has(p.name) {
			continue
		}
		var items words
		if err := items.UnmarshalJSON(raw); err != nil {
			return faults{p.name: "This cannot be read."}
		}
		c.query.Set(p.name, strings.Join(items, ","))
	}
	return nil
}

// exportColumns are the columns of the CSV: the keys of a RECORD, the account by
// its number as well.
var exportColumns = []string{"id", "ref_id", "index", "type", "status", "date", "bank_date", "received_amount", "tds_amount", "amount", "remaining_amount",
	"payment_mode", "utr", "settlement_utr", "settlement_order", "component_order", "account", "account_ref", "borrower_name", "collection_bank", "remark",
	"reason", "is_processed", "settled_at", "revert_date", "receipt_no", "uploaded_by", "created_at", "updated_at", "fee_withheld", "fee_gst"}

func exportCells(r store.Record) []string {
	stamped := func(i store.Instant) string { return i.In(lending.India).Format(time.DateTime) }
	return []string{r.ID, r.Ref, fmt.Sprint(r.Idx), r.Type, r.Status, r.Date.String(), r.BankDate.String(), r.ReceivedAmount.String(), r.TDSAmount.String(),
		r.Amount.String(), r.RemainingAmount.String(), string(r.PaymentMode), string(r.UTR), string(r.SettlementUTR), r.SettlementOrder, r.ComponentOrder,
		string(r.AccountID), r.AccountRef, r.BorrowerName, r.BankCode, r.Remark, r.Reason, fmt.Sprint(r.IsProcessed), r.SettledOn.String(),
		r.RevertDate.String(), string(r.ReceiptNo), string(r.UploadedBy), stamped(r.CreatedAt), stamped(r.UpdatedAt),
		r.FeeWithheld.String(), r.FeeGST.String()}
}

// attach begins a file that is csv, xlsx or json.
func (c *call) attach(w http.ResponseWriter, name, format string) http.ResponseWriter {
	c.status = http.StatusOK
	kind := bankfile.TableTypes[format]
	if format == "json" {
		kind = "application/json"
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`.`+format+`"`)
	return w
}

// streamRecords writes the file while it is read.
func (c *call) streamRecords(ctx context.Context, v *store.View, w http.ResponseWriter, q store.RecordQuery, format string) error {
	w = c.attach(w, "records", format)
	if format != "json" {
		out := bankfile.NewTable(w, format)
		if err := out.Write(exportColumns); err != nil {
			return err
		}
		if err := v.EachQueriedRecord(ctx, q, func(r store.Record) error { return out.Write(exportCells(r)) }); err != nil {
			return err
		}
		return out.Flush()
	}
	records, err := c.records(v)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	separator := "["
	err = v.EachQueriedRecord(ctx, q, func(r store.Record) error {
		answer, err := records.write(ctx, r)
		if err != nil {
			return err
		}
		line, err := encode(answer)
		if err != nil {
			return err
		}
		_, err = out.WriteString(separator + string(line))
		separator = ",\n"
		return err
	})
	if err != nil {
		return err
	}
	if separator == "[" {
		_, _ = out.WriteString("[")
	}
	_, _ = out.WriteString("]\n")
	return out.Flush()
}

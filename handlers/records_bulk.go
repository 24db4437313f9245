package handlers

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/store"
	"lekha/views"
)

const (
	// maxBulk is how many records are sent in one go: each is a command of its own
	// that reaches the disk, and a request ends after two minutes.
	maxBulk = 2000
	// maxRefused is how many of those that were not sent are named on the page.
	maxRefused = 100
)

// ticked is a record that somebody ticked, as they saw it.
type ticked struct {
	ref     string
	version int64 // 0: as it is now
}

// createRecordApprovalRequests sends many records for approval: those that are
// ticked, or all that match a filter when their number is still the promised one.
func (a *app) createRecordApprovalRequests(c echo.Context) error {
	f := read(c)
	q := recordQueryOf(f)
	chosen, err := a.chosenRecords(c, f, q)
	if err != nil {
		form, ok := refusedForm(err, f.values)
		if !ok {
			return err
		}
		return a.showRecords(c, statusOf(err), f, q, recordsSaid{done: &views.BulkDone{Conflict: form.Refused}})
	}
	done := views.BulkDone{}
	for _, t := range chosen {
		record, err := a.office.RequestApproval(c.Request().Context(), actorOf(c), t.ref, t.version, f.text("reason"))
		switch {
		case err == nil:
			done.Sent, done.Amount = done.Sent+1, done.Amount+record.Amount
		case lending.KindOf(err) == 0:
			return fmt.Errorf("sending %s for approval: %w", t.ref, err)
		case len(done.Refused) < maxRefused:
			done.Refused = append(done.Refused, views.Refused{Ref: store.CleanRef(t.ref), Why: err.Error()})
		default:
			done.Unnamed++
		}
	}
	if len(done.Refused) == 0 {
		a.flash(c, views.Flash{Text: fmt.Sprintf("%s of %s sent for approval.", views.Counted(done.Sent, "record", "records"), views.Rupees(done.Amount)),
			Path: "/approvals?queue=all", Link: "Open approvals"})
		return a.seeOther(c, q.path("/records"))
	}
	status := http.StatusOK
	if done.Sent == 0 {
		status = http.StatusConflict
	}
	return a.showRecords(c, status, f, q, recordsSaid{done: &done})
}

// chosenRecords are the records that a bulk form is about. "All that match" is
// found anew, and holds only if as many match as the person was shown.
func (a *app) chosenRecords(c echo.Context, f *fields, q recordQuery) ([]ticked, error) {
	if f.flag("all") {
		return a.allThatMatch(c, f, q)
	}
	var chosen []ticked
	for _, value := range f.list("ref") {
		ref, version, _ := strings.Cut(value, ".")
		n, err := strconv.ParseInt(version, 10, 64)
		if version != "" && err != nil || ref == "" {
			return nil, lending.RefuseField("ref", "bulk.ref", "What was ticked cannot be read. Tick it again.")
		}
		chosen = append(chosen, ticked{ref, n})
	}
	switch {
	case len(chosen) == 0:
		return nil, lending.RefuseField("ref", "bulk.none", "Tick at least one record.")
	case len(chosen) > maxBulk:
		return nil, tooMany(len(chosen))
	}
	return chosen, nil
}

func (a *app) allThatMatch(c echo.Context, f *fields, q recordQuery) ([]ticked, error) {
	var chosen []ticked
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		if err := q.resolve(ctx, v); err != nil {
			return err
		}
		sum, err := v.RecordSum(ctx, q.filter, 0)
		if err != nil {
			return err
		}
		if promised := f.text("count"); promised != strconv.FormatInt(sum.Count, 10) {
			return lending.Refuse(lending.Conflict, "bulk.count", fmt.Sprintf("You ticked all %s that matched, and now %s match. Look at them and tick again.",
				promised, views.Count(int(sum.Count))))
		}
		if sum.Count > maxBulk {
			return tooMany(int(sum.Count))
		}
		filter := q.filter
		filter.Limit = maxBulk
		rows, err := v.Records(ctx, filter)
		for _, r := range rows {
			chosen = append(chosen, ticked{r.Ref, r.Version})
		}
		return err
	})
	return chosen, err
}

func tooMany(n int) error {
	return lending.RefuseField("ref", "bulk.many", fmt.Sprintf("%s are more than the %s that are sent in one go. Narrow the filter.", views.Count(n), views.Count(maxBulk)))
}

// recordColumns are the columns of the exported list.
var recordColumns = []string{"ref", "type", "status", "account", "borrower", "value_date", "bank_date", "received_amount", "tds_amount", "amount",
	"remaining_amount", "payment_mode", "utr", "collection_bank", "source", "receipt_no", "narration", "remark"}

// exportRecords sends the whole filtered and sorted set, row by row: it
// may be larger than memory.
func (a *app) exportRecords(c echo.Context) error {
	q := recordQueryOf(read(c))
	return a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) error {
		if err := q.resolve(ctx, v); err != nil {
			return err
		}
		date, err := today(ctx, v)
		if err != nil {
			return err
		}
		return a.download(c, "records-"+date.String(), formatOf(c), func(w bankfile.Table) error {
			if err := w.Write(recordColumns); err != nil {
				return err
			}
			for r, err := range v.EachRecord(ctx, q.filter) {
				if err == nil {
					err = w.Write(recordCells(r))
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
	})
}

func recordCells(r store.Record) []string {
	return []string{r.Ref, r.Type, r.Status, r.AccountRef, r.BorrowerName, r.Date.String(), r.BankDate.String(), r.ReceivedAmount.String(),
		r.TDSAmount.String(), r.Amount.String(), r.RemainingAmount.String(), string(r.PaymentMode), string(r.UTR), r.BankCode, r.Source,
		string(r.ReceiptNo), r.Narration, r.Remark}
}

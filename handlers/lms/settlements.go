package lms

import (
	"context"
	"net/http"
	"strconv"

	"lekha/bankfile"
	"lekha/store"
)

// settlementAnswer is a SETTLEMENT: how much of one record went to one demand,
// in the fifteen keys of the reference.
type settlementAnswer struct {
	ID                string     `json:"id"`
	CreatedAt         stamp      `json:"created_at"`
	UpdatedAt         stamp      `json:"updated_at"`
	Date              stamp      `json:"date" doc:"Value date, at the last microsecond of its day in India."`
	Amount            amount     `json:"amount"`
	OutstandingAmount amount     `json:"outstanding_amount" doc:"Left on the demand afterwards."`
	RemainingAmount   amount     `json:"remaining_amount" doc:"Left on the record afterwards."`
	SentToGL          bool       `json:"sent_to_gl"`
	DueAmount         amount     `json:"due_amount" doc:"What of the demand was due and is left."`
	DPD               int        `json:"dpd"`
	PeakDPD           int        `json:"peak_dpd"`
	ToBeDeleted       bool       `json:"to_be_deleted"`
	Account           string     `json:"account"`
	Demand            string     `json:"demand"`
	Record            recordLink `json:"record" doc:"Id of the record, the record itself with expand=record; null for receipts taken over with a portfolio."`
}

// recordLink is the id of a record, or the record.
type recordLink struct {
	id     noText
	record *recordAnswer
}

// MarshalJSON writes whichever there is.
func (l recordLink) MarshalJSON() ([]byte, error) {
	if l.record != nil {
		return encode(l.record)
	}
	return encode(l.id)
}

func settlementWire(s store.SettledDemand) settlementAnswer {
	// Money settles dues that have fallen due: what is left of one is due.
	return settlementAnswer{ID: s.ID, CreatedAt: stampOf(s.CreatedAt), UpdatedAt: stampOf(s.UpdatedAt), Date: endOf(s.Date), Amount: amount(s.Amount),
		OutstandingAmount: amount(s.Outstanding), RemainingAmount: amount(s.Remaining), DueAmount: amount(s.Outstanding), DPD: s.DPD, PeakDPD: s.PeakDPD,
		Account: s.AccountID, Demand: s.DemandID, Record: recordLink{id: noText(s.RecordID)}}
}

// settlementFilters narrow the settlements.
var settlementFilters = join(
	one("demand", textParam, "Id of the demand."),
	one("loan", textParam, "Id or ref of the loan."),
	one("account", textParam, "Id or ref of the account."),
	one("record", textParam, "Id or ref of the record."),
	between("date"), between("created_at"),
	ordering("date"),
)

// settlementWriter writes settlements, with their records when asked for.
func (c *call) settlementWriter(v *store.View) (func(context.Context, store.SettledDemand) (settlementAnswer, error), error) {
	records, err := c.records(v)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, s store.SettledDemand) (settlementAnswer, error) {
		answer := settlementWire(s)
		if !c.expand("record") || s.RecordID == "" {
			return answer, nil
		}
		r, err := v.RecordByID(ctx, string(s.RecordID))
		if err != nil {
			return answer, err
		}
		record, err := records.write(ctx, r)
		answer.Record.record = &record
		return answer, err
	}, nil
}

// listSettlements answers one page of settlements.
func (a *API) listSettlements(c *call) (page[settlementAnswer], error) {
	var answer page[settlementAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		f := store.SettlementFilter{Demand: c.keyParam("demand"), Dates: store.Span{From: c.date("date_after"), To: c.date("date_before")},
			Created: store.Span{From: c.date("created_at_after"), To: c.date("created_at_before")}, Listing: c.listing("date")}
		var err error
		if f.Account, err = accountID(ctx, v, c.keyParam("account")); err != nil {
			return err
		}
		if f.Loan, err = loanID(ctx, v, c.keyParam("loan")); err != nil {
			return err
		}
		if f.Record, err = recordID(ctx, v, c.keyParam("record")); err != nil {
			return err
		}
		write, err := c.settlementWriter(v)
		if err != nil {
			return err
		}
		answer, err = paged(c, f.Listing,
			func() ([]store.SettledDemand, *store.RecordKey, error) { return v.SettledDemands(ctx, f) },
			func() (int64, error) { return v.CountSettledDemands(ctx, f) }, write)
		return err
	})
	return answer, err
}

// tableAnswer is a file of rows: CSV or a workbook.
type tableAnswer string

// exportSettlements streams which part of which record paid what, as CSV or, with
// format=xlsx, as a workbook.
func (a *API) exportSettlements(c *call) (tableAnswer, error) {
	format := c.text("format")
	if format == "" {
		format = "csv"
	}
	days := store.Span{From: c.date("date_after"), To: c.date("date_before")}
	if err := c.fault(); err != nil {
		return "", err
	}
	c.stream = func(w http.ResponseWriter) error {
		out := bankfile.NewTable(c.attach(w, "settlements", format), format)
		if err := out.Write(settlementColumns); err != nil {
			return err
		}
		err := a.read(c, func(ctx context.Context, v *store.View) error {
			return v.EachSettlement(ctx, days, func(l store.SettlementLine) error {
				return out.Write([]string{l.Date.String(), l.AccountRef, l.Borrower, l.RecordRef, l.Reference, l.LoanRef, l.Demand, l.DueDate.String(), l.Component,
					l.Amount.String(), l.Outstanding.String(), strconv.FormatBool(l.FromExcess), strconv.Itoa(l.DPD)})
			})
		})
		if err != nil {
			return err
		}
		return out.Flush()
	}
	return "", nil
}

// settlementColumns are the columns of the exported settlements.
var settlementColumns = []string{"date", "account", "borrower", "record", "utr", "loan", "demand", "due_date", "component", "amount", "outstanding", "from_excess", "days_past_due"}

func recordID(ctx context.Context, v *store.View, key string) (string, error) {
	if key == "" {
		return "", nil
	}
	record, err := recordByKey(ctx, v, key)
	return found(record.ID, err)
}

// showSettlement answers one settlement.
func (a *API) showSettlement(c *call) (settlementAnswer, error) {
	var answer settlementAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		s, err := v.SettledDemandByID(ctx, c.id())
		if err != nil {
			return err
		}
		write, err := c.settlementWriter(v)
		if err != nil {
			return err
		}
		answer, err = write(ctx, s)
		return err
	})
	return answer, err
}

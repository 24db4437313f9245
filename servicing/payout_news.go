package servicing

import (
	"context"
	"errors"

	"lekha/lending"
	"lekha/store"
)

// PayoutNews is what the bank or its payout service says became of a payout.
type PayoutNews struct {
	Payout    string // ref, id, running number, or what the service calls it
	ServiceID string // what the service calls it from now on
	Status    string // processing, success, failed or returned
	Amount    lending.Money
	UTR       string
	Reason    string
	Date      lending.Date // value date; zero: the business date
}

// newsFrom are the states that news may come from (domain 10.4): a payout goes
// forward only, and a late return is the one thing that follows a success.
var newsFrom = map[string][]string{
	"processing": {"queued", "unknown"},
	"success":    atBank,
	"failed":     atBank,
	"returned":   {"success"},
}

func (in PayoutNews) check() error {
	faults := faults{}
	if in.Payout == "" {
		faults.add("ref_id", "Say which payout: payout_service_id, ref_id, numeric_ref_id or id.")
	}
	if newsFrom[in.Status] == nil {
		faults.add("status", "What becomes of a payout is processing, processed, failed or returned.")
	}
	if in.Status == "success" && normalReference(in.UTR) == "" {
		faults.add("utr", "Money that arrived has the bank's reference.")
	}
	if (in.Status == "failed" || in.Status == "returned") && in.Reason == "" {
		faults.add("failed_remark", "Say what the bank said.")
	}
	if len(in.UTR) > maxName || len(in.ServiceID) > maxName || len(in.Reason) > maxText {
		faults.add("failed_remark", "This is too long.")
	}
	return faults.refuse("payout.news", "This cannot be noted of a payout.")
}

// ReportPayout takes up what was heard of a payout. The same news again changes
// nothing; news that contradicts what is booked is refused, and people have to look.
// Only what was sent can have news: an unsent payout is released by people.
func (o *Office) ReportPayout(ctx context.Context, actor Actor, in PayoutNews) (store.Payout, error) {
	if err := actor.need(MayReportPayout); err != nil {
		return store.Payout{}, err
	}
	if err := in.check(); err != nil {
		return store.Payout{}, err
	}
	payout, known, err := o.knownNews(ctx, in)
	if err != nil || known {
		return payout, err
	}
	return o.movePayout(ctx, actor, payout.ID, payout.Version, "report", newsFrom[in.Status], func(ctx context.Context, tx *store.Tx, p *store.Payout) (string, error) {
		if in.ServiceID != "" {
			p.ServiceID = store.Opt(in.ServiceID)
		}
		p.Status, p.FailedRemark = in.Status, in.Reason
		switch in.Status {
		case "success":
			return "The bank says that payout " + p.Ref + " of " + p.Amount.Rupees() + " arrived, reference " + in.UTR, arrived(ctx, tx, p, in)
		case "failed":
			p.UTR = ""
			return "The bank says that payout " + p.Ref + " of " + p.Amount.Rupees() + " failed: " + in.Reason, nil
		case "returned":
			return "The bank says that payout " + p.Ref + " of " + p.Amount.Rupees() + " came back: " + in.Reason, nil
		}
		return "The bank works on payout " + p.Ref + " of " + p.Amount.Rupees(), nil
	})
}

// knownNews says whether the books say already what was heard. A status that is
// booked with another bank reference is no repetition.
func (o *Office) knownNews(ctx context.Context, in PayoutNews) (payout store.Payout, known bool, err error) {
	err = o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
		if payout, err = v.PayoutByAny(ctx, in.Payout); err != nil {
			return err
		}
		if in.Amount != 0 && in.Amount != payout.Amount {
			return lending.Refuse(lending.Conflict, "payout.amount", "Payout "+payout.Ref+" is of "+payout.Amount.Rupees()+", not of "+in.Amount.Rupees()+".")
		}
		sameReference := in.UTR == "" || store.Opt(normalReference(in.UTR)) == payout.UTR
		known = payout.Status == in.Status && sameReference
		return nil
	})
	return payout, known, err
}

// arrived notes reference and value date of money that reached its payee.
func arrived(ctx context.Context, tx *store.Tx, p *store.Payout, in PayoutNews) error {
	p.UTR, p.Date = store.Opt(normalReference(in.UTR)), in.Date
	if p.Date.IsZero() {
		p.Date = tx.Today
	}
	if p.Date > max(tx.Today, lending.DateOf(tx.Now.Time)) {
		return lending.RefuseField("date", "payout.date", "This day is still to come.")
	}
	other, err := tx.PayoutWithUTR(ctx, string(p.UTR))
	switch {
	case errors.Is(err, store.ErrMissing):
		return nil
	case err == nil && other.ID != p.ID:
		return lending.Refuse(lending.Conflict, "payout.duplicate_utr", "Bank reference "+in.UTR+" is on payout "+other.Ref+" of "+other.Amount.Rupees()+" already.")
	}
	return err
}

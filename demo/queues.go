package demo

import (
	"context"
	"errors"
	"slices"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// left is what the sample's staff had not settled when the month ended.
type left struct {
	*Loader
	credits []credit
}

// leaveSomething puts something into every queue. Each part is done once: where
// its queue holds something already, an interrupted load had come past it.
func (l *Loader) leaveSomething(ctx context.Context) error {
	credits, err := l.desk(ctx, 0)
	if err != nil {
		return err
	}
	// The surest first, so that what is left for others is the hard part.
	slices.SortStableFunc(credits, func(a, b credit) int { return b.answer.Confidence - a.answer.Confidence })
	rest := &left{l, credits}
	var counts map[string]store.StatusCount
	var byHand int64
	err = l.Reader.Read(ctx, func(ctx context.Context, v *store.View) error {
		if counts, err = v.RecordCounts(ctx); err != nil {
			return err
		}
		totals, err := v.RecordTotals(ctx, store.RecordFilter{Source: "hand"})
		byHand = totals.Count
		return err
	})
	if err != nil {
		return err
	}
	for _, part := range []struct {
		done bool
		do   func(context.Context) error
	}{
		{counts["reverted"].Count > 0, rest.reverse},
		{counts["rejected"].Count > 0, rest.reject},
		{counts["initiated"].Count > 0, rest.sendBack},
		{counts["pending"].Count > 2, rest.leavePending},
		{counts["set_aside"].Count > 0, rest.setAside},
		{counts["parked"].Count > 0, rest.park},
		{byHand > 0, rest.receive},
	} {
		if part.done {
			continue
		}
		if err := part.do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// take takes the next credits that have a proposal.
func (r *left) take(n int) []credit {
	var out []credit
	for i := 0; i < len(r.credits) && len(out) < n; i++ {
		if len(r.credits[i].accounts) > 0 {
			out = append(out, r.credits[i])
		}
	}
	r.drop(out)
	return out
}

func (r *left) drop(gone []credit) {
	r.credits = slices.DeleteFunc(r.credits, func(c credit) bool {
		return slices.ContainsFunc(gone, func(g credit) bool { return g.ID == c.ID })
	})
}

// each sends credits for approval and does something with them; one that its
// account cannot take is left on the desk.
func (r *left) each(ctx context.Context, credits []credit, remark string, do func(c credit) error) error {
	for _, c := range credits {
		err := r.send(ctx, c, c.allocations(), remark)
		if lending.KindOf(err) == lending.Invalid {
			continue
		}
		if err == nil && do != nil {
			err = do(c)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (r *left) reject(ctx context.Context) error {
	return r.each(ctx, r.take(3), "Amount fits, name is close.", func(c credit) error {
		return r.decide(ctx, c.ID, "reject", "The payer is somebody else: ask the branch first.")
	})
}

func (r *left) sendBack(ctx context.Context) error {
	return r.each(ctx, r.take(3), "Paid by a relative.", func(c credit) error {
		return r.decide(ctx, c.ID, "send_back", "Say how you know that this is the relative's account.")
	})
}

func (r *left) leavePending(ctx context.Context) error {
	return r.each(ctx, r.take(12), "Reference, amount and name agree.", nil)
}

// setAside takes off the desk some of what the engine says is no repayment.
func (r *left) setAside(ctx context.Context) error {
	kinds := map[string]string{}
	err := r.Reader.Read(ctx, func(ctx context.Context, v *store.View) error {
		for _, c := range r.credits {
			proposal, err := r.Office.Propose(ctx, v, c.Record)
			if err != nil {
				return err
			}
			if proposal.NotRepayment != "" {
				kinds[c.ID] = proposal.NotRepayment
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	var gone []credit
	for _, c := range r.credits {
		kind, ok := kinds[c.ID]
		if !ok || len(gone) == 8 {
			continue
		}
		if _, err := r.Office.SetAsideRecord(ctx, r.kavita, c.ID, servicing.SetAside{Kind: kind, Remark: "By the words of the bank."}); err != nil {
			return err
		}
		gone = append(gone, c)
	}
	r.drop(gone)
	return nil
}

// park lays aside the hardest: those without any proposal, or with the weakest.
func (r *left) park(ctx context.Context) error {
	reasons := []string{"Branch asks the dealer who sent it.", "Name cut by the bank; statement of the sender requested.", "Two borrowers of this name; both were called.", "Waiting for the certificate."}
	for i, reason := range reasons {
		if i >= len(r.credits) {
			return nil
		}
		if _, err := r.Office.ParkRecord(ctx, r.kavita, r.credits[len(r.credits)-1-i].ID, 0, reason); err != nil {
			return err
		}
	}
	return nil
}

// settledOnes are records that were settled from statements, newest first.
func (l *Loader) settledOnes(ctx context.Context, n int) ([]store.Record, error) {
	var records []store.Record
	err := l.Reader.Read(ctx, func(ctx context.Context, v *store.View) (err error) {
		records, err = v.Records(ctx, store.RecordFilter{Statuses: []string{"processed"}, Source: "statement", Descending: true, Limit: 10 * n})
		return err
	})
	records = slices.DeleteFunc(records, func(r store.Record) bool { return r.ParentID != "" || r.PredecessorID != "" })
	return records[:min(n, len(records))], err
}

// reverse undoes some of what was approved: the bank took the money back, it went
// to the wrong account, it belongs to another one; one request is still open.
func (r *left) reverse(ctx context.Context) error {
	records, err := r.settledOnes(ctx, 4)
	if err != nil || len(records) < 4 {
		return err
	}
	ask := func(record store.Record, kind, reason string) error {
		_, err := r.Office.RequestReversal(ctx, r.kavita, record.Ref, 0, kind, reason)
		return err
	}
	_, moved := r.Office.RequestMove(ctx, r.kavita, records[2].Ref, 0, records[3].AccountRef, "The borrower meant the other loan, by her letter.")
	return errors.Join(
		ask(records[0], "bank", "The remitting bank recalled it."), r.decide(ctx, records[0].ID, "approve", ""),
		ask(records[1], "account", "The borrower says she did not pay this."), r.decide(ctx, records[1].ID, "approve", ""),
		moved, r.decide(ctx, records[2].ID, "approve", ""),
		ask(records[3], "bank", "Recall announced by the bank, letter attached."),
	)
}

// receive writes receipts by hand: cash that was approved, cash and a cheque that
// wait, and one with an older date, which a second manager has to sign.
func (r *left) receive(ctx context.Context) error {
	var accounts []store.AccountRow
	err := r.Reader.Read(ctx, func(ctx context.Context, v *store.View) (err error) {
		accounts, err = v.Accounts(ctx, store.AccountFilter{Status: "active", Sort: "dpd", Limit: 4})
		return err
	})
	if err != nil || len(accounts) < 4 {
		return err
	}
	receipts := []servicing.NewRecord{
		{Account: accounts[0].Ref, Received: 2500_00, Mode: "cash", Date: openedOn, Remark: "Paid at the counter.", Source: "hand"},
		{Account: accounts[1].Ref, Received: 4000_00, Mode: "cash", Date: openedOn, Remark: "Paid at the counter.", Source: "hand"},
		{Account: accounts[2].Ref, Received: 9800_00, Mode: "cheque", ChequeNo: "004417", ChequeBank: "Saraswat Bank", ChequeDate: openedOn.AddDays(-2),
			Date: openedOn, CollectionBank: "HDFC-CA-01", Remark: "Subject to clearing.", Source: "hand"},
		{Account: accounts[3].Ref, Received: 3000_00, Mode: "cash", Date: openedOn.AddDays(-9), Remark: "Found in the collector's book.", Source: "hand"},
	}
	for i, in := range receipts {
		record, err := r.Office.CreateRecord(ctx, r.kavita, in)
		if err != nil {
			return err
		}
		if _, err := r.Office.RequestApproval(ctx, r.kavita, record.Ref, 0, in.Remark); err != nil {
			return err
		}
		if i == 0 || i == 3 { // the last one needs a second signature
			if err := r.decide(ctx, record.ID, "approve", ""); err != nil {
				return err
			}
		}
	}
	return nil
}

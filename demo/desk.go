package demo

import (
	"context"
	"encoding/json"
	"fmt"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// sure is the confidence, in basis points, from which on the sample's staff took
// the first proposal.
const sure = 8500

// deskLimit is more credits than the sample has.
const deskLimit = 5000

// credit is a credit on the desk with the engine's first answer.
type credit struct {
	store.Record
	answer   store.Proposal
	accounts []string
	amounts  []lending.Money
	found    []servicing.Allocation // who paid it, where staff had to find out
}

// desk lists the unmatched credits up to a day with what the engine says.
func (l *Loader) desk(ctx context.Context, to lending.Date) ([]credit, error) {
	var out []credit
	err := l.Reader.Read(ctx, func(ctx context.Context, v *store.View) error {
		records, err := v.Records(ctx, store.RecordFilter{Statuses: []string{"unmatched"}, To: to, Limit: deskLimit})
		if err != nil {
			return err
		}
		ids := make([]string, len(records))
		for i, r := range records {
			ids[i] = r.ID
		}
		answers, err := v.BestProposals(ctx, ids)
		if err != nil {
			return err
		}
		for _, r := range records {
			c := credit{Record: r, answer: answers[r.ID]}
			if r.BankCreditID != "" {
				line, err := v.BankCreditByID(ctx, string(r.BankCreditID))
				if err != nil {
					return err
				}
				c.found = l.known[finding{r.BankCode, r.Date, r.ReceivedAmount, line.Narration}]
			}
			if c.answer.Accounts != "" {
				if err := json.Unmarshal([]byte(c.answer.Accounts), &c.accounts); err != nil {
					return fmt.Errorf("reading a proposal: %w", err)
				}
				if err := json.Unmarshal([]byte(c.answer.Amounts), &c.amounts); err != nil {
					return fmt.Errorf("reading a proposal: %w", err)
				}
			}
			out = append(out, c)
		}
		return nil
	})
	return out, err
}

// allocations are the parts that the engine proposes.
func (c credit) allocations() []servicing.Allocation {
	parts := make([]servicing.Allocation, len(c.accounts))
	for i, account := range c.accounts {
		parts[i] = servicing.Allocation{Account: account, Amount: c.amounts[i]}
	}
	return parts
}

// What the maker wrote to a match that the sample shows as approved.
const (
	byEngine = "Proposed by the engine."
	byBranch = "Found by the branch."
)

// settle matches what the engine is sure of, and what the staff found out by
// themselves, and approves it.
func (l *Loader) settle(ctx context.Context, to lending.Date) error {
	credits, err := l.desk(ctx, to)
	if err != nil {
		return err
	}
	for _, c := range credits {
		if c.Date > settledTo && c.BankCode != "KOTAK-CA-05" {
			continue
		}
		parts, remark := c.allocations(), byEngine
		if c.answer.Confidence < sure || len(parts) == 0 {
			parts, remark = c.found, byBranch
		}
		if len(parts) == 0 {
			continue
		}
		if err := l.send(ctx, c, parts, remark); err != nil {
			if lending.KindOf(err) == lending.Invalid {
				continue // a loan that is closed: the desk decides
			}
			return err
		}
		if err := l.decide(ctx, c.ID, "approve", ""); err != nil {
			return err
		}
	}
	return l.finish(ctx)
}

// send matches a credit and sends it for approval.
func (l *Loader) send(ctx context.Context, c credit, parts []servicing.Allocation, remark string) error {
	_, err := l.Office.MatchRecord(ctx, l.kavita, c.ID, servicing.MatchInput{Allocations: parts, Remark: remark, Send: true})
	return err
}

// decide decides the open approval of a record.
func (l *Loader) decide(ctx context.Context, record, decision, reason string) error {
	var approval store.Approval
	err := l.Reader.Read(ctx, func(ctx context.Context, v *store.View) (err error) {
		approval, err = v.OpenApprovalOf(ctx, record)
		return err
	})
	if err != nil {
		return err
	}
	_, err = l.Office.Decide(ctx, l.sanjay, approval.Ref, servicing.DecisionInput{Decision: decision, Reason: reason})
	return err
}

// finish approves what an interrupted load had sent and not decided.
func (l *Loader) finish(ctx context.Context) error {
	var open []store.Approval
	err := l.Reader.Read(ctx, func(ctx context.Context, v *store.View) (err error) {
		open, err = v.Approvals(ctx, store.ApprovalFilter{Statuses: []string{"pending"}, Limit: deskLimit})
		return err
	})
	if err != nil {
		return err
	}
	for _, a := range open {
		if a.RequestedBy != l.kavita.Person || a.Reason != byEngine && a.Reason != byBranch {
			continue
		}
		if _, err := l.Office.Decide(ctx, l.sanjay, a.Ref, servicing.DecisionInput{Decision: "approve"}); err != nil {
			return err
		}
	}
	return nil
}

package lms

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/store"
)

// proposalAnswer is one answer of the engine to "who paid this?", as it stands in
// the queue of the desk.
type proposalAnswer struct {
	Record         string   `json:"record"`
	RefID          string   `json:"ref_id"`
	Status         string   `json:"status"`
	Date           stamp    `json:"date"`
	Amount         amount   `json:"amount"`
	UTR            string   `json:"utr"`
	CollectionBank string   `json:"collection_bank" doc:"Its code."`
	Narration      string   `json:"narration"`
	Rank           int      `json:"rank" doc:"1 is the best."`
	Accounts       []string `json:"accounts" doc:"One account, two that the credit pays together, or none: nobody that is known."`
	AccountRefs    []string `json:"account_refs"`
	Amounts        []amount `json:"amounts" doc:"The split, beside accounts."`
	Confidence     share    `json:"confidence" doc:"Between 0 and 1."`
	Decision       string   `json:"decision" doc:"auto, suggest or none, as the desk shows it."`
	Advised        string   `json:"advised" doc:"What the engine said; while it looks on, nothing is auto."`
	Engine         string   `json:"engine"`
}

// proposalColumns are the columns of the CSV; lists are joined by ";".
var proposalColumns = []string{"record", "ref_id", "status", "date", "amount", "utr", "collection_bank", "narration", "rank", "accounts", "account_refs", "amounts",
	"confidence", "decision", "advised", "engine"}

// exportProposals streams what the engine says of the filtered records: one row a
// proposal, the best of a record first.
func (a *API) exportProposals(c *call) ([]proposalAnswer, error) {
	format := c.text("format")
	if format == "" {
		format = "csv"
	}
	if format != "csv" && format != "json" {
		return nil, faults{"format": "An export is csv or json."}
	}
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
		return a.read(c, func(ctx context.Context, v *store.View) error {
			out := proposalWriter{view: v, refs: map[string]string{}}
			return out.write(ctx, c.attach(w, "proposals", format), q, format)
		})
	}
	return nil, err
}

// proposalWriter writes an export of proposals.
type proposalWriter struct {
	view *store.View
	refs map[string]string // of accounts by id
}

func (p proposalWriter) write(ctx context.Context, w http.ResponseWriter, q store.RecordQuery, format string) error {
	if format == "csv" {
		out := bankfile.NewWriter(w)
		if err := out.Write(proposalColumns); err != nil {
			return err
		}
		err := p.each(ctx, q, func(r store.Record, a proposalAnswer) error { return out.Write(a.cells(r.Date)) })
		if err != nil {
			return err
		}
		return out.Flush()
	}
	out := bufio.NewWriter(w)
	separator := "["
	err := p.each(ctx, q, func(_ store.Record, a proposalAnswer) error {
		line, err := encode(a)
		if err == nil {
			_, err = out.WriteString(separator + string(line))
		}
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

// each gives every proposal of the records to fn.
func (p proposalWriter) each(ctx context.Context, q store.RecordQuery, fn func(store.Record, proposalAnswer) error) error {
	return p.view.EachQueriedRecord(ctx, q, func(r store.Record) error {
		proposals, err := p.view.ProposalsOf(ctx, r.ID)
		if err != nil {
			return err
		}
		for _, one := range proposals {
			answer, err := p.wire(ctx, r, one)
			if err == nil {
				err = fn(r, answer)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

func (p proposalWriter) wire(ctx context.Context, r store.Record, one store.Proposal) (proposalAnswer, error) {
	answer := proposalAnswer{Record: r.ID, RefID: r.Ref, Status: r.Status, Date: startOf(r.Date), Amount: amount(r.Amount), UTR: string(r.UTR), CollectionBank: r.BankCode,
		Narration: r.Narration, Rank: one.Rank, AccountRefs: []string{}, Confidence: share(one.Confidence), Decision: one.Decision, Advised: one.Advised, Engine: one.Engine}
	var parts []int64
	if err := json.Unmarshal([]byte(one.Accounts), &answer.Accounts); err != nil {
		return answer, fmt.Errorf("reading the accounts of a proposal: %w", err)
	}
	if err := json.Unmarshal([]byte(one.Amounts), &parts); err != nil {
		return answer, fmt.Errorf("reading the amounts of a proposal: %w", err)
	}
	answer.Amounts = make([]amount, len(parts))
	for i, part := range parts {
		answer.Amounts[i] = amount(part)
	}
	for _, id := range answer.Accounts {
		if p.refs[id] == "" {
			account, err := p.view.AccountByID(ctx, id)
			if err != nil {
				return answer, err
			}
			p.refs[id] = account.Ref
		}
		answer.AccountRefs = append(answer.AccountRefs, p.refs[id])
	}
	return answer, nil
}

func (a proposalAnswer) cells(day lending.Date) []string {
	amounts := make([]string, len(a.Amounts))
	for i, m := range a.Amounts {
		amounts[i] = lending.Money(m).String()
	}
	return []string{a.Record, a.RefID, a.Status, day.String(), lending.Money(a.Amount).String(), a.UTR, a.CollectionBank, a.Narration, fmt.Sprint(a.Rank),
		strings.Join(a.Accounts, ";"), strings.Join(a.AccountRefs, ";"), strings.Join(amounts, ";"), a.Confidence.String(), a.Decision, a.Advised, a.Engine}
}

package lms

import (
	"context"
	"fmt"

	"lekha/matching"
	"lekha/servicing"
	"lekha/store"
)

// candidatesAnswer says who may have paid a record.
type candidatesAnswer struct {
	Decision           string            `json:"decision" doc:"auto (certain enough to be pre-ticked), suggest or none."`
	NotRepayment       string            `json:"not_repayment" doc:"What it is when it is no repayment: return, refund, interest, transfer, other."`
	NotRepaymentReason string            `json:"not_repayment_reason"`
	Held               string            `json:"held" doc:"Why the best candidate is not auto."`
	Results            []candidateAnswer `json:"results" doc:"Best first."`
}

// candidateAnswer is one reading of a credit.
type candidateAnswer struct {
	Account    string           `json:"account" doc:"The first of accounts."`
	RefID      string           `json:"ref_id"`
	Name       string           `json:"name"`
	Confidence share            `json:"confidence" doc:"Between 0 and 1."`
	Evidence   []evidenceAnswer `json:"evidence" doc:"Strongest first; what speaks against it has a weight below zero."`
	Allocation []postedPart     `json:"allocation" doc:"What the money would pay."`
	Accounts   []candidateShare `json:"accounts" doc:"One account, or two that the credit pays together."`
}

// candidateShare is what one account takes of a credit.
type candidateShare struct {
	Account string `json:"account"`
	RefID   string `json:"ref_id"`
	Name    string `json:"name"`
	Amount  amount `json:"amount"`
	Left    amount `json:"left" doc:"Held as excess."`
}

// evidenceAnswer is one reason for or against a candidate.
type evidenceAnswer struct {
	Signal string `json:"signal"`
	Detail string `json:"detail"`
	Weight int    `json:"weight" doc:"In thousandths of a bit."`
	Says   string `json:"says" doc:"What the payment says."`
	Books  string `json:"books" doc:"What the books say."`
}

// listCandidates asks the engine who paid a record, and shows what it would pay.
func (a *API) listCandidates(c *call) (candidatesAnswer, error) {
	answer := candidatesAnswer{Results: []candidateAnswer{}}
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		r, err := recordByKey(ctx, v, c.id())
		if err != nil {
			return err
		}
		proposal, err := a.office.Propose(ctx, v, r)
		if err != nil {
			return err
		}
		answer.Decision, answer.NotRepayment, answer.NotRepaymentReason = string(proposal.Decision), proposal.NotRepayment, proposal.NotRepaymentReason
		answer.Held = proposal.Held
		for _, candidate := range proposal.Candidates {
			one, err := candidateWire(ctx, v, r, candidate)
			if err != nil {
				return err
			}
			answer.Results = append(answer.Results, one)
		}
		return nil
	})
	return answer, err
}

// share is a part of one, held in basis points.
type share int

// String prints "0.9731".
func (s share) String() string { return fmt.Sprintf("%d.%04d", int(s)/10_000, int(s)%10_000) }

// MarshalJSON prints 0.9731, a number.
func (s share) MarshalJSON() ([]byte, error) { return []byte(s.String()), nil }

func candidateWire(ctx context.Context, v *store.View, r store.Record, candidate matching.Candidate) (candidateAnswer, error) {
	answer := candidateAnswer{Confidence: share(candidate.Confidence), Evidence: []evidenceAnswer{}, Allocation: []postedPart{}}
	var parts []servicing.Allocation
	for i, account := range candidate.Accounts {
		parts = append(parts, servicing.Allocation{Account: account, Amount: candidate.Amounts[i]})
	}
	effects, err := servicing.PreviewAllocations(ctx, v, r, parts)
	if err != nil {
		return answer, err
	}
	for i, e := range effects {
		ids, err := demandIDs(ctx, v, e.Account.ID)
		if err != nil {
			return answer, err
		}
		answer.Allocation = append(answer.Allocation, postings(e.Postings, ids)...)
		answer.Accounts = append(answer.Accounts, candidateShare{e.Account.ID, e.Account.Ref, e.Account.BorrowerName, amount(candidate.Amounts[i]), amount(e.Left)})
	}
	answer.Account, answer.RefID, answer.Name = answer.Accounts[0].Account, answer.Accounts[0].RefID, answer.Accounts[0].Name
	for _, e := range candidate.Evidence {
		answer.Evidence = append(answer.Evidence, evidenceAnswer{e.Signal, e.Detail, e.Weight, e.Says, e.Books})
	}
	return answer, nil
}

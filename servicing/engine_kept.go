package servicing

import (
	"encoding/json"
	"fmt"

	"lekha/matching"
	"lekha/store"
)

// storedProposals are the rows of an answer; one empty row says "nobody", so
// that the credit is not asked about again.
func storedProposals(p matching.Proposal, shadow bool) []store.Proposal {
	rows := []store.Proposal{}
	for i, c := range p.Candidates {
		accounts, _ := json.Marshal(c.Accounts)
		amounts, _ := json.Marshal(c.Amounts)
		evidence, _ := json.Marshal(c.Evidence)
		advised := p.Decision
		if i > 0 && advised == matching.Auto {
			advised = matching.Suggest
		}
		rows = append(rows, store.Proposal{Rank: i + 1, Accounts: string(accounts), Amounts: string(amounts), Confidence: c.Confidence, Share: c.Share, Bits: c.Bits,
			Decision: string(effective(advised, shadow)), Advised: string(advised), Evidence: string(evidence), Engine: p.Engine})
	}
	if len(rows) == 0 {
		rows = append(rows, store.Proposal{Rank: 1, Accounts: "[]", Amounts: "[]", Decision: string(matching.None), Advised: string(matching.None), Evidence: "[]", Engine: p.Engine})
	}
	rows[0].Held, rows[0].NoRepayment, rows[0].NoRepayWhy, rows[0].Nobody = p.Held, p.NotRepayment, p.NotRepaymentReason, p.Nobody
	return rows
}

// proposalOf is the answer that rows keep, for a narration as it is read.
func proposalOf(parsed matching.Parsed, rows []store.Proposal) (matching.Proposal, error) {
	first := rows[0]
	p := matching.Proposal{Engine: first.Engine, Parsed: parsed, Decision: matching.Decision(first.Decision), Held: first.Held,
		NotRepayment: first.NoRepayment, NotRepaymentReason: first.NoRepayWhy, Nobody: first.Nobody}
	if first.Decision != first.Advised {
		p.Held = heldByShadow
	}
	for _, row := range rows {
		c := matching.Candidate{Confidence: row.Confidence, Share: row.Share, Bits: row.Bits}
		for _, part := range []struct {
			text string
			into any
		}{{row.Accounts, &c.Accounts}, {row.Amounts, &c.Amounts}, {row.Evidence, &c.Evidence}} {
			if err := json.Unmarshal([]byte(part.text), part.into); err != nil {
				return p, fmt.Errorf("reading a proposal for record %s: %w", row.RecordID, err)
			}
		}
		if len(c.Accounts) > 0 {
			p.Candidates = append(p.Candidates, c)
		}
	}
	return p, nil
}

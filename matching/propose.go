package matching

import (
	"cmp"
	"math"
	"slices"
)

// Propose says who it thinks paid a credit, and why.
func (b *Book) Propose(c Credit) Proposal {
	r := read(c.Bank, c.Narration)
	p := Proposal{Engine: Version, Parsed: r.finish(), Decision: None}
	found := map[int32][]Evidence{}
	note := func(list []int32, e Evidence) {
		if len(list) > maxByReference {
			return
		}
		for _, i := range list {
			if !slices.Contains(c.Refused, b.accounts[i].ID) {
				found[i] = append(found[i], e)
			}
		}
	}
	for _, q := range r.quotes {
		note(b.exact[q.text], Evidence{Signal: SignalReference, Family: Reference, Says: q.text, Detail: "The payment quotes " + q.text + ".", Weight: weightReference})
	}
	note(b.exact[p.Parsed.VirtualAccount], Evidence{Signal: SignalVirtualAccount, Family: Reference, Says: p.Parsed.VirtualAccount, Detail: "It came to the account's own virtual account.", Weight: weightVAN})
	note(b.exact[p.Parsed.UMRN], Evidence{Signal: SignalMandate, Family: Reference, Says: p.Parsed.UMRN, Detail: "It was collected under the account's mandate.", Weight: weightUMRN})
	note(b.phones[p.Parsed.Phone], Evidence{Signal: SignalPhone, Family: Payer, Says: p.Parsed.Phone, Detail: "The phone number is the borrower's.", Weight: weightPhone})
	note(b.about(c.Amount, c.ValueDate), Evidence{Signal: SignalAmount, Family: Amount, Says: c.Amount.String(), Detail: "The amount is due about that day.", Weight: weightCharge})
	printed := prepareName(p.Parsed.Name)
	for _, h := range b.nearest(printed.fold, maxByName, nil) {
		if level := nameLevel(compareNames(printed, b.accounts[h.account].name)); level >= 3 {
			note([]int32{h.account}, Evidence{Signal: SignalName, Family: Payer, Says: p.Parsed.Name, Books: b.accounts[h.account].Name, Detail: "The payer's name fits.", Weight: nameWeights[level]})
		}
	}
	for i, evidence := range found {
		cand := Candidate{Accounts: []string{b.accounts[i].ID}, Amounts: nil, Evidence: evidence}
		cand.Amounts = append(cand.Amounts, c.Amount)
		for _, e := range evidence {
			cand.Bits += e.Weight
		}
		p.Candidates = append(p.Candidates, cand)
	}
	slices.SortFunc(p.Candidates, func(x, y Candidate) int {
		return cmp.Or(cmp.Compare(y.Bits, x.Bits), cmp.Compare(x.Accounts[0], y.Accounts[0]))
	})
	b.share(&p)
	return p
}

// share lets the candidates compete with each other and with nobody.
func (b *Book) share(p *Proposal) {
	total := math.Exp2(float64(weightNobody) / 1000)
	for _, c := range p.Candidates {
		total += math.Exp2(float64(c.Bits) / 1000)
	}
	p.Nobody = int(10000 * math.Exp2(float64(weightNobody)/1000) / total)
	for i := range p.Candidates {
		p.Candidates[i].Confidence = int(10000 * math.Exp2(float64(p.Candidates[i].Bits)/1000) / total)
	}
	p.Candidates = p.Candidates[:min(len(p.Candidates), maxCandidates)]
	if len(p.Candidates) > 0 && p.Candidates[0].Confidence >= 200 {
		p.Decision = Suggest
	}
	p.Held = "Nothing is accepted unattended by this engine yet."
}

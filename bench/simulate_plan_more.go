package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"lekha/lending"
)

// trouble is what happens to an account that is not paid.
func (p *planner) trouble(a standingOf, rng *rand.Rand, chance func(int) bool) {
	active := *a.LoanStatus == "active"
	switch {
	case *a.LoanStatus == "written_off" && chance(60):
		p.money(a, a.Total/4+1_00, rng)
	case a.Program == lineProgram || !active:
		return
	case a.DPD > 120 && chance(200):
		p.add(step{Kind: "write_off", Account: a.Ref, Loan: *a.Loan})
	case a.DPD > 60 && chance(80):
		p.add(step{Kind: "offer", Account: a.Ref, Loan: *a.Loan, Option: "settlement", Amount: a.Total * 6 / 10})
		p.add(step{Kind: "take_offer", Account: a.Ref, UTR: fmt.Sprintf("OFFR%d%05d", p.today, a.Idx)})
	case a.DPD > 40 && chance(80):
		p.add(step{Kind: "restructure", Account: a.Ref, Loan: *a.Loan, Option: fmt.Sprintf(`{"emi_count":%d,"roi_value":%d}`, 12+rng.IntN(12), 11+rng.IntN(4))})
	case a.DPD > 5 && chance(60):
		p.add(step{Kind: "waive", Account: a.Ref, Option: []string{"F", "PI", "OI"}[rng.IntN(3)]})
	case a.DPD > 5 && chance(100):
		p.add(step{Kind: "charge", Account: a.Ref, Amount: 250_00})
	}
}

// calm is what happens to an account that owes nothing today.
func (p *planner) calm(a standingOf, rng *rand.Rand, chance func(int) bool) {
	switch {
	case *a.LoanStatus != "active" || a.Total == 0:
		if a.Excess > 0 && chance(2_000) {
			p.add(step{Kind: "refund", Account: a.Ref, Amount: a.Excess})
		} else if a.Total == 0 && a.Program != lineProgram && chance(1_000) {
			p.add(step{Kind: "close", Account: a.Ref})
		}
	case a.Excess > 0 && chance(150):
		p.add(step{Kind: "refund", Account: a.Ref, Amount: max(1, a.Excess*lending.Money(50+rng.IntN(51))/100)})
	case p.today.Sub(*a.Disbursed) < 3 && chance(60):
		p.add(step{Kind: "offer", Account: a.Ref, Loan: *a.Loan, Option: "cooling_off"})
		p.add(step{Kind: "take_offer", Account: a.Ref, UTR: fmt.Sprintf("OFFR%d%05d", p.today, a.Idx)})
	case chance(12):
		p.add(step{Kind: "offer", Account: a.Ref, Loan: *a.Loan, Option: "foreclosure"})
		p.add(step{Kind: "take_offer", Account: a.Ref, UTR: fmt.Sprintf("OFFR%d%05d", p.today, a.Idx)})
	case chance(15):
		p.add(step{Kind: "receipt", Account: a.Ref, Amount: a.Principal*lending.Money(5+rng.IntN(60))/100 + 1_00, UTR: fmt.Sprintf("PREP%d%05d", p.today, a.Idx), Option: "transfer", Date: p.today,
			Subject: []string{lending.ReduceEMI, lending.ReduceTenure}[rng.IntN(2)], Loan: *a.Loan})
	case a.Program == termProgram && chance(8):
		p.add(step{Kind: "rate", Account: a.Ref, Loan: *a.Loan, Option: []string{lending.RaiseEMI, lending.ExtendTenure}[rng.IntN(2)], N: 0, Amount: lending.Money(10+rng.IntN(10)) * 1_00})
	case a.Program == termProgram && chance(5):
		p.add(step{Kind: "reset", Account: a.Ref, Loan: *a.Loan})
	case a.Program == termProgram && *a.More && chance(60):
		p.add(step{Kind: "tranche", Account: a.Ref, Loan: *a.Loan, Amount: *a.Lent / 4})
	}
}

// mend is what people do about what went wrong before: cheques that bounce, money that
// lies on the wrong account, payouts that come back.
func (p *planner) mend(ctx context.Context) error {
	rng := p.draws(p.today, 1<<23)
	from := p.today.AddDays(-6).String()
	var records []struct {
		Ref, Account, Status, Mode string
		Narration                  string
		Reference                  string
		Amount                     lending.Money
	}
	err := p.raw.SelectContext(ctx, &records, `
		SELECT r.ref, a.ref AS account, r.status, COALESCE(r.payment_mode, '') AS mode, r.remark AS narration, r.reference, r.amount
		FROM records r
		JOIN accounts a ON a.id = r.account_id
		WHERE r.status = 'processed' AND r.date >= ? AND r.type = 'repayment' AND r.parent_id IS NULL
		ORDER BY r.idx`, from)
	if err != nil {
		return err
	}
	for _, r := range records {
		at := strings.Index(r.Narration, "SIM")
		meant := ""
		if at >= 0 && r.Mode != "cheque" && r.Mode != "cash" {
			meant = r.Narration[at:min(at+8, len(r.Narration))]
		}
		switch x := rng.IntN(1_000); {
		case r.Mode == "cheque" && x < 30:
			p.add(step{Kind: "reverse", Account: r.Account, Subject: r.Ref, Option: "bank"})
		case meant != "" && meant != r.Account && x < 300:
			p.add(step{Kind: "move", Account: meant, Subject: r.Ref})
		case meant != "" && meant != r.Account && x < 500:
			p.add(step{Kind: "reverse", Account: r.Account, Subject: r.Ref, Option: "account"})
			p.add(step{Kind: "match", Account: meant, UTR: r.Reference, Amount: r.Amount})
		case meant == r.Account && x < 4:
			p.add(step{Kind: "reverse", Account: r.Account, Subject: r.Ref, Option: "bank"})
		}
	}
	var payouts []string
	err = p.raw.SelectContext(ctx, &payouts, `SELECT ref FROM payouts WHERE status = 'success' AND date >= ? AND type <> 'tranche' ORDER BY idx`, p.today.AddDays(-3).String())
	if err != nil {
		return err
	}
	for _, ref := range payouts {
		if rng.IntN(1_000) < 8 {
			p.add(step{Kind: "return", Subject: ref})
		}
	}
	return nil
}

package main

import (
	"context"
	"fmt"
	"math/rand/v2"

	"lekha/lending"
)

// The programs of a simulated lender.
const (
	termProgram = "Term loans"
	lineProgram = "Supply chain"
)

// late is what every loan of the simulation does when it is not paid.
const late = `"overdue_roi_same_as_roi":true,"penal_roi_value":6`

// shapes are the loans of the simulation, by name.
var shapes = map[string]string{
	"level":      `{"emi_count":12,"roi_value":18,"pf_value":2,"pf_value_type":"percentage","pf_gst":18,` + late + `}`,
	"long":       `{"emi_count":24,"roi_value":14,"interest_basis":"days","emi_basis":"solve",` + late + `}`,
	"weekly":     `{"emi_count":26,"emi_frequency":"weekly","roi_value":24,` + late + `}`,
	"flat":       `{"emi_count":18,"interest_method":"flat","flat_roi_value":10,` + late + `}`,
	"pause":      `{"emi_count":12,"roi_value":15,"moratorium":{"instalments":2,"kind":"capitalise_at_end"},` + late + `}`,
	"equal":      `{"emi_count":10,"roi_value":16,"amortization":"equal_principal","bpi_mode":"first_emi",` + late + `}`,
	"bullet":     `{"emi_count":6,"roi_value":12,"amortization":"bullet",` + late + `}`,
	"daily_rest": `{"emi_count":12,"roi_value":17,"interest_recalculation":"daily",` + late + `}`,
	"gap":        `{"emi_count":12,"roi_value":16,"bpi_mode":"upfront",` + late + `}`,
	"held":       `{"emi_count":12,"roi_value":18,"holdback_is_enabled":true,"holdback_rate":"5",` + late + `}`,
}

// shapeNames are the shapes in an order that does not change.
var shapeNames = []string{"level", "long", "weekly", "flat", "level", "pause", "equal", "bullet", "daily_rest", "gap", "held"}

// lineShape is the product of drawings: a fifth of the invoice is not financed, the
// interest is kept back.
const lineShape = `{"type":"line","interest_mode":"upfront","tenure_period":"days","tenure_value":60,"roi_value":12,"pf_value":1,"pf_value_type":"percentage",
	"margin_is_enabled":true,"margin_value":20,"margin_value_type":"percentage","cashback_is_enabled":true,` + late + `}`

// draws is chance for one day of one borrower: it hangs on nothing but the seed, so
// that a day that is planned again is the same.
func (l *life) draws(day lending.Date, who int) *rand.Rand {
	return rand.New(rand.NewPCG(l.seed, uint64(day)<<24|uint64(who)))
}

// standingOf is an account as its borrower and the lender see it in the morning.
type standingOf struct {
	Ref, Status, Program string
	Idx                  int
	DueNow               lending.Money  `db:"due_now"`
	Excess               lending.Money  `db:"excess"`
	DPD                  int            `db:"dpd"`
	Principal            lending.Money  `db:"principal_outstanding"`
	Total                lending.Money  `db:"total_outstanding"`
	Oldest               *lending.Date  `db:"oldest_due"`
	Next                 *lending.Date  `db:"next_due_date"`
	More                 *bool          `db:"more"` // was sanctioned than is lent
	Loan                 *string        `db:"loan"`
	LoanStatus           *string        `db:"loan_status"`
	Lent                 *lending.Money `db:"lent"`
	Disbursed            *lending.Date  `db:"disbursed_on"`
	UMRN                 *string        `db:"umrn"`
}

// planned is what happens on the open day.
func (l *life) planned(ctx context.Context) ([]step, error) {
	p := &planner{life: l, balance: l.stated}
	for i := range l.borrowers {
		if l.arrives(i) == l.today {
			p.arrive(i)
		}
	}
	var accounts []standingOf
	err := l.raw.SelectContext(ctx, &accounts, `
		SELECT a.ref, a.status, a.umrn, g.name AS program, a.idx, COALESCE(p.due_now, 0) AS due_now, COALESCE(p.excess, 0) AS excess, COALESCE(p.dpd, 0) AS dpd,
			COALESCE(p.principal_outstanding, 0) AS principal_outstanding, COALESCE(p.total_outstanding, 0) AS total_outstanding, p.oldest_due,
			COALESCE(a.approved_line_amount > l.amount, 0) AS more, l.ref AS loan, l.status AS loan_status, l.amount AS lent, l.disbursed_on
		FROM accounts a
		JOIN programs g ON g.id = a.program_id
		LEFT JOIN positions p ON p.account_id = a.id
		LEFT JOIN loans l ON l.id = (SELECT x.id FROM loans x WHERE x.account_id = a.id AND x.status <> 'cancelled' ORDER BY x.idx LIMIT 1)
		WHERE a.status <> 'closed'
		ORDER BY a.idx`)
	if err != nil {
		return nil, err
	}
	p.refs = make([]string, len(accounts))
	for i, a := range accounts {
		p.refs[i] = a.Ref
	}
	for _, a := range accounts {
		p.account(a)
	}
	if err := p.mend(ctx); err != nil {
		return nil, err
	}
	return p.all(), nil
}

// arrives is the day on which a borrower comes: over the first two thirds of the life.
func (l *life) arrives(i int) lending.Date {
	return lifeStarts.AddDays(i * max(1, l.days*2/3) / l.borrowers)
}

// planner collects the steps of a day.
type planner struct {
	*life
	refs    []string
	lines   []step // of the bank's statement
	steps   []step
	nach    bool
	balance lending.Money
	n       int
}

func (p *planner) add(s step) {
	p.n++
	s.N += p.n + int(p.today)*1000
	p.steps = append(p.steps, s)
}

// all puts the day into its order: what the bank says comes first, what people do with
// it after it, then everything else.
func (p *planner) all() []step {
	var out []step
	if len(p.lines) > 0 {
		out = append(out, step{Kind: "statement", Steps: p.lines, More: p.balance})
		for _, line := range p.lines {
			line.Kind, p.balance = "match", p.balance+line.Amount
			out = append(out, line)
		}
	}
	out = append(out, p.steps...)
	if p.nach {
		out = append(out, step{Kind: "present", N: int(p.today)}, step{Kind: "net_credit", UTR: fmt.Sprintf("NACHSETTLE%06d", p.today), More: p.balance})
	}
	return out
}

// arrive opens an account: every sixth has a line, some borrowers have two accounts.
func (p *planner) arrive(i int) {
	rng := p.draws(0, i)
	ref, amount := fmt.Sprintf("SIM%05d", i), lending.Money(20+rng.IntN(480))*1_000_00
	if i%6 == 5 {
		p.add(step{Kind: "line", Account: ref, Amount: amount * 4})
		return
	}
	s := step{Kind: "open", Account: ref, Amount: amount, Option: shapeNames[rng.IntN(len(shapeNames))]}
	if s.Option == "gap" || s.Option == "equal" {
		s.Date = p.today.AddDays(35 + rng.IntN(20))
	}
	if i%7 == 3 { // more is sanctioned than is paid out at first
		s.More = amount * 2
	}
	p.add(s)
	if i%4 == 1 {
		p.add(step{Kind: "mandate", Account: ref, Amount: amount})
	}
}

// account is the day of one account.
func (p *planner) account(a standingOf) {
	rng := p.draws(p.today, a.Idx)
	chance := func(per10k int) bool { return rng.IntN(10_000) < per10k }
	character := p.draws(1, a.Idx).IntN(100)
	if a.Program == lineProgram && a.DPD == 0 && (a.Loan == nil || chance(600)) {
		p.add(step{Kind: "draw", Account: a.Ref, UTR: fmt.Sprintf("INV-%s-%d", a.Ref, p.today), Amount: lending.Money(10+rng.IntN(90)) * 1_000_00, Date: p.today.AddDays(-rng.IntN(20))})
	}
	if a.Loan == nil || a.Disbursed == nil {
		return
	}
	if p.pays(a, rng, character) {
		return
	}
	if a.DueNow > 0 {
		p.trouble(a, rng, chance)
		return
	}
	p.calm(a, rng, chance)
}

// pays decides whether money comes today, and how.
func (p *planner) pays(a standingOf, rng *rand.Rand, character int) bool {
	due := a.DueNow
	if due == 0 {
		return false
	}
	hazard := 900                      // people who are late pay one day in eleven
	switch fresh := a.Oldest == nil; { // what falls due today is not overdue yet
	case fresh && a.UMRN != nil && *a.UMRN != "":
		p.nach = true
		return true
	case fresh && character >= 12:
		hazard = 8_500
	case character < 12: // those who give up
		hazard = 40
	case character < 22:
		hazard = 300
	}
	if rng.IntN(10_000) >= hazard {
		return false
	}
	amount := due
	switch x := rng.IntN(100); {
	case x < 8:
		amount = max(1_00, due*lending.Money(40+rng.IntN(59))/100)
	case x < 16:
		amount = due + lending.Money(rng.IntN(2_000_00))
	case x < 24:
		amount = (due/1_00 + 1) * 1_00
	}
	p.money(a, amount, rng)
	return true
}

// money brings an amount by the bank's statement, in cash or by a cheque, some of it
// dated back, some of it for the wrong account at first.
func (p *planner) money(a standingOf, amount lending.Money, rng *rand.Rand) {
	utr := fmt.Sprintf("SBIN%d%05d", p.today, a.Idx)
	switch x := rng.IntN(100); {
	case x < 70:
		line := step{Account: a.Ref, Amount: amount, UTR: utr, Date: p.today, Subject: "NEFT CR-" + a.Ref}
		switch y := rng.IntN(100); {
		case y < 3:
			line.Account = p.refs[rng.IntN(len(p.refs))]
		case y < 6 && len(p.refs) > 1 && amount > 200_00:
			if line.Other = p.refs[rng.IntN(len(p.refs))]; line.Other == a.Ref {
				line.Other = ""
			} else {
				line.More = amount / 3
			}
		}
		p.lines = append(p.lines, line)
	default:
		s := step{Kind: "receipt", Account: a.Ref, Amount: amount, UTR: utr, Option: "cash", Date: p.today}
		if x >= 85 || amount >= 15_000_00 {
			s.Option = "cheque"
		}
		if rng.IntN(10) == 0 && a.Disbursed != nil && s.Option == "cheque" {
			s.Date = max(*a.Disbursed, lifeStarts, p.today.AddDays(-1-rng.IntN(20)))
		}
		if rng.IntN(20) == 0 && s.Option == "cheque" {
			s.More = amount / 100 // tax that the borrower withheld
			s.Amount -= s.More
		}
		p.add(s)
	}
}

package lending

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// unneededOps are the events of loans with payments that belong to features that
// vectors/README.md names as of no use to Lekha, or that no domain rule has.
var unneededOps = map[string]string{
	"capitalized_income": "capitalised income", "re_age": "re-ageing", "re_amortize": "re-amortisation", "charge_off": "charge-off behaviours",
	"contract_termination": "charge-off behaviours (termination)", "chargeback": "a card chargeback credited to the loan", "interest_payment_waiver": "interest refund (waiver of interest to date)",
	"charge_adjustment": "a credit against one charge", "write_off": "a write-off that closes the schedule", "waive_charge": "an undone or partial waiver of a charge as it lists it",
	"undo_waive_charge": "an undone or partial waiver of a charge as it lists it", "charge_percent": "a charge as a percentage of the loan",
}

// knownOps are the events that become facts.
var knownOps = []string{"disburse", "repayment", "payoff", "merchant_issued_refund", "payout_refund", "goodwill_credit", "charge", "credit_balance_refund",
	"undo", "undo_last_repayment", "interest_pause", "reschedule", "cob"}

// lacking says by which feature a loan with payments is not supported; it looks at
// inputs alone.
func (x fineractCase) lacking() string {
	for _, tag := range x.Tags {
		if reason := unneeded[tag]; reason != "" {
			return reason
		}
	}
	for _, t := range x.Inputs.objects("transactions") {
		op := t.text("op")
		if reason := unneededOps[op]; reason != "" {
			return reason
		}
		if !slices.Contains(knownOps, op) {
			return "an event that is new: " + op
		}
		if op == "reschedule" && (t.has("new_due_date") || t.has("extra_terms")) {
			return "due dates moved in mid-life without new rows"
		}
		if (op == "merchant_issued_refund" || op == "payout_refund") && x.Inputs.has("interest_refund_on") && x.Inputs.rate("annual_rate_percent") > 0 && t["interest_refund_calculation"] != false {
			return "interest refund"
		}
	}
	return ""
}

// replayCase makes the facts of a loan with payments.
type replayCase struct {
	x     fineractCase
	facts []Fact
	terms Terms
	first Date
	n     int
	kinds []string // of the money facts, as an undo names them
	keys  []string
	dates []Date
	drawn int
	moved map[Date]Date // bank date that orders what happens on a day
}

func (x fineractCase) account(ties RoundingMode) *replayCase {
	c := &replayCase{x: x, terms: x.terms()}
	c.terms.InterestRounding.Mode = ties
	if x.Inputs["interest_recalculation"] == true && c.terms.InterestMethod != Flat {
		c.terms.InterestRecalculation = RecalculateDaily
		detail := x.Inputs.sub("recalculation")
		if detail.text("rest_frequency") == "same_as_repayment" {
			c.terms.InterestRecalculation = RecalculateByRow
		}
		if detail.text("pre_closure_interest") == "till_rest_frequency_date" {
			c.terms.EarlyInterest = EarlyToDueDate
		}
		if detail["no_interest_on_past_due"] == true {
			c.terms.PastDueInterest = PastDueStops
		}
	}
	for _, t := range x.Inputs.objects("transactions") {
		if on := x.Inputs.date("as_of"); t.text("op") == "disburse" && (c.first == 0 || t.date("date") < c.first) && t.date("date") <= on {
			c.first = t.date("date")
		}
	}
	for _, t := range x.Inputs.objects("transactions") {
		c.happen(t)
	}
	return c
}

// within orders facts of one day as they were entered: what follows money received
// on that day gets a later bank date.
func (c *replayCase) within(on Date, f Fact) {
	if c.moved == nil {
		c.moved = map[Date]Date{}
	}
	bank := max(c.moved[on], on)
	if f.Kind != FactReceipt && slices.ContainsFunc(c.facts, func(g Fact) bool { return g.Kind == FactReceipt && g.ValueDate == on && g.bankDate() == bank }) {
		bank++
	}
	c.moved[on] = bank
	if bank > on {
		f.BankDate = bank
	}
	c.facts = append(c.facts, f)
}

// key orders facts of one day as they were entered.
func (c *replayCase) key() string {
	c.n++
	return fmt.Sprintf("%04d", c.n)
}

// note remembers a money fact for a later undo.
func (c *replayCase) note(kind string, key string, on Date) {
	c.kinds, c.keys, c.dates = append(c.kinds, kind), append(c.keys, key), append(c.dates, on)
}

func (c *replayCase) happen(t fields) {
	switch op := t.text("op"); op {
	case "disburse":
		c.disburse(t.date("date"), t.money("amount"))
	case "repayment", "payoff", "merchant_issued_refund", "payout_refund", "goodwill_credit":
		c.receive(op, t.date("date"), t.money("amount"))
	case "charge":
		c.charge(t)
	case "credit_balance_refund":
		key := c.key()
		c.facts = append(c.facts, Fact{Key: key, Kind: FactRefund, ValueDate: t.date("date"), Amount: t.money("amount"), Refund: &Refund{}})
		c.note(op, key, t.date("date"))
	case "undo", "undo_last_repayment":
		c.undo(t)
	case "interest_pause":
		c.facts = append(c.facts, Fact{Key: c.key(), Kind: FactPause, ValueDate: t.date("start"), BookingDate: t.date("entered_on"), Pause: &Pause{Loan: "L", To: t.date("end")}})
	case "reschedule":
		c.facts = append(c.facts, Fact{Key: c.key(), Kind: FactRateChange, ValueDate: t.date("effective_from"), BookingDate: t.date("entered_on"), RateChange: &RateChange{Loan: "L", Rate: t.rate("new_annual_rate_percent")}})
	case "cob":
	default:
		panic("an event that is new: " + op)
	}
}

func (c *replayCase) disburse(on Date, amount Money) {
	key := c.key()
	c.note("disbursement", key, on)
	if on == c.first && c.drawn == 0 {
		c.drawn++
		s, err := c.terms.Schedule(amount, on)
		if err != nil {
			panic(err)
		}
		policy := DefaultPolicy()
		policy.FeesDue = FeesWithInstalment
		policy.Allocation = c.x.allocation("default")
		c.facts = append(c.facts, Fact{Key: "policy", Kind: FactTerms, ValueDate: on, Policy: &policy},
			Fact{Key: key, Kind: FactDisbursal, ValueDate: on, Amount: amount, Disbursal: &Disbursal{Loan: "L", LoanIndex: 1, Terms: c.terms, Rows: s.Rows}})
	} else {
		c.within(on, Fact{Key: key, Kind: FactTranche, ValueDate: on, Amount: amount, Tranche: &Tranche{Loan: "L"}})
	}
	if c.x.Inputs.has("down_payment") && c.x.Inputs.sub("down_payment")["auto"] == true {
		terms := c.terms.Complete()
		if down := terms.downPayment(amount); down > 0 {
			c.receive("down_payment", on, down)
		}
	}
}

func (c *replayCase) receive(kind string, on Date, amount Money) {
	if c.x.Inputs.text("loan_schedule_type") == "cumulative" && kind != "down_payment" && c.outstanding(on) != amount {
		c.reprocess()
	}
	key := c.key()
	c.note(kind, key, on)
	c.within(on, Fact{Key: key, Kind: FactReceipt, ValueDate: on, Amount: amount,
		Receipt: &Receipt{Received: amount, Allocation: c.x.allocation(kind)}})
}

func (c *replayCase) charge(t fields) {
	key, amount := c.key(), t.money("amount")
	charge := &Charge{Fee: "charge " + key, Loan: "L", Name: t.text("charge"), DueDate: t.date("due_date"), Base: amount}
	if t["penalty"] == true {
		charge.Component = "PI"
	}
	on := max(min(t.date("entered_on"), t.date("due_date")), c.first)
	c.within(on, Fact{Key: key, Kind: FactCharge, ValueDate: on, BookingDate: t.date("entered_on"), Amount: amount, Charge: charge})
}

// outstanding is what the row of a day asks for.
func (c *replayCase) outstanding(on Date) Money {
	b, err := Replay(c.facts, At{Date: on})
	if err != nil {
		return -1 // a disbursal that is entered later and lies before
	}
	for _, row := range rowStates(b) {
		if due := asDate(row.Due); due >= on && row.Left > 0 {
			return row.Left
		}
	}
	return 0
}

// reprocess is what the older engine does on most receipts and on an undo: all
// money is allocated again, with every charge that is known by then.
func (c *replayCase) reprocess() {
	for i := range c.facts {
		if f := &c.facts[i]; f.Kind == FactCharge {
			f.ValueDate, f.BankDate = c.first, 0
		}
	}
}

// undo reverses the nth transaction of a type on a day, or the last repayment.
func (c *replayCase) undo(t fields) {
	found := ""
	if t.text("op") == "undo_last_repayment" {
		for i, kind := range c.kinds {
			if kind == "repayment" {
				found = c.keys[i]
			}
		}
	} else {
		nth := t.int("nth")
		for i, kind := range c.kinds {
			if c.dates[i] == t.date("made_on") && undone(kind, t.text("type")) {
				if nth--; nth == 0 {
					found = c.keys[i]
				}
			}
		}
	}
	if c.x.Inputs.text("loan_schedule_type") == "cumulative" {
		c.reprocess()
	}
	if found == "" {
		panic(fmt.Sprintf("nothing to undo for %v among %v", t, c.kinds))
	}
	c.facts = append(c.facts, Fact{Key: c.key(), Kind: FactReversal, ValueDate: c.first, Reverses: found})
}

// undone says that a transaction of a kind is one of the type that an undo names.
func undone(kind, named string) bool {
	switch named {
	case "any":
		return true
	case "any repayment-like":
		return kind != "disbursement"
	case "Repayment":
		return kind == "repayment" || kind == "payoff"
	}
	return kind == strings.ReplaceAll(strings.ToLower(named), " ", "_")
}

// tokensOf are the components by the names of the cases.
var tokensOf = map[string]string{"penalty": "PI", "fee": "F", "interest": "NI", "principal": "P", "penalties": "PI", "fees": "F"}

// allocation is the allocation of a transaction's type.
func (x fineractCase) allocation(kind string) *Allocation {
	in := x.Inputs
	if !in.has("payment_allocation") {
		return strategy(in.text("payment_strategy"))
	}
	var chosen fields
	for _, rule := range in.objects("payment_allocation") {
		if rule.text("transaction_type") == kind || chosen == nil && rule.text("transaction_type") == "default" {
			chosen = rule
		}
	}
	a := &Allocation{Direction: in.or("processing", Horizontal),
		InAdvance: map[string]string{"next_installment": ToNextRow, "last_installment": ToLastRow, "reamortization": ToAllRows, "next_last_installment": ToCurrentLast}[chosen.text("future_installments")]}
	order, named := chosen["order"].(string)
	if named {
		for _, when := range []string{WhenPastDue, WhenDue, WhenInAdvance} {
			for component := range strings.SplitSeq(order, "_") {
				a.step(when + "_" + component)
			}
		}
		return a
	}
	for _, step := range texts(chosen["order"]) {
		a.step(step)
	}
	return a
}

func (a *Allocation) step(text string) {
	i := strings.LastIndex(text, "_")
	step, err := ParseAllocationStep(text[:i] + "_" + tokensOf[text[i+1:]])
	if err != nil {
		panic(err)
	}
	a.Steps = append(a.Steps, step)
}

// strategy is an order named by its components: for all rows, or for those due
// and those in advance apart.
func strategy(name string) *Allocation {
	a := &Allocation{}
	add := func(when []string, words string) {
		for _, w := range when {
			for component := range strings.SplitSeq(words, "_") {
				if tokensOf[component] != "" {
					a.step(w + "_" + component)
				}
			}
		}
	}
	if due, ahead, apart := strings.Cut(strings.TrimPrefix(name, "due_"), "_in_advance_"); apart {
		add([]string{WhenPastDue, WhenDue}, due)
		add([]string{WhenInAdvance}, ahead)
		a.Charges = ChargesOnOwnDate
		return a
	}
	add([]string{WhenPastDue, WhenDue, WhenInAdvance}, name)
	return a
}

// rowState is one row as the cases list it.
type rowState struct {
	N                                     int
	Due                                   string
	P, NI, F, PI, Paid, Early, Late, Left Money
	PaidOn                                string
}

// payments compares rows and the portions of each transaction.
func (x fineractCase) payments(ties RoundingMode) (got, want any) {
	c := x.account(ties)
	at := At{Date: x.Inputs.date("as_of")}
	b, err := Replay(c.facts, at)
	if err != nil {
		panic(err)
	}
	type state struct {
		Rows     []rowState
		Portions []string
	}
	return state{rowStates(b), c.portions(b)}, state{x.rowsWanted(), x.portionsWanted(c)}
}

// rowStates gathers the demands of a row.
func rowStates(b *Book) []rowState {
	var out []rowState
	var members [][]*Demand
	for i := range b.Demands {
		d := &b.Demands[i]
		n := len(members)
		if n > 0 && members[n-1][0].DueDate == d.DueDate && members[n-1][0].No == d.No && (d.Type == DemandFee || members[n-1][0].Type == DemandFee) {
			members[n-1] = append(members[n-1], d)
			continue
		}
		members = append(members, []*Demand{d})
	}
	for n, row := range members {
		s := rowState{N: n + 1, Due: row[0].DueDate.String()}
		paidOn := Date(0)
		for _, d := range row {
			s.P, s.NI, s.F, s.PI = s.P+d.Amount[Principal], s.NI+d.Amount[Interest], s.F+d.Amount[Fee], s.PI+d.Amount[Penal]
			for _, x := range b.Settlements {
				if x.Demand != d.Key {
					continue
				}
				s.Paid += x.Amount
				if x.Date < d.DueDate {
					s.Early += x.Amount
				}
				if x.Date > d.DueDate {
					s.Late += x.Amount
				}
			}
			paidOn = max(paidOn, d.PaidOn)
		}
		if s.Left = s.P + s.NI + s.F + s.PI - s.Paid; s.Left == 0 && paidOn != 0 {
			s.PaidOn = paidOn.String()
		}
		out = append(out, s)
	}
	return out
}

func (x fineractCase) rowsWanted() []rowState {
	var out []rowState
	for _, row := range x.Expected.objects("rows") {
		if !row.has("n") {
			continue
		}
		m := func(key string) Money {
			if !row.has(key) {
				return 0
			}
			return row.money(key)
		}
		s := rowState{row.int("n"), row.text("due_date"), m("principal"), m("interest"), m("fees"), m("penalties"), m("paid"), m("paid_in_advance"), m("paid_late"), m("outstanding"), row.or("paid_date", "")}
		out = append(out, s)
	}
	return out
}

// portions are what each receipt paid of each component.
func (c *replayCase) portions(b *Book) []string {
	var out []string
	for i, key := range c.keys {
		if !slices.Contains(moneyKinds, c.kinds[i]) {
			continue
		}
		var sums Amounts
		for _, s := range b.Settlements {
			if s.Receipt == key {
				sums[s.Component] += s.Amount
			}
		}
		at := slices.IndexFunc(b.Receipts, func(r ReceiptBook) bool { return r.Receipt == key })
		if at >= 0 && b.Receipts[at].Reversed {
			continue
		}
		out = append(out, fmt.Sprintf("%s P %s NI %s F %s PI %s", c.dates[i], sums[Principal], sums[Interest], sums[Fee], sums[Penal]))
	}
	slices.Sort(out)
	return out
}

var moneyKinds = []string{"repayment", "payoff", "merchant_issued_refund", "payout_refund", "goodwill_credit", "down_payment"}

func (x fineractCase) portionsWanted(c *replayCase) []string {
	if !x.Expected.has("transactions") {
		return c.portions(mustReplay(c.facts, x.Inputs.date("as_of"), false))
	}
	var out []string
	for _, t := range x.Expected.objects("transactions") {
		switch t.text("type") {
		case "Repayment", "Merchant Issued Refund", "Payout Refund", "Goodwill Credit", "Down Payment":
		default:
			continue
		}
		if t["reverted"] == true || t["reverted"] == nil && c.reversed(t.date("date"), t.money("amount")) {
			continue
		}
		out = append(out, fmt.Sprintf("%s P %s NI %s F %s PI %s", t.date("date"), t.money("principal"), t.money("interest"), t.money("fees"), t.money("penalties")))
	}
	slices.Sort(out)
	return out
}

// reversed says that money of a day and an amount was undone; some cases list it
// without saying so.
func (c *replayCase) reversed(on Date, amount Money) bool {
	for _, f := range c.facts {
		if f.Kind == FactReceipt && f.ValueDate == on && f.Amount == amount && slices.ContainsFunc(c.facts, func(u Fact) bool { return u.Reverses == f.Key }) {
			return true
		}
	}
	return false
}

func TestVectorsFineractPayments(t *testing.T) {
	counts := newTally("fineract.json")
	var file struct{ Cases []fineractCase }
	readVectors(t, "fineract.json", &file)
	for _, x := range file.Cases {
		if x.Kind != "transactions" {
			continue
		}
		reason, passed := x.lacking(), false
		if reason == "" && !x.Recomputed {
			reason = "the case is not recomputed"
		}
		if reason == "" {
			t.Run(x.ID, func(t *testing.T) {
				defer orFail(t)
				got, want := x.payments(HalfEven)
				if other, _ := x.payments(HalfDown); cmp.Equal(other, want) {
					got = other // an exact half, which Fineract cuts before it rounds
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s %v (-want +got):\n%s", x.ID, x.Tags, diff)
				}
				passed = !t.Failed()
			})
		}
		counts.count(x.Kind, passed, reason)
	}
	counts.report(t)
}

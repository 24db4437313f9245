package servicing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// The rules of approval are changed as everything else is: an administrator asks,
// a second person decides, and the requests that wait keep the rules they were
// sent by.

// Slab is how a request up to an amount is decided.
type Slab struct {
	UpTo     lending.Money `json:"up_to"` // zero: any amount
	Levels   int           `json:"levels"`
	Role     Role          `json:"role"`
	LastRole Role          `json:"last_role,omitempty"` // of the last level, where it is another's
}

// KindRules are the slabs of one kind of request, narrowest first.
type KindRules struct {
	Kind  string
	Slabs []Slab
}

// Limits are what the company lets through beside the slabs.
type Limits struct {
	AutoLimit         lending.Money `json:"auto_limit"`          // up to it a receipt that a statement proves settles by itself
	BackdateFreeDays  int           `json:"backdate_free_days"`  // a date by hand older than this needs two people
	StatementFreeDays int           `json:"statement_free_days"` // the same for a date that a statement proves
	ConfirmDays       int           `json:"confirm_days"`        // a receipt by hand should be on a statement by then
}

// LimitsKind is what the limits are called where kinds of request are named.
const LimitsKind = "limits"

// RulesChange asks for other slabs of a kind, or for other limits.
type RulesChange struct {
	Kind   string
	Slabs  []Slab
	Limits Limits      // when the kind is [LimitsKind]
	Money  MoneyLimits // when the kind is [MoneyKind]
	Reason string
}

// rulesDone is what a request about rules does, and what it found.
type rulesDone struct {
	Kind      string      `json:"kind"`
	Was       []Slab      `json:"was,omitempty"`
	Slabs     []Slab      `json:"slabs,omitempty"`
	WasLimits Limits      `json:"was_limits,omitzero"`
	Limits    Limits      `json:"limits,omitzero"`
	WasMoney  MoneyLimits `json:"was_money,omitzero"`
	Money     MoneyLimits `json:"money,omitzero"`
}

const (
	// maxSlabs is more than anybody keeps in mind.
	maxSlabs = 6
	// maxLevels is the most that a request passes.
	maxLevels = 3
	// maxFreeDays is a year: older dates always need two people.
	maxFreeDays = 400
	// maxAutoLimit is what may never settle by itself, whatever is asked.
	maxAutoLimit = oneLakh
)

// RulesOf lists the rules of every kind of request, the defaults for kinds that
// the books do not know yet.
func RulesOf(ctx context.Context, v *store.View) ([]KindRules, error) {
	rules, err := v.ApprovalRules(ctx)
	if err != nil {
		return nil, err
	}
	var kinds []KindRules
	for _, standard := range defaultRules() {
		if slices.ContainsFunc(kinds, func(k KindRules) bool { return k.Kind == standard.Kind }) {
			continue
		}
		own := slabsOf(rules, standard.Kind)
		if len(own) == 0 {
			own = slabsOf(defaultRules(), standard.Kind)
		}
		kinds = append(kinds, KindRules{standard.Kind, own})
	}
	return kinds, nil
}

func slabsOf(rules []store.ApprovalRule, kind string) []Slab {
	var slabs []Slab
	for _, r := range rules {
		if r.Kind != kind {
			continue
		}
		slab := Slab{r.UpTo, r.Levels, Role(r.Role), Role(r.LastRole)}
		if r.UpTo == noBound {
			slab.UpTo = 0
		}
		slabs = append(slabs, slab)
	}
	return slabs
}

// LimitsOf are the limits of a company.
func LimitsOf(c store.Company) Limits {
	return Limits{c.AutoLimit, c.BackdateFreeDays, c.StatementFreeDays, c.ConfirmDays}
}

// ProposeRules asks a second person for other rules.
func (o *Office) ProposeRules(ctx context.Context, actor Actor, in RulesChange) (store.Approval, error) {
	var asked store.Approval
	if err := actor.need(MayManagePeople); err != nil {
		return asked, err
	}
	err := o.command(ctx, actor, note{action: "rules.propose", subject: "rules", input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		done, terms, err := planRules(ctx, &tx.View, in)
		if err != nil {
			return err
		}
		if len(terms) == 0 {
			return lending.Refuse(lending.Invalid, "rules.same", "These are the rules already.")
		}
		text, err := json.Marshal(done)
		if err != nil {
			return fmt.Errorf("writing the rules: %w", err)
		}
		asked, err = askChange(ctx, tx, actor, changeRequest{kind: "rules", subject: "rules/" + in.Kind, reason: in.Reason,
			body: changeBody{Label: RulesWord(in.Kind), Terms: terms, Do: text}})
		n.subject, n.summary = asked.Ref, "Asked for other rules: "+RulesWord(in.Kind)+"."
		return err
	})
	return asked, err
}

// planRules checks what is asked for, beside what holds now.
func planRules(ctx context.Context, v *store.View, in RulesChange) (rulesDone, []ChangedTerm, error) {
	done := rulesDone{Kind: in.Kind}
	if in.Kind == LimitsKind {
		company, err := v.Company(ctx)
		if err != nil {
			return done, nil, err
		}
		done.WasLimits, done.Limits = LimitsOf(company), in.Limits
		return done, limitTerms(done.WasLimits, done.Limits), in.Limits.check()
	}
	if in.Kind == MoneyKind {
		var err error
		if done.WasMoney, err = MoneyLimitsOf(ctx, v); err != nil {
			return done, nil, err
		}
		done.Money = in.Money
		return done, MoneyTerms(done.WasMoney, done.Money), in.Money.check()
	}
	kinds, err := RulesOf(ctx, v)
	if err != nil {
		return done, nil, err
	}
	at := slices.IndexFunc(kinds, func(k KindRules) bool { return k.Kind == in.Kind })
	if at < 0 {
		return done, nil, lending.Refuse(lending.NotFound, "rules.not_found", "There are no rules of this name.")
	}
	done.Was, done.Slabs = kinds[at].Slabs, in.Slabs
	if slices.Equal(done.Was, done.Slabs) {
		return done, nil, checkSlabs(in.Slabs)
	}
	return done, slabTerms(done.Was, done.Slabs), checkSlabs(in.Slabs)
}

func (l Limits) check() error {
	faults := faults{}
	if l.AutoLimit < 0 || l.AutoLimit > maxAutoLimit {
		faults.add("auto_limit", "This is from nothing to "+maxAutoLimit.Rupees()+".")
	}
	for name, days := range map[string]int{"backdate_free_days": l.BackdateFreeDays, "statement_free_days": l.StatementFreeDays, "confirm_days": l.ConfirmDays} {
		if days < 0 || days > maxFreeDays {
			faults.add(name, fmt.Sprintf("This is from 0 to %d days.", maxFreeDays))
		}
	}
	return faults.refuse("rules.invalid", "The limits cannot be like this.")
}

// checkSlabs: amounts rise, the last has no bound, and people who decide money
// decide it.
func checkSlabs(slabs []Slab) error {
	faults := faults{}
	if len(slabs) == 0 || len(slabs) > maxSlabs {
		faults.add("slabs", fmt.Sprintf("Give one to %d steps.", maxSlabs))
	}
	for i, s := range slabs {
		field := func(name string) string { return fmt.Sprintf("slabs.%d.%s", i, name) }
		last := i == len(slabs)-1
		switch {
		case last && s.UpTo != 0:
			faults.add(field("up_to"), "The last step has no bound: leave it empty.")
		case !last && s.UpTo <= 0:
			faults.add(field("up_to"), "Give an amount above zero; only the last step has none.")
		case !last && i > 0 && s.UpTo <= slabs[i-1].UpTo:
			faults.add(field("up_to"), "This is not more than the step before.")
		}
		if s.Levels < 1 || s.Levels > maxLevels {
			faults.add(field("levels"), fmt.Sprintf("One to %d people decide.", maxLevels))
		}
		if s.Role != CreditManager && s.Role != Finance {
			faults.add(field("role"), "A credit manager or finance decides.")
		}
		if s.LastRole != "" && s.LastRole != CreditManager && s.LastRole != Finance || s.LastRole != "" && s.Levels < 2 {
			faults.add(field("last_role"), "A last decision of another role needs two people, and is a credit manager's or finance's.")
		}
	}
	return faults.refuse("rules.invalid", "The rules cannot be like this.")
}

// carryOutRules puts the rules in place that were approved.
func carryOutRules(ctx context.Context, tx *store.Tx, a store.Approval, body changeBody) error {
	var done rulesDone
	if err := json.Unmarshal(body.Do, &done); err != nil {
		return fmt.Errorf("reading approval %s: %w", a.Ref, err)
	}
	now, _, err := planRules(ctx, &tx.View, RulesChange{Kind: done.Kind, Slabs: done.Slabs, Limits: done.Limits, Money: done.Money})
	if err != nil {
		return err
	}
	if !slices.Equal(now.Was, done.Was) || now.WasLimits != done.WasLimits || now.WasMoney != done.WasMoney {
		return lending.Refuse(lending.Conflict, "approval.stale", "The rules changed after this was sent: it has to be sent again.")
	}
	if done.Kind == LimitsKind {
		l := done.Limits
		return tx.SetLimits(ctx, store.Company{AutoLimit: l.AutoLimit, BackdateFreeDays: l.BackdateFreeDays, StatementFreeDays: l.StatementFreeDays, ConfirmDays: l.ConfirmDays})
	}
	if done.Kind == MoneyKind {
		return tx.SetMoneyRules(ctx, done.Money.rules())
	}
	rules := make([]store.ApprovalRule, len(done.Slabs))
	for i, s := range done.Slabs {
		rules[i] = store.ApprovalRule{Kind: done.Kind, UpTo: s.UpTo, Levels: s.Levels, Role: string(s.Role), LastRole: string(s.LastRole)}
		if s.UpTo == 0 {
			rules[i].UpTo = noBound
		}
	}
	return tx.ReplaceApprovalRules(ctx, done.Kind, rules)
}

// Words says a slab in words: "two credit managers".
func (s Slab) Words() string {
	who := map[Role][2]string{CreditManager: {"one credit manager", "credit managers"}, Finance: {"one person of finance", "people of finance"}}
	words := func(n int, role Role) string {
		if n == 1 {
			return who[role][0]
		}
		return map[int]string{2: "two ", 3: "three "}[n] + who[role][1]
	}
	if s.LastRole != "" && s.LastRole != s.Role {
		return words(s.Levels-1, s.Role) + ", then " + words(1, s.LastRole)
	}
	return words(s.Levels, s.Role)
}

// Bound says up to where a slab reaches.
func (s Slab) Bound() string {
	if s.UpTo == 0 {
		return "any amount"
	}
	return "up to " + s.UpTo.Rupees()
}

func slabTerms(was, will []Slab) []ChangedTerm {
	terms := make([]ChangedTerm, max(len(was), len(will)))
	for i := range terms {
		terms[i].Name = fmt.Sprintf("Step %d", i+1)
		if i < len(was) {
			terms[i].Was = was[i].Bound() + ": " + was[i].Words()
		}
		if i < len(will) {
			terms[i].Will = will[i].Bound() + ": " + will[i].Words()
		}
	}
	return terms
}

func limitTerms(was, will Limits) []ChangedTerm {
	var terms []ChangedTerm
	add := func(name, before, after string) {
		if before != after {
			terms = append(terms, ChangedTerm{name, before, after})
		}
	}
	days := func(n int) string { return fmt.Sprintf("%d days", n) }
	add("Settles by itself up to", was.AutoLimit.Rupees(), will.AutoLimit.Rupees())
	add("Dates by hand, free for", days(was.BackdateFreeDays), days(will.BackdateFreeDays))
	add("Dates of a statement, free for", days(was.StatementFreeDays), days(will.StatementFreeDays))
	add("On a statement within", days(was.ConfirmDays), days(will.ConfirmDays))
	return terms
}

// rulesWords names the kinds of request whose rules are set, for people.
var rulesWords = map[string]string{
	LimitsKind: "limits and old dates", MoneyKind: "fees, refunds and payouts", "record": "receipts", "split": "splits", "reversal": "reversals", "move": "moves to another account",
	"refund": "refunds", "adjustment": "adjustments", "waiver": "waivers", "fee": "fees", "loan": "loans paid out", "undo_set_aside": "credits back to the desk",
	"topup": "topups", "topup_group": "groups of topups", "topup_cancel": "topups cancelled", "topup_payout": "payouts of topups again",
	"line": "limits of borrowers", "adhoc_limit": "adhoc limits", "line_freeze": "freezes of a limit", "anchor": "anchors",
	"mandate": "mandates", "mandate_cancel": "mandates ended", "take_over": "loans taken over", "rules": "rules of approval", "program": "program parameters", "loan_params": "loan parameters",
	"month_reopening": "closed months opened again", "journal_mapping": "codes of the journal", "parameter": "dated parameters",
}

// RulesWord names rules for people.
func RulesWord(kind string) string {
	if word := rulesWords[kind]; word != "" {
		return word
	}
	if word := changeWords[kind]; word != "" {
		return word
	}
	return kind
}

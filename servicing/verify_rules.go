package servicing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"lekha/store"
)

// maxRulesRead is more changes of rules than any lender decides.
const maxRulesRead = 10_000

// verifyRules holds the rules and limits of approval against those of the first
// run and the requests that changed them: who lowers them past the program decides
// alone afterwards.
func verifyRules(ctx context.Context, v *store.View, result *VerifyResult) error {
	company, err := v.Company(ctx)
	if isMissing(err) {
		return nil // nothing is set up yet
	}
	if err != nil {
		return err
	}
	decided, err := decidedRules(ctx, v)
	if err != nil {
		return err
	}
	limits := firstLimits(company.IsDemo)
	if done, ok := decided[LimitsKind]; ok {
		limits = done.Limits
	}
	findTerms(result, LimitsKind, limitTerms(limits, LimitsOf(company)))
	money := firstMoneyLimits
	if done, ok := decided[MoneyKind]; ok {
		money = done.Money
	}
	inForce, err := MoneyLimitsOf(ctx, v)
	if err != nil {
		return err
	}
	findTerms(result, MoneyKind, MoneyTerms(money, inForce))
	kinds, err := RulesOf(ctx, v)
	for _, k := range kinds {
		want := slabsOf(defaultRules(), k.Kind)
		if done, ok := decided[k.Kind]; ok {
			want = done.Slabs
		}
		if !slices.Equal(want, k.Slabs) {
			findTerms(result, k.Kind, slabTerms(want, k.Slabs))
		}
	}
	return err
}

func findTerms(result *VerifyResult, kind string, terms []ChangedTerm) {
	for _, t := range terms {
		if t.Was != t.Will {
			result.find("rules of "+RulesWord(kind), "%s: %q was decided, and %q holds", t.Name, t.Was, t.Will)
		}
	}
}

// decidedRules are the rules that were approved last, by kind.
func decidedRules(ctx context.Context, v *store.View) (map[string]rulesDone, error) {
	approvals, err := v.Approvals(ctx, store.ApprovalFilter{Kind: "rules", Statuses: []string{"approved"}, Limit: maxRulesRead})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(approvals, func(a, b store.Approval) int { return int(*a.EndedBy - *b.EndedBy) })
	decided := map[string]rulesDone{}
	for _, a := range approvals {
		body, err := changeOf(a)
		if err != nil {
			return nil, err
		}
		var done rulesDone
		if err := json.Unmarshal(body.Do, &done); err != nil {
			return nil, fmt.Errorf("reading approval %s: %w", a.Ref, err)
		}
		decided[done.Kind] = done
	}
	return decided, nil
}

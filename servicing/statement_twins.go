package servicing

import (
	"context"
	"strings"

	"lekha/store"
)

// toldOtherwise finds the line of another file that this one repeats although its
// fingerprint differs: the bank's table prints running balances, its MT940 and
// camt.053 do not. Credits with a reference are known by it and not looked for.
// What was found is taken, so that genuine twins are found one by one.
func toldOtherwise(ctx context.Context, v *store.View, c store.BankCredit, taken map[string]bool) (store.BankCredit, bool, error) {
	if c.Reference != "" && c.Direction == "credit" {
		return store.BankCredit{}, false, nil
	}
	like, err := v.CreditsLike(ctx, c)
	if err != nil {
		return store.BankCredit{}, false, err
	}
	for _, other := range like {
		if !taken[other.ID] {
			taken[other.ID] = true
			return other, true, nil
		}
	}
	return store.BankCredit{}, false, nil
}

// cutReference finds the one credit of the same amount whose reference is a
// beginning of the line's, or the other way round; of several that fit none is
// taken. References of digits alone are
// short enough never to be cut.
func cutReference(ctx context.Context, v *store.View, c store.BankCredit, seen map[string]store.BankCredit) (store.BankCredit, bool, error) {
	if len(c.Reference) < store.CutReference || strings.Trim(c.Reference, "0123456789") == "" || c.Direction != "credit" {
		return store.BankCredit{}, false, nil
	}
	found, err := v.CreditsWithCut(ctx, c.BankID, c.Reference, c.Amount)
	if err != nil {
		return store.BankCredit{}, false, err
	}
	for reference, other := range seen {
		long := len(reference) >= store.CutReference && other.Direction == "credit" && other.Amount == c.Amount
		if long && (strings.HasPrefix(reference, c.Reference) || strings.HasPrefix(c.Reference, reference)) {
			found = append(found, other)
		}
	}
	if len(found) != 1 {
		return store.BankCredit{}, false, nil
	}
	return found[0], true, nil
}

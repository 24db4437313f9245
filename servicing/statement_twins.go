package servicing

import (
	"context"
	"slices"
	"strings"

	"lekha/lending"
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

// planFile is what the rows of a file that are passed already brought.
type planFile struct {
	seen   map[string]store.BankCredit          // by reference
	begins map[beginning][]store.BankCredit     // of them those with a reference that can be cut
	taken  map[string]bool                      // receipts that rows confirm, and lines of other files that rows are
	passed map[lending.Money][]store.BankCredit // new credits that no row took back
}

// beginning is what a cut reference shares with the whole one: as much as must be
// left of it, and the amount. Banks begin the references of a day alike, so that
// without the amount a large file would be looked through for each of its rows.
type beginning struct {
	reference string
	amount    lending.Money
}

func newPlanFile() *planFile {
	return &planFile{seen: map[string]store.BankCredit{}, begins: map[beginning][]store.BankCredit{}, taken: map[string]bool{},
		passed: map[lending.Money][]store.BankCredit{}}
}

// pass keeps a new credit for the rows after it.
func (f *planFile) pass(c store.BankCredit) {
	f.passed[c.Amount] = append(f.passed[c.Amount], c)
	if c.Reference == "" {
		return
	}
	f.seen[c.Reference] = c
	if len(c.Reference) >= store.CutReference {
		key := beginning{c.Reference[:store.CutReference], c.Amount}
		f.begins[key] = append(f.begins[key], c)
	}
}

// takeBack drops a credit that a row took back.
func (f *planFile) takeBack(c store.BankCredit) {
	f.passed[c.Amount] = slices.DeleteFunc(f.passed[c.Amount], func(other store.BankCredit) bool { return other.ID == c.ID })
}

// cutReference finds the one credit of the same amount whose reference is a
// beginning of the line's, or the other way round; of several that fit none is
// taken. References of digits alone are short enough never to be cut.
func cutReference(ctx context.Context, v *store.View, c store.BankCredit, file *planFile) (store.BankCredit, bool, error) {
	if len(c.Reference) < store.CutReference || strings.Trim(c.Reference, "0123456789") == "" || c.Direction != "credit" {
		return store.BankCredit{}, false, nil
	}
	found, err := v.CreditsWithCut(ctx, c.BankID, c.Reference, c.Amount)
	if err != nil {
		return store.BankCredit{}, false, err
	}
	for _, other := range file.begins[beginning{c.Reference[:store.CutReference], c.Amount}] {
		if strings.HasPrefix(other.Reference, c.Reference) || strings.HasPrefix(c.Reference, other.Reference) {
			found = append(found, other)
		}
	}
	if len(found) != 1 {
		return store.BankCredit{}, false, nil
	}
	return found[0], true, nil
}

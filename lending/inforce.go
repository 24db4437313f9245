package lending

import "slices"

// InForce are the facts that count at a moment, in the order they count: those
// that lie after it and those that are undone are left out, and so are the
// reversals themselves.
func InForce(facts []Fact, at At) ([]*Fact, error) {
	sorted := make([]*Fact, len(facts))
	for i := range facts {
		sorted[i] = &facts[i]
	}
	slices.SortFunc(sorted, compareFacts)
	undone, err := reversals(sorted)
	if err != nil {
		return nil, err
	}
	kept := sorted[:0]
	for _, f := range sorted {
		if !undone[f.Key] && f.Kind != FactReversal && f.ValueDate <= at.Date {
			kept = append(kept, f)
		}
	}
	return kept, nil
}

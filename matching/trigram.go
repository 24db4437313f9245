package matching

import (
	"cmp"
	"slices"
)

// trigrams finds names by the groups of three letters they share. An entry is
// an account's number doubled, plus one for its co-applicant.
type trigrams struct {
	lists map[uint32][]int32
	sizes []uint8 // how many trigrams an entry has
}

func newTrigrams() trigrams {
	return trigrams{lists: map[uint32][]int32{}}
}

func gramEntry(i int32, co bool) int32 {
	if co {
		return 2*i + 1
	}
	return 2 * i
}

// gramsOf are the trigrams of a folded name without blanks, each once.
func gramsOf(s string) []uint32 {
	if len(s) < 3 {
		return nil
	}
	out := make([]uint32, 0, len(s))
	for i := 0; i+3 <= len(s) && i < 60; i++ {
		out = append(out, uint32(s[i])<<16|uint32(s[i+1])<<8|uint32(s[i+2]))
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (t *trigrams) add(fold string, i int32, co bool) {
	grams := gramsOf(fold)
	if len(grams) == 0 {
		return
	}
	e := gramEntry(i, co)
	for int(e) >= len(t.sizes) {
		t.sizes = append(t.sizes, 0)
	}
	t.sizes[e] = uint8(len(grams))
	for _, g := range grams {
		t.lists[g] = append(t.lists[g], e)
	}
}

func (t *trigrams) drop(fold string, i int32, co bool) {
	e := gramEntry(i, co)
	if int(e) < len(t.sizes) {
		t.sizes[e] = 0
	}
	for _, g := range gramsOf(fold) {
		if at := slices.Index(t.lists[g], e); at >= 0 {
			list := t.lists[g]
			list[at] = list[len(list)-1]
			t.lists[g] = list[:len(list)-1]
		}
	}
}

// nameHit is an account whose name shares trigrams with what is looked for.
type nameHit struct {
	account int32
	shared  int // in thousandths of the trigrams of the shorter of the two
	favour  int // what the amount says for it
}

// crowd counts borrowers and co-applicants.
type crowd [2]int

// nearest are the accounts whose names, or co-applicants' names, share most with
// a folded text; those in favour go first. Whole is how many
// have all of it in their names, when they are more than those answered.
func (b *Book) nearest(fold string, most int, favour func(nameHit) int) (hits []nameHit, whole crowd) {
	grams := gramsOf(fold)
	if len(grams) == 0 {
		return nil, whole
	}
	counts := make([]uint8, 2*len(b.accounts))
	var touched []int32
	for _, g := range grams {
		for _, e := range b.grams.lists[g] {
			if counts[e] == 0 {
				touched = append(touched, e)
			}
			counts[e]++
		}
	}
	least := uint8(2)
	if len(grams) <= 2 {
		least = 1
	}
	var spread [1001]int // how many hits share so much
	for _, e := range touched {
		if counts[e] < least {
			continue
		}
		size := min(len(grams), int(b.grams.sizes[e]))
		shared := min(1000, int(counts[e])*1000/max(1, size))
		if shared >= minShared {
			hits = append(hits, nameHit{account: e / 2, shared: shared})
			spread[shared]++
			if shared == 1000 {
				whole[e%2]++
			}
		}
	}
	if whole[0]+whole[1] <= most {
		whole = crowd{} // they are all among the hits
	}
	return b.nearestOf(hits, most, atLeast(spread[:], 2*most), favour), whole
}

// atLeast is the share above which at least so many hits are.
func atLeast(spread []int, most int) int {
	at := len(spread) - 1
	for ; at > 0 && most > spread[at]; at-- {
		most -= spread[at]
	}
	return at
}

// nearestOf sorts the hits that may be among the first, and keeps those that are.
func (b *Book) nearestOf(hits []nameHit, most, least int, favour func(nameHit) int) []nameHit {
	kept := hits[:0]
	for _, h := range hits {
		h.favour = favour(h)
		if h.shared >= least || h.favour > 0 {
			kept = append(kept, h)
		}
	}
	slices.SortFunc(kept, func(x, y nameHit) int {
		return cmp.Or(y.favour-x.favour, y.shared-x.shared, cmp.Compare(b.accounts[x.account].ID, b.accounts[y.account].ID))
	})
	out := kept[:0]
	seen := make(map[int32]bool, most)
	for _, h := range kept {
		if len(out) == most {
			break
		}
		if !seen[h.account] { // its co-applicant may be like it too
			seen[h.account] = true
			out = append(out, h)
		}
	}
	return out
}

// minShared is the least share of trigrams, in thousandths, worth comparing.
const minShared = 400

// sharedByNamesakes is the share that names have in common which may be one.
const sharedByNamesakes = 800

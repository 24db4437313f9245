package lending

import (
	"cmp"
	"slices"
)

// Facility is one account of a borrower as classification sees it.
type Facility struct {
	Account  string
	Timeline []CategoryChange // of the account alone: Book.Timeline
	Asset    AssetPolicy
}

// BorrowerBook is how a borrower and each facility are classified over time.
type BorrowerBook struct {
	Timeline   []CategoryChange            // of the borrower: the worst
	Facilities map[string][]CategoryChange // by account
	Category   Category
}

// Classify puts a borrower's facilities together: a non-performing one makes all of
// them so, and all stay it until the arrears of every one are cleared; special
// mention accounts stay each by itself (domain 4.2, 4.3). Worked: facilities at 0,
// 95 and 12 days past due are all sub-standard, each keeps its own days (DPD-04).
func Classify(facilities []Facility, at Date) BorrowerBook {
	w := borrowerWalk{facilities: facilities, own: make([]Category, len(facilities)), shown: make([]Category, len(facilities))}
	book := BorrowerBook{Facilities: map[string][]CategoryChange{}, Category: Regular}
	for i := range facilities {
		w.own[i], w.shown[i] = Regular, Regular
		facilities[i].Asset = facilities[i].Asset.complete()
	}
	worst := Regular
	for _, day := range w.days(at) {
		w.reach(day)
		for i := range facilities {
			category := w.own[i]
			if facilities[i].Asset.SMAScope == SMAByBorrower {
				category = w.worstOwn()
			}
			if w.npaSince != 0 {
				category, _ = aged(w.npaSince, day, facilities[i].Asset)
				if w.own[i].NPA() && w.own[i].rank() > category.rank() {
					category = w.own[i]
				}
			}
			if category != w.shown[i] {
				w.shown[i] = category
				change := w.changeOf(i, day)
				change.Category = category
				book.Facilities[facilities[i].Account] = append(book.Facilities[facilities[i].Account], change)
			}
		}
		if now := slices.MaxFunc(append([]Category{Regular}, w.shown...), func(a, b Category) int { return cmp.Compare(a.rank(), b.rank()) }); now != worst {
			worst = now
			book.Timeline = append(book.Timeline, CategoryChange{Date: day, Category: now})
		}
	}
	book.Category = worst
	return book
}

// borrowerWalk is a borrower while the days on which something changes are walked.
type borrowerWalk struct {
	facilities []Facility
	own        []Category
	shown      []Category
	npaSince   Date
}

// days are those on which a facility changes by itself, and those on which age
// changes a non-performing borrower.
func (w *borrowerWalk) days(at Date) []Date {
	var days []Date
	for _, f := range w.facilities {
		for _, c := range f.Timeline {
			days = append(days, c.Date)
			if c.Category.NPA() {
				first, second, third := NPALadder(c.Date, f.Asset)
				days = append(days, first, second, third)
			}
		}
	}
	slices.Sort(days)
	days = slices.Compact(days)
	return slices.DeleteFunc(days, func(d Date) bool { return d > at })
}

// reach brings each facility's own category up to a day, and decides whether the
// borrower is non-performing.
func (w *borrowerWalk) reach(day Date) {
	npa, arrears := false, false
	for i, f := range w.facilities {
		for _, c := range f.Timeline {
			if c.Date <= day {
				w.own[i] = c.Category
			}
		}
		npa = npa || w.own[i].NPA()
		arrears = arrears || w.own[i] != Regular
	}
	switch {
	case npa && w.npaSince == 0:
		w.npaSince = day
	case !npa && !arrears:
		w.npaSince = 0
	}
}

// worstOwn is the worst category that a facility has by itself.
func (w *borrowerWalk) worstOwn() Category {
	return slices.MaxFunc(append([]Category{Regular}, w.own...), func(a, b Category) int { return cmp.Compare(a.rank(), b.rank()) })
}

// BookedOn is who a factored receivable that is unpaid beyond the norm is
// non-performing on: with recourse the assignor, without it the debtor (domain 4.5
// [S41]). The norm runs from the receivable's own due date.
func BookedOn(recourse bool, assignor, debtor string) string {
	if recourse {
		return assignor
	}
	return debtor
}

// changeOf is the last own change of a facility, as of a day.
func (w *borrowerWalk) changeOf(i int, day Date) CategoryChange {
	change := CategoryChange{}
	for _, c := range w.facilities[i].Timeline {
		if c.Date <= day {
			change = c
		}
	}
	change.Date = day
	return change
}

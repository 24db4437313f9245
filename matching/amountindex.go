package matching

import (
	"slices"

	"lekha/lending"
)

// The days around a credit in which a due is looked for: a payment comes at most
// 14 days before and usually not more than 40 days after its due date.
const (
	daysEarly = 14
	daysLate  = 40
)

// amountIndex finds accounts by an amount that is due about a day. Days are kept
// in buckets of 32, so that the dues of one account are replaced cheaply.
type amountIndex struct {
	dues map[amountKey][]dueAt
	emis map[lending.Money][]int32
}

type amountKey struct {
	amount lending.Money
	bucket int32
}

type dueAt struct {
	account      int32
	day          lending.Date
	since, until lending.Date // of the value dates it holds for
}

func dueAtOf(d Due, i int32) dueAt { return dueAt{i, d.DueDate, d.Since, d.Until} }

// asked says that the due stood like this on the value date of a credit.
func (d dueAt) asked(on lending.Date) bool { return Due{Since: d.since, Until: d.until}.asked(on) }

func newAmountIndex() amountIndex {
	return amountIndex{dues: map[amountKey][]dueAt{}, emis: map[lending.Money][]int32{}}
}

func bucketOf(d lending.Date) int32 { return int32(d) >> 5 }

// duesAmounts are the amounts a due may be paid with.
func dueAmounts(d Due) []lending.Money {
	switch {
	case d.EMI > 0 && d.EMI != d.Amount && d.Amount > 0:
		return []lending.Money{d.Amount, d.EMI}
	case d.Amount > 0:
		return []lending.Money{d.Amount}
	case d.EMI > 0:
		return []lending.Money{d.EMI}
	}
	return nil
}

func (x *amountIndex) add(d Due, i int32) {
	for _, m := range dueAmounts(d) {
		k := amountKey{m, bucketOf(d.DueDate)}
		x.dues[k] = append(x.dues[k], dueAtOf(d, i))
	}
}

func (x *amountIndex) drop(d Due, i int32) {
	for _, m := range dueAmounts(d) {
		k := amountKey{m, bucketOf(d.DueDate)}
		list := x.dues[k]
		if at := slices.Index(list, dueAtOf(d, i)); at >= 0 {
			list[at] = list[len(list)-1]
			list = list[:len(list)-1]
		}
		if len(list) == 0 {
			delete(x.dues, k)
			continue
		}
		x.dues[k] = list
	}
}

func (x *amountIndex) addEMI(m lending.Money, i int32) {
	if m > 0 {
		x.emis[m] = append(x.emis[m], i)
	}
}

func (x *amountIndex) dropEMI(m lending.Money, i int32) {
	list := x.emis[m]
	if at := slices.Index(list, i); at >= 0 {
		list[at] = list[len(list)-1]
		x.emis[m] = list[:len(list)-1]
	}
}

// about are the accounts, ascending, each once, with this amount due about a
// day, or as their EMI when their dues are not known.
func (b *Book) about(amount lending.Money, day lending.Date) []int32 {
	var out []int32
	from, to := day.AddDays(-daysLate), day.AddDays(daysEarly)
	for bucket := bucketOf(from); bucket <= bucketOf(to); bucket++ {
		for _, d := range b.amounts.dues[amountKey{amount, bucket}] {
			if d.day >= from && d.day <= to && d.asked(day) {
				out = append(out, d.account)
			}
		}
	}
	for _, i := range b.amounts.emis[amount] {
		if len(b.accounts[i].dues) == 0 && b.accounts[i].Active {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// sortedDues are dues by date, without those that ask nothing.
func sortedDues(dues []Due) []Due {
	var out []Due
	for _, d := range dues {
		if d.Amount > 0 || d.EMI > 0 {
			if d.Amount <= 0 {
				d.Amount = d.EMI + max(0, d.Charges)
			}
			out = append(out, d)
		}
	}
	slices.SortStableFunc(out, func(a, b Due) int {
		if a.DueDate != b.DueDate {
			return a.DueDate.Sub(b.DueDate)
		}
		return int(min(1, max(-1, a.Amount-b.Amount)))
	})
	return out
}

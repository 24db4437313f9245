package lending

// Classification looks at the position at the day-end of each date. It may know
// of a payment later than its value date says (domain 3.7.4), so that it keeps
// its own account of what is paid.

// recognition is a payment that classification will know of on a day.
type recognition struct {
	on        Date
	due       *due
	component Component
	amount    Money
}

// seenOn is the first day-end at which a payment counts for classification.
func (r *replayer) seenOn(f *Fact, on Date) Date {
	switch r.policy.RestateCategory {
	case RestateByValueDate:
		return on
	case RestateNever:
		return max(on, f.BookingDate)
	}
	return max(on, f.bankDate())
}

// recognise lets classification know of a payment.
func (r *replayer) recognise(d *due, c Component, amount Money, on Date) {
	d.seen[c] += amount
	if r.counted[c] && r.arrears(d) == 0 && r.ruled != on {
		// It was in arrears at the day-end before this one; where another policy was in
		// force then, notePeaks has asked that one.
		d.PeakDPD = max(d.PeakDPD, r.shown(on.Sub(d.DueDate)))
	}
}

// recogniseLater lets classification know of the payments whose day has come.
func (r *replayer) recogniseLater(day Date) {
	kept := r.later[:0]
	for _, l := range r.later {
		if l.on > day {
			kept = append(kept, l)
			continue
		}
		r.recognise(l.due, l.component, l.amount, day)
	}
	r.later = kept
}

// arrears is what of a due is unpaid and counts for days past due.
func (r *replayer) arrears(d *due) Money {
	var sum Money
	for c, counts := range r.counted {
		if counts {
			sum += d.Amount[c] - d.seen[c]
		}
	}
	return sum
}

// classify classifies the day-ends up to a day, over which nothing but time has
// happened since the last one.
func (r *replayer) classify(to Date) {
	from := r.classified + 1
	if from > to {
		return
	}
	r.classified = to
	for r.aged < r.fallen && r.dues[r.aged].closed && r.dues[r.aged].seen == r.dues[r.aged].Paid {
		r.aged++
	}
	first := r.aged
	for first < r.fallen && r.arrears(&r.dues[first]) == 0 {
		first++
	}
	if first == r.fallen {
		r.age(from, to, 0)
		return
	}
	if r.paidAfter(first) == 0 {
		r.age(from, to, r.dues[first].DueDate)
		return
	}
	// Later dues were paid before this one. For ageing the oldest due is cleared
	// first (domain 4.1.2), and overdue interest can move the border every day.
	if !r.arrearsGrow() {
		r.age(from, to, r.oldestByFIFO(first))
		return
	}
	for day := from; day <= to; day++ {
		r.accrueAll(day + 1)
		r.age(day, day, r.oldestByFIFO(first))
	}
}

// arrearsGrow says that arrears change by time alone.
func (r *replayer) arrearsGrow() bool {
	return r.counted[OverdueInterest] && r.policy.OverdueRate > 0 || r.counted[Penal] && r.policy.Penal.Kind != ""
}

// paidAfter is what was paid on dues later than one.
func (r *replayer) paidAfter(first int) Money {
	var sum Money
	for i := first + 1; i < r.fallen; i++ {
		sum += r.paidCounted(&r.dues[i])
	}
	return sum
}

// paidCounted is what classification knows to be paid of the components that count.
func (r *replayer) paidCounted(d *due) Money {
	var sum Money
	for c, counts := range r.counted {
		if counts {
			sum += d.seen[c]
		}
	}
	return sum
}

// oldestByFIFO is the due date of the oldest due that is unpaid when all money
// is taken to have cleared the oldest dues first: the first whose arrears, with
// those before it, are more than what was paid on later ones.
func (r *replayer) oldestByFIFO(first int) Date {
	elsewhere := r.paidAfter(first)
	var owed Money
	for i := first; i < r.fallen; i++ {
		if i > first {
			elsewhere -= r.paidCounted(&r.dues[i])
		}
		if owed += r.arrears(&r.dues[i]); owed > elsewhere {
			return r.dues[i].DueDate
		}
	}
	return r.dues[first].DueDate
}

// age is a span of day-ends with one oldest due, or without arrears (0). The count
// is inclusive: the due date's own day-end is day 1 (domain 4.1.3). Without arrears
// the category returns to regular the same day-end (domain 4.2).
func (r *replayer) age(from, to, oldest Date) {
	r.oldest = oldest
	for day := from; day <= to; {
		dpd := r.countDays(day, oldest)
		r.dpd = r.shown(dpd)
		category, step := r.categoryAt(dpd, day)
		if category != r.category {
			r.change(day, category)
		}
		if step == 0 {
			break
		}
		day += Date(step)
	}
	r.dpd = r.shown(r.countDays(to, oldest))
	r.peak = max(r.peak, r.dpd)
}

func (r *replayer) countDays(day, oldest Date) int {
	if oldest == 0 {
		return 0
	}
	return day.Sub(oldest) + 1
}

// shown is a count of days as the policy shows it.
func (r *replayer) shown(inclusive int) int {
	if r.policy.Asset.DPDMode == DPDExclusive {
		return max(inclusive-1, 0)
	}
	return inclusive
}

// categoryAt is the category at a number of days past due, and in how many days
// time alone changes it (0: never). An NPA stays one while there are arrears, and
// ages; a category by decision holds until it is lifted.
func (r *replayer) categoryAt(dpd int, day Date) (category Category, step int) {
	npa, sma2, sma1 := int(r.npaNorm(day)), int(sma2Days.on(day).Value), int(sma1Days.on(day).Value)
	floor := r.decided(day)
	switch {
	case dpd > npa || dpd > 0 && r.category.NPA() || floor.NPA():
		since := r.npaSince
		if !r.category.NPA() {
			since = day
		}
		category, step = aged(since, day, r.policy.Asset)
		if floor.rank() > category.rank() {
			category, step = floor, 0
		}
		return category, step
	case dpd == 0:
		return Regular, 0
	case dpd > sma2:
		return SMA2, npa + 1 - dpd
	case dpd > sma1:
		return SMA1, sma2 + 1 - dpd
	default:
		return SMA0, sma1 + 1 - dpd
	}
}

// npaNorm is the days after which an asset is non-performing, by the lender's layer.
func (r *replayer) npaNorm(day Date) int64 {
	if r.policy.Asset.Layer == LayerBase {
		return npaDaysBase.on(day).Value
	}
	return npaDays.on(day).Value
}

// change notes a step of the timeline with what is overdue at that day-end.
func (r *replayer) change(day Date, category Category) {
	if !r.category.NPA() {
		r.npaSince = day
	}
	r.category = category
	r.accrueAll(day + 1)
	var overdue Money
	for i := r.aged; i < r.fallen; i++ {
		overdue += r.arrears(&r.dues[i])
	}
	r.book.Timeline = append(r.book.Timeline, CategoryChange{Date: day, Category: category, DPD: r.dpd, Overdue: overdue, Oldest: r.oldest})
}

// snapshot takes the days past due of the single demands at the last day-end,
// once. Each counts what is unpaid of itself.
func (r *replayer) snapshot() {
	if r.snapped {
		return
	}
	r.snapped = true
	r.notePeaks()
	for i := r.aged; i < r.fallen; i++ {
		if d := &r.dues[i]; r.arrears(d) > 0 {
			d.DPD = r.ageOf(d)
		}
	}
}

// notePeaks brings the peaks of the demands in arrears to the last day-end. Those
// of demands that are paid were noted then.
func (r *replayer) notePeaks() {
	for i := r.aged; i < r.fallen; i++ {
		if d := &r.dues[i]; r.arrears(d) > 0 {
			d.PeakDPD = max(d.PeakDPD, r.ageOf(d))
		}
	}
}

// ageOf is the days past due of an unpaid demand at the last day-end, counted
// inclusively.
func (r *replayer) ageOf(d *due) int { return r.shown(max(r.classified.Sub(d.DueDate)+1, 0)) }

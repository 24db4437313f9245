package lending

// StressDates are the day-ends on which a due becomes overdue, special mention and
// non-performing if nothing is paid: agreements must show an example of them (domain
// 4.1, 4.7 [S2]). Worked: a due of 31 March 2025 is SMA-0 on that very day-end, SMA-1 on
// 30 April, SMA-2 on 30 May and non-performing on 29 June.
type StressDates struct {
	Due, SMA0, SMA1, SMA2, NPA Date
}

// StressOf computes them by the norms that are in force on their days.
func StressOf(due Date, policy AssetPolicy) StressDates {
	norm := npaDays
	if policy.complete().Layer == LayerBase {
		norm = npaDaysBase
	}
	return StressDates{Due: due, SMA0: due, SMA1: due.after(sma1Days), SMA2: due.after(sma2Days), NPA: due.after(norm)}
}

// after is the first day-end at which a due is past due by more days than a norm
// says on that day; the day-end of the due date itself is day 1.
func (d Date) after(norm dated) Date {
	day := d
	for day.Sub(d)+1 <= int(norm.on(day).Value) {
		day++
	}
	return day
}

package lending

// Conventions by which systems count the days of a row differently. The default
// of each is domain 1.1; the other exists so that a loan taken over from another
// system keeps its figures (vectors/README.md, "Reading the Fineract cases").
const (
	// InterestAtStart gives the interest of the night from a day to the next to
	// the first of the two: an actual year is cut at 1 January, a changed rate
	// applies from its date on. The default.
	InterestAtStart = "start"
	// InterestAtEnd gives it to the second: the disbursal day itself costs nothing,
	// an actual year is cut at 31 December, and a rate changed on the 20th
	// applies to the night before.
	InterestAtEnd = "end"

	// LeapByYear counts 366 days for every day of a leap year. The default.
	LeapByYear = "year"
	// LeapByRow counts 366 days only for a row that contains 29 February.
	LeapByRow = "row"

	// PartByBond counts a part of a month of 30 days by the bond basis. The default.
	PartByBond = "bond"
	// PartByDays counts it by its actual days over those of the whole period.
	PartByDays = "actual"
	// PartIsWhole lets money lent inside a row cost the whole row.
	PartIsWhole = "whole"
)

// share is a part of a year as a fraction: parts / over, in units of yearParts.
type share struct{ parts, over uint64 }

// shift is 1 where interest of a night belongs to its second day.
func (t *Terms) shift() Date {
	if t.InterestDay == InterestAtEnd {
		return 1
	}
	return 0
}

// rowParts is the part of a year from one day to another inside a row.
func (t *Terms) rowParts(row period, from, to Date) share {
	if to <= from {
		return share{0, 1}
	}
	whole := row.full
	if whole == 0 {
		whole = t.fullParts(row.start, row.end)
	}
	switch {
	case from == row.start && to == row.end:
		return share{whole, 1}
	case (t.InterestBasis == BasisPeriod || t.DaysInMonth == 30) && t.PartMonth != PartByBond:
		return share{whole * uint64(to.Sub(from)), uint64(row.end.Sub(row.start))}
	}
	return share{t.countParts(row.start, row.end, from, to), 1}
}

// countParts is the part of a year from one day to another by the day count; the
// row they are in decides about the leap day where the terms say so.
func (t *Terms) countParts(start, end, from, to Date) uint64 {
	if t.DaysInYear != Actual || t.DaysInMonth == 30 {
		return t.DayCount.parts(from, to)
	}
	if t.LeapDays == LeapByRow && !hasLeapDay(start, end) {
		return uint64(to.Sub(from)) * (yearParts / 365)
	}
	shift := t.shift()
	return t.DayCount.parts(from+shift, to+shift)
}

// hasLeapDay says that 29 February lies after the first day and up to the second.
func hasLeapDay(start, end Date) bool {
	for year := start.Year(); year <= end.Year(); year++ {
		if leap := clipped(year, 2, 29); leap.Day() == 29 && leap > start && leap <= end {
			return true
		}
	}
	return false
}

// interestOf is what an amount costs over a share of a year, still to be divided
// by interestScale x over.
func interestOf(amount Money, rate Rate, s share) (wide, bool) {
	return interestOn(amount, rate, s.parts)
}

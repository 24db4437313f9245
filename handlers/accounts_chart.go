package handlers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lekha/lending"
	"lekha/views"
)

// chartMarks is how many dates stand under the chart.
const chartMarks = 7

// plane turns days and amounts into places on a plane of 100 by 100.
type plane struct {
	from, to lending.Date
	top      lending.Money
}

// x and y are places with two decimals, as text.
func (p plane) x(d lending.Date) string {
	return hundredths(int64(d.Sub(p.from)) * 10000 / int64(max(p.to.Sub(p.from), 1)))
}

func (p plane) y(m lending.Money) string {
	return hundredths(10000 - int64(m)/max(int64(p.top)/10000, 1))
}

func hundredths(n int64) string {
	n = max(0, min(n, 10000))
	return strings.TrimSuffix(fmt.Sprintf("%d.%02d", n/100, n%100), ".00")
}

// balances is a balance that changes on some days.
type balances map[lending.Date]lending.Money

// steps returns the days in order with the balance after each.
func (b balances) steps() (days []lending.Date, after []lending.Money) {
	for day := range b {
		days = append(days, day)
	}
	slices.Sort(days)
	var sum lending.Money
	for _, day := range days {
		sum += b[day]
		after = append(after, sum)
	}
	return days, after
}

// chart is the principal over the life of the account: as planned, and as it was
// up to the moment. An account without a loan has none.
func (at *accountAt) chart() *views.BalanceChart {
	plan, real := balances{}, balances{}
	p := plane{}
	for _, loan := range at.book.Loans {
		plan[loan.DisbursedOn] += loan.Principal
		real[loan.DisbursedOn] += loan.Principal
		for _, row := range loan.Rows {
			plan[row.DueDate] -= row.Principal
		}
		if p.from.IsZero() || loan.DisbursedOn < p.from {
			p.from = loan.DisbursedOn
		}
		p.to = max(p.to, loan.Maturity)
	}
	if p.from.IsZero() {
		return nil
	}
	for _, s := range at.book.Settlements {
		if s.Component == lending.Principal {
			real[s.Date] -= s.Amount
		}
	}
	p.to = max(p.to, at.asOf.Date)
	planDays, planned := plan.steps()
	days, after := real.steps()
	step := axisStep(max(slices.Max(planned), slices.Max(after)))
	p.top = 3 * step
	c := &views.BalanceChart{YLabels: axisWords(step), XLabels: axisDays(p), LabelToday: "Today"}
	c.Plan, c.Real = slopes(p, planDays, planned), stairs(p, days, after, at.asOf.Date)
	c.Area = c.Real + "V100H0Z"
	last := after[len(after)-1]
	c.TodayX, c.TodayY = p.x(at.asOf.Date), p.y(last)
	c.LabelEnd = 100*at.asOf.Date.Sub(p.from) > 80*p.to.Sub(p.from)
	if at.asOf.Kind != "today" {
		c.LabelToday = views.Day(at.asOf.Date)
	}
	c.Finding = fmt.Sprintf("Principal outstanding: %s was lent from %s on, %s is left on %s; by the plan nothing is left on %s.",
		views.Rupees(at.book.Summary.LoanAmount), views.Day(p.from), views.Rupees(last), views.Day(at.asOf.Date), views.Day(planDays[len(planDays)-1]))
	if due := at.book.Summary.InterestDue; due > 0 {
		c.Note = views.Rupees(due) + " interest added, not yet paid"
	}
	return c
}

// stairs draws a balance that stays until it changes, up to a day.
func stairs(p plane, days []lending.Date, after []lending.Money, until lending.Date) string {
	var path strings.Builder
	for i, day := range days {
		if i == 0 {
			fmt.Fprintf(&path, "M%s %s", p.x(day), p.y(after[0]))
			continue
		}
		fmt.Fprintf(&path, "H%sV%s", p.x(day), p.y(after[i]))
	}
	return path.String() + "H" + p.x(until)
}

// slopes draws a plan from due date to due date.
func slopes(p plane, days []lending.Date, after []lending.Money) string {
	var path strings.Builder
	for i, day := range days {
		command := "L"
		if i == 0 {
			command = "M"
		}
		path.WriteString(command + p.x(day) + " " + p.y(after[i]))
	}
	return path.String()
}

// axisStep is a third of the axis: the smallest of 1, 2 and 5 with noughts that
// three of them reach the highest amount.
func axisStep(highest lending.Money) lending.Money {
	step := lending.Money(100_00)
	for factor := 0; 3*step < highest; factor++ {
		if factor%3 == 1 {
			step = step / 2 * 5
		} else {
			step *= 2
		}
	}
	return step
}

// axisWords are the amounts beside the chart, from the top: "₹6 L", "4", "2", "0".
func axisWords(step lending.Money) []string {
	unit, name := lending.Money(100), ""
	switch {
	case step >= 100_00_000_00:
		unit, name = 100_00_000_00, " Cr"
	case step >= 1_00_000_00/2:
		unit, name = 1_00_000_00, " L"
	}
	number := func(m lending.Money) string {
		whole, rest := int64(m/unit), int64(m%unit)*10/int64(unit)
		if rest == 0 {
			return views.Count(int(whole))
		}
		return views.Count(int(whole)) + "." + strconv.FormatInt(rest, 10)
	}
	return []string{"₹" + number(3*step) + name, number(2 * step), number(step), "0"}
}

// axisDays are the months under the chart, at equal distances.
func axisDays(p plane) []string {
	words := make([]string, chartMarks)
	span, last := p.to.Sub(p.from), 0
	for i := range words {
		day := p.from.AddDays(span * i / (chartMarks - 1))
		form := "Jan"
		if day.Year() != last || i == chartMarks-1 {
			form = "Jan 06"
		}
		if span < 120 {
			form = "2 Jan"
		}
		words[i], last = day.Time().Format(form), day.Year()
	}
	return words
}

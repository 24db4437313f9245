package handlers

import (
	"fmt"
	"slices"
	"strings"

	"lekha/lending"
	"lekha/views"
)

// unpaidOf is what is open of a demand, by component and together.
func unpaidOf(d lending.Demand) (parts lending.Amounts, sum lending.Money) {
	for c := range d.Amount {
		parts[c] = d.Left(lending.Component(c))
		sum += parts[c]
	}
	return parts, sum
}

// strip is the four figures one looks for first.
func (at *accountAt) strip() []views.StripFigure {
	s := at.book.Summary
	principal := views.StripFigure{Label: "Principal outstanding", Value: views.Rupees(s.PrincipalOutstanding), Why: "why-principal",
		Note: "₹" + views.Whole(s.PrincipalPaid) + " of ₹" + views.Whole(s.LoanAmount) + " repaid"}
	due := views.StripFigure{Label: "To pay now", Value: views.Rupees(s.DueNow), Bad: s.DueNow > 0, Note: at.dueWords()}
	if s.PrincipalOutstanding == 0 {
		principal.Why = ""
	}
	if s.DueNow > 0 {
		due.Why = "why-due"
	}
	return []views.StripFigure{principal, due, at.nextFigure(), at.rateFigure()}
}

// dueWords names what is to pay now: "EMI 11 and Late charge".
func (at *accountAt) dueWords() string {
	var names []string
	for _, d := range at.book.Demands {
		if _, open := unpaidOf(d); d.Due && open > 0 {
			names = append(names, at.label(d.Key))
		}
	}
	switch n := len(names); {
	case n == 0 && at.book.Excess > 0:
		return views.Rupees(at.book.Excess) + " is held as excess"
	case n == 0:
		return "nothing is due"
	case n == 1:
		return names[0]
	case n == 2:
		return names[0] + " and " + names[1]
	default:
		return fmt.Sprintf("%s and %d more dues", names[0], n-1)
	}
}

// nextFigure is the next due date with its amount.
func (at *accountAt) nextFigure() views.StripFigure {
	f := views.StripFigure{Label: "Next instalment", Value: "–", Note: "nothing more falls due"}
	var day lending.Date
	var sum lending.Money
	left := 0
	for _, d := range at.book.Demands {
		_, open := unpaidOf(d)
		switch {
		case d.Due || open == 0: // nothing falls due during a moratorium
		case day == 0 || d.DueDate == day:
			day, sum = d.DueDate, sum+open
		case d.Type == lending.DemandEMI:
			left++
		}
	}
	if day != 0 {
		f.Value, f.Note = views.Rupees(sum), fmt.Sprintf("on %s, %d left after", views.Day(day), left)
	}
	return f
}

// rateFigure is the rate in force of the newest loan.
func (at *accountAt) rateFigure() views.StripFigure {
	f := views.StripFigure{Label: "Rate", Value: "–", Note: "nothing was lent yet"}
	for i := range at.book.Loans {
		loan, rows := &at.book.Loans[i], 0
		for _, d := range at.book.Demands {
			if d.Loan == loan.Loan && d.Type == lending.DemandEMI && d.Name == "" && d.PeriodStart < d.PeriodEnd {
				rows++
			}
		}
		terms := loan.TermsInForce()
		method := "reducing balance"
		if terms.InterestMethod == lending.Flat {
			method = "flat"
		}
		f.Value, f.Unit = terms.Rate().Decimal().StringFixed(2), "% a year"
		if len(terms.RateSlabs) > 0 {
			method = terms.RateSlabs.String()
		}
		if f.Note = method; rows > 0 {
			f.Note += ", " + tenureWords(terms, rows)
		}
	}
	return f
}

// tenureWords is how long a loan runs, in its instalments.
func tenureWords(terms lending.Terms, rows int) string {
	unit := map[lending.Frequency]string{lending.Monthly: "month", lending.Weekly: "week", lending.Daily: "day"}[terms.EMIFrequency]
	if unit == "" || terms.EMIEvery > 1 {
		unit = "instalment"
	}
	return views.Counted(rows, unit, unit+"s")
}

// parts are the five components and their total.
func (at *accountAt) parts() []views.PartLine {
	s := at.book.Summary
	lines := make([]views.PartLine, lending.NumComponents, lending.NumComponents+1)
	for c := range lines {
		lines[c].Label = views.ComponentWord(lending.Component(c))
	}
	open := lending.Amounts{}
	for _, d := range at.book.Demands {
		for c := range d.Amount {
			lines[c].Charged += d.Amount[c]
			open[c] += d.Left(lending.Component(c))
			lines[c].Paid += d.Paid[c]
			if d.Due {
				lines[c].ToDate += d.Amount[c]
				lines[c].Due += d.Left(lending.Component(c))
			}
		}
	}
	outstanding := []lending.Money{s.PrincipalOutstanding, s.InterestOutstanding, s.OverdueOutstanding, s.PenalOutstanding, s.FeeOutstanding}
	total := views.PartLine{Label: "Together", Total: true, Paid: s.TotalPaid, Outstanding: s.TotalOutstanding, Due: s.DueNow}
	ids := []string{"why-principal", "why-interest", "why-overdue", "why-penal", "why-fee"}
	for c := range lines {
		if lines[c].Outstanding = outstanding[c]; outstanding[c] > 0 {
			lines[c].Why = ids[c] // a figure of nothing has nothing to explain
		}
		lines[c].Charged += outstanding[c] - open[c] // what will be capitalised is interest until then
		total.Charged += lines[c].Charged
		total.ToDate += lines[c].ToDate
	}
	if total.Outstanding > 0 {
		total.Why = "why-total"
	}
	return append(lines, total)
}

// figures explain each figure by the rows it is the sum of.
func (at *accountAt) figures() []views.Figure {
	s := at.book.Summary
	all := []views.Figure{
		at.openFigure("why-principal", "Principal outstanding", lending.Principal, s.PrincipalOutstanding),
		at.openFigure("why-interest", "Interest outstanding", lending.Interest, s.InterestOutstanding),
		at.bookedFigure(),
		at.openFigure("why-overdue", "Overdue interest unpaid", lending.OverdueInterest, s.OverdueOutstanding),
		at.openFigure("why-penal", "Penal charges unpaid", lending.Penal, s.PenalOutstanding),
		at.openFigure("why-fee", "Fees unpaid", lending.Fee, s.FeeOutstanding),
		at.totalFigure(), at.dueFigure(), at.paidFigure(), at.excessFigure(), at.payoutFigure(),
	}
	shown := slices.DeleteFunc(all, func(f views.Figure) bool { return len(f.Rows) == 0 })
	return append(shown, at.daysFigure(), at.categoryFigure())
}

// sumFigure is a figure that is the sum of its rows.
func sumFigure(id, label string, total lending.Money, rows []views.FigureRow) views.Figure {
	return views.Figure{ID: id, Label: label, Value: views.Rupees(total), Rows: rows, Total: views.Amount(total)}
}

// openFigure is one component over all demands, past and to come.
func (at *accountAt) openFigure(id, label string, c lending.Component, total lending.Money) views.Figure {
	var rows []views.FigureRow
	for _, d := range at.book.Demands {
		if open := d.Left(c); open > 0 {
			rows = append(rows, views.FigureRow{Label: at.label(d.Key), Date: d.DueDate, Amount: open})
		}
	}
	if c == lending.Principal || c == lending.Interest {
		rows = append(rows, at.capitalisedLater(c)...)
	}
	f := sumFigure(id, label, total, rows)
	if c == lending.Interest {
		f.Text = "Unpaid interest of all instalments, past and to come."
	}
	return f
}

// capitalisedLater is interest that joins the principal later, which is not principal yet.
func (at *accountAt) capitalisedLater(c lending.Component) (rows []views.FigureRow) {
	for i := range at.book.Loans {
		for _, r := range at.book.Loans[i].RowsInForce() {
			if r.Capitalised > 0 && r.PeriodEnd > at.book.At.Date {
				rows = append(rows, views.FigureRow{Label: "Becomes principal later", Date: r.PeriodEnd, Amount: r.Capitalised, Minus: c == lending.Principal})
			}
		}
	}
	return rows
}

// bookedFigure is interest whose period has ended.
func (at *accountAt) bookedFigure() views.Figure {
	var rows []views.FigureRow
	for _, d := range at.book.Demands {
		if open := d.Left(lending.Interest); open > 0 && d.Type == lending.DemandEMI && d.PeriodEnd <= at.asOf.Date {
			rows = append(rows, views.FigureRow{Label: at.label(d.Key), Date: d.PeriodEnd, Amount: open})
		}
	}
	f := sumFigure("why-booked", "Interest booked and unpaid", at.book.Summary.InterestDue, rows)
	f.Text = "Unpaid interest of periods that have ended by " + views.Day(at.asOf.Date) + "."
	return f
}

func (at *accountAt) totalFigure() views.Figure {
	var rows []views.FigureRow
	for _, line := range at.parts() {
		if !line.Total && line.Outstanding > 0 {
			rows = append(rows, views.FigureRow{Label: line.Label, Path: "#" + line.Why, Amount: line.Outstanding})
		}
	}
	f := sumFigure("why-total", "Total outstanding", at.book.Summary.TotalOutstanding, rows)
	f.Text = "Interest to come is in it: what closes the loan today is less."
	return f
}

func (at *accountAt) dueFigure() views.Figure {
	var rows []views.FigureRow
	for _, d := range at.book.Demands {
		if _, open := unpaidOf(d); d.Due && open > 0 {
			rows = append(rows, views.FigureRow{Label: at.label(d.Key), Date: d.DueDate, Amount: open})
		}
	}
	return sumFigure("why-due", "To pay now", at.book.Summary.DueNow, rows)
}

// paidFigure is all that was settled, by receipt.
func (at *accountAt) paidFigure() views.Figure {
	var rows []views.FigureRow
	for _, r := range at.book.Receipts {
		if r.Settled > 0 {
			label, path := at.receipt(r.Receipt)
			rows = append(rows, views.FigureRow{Label: label, Path: path, Date: r.ValueDate, Amount: r.Settled})
		}
	}
	return sumFigure("why-paid", "Total paid", at.book.Summary.TotalPaid, rows)
}

func (at *accountAt) excessFigure() views.Figure {
	var rows []views.FigureRow
	for _, r := range at.book.Receipts {
		if r.Remaining > 0 {
			label, path := at.receipt(r.Receipt)
			rows = append(rows, views.FigureRow{Label: label, Path: path, Date: r.ValueDate, Amount: r.Remaining})
		}
	}
	f := sumFigure("why-excess", "Held as excess", at.book.Excess, rows)
	f.Text = "Received beyond what was due: it belongs to the borrower and pays the next dues."
	return f
}

// payoutFigure is what was paid out: principal less what was kept back.
func (at *accountAt) payoutFigure() views.Figure {
	var rows []views.FigureRow
	for _, loan := range at.book.Loans {
		rows = append(rows, views.FigureRow{Label: "Principal lent", Date: loan.DisbursedOn, Amount: loan.Principal})
		for _, d := range loan.Deductions {
			rows = append(rows, views.FigureRow{Label: d.Name + ", kept back", Date: loan.DisbursedOn, Amount: d.Amount, Minus: true})
		}
	}
	return sumFigure("why-disbursed", "Paid out", at.book.Summary.DisbursalAmount, rows)
}

// daysFigure says how the days past due are counted.
func (at *accountAt) daysFigure() views.Figure {
	s := at.book.Summary
	f := views.Figure{ID: "why-days", Label: "Days past due", Value: views.Count(s.DPD)}
	day := at.lastDayEnd()
	if at.book.Oldest.IsZero() {
		f.Text = "Nothing that counts was unpaid at the day-end of " + views.Day(day) + "."
	} else {
		f.Text = fmt.Sprintf("At the day-end of %s the oldest unpaid due was that of %s. Its own day-end is day 1, so this is day %d.",
			views.Day(day), views.Day(at.book.Oldest), s.DPD)
	}
	f.Text += fmt.Sprintf(" The most there ever were is %d.", s.PeakDPD)
	return f
}

// categoryFigure is the way of the classification, newest last.
func (at *accountAt) categoryFigure() views.Figure {
	f := views.Figure{ID: "why-category", Label: "Category", Value: string(at.book.Summary.AssetCategory),
		Text: "It never changed."}
	if len(at.book.Timeline) > 0 {
		f.Text = "Each change with the amount that was overdue at that day-end."
	}
	for _, change := range at.book.Timeline {
		words := []string{string(change.Category)}
		if change.DPD > 0 {
			words = append(words, views.DaysPastDue(change.DPD))
		}
		f.Rows = append(f.Rows, views.FigureRow{Label: strings.Join(words, ", "), Date: change.Date, Amount: change.Overdue})
	}
	return f
}

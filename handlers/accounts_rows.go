package handlers

import (
	"fmt"
	"slices"
	"strings"

	"lekha/lending"
	"lekha/views"
)

// scheduleWindow is how many instalments stand on the page before somebody asks
// for all, and scheduleBefore how many of them lie behind.
const (
	scheduleWindow = 12
	scheduleBefore = 3
)

// schedules are the instalments of each loan with what is paid of them. They are
// the demands of the book, which follow a loan through every change of its plan.
func (at *accountAt) schedules(all bool) []views.ScheduleCard {
	paid := at.paidBy()
	var cards []views.ScheduleCard
	for _, loan := range at.book.Loans {
		var lines []views.ScheduleLine
		open, next, balance := -1, false, loan.Principal+loan.Capitalised
		for _, d := range at.book.Demands {
			if d.Loan != loan.Loan || d.Type != lending.DemandEMI {
				continue
			}
			balance -= d.Amount[lending.Principal]
			line := scheduleLine(d, paid[d.Key], &next)
			if line.Balance = max(balance, 0); open < 0 && !line.Past {
				open = len(lines)
			}
			lines = append(lines, line)
		}
		card := views.ScheduleCard{Loan: loan.Loan, Note: at.scheduleNote(loan), Rows: lines, Total: len(lines)}
		if len(lines) > scheduleWindow && !all {
			if open < 0 {
				open = len(lines)
			}
			from := max(0, min(open-scheduleBefore, len(lines)-scheduleWindow))
			card.Rows, card.All = lines[from:from+scheduleWindow], at.path("schedule", "all")+"#schedule"
		}
		cards = append(cards, card)
	}
	return cards
}

// scheduleLine is one instalment. The first that is not yet due is the next.
func scheduleLine(d lending.Demand, parts []views.PaidPart, next *bool) views.ScheduleLine {
	line := views.ScheduleLine{No: d.No, Name: d.Name, Due: d.DueDate, Principal: d.Amount[lending.Principal], Interest: d.Amount[lending.Interest]}
	line.Total = line.Principal + line.Interest
	for _, part := range parts {
		if part.Part == views.ComponentWord(lending.Principal) || part.Part == views.ComponentWord(lending.Interest) {
			line.Paid += part.Amount
			line.Parts = append(line.Parts, part)
		}
	}
	_, open := unpaidOf(d)
	givenUp := d.Waived[lending.Principal]+d.Waived[lending.Interest] > 0
	switch {
	case open == 0 && givenUp && line.Paid == 0:
		line.State, line.Tone, line.Past = "Given up", views.ToneNone, true
	case open == 0 && givenUp:
		line.State, line.Tone, line.Past = "Paid, the rest given up", views.ToneGood, true
	case open == 0 && line.Name != "" && line.Paid > 0:
		line.State, line.Tone, line.Past = line.Name, views.ToneGood, true
	case open == 0 && (d.Due || line.Paid > 0):
		line.State, line.Tone, line.Past = "Paid", views.ToneGood, true
	case d.Due && d.DPD > 0:
		line.State, line.Tone, line.Chip, line.Late = views.DaysPastDue(d.DPD), views.ToneBad, true, true
	case d.Due:
		line.State, line.Tone = "Due today", views.ToneWarn
	case line.Total == 0:
		line.State, line.Planned = "Nothing due", true
	case !*next:
		line.State, *next, line.Now = "Next", true, true
	default:
		line.State, line.Planned = "Planned", true
	}
	return line
}

// scheduleNote says what is paid when: "EMI ₹29,954, day 5 of the month".
func (at *accountAt) scheduleNote(loan lending.LoanBook) string {
	rows := loan.RowsInForce()
	if len(rows) == 0 {
		return ""
	}
	middle := rows[len(rows)/2]
	note := "instalment ₹" + views.Whole(middle.Instalment())
	if len(at.book.Loans) > 1 {
		note = "loan of ₹" + views.Whole(loan.Principal) + ", " + note
	}
	var last lending.Date
	for _, d := range at.book.Demands {
		if d.Loan == loan.Loan && d.Type == lending.DemandEMI && d.Name == "" {
			last = max(last, d.DueDate)
		}
	}
	return note + ", last on " + views.Day(last)
}

// unpaid lists what is due and open, with the sum as its last line.
func (at *accountAt) unpaid() []views.DueLine {
	var lines []views.DueLine
	sum := views.DueLine{Label: "Together", Sum: true}
	for _, d := range at.book.Demands {
		parts, open := unpaidOf(d)
		if !d.Due || open == 0 {
			continue
		}
		lines = append(lines, views.DueLine{Label: at.label(d.Key), Due: d.DueDate, Amounts: parts, Total: open, DPD: d.DPD})
		for c := range parts {
			sum.Amounts[c] += parts[c]
		}
		sum.Total += open
	}
	if len(lines) > 1 {
		lines = append(lines, sum)
	}
	return lines
}

// feeLines are the fees that were charged.
func (at *accountAt) feeLines() []views.FeeLine {
	paid := at.paidBy()
	var lines []views.FeeLine
	for _, d := range at.book.Demands {
		if d.Type != lending.DemandFee {
			continue
		}
		line := views.FeeLine{Name: d.Name, Due: d.DueDate, Amount: d.Amount[lending.Fee], Paid: d.Paid[lending.Fee], Parts: paid[d.Key]}
		switch {
		case line.Paid == line.Amount:
			line.State, line.Tone = "Paid", views.ToneGood
		case !d.Due:
			line.State = "Planned"
		default:
			line.State, line.Tone = "Unpaid", views.ToneWarn
		}
		lines = append(lines, line)
	}
	return lines
}

// receipts lists the money received, the latest first. An earlier day-end does
// not know what came later.
func (at *accountAt) receipts() []views.ReceiptLine {
	parts := at.paying()
	var lines []views.ReceiptLine
	for _, r := range at.book.Receipts {
		if r.Waiting && at.asOf.Kind == "past" || r.Reversed && r.ValueDate > at.asOf.Date {
			continue
		}
		line := views.ReceiptLine{Date: r.ValueDate, Amount: r.Amount, Settled: r.Settled, Held: r.Remaining, Parts: parts[r.Receipt]}
		line.Ref, line.Path = at.receipt(r.Receipt)
		line.Words = at.receiptWords(r.Receipt)
		switch {
		case r.Reversed:
			line.State, line.Tone = "Reversed", views.ToneBad
		case r.Waiting:
			line.State, line.Tone = "Waits for its day", views.ToneInfo
		case r.Remaining == 0:
			line.State, line.Tone = "Settled", views.ToneGood
		case r.Settled == 0:
			line.State = "Held"
		default:
			line.State = "Held in part"
		}
		lines = append(lines, line)
	}
	slices.Reverse(lines)
	return lines
}

// receiptWords says how a receipt came: "NEFT, HDFCN52026100511840027".
func (at *accountAt) receiptWords(key string) string {
	place, ok := at.places[key]
	if !ok {
		return ""
	}
	var words []string
	for _, word := range []string{strings.ToUpper(string(place.Mode)), string(place.UTR), string(place.ReceiptNo)} {
		if word != "" {
			words = append(words, word)
		}
	}
	return strings.Join(words, ", ")
}

// ledger is the statement of the account from a day on, up to the moment.
func (at *accountAt) ledger(from lending.Date) ([]views.LedgerLine, error) {
	lines, err := lending.Statement(at.facts.Facts, from, at.moment())
	if err != nil {
		return nil, fmt.Errorf("drawing up the statement of %s: %w", at.Ref, err)
	}
	out := make([]views.LedgerLine, len(lines))
	for i, l := range lines {
		out[i] = views.LedgerLine{Date: l.Date, Booked: l.BookingDate, Text: l.Particulars, Debit: l.Debit, Credit: l.Credit, Balance: l.Balance}
		out[i].Reference, out[i].Path = at.reference(l.Reference)
	}
	return out, nil
}

// reference says what a line of the statement is about, for people.
func (at *accountAt) reference(key string) (label, path string) {
	if key == "" {
		return "", ""
	}
	if _, ok := at.demands[key]; ok {
		return at.label(key), ""
	}
	key = strings.TrimPrefix(key, "revert/")
	label, path = at.receipt(key)
	if words := at.receiptWords(key); words != "" {
		label += ", " + words
	}
	return label, path
}

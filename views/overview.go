package views

import (
	"fmt"
	"strings"

	"lekha/lending"
)

// OverviewPage is what one sees first: what waits, and how the book stands. Every
// figure on it is read from the books.
type OverviewPage struct {
	Shell
	Sub        string
	MayPrepare bool
	Fresh      bool // there are no loans yet
	Figures    []KeyFigure
	Waiting    []Waiting
	Bands      []Band
	BandTotal  Band
	Weeks      []Week
	Coming     []Coming
	ComingSum  Coming
}

// KeyFigure is one amount or share of the strip.
type KeyFigure struct {
	Label  string
	Amount lending.Money
	Share  string // instead of an amount: "4.8"
	Note   string
}

// parts of the figure: number and unit.
func (k KeyFigure) figure() figure {
	if k.Share != "" {
		return figure{k.Share, "%"}
	}
	return short(k.Amount)
}

// gap is what stands between number and unit: a percent sign stands close.
func (k KeyFigure) gap() string {
	if k.Share != "" {
		return ""
	}
	return " "
}

// title is the full amount behind the short one.
func (k KeyFigure) title() string {
	if k.Share != "" {
		return ""
	}
	return Rupees(k.Amount)
}

// Waiting is one queue of work.
type Waiting struct {
	ID   string // of the element, for tests and links
	Icon string
	Tone Tone
	Head string
	Text string
	When string // age of the oldest
	Go   string // words of the link
	Path string
}

// Band is the part of the book that is so many days past due.
type Band struct {
	Label    string
	Path     string
	Step     string // "0", "1", "31", "61" or "91": the step of the ramp
	Amount   lending.Money
	Accounts int
}

// Week is what fell due in a week, and how much of it is paid by now.
type Week struct {
	From lending.Date
	Due  lending.Money
	Paid lending.Money
	Open bool // it is not over yet
}

// Coming is what falls due on a day ahead.
type Coming struct {
	Date      lending.Date
	Accounts  int
	Unmandate int // of these, accounts without a mandate
	Amount    lending.Money
}

// Share is a part of a whole in percent with one place: "85.9". It is – for a
// part of nothing.
func Share(part, whole lending.Money) string {
	if whole <= 0 {
		return none
	}
	tenths := (part*1000 + whole/2) / whole
	return fmt.Sprintf("%d.%d", tenths/10, tenths%10)
}

// percent is [Share] with its sign.
func percent(part, whole lending.Money) string {
	share := Share(part, whole)
	if share == none {
		return share
	}
	return share + "%"
}

// width of a bar in hundredths of a percent of the whole, for an SVG attribute.
func width(part, whole lending.Money) string {
	if whole <= 0 || part <= 0 {
		return "0"
	}
	h := min(part*10000/whole, 10000)
	return fmt.Sprintf("%d.%02d", h/100, h%100)
}

// chartTop is the top of the scale: three equal steps of a round amount that hold
// the largest column.
func chartTop(weeks []Week) lending.Money {
	var most lending.Money
	for _, w := range weeks {
		most = max(most, w.Due, w.Paid)
	}
	for unit := lending.Money(100_00); ; unit *= 10 { // from 300 rupees on
		for _, times := range []lending.Money{3, 6, 9, 15} {
			if top := unit * times; most <= top {
				return top
			}
		}
	}
}

// chartScale are the four words beside the grid, from the top.
func chartScale(top lending.Money) []string {
	unit, word := lending.Money(100), ""
	switch {
	case top >= 1_000_000_000:
		unit, word = 1_000_000_000, " Cr"
	case top >= 10_000_000:
		unit, word = 10_000_000, " L"
	}
	words := make([]string, 4)
	for i := range words {
		step := top / 3 * lending.Money(3-i)
		number := group(fmt.Sprint(int64(step / unit)))
		if tenths := step % unit * 10 / unit; tenths > 0 {
			number += fmt.Sprintf(".%d", tenths)
		}
		words[i] = number
	}
	words[0] = "₹" + words[0] + word
	return words
}

// slot is where the column of week i of n begins, and bar how wide it is, in
// hundredths of the drawing.
func slot(i, n int) string {
	h := (10000*i + 2000) / n
	return fmt.Sprintf("%d.%02d", h/100, h%100)
}

func bar(n int) string {
	h := 6000 / n
	return fmt.Sprintf("%d.%02d", h/100, h%100)
}

// above is how far a column's head is from the top of the drawing.
func above(amount, top lending.Money) string {
	h := 10000 - min(amount*10000/top, 10000)
	return fmt.Sprintf("%d.%02d", h/100, h%100)
}

// percent of a week's dues that is paid, whole; – without dues.
func (w Week) percent() string {
	if w.Due <= 0 {
		return none
	}
	return fmt.Sprintf("%d%%", (w.Paid*100+w.Due/2)/w.Due)
}

// weak says that a week that is over is paid by less than nine tenths.
func (w Week) weak() bool { return !w.Open && w.Due > 0 && w.Paid*10 < w.Due*9 }

func (w Week) title(today lending.Date) string {
	return fmt.Sprintf("Week of %s: %s paid of %s due, %s", DayIn(w.From, today), Short(w.Paid), Short(w.Due), w.percent())
}

// finding says in a sentence what the chart shows.
func finding(weeks []Week) string {
	var due, paid lending.Money
	late := 0
	for _, w := range weeks {
		if w.Open {
			continue
		}
		due, paid = due+w.Due, paid+w.Paid
		if w.weak() {
			late++
		}
	}
	text := fmt.Sprintf("Dues of the last %d weeks and how much of them is paid by now.", len(weeks))
	if due > 0 {
		text += fmt.Sprintf(" %s%% of the dues of weeks that are over is paid; %s.", Share(paid, due), Counted(late, "week is", "weeks are")+" below nine tenths")
	}
	return strings.TrimSpace(text)
}

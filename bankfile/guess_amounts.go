package bankfile

import (
	"slices"
	"strings"
	"unicode/utf8"

	"lekha/lending"
)

// findAmounts picks the columns of amounts. The headings are believed unless the
// running balance contradicts them; without headings the balance alone decides,
// and without a balance the custom: withdrawals first.
func (g *guess) findAmounts() {
	g.findSide()
	numbers := g.numbers()
	named := g.namedAmounts()
	if named.ok && (named.balance < 0 || g.follows(named) == len(g.body)-1) {
		g.take(named)
		return
	}
	if found, ok := g.proven(numbers); ok {
		if named.ok {
			g.doubts = append(g.doubts, "The headings name the columns of amounts in another way than the running balance shows; the balance was believed.")
		}
		g.take(found)
		return
	}
	if named.ok {
		g.doubts = append(g.doubts, "The running balance does not follow from the amounts on every row.")
		g.take(named)
		return
	}
	g.take(g.customary(numbers))
}

// amountColumns is one way to read the amounts; columns from 0, -1 is none.
type amountColumns struct {
	debit, credit, amount, side, balance int
	minusIsCredit                        bool
	ok                                   bool
}

func noAmounts() amountColumns {
	return amountColumns{debit: -1, credit: -1, amount: -1, side: -1, balance: -1}
}

// namedAmounts is what the headings say.
func (g *guess) namedAmounts() amountColumns {
	c := amountColumns{debit: g.m.Debit - 1, credit: g.m.Credit - 1, amount: g.m.Amount - 1, side: g.m.Side - 1, balance: g.m.Balance - 1}
	if c.debit >= 0 && c.credit >= 0 {
		c.amount, c.side, c.ok = -1, -1, true
	} else if c.amount >= 0 {
		c.debit, c.credit, c.ok = -1, -1, true
	}
	return c
}

// findSide finds the column that says Dr or Cr on every row.
func (g *guess) findSide() {
	for i := range g.width {
		if g.taken[i] || g.m.Side > 0 {
			continue
		}
		words := g.share(i, func(c string) bool {
			f := foldSide(c)
			return slices.Contains(drWords, f) || slices.Contains(crWords, f)
		})
		if words == len(g.body) {
			g.m.Side, g.taken[i] = i+1, true
		}
	}
}

// maxNumbers bounds how many columns are tried for amounts.
const maxNumbers = 8

// numbers are the columns that hold amounts or nothing, and not the same nothing
// on every row. Serial numbers and cheque numbers among them are sorted out by
// the running balance.
func (g *guess) numbers() (out []int) {
	for i := range g.width {
		if g.taken[i] && !slices.Contains([]int{g.m.Debit, g.m.Credit, g.m.Amount, g.m.Balance}, i+1) {
			continue
		}
		fits := g.share(i, func(c string) bool { _, err := parseAmount(c, g.t.sheetish, maxBalance); return err == nil })
		if fits == len(g.body) && g.share(i, looksAmount) > 0 && len(out) < maxNumbers {
			out = append(out, i)
		}
	}
	return out
}

// proven is the way to read the amounts in which every balance follows from the
// one before it. The rightmost balance that works is the running one.
func (g *guess) proven(numbers []int) (amountColumns, bool) {
	if len(g.body) < 3 {
		return amountColumns{}, false
	}
	for _, b := range slices.Backward(numbers) {
		for _, c := range g.ways(numbers, b) {
			if g.follows(c) == len(g.body)-1 {
				c.ok = true
				return c, true
			}
		}
	}
	return amountColumns{}, false
}

// ways are the ways to read the amounts beside a balance, the plainer first.
func (g *guess) ways(numbers []int, b int) (out []amountColumns) {
	for _, x := range numbers {
		if x == b {
			continue
		}
		one := noAmounts()
		one.amount, one.balance, one.side = x, b, g.m.Side-1
		out = append(out, one)
		if one.side < 0 {
			one.minusIsCredit = true
			out = append(out, one)
		}
		for _, y := range numbers {
			if y != b && y != x {
				two := noAmounts()
				two.debit, two.credit, two.balance = x, y, b
				out = append(out, two)
			}
		}
	}
	return out
}

// follows counts the neighbours whose balances follow from the amount between
// them, read downwards or upwards, whichever is more, up to the row that breaks both.
func (g *guess) follows(c amountColumns) int {
	var down, up int
	var lastBalance, lastMove lending.Money
	for i, r := range g.body {
		move, ok := c.move(r.cells, g.t.sheetish)
		b, err := parseAmount(cellAt(r.cells, c.balance), g.t.sheetish, maxBalance)
		if !ok || err != nil || b.blank || c.balance < 0 {
			return -1
		}
		left := b.paise
		side := b.suffix
		if g.m.BalanceSide > 0 {
			side = fold(cellAt(r.cells, g.m.BalanceSide-1))
		}
		if b.minus || slices.Contains(drWords, side) {
			left = -left
		}
		if i > 0 && lastBalance+move == left {
			down++
		}
		if i > 0 && left+lastMove == lastBalance {
			up++
		}
		if down < i && up < i {
			break // neither way can hold on every row any more
		}
		lastBalance, lastMove = left, move
	}
	return max(down, up)
}

// move is what a row does to the balance under one way of reading it.
func (c amountColumns) move(cells []string, sheetish bool) (lending.Money, bool) {
	if c.amount < 0 {
		dr, errDr := parseAmount(cellAt(cells, c.debit), sheetish, maxAmount)
		cr, errCr := parseAmount(cellAt(cells, c.credit), sheetish, maxAmount)
		return cr.paise - dr.paise, errDr == nil && errCr == nil && (dr.paise > 0) != (cr.paise > 0)
	}
	a, err := parseAmount(cellAt(cells, c.amount), sheetish, maxAmount)
	if err != nil || a.paise == 0 {
		return 0, false
	}
	out := a.minus != c.minusIsCredit
	switch {
	case c.side >= 0:
		out = slices.Contains(drWords, foldSide(cellAt(cells, c.side)))
	case a.suffix != "":
		out = a.suffix == "dr"
	}
	if out {
		return -a.paise, true
	}
	return a.paise, true
}

// customary reads the columns in the order banks print them when nothing proves
// it: two that are never filled together are withdrawals and deposits.
func (g *guess) customary(numbers []int) amountColumns {
	c := noAmounts()
	numbers = slices.DeleteFunc(slices.Clone(numbers), func(i int) bool { return g.t.sheetish && slices.Contains(g.dates, i) || g.counts(i) })
	for i, x := range numbers {
		for _, y := range numbers[i+1:] {
			c.debit, c.credit = x, y
			if !slices.ContainsFunc(g.body, func(r row) bool { _, ok := c.move(r.cells, g.t.sheetish); return !ok }) {
				g.doubts = append(g.doubts, "Nothing says which of the two columns of amounts is withdrawals; the first was taken, as banks do.")
				return c
			}
		}
	}
	c.debit, c.credit = -1, -1
	if len(numbers) > 0 {
		c.amount, c.side = numbers[0], g.m.Side-1
	}
	return c
}

// counts says that a column holds nothing but the numbers of its rows.
func (g *guess) counts(i int) bool {
	return g.share(i, func(c string) bool { return strings.ContainsAny(c, ".,") || isBlank(c) }) == 0 && len(g.body) > 1
}

// take writes a way of reading the amounts into the mapping.
func (g *guess) take(c amountColumns) {
	for _, no := range []int{g.m.Debit, g.m.Credit, g.m.Amount, g.m.Balance} {
		if no > 0 {
			g.taken[no-1] = false
		}
	}
	g.m.Debit, g.m.Credit, g.m.Amount, g.m.Side, g.m.Balance = c.debit+1, c.credit+1, c.amount+1, c.side+1, c.balance+1
	switch {
	case c.amount < 0:
		g.m.Amounts = TwoColumns
	case c.side >= 0:
		g.m.Amounts = SideColumn
	default:
		g.m.Amounts = Signed
		if c.minusIsCredit {
			g.m.Minus = "credit"
		}
	}
	if g.m.Balance == 0 {
		g.m.BalanceSide = 0
	}
	for _, no := range []int{g.m.Debit, g.m.Credit, g.m.Amount, g.m.Side, g.m.Balance} {
		if no > 0 {
			g.taken[no-1] = true
		}
	}
}

// findTexts picks the narration, the longest text, and the reference, a column
// of single words with digits.
func (g *guess) findTexts() {
	longest := 0
	best := -1
	for i := range g.width {
		if g.taken[i] {
			continue
		}
		length := 0
		for _, r := range g.body {
			length += utf8.RuneCountInString(cellAt(r.cells, i))
		}
		if length > longest {
			best, longest = i, length
		}
	}
	if len(g.m.Narration) == 0 && best >= 0 {
		g.m.Narration, g.taken[best] = []int{best + 1}, true
	}
	for i := range g.width {
		if g.taken[i] || g.m.Reference > 0 {
			continue
		}
		words := g.share(i, func(c string) bool {
			return !readColumn(c, "").none && readColumn(c, "").text != "" && strings.ContainsAny(c, "0123456789")
		})
		long := g.share(i, func(c string) bool { return len(c) >= 6 })
		if words > 0 && long > 0 && words+g.share(i, func(c string) bool { return readColumn(c, "").none }) == len(g.body) {
			g.m.Reference, g.taken[i] = i+1, true
		}
	}
}

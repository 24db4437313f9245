package matching

// rare is what an agreement weighs in this book. The weights were measured in a
// book of 500 accounts. An agreement that few accounts of a book can show, a name
// or an amount, says the more the larger the book, and the less the more accounts
// show it: what it says is how much smaller the circle of suspects became. A book
// twice as large halves the chance of every single account and doubles what a
// name of one borrower says, so that the same payment is as sure in both.
func (q *inquiry) rare(weight, accounts int) int {
	return weight + q.scale - bits(float64(max(1, accounts)))
}

// leastName is the least that a fitting name weighs, however many have it.
const leastName = 1_000

// rareName is what a name weighs that so many borrowers have. Names that fit
// badly are met by accident at the same rate in every book.
func (q *inquiry) rareName(weight, borrowers int) int {
	if weight <= leastName {
		return weight
	}
	return max(leastName, q.rare(weight, borrowers))
}

// namesakes counts the borrowers, and the co-applicants, who are named like the
// payer at least as well as a level.
type namesakes struct {
	own, co [6]int
	whole   crowd // in whose names the whole printed one stands, when they are too many to be compared
	initial int   // who have the printed word in their names and probably the initial beside it
}

// compare finds how like the payer every suspect is, and counts the namesakes.
func (q *inquiry) compare() {
	if q.payer.empty() && q.handle.empty() {
		return
	}
	for _, s := range q.suspects {
		s.own, s.co = nameLevel(q.likeness(s.entry.name)), nameLevel(q.likeness(s.entry.co))
	}
	q.alike.initial = q.book.initialled(q.payer)
	if q.payer.empty() {
		q.alike.initial = q.book.initialled(q.handle)
	}
	q.eachBorrower(func(s *suspect) int { return s.own }, q.alike.own[:])
	q.eachBorrower(func(s *suspect) int { return s.co }, q.alike.co[:])
}

// compareHints counts the borrowers that each hint of the remark may name.
func (q *inquiry) compareHints() {
	for x := range q.hints {
		h := &q.hints[x]
		q.eachBorrower(func(s *suspect) int { return h.names(s.entry) }, h.borrowers[:])
	}
}

// eachBorrower counts, for every level, the borrowers among the suspects that
// reach it. Loans of one borrower count once, at the best of their levels.
func (q *inquiry) eachBorrower(level func(*suspect) int, counts []int) {
	best := make(map[string]int, len(q.suspects))
	for _, s := range q.suspects {
		reached := level(s)
		if reached == 0 {
			continue
		}
		who := s.entry.CustomerID
		if who == "" {
			who = "\x00" + s.entry.ID // a borrower of whom nothing else is known
		}
		best[who] = max(best[who], reached)
	}
	for _, reached := range best {
		for l := 1; l <= reached; l++ {
			counts[l]++
		}
	}
}

// sharersOfName is how many borrowers have a name as like the payer's as this
// one: those compared, those of the very same name, and those of whom the bank
// left the same letters.
func (q *inquiry) sharersOfName(s *suspect) int {
	return max(q.alike.own[s.own], q.book.names[s.entry.name.key()], q.alike.whole[0], q.alike.initial)
}

// sharersOfCo is the same for a co-applicant: of his name there may be borrowers,
// who pay much oftener, as well as co-applicants.
func (q *inquiry) sharersOfCo(s *suspect) int {
	return max(q.alike.own[s.co]+q.alike.co[s.co], q.book.names[s.entry.co.key()]+1, q.alike.whole[0]+q.alike.whole[1], 2*q.alike.initial)
}

// initials is how many initials there are: one in twelve names has a given one.
const initials = 12

// initialled is how many borrowers a name of one word and initials may stand
// for: those who have the word, and by the rule of thumb the initial.
func (b *Book) initialled(n name) int {
	word, letters := "", 0
	for _, w := range n.words {
		switch {
		case len(w.raw) == 1:
			letters++
		case word != "":
			return 0
		default:
			word = w.fold
		}
	}
	if word == "" || letters == 0 {
		return 0
	}
	return b.words[word] / initials
}

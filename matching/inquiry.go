package matching

import (
	"slices"
	"strings"

	"lekha/lending"
)

// inquiry is one credit being looked into: what it says, and who may have sent it.
type inquiry struct {
	book   *Book
	credit Credit
	read   *reading

	payer      name   // as printed; empty when it is the lender's own
	handle     name   // the letters of the UPI address
	hints      []hint // whom the remark may name
	tokens     []string
	toNobody   int  // what the remark adds to the chance that it is nobody's
	saysMonths bool // the remark speaks of several months
	saysBoth   bool // the remark speaks of several loans
	scale      int  // see [Book.scale]
	alike      namesakes
	sharers    int // accounts with exactly this amount due about the day
	crowd      int // those of them that are too many to look at one by one

	suspects []*suspect
	at       map[int32]*suspect
}

// group holds signals that say the same thing in different ways. Only the
// strongest signal of a group counts: two that depend on each other are not two
// reasons.
type group int

const (
	byReference group = iota // a number quoted, announced or paid into
	byHandle                 // a phone or UPI address
	byBank                   // the payer's bank account
	byName                   // the name printed for the payer
	byRemark                 // whom the remark names
	byAmount
	byDate
	byPlace
	byStatus
	groups
)

// suspect is an account that may have been paid, with what speaks for and
// against it.
type suspect struct {
	index    int32
	entry    *entry
	evidence [groups]Evidence
	amount   amountReading
	own, co  int // levels of likeness between the payer and the borrower, the co-applicant
}

// says keeps the strongest evidence of a group.
func (s *suspect) says(g group, e Evidence) {
	if s.evidence[g].Signal == "" || e.Weight > s.evidence[g].Weight {
		s.evidence[g] = e
	}
}

// weight is what a group says, in millibits.
func (s *suspect) weight(g group) int { return s.evidence[g].Weight }

// bits is the sum over all groups.
func (s *suspect) bits() int {
	sum := 0
	for _, e := range s.evidence {
		sum += e.Weight
	}
	return sum
}

// identity is how much ties the account to the payer, amounts and dates aside.
func (s *suspect) identity() int {
	sum := 0
	for g := byReference; g <= byRemark; g++ {
		sum += max(0, s.weight(g))
	}
	return sum
}

// ask prepares what a credit says.
func (b *Book) ask(c Credit) *inquiry {
	q := &inquiry{book: b, credit: c, read: read(c.Bank, c.Narration), scale: b.scale(), at: map[int32]*suspect{}}
	q.payer = prepareName(lettersOnly(q.read.Name))
	if b.own.isName(q.payer) || !namesSomebody(strings.ToUpper(q.read.Name)) && countDigits(q.read.Name) == 0 {
		q.payer = name{}
	}
	if !b.own.handles[q.read.VPA] {
		q.handle = handleName(q.read.VPA)
	}
	q.tokens = q.read.tokens()
	q.readPurpose()
	q.hints = q.read.hints(q.payer, b.own)
	return q
}

// suspect enters an account, unless it was refused for this credit.
func (q *inquiry) suspect(i int32) *suspect {
	if s, ok := q.at[i]; ok {
		return s
	}
	e := &q.book.accounts[i]
	if slices.Contains(q.credit.Refused, e.ID) {
		return nil
	}
	s := &suspect{index: i, entry: e}
	q.at[i] = s
	q.suspects = append(q.suspects, s)
	return s
}

// note enters an account with a piece of evidence.
func (q *inquiry) note(i int32, g group, e Evidence) {
	if s := q.suspect(i); s != nil {
		s.says(g, e)
	}
}

// lettersOnly drops the words of a printed name that have digits in them: a
// number in the place of a name is no name.
func lettersOnly(s string) string {
	if countDigits(s) == 0 {
		return s
	}
	var kept []string
	for w := range strings.FieldsSeq(s) {
		if countDigits(w) == 0 {
			kept = append(kept, w)
		}
	}
	return strings.Join(kept, " ")
}

// handleName is the name that a UPI address is made of: "sunita.devi85@okicici"
// is SUNITA DEVI. What is too short to be one is none.
func handleName(vpa string) name {
	local, _, _ := strings.Cut(vpa, "@")
	local = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '.' || r == '_' || r == '-' {
			return ' '
		}
		return r
	}, local)
	n := prepareName(local)
	if len(n.raw) < 4 {
		return name{}
	}
	return n
}

// rupees writes an amount with the commas of Indian grouping: ₹12,34,567.50.
func rupees(m lending.Money) string {
	s := m.String()
	whole, paise, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	out := whole
	if len(whole) > 3 {
		out = whole[len(whole)-3:]
		whole = whole[:len(whole)-3]
		for len(whole) > 2 {
			out = whole[len(whole)-2:] + "," + out
			whole = whole[:len(whole)-2]
		}
		out = whole + "," + out
	}
	if paise != "00" {
		out += "." + paise
	}
	if m < 0 {
		return "\u2212₹" + out
	}
	return "₹" + out
}

// day writes a date as people read it: 5 Jun 2026.
func day(d lending.Date) string { return d.Time().Format("2 Jan 2006") }

// masked shows enough of a phone number to recognise it.
func masked(phone string) string {
	if len(phone) != 10 {
		return phone
	}
	return phone[:2] + "xxxx" + phone[6:]
}

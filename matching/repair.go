package matching

import (
	"fmt"
	"slices"
	"strings"
)

// repair finds the accounts that a quoted number was meant for when it is no
// number of the book as it stands: zeros lost, O for 0, a part of the prefix,
// one character wrong, missing, doubled or swapped; and bare digits.
func (q *inquiry) repair(x quotation) {
	if x.bare {
		q.bareNumber(x)
		return
	}
	var hits []int32
	how := "zeros or part of the prefix are left out"
	for prefix, digits := range x.splits() {
		for _, i := range q.book.digits[strings.TrimLeft(digits, "0")] {
			if fitsPrefix(prefix, q.book.accounts[i].refPrefix) {
				hits = append(hits, i)
			}
		}
	}
	if len(hits) == 0 && len(x.text) >= minRepairable {
		how = "one character differs"
		q.book.eachNear(x.text, func(i int32) { hits = append(hits, i) })
	}
	slices.Sort(hits)
	if hits = slices.Compact(hits); len(hits) == 0 || len(hits) > maxRepairs {
		return
	}
	weight := weightRepaired - bits(float64(len(hits)))
	for _, i := range hits {
		e := &q.book.accounts[i]
		q.note(i, byReference, Evidence{Signal: SignalReferenceFixed, Family: Reference, Says: x.text, Books: e.Ref, Weight: weight,
			Detail: fmt.Sprintf("The payment quotes %s, which is most likely %s: %s.", x.text, e.Ref, how)})
	}
}

// The limits of a repair: shorter numbers are met by accident, and a number that
// may mean many accounts means none.
const (
	minRepairable = 7
	maxRepairs    = 6
)

// bareNumber finds the accounts whose number ends in these digits.
func (q *inquiry) bareNumber(x quotation) {
	digits := strings.TrimLeft(x.digits, "0")
	if len(digits) < minBareDigits {
		return
	}
	list := q.book.digits[digits]
	if len(list) > maxRepairs {
		return
	}
	for _, i := range list {
		e := &q.book.accounts[i]
		q.note(i, byReference, Evidence{Signal: SignalNumber, Family: Reference, Says: x.digits, Books: e.Ref, Weight: weightBare - bits(float64(len(list))),
			Detail: fmt.Sprintf("The number %s stands at the end of this loan's number, %s.", x.digits, e.Ref)})
	}
}

// splits are the ways to part a quotation into prefix and digits: the letters O,
// I and L at the end of the prefix may be digits.
func (x quotation) splits() map[string]string {
	out := map[string]string{x.prefix: x.digits}
	prefix, digits := x.prefix, x.digits
	for len(prefix) > 1 {
		switch prefix[len(prefix)-1] {
		case 'O', 'Q':
			digits = "0" + digits
		case 'I', 'L':
			digits = "1" + digits
		default:
			return out
		}
		prefix = prefix[:len(prefix)-1]
		out[prefix] = digits
	}
	return out
}

// fitsPrefix says that the letters before a number are those of an account's
// number, or a beginning or end of them.
func fitsPrefix(said, known string) bool {
	if said == known {
		return true
	}
	return len(said) >= 2 && (strings.HasPrefix(known, said) || strings.HasSuffix(known, said))
}

// eachNear calls for every account whose number is one character away: wrong,
// missing, too much, or two swapped.
func (b *Book) eachNear(token string, found func(i int32)) {
	buf := make([]byte, 0, len(token)+1)
	try := func(candidate []byte) {
		for _, i := range b.exact[string(candidate)] {
			if b.accounts[i].ref == string(candidate) {
				found(i)
			}
		}
	}
	for at := range token {
		buf = append(append(buf[:0], token[:at]...), token[at+1:]...)
		try(buf)
		if at+1 < len(token) && token[at] != token[at+1] {
			buf = append(buf[:0], token...)
			buf[at], buf[at+1] = buf[at+1], buf[at]
			try(buf)
		}
	}
	for _, c := range []byte("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
		for at := 0; at <= len(token); at++ {
			if at < len(token) && token[at] != c {
				buf = append(buf[:0], token...)
				buf[at] = c
				try(buf)
			}
			buf = append(append(append(buf[:0], token[:at]...), c), token[at:]...)
			try(buf)
		}
	}
}

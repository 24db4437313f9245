package matching

import "strings"

// quotation is a token of a narration that may quote an account.
type quotation struct {
	start, end int
	text       string // upper case letters and digits
	prefix     string // the letters before its digits
	digits     string // from the first digit on, letters O, I, L between digits repaired
	bare       bool   // nothing but digits, or digits after a word that is no prefix
}

// maxQuotations bounds the tokens looked up for one narration.
const maxQuotations = 16

// quotationsOf finds the tokens that may be numbers in the free text of a
// narration, alone and joined with the short words before them ("GL-CHN-0079924").
// Numbers after words such as INVOICE are something else, and so are years.
func quotationsOf(upper string, fields []field) []quotation {
	var words []run
	for _, f := range fields {
		if f.role == roleRemark || f.role == roleName || f.role == roleVAN || f.role == roleBeneficiary {
			words = append(words, runsOf(upper, f.start, f.end)...)
		}
	}
	var out []quotation
	for i, w := range words {
		if !mayQuote(w.text) || len(out) >= maxQuotations {
			continue
		}
		if notLoan(words[:i]) {
			continue
		}
		if !isYear(w.text) {
			out = append(out, newQuotation(w.start, w.end, w.text))
		}
		joined := w.text
		for j := i - 1; j >= 0 && j >= i-maxJoined && joins(words[j], words[j+1], upper); j-- {
			joined = words[j].text + joined
			if len(joined) > 24 {
				break
			}
			out = append(out, newQuotation(words[j].start, w.end, joined))
		}
	}
	return out
}

// mayQuote says that a word may be a number of an account: three digits, or one
// among letters when it is long.
func mayQuote(w string) bool {
	n := countDigits(w)
	return len(w) <= 24 && (n >= 3 || n >= 1 && len(w) >= minRepairable && n < len(w))
}

// joins says that two words next to each other may be parts of one account
// number: close together, the first short and no word of a remark.
func joins(a, b run, upper string) bool {
	gap := upper[a.end:b.start]
	if len(gap) != 1 || !strings.Contains("-/ ._", gap) {
		return false
	}
	if onlyDigits(a.text) {
		return gap != " "
	}
	return len(a.text) <= 5 && (!isStop(a.text) || a.text == "LN")
}

// notLoan says that the words before a number make it an invoice or the like.
func notLoan(before []run) bool {
	for i := len(before) - 1; i >= 0 && i >= len(before)-2; i-- {
		if notLoanWords[before[i].text] {
			return true
		}
		if before[i].text != "NO" && before[i].text != "NUMBER" {
			return false
		}
	}
	return false
}

func isYear(s string) bool {
	return len(s) == 4 && strings.HasPrefix(s, "20") && onlyDigits(s)
}

// newQuotation splits a token into prefix and digits.
func newQuotation(start, end int, text string) quotation {
	q := quotation{start: start, end: end, text: text}
	q.prefix, q.digits = splitNumber(text)
	q.bare = q.prefix == "" || isStop(q.prefix) && q.prefix != "LN"
	return q
}

// splitNumber cuts an account number into the letters it begins with and the
// rest. O, I and L among the digits are taken for 0 and 1 when digits follow,
// also the last letters of the prefix ("PLPUNO027065" keeps its O: which of the
// two readings is meant is for the lookup to find out).
func splitNumber(text string) (prefix, digits string) {
	i := 0
	for i < len(text) && !isDigit(text[i]) {
		i++
	}
	rest := []byte(text[i:])
	for j, c := range rest {
		switch c {
		case 'O', 'Q', 'D':
			rest[j] = '0'
		case 'I', 'L':
			rest[j] = '1'
		}
	}
	return text[:i], string(rest)
}

package matching

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// run is a stretch of letters and digits in a narration.
type run struct {
	start, end int
	text       string // upper case
}

// asciiUpper is s in upper case with every byte at its place, so that offsets
// into it are offsets into s.
func asciiUpper(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'a' && c <= 'z' {
			b[i] = c - 'a' + 'A'
		}
	}
	return string(b)
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isLetter(c byte) bool { return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= utf8.RuneSelf }

// runsOf cuts upper[start:end] into runs; offsets are those of upper.
func runsOf(upper string, start, end int) []run {
	var out []run
	from := -1
	for i := start; i <= end; i++ {
		if i < end && (isDigit(upper[i]) || isLetter(upper[i])) {
			if from < 0 {
				from = i
			}
			continue
		}
		if from >= 0 {
			out = append(out, run{from, i, upper[from:i]})
			from = -1
		}
	}
	return out
}

// countDigits counts the digits of s.
func countDigits(s string) int {
	n := 0
	for i := range len(s) {
		if isDigit(s[i]) {
			n++
		}
	}
	return n
}

func onlyDigits(s string) bool { return s != "" && countDigits(s) == len(s) }

func hasLetter(s string) bool {
	for i := range len(s) {
		if isLetter(s[i]) {
			return true
		}
	}
	return false
}

// squeeze is s in upper case without anything but letters and digits.
func squeeze(s string) string {
	var b strings.Builder
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z':
			b.WriteByte(c - 'a' + 'A')
		case isDigit(c) || isLetter(c):
			b.WriteByte(c)
		}
	}
	return b.String()
}

// NormaliseReference makes bank references comparable: upper case, letters and
// digits only, leading zeros off.
func NormaliseReference(s string) string {
	return strings.TrimLeft(squeeze(s), "0")
}

// plainUpper is s decomposed, without accents, in upper case; apostrophes and
// everything else that is not a letter become blanks, but apostrophes vanish.
func plainUpper(s string) string {
	if isPlainASCII(s) {
		return mapASCII(s)
	}
	var b strings.Builder
	for _, r := range norm.NFKD.String(s) {
		switch {
		case r == '\'' || r == '\u2019' || unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r):
			b.WriteRune(unicode.ToUpper(r))
		default:
			b.WriteByte(' ')
		}
	}
	return b.String()
}

func isPlainASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func mapASCII(s string) string {
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		switch c := s[i]; {
		case c == '\'':
		case c >= 'a' && c <= 'z':
			b = append(b, c-'a'+'A')
		case c >= 'A' && c <= 'Z':
			b = append(b, c)
		default:
			b = append(b, ' ')
		}
	}
	return string(b)
}

// phoneOf is the ten digits of an Indian mobile number, or "".
func phoneOf(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if isDigit(s[i]) {
			b.WriteByte(s[i])
		}
	}
	d := strings.TrimPrefix(b.String(), "0")
	if len(d) == 12 {
		d = strings.TrimPrefix(d, "91")
	}
	if len(d) != 10 || d[0] < '6' {
		return ""
	}
	return d
}

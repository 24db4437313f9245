package bankfile

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"lekha/lending"
)

// word is a run of letters and digits in a narration, in upper case.
type word struct {
	text   string
	handle bool // part of a UPI handle: a number in it is a phone, not a reference
	behind byte // what parts it from the word before; 0 for the first
}

// cutWords cuts a narration into words and marks those that belong to a UPI
// handle such as 8942805933-4@okaxis.
func cutWords(s string) []word {
	var words []word
	var gaps []byte // the character after each word
	start := -1
	for i := 0; i <= len(s); i++ {
		if i < len(s) && isWordByte(s[i]) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start < 0 {
			continue
		}
		gap := byte(' ')
		if i < len(s) {
			gap = s[i]
		}
		words, gaps = append(words, word{text: strings.ToUpper(s[start:i])}), append(gaps, gap)
		start = -1
	}
	for i, gap := range gaps {
		if i+1 < len(words) {
			words[i+1].behind = gap
		}
		if gap == '@' {
			markHandle(words, gaps, i)
		}
	}
	return partLabels(mendWords(words, gaps))
}

// labelled is a reference with what banks write before it and no gap between.
var labelled = regexp.MustCompile(`^(UTR|UTRNO|RRN|RRNNO|REF|REFNO|UPI|IMPS|NEFT|RTGS|TXN|TXNID|CR)([0-9]{12}|[A-Z]{4}[A-Z][0-9]20[0-9]{14})$`)

// partLabels cuts labels off the references they are glued to, such as
// "REFNO846244231792".
func partLabels(words []word) []word {
	for i := 0; i < len(words); i++ {
		part := labelled.FindStringSubmatch(words[i].text)
		if part == nil || words[i].handle {
			continue
		}
		label := word{text: part[1], behind: words[i].behind}
		words[i] = word{text: part[2], behind: ' '}
		words = slices.Insert(words, i, label)
		i++
	}
	return words
}

func isWordByte(b byte) bool {
	return b >= '0' && b <= '9' || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= 0x80
}

// markHandle marks the words left of an @ that belong to it. A dot always
// joins; a dash joins when what stands after it is a digit or two, as payment
// apps add for a second account, else it parts the handle from a name.
func markHandle(words []word, gaps []byte, at int) {
	words[at].handle = true
	for i := at; i > 0; i-- {
		short := len(words[i].text) <= 2 && onlyDigits(words[i].text)
		if gaps[i-1] != '.' && gaps[i-1] != '_' && !(gaps[i-1] == '-' && short) {
			return
		}
		words[i-1].handle = true
	}
}

// mendWords joins two words that a wrapped line parted, when only together they
// are a 22-character reference.
func mendWords(words []word, gaps []byte) []word {
	for i := 0; i+1 < len(words); i++ {
		if gaps[i] == ' ' && !words[i].handle && len(words[i].text) < 22 && utr22.MatchString(words[i].text+words[i+1].text) {
			words[i].text += words[i+1].text
			words = slices.Delete(words, i+1, i+2)
			gaps = slices.Delete(gaps, i, i+1)
		}
	}
	return words
}

// findRail tells the rail from the first words, and where the words after it begin.
func findRail(words []word) (rail string, after int) {
	reach := words[:min(len(words), railReach)]
	for i, w := range reach {
		if r, ok := railWords[w.text]; ok {
			return r, i + 1
		}
	}
	if slices.ContainsFunc(reach, func(w word) bool { return slices.Contains(transferWords, w.text) }) {
		return Transfer, len(words)
	}
	return "", 0
}

// dayNear is how many days a date inside a reference may be from the line's:
// weekends, holidays, and a statement that prints only the value date.
const dayNear = 6

// dayInRRN says whether a twelve-digit number begins with the year's last digit
// and the day of the year of the date, as an RRN usually does.
func dayInRRN(w string, date lending.Date) bool {
	return dayOfYearFits(w[:1], 1, w[1:4], date)
}

// dayInUTR says whether a 16-character UTR of five letters holds a day near the
// date in one of the ways banks write it: YYDDD, YDDD or DDMM. Without a date to
// compare with it holds.
func dayInUTR(w string, date lending.Date) bool {
	if date.IsZero() {
		return true
	}
	d := w[5:]
	if dayOfYearFits(d[:2], 2, d[2:5], date) || dayOfYearFits(d[:1], 1, d[1:4], date) {
		return true
	}
	day, _ := strconv.Atoi(d[:2])
	month, _ := strconv.Atoi(d[2:4])
	if day < 1 || day > 31 || month < 1 || month > 12 {
		return false
	}
	for _, year := range aroundNewYear(date) {
		if near(lending.NewDate(year, time.Month(month), day), date) {
			return true
		}
	}
	return false
}

// dayOfYearFits compares a year (its last digits) and a day of the year with a date.
func dayOfYearFits(year string, digits int, day string, date lending.Date) bool {
	if date.IsZero() {
		return false
	}
	yy, _ := strconv.Atoi(year)
	ddd, _ := strconv.Atoi(day)
	cut := 10
	if digits == 2 {
		cut = 100
	}
	if ddd < 1 || ddd > 366 {
		return false
	}
	for _, y := range aroundNewYear(date) {
		if y%cut == yy && near(lending.NewDate(y, time.January, ddd), date) {
			return true
		}
	}
	return false
}

// aroundNewYear are the years a date a few days off may be in.
func aroundNewYear(d lending.Date) [3]int { return [3]int{d.Year() - 1, d.Year(), d.Year() + 1} }

func near(a, b lending.Date) bool { return a.Sub(b) <= dayNear && b.Sub(a) <= dayNear }

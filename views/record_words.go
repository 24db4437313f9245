package views

import (
	"strings"

	"lekha/lending"
)

var small = []string{"", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
	"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"}

var tens = []string{"", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}

// InWords is an amount as a receipt writes it, in crores, lakhs and thousands:
// "Rupees twelve lakh thirty-four thousand five hundred sixty-seven and
// eighty-nine paise only".
func InWords(m lending.Money) string {
	_, rupees, paise := split(m)
	words := "Rupees " + number(rupees)
	if rupees == 1 {
		words = "Rupee one"
	}
	switch {
	case paise == 0:
	case rupees == 0:
		words = strings.ToUpper(number(paise)[:1]) + number(paise)[1:] + " paise"
	default:
		words += " and " + number(paise) + " paise"
	}
	if m < 0 {
		words = "Minus " + strings.ToLower(words[:1]) + words[1:]
	}
	return words + " only"
}

// number is a count in words; crores beyond ninety-nine are said as a number of
// their own: "one thousand two hundred crore".
func number(n uint64) string {
	if n == 0 {
		return "zero"
	}
	var words []string
	for _, unit := range []struct {
		size uint64
		name string
	}{{1_00_00_000, "crore"}, {1_00_000, "lakh"}, {1_000, "thousand"}, {100, "hundred"}} {
		if n >= unit.size {
			words = append(words, number(n/unit.size), unit.name)
			n %= unit.size
		}
	}
	switch {
	case n == 0:
	case n < 20:
		words = append(words, small[n])
	case n%10 == 0:
		words = append(words, tens[n/10])
	default:
		words = append(words, tens[n/10]+"-"+small[n%10])
	}
	return strings.Join(words, " ")
}

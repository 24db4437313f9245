package matching

import "strings"

// folds are the spellings that one name is written in on Indian documents, in
// the order they are applied (matching specification 2.1).
var folds = strings.NewReplacer(
	"CHH", "C", "KSH", "KS", "SHH", "S",
	"SH", "S", "CH", "C", "PH", "F", "TH", "T", "DH", "D", "BH", "B", "GH", "G", "KH", "K", "JH", "J",
	"X", "KS", "W", "V", "Z", "J", "Q", "K",
)

// vowelFolds do the same for vowels. A W between vowels is a V.
var vowelFolds = strings.NewReplacer("OWA", "OVA", "OWE", "OVE", "OWI", "OVI", "OWO", "OVO", "OWU", "OVU", "EE", "I", "OO", "U", "AA", "A", "OU", "AU", "OW", "AU", "Y", "I")

// aliases are words no rule makes equal.
var aliases = map[string]string{
	"MOHD": "MOHAMED", "MD": "MOHAMED", "MOHAMMAD": "MOHAMED", "MOHAMMED": "MOHAMED", "MUHAMMAD": "MOHAMED", "MUHAMMED": "MOHAMED", "MOHAMAD": "MOHAMED", "MOHMAD": "MOHAMED", "MOHAMMD": "MOHAMED",
	"KR": "KUMAR", "KMR": "KUMAR", "SK": "SAIK", "SHEIKH": "SAIK", "SHAIKH": "SAIK", "SHEK": "SAIK", "SHAIK": "SAIK", "SHAIKK": "SAIK", "SHEKH": "SAIK",
	"VENKAT": "VENKAT", "VENKATA": "VENKAT", "SHRI": "SRI", "SHREE": "SRI", "SREE": "SRI", "SRI": "SRI",
	"ENTERPRISE": "ENTERPRISES", "ENT": "ENTERPRISES", "ENTP": "ENTERPRISES", "TRADER": "TRADERS", "STORE": "STORES", "PVT": "PRIVATE", "LTD": "LIMITED", "BROS": "BROTHERS", "ENGG": "ENGINEERING",
}

// foldWord brings a word in upper case to its folded spelling.
func foldWord(w string) string {
	if a, ok := aliases[w]; ok {
		w = a
	}
	return foldLetters(w)
}

// foldLetters folds letters without looking the word up.
func foldLetters(w string) string {
	s := vowelFolds.Replace(w)
	s = folds.Replace(s)
	b := make([]byte, 0, len(s))
	for i := range len(s) {
		if i > 0 && s[i] == s[i-1] {
			continue
		}
		b = append(b, s[i])
	}
	if len(b) > 3 && isVowel(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return string(b)
}

func isVowel(c byte) bool { return c == 'A' || c == 'E' || c == 'I' || c == 'O' || c == 'U' }

// alikeWords is how alike two folded words are, in thousandths. Vowels cost
// little, consonants much, because RAMESH and RAKESH are two people and AJAY and
// AJOY are one; a different first letter costs extra.
func alikeWords(a, b string) int {
	if a == b {
		return 1000
	}
	if len(a) > 24 || len(b) > 24 || len(a) < 3 || len(b) < 3 {
		return 0
	}
	longest := max(len(a), len(b))
	if min(len(a), len(b))*3 < longest*2 {
		return 0
	}
	cost := editCost(a, b, 3*longest)
	if a[0] != b[0] {
		cost += 5
	}
	return max(0, 1000-100*cost/longest)
}

// The costs of an edit, in tenths.
const (
	costVowels    = 4  // one vowel for another
	costWeak      = 5  // a vowel or H more or less
	costSwap      = 7  // two letters swapped
	costLetter    = 10 // a consonant more or less
	costConsonant = 15 // one consonant for another
)

// editCost is the weighted edit distance with swaps, in tenths; above the most
// that matters it stops counting.
func editCost(a, b string, most int) int {
	var rows [3][26]int
	prev2, prev, cur := &rows[0], &rows[1], &rows[2]
	for j := 1; j <= len(b); j++ {
		prev[j] = prev[j-1] + letterCost(b[j-1])
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = prev[0] + letterCost(a[i-1])
		least := cur[0]
		for j := 1; j <= len(b); j++ {
			best := prev[j-1] + replaceCost(a[i-1], b[j-1])
			best = min(best, prev[j]+letterCost(a[i-1]), cur[j-1]+letterCost(b[j-1]))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				best = min(best, prev2[j-2]+costSwap)
			}
			cur[j] = best
			least = min(least, best)
		}
		if least > most {
			return least
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(b)]
}

func letterCost(c byte) int {
	if isVowel(c) || c == 'H' {
		return costWeak
	}
	return costLetter
}

func replaceCost(a, b byte) int {
	switch {
	case a == b:
		return 0
	case isVowel(a) && isVowel(b):
		return costVowels
	}
	return costConsonant
}

package matching

import "strings"

// name is a name prepared for comparison.
type name struct {
	words []nameWord
	raw   string // the words without blanks
	fold  string // the same, folded
}

// nameWord is one word of a name.
type nameWord struct {
	raw, fold string
}

// maxNameWords is how many words of a name are compared; longer ones are cut.
const maxNameWords = 8

// honorifics are titles that say nothing about who it is.
var honorifics = wordSet("MR MRS MS MISS SMT SHRI SHREE SRI DR MESSRS M KUM SHRIMATI")

// kin begin what follows a name on documents: "son of", "proprietor".
var kin = wordSet("SO WO DO CO PROP PROPRIETOR PROPRIETORSHIP GUARDIAN HUF")

// prepareName cuts a name into words: titles off, relatives off, folded.
func prepareName(s string) name {
	words := strings.Fields(plainUpper(s))
	words = cutKin(words)
	words = dropTitles(words)
	if len(words) > maxNameWords {
		words = words[:maxNameWords]
	}
	n := name{words: make([]nameWord, len(words))}
	for i, w := range words {
		n.words[i] = nameWord{raw: w, fold: foldWord(w)}
		n.raw += w
	}
	n.fold = foldLetters(n.raw)
	return n
}

// cutKin cuts at "S/O", "W/O", "D/O", "C/O", whatever became of the slash.
func cutKin(words []string) []string {
	for i := 1; i < len(words); i++ {
		w := words[i]
		if i+1 < len(words) && words[i+1] == "O" && (w == "S" || w == "W" || w == "D" || w == "C") || kin[w] && w != "DO" && w != "SO" && w != "CO" {
			return words[:i]
		}
		if (w == "SO" || w == "WO" || w == "DO" || w == "CO") && i+1 < len(words) {
			return words[:i]
		}
	}
	return words
}

// dropTitles takes titles off as long as a word of three letters remains.
func dropTitles(words []string) []string {
	if len(words) > 2 && words[0] == "M" && words[1] == "S" {
		words = words[2:]
	}
	var kept []string
	for i, w := range words {
		if !honorifics[w] || w == "M" || w == "KUM" && i > 0 {
			kept = append(kept, w) // KUM after a name is a cut KUMAR
		}
	}
	for _, w := range kept {
		if len(w) >= 3 {
			return kept
		}
	}
	return words
}

// empty says that there is nothing to compare.
func (n name) empty() bool { return len(n.raw) < 2 }

// key is the folded name that namesakes share, whatever the order of words.
func (n name) key() string { return n.fold }

// AlikeNames is how alike two names of people or firms are, in thousandths:
// words are aligned in any order, spelling is folded, initials and an end cut
// off by a bank are accepted, titles and relatives ignored. Printed is what a
// bank shows, known what the books say.
func AlikeNames(printed, known string) int {
	return compareNames(prepareName(printed), prepareName(known))
}

// link joins words [i, i+ni) of the printed name with [j, j+nj) of the known one.
type link struct {
	i, ni, j, nj int
	alike        int
	letters      int // how much name the link explains
	initial, cut bool
}

// compareNames is AlikeNames of prepared names.
func compareNames(p, k name) int {
	if p.empty() || k.empty() {
		return 0
	}
	if p.raw == k.raw {
		return 1000
	}
	if p.fold == k.fold {
		return 985
	}
	best := judge(p, k, align(p, k))
	if split, ok := splitInitial(p, k); ok {
		best = max(best, min(930, judge(split, k, align(split, k))))
	}
	if len(p.words) == 1 && len(p.raw) >= 8 {
		best = max(best, gluedAlike(p, k))
	}
	return best
}

// gluedAlike compares a name printed without blanks as one string, whole or cut.
func gluedAlike(p, k name) int {
	best := gluedWhole(p.raw, p.fold, k.raw, k.fold)
	for _, title := range []string{"MRS", "MR", "SMT", "SHRI"} {
		if rest, ok := strings.CutPrefix(p.raw, title); ok && len(rest) >= 6 {
			best = max(best, gluedWhole(rest, foldLetters(rest), k.raw, k.fold)-20)
		}
	}
	if n := len(k.words); n > 2 {
		ends := k.words[0].raw + k.words[n-1].raw
		best = max(best, gluedWhole(p.raw, p.fold, ends, foldLetters(ends))-20)
	}
	return best
}

func gluedWhole(raw, fold, known, knownFold string) int {
	if a := alikeWords(fold, knownFold); a >= 880 {
		return a - 20
	}
	if strings.HasPrefix(known, raw) || strings.HasPrefix(knownFold, fold) {
		return cutScore(len(raw))
	}
	return 0
}

// cutScore is how far a name that was cut off can be trusted, by what is left.
func cutScore(letters int) int {
	switch {
	case letters >= 14:
		return 970
	case letters >= 9:
		return 945
	case letters >= 7:
		return 920
	case letters >= 5:
		return 860
	}
	return 740
}

// align pairs the words of two names, the best pairs first.
func align(p, k name) []link {
	var all [64]link
	links := all[:0]
	for i := range p.words {
		for j := range k.words {
			if l, ok := linkWords(p, k, i, j); ok {
				links = append(links, l)
			}
			if l, ok := linkJoined(p, k, i, j); ok {
				links = append(links, l)
			}
		}
	}
	var usedP, usedK [maxNameWords + 1]bool
	chosen := make([]link, 0, len(p.words))
	for {
		best := -1
		for x, l := range links {
			if l.blocked(&usedP, &usedK) {
				continue
			}
			if best < 0 || l.better(links[best]) {
				best = x
			}
		}
		if best < 0 {
			return chosen
		}
		l := links[best]
		for x := range l.ni {
			usedP[l.i+x] = true
		}
		for x := range l.nj {
			usedK[l.j+x] = true
		}
		chosen = append(chosen, l)
	}
}

func (l link) blocked(usedP, usedK *[maxNameWords + 1]bool) bool {
	for x := range l.ni {
		if usedP[l.i+x] {
			return true
		}
	}
	for x := range l.nj {
		if usedK[l.j+x] {
			return true
		}
	}
	return false
}

// better prefers certain pairs, then longer ones, then those in place.
func (l link) better(o link) bool {
	if a, b := l.alike*l.letters, o.alike*o.letters; a != b {
		return a > b
	}
	return abs(l.i-l.j) < abs(o.i-o.j)
}

func abs(n int) int { return max(n, -n) }

// linkWords pairs one word with one word.
func linkWords(p, k name, i, j int) (link, bool) {
	a, b := p.words[i], k.words[j]
	l := link{i: i, ni: 1, j: j, nj: 1, letters: min(len(a.raw), len(b.raw))}
	switch {
	case a.raw == b.raw:
		l.alike = 1000
	case len(a.raw) == 1 || len(b.raw) == 1:
		if a.raw[0] != b.raw[0] && (a.fold == "" || b.fold == "" || a.fold[0] != b.fold[0]) {
			return l, false
		}
		l.alike, l.initial = 720, true
	case a.fold == b.fold:
		l.alike = 980
	case i == len(p.words)-1 && len(a.raw) >= 2 && (strings.HasPrefix(b.raw, a.raw) || len(a.fold) >= 3 && strings.HasPrefix(b.fold, a.fold)):
		l.alike, l.cut = 950, true
	default:
		l.alike = min(960, max(alikeWords(a.fold, b.fold), alikeWords(a.raw, b.raw)))
		if l.alike < 800 {
			return l, false
		}
	}
	return l, true
}

// linkJoined pairs two words that stand together on one side with one word of
// the other ("KRISHNACHANDRA" with Krishna Chandra).
func linkJoined(p, k name, i, j int) (link, bool) {
	if j+1 < len(k.words) && len(p.words[i].raw) > 4 {
		joined := k.words[j].raw + k.words[j+1].raw
		if a := alikeWhole(p.words[i], joined); a > 0 {
			return link{i: i, ni: 1, j: j, nj: 2, alike: a, letters: len(p.words[i].raw)}, true
		}
	}
	if i+1 < len(p.words) && len(k.words[j].raw) > 4 {
		joined := p.words[i].raw + p.words[i+1].raw
		if a := alikeWhole(k.words[j], joined); a > 0 {
			return link{i: i, ni: 2, j: j, nj: 1, alike: a, letters: len(k.words[j].raw)}, true
		}
	}
	return link{}, false
}

func alikeWhole(w nameWord, joined string) int {
	switch {
	case w.raw == joined:
		return 990
	case abs(len(w.raw)-len(joined)) > 3:
		return 0
	case w.fold == foldLetters(joined):
		return 970
	}
	return 0
}

// splitInitial undoes an initial printed without its blank: "AHARISH" for A
// Harish, "SUNITAK" for Sunita K or Sunita Kumar.
func splitInitial(p, k name) (name, bool) {
	for x, w := range p.words {
		if len(w.raw) < 5 || len(k.words) < 2 || len(p.words) >= maxNameWords {
			continue
		}
		for j, kw := range k.words {
			for jj, ini := range k.words {
				var a, b string
				switch {
				case jj == j || len(kw.raw) < 4:
					continue
				case w.raw[0] == ini.raw[0] && foldWord(w.raw[1:]) == kw.fold:
					a, b = w.raw[:1], w.raw[1:]
				case w.raw[len(w.raw)-1] == ini.raw[0] && foldWord(w.raw[:len(w.raw)-1]) == kw.fold:
					a, b = w.raw[:len(w.raw)-1], w.raw[len(w.raw)-1:]
				default:
					continue
				}
				out := name{raw: p.raw, fold: p.fold}
				for y, o := range p.words {
					if y == x {
						out.words = append(out.words, nameWord{a, foldWord(a)}, nameWord{b, foldWord(b)})
						continue
					}
					out.words = append(out.words, o)
				}
				return out, true
			}
		}
	}
	return name{}, false
}

// weak are words so common in names that alone they identify nobody.
var weak = wordSet(`DEVI BAI KUMAR KUMARI SINGH LAL RAM PRASAD BEN BHAI BEGUM BIBI KAUR RAO DAS NATH RAJ CHAND CHANDRA STORE STORES TRADERS TRADER ENTERPRISES ENTERPRISE WORKS AGENCIES
	AGENCY PRIVATE PVT LIMITED LTD COMPANY SONS BROTHERS INDUSTRIES SERVICES SRI SHRI SHREE NEW`)

// wordWeight is how much a word says about who it is: its letters, few for a
// common word, next to nothing for an initial.
func wordWeight(w nameWord) int {
	switch {
	case len(w.raw) == 1:
		return 2
	case weak[w.raw]:
		return min(len(w.raw), 4)
	}
	return min(len(w.raw), 8)
}

// judge turns an alignment into one number.
func judge(p, k name, links []link) int {
	var totalP, totalK, seenP, seenK int
	var usedP, usedK [maxNameWords + 1]bool
	strong := false
	cutWord := false
	for _, l := range links {
		for x := range l.ni {
			usedP[l.i+x] = true
			seenP += wordWeight(p.words[l.i+x]) * l.alike
		}
		for x := range l.nj {
			usedK[l.j+x] = true
			seenK += wordWeight(k.words[l.j+x]) * l.alike
		}
		strong = strong || !l.initial && l.letters >= 3 && !weak[k.words[l.j].raw]
		cutWord = cutWord || l.cut && l.letters < len(k.words[l.j].raw)
	}
	var openP, openK int
	for i, w := range p.words {
		totalP += wordWeight(w)
		if !usedP[i] {
			openP += wordWeight(w)
		}
	}
	for j, w := range k.words {
		totalK += wordWeight(w)
		if !usedK[j] {
			openK += wordWeight(w)
		}
	}
	if totalP == 0 || totalK == 0 || len(links) == 0 {
		return 0
	}
	covP, covK := seenP/totalP, seenK/totalK
	switch {
	case openP > 0 && openK > 0:
		return 300 + min(covP, covK)/2
	case openK > 0:
		return missing(p, k, covP, covK, strong, cutWord)
	case openP > 0:
		return 740 + 220*covP/1000 - notStrong(strong)
	}
	return (covP+covK)/2 - notStrong(strong)
}

// missing judges a printed name that is part of the known one: cut by the bank,
// or words left out.
func missing(p, k name, covP, covK int, strong, cutWord bool) int {
	alike := covP
	if strings.HasPrefix(k.raw, p.raw) && (cutWord || len(p.raw) >= 7) {
		return cutScore(len(p.raw)) - (1000-alike)/4
	}
	return (790+190*covK/1000)*alike/1000 - notStrong(strong)
}

// notStrong lowers what rests on initials and common words alone.
func notStrong(strong bool) int {
	if strong {
		return 0
	}
	return 120
}

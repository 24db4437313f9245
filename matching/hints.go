package matching

import "strings"

// hint is a stretch of a remark that may name a borrower.
type hint struct {
	text  string // as printed
	words []nameWord

	borrowers [3]int // how many suspects it names so well, or better
}

// connectors stand between two people in one remark.
var connectors = wordSet("AND N OR")

// tokens are the stretches of letters and digits, each alone and joined with the
// short words before it, from everywhere in the narration. They are for exact
// look-up only.
func (r *reading) tokens() []string {
	var out []string
	runs := runsOf(r.upper, 0, len(r.upper))
	for i, w := range runs {
		if len(out) >= maxTokens {
			return out
		}
		if len(w.text) > 30 {
			continue
		}
		if len(w.text) >= minToken {
			out = append(out, w.text)
		}
		joined := w.text
		for j := i - 1; j >= 0 && j >= i-maxJoined && len(runs[j].text) <= 6 && runs[j+1].start-runs[j].end == 1; j-- {
			if joined = runs[j].text + joined; len(joined) >= minToken {
				out = append(out, joined)
			}
		}
	}
	return out
}

// The tokens looked up for one narration, how short one may be, and how many
// words before one may belong to it ("CTK/GL/00280/25-26").
const (
	maxJoined = 5
	maxTokens = 160
	minToken  = 5
)

// hints are the stretches of the remark that may name borrowers: words that are
// no stop words, in the order printed, cut at connectors and separators. The
// payer's own name printed again is no hint.
func (r *reading) hints(payer name, own ownIndex) []hint {
	var out []hint
	for _, f := range r.fields {
		if f.role != roleRemark {
			continue
		}
		var h hint
		end := f.start
		words := runsOf(r.upper, f.start, f.end)
		for i, w := range words {
			if strings.ContainsAny(r.upper[end:w.start], "+&,;") || connectors[w.text] {
				out = h.close(out, payer, own)
				h = hint{}
			}
			end = w.end
			if countDigits(w.text) == 0 && !connectors[w.text] && (!isStop(w.text) || isInitial(words, i, r.upper)) {
				h.text += " " + w.text
			}
		}
		out = h.close(out, payer, own)
	}
	return out
}

// isInitial says that a single letter stands before a word of a name, with
// nothing but a blank or a full stop between them.
func isInitial(words []run, i int, upper string) bool {
	if len(words[i].text) != 1 || i+1 == len(words) || isStop(words[i+1].text) || countDigits(words[i+1].text) > 0 {
		return false
	}
	return strings.Trim(upper[words[i].end:words[i+1].start], " .") == "" && (i == 0 || words[i-1].end < words[i].start-1 || upper[words[i].start-1] == ' ')
}

// close ends a hint and adds it to the others when it names somebody new.
func (h hint) close(out []hint, payer name, own ownIndex) []hint {
	n := prepareName(h.text)
	if len(n.raw) < 3 || compareNames(n, payer) >= nameLevel4 || own.isName(n) {
		return out
	}
	return append(out, hint{text: strings.TrimSpace(h.text), words: n.words})
}

// fold is the hint as one folded string, for looking names up.
func (h hint) fold() string {
	var b strings.Builder
	for _, w := range h.words {
		b.WriteString(w.raw)
	}
	return foldLetters(b.String())
}

// names says how well the hint names the borrower of an account: what is said of
// the co-applicant says less.
func (h hint) names(e *entry) int { return max(h.fits(e.name), min(1, h.fits(e.co))) }

// fits says how well the hint names somebody: 2 when all his words are in it
// (two of them, or one that is his only one), 1 when all its words are his and
// one of them tells him apart, else 0.
func (h hint) fits(n name) int {
	if len(n.words) == 0 {
		return 0
	}
	used := make([]bool, len(h.words))
	found, strong := 0, false
	for _, k := range n.words {
		for x, w := range h.words {
			if used[x] || !sameWord(w, k, x == len(h.words)-1) {
				continue
			}
			used[x] = true
			found++
			strong = strong || len(w.raw) >= 3 && !weak[k.raw]
			break
		}
	}
	if !strong {
		return 0
	}
	if found == len(n.words) && (found >= 2 || len(h.words) == 1) {
		return 2
	}
	if found == len(h.words) {
		return 1
	}
	return 0
}

// sameWord says that a word of a remark is one of a name: equal, spelt another
// way, cut when it is the last, or its initial.
func sameWord(w, k nameWord, last bool) bool {
	switch {
	case w.raw == k.raw || w.fold == k.fold && len(w.fold) >= 3:
		return true
	case len(k.raw) == 1:
		return w.raw == k.raw
	case last && len(w.raw) >= 4 && strings.HasPrefix(k.raw, w.raw):
		return true
	}
	return alikeWords(w.fold, k.fold) >= 920
}

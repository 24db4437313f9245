package matching

import (
	"fmt"
	"slices"
	"strings"
)

// byMemory finds accounts that this payer paid before: by UPI address, by bank
// account and name, by a printed name that is not the borrower's.
func (q *inquiry) byMemory() {
	vpa := vpaValue(q.read.VPA)
	if vpa != "" && !q.book.own.handles[vpa] {
		if q.remembered(MemoryVPA, vpa, weightVPA, byHandle, SignalVPA, "The UPI address "+vpa); len(q.book.memories.recall(MemoryVPA, vpa)) == 0 {
			q.rememberedCut(vpa) // a bank may cut it behind the @
		}
	} else if vpa == "" && len(q.read.VPA) >= minCutVPA {
		q.rememberedCut(q.read.VPA)
	}
	if v := accountValue(q.read.Parsed, q.payer); v != "" {
		q.remembered(MemoryAccount, v, weightAccount, byBank, SignalAccount, "The bank account ending in "+q.read.AccountTail)
	}
	printed, from := q.payer, weightPayerName
	if printed.empty() {
		printed, from = q.handle, weightPayerName*7/10
	}
	for _, v := range q.book.memories.namesLike(printed) {
		weight := from
		if v != printed.fold {
			weight = from * 6 / 10 // cut, so that it may be another's
		}
		q.remembered(MemoryName, v, weight, byName, SignalPayerName, strings.TrimSpace(q.read.Name+" "+handleText(q)))
	}
}

// minCutVPA is how much of a UPI address that the bank cut must be left to be
// compared with those known.
const minCutVPA = 8

func handleText(q *inquiry) string {
	if q.read.Name == "" {
		return q.read.VPA
	}
	return ""
}

// remembered notes what a memory says. It counts full after two approvals, half
// after one, half again for every refusal; half when it is of several borrowers.
func (q *inquiry) remembered(kind MemoryKind, value string, weight int, g group, signal, who string) {
	list := q.book.memories.recall(kind, value)
	var known []int32
	for _, m := range list {
		if i, ok := q.book.byID[m.Account]; ok {
			known = append(known, i)
		}
	}
	if q.book.customersOf(known) > 1 {
		weight /= 2
	}
	weight = q.rare(weight, 1)
	for _, m := range list {
		i, ok := q.book.byID[m.Account]
		if !ok {
			continue
		}
		says := fmt.Sprintf("%s paid this loan before, %s.", who, times(m.Confirmations))
		if m.Rejections > 0 {
			says = fmt.Sprintf("%s paid this loan before, %s, and was refused %s.", who, times(m.Confirmations), times(m.Rejections))
		}
		q.note(i, g, Evidence{Signal: signal, Family: Payer, Says: value, Books: value, Weight: trust(m, weight), Detail: says})
	}
}

// trust is what a memory weighs.
func trust(m Memory, weight int) int {
	if m.Confirmations < 2 {
		weight = weight * onceSeen / 100
	}
	return weight >> min(m.Rejections, 8)
}

// onceSeen is what a memory confirmed once is worth, in hundredths.
const onceSeen = 50

func times(n int) string {
	switch n {
	case 1:
		return "once"
	case 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}

// rememberedCut recalls the UPI addresses that begin like one that the bank cut.
func (q *inquiry) rememberedCut(head string) {
	values := q.book.memories.beginning(head)
	if len(values) == 0 || len(values) > hubAccounts {
		return
	}
	for _, v := range values {
		q.remembered(MemoryVPA, v, weightVPA*6/10/len(values), byHandle, SignalVPA, "A UPI address that begins with "+head)
	}
}

// weighPayer says how the printed name, the UPI address and the remark fit an
// account.
func (q *inquiry) weighPayer(s *suspect) {
	q.weighName(s)
	q.weighRemark(s)
	q.weighBranch(s)
	known := s.weight(byHandle) > 0 || s.evidence[byBank].Signal == SignalAccount
	named := s.evidence[byRemark].Weight > 0
	if e := &s.evidence[byName]; e.Weight < 0 && (known || named) {
		e.Weight = 0
		if named && !known {
			e.Weight = weightByAnother
		}
	}
}

// weighName compares the printed name and the UPI address with the borrower and
// the co-applicant, and keeps the best.
func (q *inquiry) weighName(s *suspect) {
	if q.payer.empty() && q.handle.empty() {
		return
	}
	e := s.entry
	said := q.read.Name
	if q.payer.empty() {
		said = q.read.VPA
	}
	level := s.own
	weight := q.rareName(nameWeights[level], q.sharersOfName(s))
	if q.payer.empty() && weight < 0 {
		weight /= 2
	}
	s.says(byName, Evidence{Signal: SignalName, Family: Payer, Says: said, Books: e.Name, Weight: weight, Detail: nameSays(said, e.Name, level, q.sharersOfName(s))})
	switch l := s.co; {
	case l >= 4:
		s.says(byName, Evidence{Signal: SignalCoApplicant, Family: Payer, Says: said, Books: e.CoApplicant, Weight: q.rareName(weightCoStrong, q.sharersOfCo(s)),
			Detail: fmt.Sprintf("The payer %q is the co-applicant, %s.", said, e.CoApplicant)})
	case l == 3:
		s.says(byName, Evidence{Signal: SignalCoApplicant, Family: Payer, Says: said, Books: e.CoApplicant, Weight: q.rareName(weightCoFair, q.sharersOfCo(s)),
			Detail: fmt.Sprintf("The payer %q may be the co-applicant, %s.", said, e.CoApplicant)})
	}
}

// likeness is how like the payer is to somebody in the books. The UPI address
// counts where no name is printed, and where it goes on after the printed name
// was cut; where it says something else than the printed name, the name counts.
func (q *inquiry) likeness(known name) int {
	printed, handle := compareNames(q.payer, known), q.handleLikeness(known)
	switch {
	case q.payer.empty():
		return handle
	case q.handle.empty():
		return printed
	case len(q.handle.raw) > len(q.payer.raw)+1 && strings.HasPrefix(q.handle.raw, q.payer.raw):
		if handle < nameLevel3 {
			return min(printed, nameLevel4-1)
		}
		return max(printed, handle)
	case printed < nameLevel2 && compareNames(q.handle, q.payer) < nameLevel2:
		return max(printed, min(handle, nameLevel4-1))
	}
	return printed
}

// handleLikeness compares the UPI address. Nobody cuts an address, so one that is
// a given name alone says little.
func (q *inquiry) handleLikeness(known name) int {
	alike := min(compareNames(q.handle, known), nameLevel5-1)
	if len(known.words) > 1 && len(q.handle.words) == 1 && len(q.handle.raw) <= len(known.words[0].raw) {
		return min(alike, nameLevel4-1)
	}
	return alike
}

// nameSays puts a level of agreement into words, and how many others have the
// name.
func nameSays(said, known string, level, sharers int) string {
	also := ""
	if sharers > 1 {
		also = fmt.Sprintf("; about %d borrowers are called so", sharers)
	}
	switch level {
	case 5:
		return fmt.Sprintf("The payer's name %q is the borrower's%s.", said, also)
	case 4:
		return fmt.Sprintf("The payer's name %q fits %s%s.", said, known, also)
	case 3:
		return fmt.Sprintf("The payer's name %q may be short for %s%s.", said, known, also)
	case 2:
		return fmt.Sprintf("The payer's name %q is a little like %s.", said, known)
	}
	return fmt.Sprintf("The payer's name %q is not %s.", said, known)
}

// weighRemark notes whom the remark names, unless the payer is the borrower
// already.
func (q *inquiry) weighRemark(s *suspect) {
	if s.own >= 4 && s.evidence[byName].Signal == SignalName {
		return
	}
	for _, h := range q.hints {
		switch h.names(s.entry) {
		case 2:
			s.says(byRemark, Evidence{Signal: SignalRemark, Family: Payer, Says: h.text, Books: s.entry.Name, Weight: q.rareName(weightRemarkFull, max(h.borrowers[2], q.book.names[s.entry.name.key()])),
				Detail: fmt.Sprintf("The remark names the borrower, %q.", h.text)})
		case 1:
			s.says(byRemark, Evidence{Signal: SignalRemark, Family: Payer, Says: h.text, Books: s.entry.Name, Weight: q.rareName(weightRemark, h.borrowers[1]),
				Detail: fmt.Sprintf("The remark says %q, which is in the borrower's name.", h.text)})
		}
	}
}

// weighBranch compares the payer's bank and branch with those on file. It says
// little: neighbours share a branch.
func (q *inquiry) weighBranch(s *suspect) {
	printed, known := q.read.IFSC, strings.ToUpper(s.entry.RemitterIFSC)
	if printed == "" || known == "" || s.evidence[byBank].Signal != "" {
		return
	}
	e := Evidence{Signal: SignalBranch, Family: Payer, Says: printed, Books: known}
	switch {
	case len(printed) == 11 && printed == known:
		e.Weight, e.Detail = weightBranch, "The money comes from the branch on file, "+known+"."
	case bankOf(printed) == bankOf(known):
		e.Weight, e.Detail = weightBank, "The money comes from the bank on file, "+bankOf(known)+"."
	default:
		e.Weight, e.Detail = -weightBank, "The money comes from "+bankOf(printed)+"; the bank on file is "+bankOf(known)+"."
	}
	s.says(byBank, e)
}

// namesLike are the remembered names that a printed name may be.
func (x memoryIndex) namesLike(printed name) []string {
	if len(printed.fold) < minNameHead {
		return nil
	}
	var out []string
	for _, known := range x.heads[memoryKey{MemoryName, printed.fold[:minNameHead]}] {
		if known == printed.fold || strings.HasPrefix(known, printed.fold) || len(known) >= 8 && strings.HasPrefix(printed.fold, known) {
			out = append(out, known)
		}
	}
	if len(out) > hubAccounts {
		if slices.Contains(out, printed.fold) {
			return []string{printed.fold}
		}
		return nil
	}
	return out
}

// beginning are the remembered UPI addresses that begin with a text.
func (x memoryIndex) beginning(head string) []string {
	var out []string
	for _, known := range x.heads[memoryKey{MemoryVPA, head[:min(len(head), minNameHead)]}] {
		if strings.HasPrefix(known, head) {
			out = append(out, known)
		}
	}
	return out
}

package handlers

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"lekha/lending"
	"lekha/matching"
	"lekha/store"
	"lekha/views"
)

const (
	// deskShown is how many candidates have a key; the rest is found by search.
	deskShown = 4
	// deskFinds is how many accounts a search suggests: what fits under the field.
	deskFinds = 8
)

// deskReading is a candidate with its accounts as people call them.
type deskReading struct {
	matching.Candidate
	refs  []string
	names []string
}

// candidates shows whose money this may be, with the one that is chosen opened.
func (b *desk) candidates(ctx context.Context, v *store.View, credit *views.DeskCredit) error {
	if !b.open() {
		return b.settledCandidate(ctx, v, credit)
	}
	readings, err := deskReadings(ctx, v, b.proposal.Candidates)
	if err != nil {
		return err
	}
	chosen := b.choose(readings)
	if p := b.proposal; p.NotRepayment != "" {
		credit.Doubt = &views.DeskDoubt{Kind: p.NotRepayment, Word: setAsideWord(p.NotRepayment), Reason: p.NotRepaymentReason}
	}
	if len(b.ask.to) == 0 {
		if credit.Silence = b.silence(readings); credit.Silence != "" && credit.Doubt == nil {
			if err := b.lookAhead(ctx, v); err != nil {
				return err
			}
		}
	}
	opened := chosen
	if len(b.ask.to) == 0 && credit.Silence == "" {
		opened = 0 // to be looked at
	}
	for i := range readings {
		if i < deskShown || i == chosen {
			c := b.candidate(readings, i, i == opened)
			c.Chosen = i == chosen
			credit.Candidates = append(credit.Candidates, c)
		}
	}
	if opened == 0 && b.proposal.Decision != matching.Auto {
		credit.Held = b.proposal.Held
	}
	if chosen < 0 && len(b.ask.to) > 0 {
		own, err := deskByHand(ctx, v, b.ask.to)
		if err != nil {
			return err
		}
		credit.Candidates = append(credit.Candidates, own)
	}
	for i := range credit.Candidates {
		if i < deskShown {
			credit.Candidates[i].Key = strconv.Itoa(i + 1)
		}
	}
	return nil
}

// deskReadings looks up what people call the accounts of candidates.
func deskReadings(ctx context.Context, v *store.View, candidates []matching.Candidate) ([]deskReading, error) {
	out := make([]deskReading, len(candidates))
	for i, c := range candidates {
		out[i].Candidate = c
		for _, id := range c.Accounts {
			account, err := v.AccountByID(ctx, id)
			if err != nil {
				return nil, err
			}
			out[i].refs = append(out[i].refs, account.Ref)
			if !slices.Contains(out[i].names, account.BorrowerName) {
				out[i].names = append(out[i].names, account.BorrowerName)
			}
		}
	}
	return out, nil
}

// choose settles which reading is ticked, -1 for none of the engine's, and takes
// its amounts where nobody typed any. By itself only that stands ticked which
// passes every gate; the best of the others is opened, and a person ticks it.
func (b *desk) choose(readings []deskReading) int {
	chosen := -1
	switch {
	case len(b.ask.to) > 0:
		chosen = slices.IndexFunc(readings, func(r deskReading) bool { return sameRefs(r.refs, b.ask.to) })
	case b.silence(readings) == "" && b.proposal.Decision == matching.Auto:
		chosen = 0
		b.ask.to = readings[0].refs
	}
	if chosen >= 0 && len(b.ask.amounts) == 0 {
		b.advised = map[string]lending.Money{}
		for i, ref := range readings[chosen].refs {
			if i < len(readings[chosen].Amounts) {
				b.advised[ref] = readings[chosen].Amounts[i]
			}
		}
	}
	return chosen
}

func sameRefs(a, b []string) bool {
	x, y := slices.Clone(a), slices.Clone(b)
	slices.Sort(x)
	slices.Sort(y)
	return slices.Equal(x, y)
}

// silence says why no candidate is chosen, "" when one is.
func (b desk) silence(readings []deskReading) string {
	switch {
	case b.proposal.NotRepayment != "":
		return "No account is chosen. If it is a repayment all the same, find the account below."
	case len(readings) == 0:
		return "No account fits this payment. Find one by name, number or phone."
	case b.proposal.Decision == matching.None:
		return "Nothing fits well enough to be suggested. Find the account, or take one of these only if you know more."
	case len(readings) > 1 && readings[0].Bits == readings[1].Bits:
		return "The best ones fit equally well, so none is chosen. What you know decides."
	}
	return ""
}

// lookAhead fills the search with the printed name when the engine is silent and
// that finds anything.
func (b *desk) lookAhead(ctx context.Context, v *store.View) error {
	word := tellingWord(b.parsed.Name)
	if b.ask.find != "" || word == "" {
		return nil
	}
	found, err := v.FindAccounts(ctx, word, 0, 1)
	if len(found) > 0 {
		b.ask.find = word
	}
	return err
}

// tellingWord is the word of a printed name that finds its accounts best: the
// longest.
func tellingWord(name string) string {
	best := ""
	for w := range strings.FieldsSeq(name) {
		if len(w) > len(best) {
			best = w
		}
	}
	if len(best) < 3 {
		return ""
	}
	return best
}

// candidate shows one reading; the opened one with all that speaks for and
// against it.
func (b desk) candidate(all []deskReading, at int, opened bool) views.DeskCandidate {
	r := all[at]
	c := views.DeskCandidate{To: strings.Join(r.refs, " "), Score: views.ScoreOf(r.Confidence), Name: strings.Join(r.names, " and "), Refs: r.refs, Opened: opened}
	if !opened {
		c.Note = deskNote(r)
		return c
	}
	c.Chips = deskChips(r.Candidate)
	for _, e := range r.Evidence {
		line := views.DeskEvidence{Family: string(e.Family), Says: b.says(e), Books: e.Detail, Points: deskPoints(e.Weight)}
		if e.Weight < 0 {
			c.Against = append(c.Against, line)
		} else {
			c.For = append(c.For, line)
		}
	}
	c.Rival, c.Better = deskRival(all, at), at > 0
	return c
}

// says is what the payment says, as it is printed: what the rules remember of a
// payer is folded.
func (b desk) says(e matching.Evidence) string {
	switch e.Signal {
	case matching.SignalPayerName:
		return b.parsed.Name
	case matching.SignalAccount, matching.SignalRemitter:
		return "••••" + b.parsed.AccountTail
	}
	return e.Says
}

// deskNote is what is most to be said of a candidate that is not open: what speaks
// against it, else what speaks for it.
func deskNote(r deskReading) string {
	if len(r.Evidence) == 0 {
		return ""
	}
	worst := r.Evidence[len(r.Evidence)-1]
	if worst.Weight < 0 {
		return worst.Detail
	}
	return r.Evidence[0].Detail
}

// deskFamilies are those that have a chip, with the words for yes, no and nothing.
var deskFamilies = []struct {
	family          matching.Family
	yes, no, silent string
}{
	{matching.Reference, "Reference agrees", "Reference of another", "No reference"},
	{matching.Amount, "Amount fits", "Amount differs", "Amount says nothing"},
	{matching.Payer, "Payer agrees", "Payer differs", "Payer unknown"},
}

// deskChips says of reference, amount and payer whether they agree.
func deskChips(c matching.Candidate) []views.DeskChip {
	chips := make([]views.DeskChip, len(deskFamilies))
	for i, f := range deskFamilies {
		weight := 0
		for _, e := range c.Evidence {
			if e.Family == f.family {
				weight += e.Weight
			}
		}
		switch {
		case weight > 0:
			chips[i] = views.DeskChip{Tone: views.ToneGood, Icon: "check", Text: f.yes}
		case weight < 0:
			chips[i] = views.DeskChip{Tone: views.ToneWarn, Icon: "triangle-alert", Text: f.no}
		default:
			chips[i] = views.DeskChip{Icon: "circle-dashed", Text: f.silent}
		}
	}
	return chips
}

// deskPoints shows a weight in bits with at most one place: "+17", "−2.5"; nothing is "0".
func deskPoints(millibits int) string {
	sign := "+"
	if millibits < 0 {
		sign, millibits = "−", -millibits
	}
	tenths := (millibits + 50) / 100
	if tenths == 0 {
		return "0"
	}
	if tenths%10 == 0 {
		return sign + strconv.Itoa(tenths/10)
	}
	return sign + strconv.Itoa(tenths/10) + "." + strconv.Itoa(tenths%10)
}

// deskRival names the next best reading and the one thing that sets the two apart.
func deskRival(all []deskReading, at int) string {
	other := 0
	if at == 0 {
		other = 1
	}
	if other >= len(all) || all[other].Confidence < 100 {
		return ""
	}
	mine, theirs := all[at], all[other]
	text := strings.Join(theirs.names, " and ") + ", " + strings.Join(theirs.refs, " and ") + ", " + views.ScoreOf(theirs.Confidence).Value + ". "
	difference, weight := "", 0
	for _, e := range mine.Evidence {
		if e.Weight > weight && !hasSignal(theirs, e.Signal) {
			difference, weight = "Only this one: "+e.Detail, e.Weight
		}
	}
	for _, e := range theirs.Evidence {
		switch {
		case e.Weight > weight && !hasSignal(mine, e.Signal):
			difference, weight = "Only the other one: "+e.Detail, e.Weight
		case -e.Weight > weight && !hasSignal(mine, e.Signal):
			difference, weight = "Against the other one: "+e.Detail, -e.Weight
		}
	}
	if difference == "" {
		difference = "Nothing sets them apart but the weight of the same signs."
	}
	return text + difference
}

func hasSignal(r deskReading, signal string) bool {
	return slices.ContainsFunc(r.Evidence, func(e matching.Evidence) bool { return e.Signal == signal })
}

// deskByHand is a candidate that a person found.
func deskByHand(ctx context.Context, v *store.View, refs []string) (views.DeskCandidate, error) {
	c := views.DeskCandidate{To: strings.Join(refs, " "), Score: views.ScoreOf(-1), Refs: refs, Chosen: true, Opened: true, ByHand: true}
	var names []string
	for _, ref := range refs {
		account, err := v.AccountByRef(ctx, ref)
		if err != nil {
			return c, err
		}
		if !slices.Contains(names, account.BorrowerName) {
			names = append(names, account.BorrowerName)
		}
	}
	c.Name = strings.Join(names, " and ")
	return c, nil
}

// settledCandidate shows the accounts of a credit that is matched already, with
// what the engine sees in them.
func (b desk) settledCandidate(ctx context.Context, v *store.View, credit *views.DeskCredit) error {
	refs := b.placedOn()
	if len(refs) == 0 {
		return nil
	}
	readings, err := deskReadings(ctx, v, b.proposal.Candidates)
	if err != nil {
		return err
	}
	if at := slices.IndexFunc(readings, func(r deskReading) bool { return sameRefs(r.refs, refs) }); at >= 0 {
		c := b.candidate(readings, at, true)
		c.Chosen = true
		credit.Candidates = []views.DeskCandidate{c}
		return nil
	}
	own, err := deskByHand(ctx, v, refs)
	credit.Candidates = []views.DeskCandidate{own}
	return err
}

// placedOn are the refs of the accounts that a credit is matched to.
func (b desk) placedOn() []string {
	if b.record.AccountRef != "" {
		return []string{b.record.AccountRef}
	}
	var refs []string
	for _, child := range b.children {
		if child.AccountRef != "" && child.Status != "rejected" {
			refs = append(refs, child.AccountRef)
		}
	}
	return refs
}

// deskSearch looks for accounts by what is typed.
func deskSearch(ctx context.Context, v *store.View, ask deskAsk) (views.DeskSearch, error) {
	state := ask.pairs("")
	s := views.DeskSearch{Typed: ask.find, At: ask.place.path(ask.ref+"/accounts", state...), Asked: ask.find != "", Keep: ask.place.keep()}
	for i := 0; i+1 < len(state); i += 2 {
		s.Keep = append(s.Keep, views.Field{Name: state[i], Value: state[i+1]})
	}
	if !s.Asked {
		return s, nil
	}
	due, err := lending.ParseMoney(strings.TrimPrefix(ask.find, "₹"))
	if err != nil {
		due = 0
	}
	rows, err := v.FindAccounts(ctx, ask.find, due, deskFinds)
	if err != nil {
		return s, err
	}
	for _, row := range rows {
		found := views.DeskFound{Ref: row.Ref, Name: row.BorrowerName, What: deskFoundWhat(row), ChooseAt: ask.place.path(ask.ref, "to", row.Ref)}
		if len(ask.to) > 0 && !slices.Contains(ask.to, row.Ref) {
			found.PartAt = ask.place.path(ask.ref, append(state, "to", row.Ref)...)
		}
		s.Found = append(s.Found, found)
	}
	return s, nil
}

// deskFoundWhat tells accounts of one name apart.
func deskFoundWhat(row store.AccountRow) string {
	what := ""
	if row.Phone != "" {
		what += " · " + row.Phone
	}
	switch {
	case row.Status == "closed" || row.Status == "created":
		what += " · " + row.Status
	case row.DueNow > 0:
		what += " · " + views.Rupees(row.DueNow) + " due"
	default:
		what += " · nothing due"
	}
	return what
}

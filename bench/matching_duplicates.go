package main

import (
	"strings"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/matching"
)

// reference is a bank reference as the product reads it.
type reference struct {
	norm string
	sure bool // read by the rules of the import; else only a number that looks like one
}

// referenceOf reads the reference of a payment from the bank's column and the
// narration, as the product does at import, else as the engine reads it.
func referenceOf(p payment) reference {
	line := bankfile.Line{ValueDate: p.date, PostDate: p.date, Narration: p.narration, RawReference: p.reference, Credit: p.amount}
	r := bankfile.ExtractReference(line, p.bank())
	switch {
	case r.Norm != "":
		return reference{norm: matching.NormaliseReference(r.Norm), sure: true}
	case r.Batch || r.UMRN != "":
		return reference{}
	}
	return reference{norm: matching.NormaliseReference(matching.Parse(p.bank(), p.narration).UTR)}
}

// The limits of taking two references for one.
const (
	minPrefix  = 13 // how much of a cut reference must be left to stand for the whole
	daysUnsure = 5  // how near in time a number must come again that only looks like a reference
)

// references are the transfers seen so far. A reference repeats a transfer only
// with the same amount: one transfer is not credited twice with two amounts.
type references struct {
	whole map[seenKey]seen
	cut   map[seenKey][]string // references by their first letters and amount
}

type seenKey struct {
	reference string
	amount    lending.Money
}

// seen is the first payment of a transfer.
type seen struct {
	payment string
	date    lending.Date
	sure    bool
}

func newReferences() references {
	return references{whole: map[seenKey]seen{}, cut: map[seenKey][]string{}}
}

// enter notes a payment and returns the earlier one that it repeats, or "".
func (s references) enter(p payment, r reference) string {
	if r.norm == "" {
		return ""
	}
	if first, ok := s.whole[seenKey{r.norm, p.amount}]; ok {
		if r.sure && first.sure || p.date.Sub(first.date) <= daysUnsure {
			return first.payment
		}
		return ""
	}
	if r.sure && len(r.norm) >= minPrefix {
		head := seenKey{r.norm[:minPrefix], p.amount}
		for _, other := range s.cut[head] {
			if strings.HasPrefix(other, r.norm) || strings.HasPrefix(r.norm, other) {
				return s.whole[seenKey{other, p.amount}].payment
			}
		}
		s.cut[head] = append(s.cut[head], r.norm)
	}
	s.whole[seenKey{r.norm, p.amount}] = seen{p.id, p.date, r.sure}
	return ""
}

package main

import (
	"strings"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/matching"
)

// reference is a bank reference as the product reads it.
type reference struct {
	norm    string
	partial bool // the bank cut it: what is left is its beginning
}

// referenceOf reads the reference of a payment from the bank's column and the
// narration, as the product does at import.
func referenceOf(p payment) reference {
	r := bankfile.ExtractReference(bankfile.Line{ValueDate: p.date, PostDate: p.date, Narration: p.narration, RawReference: p.reference, Credit: p.amount}, p.bank())
	return reference{norm: matching.NormaliseReference(r.Norm), partial: r.Partial}
}

// minPrefix is how much of a cut reference must be left to stand for the whole.
const minPrefix = 13

// references are the transfers seen so far. A reference repeats a transfer only
// with the same amount: one transfer is not credited twice with two amounts.
type references struct {
	whole map[seenKey]string   // payment by reference and amount
	cut   map[seenKey][]string // references by their first letters and amount
}

type seenKey struct {
	reference string
	amount    lending.Money
}

func newReferences() references {
	return references{whole: map[seenKey]string{}, cut: map[seenKey][]string{}}
}

// enter notes a payment and returns the earlier one that it repeats, or "".
func (s references) enter(p payment, r reference) string {
	if r.norm == "" {
		return ""
	}
	if of, ok := s.whole[seenKey{r.norm, p.amount}]; ok {
		return of
	}
	if len(r.norm) >= minPrefix {
		head := seenKey{r.norm[:minPrefix], p.amount}
		for _, other := range s.cut[head] {
			if strings.HasPrefix(other, r.norm) || strings.HasPrefix(r.norm, other) {
				return s.whole[seenKey{other, p.amount}]
			}
		}
		s.cut[head] = append(s.cut[head], r.norm)
	}
	s.whole[seenKey{r.norm, p.amount}] = p.id
	return ""
}

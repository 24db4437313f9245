package lending

import (
	"math/big"
	"slices"
	"time"
)

// Tax is GST by its heads.
type Tax struct{ CGST, SGST, IGST Money }

// Total is all heads together.
func (t Tax) Total() Money { return t.CGST + t.SGST + t.IGST }

// GST is the tax on a fee: CGST and SGST of half the rate each where the supplier
// and the place of supply are in one state, else IGST of the whole. Each head is
// rounded half up by itself (domain 3.10.1). Worked: on 101.50 it is 9.14 + 9.14
// inside the state, and 18.27 across a border (GST-01).
func GST(base Money, supplierState, placeOfSupply string, on Date) Tax {
	rate := Rate(gstRate.on(on).Value)
	if supplierState == placeOfSupply {
		half := (rate / 2).Of(base, ToPaisa)
		return Tax{CGST: half, SGST: half}
	}
	return Tax{IGST: rate.Of(base, ToPaisa)}
}

// Share is a part of an amount, rounded half up: of 18.28 the part 59.89 of 119.78 is
// 9.14. Shares that are taken as differences of shares to date sum to the amount.
func Share(of, part, whole Money) Money {
	if whole == 0 {
		return 0
	}
	n := new(big.Int).Mul(big.NewInt(int64(of)), big.NewInt(int64(part)))
	n.Add(n.Mul(n, big.NewInt(2)), big.NewInt(int64(whole)))
	return Money(n.Div(n, big.NewInt(2*int64(whole))).Int64())
}

// GSTHead says whether a head carries GST from a day on, and why (domain 3.10.2).
type GSTHead struct {
	Head          string
	Taxed         bool
	Disputed      bool // authority conflicts: a lender may decide otherwise
	EffectiveFrom Date
	Source        string
}

// gstHeads are the defaults by head, oldest first. It is never written to.
var gstHeads = []GSTHead{
	{"interest", false, false, NewDate(2017, time.July, 1), "notification 12/2017 (rate), entry 27 [S20]"},
	{"overdue_interest", false, false, NewDate(2017, time.July, 1), "notification 12/2017 (rate), entry 27 [S20]"},
	{"upfront_discount", false, false, NewDate(2017, time.July, 1), "notification 12/2017 (rate), entry 27 [S20]"},
	{"penal_charge", false, false, NewDate(2024, time.April, 1), "CBIC circular 245/02/2025 [S10]"},
	{"processing_fee", true, false, NewDate(2017, time.July, 1), "financial service, SAC 9971 [S20]"},
	{"bounce_charge", true, true, NewDate(2017, time.July, 1), "AAAR Maharashtra 2019 against circular 178/10/2022 [S21]"},
	{"foreclosure_charge", true, true, NewDate(2017, time.July, 1), "market practice; CESTAT 2023 of service tax otherwise [S21]"},
	{"statement_charge", true, false, NewDate(2017, time.July, 1), "financial service, SAC 9971 [S20]"},
	{"insurance_premium_passthrough", false, false, NewDate(2017, time.July, 1), "the insurer invoices it"},
	{"stamp_duty_passthrough", false, false, NewDate(2017, time.July, 1), "a tax of the state, passed on"},
}

// GSTOn is the default treatment of a head on a day; a head that is not known is
// taxed like any service.
func GSTOn(head string, on Date) GSTHead {
	found := GSTHead{Head: head, Taxed: true}
	for _, h := range gstHeads {
		if h.Head == head && h.EffectiveFrom <= on {
			found = h
		}
	}
	return found
}

// GSTHeads lists the heads with a default.
func GSTHeads() []GSTHead { return slices.Clone(gstHeads) }

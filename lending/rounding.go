package lending

import (
	"encoding/json"
	"slices"
)

// RoundingMode says which multiple of the unit is taken.
type RoundingMode string

// The rounding modes (domain 0.2). Ties are what the halves are about.
const (
	HalfUp   RoundingMode = "half_up"
	HalfEven RoundingMode = "half_even"
	HalfDown RoundingMode = "half_down"
	Up       RoundingMode = "up"
	Down     RoundingMode = "down"
)

// Rounding is a named rule: to a multiple of Unit (paise), in a mode. The zero
// value means "not given"; [Rounding.or] puts a default in its place. Its JSON
// is {"unit":"0.01","mode":"half_up"}, the unit in rupees. Worked: an instalment of
// 29,962.645323 is 29,962.65 to the paisa, 29,963 up to the rupee and 29,970 up to ten
// (EMI-04); an amount of 100.225 is 100.23 and one of -100.235 is -100.24 (RND-01).
type Rounding struct {
	Unit Money
	Mode RoundingMode
}

// ToPaisa is the default of everything but instalments (domain 0.2).
var ToPaisa = Rounding{1, HalfUp}

// UpToRupee is the default of instalments (domain 0.2).
var UpToRupee = Rounding{100, Up}

// roundingUnits are the units of domain 0.2 in paise. It is never written to.
var roundingUnits = []Money{1, 10, 100, 500, 1000, 10000}

// IsZero says that no rounding was given.
func (r Rounding) IsZero() bool { return r == Rounding{} }

func (r Rounding) or(standard Rounding) Rounding {
	if r.Unit == 0 {
		r.Unit = standard.Unit
	}
	if r.Mode == "" {
		r.Mode = standard.Mode
	}
	return r
}

// Validate refuses a unit or mode that is not known, naming the wire field.
func (r Rounding) Validate(field string) error {
	if r.Unit != 0 && !slices.Contains(roundingUnits, r.Unit) {
		return RefuseField(field, "rounding.unit", "Amounts are rounded to 0.01, 0.1, 1, 5, 10 or 100.")
	}
	switch r.Mode {
	case "", HalfUp, HalfEven, HalfDown, Up, Down:
		return nil
	}
	return RefuseField(field, "rounding.mode", "The modes of rounding are half_up, half_even, half_down, up and down.")
}

// Round brings an amount to a multiple of the unit; of a negative amount it
// rounds the size, so that half_up is away from zero (domain 0.2).
func (r Rounding) Round(m Money) Money {
	if m < 0 {
		return -r.Round(-m)
	}
	rounded, _ := r.quotient(wide{0, uint64(m)}, 1)
	return rounded
}

// quotient is share/scale in paise, rounded once by the rule. ok is false when
// that is no amount of money any more.
func (r Rounding) quotient(share wide, scale uint64) (amount Money, ok bool) {
	r = r.or(ToPaisa)
	paise, rest, ok := share.over(scale)
	if !ok {
		return 0, false
	}
	unit := uint64(r.Unit)
	whole, odd := paise/unit, paise%unit
	if odd != 0 || rest != 0 {
		part, _ := multiply(odd, scale).plus(wide{0, rest}) // below unit x scale, which is below 2^78
		if r.upward(part, multiply(unit, scale), whole) {
			whole++
		}
	}
	return Money(whole * unit), true
}

// upward decides for a part (not zero) of a unit above whole units.
func (r Rounding) upward(part, unit wide, whole uint64) bool {
	twice, _ := part.plus(part)
	half := twice.compare(unit)
	switch r.Mode {
	case Up:
		return true
	case Down:
		return false
	case HalfEven:
		return half > 0 || half == 0 && whole%2 == 1
	case HalfDown:
		return half > 0
	default:
		return half >= 0
	}
}

// roundingJSON is a Rounding as it is written.
type roundingJSON struct {
	Unit string       `json:"unit"`
	Mode RoundingMode `json:"mode"`
}

// MarshalJSON writes {"unit":"0.01","mode":"half_up"}, nothing given as null.
func (r Rounding) MarshalJSON() ([]byte, error) {
	if r.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(roundingJSON{r.Unit.Decimal().String(), r.Mode})
}

// UnmarshalJSON reads what MarshalJSON wrote; the unit may be a number.
func (r *Rounding) UnmarshalJSON(data []byte) error {
	var wire *struct {
		Unit json.RawMessage `json:"unit"`
		Mode RoundingMode    `json:"mode"`
	}
	if err := json.Unmarshal(data, &wire); err != nil {
		return err
	}
	*r = Rounding{}
	if wire == nil {
		return nil
	}
	r.Mode = wire.Mode
	text, err := numberText(wire.Unit)
	if err != nil || text == "" {
		return err
	}
	r.Unit, err = ParseMoney(text)
	return err
}

// numberText is the text of a JSON number or of a string that holds one; ""
// when there is none.
func numberText(data json.RawMessage) (string, error) {
	if len(data) == 0 || string(data) == "null" {
		return "", nil
	}
	if data[0] != '"' {
		return string(data), nil
	}
	var text string
	err := json.Unmarshal(data, &text)
	return text, err
}

package lending

import "strings"

// Component is what a due is made of. Wire tokens: P, NI, OI, PI, F.
type Component uint8

// The components of a due (domain 0.5).
const (
	Principal Component = iota
	Interest
	OverdueInterest
	Penal
	Fee
	NumComponents = 5
)

// ComponentOrder is the order in which the components of dues are paid, e.g.
// "PI-OI-NI-P". Grammar (domain 3.2): tokens of F, PI, OI, NI, P joined by "-",
// each at most once, case sensitive.
type ComponentOrder string

// tokens of the components on the wire, by Component (domain 0.5).
var tokens = [NumComponents]string{"P", "NI", "OI", "PI", "F"}

// String is the wire token of a component.
func (c Component) String() string {
	if c >= NumComponents {
		return "?"
	}
	return tokens[c]
}

// ParseComponent reads a wire token, case sensitive.
func ParseComponent(token string) (Component, error) {
	for c, name := range tokens {
		if name == token {
			return Component(c), nil
		}
	}
	return 0, badOrder()
}

func badOrder() *Error {
	return RefuseField("component_order", "INVALID_COMPONENT_ORDER", "A component order is made of F, PI, OI, NI and P, joined by dashes, like PI-OI-NI-P.")
}

// MarshalText writes the wire token, so that lists of components read well.
func (c Component) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads the wire token.
func (c *Component) UnmarshalText(text []byte) error {
	parsed, err := ParseComponent(string(text))
	*c = parsed
	return err
}

// sequence is a component order in the form that settlement walks: the
// components named, first to last.
type sequence struct {
	list  [NumComponents]Component
	count uint8
	named [NumComponents]bool
}

// parse reads the grammar of domain 3.2 (GRM-01) without allocating.
func (o ComponentOrder) parse() (sequence, error) {
	var s sequence
	rest, more := string(o), true
	for more {
		var token string
		token, rest, more = strings.Cut(rest, "-")
		c, err := ParseComponent(token)
		if err != nil {
			return s, err
		}
		if s.named[c] {
			return s, RefuseField("component_order", "DUPLICATE_COMPONENT", "The component order names "+token+" twice.")
		}
		s.list[s.count], s.named[c] = c, true
		s.count++
	}
	return s, nil
}

// ParseComponentOrder reads an order like "PI-OI-NI-P": tokens of F, PI, OI, NI
// and P joined by "-", each at most once, case sensitive (domain 3.2). Its
// errors have the codes DUPLICATE_COMPONENT and INVALID_COMPONENT_ORDER.
func ParseComponentOrder(order string) ([]Component, error) {
	s, err := ComponentOrder(order).parse()
	if err != nil {
		return nil, err
	}
	return append([]Component(nil), s.list[:s.count]...), nil
}

package lending

import (
	"slices"
	"strings"
)

// Slab is one step of a table by amount: up to an amount (0: without end), so many
// levels of approval by one of some roles (domain 11.3).
type Slab struct {
	UpTo   Money    `json:"up_to,omitempty"`
	Levels int      `json:"levels"`
	Roles  []string `json:"roles,omitempty"`
}

// Slabs are steps with rising bounds, the last one without end.
type Slabs []Slab

// Validate refuses a table that leaves an amount without an answer.
func (s Slabs) Validate() error {
	for i, slab := range s {
		last := i == len(s)-1
		switch {
		case slab.Levels < 0 || slab.Levels > 5:
			return RefuseField("slabs", "slabs.levels", "An approval has up to five levels.")
		case slab.UpTo < 0 || slab.UpTo > maxMoney || last != (slab.UpTo == 0):
			return RefuseField("slabs", "slabs.bounds", "Each slab but the last goes up to an amount; the last one has no end.")
		case i > 0 && !last && slab.UpTo <= s[i-1].UpTo:
			return RefuseField("slabs", "slabs.bounds", "Each slab goes further than the one before.")
		}
	}
	if len(s) == 0 {
		return RefuseField("slabs", "slabs.bounds", "There is no slab.")
	}
	return nil
}

// On is the slab of an amount. Worked: with slabs up to 1,00,000, up to 10,00,000
// and beyond, 99,999.99 is in the first and 25,00,000 in the last (APV-01).
func (s Slabs) On(amount Money) Slab {
	for _, slab := range s {
		if slab.UpTo == 0 || amount <= slab.UpTo {
			return slab
		}
	}
	return Slab{}
}

// ParseSlabs reads a table like "100000:1, 1000000:1:credit_manager, *:2": bound,
// levels and, if only some roles may approve, the roles with "+" between them.
func ParseSlabs(text string) (Slabs, error) {
	if len(text) > 4000 {
		return nil, badSlab(text)
	}
	var out Slabs
	for part := range strings.SplitSeq(text, ",") {
		fields := strings.Split(strings.TrimSpace(part), ":")
		if len(fields) < 2 || len(fields) > 3 {
			return nil, badSlab(part)
		}
		slab := Slab{}
		if fields[0] != "*" {
			bound, err := ParseMoney(fields[0])
			if err != nil || bound <= 0 {
				return nil, badSlab(part)
			}
			slab.UpTo = bound
		}
		if len(fields[1]) != 1 || fields[1][0] < '0' || fields[1][0] > '5' {
			return nil, badSlab(part)
		}
		slab.Levels = int(fields[1][0] - '0')
		if len(fields) == 3 {
			for role := range strings.SplitSeq(fields[2], "+") {
				if role = strings.TrimSpace(role); role == "" || slices.Contains(slab.Roles, role) {
					return nil, badSlab(part)
				}
				slab.Roles = append(slab.Roles, role)
			}
		}
		out = append(out, slab)
	}
	return out, out.Validate()
}

func badSlab(text string) *Error {
	if len(text) > 40 {
		text = text[:40] + "…"
	}
	return RefuseField("slabs", "slabs.unreadable", "“"+strings.ToValidUTF8(text, "\uFFFD")+"” is not a slab; slabs are written 100000:1, *:2.")
}

// Decision is one person's approval of one request (domain 11.2).
type Decision struct {
	Amount      Money
	Maker       string
	Editors     []string
	Approver    string
	Sanctioners []string // who took part in the sanction; of a write-off alone
	Hash        string   // of what was requested
	HashNow     string
	Level       int // reached before
}

// Decide says whether a decision counts, and what it makes of the request: its code
// is "" with the level reached, or the reason it is refused.
func (s Slabs) Decide(d Decision) (level, levels int, code string) {
	levels = s.On(d.Amount).Levels
	switch {
	case d.Approver == d.Maker || slices.Contains(d.Editors, d.Approver):
		return d.Level, levels, "SELF_APPROVAL"
	case slices.Contains(d.Sanctioners, d.Approver):
		return d.Level, levels, "SANCTION_PARTICIPANT"
	case d.Hash != d.HashNow:
		return d.Level, levels, "STALE_REQUEST"
	}
	return d.Level + 1, levels, ""
}

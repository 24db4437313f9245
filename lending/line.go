package lending

// LineLevel is the room that one level of a limit leaves (domain 2.2).
type LineLevel struct {
	Check      string // LIMIT_AVAILABLE, BORROWER_LIMIT, PROGRAM_LIMIT, ANCHOR_LIMIT
	Sanctioned Money
	Adhoc      Money // valid today
	Utilised   Money // unpaid principal of drawings
	Blocked    Money // approved and not paid out yet
	Frozen     string
}

// Available is what may still be drawn at a level; nothing when it is frozen or
// overdrawn. Worked: principal that is repaid restores it at once, interest does not.
func (l LineLevel) Available() Money {
	if l.Frozen != "" {
		return 0
	}
	return max(l.Sanctioned+l.Adhoc-l.Utilised-l.Blocked, 0)
}

// Overdrawn is what was drawn beyond a level: a receipt that was taken back, a limit
// that was lowered or an adhoc limit that ended leave it so.
func (l LineLevel) Overdrawn() Money {
	return max(l.Utilised+l.Blocked-l.Sanctioned-l.Adhoc, 0)
}

// EffectiveLimit is the least room over all levels, and the level that has it.
// Worked: account 7,00,000, borrower 9,50,000, program 6,40,000, anchor 25,00,000
// leave 6,40,000; 6,50,000 fails PROGRAM_LIMIT (SCF-09).
func EffectiveLimit(levels []LineLevel) (available Money, tightest string) {
	for i, l := range levels {
		if room := l.Available(); i == 0 || room < available {
			available, tightest = room, l.Check
		}
	}
	return available, tightest
}

// Eligible is what may be drawn against an invoice: its amount less the margin.
func Eligible(invoice Money, margin Rate) Money { return invoice - margin.Of(invoice, ToPaisa) }

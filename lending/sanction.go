package lending

// Sanction is the amount that a loan may be drawn up to, and until when (domain 1.8).
type Sanction struct {
	Amount Money
	Expiry Date // of tranches; zero: none
}

// Undrawn is what may still be drawn on a day: after the expiry what was not drawn
// has lapsed. Worked: of 10,00,000 with 6,00,000 drawn, 4,00,000 are left until the
// expiry and nothing on the day after.
func (s Sanction) Undrawn(drawn Money, on Date) Money {
	if !s.Expiry.IsZero() && on > s.Expiry {
		return 0
	}
	return max(s.Amount-drawn, 0)
}

// CheckDraw refuses a tranche that the sanction does not cover.
func (s Sanction) CheckDraw(drawn, amount Money, on Date) error {
	switch left := s.Undrawn(drawn, on); {
	case amount <= 0:
		return RefuseField("amount", "tranche.amount", "A tranche is a positive amount.")
	case !s.Expiry.IsZero() && on > s.Expiry:
		return &Error{Kind: Conflict, Code: "tranche.expired", Message: "The sanction could be drawn until " + s.Expiry.Words() + "; what was not drawn has lapsed."}
	case amount > left:
		return &Error{Kind: Conflict, Code: "tranche.beyond_sanction", Message: left.Rupees() + " of the sanction is left, less than the tranche of " + amount.Rupees() + "."}
	}
	return nil
}

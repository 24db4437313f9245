package lending

import "fmt"

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

// DrawingCheck is the result of one check of a drawing, with what was compared.
type DrawingCheck struct {
	Check  string
	Result string // pass, fail, warn, not_applicable
	Actual string
	Limit  string
}

// Drawing is a request to draw against an invoice, with what it is checked against
// (domain 2.7).
type Drawing struct {
	On                          Date
	Amount, Invoice             Money
	InvoiceDate                 Date
	InvoiceNo                   string
	TenorDays                   int
	Verified, Mandate           string // "yes" when the payout account, the mandate are good
	Status                      string // of the account
	Frozen                      string
	LineExpiry                  Date
	Available                   Money
	MinAmount, MaxAmount        Money
	MaxTenor, MaxInvoiceAge     int
	AdvanceRate                 Rate
	DPD, MaxDPD                 int
	ExistingInvoices            []string
	Levels                      []LineLevel
	NPA, KYCValid, DocsComplete string
}

// Check runs all checks and gives all results, in a fixed order (SCF-10).
func (d Drawing) Check() []DrawingCheck {
	var out []DrawingCheck
	add := func(check string, fine bool, actual, limit any) {
		result := "fail"
		if fine {
			result = "pass"
		}
		out = append(out, DrawingCheck{check, result, fmt.Sprint(actual), fmt.Sprint(limit)})
	}
	due := d.On.AddDays(d.TenorDays)
	cover := d.AdvanceRate.Of(d.Invoice, ToPaisa)
	age := d.On.Sub(d.InvoiceDate)
	fresh := true
	for _, no := range d.ExistingInvoices {
		fresh = fresh && no != d.InvoiceNo
	}
	add("ACCOUNT_ACTIVE", d.Status == "active", d.Status, "active")
	add("LINE_NOT_FROZEN", d.Frozen == "", d.Frozen, "")
	add("LINE_NOT_EXPIRED", d.On <= d.LineExpiry, d.On, d.LineExpiry)
	add("MATURITY_WITHIN_LINE", due <= d.LineExpiry, due, d.LineExpiry)
	add("LIMIT_AVAILABLE", d.Amount <= d.Available, d.Amount, d.Available)
	for _, level := range d.Levels {
		add(level.Check, d.Amount <= level.Available(), d.Amount, level.Available())
	}
	add("AMOUNT_BAND", d.MinAmount <= d.Amount && d.Amount <= d.MaxAmount, d.Amount, d.MaxAmount)
	add("ADVANCE_RATE", d.Amount <= cover, d.Amount, cover)
	add("TENOR_BAND", d.TenorDays > 0 && d.TenorDays <= d.MaxTenor, d.TenorDays, d.MaxTenor)
	add("INVOICE_NOT_DUPLICATE", fresh, d.InvoiceNo, "")
	add("INVOICE_AGE", age >= 0 && age <= d.MaxInvoiceAge, age, d.MaxInvoiceAge)
	add("NO_OVERDUE", d.DPD <= d.MaxDPD, d.DPD, d.MaxDPD)
	if d.NPA != "" {
		add("NOT_NPA", d.NPA == "no", d.NPA, "no")
	}
	add("PAYOUT_ACCOUNT_VERIFIED", d.Verified == "yes", d.Verified, "yes")
	add("MANDATE_ACTIVE", d.Mandate == "yes", d.Mandate, "yes")
	return out
}

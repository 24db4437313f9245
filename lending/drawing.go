package lending

import "fmt"

// DrawingCheck is the result of one check of a drawing, with what was compared.
type DrawingCheck struct {
	Check  string `json:"check"`
	Result string `json:"result"` // pass, fail, warn, not_applicable
	Actual string `json:"actual"`
	Limit  string `json:"limit"`
}

// The results of a check.
const (
	CheckPass          = "pass"
	CheckFail          = "fail"
	CheckWarn          = "warn"
	CheckNotApplicable = "not_applicable"
)

// Drawing is a request to draw against an invoice, with what it is checked against
// (domain 2.7). What is not known is left empty: its check does not apply.
type Drawing struct {
	On                       Date // the money is meant to reach the payee
	Due                      Date // zero: the tenor from On
	Amount, Invoice          Money
	InvoiceDate              Date
	InvoiceNo                string
	TenorDays                int
	Status                   string // of the account
	Frozen                   string // why no level may be drawn on
	LineExpiry               Date   // zero: the line does not end
	MaturityDays             int    // that a drawing may fall due after the end of its line
	Available                Money
	Levels                   []LineLevel
	MinAmount, MaxAmount     Money // 0: no bound
	MinTenor, MaxTenor       int   // 0: no bound
	MaxInvoiceAge            int   // 0: no bound
	MinInvoice, MaxInvoice   Money // 0: no bound
	AdvanceRate              Rate  // 0: no bound
	Margin                   Money // part of the invoice that is not financed
	NeedsInvoice             bool
	ExistingInvoices         []string
	DPD, MaxDPD              int    // of the account
	BorrowerDPD, BorrowerMax int    // of all accounts of the borrower; BorrowerMax 0: not checked
	NPA                      string // "no" when the borrower performs
	Verified, Mandate        string // "yes" when the payout account, the mandate are good
	KYCValid, DocsComplete   string
	AnchorApproved           string
	Exposure, ExposureCap    Money // on the debtor or the assignor, this drawing included; cap 0: not checked

	// Severity says of a check by its code that it only warns ("warn") or is not made
	// ("off"). Those of [ConfigurableChecks] alone may be said so.
	Severity map[string]string
}

// ConfigurableChecks are the checks that a program may make weaker; the others are
// hard (domain 2.7).
func ConfigurableChecks() []string {
	return []string{"MATURITY_WITHIN_LINE", "INVOICE_AMOUNT", "NO_OVERDUE", "DPD_LIMIT", "MANDATE_ACTIVE", "KYC_VALID", "DOCS_COMPLETE", "ANCHOR_APPROVED", "EXPOSURE_CAP"}
}

// Check runs all checks and gives all results, in a fixed order (SCF-10).
func (d Drawing) Check() []DrawingCheck {
	c := checkList{severity: d.Severity}
	d.checkLine(&c)
	d.checkAmount(&c)
	d.checkInvoice(&c)
	d.checkParty(&c)
	return c.out
}

// Verdict is "fail" when any check failed, else "warn" when any warned, else "pass".
func Verdict(checks []DrawingCheck) string {
	verdict := CheckPass
	for _, c := range checks {
		switch {
		case c.Result == CheckFail:
			return CheckFail
		case c.Result == CheckWarn:
			verdict = CheckWarn
		}
	}
	return verdict
}

// checkList collects results.
type checkList struct {
	severity map[string]string
	out      []DrawingCheck
}

func (c *checkList) add(check string, fine bool, actual, limit any) {
	result := CheckPass
	switch {
	case c.severity[check] == "off":
		result = CheckNotApplicable
	case !fine && c.severity[check] == CheckWarn:
		result = CheckWarn
	case !fine:
		result = CheckFail
	}
	c.out = append(c.out, DrawingCheck{check, result, fmt.Sprint(actual), fmt.Sprint(limit)})
}

// skip notes a check that has nothing to look at.
func (c *checkList) skip(check string) {
	c.out = append(c.out, DrawingCheck{Check: check, Result: CheckNotApplicable})
}

// yes is a check of something that is good, is not, or is not known.
func (c *checkList) yes(check, is, want string) {
	if is == "" {
		c.skip(check)
		return
	}
	c.add(check, is == want, is, want)
}

// due is the day on which the drawing is to be repaid.
func (d Drawing) due() Date {
	if d.Due.IsZero() {
		return d.On.AddDays(d.TenorDays)
	}
	return d.Due
}

func (d Drawing) checkLine(c *checkList) {
	c.add("ACCOUNT_ACTIVE", d.Status == "active", d.Status, "active")
	c.add("LINE_NOT_FROZEN", d.Frozen == "", d.Frozen, "")
	if d.LineExpiry.IsZero() {
		c.skip("LINE_NOT_EXPIRED")
		c.skip("MATURITY_WITHIN_LINE")
	} else {
		last := d.LineExpiry.AddDays(d.MaturityDays)
		c.add("LINE_NOT_EXPIRED", d.On <= d.LineExpiry, d.On, d.LineExpiry)
		c.add("MATURITY_WITHIN_LINE", d.due() <= last, d.due(), last)
	}
	c.add("LIMIT_AVAILABLE", d.Amount <= d.Available, d.Amount, d.Available)
	for _, level := range d.Levels {
		c.add(level.Check, d.Amount <= level.Available(), d.Amount, level.Available())
	}
}

func (d Drawing) checkAmount(c *checkList) {
	limit := any(d.MaxAmount)
	switch {
	case d.Amount < d.MinAmount:
		limit = d.MinAmount
	case d.MaxAmount == 0:
		limit = "no bound"
	}
	c.add("AMOUNT_BAND", d.Amount > 0 && d.MinAmount <= d.Amount && (d.MaxAmount == 0 || d.Amount <= d.MaxAmount), d.Amount, limit)
	if d.Invoice == 0 {
		c.skip("ADVANCE_RATE")
	} else {
		c.add("ADVANCE_RATE", d.Amount <= d.Cover(), d.Amount, d.Cover())
	}
	days := any(d.MaxTenor)
	switch {
	case d.TenorDays < d.MinTenor:
		days = d.MinTenor
	case d.MaxTenor == 0:
		days = "no bound"
	}
	c.add("TENOR_BAND", d.TenorDays > 0 && d.MinTenor <= d.TenorDays && (d.MaxTenor == 0 || d.TenorDays <= d.MaxTenor), d.TenorDays, days)
}

// Cover is what may be drawn against the invoice: its advance rate, less the margin.
func (d Drawing) Cover() Money {
	cover := d.Invoice - d.Margin
	if d.AdvanceRate > 0 {
		cover = min(cover, d.AdvanceRate.Of(d.Invoice, ToPaisa))
	}
	return max(cover, 0)
}

func (d Drawing) checkInvoice(c *checkList) {
	if d.InvoiceNo == "" {
		if d.NeedsInvoice {
			c.add("INVOICE_NOT_DUPLICATE", false, "no invoice", "an invoice")
		} else {
			c.skip("INVOICE_NOT_DUPLICATE")
		}
		c.skip("INVOICE_AGE")
		c.skip("INVOICE_AMOUNT")
		return
	}
	fresh := true
	for _, no := range d.ExistingInvoices {
		fresh = fresh && no != d.InvoiceNo
	}
	c.add("INVOICE_NOT_DUPLICATE", fresh, d.InvoiceNo, "")
	age := d.On.Sub(d.InvoiceDate)
	oldest := any(d.MaxInvoiceAge)
	if d.MaxInvoiceAge == 0 {
		oldest = "no bound"
	}
	c.add("INVOICE_AGE", age >= 0 && (d.MaxInvoiceAge == 0 || age <= d.MaxInvoiceAge), age, oldest)
	if d.MinInvoice == 0 && d.MaxInvoice == 0 {
		c.skip("INVOICE_AMOUNT")
		return
	}
	limit := d.MaxInvoice
	if d.Invoice < d.MinInvoice {
		limit = d.MinInvoice
	}
	c.add("INVOICE_AMOUNT", d.MinInvoice <= d.Invoice && (d.MaxInvoice == 0 || d.Invoice <= d.MaxInvoice), d.Invoice, limit)
}

func (d Drawing) checkParty(c *checkList) {
	c.add("NO_OVERDUE", d.DPD <= d.MaxDPD, d.DPD, d.MaxDPD)
	if d.BorrowerMax == 0 {
		c.skip("DPD_LIMIT")
	} else {
		c.add("DPD_LIMIT", d.BorrowerDPD <= d.BorrowerMax, d.BorrowerDPD, d.BorrowerMax)
	}
	c.yes("NOT_NPA", d.NPA, "no")
	c.yes("PAYOUT_ACCOUNT_VERIFIED", d.Verified, "yes")
	c.yes("MANDATE_ACTIVE", d.Mandate, "yes")
	c.yes("KYC_VALID", d.KYCValid, "yes")
	c.yes("DOCS_COMPLETE", d.DocsComplete, "yes")
	c.yes("ANCHOR_APPROVED", d.AnchorApproved, "yes")
	if d.ExposureCap == 0 {
		c.skip("EXPOSURE_CAP")
	} else {
		c.add("EXPOSURE_CAP", d.Exposure <= d.ExposureCap, d.Exposure, d.ExposureCap)
	}
}

package lending

// How a borrower leaves a digital loan within the cooling-off period (domain 6.5):
// the phrase is "principal and the proportionate APR", read in two ways.
const (
	CoolingOffByContract = "contract" // principal and contract interest; a disclosed fee is kept. The default
	CoolingOffByAPR      = "apr"      // what was paid out, and APR on it; the fee is in effect given back
)

// CoolingOff is what a loan of so many days costs to leave. Worked: 1,00,000 at
// 24%, 97,640 paid out, APR 28.69%, after 2 days: 1,00,131.51 by contract,
// 97,793.50 by APR (KFS-04).
type CoolingOff struct {
	Method       string
	Principal    Money
	NetDisbursed Money
	Rate         Rate
	APR          Rate
	Days         int
}

// Amount is what closes the loan.
func (c CoolingOff) Amount() (Money, error) {
	if c.Days < 0 || c.Days > 366 || c.Principal <= 0 || c.NetDisbursed < 0 {
		return 0, RefuseField("days", "cooling_off.days", "Cooling-off is counted in days from the disbursal.")
	}
	base, rate := c.Principal, c.Rate
	if c.Method == CoolingOffByAPR {
		base, rate = c.NetDisbursed, c.APR
	}
	share, fits := interestOn(base, rate, uint64(c.Days)*(yearParts/365))
	interest, ok := ToPaisa.quotient(share, interestScale)
	if !fits || !ok {
		return 0, tooLarge()
	}
	return base + interest, nil
}

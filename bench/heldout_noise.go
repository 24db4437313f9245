package main

import (
	"fmt"
	"math/rand/v2"

	"lekha/lending"
	"lekha/matching"
)

// chitchat is a remark that names neither a loan nor a person.
func chitchat(r *rand.Rand, day lending.Date) string {
	t := day.Time()
	return pick(r, []string{"Payment from PhonePe", "UPI", "NO REMARKS", "Paid via Supermoney", "Sent from Paytm", "Pay to BharatPe Merchant", "loan", "EMI", "emi " + t.Format("Jan06"), "Loan EMI " + t.Format("January"),
		"gold loan interest", "group amount", "samuha kisti", "taxi loan", "bike installment", "thavanai", "loan kantu", "byaj", "monthly due", "weekly collection", t.Format("Jan") + " month emi", "OnlinePayment",
		"Self", "family", "na", "PAYMENT " + t.Format("02Jan"), "collection", "dues clear", "transfer"})
}

// strange is money that is no repayment, as statements show it.
func (m *otherMaker) strange(day lending.Date) string {
	r, t := m.r, day.Time()
	utr := func(rail string) string { return trace(r, rail, pick(r, remitters).code, day) }
	trader := up(pick(r, tradeHeads) + " " + pick(r, trades))
	return pick(r, []string{
		fmt.Sprintf("Int.Pd:%s to %s", dmy(day.AddDays(-90), "-"), dmy(day, "-")),
		"CREDIT INTEREST CAPITALISED",
		"INTEREST PAID TILL " + up(t.Format("02-Jan-2006")),
		"NEFT CR-RBIS0GOITAX-CENTRALISED PROCESSING CENTRE-ITDTAX REFUND 2024-25 AAECN1234F-" + utr("neft"),
		"CBDT TAX REFUND AY 2024-25",
		"NEFT CR-RATN0000VAR-RAZORPAY SOFTWARE PVT LTD PAYMENT ACCOUNT-NIDHI GRIH FINANCE LTD-" + utr("neft"),
		"NEFT-" + utr("neft") + "-CASHFREE PAYMENTS INDIA PRIVATE LIMITED-SETTLEMENT " + digits(r, 7),
		"PAYU PAYMENTS PVT LTD SETTLEMENT UTR " + utr("neft"),
		"NACH CR SETTLEMENT " + dmy(day, "") + " SESSION 1",
		"BBPS SETTLEMENT " + dmy(day, "/") + " CYCLE 3",
		"UPI SETTLEMENT " + t.Format("060102"),
		"TRF FROM OD A/C " + digits(r, 11) + " NIDHI GRIH FINANCE LTD OWN FUNDS",
		"FD PREMAT PROCEEDS:" + digits(r, 14),
		"SWEEP-IN FROM FD " + digits(r, 12),
		"RTGS CR-SIDB0000001-SIDBI-NIDHI GRIH FINANCE LTD-TERM LOAN DISBURSEMENT-" + utr("rtgs"),
		"RTGS/" + utr("rtgs") + "/NABARD/REFINANCE DRAWDOWN",
		"REV-UPI-" + digits(r, 12) + "-DUPLICATE DEBIT",
		"IMPS REVERSAL " + digits(r, 12),
		"SMS CHARGES REVERSAL Q2",
		"CASHBACK FOR POS TXN",
		"NEFT/" + utr("neft") + "/" + trader + "/ADVANCE RETURNED VENDOR REFUND",
		"INSURANCE CLAIM SETTLEMENT HDFC ERGO " + digits(r, 8),
		"LIC GROUP CLAIM CR " + digits(r, 9),
		"EPFO REFUND " + digits(r, 10),
		"MUTUAL FUND REDEMPTION SBI LIQUID " + digits(r, 8),
	})
}

// sentBack is a disbursement that came back with the borrower's name on it.
func (m *otherMaker) sentBack(a matching.Account, day lending.Date) string {
	ref := trace(m.r, "neft", pick(m.r, remitters).code, day)
	return pick(m.r, []string{
		fmt.Sprintf("NEFT RETURN-%s-%s-ACCOUNT CLOSED OR TRANSFERRED", ref, up(a.Name)),
		fmt.Sprintf("RTN:%s %s NOT A VALID ACCOUNT", ref, up(cut(a.Name, 20))),
		fmt.Sprintf("IMPS/RETURNED/%s/%s/BENEFICIARY BANK OFFLINE", ref, up(a.Name)),
		fmt.Sprintf("REJ %s %s NRE ACCOUNT", ref, up(cut(a.Name, 24))),
		fmt.Sprintf("OUTWARD NEFT RETURNED %s R03 NO ACCOUNT %s", ref, up(cut(a.Name, 18))),
	})
}

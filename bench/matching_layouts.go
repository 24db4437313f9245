package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"lekha/lending"
)

// message is what a transfer carries before a bank prints it.
type message struct {
	rail   string // "upi", "imps", "neft", "rtgs", "nach"
	ref    string // RRN or UTR
	ifsc   string
	bank   string // printed name
	name   string
	tail   string
	vpa    string
	remark string
	umrn   string
	day    lending.Date
}

func cut(s string, n int) string { return strings.TrimSpace(s[:min(n, len(s))]) }

func up(s string) string { return strings.ToUpper(s) }

// printers are how made-up banks print a message, by the bank's code. They are
// none of the layouts of the sample: orders, separators, labels and widths differ.
var printers = map[string]map[string][]func(m message) string{
	"KOTAK": {
		"upi": {func(m message) string { return fmt.Sprintf("UPI/%s/%s/%s", up(cut(m.name, 16)), m.ref, m.remark) }},
		"imps": {func(m message) string {
			return fmt.Sprintf("Recd:IMPS/%s/%s/%s/X%s/%s", m.ref, up(cut(m.name, 10)), m.ifsc[:4], m.tail, cut(m.remark, 14))
		}},
		"neft": {func(m message) string {
			return fmt.Sprintf("NEFT %s %s %s", m.ref, up(cut(m.name, 25)), cut(m.remark, 20))
		}},
		"nach": {func(m message) string { return fmt.Sprintf("NACH-MUM-CR-%s-%s", m.umrn, up(cut(m.name, 20))) }},
	},
	"YES": {
		"upi": {func(m message) string {
			return fmt.Sprintf("UPI/%s/From:%s/To:collect.lender@yesbank/%s", m.ref, m.vpa, cut(m.remark, 25))
		}},
		"imps": {func(m message) string { return fmt.Sprintf("IMPS/%s/%s/%s/%s", m.ref, up(m.name), m.bank, m.remark) }},
		"neft": {func(m message) string {
			return fmt.Sprintf("NEFT Cr-%s-%s-%s-%s", m.ifsc, up(cut(m.name, 22)), m.ref, cut(m.remark, 20))
		}},
		"nach": {func(m message) string {
			return fmt.Sprintf("ACH CR %s %s %s", m.umrn, up(cut(m.name, 20)), m.day.Time().Format("020106"))
		}},
	},
	"BOB": {
		"upi": {func(m message) string {
			return fmt.Sprintf("UPI/%s/%s/UPI/%s/%s", m.ref, "11:42:07", m.vpa, cut(m.remark, 12))
		}},
		"imps": {func(m message) string {
			return fmt.Sprintf("IMPS-IN/%s/%s/%s/%s", m.ref, m.tail, up(cut(m.name, 15)), cut(m.remark, 16))
		}},
		"neft": {func(m message) string { return fmt.Sprintf("NEFT-%s-%s-%s", m.ref, up(cut(m.name, 30)), m.remark) }},
		"nach": {func(m message) string { return fmt.Sprintf("NACH CREDIT/%s/%s", up(cut(m.name, 20)), m.umrn) }},
	},
	"PNB": {
		"upi": {func(m message) string {
			return fmt.Sprintf("UPI/CR/%s/%s/%s/%s/%s", m.ref, up(cut(m.name, 12)), m.ifsc[:4], cut(m.vpa, 18), cut(m.remark, 15))
		}},
		"imps": {func(m message) string { return fmt.Sprintf("IMPS_IN/%s/%s/%s", up(cut(m.name, 20)), m.ref, m.remark) }},
		"neft": {func(m message) string {
			return fmt.Sprintf("NEFT_IN:%s/%s/%s/%s", m.ref, m.ifsc, up(cut(m.name, 20)), cut(m.remark, 25))
		}},
		"nach": {func(m message) string { return fmt.Sprintf("ECS/%s/%s/CR", m.umrn, up(cut(m.name, 16))) }},
	},
	"IDB": {
		"upi": {func(m message) string {
			return fmt.Sprintf("UPI/MOB/%s/%s/%s", m.ref, cut(m.remark, 20), up(cut(m.name, 14)))
		},
			func(m message) string { return fmt.Sprintf("%s UPI CR %s %s", m.ref, m.vpa, m.remark) }},
		"imps": {func(m message) string {
			return fmt.Sprintf("IMPS-INET-CR/%s/%s/%s/%s", m.ref, cut(m.remark, 18), m.ifsc[:4], up(cut(m.name, 20)))
		},
			func(m message) string { return fmt.Sprintf("INWARD IMPS %s %s %s", up(m.name), m.ref, m.remark) }},
		"neft": {func(m message) string {
			return fmt.Sprintf("BY NEFT: %s; %s; %s; %s", up(cut(m.name, 28)), m.ifsc, m.ref, m.remark)
		},
			func(m message) string { return fmt.Sprintf("NEFT~%s~%s~%s~%s", m.ref, up(m.name), m.bank, m.remark) }},
		"nach": {func(m message) string { return fmt.Sprintf("ACH-%s-%s-CR", up(cut(m.name, 18)), m.umrn) }},
	},
	"FED": {
		"upi": {func(m message) string {
			return fmt.Sprintf("UPI IN|%s|%s|%s|%s", m.ref, m.vpa, up(cut(m.name, 20)), m.remark)
		}},
		"imps": {func(m message) string {
			return fmt.Sprintf("IFN/%s/%s/XX%s/%s", m.ref, up(cut(m.name, 18)), m.tail, cut(m.remark, 18))
		}},
		"neft": {func(m message) string { return fmt.Sprintf("NFT/%s/%s/%s", up(cut(m.name, 24)), m.ref, m.remark) }},
		"nach": {func(m message) string { return fmt.Sprintf("NACH INWARD %s BY %s", m.umrn, up(cut(m.name, 20))) }},
	},
}

// printedBy is the bank code of a made-up collection account.
func printedBy(collection string) string { return up(bankOf(collection)) }

// print prints a message as the bank of the collection account does.
func (m message) print(r *rand.Rand, collection string) string {
	rail := m.rail
	if rail == "rtgs" {
		rail = "neft"
	}
	s := pick(r, printers[printedBy(collection)][rail])(m)
	if m.rail == "rtgs" {
		s = strings.Replace(s, "NEFT", "RTGS", 1)
	}
	return strings.TrimRight(s, " /-|")
}

// column is what stands in the bank's reference column: the reference, padded,
// cut, in small letters, or nothing.
func (m message) column(r *rand.Rand) string {
	switch r.IntN(12) {
	case 0, 1:
		return ""
	case 2:
		return "0000" + m.ref
	case 3:
		if len(m.ref) > 16 {
			return m.ref[:16]
		}
	case 4:
		return strings.ToLower(m.ref)
	}
	return m.ref
}

// newRef makes a reference of a rail for a day.
func newRef(r *rand.Rand, rail, bank string, day lending.Date) string {
	t := day.Time()
	switch rail {
	case "upi", "imps":
		if chance(r, 30) {
			return digits(r, 12)
		}
		return fmt.Sprintf("%d%03d%02d%s", t.Year()%10, t.YearDay(), r.IntN(24), digits(r, 6))
	case "rtgs":
		return fmt.Sprintf("%sR5%s%s", bank, t.Format("20060102"), digits(r, 8))
	}
	switch {
	case chance(r, 25) && bank == "HDFC":
		return fmt.Sprintf("N%03d%02d%s", t.YearDay(), t.Year()%100, digits(r, 10))
	case chance(r, 25) && bank == "BARB":
		return fmt.Sprintf("BARBR%02d%03d%s", t.Year()%100, t.YearDay(), digits(r, 6))
	}
	return fmt.Sprintf("%sN%d%s%s", bank, 1+r.IntN(5), t.Format("20060102"), digits(r, 8))
}

// handleOf makes a UPI address of a name or a phone.
func handleOf(r *rand.Rand, name, phone string) string {
	at := "@" + pick(r, upiHandles)
	if phone != "" {
		return phone + at
	}
	words := strings.Fields(strings.ToLower(strings.Map(func(c rune) rune {
		if c == '/' || c == '.' || c == '\'' {
			return -1
		}
		return c
	}, name)))
	joined := cut(strings.Join(words, pick(r, []string{"", "", ".", "_"})), 8+r.IntN(10))
	if chance(r, 50) {
		joined += digits(r, 2+r.IntN(2))
	}
	return joined + at
}

// noise is money that is no repayment, in the words of banks.
func noise(r *rand.Rand, day lending.Date) string {
	t := day.Time()
	firm := up(pick(r, firmHeads) + " " + pick(r, firmTails))
	return pick(r, []string{
		"INT.PD:" + t.AddDate(0, -3, 0).Format("02-01-2006") + " TO " + t.Format("02-01-2006"),
		"SB INT CREDIT " + up(t.Format("Jan 2006")),
		"INTEREST CREDIT FOR QTR ENDING " + t.Format("0106"),
		"ITD TAX REFUND 2026-27 AAACB1234C",
		"GST REFUND ARN AA2704260" + digits(r, 5),
		"NEFT Cr-RATN0000999-RAZORTECH SOFTWARE PVT LTD-" + newRef(r, "neft", "RATN", day) + "-PG SETTLEMENT",
		"POS SETTLEMENT MID " + digits(r, 10) + " " + t.Format("020106"),
		"FD CLOSURE PROCEEDS A/C " + digits(r, 12),
		"SWEEP TRF FROM " + digits(r, 11),
		"TRF FROM OWN ACCOUNT YES-CA-02",
		"TERM LOAN DISBURSEMENT " + digits(r, 9),
		"RTGS-" + newRef(r, "rtgs", "UTIB", day) + "-" + firm + "-COMMERCIAL PAPER",
		"RTGS/" + newRef(r, "rtgs", "ICIC", day) + "/GREENLEAF CAPITAL/EQUITY INFUSION",
		"UPI/REV/" + newRef(r, "upi", "", day) + "/FAILED TRANSACTION",
		"REVERSAL OF IMPS " + newRef(r, "imps", "", day),
		"CHARGES REVERSED SMS ALERT",
		"IMPS/" + newRef(r, "imps", "", day) + "/" + firm + "/DEPOSIT REFUND",
		"NACH SETTLEMENT " + t.Format("02012006") + " CYCLE 2",
	})
}

// returned is a disbursement that came back with the borrower's name on it.
func returned(r *rand.Rand, name, bank string, day lending.Date) string {
	ref := newRef(r, "neft", bank, day)
	reason := pick(r, []string{"ACCOUNT DOES NOT EXIST", "A/C CLOSED", "BENEFICIARY NOT MAINTAINED", "ACCOUNT BLOCKED", "INVALID BENEFICIARY DETAILS", "CREDIT NOT ALLOWED"})
	return pick(r, []string{
		fmt.Sprintf("N/RTN/%s/%s/%s", ref, up(name), reason),
		fmt.Sprintf("RETURN-NEFT-%s-%s-%s", ref, up(cut(name, 20)), reason),
		fmt.Sprintf("IMPS REJECTED %s %s", up(name), reason),
		fmt.Sprintf("INWARD RETURN OF NEFT %s %s", ref, up(cut(name, 16))),
	})
}

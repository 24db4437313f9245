package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"lekha/lending"
)

// transfer is one payment on its way, and how much of the payer the bank showed.
type transfer struct {
	rail    string // "upi", "imps", "neft", "rtgs", "own", "nach", "cash", "cheque", "bbps"
	ref     string
	bank    remitter
	ifsc    string
	name    string
	account string // whole number; banks show the end of it
	vpa     string
	remark  string
	umrn    string
	day     lending.Date
	letters int // how many letters of the payer's name are shown
}

// who shows so many characters of the payer's name.
func (t *transfer) who(n int) string {
	s := up(cut(t.name, n))
	t.letters = max(t.letters, len(lettersOf(s)))
	return s
}

// from shows so many characters of the UPI address.
func (t *transfer) from(n int) string {
	s := cut(t.vpa, n)
	local, _, _ := strings.Cut(s, "@")
	if shown := lettersOf(local); shown != "" && strings.HasPrefix(lettersOf(t.name), shown) {
		t.letters = max(t.letters, len(shown))
	}
	return s
}

func (t *transfer) tail() string { return t.account[len(t.account)-4:] }

func (t *transfer) time() string {
	return fmt.Sprintf("%02d:%02d:%02d", 7+len(t.ref)%13, len(t.remark)*7%60, len(t.name)*11%60)
}

// way prints a transfer.
type way = func(t *transfer) string

// ways are how banks print transfers, by the bank of the collection account and
// the rail. What a bank does not print otherwise it prints as otherWays says.
var ways = map[string]map[string][]way{
	"HDFC": {
		"upi": {func(t *transfer) string {
			return fmt.Sprintf("UPI-%s-%s-%s-%s-%s", t.who(30), up(t.from(40)), t.ifsc, t.ref, up(t.remark))
		}},
		"imps": {func(t *transfer) string {
			return fmt.Sprintf("IMPS-%s-%s-%s-XXXXXXXXXX%s-%s", t.ref, t.who(35), t.bank.short, t.tail(), up(t.remark))
		}},
		"neft": {func(t *transfer) string {
			return fmt.Sprintf("NEFT CR-%s-%s-NIDHI GRIH FINANCE LTD-%s-%s", t.ifsc, t.who(35), t.ref, up(t.remark))
		}},
		"own": {func(t *transfer) string { return fmt.Sprintf("%s-TPT-%s-%s", t.account, up(t.remark), t.who(30)) },
			func(t *transfer) string { return fmt.Sprintf("FT - CR - %s - %s", t.account, t.who(30)) }},
		"cash":   {func(t *transfer) string { return fmt.Sprintf("CASH DEPOSIT BY - %s - CUTTACK", t.who(30)) }},
		"cheque": {func(t *transfer) string { return fmt.Sprintf("CHQ DEP - MICR CLG - CUTTACK - %s", t.who(20)) }},
	},
	"ICICI": {
		"upi": {func(t *transfer) string {
			return fmt.Sprintf("UPI/%s/%s/%s/%s/%s", t.who(20), t.from(20), cut(t.remark, 20), cut(t.bank.name, 10), t.ref)
		}},
		"imps": {func(t *transfer) string {
			return fmt.Sprintf("MMT/IMPS/%s/%s/%s/%s", t.ref, cut(t.remark, 20), t.who(12), t.ifsc)
		}},
		"neft": {func(t *transfer) string { return fmt.Sprintf("NEFT-%s-%s-%s", t.ref, t.who(40), t.remark) }},
		"own": {func(t *transfer) string {
			return fmt.Sprintf("BIL/INFT/%s/%s/ %s", t.ref, cut(t.remark, 20), t.who(20))
		}},
		"cash":   {func(t *transfer) string { return fmt.Sprintf("BY CASH - %s -JODHPUR", t.who(24)) }},
		"cheque": {func(t *transfer) string { return fmt.Sprintf("CLG/%s/%s/HDF/%s", t.who(24), t.ref, dmy(t.day, ".")) }},
	},
	"SBI": {
		"upi": {func(t *transfer) string {
			return fmt.Sprintf("DEP TFR   UPI/CR/%s/%s/%s/%s/%s   AT 00456 NEW SECRETARIAT", t.ref, t.who(10), t.bank.code, t.from(12), cut(t.remark, 8))
		}},
		"imps": {func(t *transfer) string {
			return fmt.Sprintf("DEP TFR   IMPS/%s/%s-XX%s-%s/%s   AT 00456 NEW SECRETARIAT", t.ref, t.bank.code, t.tail()[1:], t.who(10), cut(t.remark, 12))
		}},
		"neft": {func(t *transfer) string {
			return fmt.Sprintf("DEP TFR   NEFT*%s*%s*%s   AT 04430 PBB", t.ifsc, t.ref, t.who(20))
		}},
		"own":    {func(t *transfer) string { return fmt.Sprintf("DEP TFR   INB %s %s", t.remark, t.who(20)) }},
		"cash":   {func(t *transfer) string { return fmt.Sprintf("CSH DEP (CDM)   CASH DEPOSIT %s AT 04430", t.who(16)) }},
		"cheque": {func(t *transfer) string { return fmt.Sprintf("CHQ TRFR   CTS CLG %s %s", t.ref, t.who(20)) }},
	},
	"AXIS": {
		"upi": {func(t *transfer) string {
			return fmt.Sprintf("UPI/P2A/%s/%s/%s/%s", t.ref, t.who(20), cut(t.bank.name, 12), cut(t.remark, 20))
		}},
		"neft": {func(t *transfer) string {
			return fmt.Sprintf("NEFT/%s/%s/%s/%s", t.ref, t.who(30), t.bank.name, t.remark)
		}},
		"own": {func(t *transfer) string { return fmt.Sprintf("INB/IFT/%s/%s", t.who(25), cut(t.remark, 20)) },
			func(t *transfer) string { return fmt.Sprintf("MOB/TPFT/%s/%s", t.who(20), t.account) }},
		"cash":   {func(t *transfer) string { return fmt.Sprintf("CASH-BNA/SEQ%s/%s", t.account[:4], t.who(20)) }},
		"cheque": {func(t *transfer) string { return fmt.Sprintf("BRN-CLG-CHQ PAID BY %s/%s", t.who(24), t.bank.name) }},
	},
	"CANARA": {
		"upi": {func(t *transfer) string {
			return fmt.Sprintf("UPI/CR/%s/%s/%s/%s/%s//%s/%s %s", t.ref, t.who(20), t.bank.code, t.from(24), t.remark, "YBL"+t.ref, dmy(t.day, "/"), t.time())
		}},
		"imps": {func(t *transfer) string {
			return fmt.Sprintf("INET-IMPS-CR/%s/%s/%s/%s", t.who(20), t.bank.name, t.ref, t.remark)
		}},
		"neft": {func(t *transfer) string {
			return fmt.Sprintf("NEFT CR-%s-%s-%s-%s", t.ref, t.who(30), t.bank.name, t.remark)
		}},
	},
	"INDUSIND": {
		"upi": {func(t *transfer) string {
			return fmt.Sprintf("UPI/%s/CR/%s/%s/%s", t.ref, t.who(15), t.from(20), cut(t.remark, 15))
		}},
		"imps": {func(t *transfer) string {
			return fmt.Sprintf("IMPS/P2A/%s/%s/%s/%s", t.ref, t.bank.short, t.who(20), t.remark)
		}},
		"neft": {func(t *transfer) string { return fmt.Sprintf("N/%s/%s/%s/%s", t.ref, t.ifsc, t.who(20), t.remark) }},
	},
	"UNION": {
		"upi": {func(t *transfer) string {
			return fmt.Sprintf("UPIAR/%s/CR/%s/%s/%s", t.ref, t.who(12), t.bank.code, t.from(16))
		}},
		"imps": {func(t *transfer) string { return fmt.Sprintf("IMPSAB/%s/%s/%s", t.ref, t.who(20), cut(t.remark, 20)) }},
		"neft": {func(t *transfer) string { return fmt.Sprintf("NEFT:%s %s", t.who(30), t.ref) }},
	},
	"IDFC": {
		"upi": {func(t *transfer) string {
			return fmt.Sprintf("UPI/CR/%s/%s/%s/%s", t.ref, t.who(18), t.from(26), t.remark)
		}},
		"imps": {func(t *transfer) string { return fmt.Sprintf("IMPS-IFN/%s/%s/%s", t.ref, t.who(25), t.remark) }},
		"neft": {func(t *transfer) string { return fmt.Sprintf("NEFT/%s/%s/%s", t.ref, t.who(35), t.remark) }},
	},
	"FEDERAL": {
		"upi": {func(t *transfer) string {
			return fmt.Sprintf("UPI IN/%s/%s/%s/0000", t.ref, t.from(25), cut(t.remark, 18))
		}},
		"imps": {func(t *transfer) string { return fmt.Sprintf("FN IMPS/%s/%s/%s", t.ref, t.who(20), t.tail()) }},
		"neft": {func(t *transfer) string { return fmt.Sprintf("NEFT %s %s %s", t.who(24), t.ifsc, t.ref) }},
	},
	"PNB": {
		"upi": {func(t *transfer) string {
			return fmt.Sprintf("UPI/%s/P2A/%s/%s/%s", t.ref, t.from(20), t.who(16), cut(t.remark, 10))
		}},
		"imps": {func(t *transfer) string { return fmt.Sprintf("IMPS-IN/%s/%s/%s", t.ref, t.who(18), cut(t.remark, 16)) }},
		"neft": {func(t *transfer) string { return fmt.Sprintf("NEFT_IN:null//%s/%s/%s", t.ref, t.ifsc, t.who(24)) }},
	},
	"YES": {
		"upi": {func(t *transfer) string {
			return fmt.Sprintf("%s/%s/UPI/%s/%s", t.ref, t.from(30), t.who(20), t.remark)
		}},
		"neft": {func(t *transfer) string {
			return fmt.Sprintf("NEFT-IN %s FROM %s %s %s", t.ref, t.who(30), t.ifsc, t.remark)
		}},
	},
	"BOB": {
		"upi": {func(t *transfer) string {
			return fmt.Sprintf("UPI/CREDIT/%s/%s/%s/%s", t.ref, t.time(), t.who(14), t.from(20))
		}},
		"neft": {func(t *transfer) string {
			return fmt.Sprintf("NEFT-%s-%s-%s-%s", t.ref, t.bank.short, t.who(30), t.remark)
		}},
	},
	"KOTAK": {
		"upi":  {func(t *transfer) string { return fmt.Sprintf("UPI/%s/UPI-%s/%s", t.who(20), t.ref, t.remark) }},
		"own":  {func(t *transfer) string { return fmt.Sprintf("MB:RECEIVED FROM %s/%s", t.who(20), t.remark) }},
		"neft": {func(t *transfer) string { return fmt.Sprintf("NEFT %s %s %s", t.ref, t.who(30), t.ifsc) }},
	},
}

// otherWays print what a bank has no layout of its own for.
var otherWays = map[string][]way{
	"imps":   {func(t *transfer) string { return fmt.Sprintf("IMPS/%s/%s/%s/%s", t.ref, t.who(20), t.ifsc, t.remark) }},
	"own":    {func(t *transfer) string { return fmt.Sprintf("TRF FRM %s %s", t.who(25), t.remark) }},
	"cash":   {func(t *transfer) string { return fmt.Sprintf("BY CASH/%s", t.who(25)) }},
	"cheque": {func(t *transfer) string { return fmt.Sprintf("BY INST %s : MICR CLG %s", t.ref, t.who(20)) }},
	"nach": {func(t *transfer) string { return fmt.Sprintf("ACH C- NIDHI GRIH FIN-%s", t.umrn) },
		func(t *transfer) string { return fmt.Sprintf("NACH/CR/%s/%s", t.umrn, t.who(20)) },
		func(t *transfer) string { return fmt.Sprintf("ACHINW-%s-%s", t.who(20), t.umrn) },
		func(t *transfer) string { return fmt.Sprintf("INWARD ACH %s UMRN %s", dmy(t.day, ""), t.umrn) }},
	"bbps": {func(t *transfer) string { return fmt.Sprintf("BBPS/CC01%s/NIDHI00000KA01/%s", t.ref, t.remark) },
		func(t *transfer) string { return fmt.Sprintf("BILLPAY BBPS %s %s %s", t.remark, t.who(15), t.ref) }},
}

func dmy(d lending.Date, between string) string {
	return d.Time().Format("02" + between + "01" + between + "2006")
}

// on prints a transfer as the bank of a collection account does.
func (t *transfer) on(r *rand.Rand, collection string) string {
	bank := up(bankOf(collection))
	rail := t.rail
	if rail == "rtgs" {
		rail = "neft"
	}
	list := ways[bank][rail]
	if len(list) == 0 {
		list = otherWays[rail]
	}
	t.letters = 0
	text := pick(r, list)(t)
	if t.rail == "rtgs" {
		text = strings.Replace(text, "NEFT", "RTGS", 1)
	}
	return strings.TrimRight(text, " -/")
}

// beside is what stands in the bank's column for references.
func (t *transfer) beside(r *rand.Rand, collection string) string {
	if t.rail == "cash" {
		return ""
	}
	switch bankOf(collection) {
	case "hdfc":
		return fmt.Sprintf("%016s", t.ref)
	case "sbi":
		return "TRANSFER FROM " + digits(r, 13)
	case "icici", "axis", "indusind":
		return pick(r, []string{"-", ""})
	case "kotak":
		return up(t.rail) + "-" + t.ref
	case "idfc", "canara":
		return ""
	case "union":
		return t.ref[:min(len(t.ref), 16)]
	}
	return pick(r, []string{t.ref, t.ref, "", strings.ToLower(t.ref)})
}

// trace makes the reference of a transfer.
func trace(r *rand.Rand, rail, bank string, day lending.Date) string {
	t := day.Time()
	switch rail {
	case "upi", "imps", "bbps":
		if chance(r, 60) {
			return fmt.Sprintf("%d%03d%s", t.Year()%10, t.YearDay(), digits(r, 8))
		}
		return digits(r, 12)
	case "cheque":
		return digits(r, 6)
	case "own":
		return "0" + digits(r, 11)
	case "cash", "nach":
		return ""
	case "rtgs":
		return fmt.Sprintf("%sR%d%s%s", bank, 1+r.IntN(5), t.Format("20060102"), digits(r, 8))
	}
	yd := fmt.Sprintf("%02d%03d", t.Year()%100, t.YearDay())
	switch {
	case bank == "HDFC" && chance(r, 40):
		return fmt.Sprintf("N%03d%02d%s", t.YearDay(), t.Year()%100, digits(r, 10))
	case bank == "UTIB":
		return pick(r, []string{"AXOIC", "AXISCN", "AXNPM"}) + digits(r, 11)
	case bank == "ICIC" && chance(r, 50):
		return "IN4" + yd + digits(r, 8)
	case chance(r, 45):
		return bank + "H" + yd + digits(r, 6)
	}
	return fmt.Sprintf("%sN%d%s%s", bank, 1+r.IntN(5), t.Format("20060102"), digits(r, 8))
}

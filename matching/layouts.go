package matching

import (
	"regexp"
	"strings"
)

// layout is how a bank prints one rail: what the narration begins with, what
// separates its fields, and in which order the fields follow whose form proves
// nothing. Names of banks are recognised wherever they stand.
type layout struct {
	prefix string
	rail   string
	seps   string
	order  []role
}

// layouts of the banks' narrations (matching specification 3.2), the longer
// beginning first. They are told by the beginning and not by the bank, because
// several banks share one and every bank has several.
var layouts = []layout{
	// State Bank
	{"BY TRANSFER-NEFT*", railNEFT, "*", []role{roleName, roleRemark}},
	{"BY TRANSFER-RTGS*", railRTGS, "*", []role{roleName, roleRemark}},
	{"BY TRANSFER-RTGS UTR NO:", railRTGS, "-", []role{roleName, roleRemark}},
	{"BY TRANSFER-NEFT UTR NO:", railNEFT, "-", []role{roleName, roleRemark}},
	{"BY TRANSFER-UPI/CR/", railUPI, "/", []role{roleName, roleVPA, roleRemark}},
	{"BY TRANSFER-INB IMPS/", railIMPS, "/-", []role{roleName, roleRemark}},
	{"BY TRANSFER-IMPS/", railIMPS, "/-", []role{roleName, roleRemark}},
	{"TO TRANSFER-", railTransfer, "-/", []role{roleName, roleRemark}},
	{"NEFT*", railNEFT, "*", []role{roleName, roleRemark}},
	{"RTGS*", railRTGS, "*", []role{roleName, roleRemark}},
	// HDFC
	{"NEFT CR-", railNEFT, "-", []role{roleName, roleBeneficiary, roleRemark}},
	{"RTGS CR-", railRTGS, "-", []role{roleName, roleBeneficiary, roleRemark}},
	{"UPI-", railUPI, "-", []role{roleName, roleRemark}},
	{"IMPS-", railIMPS, "-", []role{roleName, roleRemark}},
	{"ACH C-", railNACH, "-", []role{roleBeneficiary, roleName}},
	{"ACH CR-", railNACH, "-", []role{roleBeneficiary, roleName}},
	// ICICI
	{"MMT/IMPS/", railIMPS, "/", []role{roleRemark, roleName}},
	{"NEFT-", railNEFT, "-", []role{roleName, roleRemark}},
	{"RTGS-", railRTGS, "-", []role{roleName, roleRemark}},
	// Axis
	{"UPI/P2A/", railUPI, "/", []role{roleName, roleRemark}},
	{"UPI/P2M/", railUPI, "/", []role{roleName, roleRemark}},
	{"IMPS/P2A/", railIMPS, "/", []role{roleName, roleRemark}},
	{"IMPS/P2M/", railIMPS, "/", []role{roleName, roleRemark}},
	{"NEFT/", railNEFT, "/", []role{roleName, roleRemark}},
	{"RTGS/", railRTGS, "/", []role{roleName, roleRemark}},
	// Kotak
	{"RECD:IMPS/", railIMPS, "/", []role{roleName, roleRemark}},
	{"SENT IMPS/", railIMPS, "/", []role{roleName, roleRemark}},
	// mandates
	{"NACH CR/", railNACH, "/", []role{roleName, roleRemark}},
	{"NACH/CR/", railNACH, "/", []role{roleName, roleRemark}},
	// several banks; the order is told by the first field, see upiOrder
	{"UPI/CR/", railUPI, "/", []role{roleName, roleVPA, roleRemark}},
	{"UPI/", railUPI, "/", nil},
	{"IMPS/", railIMPS, "/", []role{roleName, roleRemark}},
}

// layoutOf finds the layout of a narration; ok is false for the general one. A
// bank may print the kind of its entry before it ("DEP TFR   UPI/CR/").
func layoutOf(upper string) (l layout, from int, ok bool) {
	from = len(upper) - len(strings.TrimLeft(upper, " "))
	for _, at := range layoutStarts(upper, from) {
		rest := upper[at:]
		for _, l := range layouts {
			if !strings.HasPrefix(rest, l.prefix) {
				continue
			}
			if otherwiseCut(rest[len(l.prefix):], l.seps) {
				break
			}
			return l, at + len(l.prefix), true
		}
	}
	return layout{rail: railOf(upper), seps: mainSeparator(upper)}, from, false
}

// layoutStarts are the places at which a layout may begin: the first word, and
// those that follow words of the bank alone, set off by blanks.
func layoutStarts(upper string, from int) []int {
	out := []int{from}
	for _, w := range runsOf(upper, from, len(upper)) {
		next := upper[w.end:]
		if len(out) == railReach || !isStop(w.text) || !strings.HasPrefix(next, " ") {
			break
		}
		out = append(out, w.end+len(next)-len(strings.TrimLeft(next, " ")))
	}
	return out
}

// branchForm is how a bank prints the branch behind the narration, set off by
// blanks: "   AT 00456 MAIN ROAD".
var branchForm = regexp.MustCompile(`\s{2,}AT [0-9]{4,6}\b`)

// withoutBranch is a narration up to the branch that the bank printed behind it.
func withoutBranch(upper string) string {
	if at := branchForm.FindStringIndex(upper); at != nil {
		return upper[:at[0]]
	}
	return upper
}

// otherwiseCut says that a narration begins like a layout and goes on with the
// separators of another.
func otherwiseCut(rest, seps string) bool {
	other := mainSeparator(rest)
	return other != "" && !strings.Contains(seps, other) && strings.Count(rest, other) > 2 && strings.Count(rest, other) > 2*strings.Count(rest, seps[:1])
}

// upiOrder tells the order of "UPI/...": with the reference first and repeated
// at the end the next field is the payer's remark (ICICI); else it is the name.
func upiOrder(fields []field) []role {
	if len(fields) == 0 || fields[0].role != roleUTR {
		return []role{roleName, roleRemark}
	}
	last := fields[len(fields)-1]
	for _, f := range fields[1:] {
		if flowWords[f.text] {
			continue
		}
		if f.role == roleText && !namesSomebody(f.text) && !isBank(f.text) {
			return []role{roleRemark, roleName}
		}
		if f.role == roleText {
			break
		}
	}
	if len(fields) > 1 && last.role == roleUTR && last.text == fields[0].text {
		return []role{roleRemark}
	}
	return []role{roleName, roleRemark}
}

// flowWords stand alone in a field and say which way the money went, or how.
var flowWords = wordSet("CR DR C D CREDIT P2A P2M P2P NA INDN")

// railNames tell the rail by the first word that is one of them.
var railNames = map[string]string{
	"NEFT": railNEFT, "RTGS": railRTGS, "IMPS": railIMPS, "MMT": railIMPS, "UPI": railUPI, "NACH": railNACH, "ACH": railNACH, "ECS": railNACH,
	"CASH": railCash, "CDM": railCash, "CHQ": railCheque, "CHEQUE": railCheque, "CLG": railCheque, "CTS": railCheque,
	"TPT": railTransfer, "TRF": railTransfer, "TRANSFER": railTransfer, "INFT": railTransfer, "TFR": railTransfer, "FT": railTransfer, "IFT": railTransfer,
}

// railReach is how many words may stand before the one that names the rail;
// beyond them are names and remarks.
const railReach = 4

// railOf finds the rail of a narration of no known layout. A transfer is what
// names no other rail.
func railOf(upper string) string {
	rail := ""
	for i, r := range runsOf(upper, 0, len(upper)) {
		named := railNames[r.text]
		if named != "" && named != railTransfer && i < railReach {
			return named
		}
		if named == railTransfer && rail == "" {
			rail = named
		}
	}
	return rail
}

// mainSeparator is the separator that a narration of no known layout uses most.
// A dash or slash alone inside a word separates nothing.
func mainSeparator(upper string) string {
	best, count := "", 0
	for _, sep := range []string{"/", "-", "*", "|", ":", ",", ";", "\\", "~"} {
		if n := strings.Count(upper, sep); n > count {
			best, count = sep, n
		}
	}
	if count < 2 {
		return ""
	}
	return best
}

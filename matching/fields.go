package matching

import (
	"regexp"
	"strings"
)

// The forms that tell what a field is (matching specification 3.1).
var (
	utr22Form  = regexp.MustCompile(`^[A-Z]{4}[A-Z][0-9]20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{8}$`)
	utrOldForm = regexp.MustCompile(`^(?:N[0-9]{15}|IN4[0-9]{13}|SBIN[0-9]{12}|AX[A-Z]{3,4}[0-9]{10,11}|AXISP[0-9]{11}|YESAP[0-9]{11})$`)
	// utrLooseForm is older NEFT of other banks; a virtual account may look the
	// same, so it counts only where a reference is expected.
	utrLooseForm = regexp.MustCompile(`^[A-Z]{5}[0-9]{11}$`)
	ifscForm     = regexp.MustCompile(`^[A-Z]{4}0[A-Z0-9]{6}$`)
	umrnForm     = regexp.MustCompile(`^[A-Z]{4}[0-9]{16}$`)
	vanForm      = regexp.MustCompile(`^[A-Z]{3,10}[0-9]{6,16}$`)
	maskForm     = regexp.MustCompile(`^[X*]{2,}[0-9]{2,6}$|^X[0-9]{3,4}$`)
	vpaForm      = regexp.MustCompile(`^[A-Z0-9][A-Z0-9._\-]{1,63}@[A-Z0-9.\-]{0,32}$`)
	phoneForm    = regexp.MustCompile(`^(?:\+?91|0)?[6-9][0-9]{9}$`)
)

// role is what a field of a narration is.
type role string

const (
	roleUTR         role = "utr"
	roleIFSC        role = "ifsc"
	roleName        role = "name"
	roleTail        role = "tail"
	roleVPA         role = "vpa"
	rolePhone       role = "phone"
	roleUMRN        role = "umrn"
	roleVAN         role = "van"
	roleReference   role = "reference"
	roleRemark      role = "remark"
	roleBank        role = "bank"
	roleBeneficiary role = "beneficiary"
	roleNoise       role = "noise"
	roleText        role = "text" // not told yet
)

// field is a piece of a narration between two separators.
type field struct {
	start, end int
	text       string // upper case, trimmed
	role       role
}

// cutFields cuts upper[from:] at the separators, trims the pieces and joins a
// UPI address that a separator went through ("7987249574-4@OKAXIS").
func cutFields(upper string, from int, seps string) []field {
	var out []field
	start := from
	for i := from; i <= len(upper); i++ {
		if i < len(upper) && !strings.ContainsRune(seps, rune(upper[i])) {
			continue
		}
		s, e := start, i
		for s < e && isTrim(upper[s]) {
			s++
		}
		for e > s && isTrim(upper[e-1]) {
			e--
		}
		start = i + 1
		if s == e {
			continue
		}
		f := field{start: s, end: e, text: upper[s:e], role: roleText}
		if n := len(out); n > 0 && brokenVPA(f.text) && !strings.ContainsAny(out[n-1].text, " @") && out[n-1].end == s-1 {
			out[n-1].end = e
			out[n-1].text = upper[out[n-1].start:e]
			continue
		}
		out = append(out, f)
	}
	return out
}

func isTrim(c byte) bool {
	return c == ' ' || c == '-' || c == '.' || c == ',' || c == ':' || c == ';' || c == '\t' || c == '_'
}

// brokenVPA says that a field is the end of a UPI address whose beginning stands
// before the separator: at most two digits and the handle.
func brokenVPA(text string) bool {
	at := strings.IndexByte(text, '@')
	return at >= 0 && at <= 2 && (at == 0 || onlyDigits(text[:at]))
}

// classify gives a field the role its form proves.
func (f *field) classify(rail string) {
	t := f.text
	switch {
	case vpaForm.MatchString(t):
		f.role = roleVPA
	case maskForm.MatchString(t):
		f.role = roleTail
	case ifscForm.MatchString(t):
		f.role = roleIFSC
	case utr22Form.MatchString(t), utrOldForm.MatchString(t):
		f.role = roleUTR
	case umrnForm.MatchString(t):
		f.role = roleUMRN
	case utrLooseForm.MatchString(t) && (rail == railNEFT || rail == railRTGS):
		f.role = roleUTR
	case vanForm.MatchString(t) && len(t) >= 14:
		f.role = roleVAN
	case onlyDigits(t):
		f.classifyDigits(rail)
	case !hasLetter(t):
		f.role = roleNoise
	}
}

// classifyDigits tells a bare number: the reference of IMPS and UPI, a phone, a
// bank account, or something that may quote a loan.
func (f *field) classifyDigits(rail string) {
	t := strings.TrimLeft(f.text, "0")
	switch {
	case rail == railNACH && (len(f.text) == 6 || len(f.text) == 8):
		f.role = roleNoise // the day of the batch
	case len(f.text) >= 12 && len(t) <= 12 && len(t) >= 9 && rail != railNEFT && rail != railRTGS:
		f.role = roleUTR
	case phoneForm.MatchString(f.text):
		f.role = rolePhone
	case len(f.text) >= 9 && len(f.text) <= 18:
		f.role = roleTail
	case len(f.text) > 18:
		f.role = roleNoise
	default:
		f.role = roleRemark
	}
}

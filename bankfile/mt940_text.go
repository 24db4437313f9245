package bankfile

import (
	"regexp"
	"slices"
	"strings"
)

// description is what field 86 says of an entry.
type description struct {
	text       string
	references []string // what the field itself calls a reference
}

// The two ways in which banks put parts into field 86: subfields of a question
// mark and two digits behind a code of three (Germany and who follows it), and
// words between slashes (SWIFT's own list).
var (
	subfielded = regexp.MustCompile(`^(?:[0-9]{3})?\?[0-9]{2}`)
	subfield   = regexp.MustCompile(`\?([0-9]{2})`)
	codeWords  = regexp.MustCompile(`/(REMI|ORDP|BENM|EREF|KREF|IREF|MREF|CREF|PREF|UREF|TRCD|RTRN|BUSP|CNTP|ULTB|ULTD|ISDT|CHGS|EXCH|OCMT|PURP|CSID|MARF|NAME|IBAN|BIC|UTR|RRN|INFO|URI|USTD)/`)
	// sepaWord begins a part of the remittance text that banks of the first way put there.
	sepaWord = regexp.MustCompile(`(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE)\+`)
)

// describe86 reads the lines of field 86. Text without parts is the bank's own
// narration and stays as it is.
func describe86(lines []string) description {
	text := clip(joinCut(lines, mt940Width), maxCellBytes)
	switch {
	case subfielded.MatchString(text):
		return describeSubfields(clip(strings.Join(trimmed(lines), ""), maxCellBytes))
	case strings.HasPrefix(text, "/") && codeWords.MatchString(text):
		return describeWords(text)
	}
	return description{text: addText("", text)}
}

func trimmed(lines []string) []string {
	out := slices.Clone(lines)
	for i := range out {
		out[i] = strings.TrimRight(out[i], "\r")
	}
	return out
}

// joinCut puts lines together that were cut at a width: a full line goes on in
// the next one, a shorter one ended with a word.
func joinCut(lines []string, width int) string {
	var b strings.Builder
	for i, line := range trimmed(lines) {
		if i > 0 && len(lines[i-1]) < width {
			b.WriteByte(' ')
		}
		b.WriteString(line)
	}
	return squeeze(b.String())
}

// subfieldWidth is how long a part of the remittance text may be.
const subfieldWidth = 27

// describeSubfields reads ?00 (kind of entry), ?20 to ?29 and ?60 to ?63
// (remittance text), ?32 and ?33 (name), ?30 and ?31 (bank and account).
func describeSubfields(text string) description {
	var kind, account string
	var remittance, name []string
	marks := subfield.FindAllStringSubmatchIndex(text, -1)
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		value := text[m[1]:end]
		switch no := text[m[2]:m[3]]; {
		case no == "00":
			kind = value
		case no >= "20" && no <= "29", no >= "60" && no <= "63":
			remittance = append(remittance, value)
		case no == "32", no == "33":
			name = append(name, value)
		case no == "30", no == "31":
			account = strings.TrimSpace(account + " " + value)
		}
	}
	d := splitSepa(joinCut(remittance, subfieldWidth))
	d.text = addText("", kind, d.text, joinCut(name, subfieldWidth), account)
	return d
}

// splitSepa takes the references out of a remittance text such as
// "EREF+N092260123456789SVWZ+EMI APRIL".
func splitSepa(text string) description {
	marks := sepaWord.FindAllStringSubmatchIndex(text, -1)
	if len(marks) == 0 {
		return description{text: text}
	}
	d := description{text: strings.TrimSpace(text[:marks[0][0]])}
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		value := strings.TrimSpace(text[m[1]:end])
		if strings.HasSuffix(text[m[2]:m[3]], "REF") {
			d.references = append(d.references, value)
		}
		d.text = addText(d.text, value)
	}
	return d
}

// describeWords reads "/EREF/N092260123456789/ORDP/MEERA RAO/REMI/EMI APRIL".
// What was remitted comes first, then who sent it, then the rest.
func describeWords(text string) description {
	var d description
	var first, second, rest []string
	marks := codeWords.FindAllStringSubmatchIndex(text, -1)
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		value := strings.Trim(text[m[1]:end], " /")
		value = strings.TrimPrefix(value, "NAME/")
		switch word := text[m[2]:m[3]]; word {
		case "REMI", "USTD", "INFO":
			first = append(first, value)
		case "ORDP", "NAME", "ULTD", "CNTP":
			second = append(second, value)
		case "EREF", "UREF", "UTR", "RRN", "KREF", "PREF", "IREF":
			d.references = append(d.references, value)
			rest = append(rest, value)
		case "MREF", "MARF", "TRCD", "RTRN", "OCMT":
			rest = append(rest, value)
		}
	}
	d.text = addText("", slices.Concat(first, second, rest)...)
	return d
}

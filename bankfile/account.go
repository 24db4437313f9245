package bankfile

import (
	"regexp"
	"strings"
)

// accountLabel is how a cell announces an account number; what follows it in
// the cell is captured.
var accountLabel = regexp.MustCompile(`(?i)\b(?:account|a/c|acct?)\.?\s*(?:no\b|number\b|num\b|#)\s*\.?(.*)`)

// accountNumber is a bank account as printed: padded by SBI, masked by some.
var accountNumber = regexp.MustCompile(`^[\s:_'=\-"]*([0-9Xx*]{5,18}[0-9])(?:[^0-9A-Za-z]|$)`)

// accountIn finds the account number in a row such as "Account No :,50200012345678".
func accountIn(cells []string) string {
	for i, cell := range cells {
		if len(cell) > 200 {
			continue
		}
		label := accountLabel.FindStringSubmatch(cell)
		if label == nil {
			continue
		}
		value := label[1]
		if strings.Trim(value, " :-.\t\u00a0") == "" {
			j := nextFilled(cells, i)
			if j < 0 {
				continue
			}
			value = cells[j]
		}
		if no := accountNumber.FindStringSubmatch(value); no != nil {
			return unpad(value, no[1])
		}
	}
	return ""
}

// unpad takes off the zeros that SBI prints after an underscore, which it puts
// there so that a spreadsheet keeps them. Other leading zeros belong to the number.
func unpad(printed, no string) string {
	if strings.Contains(printed, "_"+no) {
		return strings.TrimLeft(no, "0")
	}
	return strings.ToUpper(no)
}

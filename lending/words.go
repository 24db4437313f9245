package lending

import (
	"fmt"
	"strconv"
)

// Grouped is the amount as people in India write it, without its unit: two
// places, lakhs and crores parted: "12,34,567.50", below zero "−50.00".
func (m Money) Grouped() string {
	sign, v := "", uint64(m)
	if m < 0 {
		sign, v = "\u2212", -v
	}
	return fmt.Sprintf("%s%s.%02d", sign, GroupDigits(strconv.FormatUint(v/100, 10)), v%100)
}

// Rupees is Grouped with its unit, for sentences: "₹12,34,567.50".
func (m Money) Rupees() string {
	if m < 0 {
		return "\u2212₹" + (-m).Grouped()
	}
	return "₹" + m.Grouped()
}

// GroupDigits puts the commas of Indian grouping into digits: 1234567 is
// 12,34,567.
func GroupDigits(digits string) string {
	if len(digits) <= 3 {
		return digits
	}
	head, tail := digits[:len(digits)-3], digits[len(digits)-3:]
	for len(head) > 2 {
		tail = head[len(head)-2:] + "," + tail
		head = head[:len(head)-2]
	}
	return head + "," + tail
}

// Words is the day as people write it: "20 Nov 2026", "" for no day.
func (d Date) Words() string {
	if d.IsZero() {
		return ""
	}
	return d.Time().Format("2 Jan 2006")
}

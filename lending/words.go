package lending

// Grouped is the amount as people in India write it, without its unit: two
// places, lakhs and crores parted: "12,34,567.50", below zero "−50.00".
func (m Money) Grouped() string {
	const longest = len("\u221292,23,37,20,36,85,47,758.08")
	v := uint64(m)
	if m < 0 {
		v = -v
	}
	// From the last digit on: lists show hundreds of amounts.
	var text [longest]byte
	at := longest
	put := func(b byte) { at--; text[at] = b }
	for range 2 {
		put('0' + byte(v%10))
		v /= 10
	}
	put('.')
	for digit := 0; digit == 0 || v > 0; digit++ {
		if digit >= 3 && digit%2 == 1 {
			put(',')
		}
		put('0' + byte(v%10))
		v /= 10
	}
	if m < 0 {
		at -= len("\u2212")
		copy(text[at:], "\u2212")
	}
	return string(text[at:])
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

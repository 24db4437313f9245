package views

import (
	"math"
	"testing"
	"time"

	"lekha/lending"
)

func TestAmounts(t *testing.T) {
	for _, c := range []struct {
		money                        lending.Money
		amount, whole, rupees, short string
	}{
		{0, "0.00", "0", "₹0.00", "₹0"},
		{5, "0.05", "0", "₹0.05", "₹0"},
		{-49, "−0.49", "0", "−₹0.49", "₹0"},
		{-5000, "−50.00", "−50", "−₹50.00", "−₹50"},
		{99_999, "999.99", "1,000", "₹999.99", "₹1,000"},
		{100_000, "1,000.00", "1,000", "₹1,000.00", "₹1,000"},
		{9_999_999, "99,999.99", "1,00,000", "₹99,999.99", "₹1,00,000"},
		{10_000_000, "1,00,000.00", "1,00,000", "₹1,00,000.00", "₹1.00 L"},
		{123_456_789, "12,34,567.89", "12,34,568", "₹12,34,567.89", "₹12.35 L"},
		{999_999_999, "99,99,999.99", "1,00,00,000", "₹99,99,999.99", "₹1.00 Cr"},
		{18_421_635_000, "18,42,16,350.00", "18,42,16,350", "₹18,42,16,350.00", "₹18.42 Cr"},
		{925_000_000, "92,50,000.00", "92,50,000", "₹92,50,000.00", "₹92.50 L"},
		{12_345_678_901_234, "1,23,45,67,89,012.34", "1,23,45,67,89,012", "₹1,23,45,67,89,012.34", "₹12,345.68 Cr"},
		{-123_456_789, "−12,34,567.89", "−12,34,568", "−₹12,34,567.89", "−₹12.35 L"},
	} {
		if got := Amount(c.money); got != c.amount {
			t.Errorf("Amount(%d) = %q, want %q", c.money, got, c.amount)
		}
		if got := Whole(c.money); got != c.whole {
			t.Errorf("Whole(%d) = %q, want %q", c.money, got, c.whole)
		}
		if got := Rupees(c.money); got != c.rupees {
			t.Errorf("Rupees(%d) = %q, want %q", c.money, got, c.rupees)
		}
		if got := Short(c.money); got != c.short {
			t.Errorf("Short(%d) = %q, want %q", c.money, got, c.short)
		}
	}
}

func TestAmountsAtTheEnds(t *testing.T) {
	if got, want := Amount(math.MaxInt64), "92,23,37,20,36,85,47,758.07"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := Amount(math.MinInt64), "−92,23,37,20,36,85,47,758.08"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestChange(t *testing.T) {
	for money, want := range map[lending.Money]string{0: "", 2_020_400: "+20,204.00", -150: "−1.50"} {
		if got := Change(money); got != want {
			t.Errorf("Change(%d) = %q, want %q", money, got, want)
		}
	}
}

func TestDates(t *testing.T) {
	today := lending.NewDate(2026, time.November, 20)
	for _, c := range []struct {
		date                   lending.Date
		day, in, head, weekday string
	}{
		{today, "20 Nov 2026", "20 Nov", "Today", "Fri 20 Nov 2026"},
		{lending.NewDate(2026, time.November, 9), "9 Nov 2026", "9 Nov", "Mon 9 Nov", "Mon 9 Nov 2026"},
		{lending.NewDate(2025, time.December, 31), "31 Dec 2025", "31 Dec 2025", "Wed 31 Dec 2025", "Wed 31 Dec 2025"},
		{0, "–", "–", "–", "–"},
	} {
		for name, pair := range map[string][2]string{
			"Day": {Day(c.date), c.day}, "DayIn": {DayIn(c.date, today), c.in},
			"DayHead": {DayHead(c.date, today), c.head}, "Weekday": {Weekday(c.date), c.weekday},
		} {
			if pair[0] != pair[1] {
				t.Errorf("%s(%s) = %q, want %q", name, c.date, pair[0], pair[1])
			}
		}
	}
	for date, want := range map[lending.Date]string{
		lending.NewDate(2026, time.March, 31): "2025-26", lending.NewDate(2026, time.April, 1): "2026-27", lending.NewDate(2099, time.December, 1): "2099-00",
	} {
		if got := Year(date); got != want {
			t.Errorf("Year(%s) = %q, want %q", date, got, want)
		}
	}
}

func TestMoments(t *testing.T) {
	today := lending.NewDate(2026, time.November, 20)
	for _, c := range []struct {
		at   time.Time
		want string
	}{
		{time.Date(2026, time.November, 20, 5, 12, 0, 0, time.UTC), "today, 10:42"},
		{time.Date(2026, time.November, 19, 19, 0, 0, 0, time.UTC), "today, 00:30"},
		{time.Date(2026, time.November, 19, 11, 12, 0, 0, time.UTC), "19 Nov, 16:42"},
		{time.Date(2025, time.November, 19, 11, 12, 0, 0, time.UTC), "19 Nov 2025, 16:42"},
		{time.Date(2026, time.November, 25, 0, 20, 0, 0, time.UTC), "25 Nov, 05:50 system time"},
		{time.Time{}, "–"},
	} {
		if got := Moment(c.at, today); got != c.want {
			t.Errorf("Moment(%s) = %q, want %q", c.at, got, c.want)
		}
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{Mask("50100123454417"), "••4417"}, {Mask("4417"), "••4417"}, {Mask(""), "–"},
		{Count(1284), "1,284"}, {Count(1234567), "12,34,567"}, {Count(-5), "−5"},
		{Counted(1, "record", "records"), "1 record"}, {Counted(86, "record", "records"), "86 records"},
		{DaysPastDue(1), "1 day past due"}, {DaysPastDue(15), "15 days past due"},
		{Initials("Asha Kulkarni"), "AK"}, {Initials("meera"), "M"}, {Initials("  "), "?"}, {Initials("Om Sai Dairy Farm"), "OF"},
		{OrDash(""), "–"}, {OrDash("x"), "x"},
		{dpdClass(0), "dpd"}, {dpdClass(30), "dpd d1"}, {dpdClass(31), "dpd d31"}, {dpdClass(61), "dpd d61"}, {dpdClass(91), "dpd d91"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

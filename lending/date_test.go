package lending

import (
	"testing"
	"time"
)

// The calendar arithmetic is checked against the standard library's, every day
// that the program knows.
func TestDateAgreesWithTime(t *testing.T) {
	for d := NewDate(1900, time.January, 1); d <= NewDate(2200, time.December, 31); d++ {
		u := d.utc()
		year, month, day := d.civil()
		if year != u.Year() || month != int(u.Month()) || day != u.Day() {
			t.Fatalf("day %d is %d-%d-%d, want %s", d, year, month, day, u)
		}
		if got := NewDate(year, time.Month(month), day); got != d || d <= 0 {
			t.Fatalf("%s comes back as %s (%d)", u, got, got)
		}
	}
	for n := -30; n <= 30; n++ {
		want := time.Date(2024, time.January+time.Month(n), 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
		if got := NewDate(2024, time.January+time.Month(n), 1).String(); got != want {
			t.Errorf("month %d of 2024 is %s, want %s", 1+n, got, want)
		}
	}
}

package lending

import "testing"

// TestMandatePeriod: one collection a period of whole months from the month of the
// first day; none is counted before it or when a mandate has no frequency.
func TestMandatePeriod(t *testing.T) {
	date := func(text string) Date {
		d, err := ParseDate(text)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct{ frequency, first, on, from, until string }{
		{"monthly", "2025-01-31", "2025-02-28", "2025-02-01", "2025-02-28"},
		{"monthly", "2025-01-31", "2026-01-31", "2026-01-01", "2026-01-31"},
		{"quarterly", "2025-02-10", "2025-02-10", "2025-02-01", "2025-04-30"},
		{"quarterly", "2025-02-10", "2025-04-30", "2025-02-01", "2025-04-30"},
		{"quarterly", "2025-02-10", "2025-05-01", "2025-05-01", "2025-07-31"},
		{"quarterly", "2025-11-30", "2026-01-15", "2025-11-01", "2026-01-31"},
		{"half_yearly", "2025-09-05", "2026-02-28", "2025-09-01", "2026-02-28"},
		{"half_yearly", "2025-09-05", "2026-03-01", "2026-03-01", "2026-08-31"},
		{"yearly", "2024-02-29", "2025-01-31", "2024-02-01", "2025-01-31"},
		{"yearly", "2024-02-29", "2025-02-01", "2025-02-01", "2026-01-31"},
		{"monthly", "2025-01-31", "2025-01-30", "", ""},
		{"as_presented", "2025-01-31", "2025-02-28", "", ""},
	} {
		from, until, bounded := MandatePeriod(c.frequency, date(c.first), date(c.on))
		if bounded != (c.from != "") || bounded && (from.String() != c.from || until.String() != c.until) {
			t.Errorf("%s from %s, on %s: %s to %s, %t", c.frequency, c.first, c.on, from, until, bounded)
		}
	}
}

package lending

import (
	"math"
	"testing"
	"time"
)

func TestAmountsInWords(t *testing.T) {
	for m, want := range map[Money]string{
		0: "₹0.00", 5: "₹0.05", 99_99: "₹99.99", 100_000: "₹1,000.00", 1_23_45_678_90: "₹1,23,45,678.90", -50_00: "−₹50.00",
		math.MinInt64 + 1: "−₹92,23,37,20,36,85,47,758.07",
	} {
		if got := m.Rupees(); got != want {
			t.Errorf("%d reads %q, want %q", int64(m), got, want)
		}
	}
}

func TestDaysInWords(t *testing.T) {
	if got := NewDate(2026, time.November, 20).Words(); got != "20 Nov 2026" {
		t.Errorf("the day reads %q", got)
	}
	if got := Date(0).Words(); got != "" {
		t.Errorf("no day reads %q", got)
	}
}

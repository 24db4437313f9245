package views

import (
	"testing"

	"lekha/lending"
)

func TestInWords(t *testing.T) {
	for _, c := range []struct {
		paise lending.Money
		want  string
	}{
		{0, "Rupees zero only"},
		{50, "Fifty paise only"},
		{1_00, "Rupee one only"},
		{19_05, "Rupees nineteen and five paise only"},
		{20_00, "Rupees twenty only"},
		{42_00, "Rupees forty-two only"},
		{100_00, "Rupees one hundred only"},
		{101_00, "Rupees one hundred one only"},
		{1_999_99, "Rupees one thousand nine hundred ninety-nine and ninety-nine paise only"},
		{10_662_00, "Rupees ten thousand six hundred sixty-two only"},
		{1_00_000_00, "Rupees one lakh only"},
		{12_34_567_89, "Rupees twelve lakh thirty-four thousand five hundred sixty-seven and eighty-nine paise only"},
		{1_00_00_000_00, "Rupees one crore only"},
		{99_99_99_999_00, "Rupees ninety-nine crore ninety-nine lakh ninety-nine thousand nine hundred ninety-nine only"},
		{1_00_00_00_00_000_00, "Rupees ten thousand crore only"},
		{-7_50, "Minus rupees seven and fifty paise only"},
	} {
		if got := InWords(c.paise); got != c.want {
			t.Errorf("InWords(%d) = %q, want %q", c.paise, got, c.want)
		}
	}
}

func TestShareAndBars(t *testing.T) {
	for _, c := range []struct {
		part, whole lending.Money
		share, bar  string
	}{
		{0, 0, "–", "0"}, {0, 10, "0.0", "0"}, {1, 3, "33.3", "33.33"}, {2, 3, "66.7", "66.66"}, {3, 3, "100.0", "100.00"},
		{15_82_40_210_00, 18_42_16_350_00, "85.9", "85.89"},
	} {
		if got := Share(c.part, c.whole); got != c.share {
			t.Errorf("Share(%d, %d) = %q, want %q", c.part, c.whole, got, c.share)
		}
		if got := width(c.part, c.whole); got != c.bar {
			t.Errorf("width(%d, %d) = %q, want %q", c.part, c.whole, got, c.bar)
		}
	}
}

func TestChartScaleHoldsItsColumns(t *testing.T) {
	for _, c := range []struct {
		due  lending.Money
		want []string
	}{
		{0, []string{"₹300", "200", "100", "0"}},
		{56_20_000_00, []string{"₹60 L", "40", "20", "0"}},
		{1_20_000_00, []string{"₹1.5 L", "1", "0.5", "0"}},
		{8_999_00, []string{"₹9,000", "6,000", "3,000", "0"}},
		{2_50_00_000_00, []string{"₹3 Cr", "2", "1", "0"}},
	} {
		top := chartTop([]Week{{Due: c.due}})
		if top < c.due {
			t.Errorf("a column of %s stands above the top %s", c.due, top)
		}
		got := chartScale(top)
		for i := range c.want {
			if got[i] != c.want[i] {
				t.Errorf("the scale for %s is %q, want %q", c.due, got, c.want)
				break
			}
		}
	}
}

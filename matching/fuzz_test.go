package matching

import (
	"testing"

	"lekha/lending"
)

// narrations are seeds for the fuzzers: one of each rail, and some that are none.
var narrations = []string{
	"UPI-LALITHA NAIDU-9812345670@YBL-HDFC0001234-615712345678-EMI", "BY TRANSFER-NEFT*HDFC0001234*HDFCN12026060612345678*LALITHA NAIDU--",
	"NEFT-HDFCN12026060612345678-MADAN PAL-JAMUNA BEHERA AND KALYANI-012345678901-HDFC0001234", "NACH CR/HDFC7021234567890123/LALITHA NAIDU/060626",
	"UPI/615712345678/From:a@b/To:c@d/x", "RTN:NEFT/HDFCN12026060612345678/X/NO SUCH ACCOUNT", "", "////", "@", "\x00\xff\xfe", "S/O D/O C/O", "₹ ललिता / ९८१२३४५६७०", "PLPUNOO68485 PLPUN68485 68485",
}

// FuzzParse: any narration is read without a panic, and what was used is marked
// in order, inside the narration, without overlaps.
func FuzzParse(f *testing.F) {
	for _, n := range narrations {
		f.Add("hdfc", n)
	}
	f.Fuzz(func(t *testing.T, bank, narration string) {
		end := 0
		for _, s := range Parse(bank, narration).Spans {
			if s.Start < end || s.End <= s.Start || s.End > len(narration) {
				t.Fatalf("span %+v after %d in %q", s, end, narration)
			}
			end = s.End
		}
	})
}

// FuzzPropose: any credit is answered without a panic, and the answer adds up.
func FuzzPropose(f *testing.F) {
	for _, n := range narrations {
		f.Add(n, int64(2_150_00), "615712345678")
	}
	book := smallBook()
	book.Remember(Memory{Kind: MemoryVPA, Value: "madan.pal@okaxis", Account: "9", Confirmations: 2}, Memory{Kind: MemoryName, Value: "MADANPAL", Account: "9", Confirmations: 2})
	f.Fuzz(func(t *testing.T, narration string, amount int64, reference string) {
		c := Credit{ID: "c", ValueDate: on(6, 6), Amount: lending.Money(amount), Narration: narration, Reference: reference}
		p := book.Propose(c)
		sum := p.Nobody
		for _, x := range p.Candidates {
			sum += x.Confidence
			var parts lending.Money
			for _, m := range x.Amounts {
				parts += m
			}
			if parts != c.Amount {
				t.Fatalf("parts %v do not make %s", x.Amounts, c.Amount)
			}
		}
		if sum > 10_000 || sum < 0 {
			t.Fatalf("confidences sum to %d", sum)
		}
	})
}

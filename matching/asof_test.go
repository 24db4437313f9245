package matching

import (
	"strings"
	"testing"

	"lekha/lending"
)

// paidOnNinth is the small book, in which the June instalment of account 8 was
// paid by somebody on the 9th.
func paidOnNinth() *Book {
	b := smallBook()
	var dues []Due
	for month := 4; month <= 8; month++ {
		d := Due{Account: "8", DueDate: on(month, 5), Amount: 7_770_00, EMI: 7_770_00}
		if month == 6 {
			d.Until = on(6, 8)
		}
		dues = append(dues, d)
	}
	b.SetDues("8", dues)
	return b
}

// TestProposeJudgesOnTheValueDate: a credit is compared with what was due on its
// own day. What was paid since is no longer ticked by itself, and the reason is
// said; for a credit that came later, the due is not there.
func TestProposeJudgesOnTheValueDate(t *testing.T) {
	const narration = "IMPS/P2A/615712345678/TEJINDER SINGH GREWAL/AXIS BANK/emi"
	tests := []struct {
		name     string
		day      lending.Date
		signal   string
		decision Decision
		held     string
	}{
		{"before it was paid", on(6, 6), SignalAmount, Suggest, "paid since, on 9 Jun 2026"},
		{"on the day it was paid", on(6, 9), SignalAmount, Auto, ""}, // the May instalment, 35 days late
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := credit(7_770_00, narration)
			c.ValueDate = tt.day
			p := paidOnNinth().Propose(c)
			e, ok := signal(first(t, p), tt.signal)
			if !ok || p.Decision != tt.decision || !strings.Contains(p.Held, tt.held) {
				t.Fatalf("got %v, decision %s, held %q; want %s, %s, %q", first(t, p).Evidence, p.Decision, p.Held, tt.signal, tt.decision, tt.held)
			}
			if of := strings.Contains(e.Detail, "5 Jun 2026"); of != (tt.day < on(6, 9)) {
				t.Errorf("the amount speaks of %q", e.Detail)
			}
		})
	}
}

// TestBookForgetsWhatWasPaid: when a due stands whole again, nothing is left of
// what it was meanwhile.
func TestBookForgetsWhatWasPaid(t *testing.T) {
	b, c := paidOnNinth(), credit(7_770_00, "IMPS/P2A/615712345678/TEJINDER SINGH GREWAL/AXIS BANK/emi")
	b.SetDues("8", []Due{{Account: "8", DueDate: on(6, 5), Amount: 7_770_00, EMI: 7_770_00}})
	if p := b.Propose(c); p.Decision != Auto || p.Held != "" {
		t.Errorf("decision %s, held %q; want auto", p.Decision, p.Held)
	}
}

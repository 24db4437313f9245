package servicing

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestMandateFrequency: a list leaves out what a mandate's frequency does not allow in
// its period, and says so; a return gives the period back, the next period is free.
func TestMandateFrequency(t *testing.T) {
	h := newHouseOn(t, "2025-05-05")
	for i, frequency := range MandateFrequencies {
		no := string(rune('1' + i))
		h.takeOver("PL00"+no, "Borrower "+no, "disbursed_on", "2025-03-05", "first_due_date", "2025-04-05", "paid_to_date", "")
		h.mandateEvery(frequency, "PL00"+no, "SBIN701261100123456"+no, "20000")
	}
	codes := func(in PresentationInput) map[string][]string {
		t.Helper()
		got := map[string][]string{}
		for _, item := range h.plan(in).Items {
			got[item.Due.AccountRef] = append(got[item.Due.AccountRef], item.Code)
		}
		return got
	}
	const once, open = "presentation.frequency", "presentation.open"
	both := PresentationInput{Date: day("2025-05-05"), Arrears: true}
	want := map[string][]string{"PL001": {"", ""}, "PL002": {"", once}, "PL003": {"", once}, "PL004": {"", once}, "PL005": {"", once}}
	if diff := cmp.Diff(want, codes(both)); diff != "" {
		t.Errorf("two dues on one list: %s", diff)
	}
	_, items := h.present(both)
	if len(items) != 6 {
		t.Fatalf("%d dues on the list, want 6", len(items))
	}
	want = map[string][]string{"PL001": {open, open}, "PL002": {open, once}, "PL003": {open, once}, "PL004": {open, once}, "PL005": {open, once}}
	if diff := cmp.Diff(want, codes(both)); diff != "" {
		t.Errorf("on a second list of the day: %s", diff)
	}
	for _, item := range h.plan(both).Items {
		if item.Code == once && item.Due.AccountRef == "PL002" && !strings.HasSuffix(item.WhyNot, " is monthly: it allows one collection from 1 May 2025 to 31 May 2025, and "+items[2].Ref+" of 5 May 2025 is that one.") {
			t.Errorf("in words: %s", item.WhyNot)
		}
	}
	june := PresentationInput{Date: day("2025-06-05"), Arrears: true}
	want = map[string][]string{"PL001": {open, open, ""}, "PL002": {open, "", once}, "PL003": {open, once, once}, "PL004": {open, once, once}, "PL005": {open, once, once}}
	if diff := cmp.Diff(want, codes(june)); diff != "" {
		t.Errorf("in the next month: %s", diff)
	}
	_, err := h.office.AnswerItem(t.Context(), h.asha, items[3].Ref, ItemAnswer{State: "returned", Code: "04"})
	h.must(err)
	want["PL003"] = []string{"presentation.funds", "", once, once} // its charge is a due too
	if diff := cmp.Diff(want, codes(june)); diff != "" {
		t.Errorf("after the return of %s: %s", items[3].AccountRef, diff)
	}
	h.sound()
}

package servicing

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/matching"
)

// TestCreditIsJudgedOnItsValueDate: a credit that waits is compared with what was
// due on its own day, though somebody's later payment cleared that since; that is
// said, and nothing is ticked.
func TestCreditIsJudgedOnItsValueDate(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL100", "Sunita Devi", "paid_to_date", "2026-10-05")
	must := func(err error) { t.Helper(); h.must(err) }
	must(h.office.SetEngineMode(t.Context(), Console(), EngineModeInput{Mode: EngineOn}))
	h.importCSV(hdfcFile(line("10/11/26", "UPI-SUNITA DEVI-SUNITA@OKSBI-SBIN0001234-632012345601-EMI PL100", "0000632012345601", "11002.00", "")))
	early := h.newest()
	if p := h.kept()[early.Ref]; p.Decision != matching.Auto {
		t.Fatalf("before anything was paid it is %s, held %q; want auto", p.Decision, p.Held)
	}
	h.importCSV(hdfcFile(line("16/11/26", "UPI-SUNITA DEVI-SUNITA@OKSBI-SBIN0001234-632012345602-EMI PL100", "0000632012345602", "11002.00", "")))
	h.approve(h.match(h.newest(), "PL100"))
	p := h.kept()[early.Ref]
	if p.Decision != matching.Suggest || !strings.Contains(p.Held, "paid since, on 16 Nov 2026") {
		t.Errorf("decision %s, held %q; want a suggestion that says it was paid since", p.Decision, p.Held)
	}
	var amount matching.Evidence
	for _, e := range p.Candidates[0].Evidence {
		if e.Family == matching.Amount {
			amount = e
		}
	}
	if amount.Signal != matching.SignalAmount || !strings.Contains(amount.Detail, "exactly the due of 5 Nov 2026") {
		t.Errorf("the amount says %+v; want that it is exactly what was due then", amount)
	}
}

// TestOnlyWhatAChangeConcernsIsAskedAgain: where many credits wait, an approval
// has those asked about again that it concerns, and their answers are as if
// everything had been asked.
func TestOnlyWhatAChangeConcernsIsAskedAgain(t *testing.T) {
	h := newHouse(t)
	names := []string{"Sunita Devi", "Ravi Kumar", "Imran Sheikh", "Kaveri Textiles", "Lakshmi Nair"}
	for i, name := range names {
		h.takeOver(fmt.Sprintf("PL%03d", i), name, "paid_to_date", "2026-10-05")
	}
	var lines []string
	for i := range fewWaiting + 20 {
		payer, amount := strings.ToUpper(names[i%5]), "11002.00"
		if i%4 > 0 { // strangers, who pay what nobody owes
			payer, amount = fmt.Sprintf("STRANGER %c%c", 'A'+i%26, 'A'+i/26), fmt.Sprintf("%d.00", 20_000+i)
		}
		lines = append(lines, line("16/11/26", fmt.Sprintf("UPI-%s-P%03d@OKSBI-SBIN0001234-6320123%05d-EMI", payer, i, i), fmt.Sprintf("00006320123%05d", i), amount, ""))
	}
	h.importCSV(hdfcFile(lines...))
	h.kept()
	paid := h.recordOf(fmt.Sprintf("6320123%05d", fewWaiting+16)) // one of those that pay an instalment
	h.approve(h.match(paid, "PL001"))
	h.read(h.office.engine.catchUp)
	if n := len(h.office.engine.doubtful); n == 0 || n > fewWaiting/2 {
		t.Errorf("%d of %d credits are asked about again; want those it concerns", n, fewWaiting+19)
	}
	kept := h.kept()
	if diff := cmp.Diff(h.answers(h.office), kept); diff != "" {
		t.Errorf("after an approval (-asked now +kept):\n%s", diff)
	}
}

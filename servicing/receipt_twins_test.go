package servicing

import (
	"context"
	"strings"
	"testing"

	"lekha/store"
)

// transfer enters a transfer that a customer told us of, without its reference.
func (h *house) transfer(account, amount, date string) store.Record {
	h.Helper()
	r, err := h.office.CreateRecord(context.Background(), h.asha, NewRecord{Account: account, Received: rupees(amount), Mode: "transfer", Date: day(date), CollectionBank: "HDFC-CA-01", Source: "hand"})
	h.must(err)
	return r
}

// twins are the refs of what may be the same money.
func (h *house) twins(ref string) []string {
	h.Helper()
	var refs []string
	h.read(func(ctx context.Context, v *store.View) error {
		r, err := recordByAny(ctx, v, ref)
		if err != nil {
			return err
		}
		twins, err := TwinsOf(ctx, v, r)
		for _, t := range twins {
			refs = append(refs, t.Record.Ref)
			if t.Why == "" {
				h.Errorf("%s: no reason", t.Record.Ref)
			}
		}
		return err
	})
	return refs
}

// checkNamed is the check of a request whose text holds some words.
func (h *house) checkNamed(r store.Record, words string) *Check {
	h.Helper()
	var found *Check
	a := h.openApproval(r.Ref)
	h.read(func(ctx context.Context, v *store.View) error {
		effects, err := PreviewApproval(ctx, v, a)
		if err != nil {
			return err
		}
		checks, err := ChecksOf(ctx, v, h.ravi, a, effects)
		for i := range checks {
			if strings.Contains(checks[i].Text, words) {
				found = &checks[i]
			}
		}
		return err
	})
	return found
}

// TestSameMoneyTwiceIsAsked: a transfer entered without its reference and its
// statement line are shown beside each other, on both requests, and one act makes
// them one.
func TestSameMoneyTwiceIsAsked(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	h.takeOver("PL002", "Anita Rao")
	receipt := h.transfer("PL001", "11002", "2026-11-16")
	other := h.transfer("PL002", "11002", "2026-11-16")
	old := h.transfer("PL001", "11002", "2026-11-10")
	text := hdfcFile(line("15/11/26", "NEFT CR-SBIN0004430-SUNITA DEVI-SBIN12345678901", "SBIN12345678901", "11002.00", "1.00"))
	check, err := h.office.CheckStatement(t.Context(), h.asha, StatementFile{Name: "statement.csv", Data: []byte(text)})
	h.must(err)
	if p := check.Lines[0]; p.Fate != "created" || p.Record != receipt.Ref || !strings.Contains(p.Reason, "May be the same money") {
		t.Errorf("the check says %+v", p)
	}
	h.importCSV(text)
	found := h.newest()
	if got := h.twins(receipt.Ref); len(got) != 1 || got[0] != found.Ref {
		t.Errorf("twins of the receipt: %q", got)
	}
	if got := h.twins(found.Ref); len(got) != 1 || got[0] != receipt.Ref {
		t.Errorf("twins of the line: %q", got)
	}
	if got := append(h.twins(other.Ref), h.twins(old.Ref)...); len(got) != 0 {
		t.Errorf("another borrower's receipt, or one of last week: %q", got)
	}
	matched := h.match(found, "PL001")
	receipt, err = h.office.RequestApproval(t.Context(), h.asha, receipt.Ref, receipt.Version, "")
	h.must(err)
	for r, twin := range map[string]store.Record{receipt.Ref: matched, matched.Ref: receipt} {
		c := h.checkNamed(h.record(r), "May be the same money as "+twin.Ref)
		if c == nil || c.Verdict != Judge || !strings.Contains(c.More, "one day apart") || !strings.Contains(c.More, "both for Sunita Devi") {
			t.Errorf("%s: the check says %+v", r, c)
		}
	}
	stands, err := h.office.ConfirmReceipt(t.Context(), h.asha, SameMoney{Receipt: receipt.Ref, Line: matched.Ref})
	h.must(err)
	if stands.Ref != receipt.Ref || stands.BankCreditID == "" || stands.Reference != "SBIN12345678901" || stands.Status != "pending" {
		t.Errorf("%+v", stands)
	}
	if gone := h.record(matched.Ref); gone.Status != "cancelled" || gone.Carries || string(gone.DuplicateOf) != receipt.ID {
		t.Errorf("%+v", gone)
	}
	h.sound()
	h.approve(receipt)
	if h.position(account).DueNow != 0 || len(h.twins(receipt.Ref)) != 0 {
		t.Errorf("%+v, twins %q", h.position(account), h.twins(receipt.Ref))
	}
	h.sound()
}

// TestSameMoneyWhereOneSettled: what settled stands; two that settled are for a
// reversal.
func TestSameMoneyWhereOneSettled(t *testing.T) {
	for name, first := range map[string]string{"receipt": "receipt", "line": "line", "both": "both"} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
			receipt := h.transfer("PL001", "500", "2026-11-16")
			found := h.credit("NEFT CR-SUNITA DEVI", "SBIN12345678901", "500.00")
			if first != "line" {
				sent, err := h.office.RequestApproval(t.Context(), h.asha, receipt.Ref, receipt.Version, "")
				h.must(err)
				receipt = h.approve(sent)
			}
			if first != "receipt" {
				found = h.approve(h.match(found, "PL001"))
			}
			stands, err := h.office.ConfirmReceipt(t.Context(), h.asha, SameMoney{Receipt: receipt.Ref, Line: found.Ref})
			switch first {
			case "both":
				h.refused(err, "same_money.settled")
			case "receipt":
				h.must(err)
				if stands.Ref != receipt.Ref || stands.Status != "processed" || h.record(found.Ref).Status != "cancelled" {
					t.Errorf("%+v", stands)
				}
			case "line":
				h.must(err)
				if stands.Ref != found.Ref || h.record(receipt.Ref).Status != "cancelled" {
					t.Errorf("%+v", stands)
				}
			}
			h.sound()
		})
	}
}

// TestSameMoneyIsRefusedWhereItIsNot by amount, by kind, by version, and for people
// who do not prepare.
func TestSameMoneyIsRefusedWhereItIsNot(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	receipt := h.transfer("PL001", "500", "2026-11-16")
	line, more := h.credit("NEFT CR-SUNITA DEVI", "SBIN12345678901", "500.00"), h.credit("NEFT CR-SUNITA DEVI", "SBIN12345678902", "501.00")
	for code, in := range map[string]SameMoney{
		"same_money.amount":  {Receipt: receipt.Ref, Line: more.Ref},
		"same_money.receipt": {Receipt: line.Ref, Line: receipt.Ref},
		"same_money.line":    {Receipt: receipt.Ref, Line: receipt.Ref},
		"record.changed":     {Receipt: receipt.Ref, Line: line.Ref, LineVersion: 9},
	} {
		_, err := h.office.ConfirmReceipt(t.Context(), h.asha, in)
		h.refused(err, code)
	}
	_, err := h.office.ConfirmReceipt(t.Context(), h.ravi, SameMoney{Receipt: receipt.Ref, Line: line.Ref})
	h.refused(err, "permission")
	h.sound()
}

// TestChequeAndItsLineWithoutNumber: the bank prints no cheque number, the cheque
// clears days later; another number is another cheque.
func TestChequeAndItsLineWithoutNumber(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	cheque, err := h.office.CreateRecord(t.Context(), h.asha, NewRecord{Account: "PL001", Received: rupees("9800"), Mode: "cheque", ChequeNo: "004417", ChequeBank: "Saraswat Bank",
		ChequeDate: day("2026-11-09"), Date: day("2026-11-09"), Source: "hand"})
	h.must(err)
	h.importCSV(hdfcFile(line("16/11/26", "CHQ DEP - MICR CLG - SARASWAT", "", "9800.00", "1.00"), line("16/11/26", "CHQ DEP - MICR CLG - SARASWAT", "000000009999", "9800.00", "2.00")))
	if got := h.twins(cheque.Ref); len(got) != 1 {
		t.Errorf("twins %q", got)
	}
}

// TestNoAutoApprovalWhileATwinExists: under the auto limit a credit settles at once,
// unless it may be the money of a receipt.
func TestNoAutoApprovalWhileATwinExists(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	h.tamper(`UPDATE company SET auto_limit = 100000`)
	h.transfer("PL001", "500", "2026-11-16")
	if r := h.match(h.credit("NEFT CR-SUNITA DEVI", "SBIN12345678901", "500.00"), "PL001"); r.Status != "pending" {
		t.Errorf("it is %s", r.Status)
	}
	if r := h.match(h.credit("NEFT CR-SUNITA DEVI", "SBIN12345678902", "400.00"), "PL001"); r.Status != "processed" {
		t.Errorf("without a twin it is %s", r.Status)
	}
}

// TestMistypedReferences are few slips, or a part.
func TestMistypedReferences(t *testing.T) {
	for pair, want := range map[[2]string]bool{
		{"SBIN12345678901", "SBIN12345678901"}: true, {"SBIN12345678901", "SBIN12345678910"}: true,
		{"SBIN12345678901", "SBIN12345679912"}: false, {"345678901", "SBIN12345678901"}: true, {"901", "SBIN12345678901"}: false,
	} {
		if got := mistyped(pair[0], pair[1]); got != want {
			t.Errorf("%q: %v", pair, got)
		}
	}
}

// eventOf is the last event of a kind.
func (h *house) eventOf(action string) store.Event {
	h.Helper()
	var event store.Event
	h.read(func(ctx context.Context, v *store.View) error {
		events, err := v.Events(ctx, store.EventFilter{Action: action, Limit: 1})
		if len(events) > 0 {
			event = events[0]
		}
		return err
	})
	return event
}

// TestNotTheSameMoney: somebody says, with a reason, that a receipt and a line are
// two monies; they are not asked about again, not even when a rejection makes
// another record of the line, and whoever decides still reads who said it.
func TestNotTheSameMoney(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	receipt := h.transfer("PL001", "500", "2026-11-16")
	text := hdfcFile(line("15/11/26", "NEFT CR-SBIN0004430-SUNITA DEVI-SBIN12345678901", "SBIN12345678901", "500.00", "1.00"))
	h.importCSV(text)
	found := h.newest()
	if got := h.twins(found.Ref); len(got) != 1 {
		t.Fatalf("twins before: %q", got)
	}
	pair := NotSameMoney{Receipt: receipt.Ref, Line: found.Ref}
	_, err := h.office.KeepApart(t.Context(), h.asha, pair)
	h.refused(err, "same_money.reason")
	pair.Reason = "She paid twice, her bank shows both."
	_, err = h.office.KeepApart(t.Context(), h.asha, pair)
	h.must(err)
	if got := append(h.twins(receipt.Ref), h.twins(found.Ref)...); len(got) != 0 {
		t.Errorf("twins after: %q", got)
	}
	if e := h.eventOf("record.apart"); e.Subject != receipt.Ref || !strings.Contains(e.Summary, found.Ref) || !strings.Contains(e.Summary, pair.Reason) {
		t.Errorf("the log says %+v", e)
	}
	_, err = h.office.KeepApart(t.Context(), h.asha, pair)
	h.refused(err, "same_money.said")
	matched := h.match(found, "PL001")
	receipt, err = h.office.RequestApproval(t.Context(), h.asha, receipt.Ref, receipt.Version, "")
	h.must(err)
	for _, r := range []store.Record{receipt, h.record(matched.Ref)} {
		c := h.checkNamed(r, "not the same money")
		if c == nil || c.More != pair.Reason || !strings.Contains(c.Text, "Asha") {
			t.Errorf("%s: the check says %+v", r.Ref, c)
		}
	}
	h.must(h.decide(h.ravi, h.record(matched.Ref), "reject", "Not hers."))
	successor := h.newest()
	if successor.Ref == found.Ref || len(h.twins(successor.Ref)) != 0 {
		t.Errorf("%s came of %s, twins %q", successor.Ref, found.Ref, h.twins(successor.Ref))
	}
	h.sound()
}

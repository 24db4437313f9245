package servicing

import (
	"context"
	"strings"
	"testing"

	"lekha/store"
)

// debit is a line of money going out.
func debit(narration, reference, amount string) string {
	return "16/11/26," + narration + "," + reference + ",16/11/26," + amount + ",,"
}

// TestReturnsUnderAnotherReference: banks print a return of a cheque or of a
// mandate under numbers of their own. What was settled is proposed for reversal.
func TestReturnsUnderAnotherReference(t *testing.T) {
	for name, c := range map[string]struct{ credit, reference, debit, debitRef string }{
		"cheque, I/W CHQ RETURN-":     {"CHQ DEP - MICR CLG - 4417 SARASWAT", "000000004417", "I/W CHQ RETURN-004417", "88123"},
		"cheque, CHQ RET with reason": {"CHQ DEP - MICR CLG - SARASWAT", "000000004417", "CHQ RET 004417 INSUFFICIENT FUNDS", ""},
		"cheque, RTN":                 {"CHQ DEP 4417", "", "RTN 004417", ""},
		"mandate":                     {"ACH C- SUNITA DEVI-HDFC7012345678901234", "ACH99001", "NACH RTN-HDFC7012345678901234-BALANCE INSUFFICIENT", "RT77"},
		"ECS":                         {"ECS CR SUNITA 7012345678", "", "ECS RTN 7012345678", ""},
		"transfer in the narration":   {"NEFT CR-SUNITA", "SBIN12345678901", "FUNDS TAKEN BACK SBIN12345678901 SUNITA", "X1"},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
			settled := h.approve(h.match(h.credit(c.credit, c.reference, "11002.00"), "PL001"))
			result := h.importCSV(hdfcFile(debit("SALARIES", "SAL00000012345", "11002.00"), debit(c.debit, c.debitRef, "11002.00")))
			h.returns(result.Statement, 1)
			if a := h.openApproval(settled.Ref); a.Kind != "reversal" {
				t.Errorf("%+v", a)
			}
			h.sound()
		})
	}
}

// returns asserts how many lines of a statement take a credit back.
func (h *house) returns(s store.Statement, want int) []store.StatementLine {
	h.Helper()
	var lines []store.StatementLine
	h.read(func(ctx context.Context, v *store.View) (err error) {
		lines, err = v.StatementLines(ctx, s.ID, "returns", 0, 10)
		return err
	})
	if len(lines) != want {
		h.Errorf("%d lines take a credit back, want %d: %+v", len(lines), want, lines)
	}
	return lines
}

// TestNoReturnWhereItIsNotSure: another amount, another number, a payment of ours,
// too long ago, or two credits that it may be.
func TestNoReturnWhereItIsNotSure(t *testing.T) {
	h := newHouse(t)
	h.credit("CHQ DEP - 4417 SARASWAT", "000000004417", "500.00")
	h.credit("CHQ DEP - 4418 SARASWAT", "000000004418", "600.00")
	h.credit("CHQ DEP - 4418 BARODA", "000000004418", "600.00")
	h.clock.set(h.clock.read().AddDate(0, 0, 20))
	result := h.importCSV(hdfcFile(debit("CHQ RET 004417", "", "501.00"), debit("CHQ RET 004499", "", "500.00"), debit("CHQ PAID 004417 RENT", "", "500.00"),
		debit("CHQ RET 004418", "", "600.00"), "02/12/26,CHQ RET 004417,,02/12/26,500.00,,"))
	h.returns(result.Statement, 0)
	h.read(func(ctx context.Context, v *store.View) error {
		lines, err := v.StatementLines(ctx, result.Statement.ID, "outgoing", 0, 10)
		if len(lines) != 5 || !strings.Contains(lines[3].Reason, "one of 2 credits") {
			t.Errorf("%+v", lines)
		}
		return err
	})
	h.sound()
}

// TestReturnWithinOneFile: the credit and its return stand in the same statement.
func TestReturnWithinOneFile(t *testing.T) {
	h := newHouse(t)
	result := h.importCSV(hdfcFile(line("16/11/26", "CHQ DEP - 4417 SARASWAT", "000000004417", "9800.00", ""), debit("I/W CHQ RETURN-004417", "", "9800.00")))
	lines := h.returns(result.Statement, 1)
	if r := h.record(lines[0].RecordRef); r.Status != "set_aside" || r.SetAsideKind != "return" {
		t.Errorf("%+v", r)
	}
	h.sound()
}

// TestReturnedChequeThatWasPaidInOnASlip: the bank credited the slip, not the
// cheque; the receipt by hand that settled is proposed for reversal.
func TestReturnedChequeThatWasPaidInOnASlip(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	cheque, err := h.office.CreateRecord(t.Context(), h.asha, NewRecord{Account: "PL001", Received: rupees("9800"), Mode: "cheque", ChequeNo: "004417", ChequeBank: "Saraswat Bank",
		ChequeDate: day("2026-11-12"), Source: "hand"})
	h.must(err)
	sent, err := h.office.RequestApproval(t.Context(), h.asha, cheque.Ref, cheque.Version, "")
	h.must(err)
	settled := h.approve(sent)
	lines := h.returns(h.importCSV(hdfcFile(debit("CHQ RET 004417 INSUFFICIENT FUNDS", "", "9800.00"))).Statement, 1)
	if a := h.openApproval(settled.Ref); a.Kind != "reversal" || lines[0].RecordRef != settled.Ref {
		t.Errorf("%+v", a)
	}
	h.sound()
	h.approve(settled)
	h.sound()
}

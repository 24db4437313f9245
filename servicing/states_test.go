package servicing

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jmoiron/sqlx"

	"lekha/lending"
	"lekha/store"
)

// everything is the whole file as text, a line a row, but for the log: what a
// refused command must leave as it was.
func (h *house) everything() []string {
	h.Helper()
	raw, err := sqlx.Open("sqlite3", "file:"+h.path+"?_busy_timeout=5000&_query_only=on")
	h.must(err)
	defer raw.Close()
	var tables []string
	h.must(raw.Select(&tables, `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' AND name NOT IN ('events', 'log_head', 'sqlite_stat1') ORDER BY name`))
	var out []string
	for _, table := range tables {
		rows, err := raw.Queryx(`SELECT * FROM ` + table)
		h.must(err)
		for rows.Next() {
			cells, err := rows.SliceScan()
			h.must(err)
			out = append(out, fmt.Sprint(table, " ", cells))
		}
		h.must(rows.Err())
		h.must(rows.Close())
	}
	return out
}

// probe is one question of STM-01 to a state machine: given, it brings something to
// its state and answers with the act and with where it stands afterwards.
type probe struct {
	name    string
	given   func(h *house) (act func() error, stands func() string)
	refused string // code of the refusal; empty: allowed
	words   string // part of the reason, or where the act leads
}

// STM-01: each allowed step works; each other is refused with its reason, and leaves
// nothing but the refusal in the log.
func TestStateMachineProbes(t *testing.T) {
	for _, p := range append(recordProbes(), lifeProbes()...) {
		t.Run(p.name, func(t *testing.T) {
			h := newHouse(t)
			act, stands := p.given(h)
			before, events := h.everything(), h.events()
			err := act()
			if p.refused == "" {
				h.must(err)
				if got := stands(); got != p.words {
					t.Errorf("it is %s now, want %s", got, p.words)
				}
				h.sound()
				return
			}
			if e := h.refused(err, p.refused); !strings.Contains(e.Message, p.words) {
				t.Errorf("refused with %q, which does not say %q", e.Message, p.words)
			}
			if diff := cmp.Diff(before, h.everything()); diff != "" {
				t.Errorf("a refused command left something: %s", diff)
			}
			if last := h.lastEvent(); h.events() != events+1 || last.Outcome != "refused" {
				t.Errorf("%d events more, the last is %s, %s", h.events()-events, last.Action, last.Outcome)
			}
		})
	}
}

// recordProbes are those of receipts and of the payouts that give them back.
func recordProbes() []probe {
	return []probe{
		{"record pending approve by its maker", func(h *house) (func() error, func() string) {
			_, sent := h.sent("1000")
			maker := h.asha
			maker.Roles = append(maker.Roles, CreditManager) // the role is not what stands in the way
			return func() error { return h.decide(maker, sent, "approve", "") }, nil
		}, "approval.self", "You made or edited this"},
		{"record pending approve by another", func(h *house) (func() error, func() string) {
			_, sent := h.sent("1000")
			return func() error { return h.decide(h.ravi, sent, "approve", "") }, func() string { return h.record(sent.Ref).Status }
		}, "", "processed"},
		{"record processed revert after its excess was paid back", func(h *house) (func() error, func() string) {
			_, record := h.overpaid("PL001", "SUNITA", "20000.00")
			refund, err := h.office.RequestRefund(h.Context(), h.asha, RefundInput{Record: record.Ref, Amount: record.RemainingAmount, PayoutTo: "custom_bank", NewBank: sendersBank})
			h.must(err)
			h.decided(refund.Record.Ref, "approve")
			h.release(refund.Payout.Ref, "PAID000000001")
			return func() error { return h.reverse(record) }, nil
		}, "DEPENDENT_REFUND", "was paid back or moved on"},
		{"record processed revert with nothing depending on it", func(h *house) (func() error, func() string) {
			_, record := h.overpaid("PL001", "SUNITA", "20000.00")
			return func() error { return h.reverse(record) }, func() string { return h.record(record.Ref).Status }
		}, "", "reverted"},
		{"record rejected approve", func(h *house) (func() error, func() string) {
			approval, sent := h.sent("1000")
			h.must(h.decide(h.ravi, sent, "reject", "Not ours."))
			return func() error {
				_, err := h.office.Decide(h.Context(), h.mina, approval.Ref, DecisionInput{Decision: "approve"})
				return err
			}, nil
		}, "approval.already_decided", "Ravi was faster: this is rejected"},
		{"payout success retry", func(h *house) (func() error, func() string) {
			p := h.refundAtBank()
			_, err := h.office.ProcessPayout(h.Context(), h.omar, p.Ref, PaidOut{UTR: "PAID000000001", DebitBank: "HDFC-CA-01"})
			h.must(err)
			return h.retry(p), nil
		}, "payout.state", "is success"},
		{"payout failed retry", func(h *house) (func() error, func() string) {
			p := h.refundAtBank()
			_, err := h.office.FailPayout(h.Context(), h.omar, p.Ref, PayoutAnswer{Reason: "Account does not exist"})
			h.must(err)
			return h.retry(p), func() string { return h.payout(p.Ref).Status }
		}, "", "queued"},
		{"payout unknown retry", func(h *house) (func() error, func() string) {
			p := h.refundAtBank()
			_, err := h.office.QueryPayout(h.Context(), h.omar, p.Ref, PayoutAnswer{Reason: "No answer"})
			h.must(err)
			return h.retry(p), nil
		}, "payout.not_definite", "Ask it first: money could leave twice"},
	}
}

// lifeProbes are those of topups, accounts, fees, loans and the day.
func lifeProbes() []probe {
	return []probe{
		{"topup scheduled unschedule before its day", func(h *house) (func() error, func() string) {
			d, drawn := h.scheduled()
			return func() error {
					_, err := h.office.UnscheduleTopup(h.Context(), h.asha, drawn.Ref, TopupNote{})
					return err
				},
				func() string { return d.topup(drawn.Ref).Status }
		}, "", "approved"},
		{"topup disbursed unschedule", func(h *house) (func() error, func() string) {
			d := h.drawing(scf01, "5000000", lending.DrawingRules{})
			drawn := d.paid(d.bill("INV-1", "100000"))
			return func() error {
				_, err := h.office.UnscheduleTopup(h.Context(), h.asha, drawn.Ref, TopupNote{})
				return err
			}, nil
		}, "topup.state", "is paid out"},
		{"account active close with 0.40 left", func(h *house) (func() error, func() string) {
			account := h.nearlyPaid("-0.40")
			return h.closing(account), func() string {
				return fmt.Sprint(h.account(account.Ref).Status, " ", h.book(account).Summary.TotalOutstanding, " ", h.book(account).Summary.PrincipalPaid)
			}
		}, "", "closed 0.00 499999.60"},
		{"account active close with 50.00 of excess", func(h *house) (func() error, func() string) {
			return h.closing(h.nearlyPaid("50.00")), nil
		}, "account.close_guard", "₹50.00 is held for the borrower"},
		{"fee paid delete", func(h *house) (func() error, func() string) {
			account := h.takeOver("PL001", "Sunita Devi")
			fee, err := h.office.CreateFee(h.Context(), h.asha, FeeInput{Account: account.Ref, Name: "Stamp", Amount: rupees("100"), GST: new(lending.Rate)})
			h.must(err)
			h.pay(account, "100", h.today())
			return func() error { _, err := h.office.DeleteFee(h.Context(), h.asha, fee.Ref, "A mistake."); return err }, nil
		}, "fee.paid", "Something was paid"},
		{"loan active reset_rps with an approved record that is not settled", func(h *house) (func() error, func() string) {
			account, loan := h.lend(emi01, "500000", day("2026-07-16"), 4)
			h.clock.set(day("2026-11-17").Time().Add(10 * time.Hour))
			h.importCSV(hdfcFile(line("17/11/26", "NEFT CR-SUNITA", "SBIN12345678901", "1000.00", "1.00")))
			if later := h.approve(h.match(h.newest(), account.Ref)); later.Status != "approved" {
				h.Fatalf("money of tomorrow is %s", later.Status)
			}
			return func() error {
				_, err := h.office.RequestReset(h.Context(), h.asha, ResetInput{Loan: loan.Ref, Reason: "A correction."})
				return err
			}, nil
		}, "account.unsettled", "is not settled yet"},
	}
}

// TestStateMachineProbes, the day: started again while it runs, a close answers with
// the run that is under way and writes nothing.
func TestDayStartedAgainWhileItRuns(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	date := h.today()
	run, err := h.office.openDayRun(t.Context(), h.asha, date)
	h.must(err)
	_, err = h.office.closeChunk(t.Context(), &run)
	h.must(err)
	before, events := h.everything(), h.events()
	result, err := h.office.CloseDay(t.Context(), h.bela, date.AddDays(1))
	h.must(err)
	if result.Accounts != run.Accounts || result.Days != 0 || result.BusinessDate != date.AddDays(1) {
		t.Errorf("started again it answers %+v, the run is %+v", result, run)
	}
	if diff := cmp.Diff(before, h.everything()); diff != "" || h.events() != events {
		t.Errorf("started again it wrote: %s", diff)
	}
}

// sent is a receipt on its way to a credit manager.
func (h *house) sent(amount string) (store.Approval, store.Record) {
	h.Helper()
	account := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	record, err := h.office.RequestApproval(h.Context(), h.asha, h.enter(account, amount, h.today()).Ref, 0, "")
	h.must(err)
	return h.openApproval(record.Ref), record
}

// reverse takes a receipt back that the bank took back: asked for by one, signed by
// another.
func (h *house) reverse(record store.Record) error {
	a, err := h.office.RequestReversal(context.Background(), h.asha, record.Ref, 0, "bank", "It bounced.")
	if err != nil {
		return err
	}
	return h.signed(a.Ref, h.ravi, h.mina)
}

// refundAtBank is the payout of a refund that finance released.
func (h *house) refundAtBank() store.Payout {
	h.Helper()
	_, record := h.overpaid("PL001", "SUNITA", "20000.00")
	refund, err := h.office.RequestRefund(h.Context(), h.asha, RefundInput{Record: record.Ref, Amount: record.RemainingAmount, PayoutTo: "custom_bank", NewBank: sendersBank})
	h.must(err)
	h.decided(refund.Record.Ref, "approve")
	p, err := h.office.ApprovePayout(h.Context(), h.omar, refund.Payout.Ref, 0)
	h.must(err)
	return p
}

func (h *house) payout(ref string) store.Payout {
	h.Helper()
	var p store.Payout
	h.read(func(ctx context.Context, v *store.View) (err error) {
		p, err = v.PayoutByID(ctx, ref)
		return err
	})
	return p
}

func (h *house) retry(p store.Payout) func() error {
	return func() error {
		_, err := h.office.RetryPayout(context.Background(), h.omar, p.Ref, 0)
		return err
	}
}

// scheduled is a drawing that goes out in two days.
func (h *house) scheduled() (*drawing, Topup) {
	h.Helper()
	d := h.drawing(scf01, "200000", lending.DrawingRules{})
	later, in := d.today().AddDays(2), d.bill("INV-1", "100000")
	in.ScheduledOn = &later
	return d, d.out(in)
}

// nearlyPaid is an account whose last instalment was paid with so much more.
func (h *house) nearlyPaid(more string) store.Account {
	h.Helper()
	account, loan := h.lend(emi01, "500000", day("2025-11-10"), 11)
	last := lending.Owed(h.book(account), loan.ID)
	h.pay(account, (last.Principal + last.Interest + rupees(more)).String(), day("2026-11-10"))
	return h.account(account.Ref)
}

func (h *house) closing(account store.Account) func() error {
	return func() error {
		_, err := h.office.CloseLoanAccount(context.Background(), h.asha, CloseInput{Account: account.Ref})
		return err
	}
}

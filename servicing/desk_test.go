package servicing

import (
	"context"
	"testing"

	"lekha/lending"
	"lekha/store"
)

// split splits a record over accounts and sends it.
func (h *house) split(record store.Record, parts ...Allocation) store.Record {
	h.Helper()
	out, err := h.office.MatchRecord(context.Background(), h.asha, record.Ref, MatchInput{Version: record.Version, Allocations: parts, Send: true})
	h.must(err)
	return out
}

func (h *house) children(parent store.Record) []store.Record {
	h.Helper()
	var rows []store.Record
	h.read(func(ctx context.Context, v *store.View) error {
		var err error
		rows, err = v.ChildrenOf(ctx, parent.ID)
		return err
	})
	return rows
}

func TestSplitSettlesAllOrNothing(t *testing.T) {
	h := newHouse(t)
	one, two := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05"), h.takeOver("PL002", "Anita Devi", "paid_to_date", "2026-10-05")
	record := h.split(h.credit("NEFT CR-SBIN0001-DEVI SISTERS", "SBIN12345678901", "22004.00"),
		Allocation{Account: "PL001", Amount: rupees("11002")}, Allocation{Account: "PL002", Amount: rupees("11002")})
	if record.Status != "split" || record.Carries {
		t.Errorf("parent: %+v", record)
	}
	h.sound()
	// One of the accounts is closed before the decision: neither part may settle.
	write := func(status string) {
		h.must(h.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.SetAccountStatus(ctx, two.ID, status) }))
	}
	write("closed")
	h.refused(h.decide(h.ravi, record, "approve", ""), "account.closed")
	for _, child := range h.children(record) {
		if child.Status != "pending" {
			t.Errorf("after a refused decision part %s is %s", child.Ref, child.Status)
		}
	}
	write("active")
	h.approve(record)
	for _, account := range []store.Account{one, two} {
		if p := h.position(account); p.DueNow != 0 {
			t.Errorf("%s: %+v", account.Ref, p)
		}
	}
	// A split that was decided is neither sent nor undone again.
	_, err := h.office.RequestApproval(t.Context(), h.asha, record.Ref, 0, "Again.")
	h.refused(err, "record.state")
	_, err = h.office.UnmatchRecord(t.Context(), h.asha, record.Ref, 0, "Again.")
	h.refused(err, "record.state")
	h.sound()
}

func TestSplitUndoneAndRejected(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	h.takeOver("PL002", "Anita Devi")
	parts := []Allocation{{Account: "PL001", Amount: rupees("300")}, {Account: "PL002", Amount: rupees("200")}}
	record := h.split(h.credit("NEFT CR-SBIN0001-DEVI SISTERS", "SBIN12345678901", "500.00"), parts...)
	record, err := h.office.UnmatchRecord(t.Context(), h.asha, record.Ref, record.Version, "Ask first.")
	h.must(err)
	if record.Status != "unmatched" || !record.Carries {
		t.Errorf("after undo: %+v", record)
	}
	h.sound()
	record = h.split(record, parts...)
	_, err = h.office.UnmatchRecord(t.Context(), h.asha, h.children(record)[2].Ref, 0, "One part.")
	h.refused(err, "record.part_of_split")
	h.must(h.decide(h.ravi, record, "reject", "Only one of them paid."))
	next := h.successor(record)
	if next.Amount != rupees("500") {
		t.Errorf("successor: %+v", next)
	}
	h.read(func(ctx context.Context, v *store.View) error {
		refused, err := v.RefusedAccounts(ctx, string(next.BankCreditID))
		if len(refused) != 1 || len(refused[0]) != 2*idLength+1 {
			t.Errorf("the combination is refused as %q", refused)
		}
		return err
	})
	h.approve(h.match(next, "PL001"))
	h.sound()
}

// TestReversedPartOfASplitStandsByItself: it is matched and sent again like any
// other credit.
func TestReversedPartOfASplitStandsByItself(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	h.takeOver("PL002", "Anita Devi")
	h.takeOver("PL003", "Kavita Devi")
	record := h.split(h.credit("NEFT CR-SBIN0001-DEVI SISTERS", "SBIN12345678901", "500.00"),
		Allocation{Account: "PL001", Amount: rupees("300")}, Allocation{Account: "PL002", Amount: rupees("200")})
	h.approve(record)
	parts := h.children(record)
	_, err := h.office.RequestReversal(t.Context(), h.asha, parts[0].Ref, 0, "account", "Not hers.")
	h.must(err)
	h.approve(parts[0])
	next := h.successor(parts[0])
	next, err = h.office.MatchRecord(t.Context(), h.asha, next.Ref, MatchInput{Allocations: []Allocation{{Account: "PL003", Amount: next.Amount}}})
	h.must(err)
	_, err = h.office.RequestApproval(t.Context(), h.asha, next.Ref, next.Version, "Hers.")
	h.must(err)
	next = h.approve(next)
	if next.Status != "processed" || next.Amount != rupees("300") {
		t.Errorf("%+v", next)
	}
	_, err = h.office.RequestMove(t.Context(), h.asha, parts[1].Ref, 0, "PL003", "Hers too.")
	h.must(err)
	h.approve(parts[1])
	if moved := h.successor(parts[1]); moved.Status != "processed" || moved.AccountRef != "PL003" {
		t.Errorf("moved: %+v", moved)
	}
	// The reference is still taken: by the split.
	_, err = h.office.CreateRecord(t.Context(), h.asha, NewRecord{Received: rupees("500"), UTR: "SBIN12345678901", CollectionBank: "HDFC-CA-01", Source: "api"})
	h.refused(err, "record.duplicate_utr")
	h.sound()
}

func TestParkAndSetAside(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	record := h.credit("INT.PD 01-10-2026 TO 31-10-2026", "", "213.00")
	_, err := h.office.ParkRecord(t.Context(), h.asha, record.Ref, record.Version, "")
	h.refused(err, "park.reason")
	record, err = h.office.ParkRecord(t.Context(), h.asha, record.Ref, record.Version, "Ask the bank.")
	h.must(err)
	h.sound()
	record, err = h.office.UnparkRecord(t.Context(), h.bela, record.Ref, record.Version)
	h.must(err)
	_, err = h.office.SetAsideRecord(t.Context(), h.asha, record.Ref, SetAside{Kind: "gift"})
	h.refused(err, "set_aside.kind")
	_, err = h.office.SetAsideRecord(t.Context(), h.asha, record.Ref, SetAside{Kind: "other"})
	h.refused(err, "set_aside.remark")
	_, err = h.office.SetAsideRecord(t.Context(), h.asha, record.Ref, SetAside{Kind: "duplicate", DuplicateOf: record.Ref})
	h.refused(err, "set_aside.duplicate_of")
	record, err = h.office.SetAsideRecord(t.Context(), h.asha, record.Ref, SetAside{Kind: "interest", Version: record.Version})
	h.must(err)
	h.sound()
	if record, err = h.office.UndoSetAside(t.Context(), h.asha, record.Ref, record.Version, ""); err != nil || record.Status != "unmatched" {
		t.Errorf("undone at once: %+v, %v", record, err)
	}
	h.sound()
}

// TestSetAsideIsUndoneLaterWithApproval: after the day is closed, or by somebody
// else, a credit manager decides, and the decision is carried out.
func TestSetAsideIsUndoneLaterWithApproval(t *testing.T) {
	h := newHouse(t)
	record := h.credit("REFUND SOMETHING", "", "500.00")
	record, err := h.office.SetAsideRecord(t.Context(), h.asha, record.Ref, SetAside{Kind: "refund"})
	h.must(err)
	_, err = h.office.UndoSetAside(t.Context(), h.bela, record.Ref, 0, "")
	h.refused(err, "set_aside.reason")
	_, err = h.close(h.asha, 0)
	h.must(err)
	_, err = h.office.UndoSetAside(t.Context(), h.asha, record.Ref, 0, "")
	h.refused(err, "set_aside.reason")
	record, err = h.office.UndoSetAside(t.Context(), h.asha, record.Ref, 0, "It was a repayment after all.")
	h.must(err)
	if record.Status != "set_aside" {
		t.Errorf("before the decision: %+v", record)
	}
	if record = h.approve(record); record.Status != "unmatched" || record.SetAsideKind != "" {
		t.Errorf("after it: %+v", record)
	}
	h.sound()
}

// TestUndoneAtOnceWhileAnotherAsks: the request of another operator ends with it.
func TestUndoneAtOnceWhileAnotherAsks(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	record := h.credit("REFUND SOMETHING", "", "500.00")
	record, err := h.office.SetAsideRecord(t.Context(), h.asha, record.Ref, SetAside{Kind: "refund"})
	h.must(err)
	_, err = h.office.UndoSetAside(t.Context(), h.bela, record.Ref, 0, "It is a repayment.")
	h.must(err)
	record, err = h.office.UndoSetAside(t.Context(), h.asha, record.Ref, 0, "")
	h.must(err)
	if record = h.approve(h.match(record, "PL001")); record.Status != "processed" {
		t.Errorf("%+v", record)
	}
	h.sound()
}

// TestTakenOverReceiptThatGoesElsewhere needs two people like any other.
func TestTakenOverReceiptThatGoesElsewhere(t *testing.T) {
	h := newHouse(t)
	_, err := h.office.ImportPortfolio(t.Context(), h.asha, example(t), nil)
	h.must(err)
	record := h.recordOf("627912345678")
	_, err = h.office.RequestReversal(t.Context(), h.asha, record.Ref, 0, "account", "The other customer's.")
	h.must(err)
	h.approve(record)
	next := h.match(h.successor(record), "GL-0001")
	if next.Source == "portfolio" || next.Status != "pending" {
		t.Errorf("%+v", next)
	}
	err = h.db.Write(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		next.Status, next.Source = "processed", "portfolio"
		_, err := tx.UpdateRecord(ctx, next)
		return err
	})
	h.refused(err, "record.unapproved")
	h.approve(h.record(next.Ref))
	h.sound()
}

// recordOf is the live record with a bank reference.
func (h *house) recordOf(reference string) store.Record {
	h.Helper()
	var records []store.Record
	h.read(func(ctx context.Context, v *store.View) error {
		var err error
		records, err = v.LiveRecordsWithReference(ctx, "", reference)
		return err
	})
	if len(records) != 1 {
		h.Fatalf("%d records with %s", len(records), reference)
	}
	return records[0]
}

func TestReversalOfBothKinds(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	record := h.approve(h.match(h.credit("NEFT CR-SBIN0001-SUNITA", "SBIN12345678901", "11002.00"), "PL001"))
	_, err := h.office.RequestReversal(t.Context(), h.asha, record.Ref, 0, "both", "x")
	h.refused(err, "reversal.kind")
	_, err = h.office.RequestReversal(t.Context(), h.asha, record.Ref, 0, "bank", "")
	h.refused(err, "reversal.reason")
	_, err = h.office.RequestReversal(t.Context(), h.asha, record.Ref, record.Version, "bank", "Recalled.")
	h.must(err)
	if h.record(record.Ref).Status != "processed" {
		t.Error("a request for reversal has an effect")
	}
	record = h.approve(record)
	if record.Status != "reverted" || record.RemainingAmount != 0 || record.RevertDate != h.today() || record.RevertValueDate != record.Date {
		t.Errorf("%+v", record)
	}
	if p := h.position(account); p.DueNow != rupees("11002") || p.DPD != 11 {
		t.Errorf("after the reversal: %+v", p)
	}
	h.sound()
	// The bank's money is gone: the same reference may come again.
	second := h.approve(h.match(h.credit("NEFT CR-SBIN0001-SUNITA AGAIN", "SBIN12345678902", "11002.00"), "PL001"))
	_, err = h.office.RequestReversal(t.Context(), h.asha, second.Ref, 0, "account", "Not hers.")
	h.must(err)
	h.approve(second)
	if next := h.successor(second); next.Status != "unmatched" || next.Amount != rupees("11002") {
		t.Errorf("successor: %+v", next)
	}
	if p := h.position(account); p.DueNow != rupees("11002") {
		t.Errorf("after the second: %+v", p)
	}
	h.sound()
}

func TestRejectedReversalChangesNothing(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	record := h.approve(h.match(h.credit("NEFT CR-SBIN0001-SUNITA", "SBIN12345678901", "11002.00"), "PL001"))
	_, err := h.office.RequestReversal(t.Context(), h.asha, record.Ref, 0, "bank", "Recalled.")
	h.must(err)
	h.must(h.decide(h.ravi, record, "reject", "The bank knows of no recall."))
	if now := h.record(record.Ref); now.Status != "processed" || h.position(account).DueNow != 0 {
		t.Errorf("%+v", now)
	}
	h.sound()
}

func TestMoveIsOneDecisionOverTwoAccounts(t *testing.T) {
	h := newHouse(t)
	from, to := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05"), h.takeOver("PL002", "Anita Devi", "paid_to_date", "2026-10-05")
	record := h.approve(h.match(h.credit("NEFT CR-SBIN0001-ANITA", "SBIN12345678901", "11002.00"), "PL001"))
	_, err := h.office.RequestMove(t.Context(), h.asha, record.Ref, 0, "PL001", "x")
	h.refused(err, "move.same")
	_, err = h.office.RequestMove(t.Context(), h.asha, record.Ref, 0, "PL404", "x")
	h.refused(err, "move.account")
	approval, err := h.office.RequestMove(t.Context(), h.asha, record.Ref, 0, "PL002", "It says Anita.")
	h.must(err)
	h.read(func(ctx context.Context, v *store.View) error {
		effects, err := PreviewApproval(ctx, v, approval)
		if err != nil {
			return err
		}
		if len(effects) != 2 || effects[0].After.Summary.DueNow != rupees("11002") || effects[1].After.Summary.DueNow != 0 {
			t.Errorf("the preview shows %+v", effects)
		}
		return nil
	})
	h.approve(record)
	next := h.successor(record)
	if next.Status != "processed" || next.AccountRef != "PL002" || next.Reference != record.Reference {
		t.Errorf("moved: %+v", next)
	}
	if h.position(from).DueNow != rupees("11002") || h.position(to).DueNow != 0 {
		t.Errorf("from %+v to %+v", h.position(from), h.position(to))
	}
	h.sound()
}

// TestRequestStandsWhenMoneyFlowsAround: what other facts do to what is left of a
// record is no change of the record, so a request about it can be decided.
func TestRequestStandsWhenMoneyFlowsAround(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	record := h.approve(h.match(h.credit("NEFT CR-SBIN0001-SUNITA", "SBIN12345678901", "12000.00"), "PL001"))
	if record.RemainingAmount != rupees("12000") {
		t.Fatalf("nothing is due, and %s is left", record.RemainingAmount)
	}
	_, err := h.office.RequestReversal(t.Context(), h.asha, record.Ref, record.Version, "bank", "Recalled.")
	h.must(err)
	_, err = h.close(h.asha, day("2026-12-06")) // the excess pays December
	h.must(err)
	if now := h.record(record.Ref); now.RemainingAmount != rupees("998") {
		t.Fatalf("after the due date %s is left", now.RemainingAmount)
	}
	h.approve(record)
	h.sound()
}

func TestLevelsByAmountAndDate(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "principal", "20000000")
	levels := func(record store.Record) int { return h.openApproval(record.Ref).Levels }
	big := h.match(h.credit("RTGS CR-SBIN0001-SUNITA", "SBINR52026111612345678", "1000000.01"), "PL001")
	if got := levels(big); got != 2 {
		t.Errorf("above ten lakhs: %d levels", got)
	}
	if got := levels(h.match(h.credit("RTGS CR-SBIN0001-SUNITA", "SBINR52026111612345679", "1000000.00"), "PL001")); got != 1 {
		t.Errorf("ten lakhs: %d levels", got)
	}
	h.must(h.decide(h.ravi, big, "approve", ""))
	if h.record(big.Ref).Status != "pending" {
		t.Error("one signature of two settled it")
	}
	h.refused(h.decide(h.ravi, big, "approve", ""), "approval.twice")
	h.must(h.decide(h.mina, big, "approve", ""))
	if h.record(big.Ref).Status != "processed" {
		t.Error("two signatures did not settle it")
	}
	for date, want := range map[string]int{"2026-11-16": 1, "2026-11-15": 2} {
		record, err := h.office.CreateRecord(t.Context(), h.asha, NewRecord{Account: "PL001", Received: rupees("100"), Mode: "cash", Date: day(date), Source: "hand"})
		h.must(err)
		_, err = h.office.RequestApproval(t.Context(), h.asha, record.Ref, record.Version, "")
		h.must(err)
		if got := levels(record); got != want {
			t.Errorf("cash of %s: %d levels, want %d", date, got, want)
		}
	}
	// A statement proves a week.
	for date, want := range map[string]int{"09/11/26": 1, "08/11/26": 2} {
		result := h.importCSV(hdfcFile(line(date, "NEFT CR "+date, "", "77.00", date[:2]+".00")))
		if result.Statement.Created != 1 {
			t.Fatal("no record")
		}
		record := h.newest()
		if got := levels(h.match(record, "PL001")); got != want {
			t.Errorf("a line of %s: %d levels, want %d", date, got, want)
		}
	}
	h.sound()
}

// newest is the record made last.
func (h *house) newest() store.Record {
	h.Helper()
	var record store.Record
	h.read(func(ctx context.Context, v *store.View) error {
		records, err := v.Records(ctx, store.RecordFilter{Sort: "ref", Descending: true, Limit: 1})
		if len(records) > 0 {
			record = records[0]
		}
		return err
	})
	return record
}

// TestPartPaymentFollowsTheOrderOfTheRecord: of 11,002 due, 1,088.83 is interest
// and is paid first; a record with an order of its own pays principal first.
func TestPartPaymentFollowsTheOrderOfTheRecord(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	h.takeOver("PL002", "Anita Devi", "paid_to_date", "2026-10-05")
	interest := h.book(account).Demands[5].Amount[lending.Interest]
	h.approve(h.match(h.credit("NEFT CR 1", "SBIN00000000001", "2000.00"), "PL001"))
	record, err := h.office.CreateRecord(t.Context(), h.asha, NewRecord{Account: "PL002", Received: rupees("2000"), Mode: "cash", ComponentOrder: "P-NI", Source: "hand"})
	h.must(err)
	_, err = h.office.RequestApproval(t.Context(), h.asha, record.Ref, 0, "")
	h.must(err)
	h.approve(record)
	for ref, want := range map[string][2]lending.Money{"PL001": {rupees("2000") - interest, interest}, "PL002": {rupees("2000"), 0}} {
		paid := h.book(h.account(ref)).Demands[5].Paid
		if paid[lending.Principal] != want[0] || paid[lending.Interest] != want[1] {
			t.Errorf("%s: principal %s and interest %s are paid, want %s and %s", ref, paid[lending.Principal], paid[lending.Interest], want[0], want[1])
		}
	}
	if interest != rupees("1088.83") {
		t.Errorf("interest of November is %s", interest)
	}
	h.sound()
}

func TestBackDatedMoneyClearsItsDays(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	h.importCSV(hdfcFile(line("13/11/26", "NEFT CR-SUNITA", "SBIN12345678901", "11002.00", "1.00")))
	record := h.approve(h.match(h.newest(), "PL001"))
	if !record.BackDateFound || record.SettledOn != day("2026-11-13") {
		t.Errorf("%+v", record)
	}
	p := h.position(account)
	if p.DPD != 0 || p.PeakDPD != 8 { // from 5 to 12 November, day-ends
		t.Errorf("days past due %d, peak %d", p.DPD, p.PeakDPD)
	}
	if flags := h.lastEvent().Flags; flags != "back_dated" {
		t.Errorf("the log says %q", flags)
	}
	h.sound()
}

func (h *house) lastEvent() store.Event {
	h.Helper()
	var event store.Event
	h.read(func(ctx context.Context, v *store.View) error {
		events, err := v.Events(ctx, store.EventFilter{Limit: 1})
		if len(events) > 0 {
			event = events[0]
		}
		return err
	})
	return event
}

// TestFutureMoneyWaitsForItsDay: approved, and without effect until then.
func TestFutureMoneyWaitsForItsDay(t *testing.T) {
	h := newHouse(t)
	h.clock.set(day("2026-11-20").Time())
	account := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	h.importCSV(hdfcFile(line("18/11/26", "NEFT CR-SUNITA", "SBIN12345678901", "11002.00", "1.00")))
	record := h.approve(h.match(h.newest(), "PL001"))
	if record.Status != "approved" || record.RemainingAmount != 0 || h.position(account).DueNow != rupees("11002") {
		t.Errorf("before its day: %+v", record)
	}
	h.sound()
	_, err := h.close(h.asha, day("2026-11-18"))
	h.must(err)
	if record = h.record(record.Ref); record.Status != "processed" || h.position(account).DueNow != 0 {
		t.Errorf("on its day: %+v", record)
	}
	h.sound()
}

func TestTDSInsideAReceipt(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	record, err := h.office.CreateRecord(t.Context(), h.asha, NewRecord{Account: "PL001", Received: rupees("10900"), TDS: rupees("102"), Mode: "neft", UTR: "SBIN0TDS00012345", Source: "hand"})
	h.must(err)
	if record.Amount != rupees("11002") {
		t.Errorf("amount %s", record.Amount)
	}
	_, err = h.office.RequestApproval(t.Context(), h.asha, record.Ref, 0, "")
	h.must(err)
	h.approve(record)
	if h.position(account).DueNow != 0 {
		t.Errorf("%+v", h.position(account))
	}
	_, err = h.office.CreateRecord(t.Context(), h.asha, NewRecord{Account: "PL001", Type: "tds", TDS: rupees("10"), Received: rupees("1"), Source: "hand"})
	h.refused(err, "record.invalid")
	h.sound()
}

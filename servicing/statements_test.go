package servicing

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/store"
)

// counts are the rows of a statement by fate.
func counts(s store.Statement) map[string]int {
	return map[string]int{"created": s.Created, "duplicates": s.Duplicates, "known": s.Known, "confirmed": s.Confirmed, "outgoing": s.Outgoing, "rejected": s.Rejected}
}

func sampleFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("../bankfile/testdata/statements/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestWholeStatementTwiceAndOverlapping imports one bank's eight months: in a
// part, then whole, then again.
func TestWholeStatementTwiceAndOverlapping(t *testing.T) {
	h := newHouse(t)
	whole := string(sampleFile(t, "hdfc.csv"))
	cut := strings.Index(whole, "\n15/06/26")
	part := h.importCSV(whole[:cut+1])
	result := h.importCSV(whole)
	if got := part.Statement.Created + result.Statement.Created; got != 348 || result.Statement.Known != part.Statement.Rows {
		t.Errorf("part %v, whole %v", counts(part.Statement), counts(result.Statement))
	}
	again := h.importCSV(whole)
	if !again.Again || again.Statement.ID != result.Statement.ID {
		t.Errorf("the same file again: %+v", again)
	}
	other := h.importCSV(strings.ReplaceAll(whole, "\n", "\r\n")) // the same lines in a file of other bytes
	if want := map[string]int{"created": 0, "duplicates": 0, "known": result.Statement.Rows, "confirmed": 0, "outgoing": 0, "rejected": 0}; !cmp.Equal(want, counts(other.Statement)) {
		t.Errorf("the same lines in another file: %v", counts(other.Statement))
	}
	h.read(func(ctx context.Context, v *store.View) error {
		n, err := v.CountCredits(ctx)
		if n != 365 {
			t.Errorf("%d credits, the bank has 365", n)
		}
		return err
	})
	h.sound()
}

// TestCheckSaysWhatTheImportDoes: the dry run and the import agree row by row.
func TestCheckSaysWhatTheImportDoes(t *testing.T) {
	h := newHouse(t)
	file := StatementFile{Name: "hdfc.csv", Data: sampleFile(t, "hdfc.csv")}
	check, err := h.office.CheckStatement(t.Context(), h.asha, file)
	h.must(err)
	result, err := h.office.ImportStatement(t.Context(), h.asha, file)
	h.must(err)
	want := map[int]string{}
	for _, p := range check.Lines {
		want[p.Credit.Line] = p.Fate
	}
	got := map[int]string{}
	h.read(func(ctx context.Context, v *store.View) error {
		lines, err := v.StatementLines(ctx, result.Statement.ID, "", 0, 10_000)
		for _, l := range lines {
			got[l.Line] = l.Fate
		}
		return err
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-check +import):\n%s", diff)
	}
}

func TestTwinsWithoutReferenceAreBothKept(t *testing.T) {
	h := newHouse(t)
	twin := line("16/11/26", "CASH DEPOSIT BY SELF", "", "500.00", "")
	file := hdfcFile(twin, twin)
	if got := h.importCSV(file).Statement; got.Created != 2 {
		t.Errorf("%v", counts(got))
	}
	if got := h.importCSV(file + "\n").Statement; got.Created != 0 || got.Known != 2 {
		t.Errorf("again: %v", counts(got))
	}
	if got := h.importCSV(hdfcFile(twin, twin, twin)).Statement; got.Created != 1 || got.Known != 2 {
		t.Errorf("and a third: %v", counts(got))
	}
	h.sound()
}

func TestSameReferenceTwiceMakesOneRecord(t *testing.T) {
	h := newHouse(t)
	result := h.importCSV(hdfcFile(
		line("16/11/26", "NEFT CR-SUNITA", "SBIN12345678901", "500.00", "1.00"),
		line("16/11/26", "INWARD SBIN12345678901 SUNITA", "SBIN12345678901", "500.00", "2.00"),
		line("16/11/26", "NEFT CR-SUNITA", "SBIN12345678901", "510.00", "3.00"),
	))
	if got := result.Statement; got.Created != 2 || got.Duplicates != 1 || result.Questioned != 1 {
		t.Errorf("%v", counts(got))
	}
	h.read(func(ctx context.Context, v *store.View) error {
		lines, err := v.StatementLines(ctx, result.Statement.ID, "duplicate", 0, 10)
		if len(lines) != 1 || lines[0].RecordRef == "" || !strings.Contains(lines[0].Reason, "₹500.00") {
			t.Errorf("%+v", lines)
		}
		return err
	})
	h.sound()
}

// TestSameReferenceOtherAmountWaitsUntilSomebodySaysWhich: it is parked beside
// what it may repeat, no engine touches it, and the tie-out does not explain it.
func TestSameReferenceOtherAmountWaitsUntilSomebodySaysWhich(t *testing.T) {
	h := newHouse(t)
	first := h.credit("NEFT CR-SUNITA", "SBIN12345678901", "500.00")
	ask := func(amount string) store.Record {
		t.Helper()
		result := h.importCSV(hdfcFile(line("16/11/26", "NEFT CR-SUNITA", "SBIN12345678901", amount, "2.00")))
		if got := result.Statement; got.Created != 1 || result.Questioned != 1 {
			t.Errorf("%v, %d questioned", counts(got), result.Questioned)
		}
		r := h.newest()
		if r.Status != "parked" || string(r.DuplicateOf) != first.ID || r.Reference != "" || !strings.Contains(r.Reason, "₹500.00") || !strings.Contains(r.Reason, "₹"+amount) {
			t.Errorf("%+v", r)
		}
		return r
	}
	own := ask("510.00")
	h.unexplained("510")
	taken, err := h.office.UnparkRecord(t.Context(), h.asha, own.Ref, own.Version)
	h.must(err)
	if taken.Status != "unmatched" || taken.DuplicateOf != "" {
		t.Errorf("%+v", taken)
	}
	h.unexplained("0")
	_, err = h.office.ParkRecord(t.Context(), h.asha, own.Ref, 0, "Ask the branch.")
	h.must(err)
	h.unexplained("0") // parked for another reason
	repeats := ask("520.00")
	h.unexplained("520")
	_, err = h.office.SetAsideRecord(t.Context(), h.asha, repeats.Ref, SetAside{Version: repeats.Version, Kind: "duplicate", DuplicateOf: first.Ref})
	h.must(err)
	h.unexplained("0")
	h.sound()
}

// unexplained asserts what the tie-out of all days holds as not explained.
func (h *house) unexplained(want string) {
	h.Helper()
	h.read(func(ctx context.Context, v *store.View) error {
		days, err := v.TieOut(ctx, "", 0, 0, 1000)
		if got := store.SumTieOut(days).Questioned; got != rupees(want) {
			h.Errorf("%s is not explained, want %s", got, want)
		}
		return err
	})
}

// TestStatementsFollowOnEachOther: a gap between balances and common days are said,
// at the check and afterwards, and nothing is refused.
func TestStatementsFollowOnEachOther(t *testing.T) {
	h := newHouse(t)
	chain := func(s store.Statement) (notes []string) {
		h.read(func(ctx context.Context, v *store.View) (err error) {
			notes, err = StatementChain(ctx, v, s)
			return err
		})
		return notes
	}
	first := h.importCSV(hdfcFile(line("10/11/26", "NEFT CR-A", "SBIN00000000001", "500.00", "1500.00"))).Statement
	next := hdfcFile(line("12/11/26", "NEFT CR-B", "SBIN00000000002", "100.00", "1600.00"))
	if check, err := h.office.CheckStatement(t.Context(), h.asha, StatementFile{Name: "next.csv", Data: []byte(next)}); err != nil || len(check.Follows) != 0 {
		t.Errorf("%v, %q", err, check.Follows)
	}
	far := hdfcFile(line("16/11/26", "NEFT CR-C", "SBIN00000000003", "100.00", "1900.00"))
	check, err := h.office.CheckStatement(t.Context(), h.asha, StatementFile{Name: "far.csv", Data: []byte(far)})
	h.must(err)
	if len(check.Follows) != 1 || !strings.Contains(check.Follows[0], first.Ref) || !strings.Contains(check.Follows[0], "₹300.00") {
		t.Errorf("%q", check.Follows)
	}
	last := h.importCSV(far).Statement
	if got := chain(first); len(got) != 1 || !strings.Contains(got[0], last.Ref) || !strings.Contains(got[0], "₹300.00") {
		t.Errorf("%q", got)
	}
	middle := h.importCSV(next).Statement
	if got := chain(last); len(got) != 1 || !strings.Contains(got[0], "₹200.00") {
		t.Errorf("%q", got)
	}
	both := h.importCSV(hdfcFile(line("12/11/26", "NEFT CR-B", "SBIN00000000002", "100.00", "1600.00"), line("13/11/26", "NEFT CR-D", "SBIN00000000004", "200.00", "1800.00"))).Statement
	if got := chain(both); len(got) != 1 || !strings.Contains(got[0], "overlaps "+middle.Ref+", 12 Nov 2026 to 12 Nov 2026.") {
		t.Errorf("%q", got)
	}
	long := hdfcFile(line("10/11/26", "NEFT CR-A", "SBIN00000000001", "500.00", "1500.00"), line("16/11/26", "NEFT CR-C", "SBIN00000000003", "100.00", "1900.00"))
	check, err = h.office.CheckStatement(t.Context(), h.asha, StatementFile{Name: "long.csv", Data: []byte(long)})
	h.must(err)
	if len(check.Follows) != 1 || !strings.Contains(check.Follows[0], "overlaps 4 statements of this account, 10 Nov 2026 to 16 Nov 2026.") {
		t.Errorf("a long file: %q", check.Follows)
	}
	h.sound()
}

// TestRowsOfTheFutureAreRefused: no bank knows a day that has not come.
func TestRowsOfTheFutureAreRefused(t *testing.T) {
	h := newHouse(t)
	result := h.importCSV(hdfcFile(line("16/11/26", "NEFT CR-A", "SBIN00000000001", "500.00", "1500.00"), line("17/11/26", "NEFT CR-B", "SBIN00000000002", "100.00", "1600.00")))
	if got := result.Statement; got.Created != 1 || got.Rejected != 1 || len(result.Rejected) != 1 || !strings.Contains(result.Rejected[0].Reason, "future") {
		t.Errorf("%v %+v", counts(got), result.Rejected)
	}
	h.clock.set(h.clock.read().AddDate(0, 0, 1))
	again := h.importCSV(hdfcFile(line("16/11/26", "NEFT CR-A", "SBIN00000000001", "500.00", "1500.00"), line("17/11/26", "NEFT CR-B", "SBIN00000000002", "100.00", "1600.00")) + "\n")
	if got := again.Statement; got.Created != 1 || got.Known != 1 {
		t.Errorf("a day later: %v", counts(got))
	}
	h.sound()
}

func TestUnreadableRowsAreNamedAndNothingIsLost(t *testing.T) {
	h := newHouse(t)
	result := h.importCSV(hdfcFile(
		line("16/11/26", "NEFT CR-SUNITA", "SBIN12345678901", "500.00", "1.00"),
		line("36/11/26", "NEFT CR-ANITA", "SBIN12345678902", "700.00", "2.00"),
		line("16/11/26", "NEFT CR-KAVITA", "SBIN12345678903", "7o0.00", "3.00"),
	))
	if got := result.Statement; got.Created != 1 || got.Rejected != 2 {
		t.Errorf("%v", counts(got))
	}
	if len(result.Rejected) != 2 || result.Rejected[0].Line != 6 || result.Rejected[0].Reason == "" || !strings.Contains(result.Rejected[0].Raw, "ANITA") {
		t.Errorf("%+v", result.Rejected)
	}
	h.sound()
}

func TestStatementOfAnotherAccountIsRefused(t *testing.T) {
	h := newHouse(t)
	other := strings.Replace(hdfcFile(line("16/11/26", "NEFT CR", "", "500.00", "1.00")), "50200012345678", "50200012345679", 1)
	for bank, code := range map[string]string{"": "statement.bank", "HDFC-CA-01": "statement.other_account"} {
		_, err := h.office.ImportStatement(t.Context(), h.asha, StatementFile{Name: "x.csv", Data: []byte(other), Bank: bank})
		h.refused(err, code)
	}
	_, err := h.office.ImportStatement(t.Context(), h.ravi, StatementFile{Name: "x.csv", Data: []byte(other)})
	h.refused(err, "permission")
	h.read(func(ctx context.Context, v *store.View) error {
		statements, err := v.Statements(ctx, 0, 10)
		if len(statements) != 0 {
			t.Errorf("%d statements are left", len(statements))
		}
		return err
	})
}

// TestDebitThatReturnsACredit: what was settled is proposed for reversal, what
// lies on the desk is set aside.
func TestDebitThatReturnsACredit(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	settled := h.approve(h.match(h.credit("NEFT CR-SUNITA", "SBIN12345678901", "11002.00"), "PL001"))
	waiting := h.credit("NEFT CR-ANITA", "SBIN12345678902", "700.00")
	h.clock.set(h.clock.read().AddDate(0, 0, 1))
	result := h.importCSV(hdfcFile(
		"17/11/26,NEFT RETURN SUNITA,SBIN12345678901,17/11/26,11002.00,,5.00",
		"17/11/26,NEFT RETURN ANITA,SBIN12345678902,17/11/26,700.00,,6.00",
		"17/11/26,SALARIES,SAL00000012345,17/11/26,90000.00,,7.00"))
	if got := result.Statement; got.Outgoing != 3 {
		t.Errorf("%v", counts(got))
	}
	approval := h.openApproval(settled.Ref)
	if approval.Kind != "reversal" || !strings.Contains(approval.Reason, "17 Nov 2026") {
		t.Errorf("%+v", approval)
	}
	if now := h.record(waiting.Ref); now.Status != "set_aside" || now.SetAsideKind != "return" {
		t.Errorf("%+v", now)
	}
	h.read(func(ctx context.Context, v *store.View) error {
		lines, err := v.StatementLines(ctx, result.Statement.ID, "returns", 0, 10)
		if len(lines) != 2 || !strings.Contains(lines[0].Reason, approval.Ref) || !strings.Contains(lines[1].Reason, waiting.Ref) {
			t.Errorf("%+v", lines)
		}
		return err
	})
	h.approve(settled)
	if h.position(account).DueNow != rupees("11002") {
		t.Errorf("%+v", h.position(account))
	}
	h.sound()
}

// TestTieOutOfADay puts one credit of a day into each place that money can be in
// and adds up.
func TestTieOutOfADay(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	h.takeOver("PL002", "Anita Devi")
	make := func(n, amount string) store.Record { return h.credit("NEFT CR "+n, "SBIN0000000000"+n, amount) }
	make("1", "1.00")
	_, err := h.office.ParkRecord(t.Context(), h.asha, make("2", "20.00").Ref, 0, "Ask.")
	h.must(err)
	_, err = h.office.SetAsideRecord(t.Context(), h.asha, make("3", "300.00").Ref, SetAside{Kind: "interest"})
	h.must(err)
	h.match(make("4", "4000.00"), "PL002")
	h.approve(h.match(make("5", "11052.00"), "PL001")) // 11,002 due, 50 held
	returned := h.approve(h.match(make("6", "600000.00"), "PL002"))
	_, err = h.office.RequestReversal(t.Context(), h.asha, returned.Ref, 0, "bank", "Recalled.")
	h.must(err)
	h.approve(returned)
	h.must(h.decide(h.ravi, h.match(make("7", "7000000.00"), "PL002"), "reject", "No."))
	h.approve(h.split(make("8", "9.00"), Allocation{Account: "PL001", Amount: rupees("5")}, Allocation{Account: "PL002", Amount: rupees("4")}))
	h.importCSV(hdfcFile(line("16/11/26", "NEFT CR 5 AGAIN", "SBIN00000000005", "11052.00", "9.00")))
	h.read(func(ctx context.Context, v *store.View) error {
		days, err := v.TieOut(ctx, "", 0, 0, 10)
		if len(days) != 1 {
			t.Fatalf("%+v", days)
		}
		want := store.TieOutDay{BankID: days[0].BankID, BankCode: "HDFC-CA-01", Day: day("2026-11-16"), Credits: rupees("7626434.00"), Unmatched: rupees("7000001.00"),
			Parked: rupees("20"), SetAside: rupees("300"), Duplicates: rupees("11052"), Awaiting: rupees("4000"), Settled: rupees("11002"),
			Excess: rupees("59"), Returned: rupees("600000")}
		if diff := cmp.Diff(want, days[0]); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		return err
	})
	h.sound()
}

// TestStoppedImportGoesOn stops an import between two chunks, as a killed program
// does: what is posted stands and ties, others get their turn, nobody imports beside
// it, and the same file goes on where it stopped.
func TestStoppedImportGoesOn(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	file := StatementFile{Name: "hdfc.csv", Data: sampleFile(t, "hdfc.csv")}
	ctx, stop := context.WithCancel(t.Context())
	var told []int
	file.Tell = func(stage string, done, total int) {
		if stage != "posting" {
			return
		}
		told = append(told, done)
		if _, err := h.cash("PL001", "100"); err != nil {
			t.Errorf("nobody gets a turn between the chunks: %v", err)
		}
		h.sound()
		stop()
	}
	_, err := h.office.ImportStatement(ctx, h.asha, file)
	if !errors.Is(err, context.Canceled) || len(told) != 1 || told[0] != postChunk {
		t.Fatalf("stopped with %v after %v rows", err, told)
	}
	h.must(h.office.DiscardLoading(t.Context()))
	var half store.Statement
	h.read(func(ctx context.Context, v *store.View) error {
		loading, err := v.LoadingStatements(ctx)
		half = loading[0]
		return err
	})
	if half.Done != postChunk || half.Status != "loading" {
		t.Errorf("%+v", half)
	}
	h.sound()
	file.Tell = nil
	_, err = h.office.ImportStatement(t.Context(), h.bela, file)
	if e := h.refused(err, "statement.loading"); !strings.Contains(e.Message, "Asha") {
		t.Errorf("says %q", e.Message)
	}
	h.clock.set(h.clock.read().Add(2 * stageLease))
	result, err := h.office.ImportStatement(t.Context(), h.bela, file)
	h.must(err)
	if s := result.Statement; s.ID != half.ID || s.Created != 348 || s.Done != s.Rows || s.Status != "posted" {
		t.Errorf("%v, %d of %d", counts(result.Statement), s.Done, s.Rows)
	}
	h.sound()
	again, err := h.office.ImportStatement(t.Context(), h.bela, file)
	h.must(err)
	if !again.Again {
		t.Error("the file is taken for a new one")
	}
}

// TestImportStoppedBeforeItsFirstRowIsDropped: a head without rows goes at the next start.
func TestImportStoppedBeforeItsFirstRowIsDropped(t *testing.T) {
	h := newHouse(t)
	file := StatementFile{Name: "hdfc.csv", Data: sampleFile(t, "hdfc.csv")}
	check, err := h.office.CheckStatement(t.Context(), h.asha, file)
	h.must(err)
	statement, err := h.office.openStatement(t.Context(), h.asha, file, check)
	h.must(err)
	h.clock.set(h.clock.read().Add(2 * stageLease))
	h.must(h.office.DiscardLoading(t.Context()))
	// The stopped one, were it to go on, is refused and leaves nothing.
	if err := h.office.post(t.Context(), h.asha, &statement, check.Lines[:200], nil); err == nil {
		t.Error("a statement that was dropped was posted")
	}
	h.sound()
}

// TestFileWithoutItsNumber: a file that names no account asks which one it is of,
// and does not speak of a number that it does not have.
func TestFileWithoutItsNumber(t *testing.T) {
	h := newHouse(t)
	text := "Tran Date,CHQNO,PARTICULARS,DR,CR,BAL,SOL\n14-11-2026,-,UPI/P2A/631809830001/A RAO, ,1111.00,501111.00,123\n"
	_, err := h.office.CheckStatement(t.Context(), h.asha, StatementFile{Name: "part.csv", Data: []byte(text)})
	if refused := h.refused(err, "statement.bank"); refused.Fields["collection_bank"] != "This file does not say which account it is of. Choose the account." {
		t.Errorf("%v", refused.Fields)
	}
}

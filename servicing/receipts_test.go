package servicing

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lekha/lending"
	"lekha/store"
)

// cash writes a cash receipt.
func (h *house) cash(account, amount string) (store.Record, error) {
	return h.office.CreateRecord(context.Background(), h.asha, NewRecord{Account: account, Received: rupees(amount), Mode: "cash", Source: "hand"})
}

func TestReceiptNumbersHaveNoGaps(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	var numbers []string
	for range 3 {
		record, err := h.cash("PL001", "100")
		h.must(err)
		numbers = append(numbers, string(record.ReceiptNo))
		_, err = h.cash("PL001", "250000") // refused: its number is not used up
		h.refused(err, "record.cash_limit")
		_, err = h.cash("PL404", "100")
		h.refused(err, "record.account")
	}
	if want := []string{"R/2026-27/00001", "R/2026-27/00002", "R/2026-27/00003"}; !slices.Equal(numbers, want) {
		t.Errorf("numbers %q", numbers)
	}
}

// TestCashLimitOfSection269ST: less than two lakhs from one person in a day, over
// all accounts.
func TestCashLimitOfSection269ST(t *testing.T) {
	h := newHouse(t)
	first := h.takeOver("PL001", "Sunita Devi")
	h.takeOver("PL002", "", "borrower_ref", first.BorrowerRef)
	h.takeOver("PL003", "Anita Devi")
	_, err := h.cash("PL001", "200000")
	h.refused(err, "record.cash_limit")
	record, err := h.cash("PL001", "150000")
	h.must(err)
	_, err = h.cash("PL002", "50000")
	if e := h.refused(err, "record.cash_limit"); !strings.Contains(e.Message, "1,50,000.00 was taken already") {
		t.Errorf("says %q", e.Message)
	}
	if _, err = h.cash("PL002", "49999.99"); err != nil {
		t.Error(err)
	}
	if _, err = h.cash("PL003", "199999.99"); err != nil {
		t.Errorf("another person: %v", err)
	}
	// A cancelled receipt was no cash; editing one does not count it twice.
	_, err = h.office.EditRecord(t.Context(), h.asha, record.Ref, NewRecord{Account: "PL001", Received: rupees("140000"), Mode: "cash", Version: record.Version})
	h.must(err)
	_, err = h.office.CancelRecord(t.Context(), h.asha, record.Ref, 0, "Entered twice.")
	h.must(err)
	if _, err = h.cash("PL001", "150000"); err != nil {
		t.Errorf("after the cancellation: %v", err)
	}
	h.sound()
}

func TestDuplicateReferenceNamesTheFirstWithBothAmounts(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	first := h.credit("NEFT CR-SBIN0001-SUNITA", "SBIN12345678901", "500.00")
	for _, bank := range []string{"HDFC-CA-01", ""} {
		_, err := h.office.CreateRecord(t.Context(), h.asha, NewRecord{Account: "PL001", Received: rupees("499"), UTR: " sbin12345678901", CollectionBank: bank, Source: "api"})
		e := h.refused(err, "record.duplicate_utr")
		if e.Kind != 4 || !strings.Contains(e.Message, first.Ref) || !strings.Contains(e.Message, "₹500.00") || !strings.Contains(e.Message, "₹499.00") {
			t.Errorf("says %q", e.Message)
		}
	}
	if event := h.lastEvent(); event.Outcome != "refused" || event.Action != "record.create" {
		t.Errorf("the refusal is not in the log: %+v", event)
	}
	// On another bank it is another reference.
	_, err := h.office.CreateBank(t.Context(), Console(), BankInput{Code: "SBI-CA-03", IFSC: "SBIN0004430", AccountNo: "30123456789", AccountHolderName: "Acme"})
	h.must(err)
	if _, err := h.office.CreateRecord(t.Context(), h.asha, NewRecord{Account: "PL001", Received: rupees("499"), UTR: "SBIN12345678901", CollectionBank: "SBI-CA-03", Source: "api"}); err != nil {
		t.Error(err)
	}
}

// TestStatementConfirmsWhatWasEntered: the same money makes no second record,
// whether its bank was known or not; a pending request about it stands.
func TestStatementConfirmsWhatWasEntered(t *testing.T) {
	for name, bank := range map[string]string{"bank known": "HDFC-CA-01", "bank unknown": ""} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			account := h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
			record, err := h.office.CreateRecord(t.Context(), h.asha, NewRecord{Account: "PL001", Received: rupees("11002"), Mode: "neft", UTR: "SBIN12345678901", CollectionBank: bank, Source: "hand"})
			h.must(err)
			record, err = h.office.RequestApproval(t.Context(), h.asha, record.Ref, record.Version, "")
			h.must(err)
			h.unconfirmed(1)
			result := h.importCSV(hdfcFile(line("16/11/26", "NEFT CR-SUNITA", "SBIN12345678901", "11002.00", "1.00")))
			if s := result.Statement; s.Confirmed != 1 || s.Created != 0 {
				t.Errorf("%+v", s)
			}
			h.unconfirmed(0)
			record = h.approve(record)
			if record.Status != "processed" || record.BankCode != "HDFC-CA-01" || record.BankCreditID == "" || h.position(account).DueNow != 0 {
				t.Errorf("%+v", record)
			}
			_, err = h.office.EditRecord(t.Context(), h.asha, record.Ref, NewRecord{})
			h.refused(err, "record.state")
			h.sound()
		})
	}
}

// unconfirmed asserts how many receipts by hand have no statement line.
func (h *house) unconfirmed(want int) {
	h.Helper()
	h.read(func(ctx context.Context, v *store.View) error {
		records, err := v.Records(ctx, store.RecordFilter{Unconfirmed: true, Limit: 10})
		if len(records) != want {
			h.Errorf("%d receipts without a statement line, want %d", len(records), want)
		}
		return err
	})
}

func TestConfirmedReceiptIsNotEdited(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	in := NewRecord{Account: "PL001", Received: rupees("500"), Mode: "neft", UTR: "SBIN12345678901", Source: "hand"}
	record, err := h.office.CreateRecord(t.Context(), h.asha, in)
	h.must(err)
	in.Received = rupees("600")
	in.Version = record.Version
	record, err = h.office.EditRecord(t.Context(), h.asha, record.Ref, in)
	h.must(err)
	h.importCSV(hdfcFile(line("16/11/26", "NEFT CR-SUNITA", "SBIN12345678901", "600.00", "1.00")))
	in.Received, in.Version = rupees("700"), 0
	_, err = h.office.EditRecord(t.Context(), h.asha, record.Ref, in)
	h.refused(err, "record.from_statement")
	_, err = h.office.CancelRecord(t.Context(), h.asha, record.Ref, 0, "No.")
	h.refused(err, "record.from_statement")
	h.sound()
}

// TestOtherAmountIsNotLost: the bank says another amount than was entered. Its
// money becomes a record of its own, without the reference.
func TestOtherAmountIsNotLost(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	entered, err := h.office.CreateRecord(t.Context(), h.asha, NewRecord{Account: "PL001", Received: rupees("500"), Mode: "neft", UTR: "SBIN12345678901", CollectionBank: "HDFC-CA-01", Source: "hand"})
	h.must(err)
	result := h.importCSV(hdfcFile(line("16/11/26", "NEFT CR-SUNITA", "SBIN12345678901", "510.00", "1.00")))
	if s := result.Statement; s.Confirmed != 0 || s.Created != 1 {
		t.Errorf("%+v", s)
	}
	record := h.newest()
	if record.Reference != "" || record.Amount != rupees("510") || !strings.Contains(record.Reason, entered.Ref) {
		t.Errorf("%+v", record)
	}
	h.sound()
}

func TestChequeIsConfirmedByItsNumber(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	in := NewRecord{Account: "PL001", Received: rupees("9800"), Mode: "cheque", Source: "hand"}
	_, err := h.office.CreateRecord(t.Context(), h.asha, in)
	h.refused(err, "record.invalid")
	in.ChequeNo, in.ChequeBank, in.ChequeDate = "004417", "Saraswat Bank", day("2026-11-12")
	record, err := h.office.CreateRecord(t.Context(), h.asha, in)
	h.must(err)
	second, err := h.office.CreateRecord(t.Context(), h.asha, NewRecord{Account: "PL001", Received: rupees("9800"), Mode: "cheque", ChequeNo: "004418", ChequeBank: "Saraswat Bank", ChequeDate: day("2026-11-12"), Source: "hand"})
	h.must(err)
	h.importCSV(hdfcFile(line("16/11/26", "CHQ DEP - MICR CLG - 4418 SARASWAT", "000000004418", "9800.00", "1.00")))
	if now := h.record(second.Ref); now.BankCreditID == "" {
		t.Error("the cheque is not confirmed")
	}
	if now := h.record(record.Ref); now.BankCreditID != "" {
		t.Error("another cheque of the same amount is confirmed")
	}
	h.sound()
}

// TestConfirmationFollowsTheMoney: a receipt by hand that was taken from one
// account is confirmed where it is now.
func TestConfirmationFollowsTheMoney(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	h.takeOver("PL002", "Anita Devi")
	record, err := h.office.CreateRecord(t.Context(), h.asha, NewRecord{Account: "PL001", Received: rupees("500"), Mode: "neft", UTR: "SBIN12345678901", Source: "api"})
	h.must(err)
	record, err = h.office.UnmatchRecord(t.Context(), h.asha, record.Ref, 0, "Two accounts.")
	h.must(err)
	h.approve(h.split(record, Allocation{Account: "PL001", Amount: rupees("300")}, Allocation{Account: "PL002", Amount: rupees("200")}))
	part := h.children(record)[0]
	_, err = h.office.RequestReversal(t.Context(), h.asha, part.Ref, 0, "account", "Not hers.")
	h.must(err)
	h.approve(part)
	if result := h.importCSV(hdfcFile(line("16/11/26", "NEFT CR-SUNITA", "SBIN12345678901", "500.00", "1.00"))); result.Statement.Confirmed != 1 {
		t.Errorf("%+v", result.Statement)
	}
	if next := h.successor(part); next.BankCreditID == "" || !next.Carries {
		t.Errorf("the successor of the part: %+v", next)
	}
	h.sound()
}

// TestAbsurdAmountsAreQuestioned: more than everything that is owed, and more tax
// than money, are for the checker to judge.
func TestAbsurdAmountsAreQuestioned(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	enter := func(received, tds string) store.Record {
		t.Helper()
		r, err := h.office.CreateRecord(t.Context(), h.asha, NewRecord{Account: "PL001", Received: rupees(received), TDS: rupees(tds), Mode: "transfer", Source: "hand"})
		h.must(err)
		r, err = h.office.RequestApproval(t.Context(), h.asha, r.Ref, r.Version, "")
		h.must(err)
		return r
	}
	absurd := enter("9000000", "0")
	if c := h.checkNamed(absurd, "More than the whole outstanding of PL001"); c == nil || c.Verdict != Judge || !strings.Contains(c.More, "₹90,00,000.00") {
		t.Errorf("%+v", c)
	}
	usual := enter("20000", "0")
	if c := h.checkNamed(usual, "More than the whole outstanding"); c != nil {
		t.Errorf("of 20,000: %+v", c)
	}
	if c := h.checkNamed(enter("100", "900"), "More tax was withheld than money came"); c == nil || c.Verdict != Judge {
		t.Errorf("%+v", c)
	}
}

// nextCheque is a number that no cheque of the test has yet.
func (h *house) nextCheque() string {
	h.lines++
	return strconv.Itoa(100000 + h.lines)
}

// TestSameChequeTwice: number and bank stand on one live record; a cheque that was
// taken back, or of another bank, comes in.
func TestSameChequeTwice(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	in := NewRecord{Account: "PL001", Received: rupees("9800"), Mode: "cheque", ChequeNo: "004417", ChequeBank: "Saraswat Bank", ChequeDate: day("2026-11-12"), Source: "hand"}
	first, err := h.office.CreateRecord(t.Context(), h.asha, in)
	h.must(err)
	again := in
	again.ChequeNo, again.ChequeBank, again.Received = "4417", "SARASWAT BANK LTD.", rupees("500")
	_, err = h.office.CreateRecord(t.Context(), h.asha, again)
	e := h.refused(err, "record.duplicate_cheque")
	if e.Kind != lending.Conflict || !strings.Contains(e.Message, first.Ref) || !strings.Contains(e.Message, "₹9,800.00") || !strings.Contains(e.Message, "₹500.00") || e.Fields["cheque_no"] == "" {
		t.Errorf("%+v", e)
	}
	again.ChequeBank = "Saraswat Bank, Nashik Road"
	_, err = h.office.CreateRecord(t.Context(), h.asha, again)
	h.must(err)
	edited := in
	edited.Received = rupees("9900")
	_, err = h.office.EditRecord(t.Context(), h.asha, first.Ref, edited)
	h.must(err)
	_, err = h.office.CancelRecord(t.Context(), h.asha, first.Ref, 0, "It bounced at the counter.")
	h.must(err)
	if _, err = h.office.CreateRecord(t.Context(), h.asha, in); err != nil {
		t.Errorf("presented again: %v", err)
	}
}

// TestChequesDatedInAdvanceOrStale name the field. Three months hold since 2012.
func TestChequesDatedInAdvanceOrStale(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	for date, want := range map[string]string{"2026-11-17": "dated in advance", "2026-11-16": "", "2026-08-16": "", "2026-08-15": "good for 3 months"} {
		_, err := h.office.CreateRecord(t.Context(), h.asha, NewRecord{Account: "PL001", Received: rupees("100"), Mode: "cheque", ChequeNo: "77" + date[8:] + date[5:7], ChequeBank: "SBI", ChequeDate: day(date), Source: "hand"})
		if want == "" {
			h.must(err)
		} else if e := h.refused(err, "record.invalid"); !strings.Contains(e.Fields["cheque_date"], want) {
			t.Errorf("%s: %v", date, e.Fields)
		}
	}
}

// TestReceiptsByHandAreOfTheOpenDay at the latest, and hold text alone.
func TestReceiptsByHandAreOfTheOpenDay(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	h.clock.set(h.clock.read().AddDate(0, 0, 3)) // the calendar is ahead of the books
	for field, in := range map[string]NewRecord{
		"date":   {Account: "PL001", Received: 100, Mode: "transfer", Date: day("2026-11-17"), Source: "hand"},
		"remark": {Account: "PL001", Received: 100, Mode: "transfer", Remark: "a\x00b", Source: "hand"},
		"utr":    {Account: "PL001", Received: 100, Mode: "transfer", UTR: "SBIN\x1b[2J", Source: "api"},
	} {
		_, err := h.office.CreateRecord(t.Context(), h.asha, in)
		if e := h.refused(err, "record.invalid"); e.Fields[field] == "" || len(e.Fields) != 1 {
			t.Errorf("%s: %v", field, e.Fields)
		}
	}
}

// TestOldDateIsAskedAbout: a year typed wrong is asked about, and taken when it is
// meant; an edit that leaves it is not asked again.
func TestOldDateIsAskedAbout(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi", "paid_to_date", "2026-10-05")
	in := NewRecord{Account: "PL001", Received: rupees("500"), Mode: "transfer", Date: day("2026-11-16"), BankDate: day("1926-11-16"), CollectionBank: "HDFC-CA-01", Source: "hand"}
	_, err := h.office.CreateRecord(t.Context(), h.asha, in)
	refused := h.refused(err, "record.old_date")
	if len(refused.Fields) != 1 || !strings.Contains(refused.Fields["bank_date"], "16 Nov 1926") {
		t.Errorf("%v", refused.Fields)
	}
	in.OldDate = true
	r, err := h.office.CreateRecord(t.Context(), h.asha, in)
	h.must(err)
	in.OldDate, in.Received, in.Version = false, rupees("501"), r.Version
	_, err = h.office.EditRecord(t.Context(), h.asha, r.Ref, in)
	h.must(err)
	in.Source, in.UTR = "api", "A program knows"
	_, err = h.office.CreateRecord(t.Context(), h.asha, in)
	h.must(err)
}

// TestCountsOfAnImport: one is not many, and what did not happen is not mentioned.
func TestCountsOfAnImport(t *testing.T) {
	got := importedWords(store.Statement{FileName: "a.csv", Rows: 1204, Created: 1, Duplicates: 1, Known: 1201, Rejected: 1})
	if want := "Imported a.csv: 1,204 rows, 1 record made, 1 duplicate, 1,201 rows known before, 1 row rejected"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

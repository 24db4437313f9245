package handlers

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lekha/lending"
	"lekha/store"
)

// receipt is a filled form.
func receipt(pairs ...string) url.Values {
	values := url.Values{"date": {"2026-11-20"}, "then": {"save"}}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values
}

// entered is the record that a form made.
func entered(h *house, a answer) store.Record {
	h.t.Helper()
	return h.record(strings.TrimPrefix(a.leads(), "/records/"))
}

func TestReceiptsOfEveryKind(t *testing.T) {
	h := newHouse(t)
	b := h.as("operator")
	b.get("/records/new?kind=cheque&account=LN1003").status(http.StatusOK).has("Enter receipt", "Section 269ST", "LN1003 Thomas Kurien", "₹2,100.00 due now, 11 days past due")
	for i, c := range []struct {
		form  url.Values
		check func(r store.Record) bool
		why   []string
	}{
		{receipt("kind", "cash", "account", "LN1003", "received_amount", "1,050"),
			func(r store.Record) bool {
				return r.PaymentMode == "cash" && r.Amount == 1_050_00 && r.Status == "initiated"
			},
			[]string{"In cash", "Rupees one thousand fifty only"}},
		{receipt("kind", "cheque", "account", "ln 1002", "received_amount", "₹5,501.50", "cheque_no", "004411", "cheque_bank", "Axis Bank", "cheque_date", "2026-11-19", "date", "2026-11-19", "bank_date", "2026-11-20"),
			func(r store.Record) bool {
				return r.ChequeNo == "004411" && r.ChequeDate == lending.NewDate(2026, 11, 19) && r.BankDate == houseToday && r.Date == houseToday.AddDays(-1)
			},
			[]string{"By cheque 004411 of 19 Nov 2026 on Axis Bank", "Subject to clearing.", "Rupees five thousand five hundred one and fifty paise only"}},
		{receipt("kind", "transfer", "account", "LN1001", "received_amount", "10662", "tds_amount", "100", "payment_mode", "neft", "utr", "AXISCN0123456789", "collection_bank", houseBank2),
			func(r store.Record) bool {
				return r.PaymentMode == "neft" && r.UTR == "AXISCN0123456789" && r.BankCode == houseBank2 && r.TDSAmount == 100_00 && r.Amount == 10_762_00
			},
			[]string{"By NEFT", "the sum of ₹10,662.00", "₹100.00 at source, beside the money; ₹10,762.00 is applied in all"}},
		{receipt("kind", "transfer", "received_amount", "77", "payment_mode", "upi"),
			func(r store.Record) bool { return r.Status == "unmatched" && r.AccountID == "" },
			[]string{"a payer who is not known yet"}},
		{receipt("kind", "tds", "account", "LN1001", "tds_amount", "250", "received_amount", "999", "cheque_no", "7"),
			func(r store.Record) bool {
				return r.Type == "tds" && r.Amount == 250_00 && r.ReceivedAmount == 0 && r.ChequeNo == ""
			},
			[]string{"tax withheld at source of ₹250.00", "Rupees two hundred fifty only", "Tax withheld at source; no money was received"}},
	} {
		r := entered(h, b.post("/records", c.form))
		if !c.check(r) {
			t.Errorf("%v made %+v", c.form, r)
		}
		if want := "R/2026-27/0000" + string(rune('1'+i)); string(r.ReceiptNo) != want {
			t.Errorf("receipt number %q, want %q", r.ReceiptNo, want)
		}
		b.get("/records/"+r.Ref).status(http.StatusOK).has(string(r.ReceiptNo)+" of ", "is entered.", "Receipt")
		b.get("/records/" + r.Ref + "/receipt").status(http.StatusOK).has(append(c.why, string(r.ReceiptNo), "Sample Finance", "14 Gangapur Road, Nashik")...)
	}
	b.get("/records?unconfirmed=1").has("All 4 records")
}

func TestReceiptIsSavedAndSent(t *testing.T) {
	h := newHouse(t)
	form := receipt("kind", "cash", "account", "LN1003", "received_amount", "1050", "then", "send")
	r := entered(h, h.as("operator").post("/records", form))
	if r.Status != "pending" {
		t.Errorf("it is %s, want pending", r.Status)
	}
	h.as("operator").get("/records/" + r.Ref).has("is entered and sent for approval.")
	h.as("credit_manager").get("/records/new").status(http.StatusForbidden)
	h.as("credit_manager").post("/records", form).status(http.StatusForbidden).has("This is for operations")
}

func TestRefusedReceiptsKeepWhatWasTyped(t *testing.T) {
	h := newHouse(t)
	b := h.as("operator")
	before := len(refsOn(b.get("/records")))
	entered(h, b.post("/records", receipt("kind", "transfer", "account", "LN1001", "received_amount", "10662", "payment_mode", "neft", "utr", "AXISCN0123456789", "collection_bank", houseBank)))
	for _, c := range []struct {
		form   url.Values
		status int
		says   string
	}{
		{receipt("kind", "cash", "account", "LN1003"), 422, "Say how much was received."},
		{receipt("kind", "cash", "account", "LN1003", "received_amount", "ten"), 422, "is not an amount of money"},
		{receipt("kind", "cash", "account", "LN1003", "received_amount", "1.999"), 422, "has more than two decimals"},
		{receipt("kind", "cheque", "account", "LN1003", "received_amount", "5", "cheque_no", "1", "cheque_bank", "SBI", "cheque_date", "2026-11-21"), 422, "dated in advance"},
		{receipt("kind", "cheque", "account", "LN1003", "received_amount", "5", "cheque_no", "1", "cheque_bank", "SBI", "cheque_date", "2026-08-19"), 422, "good for 3 months"},
		{receipt("kind", "cash", "account", "LN1003", "received_amount", "-5"), 422, "Say how much was received."},
		{receipt("kind", "cash", "received_amount", "5"), 422, "Cash and tax credits are entered for an account."},
		{receipt("kind", "cash", "account", "LN1003", "received_amount", "200000"), 422, "Section 269ST allows less than ₹2,00,000.00"},
		{receipt("kind", "cheque", "account", "LN1003", "received_amount", "5"), 422, "A cheque has a number, a bank and a date."},
		{receipt("kind", "cheque", "account", "LN1003", "received_amount", "5", "cheque_date", "31-31-2026"), 422, "Some of what you typed cannot be read."},
		{receipt("kind", "tds", "account", "LN1003"), 422, "A tax credit has a tds amount and no money received."},
		{receipt("kind", "barter", "account", "LN1003", "received_amount", "5"), 422, "Say how it came"},
		{receipt("kind", "cash", "account", "LN1003", "received_amount", "5", "date", "2027-01-01"), 422, "The value date lies in the future."},
		{receipt("kind", "cash", "account", "LN1003", "received_amount", "5", "date", "2026-10-01"), 422, "later than this value date"},
		{receipt("kind", "cash", "account", "LN9999", "received_amount", "5"), 422, "No account has this number, borrower or phone."},
		{receipt("kind", "cash", "account", "5522570", "received_amount", "5"), 422, "Choose which account is meant."},
		{receipt("kind", "transfer", "account", "LN1002", "received_amount", "5", "payment_mode", "neft", "utr", strings.Repeat("A", 500), "collection_bank", houseBank), 422, "A bank reference has at most 64 letters and digits."},
		{receipt("kind", "transfer", "account", "LN1002", "received_amount", "5", "payment_mode", "neft", "utr", "AXISCN0123456789", "collection_bank", houseBank), 409, "Bank reference AXISCN0123456789 is already on"},
		{receipt("kind", "cash", "account", "LN1003", "received_amount", "5", "remark", strings.Repeat("x", 501)), 422, "That is too long."},
	} {
		page := b.post("/records", c.form).status(c.status).has(c.says)
		for name, values := range c.form {
			if name == "then" || name == "kind" && values[0] == "barter" {
				continue
			}
			if got := page.value(name); got != values[0] {
				t.Errorf("%v: %s became %q", c.form, name, got)
			}
		}
	}
	if after := len(refsOn(b.get("/records"))); after != before+1 {
		t.Errorf("refused forms made records: %d, were %d", after, before)
	}
}

func TestAccountIsPickedWithoutScript(t *testing.T) {
	h := newHouse(t)
	b := h.as("operator")
	// "Find" shows who may be meant and keeps what was typed.
	page := b.post("/records", receipt("kind", "cash", "account", "5522570", "received_amount", "500", "find", "1")).status(http.StatusOK)
	page.has("LN1001 Shree Balaji Textiles", "LN1002 Kavya Reddy", "LN1003 Thomas Kurien", "₹11,002.00 due now, 41 days past due")
	if page.value("pick") != "" || page.value("received_amount") != "500" {
		t.Error("an account was picked by itself, or the amount was lost")
	}
	form := receipt("kind", "cash", "account", "5522570", "received_amount", "500", "pick", "LN1002", "pick_for", "5522570")
	if r := entered(h, b.post("/records", form)); r.AccountRef != "LN1002" {
		t.Errorf("it is on %s, want LN1002", r.AccountRef)
	}
	// A pick that was made for other words is not what is typed now.
	form.Set("account", "kurien")
	b.post("/records", form).status(http.StatusUnprocessableEntity).has("Choose which account is meant.", "LN1003 Thomas Kurien")
	form.Set("account", "LN1003")
	if r := entered(h, b.post("/records", form)); r.AccountRef != "LN1003" {
		t.Errorf("it is on %s, want LN1003 as typed", r.AccountRef)
	}
	// With script the suggestions come alone; typed into a browser it is the form.
	piece := b.piece().get("/records/accounts?account=kavya").status(http.StatusOK)
	if piece.lies("main") || !strings.Contains(piece.at("picks"), "LN1002 Kavya Reddy") {
		t.Error("htmx does not get the picks alone")
	}
	b.get("/records/accounts?account=kavya").status(http.StatusOK).has("Enter receipt", "LN1002 Kavya Reddy")
	b.piece().get("/records/accounts?account=nobodyatall").has("No account matches")
}

func TestReceiptIsChangedBeforeItIsSent(t *testing.T) {
	h := newHouse(t)
	b := h.as("operator")
	r := entered(h, b.post("/records", receipt("kind", "cheque", "account", "LN1003", "received_amount", "1050", "cheque_no", "12", "cheque_bank", "Axis", "cheque_date", "2026-11-19")))
	form := b.get("/records/" + r.Ref + "/edit").status(http.StatusOK).has("Change receipt " + string(r.ReceiptNo))
	for name, want := range map[string]string{"kind": "cheque", "account": "LN1003", "received_amount": "1050.00", "cheque_no": "12", "cheque_date": "2026-11-19", "version": versionText(r.Version)} {
		if got := form.value(name); got != want {
			t.Errorf("the form has %s %q, want %q", name, got, want)
		}
	}
	change := receipt("kind", "cheque", "account", "LN1003", "received_amount", "1060", "cheque_no", "12", "cheque_bank", "Axis", "cheque_date", "2026-11-19", "version", versionText(r.Version))
	b.post("/records/"+r.Ref, change).leads()
	if got := h.record(r.Ref); got.Amount != 1_060_00 || got.ReceiptNo != r.ReceiptNo {
		t.Errorf("it became %s with %s", got.Amount, got.ReceiptNo)
	}
	// The version that was typed over is gone: what is true now is shown.
	change.Set("received_amount", "1070")
	b.post("/records/"+r.Ref, change).status(http.StatusConflict).has("This changed meanwhile.", "₹1,060.00")
	change.Set("version", versionText(h.record(r.Ref).Version))
	change.Set("received_amount", "")
	b.post("/records/"+r.Ref, change).status(http.StatusUnprocessableEntity).has("Say how much was received.")
	// What the bank says is not edited.
	credit := h.credit("RAMESH")
	b.get("/records/" + credit.Ref + "/edit").status(http.StatusConflict).has("What the bank says is not edited.")
	h.look(func(ctx context.Context, v *store.View) error {
		events, err := v.EventsOn(ctx, []string{r.Ref}, 10)
		if len(events) != 3 || events[0].Outcome != "refused" {
			t.Errorf("the log has %d events of the receipt, want 3 with the refused one last", len(events))
		}
		return err
	})
}

func TestCancelledReceiptIsVoidOnPaper(t *testing.T) {
	h := newHouse(t)
	b := h.as("operator")
	r := entered(h, b.post("/records", receipt("kind", "cheque", "account", "LN1003", "received_amount", "1050", "cheque_no", "12", "cheque_bank", "Axis", "cheque_date", "2026-11-19")))
	b.post("/records/"+r.Ref+"/cancellation", at(r, "reason", "Wrong borrower.")).leads()
	b.get("/records/" + r.Ref).has("It was cancelled: Wrong borrower.")
	b.get("/records/" + r.Ref + "/receipt").status(http.StatusOK).has("This receipt is void.").lacks("Subject to clearing")
	b.get("/records/" + h.credit("RAMESH").Ref + "/receipt").status(http.StatusNotFound).has("it has no receipt")
}

// TestReceiptIsEnteredOnce: the form without script is pressed twice, or sent again
// after going back; changed values are another receipt once they are pressed again.
func TestReceiptIsEnteredOnce(t *testing.T) {
	h := newHouse(t)
	b := h.as("operator")
	form := receipt("kind", "cash", "account", "LN1003", "received_amount", "1050", "remark", "by\x00hand")
	form.Set("once", b.get("/records/new").value("once"))
	before := h.recordCount()
	first := b.post("/records", form).leads()
	if second := b.post("/records", form).leads(); second != first || h.recordCount() != before+1 {
		t.Errorf("the second press leads to %s, the first to %s; %d records more", second, first, h.recordCount()-before)
	}
	b.get(first).has("It is entered once", "byhand")
	form.Set("received_amount", "1060")
	again := b.post("/records", form).status(http.StatusConflict).has("saved before, with other values")
	if fresh := again.value("once"); fresh == "" || fresh == form.Get("once") {
		t.Errorf("the token is %q again", fresh)
	} else {
		form.Set("once", fresh)
	}
	b.post("/records", form).leads()
	form.Set("once", b.get("/records/new").value("once"))
	form.Set("received_amount", "ten")
	if refused := b.post("/records", form).status(http.StatusUnprocessableEntity); refused.value("once") != form.Get("once") {
		t.Error("a refused form has another token")
	}
	form.Set("received_amount", "1070")
	b.post("/records", form).leads()
	if got := h.recordCount(); got != before+3 {
		t.Errorf("%d records more, want 3", got-before)
	}
}

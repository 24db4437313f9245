package handlers

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

func TestOverviewShowsTheQueuesOfTheRole(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator").get("/").status(http.StatusOK)
	if got := operator.at("wait-unmatched"); got != "6 payments have no loan ₹41,376.50 in total, 2 have a strong suggestion 4 days Match" {
		t.Errorf("the unmatched read %q", got)
	}
	for _, empty := range []string{"wait-approvals", "wait-sent-back", "wait-parked", "wait-unconfirmed", "wait-unsent"} {
		if operator.lies(empty) {
			t.Errorf("%s is shown and is empty", empty)
		}
	}
	manager := h.as("credit_manager").get("/").status(http.StatusOK)
	manager.has("Nothing waits for you").lacks("Enter receipt")

	_, approval := h.pending("KAVYA", "LN1002")
	if got := h.as("credit_manager").get("/").at("wait-approvals"); !strings.HasPrefix(got, "1 request waits for your decision ₹5,501.00 in total") {
		t.Errorf("the approvals read %q", got)
	}
	h.as("operator").get("/").lacks("waits for your decision")
	h.decide("credit_manager", approval, "send_back", "Which month?")
	if _, err := h.office.ParkRecord(t.Context(), h.actor("operator"), h.credit("RAMESH").Ref, 0, "Ask."); err != nil {
		t.Fatal(err)
	}
	if _, err := h.office.CreateRecord(t.Context(), h.actor("operator"), servicing.NewRecord{Account: "LN1003", Mode: "upi", Source: "hand", Received: 900_00, Date: houseToday.AddDays(-4)}); err != nil {
		t.Fatal(err)
	}
	operator = h.as("operator2").get("/").status(http.StatusOK)
	for id, want := range map[string]string{"wait-sent-back": "1 record was sent back ₹5,501.00 in total", "wait-parked": "1 payment is parked ₹7,250.50 in total",
		"wait-unconfirmed": "1 receipt has no statement line after 3 days ₹900.00 in total", "wait-unmatched": "4 payments have no loan"} {
		if got := operator.at(id); !strings.HasPrefix(got, want) {
			t.Errorf("%s reads %q, want %q", id, got, want)
		}
	}
}

// Every figure is compared with the books, read another way.
func TestOverviewFiguresAreThoseOfTheBooks(t *testing.T) {
	h := newHouse(t)
	h.settled("SHREE BALAJI", "LN1001") // more than is due: all of it is held
	page := h.as("auditor").get("/").status(http.StatusOK)
	var outstanding, excess, late lending.Money
	h.look(func(ctx context.Context, v *store.View) error {
		for _, ref := range houseAccounts {
			account, err := v.AccountByRef(ctx, ref)
			if err != nil {
				return err
			}
			book, err := servicing.BookOf(ctx, v, account.ID, 0)
			if err != nil {
				return err
			}
			outstanding += book.Summary.PrincipalOutstanding
			excess += book.Summary.ExcessPayment
			if book.Summary.DPD > 30 {
				late += book.Summary.PrincipalOutstanding
			}
		}
		return nil
	})
	if excess != 10_662_00 {
		t.Errorf("%s is held, want 10662.00", excess)
	}
	page.has("Principal outstanding "+views.Short(outstanding), "Excess held ₹10,662 on 1 account", "in total").
		html(`title="`+views.Rupees(outstanding)+`"`, `title="`+views.Rupees(excess)+`"`)
	if late != 55_399_00 {
		t.Errorf("%s is late, want the 55399.00 of LN1002", late)
	}
	page.has("Overdue more than 30 days " + views.Share(late, outstanding) + " %")
	if got := page.at("bands"); !strings.Contains(got, "Total "+views.Whole(outstanding)+" 3") {
		t.Errorf("the table of days past due reads %q", got)
	}
	// Of November: 10662 of LN1001 taken over, 10662 of the statement.
	page.has("Collected in November ₹21,324")
	// The week of 9 Nov: EMI 3 of LN1002 on the 10th and the first of LN1003 on the 9th.
	if got := page.at("weeks"); !strings.Contains(got, "9 Nov 6,55") {
		t.Errorf("the weeks read %q", got)
	}
	if got := page.at("coming"); !strings.Contains(got, "Mon 23 Nov 1 1 1,05") || !strings.Contains(got, "7 days 1 1") {
		t.Errorf("the coming dues read %q", got)
	}
}

func TestOverviewOfAnEmptyInstallation(t *testing.T) {
	h := newEmptyHouse(t)
	if got := h.nobody().get("/").leads(); got != "/signin" {
		t.Errorf("somebody unknown is led to %s", got)
	}
	page := h.as("operator").get("/").status(http.StatusOK).has("No loans yet", "Take over loans", "Principal outstanding ₹0", "nothing fell due so far")
	page.html(`href="/portfolio"`)
	h.as("operator").get("/records").status(http.StatusOK).has("No records yet", "Import a statement")
}

func TestOverviewShowsPayoutsToFinanceAlone(t *testing.T) {
	h := newHouse(t)
	account, err := h.office.CreateAccount(t.Context(), h.actor("operator"), servicing.NewAccount{Borrower: "CUST01", Program: "Business loans", Line: 50_000_00,
		LoanData: map[string]json.RawMessage{"roi_value": json.RawMessage(`18`), "emi_count": json.RawMessage(`6`)}})
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.office.InitiateDisbursement(t.Context(), h.actor("operator"), servicing.DisbursementInput{Account: account.Ref, Amount: 50_000_00, PayoutTo: "custom_bank",
		NewBank: &servicing.BankInput{IFSC: "AXIS0000789", AccountNo: "912010012345678", AccountHolderName: "Shree Balaji Textiles"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := h.as("finance").get("/").status(http.StatusOK).at("wait-payouts"); got != "1 payout waits to be approved or sent ₹50,000.00 in total today Open" {
		t.Errorf("the payouts read %q", got)
	}
	if h.as("operator").get("/").lies("wait-payouts") {
		t.Error("the maker is asked to release it")
	}
}

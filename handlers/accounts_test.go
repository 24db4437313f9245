package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// partsOf reads the table of figures: charged, paid, outstanding and due of each
// component, by its name.
func partsOf(t *testing.T, page answer) map[string][]lending.Money {
	t.Helper()
	parts := map[string][]lending.Money{}
	walk(page.tree(), func(n *html.Node) {
		if n.Data != "table" || !strings.Contains(attribute(n, "class"), "parts") {
			return
		}
		walk(n, func(row *html.Node) {
			if row.Data != "tr" {
				return
			}
			var name string
			var amounts []lending.Money
			walk(row, func(cell *html.Node) {
				switch {
				case cell.Data == "th" && attribute(cell, "scope") == "row":
					name = textOf(cell)
				case cell.Data == "td":
					amount, err := lending.ParseMoney(textOf(cell))
					if err != nil {
						t.Fatal(err)
					}
					amounts = append(amounts, amount)
				}
			})
			if name != "" {
				parts[name] = amounts
			}
		})
	})
	if len(parts) != 6 {
		t.Fatalf("the page has the parts %v, want five and their sum", parts)
	}
	return parts
}

// figureOf is what stands beside a figure that opens.
func figureOf(page answer, label string) string {
	value := ""
	walk(page.tree(), func(n *html.Node) {
		if n.Data == "summary" && strings.HasPrefix(textOf(n), label+" ") {
			value = strings.TrimPrefix(textOf(n), label+" ")
		}
	})
	return value
}

// sumsOf checks every figure that opens: its rows sum to what it shows.
func sumsOf(t *testing.T, page answer) (figures int) {
	t.Helper()
	walk(page.tree(), func(n *html.Node) {
		if n.Data != "details" || !strings.Contains(attribute(n, "class"), "figure") {
			return
		}
		var shown string
		var sum, total lending.Money
		foot := false
		walk(n, func(cell *html.Node) {
			switch {
			case cell.Data == "b" && attribute(cell, "class") == "num":
				shown = textOf(cell)
			case cell.Data == "tfoot":
				foot = true
			case cell.Data == "td" && attribute(cell, "class") == "money":
				amount, err := lending.ParseMoney(strings.Replace(textOf(cell), "−", "-", 1))
				if err != nil {
					t.Fatal(err)
				}
				if total = amount; !foot {
					sum += amount
				}
			}
		})
		if foot && shown[0] > 127 { // an amount in rupees, not a category
			figures++
			if shown != "₹"+views.Amount(total) || sum != total {
				t.Errorf("%s: %s is shown, the rows sum to %s of %s", page.asked, shown, sum, total)
			}
		}
	})
	return figures
}

func TestAccountKeepsTheIdentities(t *testing.T) {
	h := newHouse(t)
	h.settled(creditForKavya, "LN1002")
	for _, ref := range houseAccounts {
		for _, asOf := range []string{"", "2026-10-20", "2027-03-01"} {
			page := h.as("operator").get("/accounts/" + ref + "?as_of=" + asOf).status(http.StatusOK)
			parts := partsOf(t, page)
			if n := sumsOf(t, page); n < 4 && parts["Principal"][0] > 0 {
				t.Errorf("%s at %q explains %d figures", ref, asOf, n)
			}
			var charged, paid, outstanding, due lending.Money
			for name, p := range parts {
				if p[0] != p[1]+p[2] {
					t.Errorf("%s at %q: %s charged %s, paid %s, outstanding %s", ref, asOf, name, p[0], p[1], p[2])
				}
				if name != "Together" {
					charged, paid, outstanding, due = charged+p[0], paid+p[1], outstanding+p[2], due+p[3]
				}
			}
			sum := parts["Together"]
			if sum[0] != charged || sum[1] != paid || sum[2] != outstanding || sum[3] != due {
				t.Errorf("%s at %q: the sum %v is not that of its parts %s %s %s %s", ref, asOf, sum, charged, paid, outstanding, due)
			}
		}
	}
}

func TestAccountSaysWhatTheAPISays(t *testing.T) {
	h := newHouse(t)
	h.settled(creditForKavya, "LN1002")
	token, _, err := h.people.CreateToken(t.Context(), servicing.Console(), servicing.NewToken{Name: "reader", Role: servicing.Auditor})
	if err != nil {
		t.Fatal(err)
	}
	var account store.Account
	h.look(func(ctx context.Context, v *store.View) (err error) {
		account, err = v.AccountByRef(ctx, "LN1002")
		return err
	})
	for _, asOf := range []string{"", "2026-10-20", "2027-03-01"} {
		request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/lms/accounts/"+account.ID+"/summary/?as_of_date="+asOf, nil)
		request.Header.Set("Authorization", "Bearer "+token)
		recorder := httptest.NewRecorder()
		h.handler.ServeHTTP(recorder, request)
		if recorder.Code != http.StatusOK {
			t.Fatalf("the API answers %d: %s", recorder.Code, recorder.Body)
		}
		summary := map[string]any{}
		decoder := json.NewDecoder(recorder.Body)
		decoder.UseNumber()
		if err := decoder.Decode(&summary); err != nil {
			t.Fatal(err)
		}
		page := h.as("operator").get("/accounts/LN1002?as_of=" + asOf).status(http.StatusOK)
		parts := partsOf(t, page)
		for key, got := range map[string]lending.Money{
			"principal_paid": parts["Principal"][1], "principal_outstanding": parts["Principal"][2], "interest_paid": parts["Interest"][1],
			"interest_outstanding": parts["Interest"][2], "overdue_outstanding": parts["Overdue interest"][2], "penal_outstanding": parts["Penal charge"][2],
			"total_fees": parts["Fee"][0], "total_paid": parts["Together"][1], "total_outstanding": parts["Together"][2], "loan_amount": parts["Principal"][0],
		} {
			want, err := lending.ParseMoney(fmt.Sprint(summary[key]))
			if err != nil || got != want {
				t.Errorf("at %q the page shows %s of %s, the API %v", asOf, key, got, summary[key])
			}
		}
		if got, want := figureOf(page, "Days past due"), fmt.Sprint(summary["dpd"]); got != want {
			t.Errorf("at %q the page shows %s days past due, the API %s", asOf, got, want)
		}
	}
}

func TestAccountAsOfAnyDate(t *testing.T) {
	h := newHouse(t)
	record := h.settled(creditForKavya, "LN1002") // value date 17 Nov
	operator := h.as("operator")
	today := operator.get("/accounts/LN1002").status(http.StatusOK)
	today.has(record.Ref, "10 days past due")
	if today.lies("as-of") {
		t.Error("the page of today carries a banner of another day")
	}
	before := operator.get("/accounts/LN1002?as_of=2026-11-16").status(http.StatusOK)
	before.lacks(record.Ref + " UPI")
	before.has("As it stood at the day-end of 16 Nov 2026.", "38 days past due")
	after := operator.get("/accounts/LN1002?as_of=2026-11-17").status(http.StatusOK)
	after.has("As it stood at the day-end of 17 Nov 2026.", record.Ref+" UPI", "8 days past due")
	if a, b := partsOf(t, before)["Together"][1], partsOf(t, after)["Together"][1]; b-a != record.Amount {
		t.Errorf("the receipt of %s moved what is paid from %s to %s", record.Amount, a, b)
	}
	operator.get("/accounts/LN1002?as_of=2027-03-01").has("A projection to the day-end of 1 Mar 2027.", "Sub-Standard")
	operator.get("/accounts/LN1002?as_of=2026-01-01").status(http.StatusOK).has("Nothing was received yet.")
	for _, wrong := range []string{"yesterday", "2040-01-01"} {
		page := operator.get("/accounts/LN1002?as_of=" + wrong).status(http.StatusUnprocessableEntity)
		page.has("Below is the account as it stands today.", record.Ref)
		if got := page.value("as_of"); got != wrong {
			t.Errorf("the refused date stands as %q, want %q", got, wrong)
		}
	}
}

func TestPaidFigureOpensToItsReceipts(t *testing.T) {
	h := newHouse(t)
	record := h.settled(creditForKavya, "LN1002")
	page := h.as("auditor").get("/accounts/LN1002?schedule=all").status(http.StatusOK)
	page.has("5,501.00 " + record.Ref + " Interest, 17 Nov 2026 830.99 " + record.Ref + " Principal, 17 Nov 2026 4,670.01 50,728.99")
	page.has("This is for operations.") // the auditor may not record a payment, and reads why
	page.html(`href="/records/` + record.Ref + `"`)
}

func TestStatementAddsUp(t *testing.T) {
	h := newHouse(t)
	record := h.settled(creditForKavya, "LN1002")
	page := h.as("operator").get("/accounts/LN1002/statement?from=2026-10-01&to=2026-11-20").status(http.StatusOK)
	page.has("Opening balance 0.00", "Instalment 2 due EMI 2 5,501.00 5,501.00", "17 Nov 2026 20 Nov 2026 Receipt "+record.Ref+", UPI, 632109769538 5,501.00 5,501.00",
		"Closing balance 5,501.00", "Due and unpaid", "EMI 3",
		"Together fell due to date 16,503.00, paid 11,002.00, due and unpaid 5,501.00") // nothing that is still to come
	if debits, credits, closing := page.at("debits"), page.at("credits"), page.at("closing"); debits != "11,002.00" || credits != "5,501.00" || closing != "5,501.00" {
		t.Errorf("debits %s, credits %s, closing %s", debits, credits, closing)
	}
	later := h.as("operator").get("/accounts/LN1002/statement?from=2026-11-01&to=2026-11-20").status(http.StatusOK)
	later.has("1 Nov 2026 Opening balance 5,501.00", "Opening 5,501.00 + debits 5,501.00 − credits 5,501.00 = closing 5,501.00.")

	if _, err := h.office.RequestReversal(t.Context(), h.actor("operator"), record.Ref, record.Version, "bank", "Disputed."); err != nil {
		t.Fatal(err)
	}
	h.decide("credit_manager", h.approvalOf(record.Ref), "approve", "")
	reverted := h.as("operator").get("/accounts/LN1002/statement?from=2026-10-01&to=2026-11-20")
	reverted.has("Receipt "+record.Ref, "Receipt reversed "+record.Ref, "Closing balance 11,002.00")
	if got := reverted.at("closing"); got != "11,002.00" {
		t.Errorf("after the reversal the statement closes with %s", got)
	}
	for address, want := range map[string]string{
		"from=2026-11-20&to=2026-11-01": "A statement begins before it ends.",
		"to=2027-01-01":                 "A statement ends on the business date, 20 Nov 2026, or before.",
		"from=soon":                     "is not a date",
	} {
		h.as("operator").get("/accounts/LN1002/statement?" + address).status(http.StatusUnprocessableEntity).has(want)
	}
	sheet := h.as("operator").get("/accounts/ln1002/statement.css").status(http.StatusOK)
	if got := sheet.Body.String(); !strings.Contains(got, `content: "LN1002"`) {
		t.Errorf("the foot of the pages is %q", got)
	}
	csv := h.as("operator").get("/accounts/LN1002/statement.csv?from=2026-11-01").status(http.StatusOK).Body.String()
	if !strings.Contains(csv, "2026-11-10,,Instalment 3 due,EMI 3,5501.00,0.00,") {
		t.Errorf("the export lacks the instalment:\n%s", csv)
	}
}

func TestAccountsAreListed(t *testing.T) {
	h := newHouse(t)
	page := h.as("credit_manager").get("/accounts").status(http.StatusOK)
	page.has("All 3 accounts", "1–3 of 3 accounts", "31–60 days 1")
	order := page.words()
	if strings.Index(order, "LN1002") > strings.Index(order, "LN1003") {
		t.Error("the most days past due do not come first")
	}
	var total store.AccountTotals
	h.look(func(ctx context.Context, v *store.View) (err error) {
		total, err = v.AccountTotals(ctx, store.AccountFilter{})
		return err
	})
	page.has(views.Whole(total.Outstanding) + " " + views.Whole(total.DueNow) + " 2 late")
	h.as("operator").get("/accounts?band=31").has("All 1 account", "LN1002").lacks("LN1003")
	h.as("operator").get("/accounts?q=thomas&status=active").has("LN1003", "All 1 account", "Search thomas", "Status Active").lacks("LN1002")
	h.as("operator").get("/accounts?program=PRGNONE&band=1").has("No account matches")
	csv := h.as("finance").get("/accounts/export?band=31").status(http.StatusOK).Body.String()
	if lines := strings.Split(strings.TrimSpace(csv), "\r\n"); len(lines) != 2 || !strings.HasPrefix(lines[1], "LN1002,Kavya Reddy,CUST02,Personal,") {
		t.Errorf("the export of one account is:\n%s", csv)
	}
}

func TestAccountPagesLeadBothWays(t *testing.T) {
	h := newHouse(t)
	for _, ref := range []string{"LN2001", "LN2002", "LN2003"} { // three that are equal in every column
		h.as("operator").post("/accounts/new", sampleLoan("account_ref", ref)).status(http.StatusSeeOther)
	}
	for _, sort := range []string{"ref", "dpd", "due", "outstanding"} {
		var forward, backward []string
		h.look(func(ctx context.Context, v *store.View) error {
			filter := store.AccountFilter{Sort: sort, Limit: 1}
			var last store.AccountRow
			for {
				rows, err := v.Accounts(ctx, filter)
				if err != nil || len(rows) == 0 {
					if err != nil {
						return err
					}
					break
				}
				last = rows[0]
				forward = append(forward, last.Ref)
				filter.AfterKey, filter.AfterIdx = last.Key(sort), last.Idx
				place, err := v.AccountPlace(ctx, filter)
				if err != nil || place != len(forward)-1 {
					t.Errorf("%s: row %d stands at %d: %v", sort, len(forward), place, err)
				}
			}
			backward = []string{last.Ref}
			for {
				rows, err := v.AccountsBefore(ctx, filter)
				if err != nil || len(rows) == 0 {
					return err
				}
				backward = append([]string{rows[0].Ref}, backward...)
				filter.AfterKey, filter.AfterIdx = rows[0].Key(sort), rows[0].Idx
			}
		})
		if strings.Join(forward, " ") != strings.Join(backward, " ") || len(forward) != len(houseAccounts)+3 {
			t.Errorf("by %s: forward %v, backward %v", sort, forward, backward)
		}
	}
}

// sampleLoan is a form that can be opened.
func sampleLoan(changes ...string) url.Values {
	form := url.Values{"name": {"Sunita Devi"}, "account_ref": {"LN2001"}, "program": {"Business loans"}, "principal": {"1,20,000"}, "disbursed_on": {"2026-09-05"},
		"roi_value": {"12"}, "emi_count": {"12"}, "emi_frequency": {"monthly"}, "first_due_date": {"2026-10-05"}, "interest_method": {"reducing"},
		"amortization": {"equal_instalments"}, "pf_value": {"1000"}, "pf_value_type": {"fixed"}, "pf_gst": {"18"}}
	for i := 0; i+1 < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	return form
}

func TestLoanFormOpensALoan(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	form := sampleLoan()
	preview := operator.get("/accounts/new?preview=1&" + form.Encode()).status(http.StatusOK)
	preview.has("The schedule these terms give", "₹1,18,820.00 paid out", "5 Sep 2027", "10,662.00")
	if got := preview.value("name"); got != "Sunita Devi" {
		t.Errorf("the preview forgets the name: %q", got)
	}
	h.look(func(ctx context.Context, v *store.View) error {
		if _, err := v.AccountByRef(ctx, "LN2001"); lending.KindOf(err) != lending.NotFound {
			t.Errorf("a preview kept the account: %v", err)
		}
		return nil
	})
	if got, want := operator.post("/accounts/new", form).leads(), "/accounts/LN2001"; got != want {
		t.Fatalf("the form leads to %s, want %s", got, want)
	}
	page := operator.get("/accounts/LN2001").status(http.StatusOK)
	page.has("Account LN2001 of Sunita Devi is open, with its loan.", "Principal outstanding ₹1,20,000.00", "To pay now ₹21,324.00 EMI 1 and EMI 2", "46 days past due")
	if got := figureOf(page, "Paid out"); got != "₹1,18,820.00" {
		t.Errorf("paid out is %s, want ₹1,18,820.00", got)
	}
}

func TestLoanFormIsRefusedByField(t *testing.T) {
	h := newHouse(t)
	operator := h.as("operator")
	for name, c := range map[string]struct{ field, value, want string }{
		"no name":           {"name", "", "Name: "},
		"taken account":     {"account_ref", "LN1001", "Account number: There is an account LN1001 already."},
		"no amount":         {"principal", "much", "Principal (₹): "},
		"day to come":       {"disbursed_on", "2026-12-01", "Paid out on: "},
		"another overdue":   {"overdue", "5", "Overdue today (₹): "},
		"rate beyond sense": {"roi_value", "5000", "Rate (% a year): "},
	} {
		t.Run(name, func(t *testing.T) {
			form := sampleLoan(c.field, c.value)
			page := operator.post("/accounts/new", form).status(http.StatusUnprocessableEntity)
			page.has(c.want)
			if got := page.value(c.field); got != c.value {
				t.Errorf("%s stands as %q, want %q", c.field, got, c.value)
			}
			if got := page.value("vpa"); got != "" {
				t.Errorf("a field nobody filled holds %q", got)
			}
		})
	}
	h.look(func(ctx context.Context, v *store.View) error {
		list, _, err := v.Borrowers(ctx, store.PartyFilter{Search: "Sunita", Limit: 5})
		if len(list) > 0 {
			t.Errorf("a refused form kept %d borrowers", len(list))
		}
		return err
	})
	h.as("credit_manager").get("/accounts/new").status(http.StatusForbidden)
	h.as("credit_manager").post("/accounts/new", sampleLoan()).status(http.StatusForbidden)
	h.as("credit_manager").get("/accounts").has("This is for operations.")
}

func TestBorrowerShowsTheWorst(t *testing.T) {
	h := newHouse(t)
	form := sampleLoan("borrower_ref", "CUST02", "name", "")
	h.as("operator").get("/accounts/new?borrower_ref=CUST02").has("Another account of Kavya Reddy.")
	h.as("operator").post("/accounts/new", form).status(http.StatusSeeOther)
	page := h.as("auditor").get("/borrowers/cust02").status(http.StatusOK)
	page.has("Kavya Reddy SMA-1", "LN1002", "LN2001", "••222B", "46 days past due at most")
	h.as("operator").get("/borrowers/CUST99").status(http.StatusNotFound)
	h.as("operator").get("/accounts/LN9999").status(http.StatusNotFound)
	h.as("operator").get("/approvals/APV99999").status(http.StatusNotFound)
}

// TestRefusalsAreFolded: clicks that came to nothing do not hide what was done.
func TestRefusalsAreFolded(t *testing.T) {
	h := newHouse(t)
	record, approval := h.pending(creditForKavya, "LN1002")
	for range eventsShown * 2 {
		_, err := h.office.Decide(t.Context(), h.actor("operator"), approval.Ref, servicing.DecisionInput{Decision: "approve"})
		if lending.KindOf(err) != lending.Forbidden {
			t.Fatal(err)
		}
	}
	page := h.as("operator").get("/accounts/LN1002").status(http.StatusOK)
	page.has(fmt.Sprintf("%d attempts were refused", eventsShown*2), "Matched "+record.Ref)
	if n := strings.Count(page.Body.String(), "Refused: "); n != eventsShown*2 {
		t.Errorf("%d refusals lie in the fold, want %d", n, eventsShown*2)
	}
	h.as("operator").get("/records/"+record.Ref).has("refused", "Matched")
	h.as("auditor").get("/events?outcome=refused").has(approval.Ref)
}

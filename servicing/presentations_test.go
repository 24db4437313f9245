package servicing

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
	"lekha/store"
)

// mandate draws a mandate up, has it approved, and lets the bank register it.
func (h *house) mandate(account, umrn, most string) store.Mandate {
	h.Helper()
	return h.mandateEvery("as_presented", account, umrn, most)
}

// mandateEvery is a mandate that allows one collection in each period.
func (h *house) mandateEvery(frequency, account, umrn, most string) store.Mandate {
	h.Helper()
	m, err := h.office.CreateMandate(h.Context(), h.asha, MandateInput{Account: account, Frequency: frequency, MaxAmount: rupees(most), FirstDate: day("2025-01-01"), LastDate: day("2027-12-31"),
		Holder: "Sunita Devi", IFSC: "SBIN0001234", AccountNo: "30123456789"})
	h.must(err)
	h.signedOff(m.ID)
	m, err = h.office.TakeMandateAnswer(h.Context(), h.asha, m.Ref, MandateAnswer{UMRN: umrn})
	h.must(err)
	return m
}

func (h *house) plan(in PresentationInput) PresentationPlan {
	h.Helper()
	var plan PresentationPlan
	h.read(func(ctx context.Context, v *store.View) (err error) {
		plan, err = PlanPresentation(ctx, v, in)
		return err
	})
	return plan
}

func (h *house) items(p store.Presentation) []store.PresentationItemRow {
	h.Helper()
	var items []store.PresentationItemRow
	h.read(func(ctx context.Context, v *store.View) (err error) {
		items, err = v.ItemsOfPresentation(ctx, p.ID)
		return err
	})
	return items
}

// present draws a list up and releases it.
func (h *house) present(in PresentationInput) (store.Presentation, []store.PresentationItemRow) {
	h.Helper()
	in.Bank, in.UtilityCode = "HDFC-CA-01", "NACH00000000012345"
	p, _, err := h.office.DrawPresentation(h.Context(), h.asha, in)
	h.must(err)
	p, err = h.office.ReleasePresentation(h.Context(), h.omar, p.Ref, p.Version)
	h.must(err)
	return p, h.items(p)
}

// answered is a file as the sponsor bank sends it back: a flag and a reason on each item.
func answered(p store.Presentation, codes ...string) []byte {
	lines := strings.Split(strings.TrimRight(string(p.Data), "\r\n"), "\r\n")
	for i, code := range codes {
		flag := map[bool]string{true: "1", false: "0"}[code == "00"]
		lines[i+1] = lines[i+1][:153] + flag + code + lines[i+1][156:]
	}
	return []byte(strings.Join(lines, "\r\n") + "\r\n")
}

// TestMandateLife: a mandate waits for a second person and for the bank, and each
// other step is refused.
func TestMandateLife(t *testing.T) {
	h := newHouse(t)
	account := h.takeOver("PL001", "Sunita Devi")
	_, err := h.office.CreateMandate(t.Context(), h.asha, MandateInput{Account: "PL001", MaxAmount: -1, Holder: "x", IFSC: "nope"})
	refused := h.refused(err, "mandate.invalid")
	for _, field := range []string{"max_amount", "last_date", "ifsc", "account_no"} {
		if refused.Fields[field] == "" {
			t.Errorf("%s is not refused", field)
		}
	}
	_, err = h.office.CreateMandate(t.Context(), h.ravi, MandateInput{})
	h.refused(err, "permission")
	in := MandateInput{Account: "PL001", MaxAmount: rupees("20000"), FirstDate: day("2026-01-01"), LastDate: h.today().AddDays(1), Holder: "Sunita Devi", IFSC: "SBIN0001234", AccountNo: "30123456789"}
	m, err := h.office.CreateMandate(t.Context(), h.asha, in)
	h.must(err)
	const umrn = "SBIN7012611001234567"
	_, err = h.office.TakeMandateAnswer(t.Context(), h.asha, m.Ref, MandateAnswer{UMRN: umrn})
	h.refused(err, "mandate.state")
	h.signedOff(m.ID)
	_, err = h.office.TakeMandateAnswer(t.Context(), h.asha, m.Ref, MandateAnswer{UMRN: "SBIN1"})
	h.refused(err, "mandate.umrn")
	m, err = h.office.TakeMandateAnswer(t.Context(), h.asha, m.Ref, MandateAnswer{UMRN: umrn})
	h.must(err)
	if m.Status != "active" || h.account("PL001").UMRN != umrn {
		t.Errorf("mandate is %s, the account has %q", m.Status, h.account("PL001").UMRN)
	}
	_, err = h.office.TakeMandateAnswer(t.Context(), h.asha, m.Ref, MandateAnswer{Reason: "Signature differs"})
	h.refused(err, "mandate.state")
	other, err := h.office.CreateMandate(t.Context(), h.asha, in)
	h.must(err)
	h.signedOff(other.ID)
	_, err = h.office.TakeMandateAnswer(t.Context(), h.asha, other.Ref, MandateAnswer{UMRN: umrn})
	h.refused(err, "mandate.umrn_taken")
	other, err = h.office.TakeMandateAnswer(t.Context(), h.asha, other.Ref, MandateAnswer{Reason: "Signature differs"})
	h.must(err)
	if other.Status != "rejected" || h.account("PL001").UMRN != umrn {
		t.Errorf("the rejected one is %s; the account has %q", other.Status, h.account("PL001").UMRN)
	}
	_, err = h.office.CancelMandate(t.Context(), h.asha, m.Ref, "The borrower asked")
	h.must(err)
	if h.account("PL001").UMRN != umrn {
		t.Error("one person ended an active mandate")
	}
	h.signedOff(m.ID)
	if h.account("PL001").UMRN != "" {
		t.Error("the account keeps a cancelled mandate")
	}
	third, err := h.office.CreateMandate(t.Context(), h.asha, in)
	h.must(err)
	h.signedOff(third.ID)
	_, err = h.office.TakeMandateAnswer(t.Context(), h.asha, third.Ref, MandateAnswer{UMRN: "SBIN7012611001234568"})
	h.must(err)
	_, err = h.close(Console(), h.today().AddDays(2))
	h.must(err)
	h.read(func(ctx context.Context, v *store.View) error {
		now, err := v.MandateByAny(ctx, third.Ref)
		if now.Status != "expired" {
			t.Errorf("after its last day it is %s", now.Status)
		}
		return err
	})
	_ = account
	h.sound()
}

// TestRepresentation is NAC-01: a due is presented at most three times, each time not
// before three days after its return and with funds confirmed; days past due run from
// the due date, and the charge comes once.
func TestRepresentation(t *testing.T) {
	h := newHouseOn(t, "2025-04-05")
	account := h.takeOver("PL001", "Sunita Devi", "disbursed_on", "2025-03-05", "first_due_date", "2025-04-05", "paid_to_date", "")
	h.mandate("PL001", "SBIN7012611001234567", "20000")
	present := func(date string) error {
		t.Helper()
		p, _, err := h.office.DrawPresentation(t.Context(), h.asha, PresentationInput{Date: day(date), Bank: "HDFC-CA-01", UtilityCode: "NACH00000000012345", Funds: []string{"PL001"}})
		if err == nil {
			_, err = h.office.ReleasePresentation(t.Context(), h.omar, p.Ref, p.Version)
		}
		return err
	}
	last := func() store.PresentationItemRow {
		t.Helper()
		var items []store.PresentationItemRow
		h.read(func(ctx context.Context, v *store.View) error {
			lists, err := v.Presentations(ctx, 1)
			items = h.items(lists[0])
			return err
		})
		return items[0]
	}
	until := func(date string) {
		t.Helper()
		_, err := h.close(Console(), day(date))
		h.must(err)
	}
	for _, step := range []struct{ early, presented, returned string }{{"", "2025-04-05", "2025-04-07"}, {"2025-04-09", "2025-04-10", "2025-04-11"}, {"2025-04-13", "2025-04-14", "2025-04-15"}} {
		if step.early != "" {
			h.refused(present(step.early), "presentation.none")
			plan := h.plan(PresentationInput{Date: day(step.presented)})
			if plan.Count != 0 || plan.Items[0].Code != "presentation.funds" {
				t.Errorf("without funds confirmed: %+v", plan.Items[0])
			}
			until(step.presented)
		}
		h.must(present(step.presented))
		h.refused(present(step.presented), "presentation.none")
		until(step.returned)
		item := last()
		result := PresentationResult{}
		back, err := h.office.AnswerItem(t.Context(), h.asha, item.Ref, ItemAnswer{State: "returned", Code: "04"})
		h.must(err)
		again, err := h.office.AnswerItem(t.Context(), h.asha, item.Ref, ItemAnswer{State: "returned", Code: "04"})
		h.must(err)
		if back.ReturnedOn != day(step.returned) || again.FeeID != back.FeeID {
			t.Errorf("%s: returned on %s, %+v", item.Ref, back.ReturnedOn, result)
		}
		_, err = h.office.AnswerItem(t.Context(), h.asha, item.Ref, ItemAnswer{State: "confirmed"})
		h.refused(err, "presentation.contradiction")
	}
	plan := h.plan(PresentationInput{Date: day("2025-04-20"), Funds: []string{"PL001"}})
	if plan.Count != 0 || plan.Items[0].Code != "presentation.tries" {
		t.Errorf("a fourth time: %+v", plan.Items[0])
	}
	_, err := h.close(Console(), day("2025-04-16"))
	h.must(err)
	if got := h.position(account).DPD; got != 11 {
		t.Errorf("%d days past due at the day end of 15 April, want 11", got)
	}
	book := h.book(account)
	if got := book.Summary.FeeOutstanding; got != rupees("590") {
		t.Errorf("bounce charges outstanding %s, want 590.00 once", got)
	}
	h.sound()
}

// fiveDues are the accounts of NAC-03, each with one due and a mandate.
func (h *house) fiveDues() map[string]lending.Money {
	h.Helper()
	want := map[string]lending.Money{}
	for i, principal := range []string{"12500.00", "8000.00", "9999.50", "4200.00", "300.25"} {
		ref := "U" + string(rune('1'+i))
		h.takeOver(ref, "Borrower "+ref, "principal", principal, "roi_value", "0", "emi_count", "1", "disbursed_on", "2025-03-05", "first_due_date", "2025-04-05", "paid_to_date", "")
		h.mandate(ref, "SBIN701261100000000"+string(rune('1'+i)), "15000")
		want[ref] = rupees(principal)
	}
	return want
}

// TestNetCredit is NAC-03: what the sponsor bank owes for a day is the sum of what it
// confirmed for it; the credit of just that sum makes one receipt for each.
func TestNetCredit(t *testing.T) {
	h := newHouseOn(t, "2025-04-05")
	want := h.fiveDues()
	p, items := h.present(PresentationInput{Date: day("2025-04-05")})
	got := map[string]lending.Money{}
	for _, i := range items {
		got[i.AccountRef] = i.Amount
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("presented: %s", diff)
	}
	_, err := h.office.TakePresentationAnswer(t.Context(), h.asha, p.Ref, "short.txt", answered(p, "00", "04")[:700])
	h.refused(err, "nach.unreadable")
	file := answered(p, "00", "04", "00", "98", "00")
	result, err := h.office.TakePresentationAnswer(t.Context(), h.asha, p.Ref, "answer.txt", file)
	h.must(err)
	if diff := cmp.Diff(PresentationResult{Confirmed: 3, Returned: 1, Extended: 1, Open: 1, Expected: rupees("22799.75"), Charged: rupees("590")}, result); diff != "" {
		t.Errorf("answer: %s", diff)
	}
	result, err = h.office.TakePresentationAnswer(t.Context(), h.asha, p.Ref, "answer.txt", file)
	h.must(err)
	if result.Known != 5 || result.Charged != 0 || result.Expected != 0 {
		t.Errorf("the same answer again: %+v", result)
	}
	h.importCSV(hdfcFile(`05/04/25,NACH CR SPONSOR SETTLEMENT NACH00000000012345,NACHSETTLE0504,05/04/25,,"22,799.75","22,799.75"`,
		`05/04/25,NACH CR SPONSOR SETTLEMENT OTHER,NACHSETTLE0505,05/04/25,,"22,799.00","45,598.75"`))
	var sponsor store.SponsorDay
	var candidates []store.Record
	h.read(func(ctx context.Context, v *store.View) error {
		days, err := v.SponsorDays(ctx, 10)
		if len(days) != 1 {
			t.Fatalf("days: %+v", days)
		}
		sponsor = days[0]
		if err == nil {
			candidates, err = NetCreditCandidates(ctx, v, sponsor)
		}
		return err
	})
	if sponsor.Expected != rupees("22799.75") || sponsor.Credited != 0 || sponsor.Open != 1 || sponsor.Presented-sponsor.Returned != rupees("26999.75") || len(candidates) != 1 {
		t.Fatalf("%+v with %d candidates", sponsor, len(candidates))
	}
	h.read(func(ctx context.Context, v *store.View) error {
		others, err := v.NetCredits(ctx, sponsor.BankID, rupees("22799"), day("2025-04-05"), day("2025-04-05"))
		_, refused := h.office.SplitNetCredit(t.Context(), h.asha, NetCreditInput{Record: others[0].Ref, Day: day("2025-04-05")})
		h.refused(refused, "presentation.sum")
		return err
	})
	record, err := h.office.SplitNetCredit(t.Context(), h.asha, NetCreditInput{Record: candidates[0].Ref, Version: candidates[0].Version, Day: day("2025-04-05")})
	h.must(err)
	if h.position(h.account("U1")).DueNow == 0 {
		t.Error("paid before anybody approved it")
	}
	h.signedOff(record.ID)
	for _, ref := range []string{"U1", "U3", "U5"} {
		if due := h.position(h.account(ref)).DueNow; due != 0 {
			t.Errorf("%s still owes %s", ref, due)
		}
	}
	h.read(func(ctx context.Context, v *store.View) error {
		days, err := v.SponsorDays(ctx, 10)
		if days[0].Credited != rupees("22799.75") {
			t.Errorf("credited: %+v", days[0])
		}
		months, monthErr := v.ReturnMonths(ctx, 5)
		if len(months) != 1 || months[0].Presented != 5 || months[0].Returned != 1 || months[0].Technical != 0 || months[0].Confirmed != 3 {
			t.Errorf("statistics: %+v %v", months, monthErr)
		}
		return err
	})
	h.sound()
}

// TestPresentationGuards: nothing is presented above its mandate, without one, twice,
// or by the hand that drew the list up.
func TestPresentationGuards(t *testing.T) {
	h := newHouse(t)
	h.takeOver("PL001", "Sunita Devi")
	h.takeOver("PL002", "Anita Devi")
	h.takeOver("PL003", "Ravi Kumar")
	h.mandate("PL001", "SBIN7012611001234567", "20000")
	h.mandate("PL002", "SBIN7012611001234568", "100")
	in := PresentationInput{Date: day("2026-12-05"), Bank: "HDFC-CA-01", UtilityCode: "NACH00000000012345"}
	got := map[string]string{}
	for _, item := range h.plan(in).Items {
		got[item.Due.AccountRef] = item.Code
	}
	if diff := cmp.Diff(map[string]string{"PL001": "", "PL002": "presentation.above_mandate", "PL003": "presentation.no_mandate"}, got); diff != "" {
		t.Error(diff)
	}
	_, _, err := h.office.DrawPresentation(t.Context(), h.ravi, in)
	h.refused(err, "permission")
	p, _, err := h.office.DrawPresentation(t.Context(), h.asha, in)
	h.must(err)
	_, err = h.office.TakePresentationAnswer(t.Context(), h.asha, p.Ref, "x.txt", []byte("nonsense"))
	h.refused(err, "nach.unreadable")
	_, err = h.office.ReleasePresentation(t.Context(), h.asha, p.Ref, 0)
	h.refused(err, "permission")
	both := h.asha
	both.Roles = []Role{Finance}
	_, err = h.office.ReleasePresentation(t.Context(), both, p.Ref, 0)
	h.refused(err, "presentation.self")
	_, _, err = h.office.DrawPresentation(t.Context(), h.bela, in)
	h.refused(err, "presentation.none")
	_, err = h.office.CancelPresentation(t.Context(), h.asha, p.Ref, p.Version)
	h.must(err)
	p, items := h.present(in)
	if len(items) != 1 || len(p.Data) != 2*308 {
		t.Errorf("%d items, a file of %d bytes", len(items), len(p.Data))
	}
	_, err = h.office.CancelPresentation(t.Context(), h.asha, p.Ref, 0)
	h.refused(err, "presentation.state")
	_, err = h.office.AnswerItem(t.Context(), h.asha, items[0].Ref, ItemAnswer{State: "confirmed"})
	h.refused(err, "presentation.early")
	_, err = h.close(Console(), day("2026-12-05"))
	h.must(err)
	_, err = h.office.AnswerItem(t.Context(), h.asha, items[0].Ref, ItemAnswer{State: "confirmed", Date: day("2026-12-06")})
	h.refused(err, "presentation.date")
	back, err := h.office.AnswerItem(t.Context(), h.asha, items[0].Ref, ItemAnswer{State: "returned", Code: "59"})
	h.must(err)
	if !back.Technical || back.FeeID != "" {
		t.Errorf("the bank's own fault was charged: %+v", back)
	}
	_, err = h.close(Console(), day("2026-12-08"))
	h.must(err)
	in.Date, in.Funds = day("2026-12-08"), []string{"PL001"}
	_, items = h.present(in)
	_, err = h.office.AnswerItem(t.Context(), h.asha, items[0].Ref, ItemAnswer{State: "returned", Code: "01"})
	h.must(err)
	if h.account("PL001").UMRN != "" {
		t.Error("the mandate of a closed account lives on")
	}
	h.sound()
}

package lms

import (
	"database/sql"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lekha/lending"
	"lekha/servicing"
)

// hdfc makes a statement in that bank's layout: value date, narration, reference,
// withdrawal, deposit, balance.
func hdfc(lines ...string) string {
	return "HDFC BANK Ltd.\nStatement of accounts\nAccount No :,50200012345678,,OD Limit :,0.00\nName :,AEREM FINANCE\nStatement From :,30/03/26,To :,30/04/26\n\n" +
		"Date,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance\n" +
		"********,********************,**********,********,**********,**********,**********\n" + strings.Join(lines, "\n") + "\n"
}

// monday is a house on a Monday morning: two active loans with a due of today, a
// bank statement with four credits, one debit and one line that cannot be read.
type monday struct {
	*house
	anita, ravi string // accounts
	anitaLoan   string
	file        string
	bank        string
}

func newMonday(t testing.TB) monday {
	h := newHouse(t, "2026-03-30", "10:15:30.250000")
	m := monday{house: h}
	m.bank = h.do("admin", "POST", "/v1/lms/banks/", map[string]any{"code": "HDFC-CA-01", "bank": "hdfc", "ifsc": "HDFC0000060", "account_no": "50200012345678",
		"account_holder_name": "Aerem Finance", "tags": []string{"collections"}}).want(201).text("id")
	m.anita, m.anitaLoan = h.lend("Anita Krishnamurthy", "60000", terms(nil))
	m.ravi, _ = h.lend("Ravi Deshpande", "36000", terms(map[string]any{"roi_value": "24", "overdue_roi_value": 24}))
	h.close("2026-04-30")
	van := h.do("operator", "GET", "/v1/lms/accounts/"+m.anita+"/", nil).want(200).text("virtual_account_no")
	m.file = hdfc(
		`30/04/26,"IMPS-612000000001-ANITA KRISHNAMURTHY-UBIN-XXXXXXXX4578-`+van+`",0000612000000001,30/04/26,,"5,501.00","1,05,501.00"`,
		`30/04/26,UPI-RAVI DESHPANDE-RAVID@OKHDFCBANK-HDFC0000001-612000000002-EMI,0000612000000002,30/04/26,,"3,405.00","1,08,906.00"`,
		`30/04/26,NEFT CR-KKBK0002493-SHARMA TRADERS-AEREM FINANCE-KKBKN12026043000000003,KKBKN12026043000000003,30/04/26,,"7,000.00","1,15,906.00"`,
		`30/04/26,NEFT DR-OFFICE RENT,,30/04/26,"15,906.00",,"1,00,000.00"`,
		`30/04/26,UPI-UNKNOWN-X@YBL-YESB0004226-612000000004-PAYMENT,0000612000000004,30/04/26,,"1,250.00","1,01,250.00"`,
		`30/04/26,UPI-BROKEN,0000612000000005,30/04/26,,"12,3x","1,01,250.00"`)
	return m
}

// find is the id of the record with an amount.
func (m monday) find(amount string) string {
	m.t.Helper()
	page := m.do("operator", "GET", "/v1/lms/records/?amount_min="+amount+"&amount_max="+amount+"&ordering=-index", nil).want(200)
	return page.text("results.0.id")
}

// The main job, by the API alone: a statement comes in, each credit becomes a
// record, somebody says who paid, a second person approves, the money settles.
func TestJourney(t *testing.T) {
	m := newMonday(t)
	m.do("operator", "POST", "/v1/lms/statements/", form{"@hdfc.csv": m.file, "format": "sbi"}).refused(400, "fields")
	m.do("operator", "POST", "/v1/lms/statements/", form{"@hdfc.csv": m.file, "collection_bank": "HDFC-CA-01", "format": "HDFC_CSV"}).want(201).golden("statement_import").
		has("created", 4, "duplicates", 0, "ignored", 1, "rejected.0.line", 14)
	m.do("api", "POST", "/v1/lms/statements/", form{"@again.csv": m.file}).want(200).has("created", 0, "again", true)
	m.do("operator", "GET", "/v1/lms/statements/?search=hdfc", nil).want(200).golden("statement_list").has("count", 1)
	m.do("operator", "GET", "/v1/lms/records/unmatched/?ordering=-amount", nil).want(200).has("count", 4, "results.0.amount", "7000.0", "results.0.account", "<nil>")

	var proposals []struct {
		Rank                                      int
		Accounts                                  []string
		Amounts                                   []json.Number
		Narration, Status, Decision, Advised, UTR string
	}
	got := m.do("operator", "GET", "/v1/lms/records/proposals/?amount_min=5501&amount_max=5501&format=json", nil).want(200)
	if err := json.Unmarshal(got.body, &proposals); err != nil || len(proposals) != 1 || proposals[0].Rank != 1 || proposals[0].Accounts[0] != m.anita ||
		proposals[0].Amounts[0] != "5501.0" || proposals[0].Decision != "auto" || proposals[0].UTR != "612000000001" {
		t.Errorf("the proposals of ₹5,501 are %s, %v", got.body, err)
	}
	sheet := string(m.do("auditor", "GET", "/v1/lms/records/proposals/", nil).want(200).body)
	if !strings.Contains(sheet, strings.Join(proposalColumns, ",")) || !strings.Contains(sheet, m.anita) {
		t.Errorf("the sheet of proposals is\n%s", sheet)
	}
	m.do("auditor", "GET", "/v1/lms/records/proposals/?format=pdf", nil).refused(400, "fields")

	id := m.find("5501")
	m.do("operator", "GET", "/v1/lms/records/"+id+"/candidates/", nil).want(200).has("results.0.account", m.anita, "results.0.name", "Anita Krishnamurthy",
		"results.0.allocation.0.amount", "900.0", "results.0.allocation.0.component", "NI")
	m.do("operator", "POST", "/v1/lms/records/"+id+"/match/", map[string]any{"allocations": []map[string]any{{"account": m.anita, "amount": 5501}}}).want(200).has("status", "initiated")
	m.do("operator", "POST", "/v1/lms/records/"+id+"/unmatch/", map[string]any{"remark": "wrong one"}).want(200).has("status", "unmatched", "account", "<nil>")
	m.do("operator", "POST", "/v1/lms/records/"+id+"/match/?expand=approval,version", map[string]any{"allocations": []map[string]any{{"account": m.anita}}, "send": true}).want(200).
		has("status", "pending", "approval.status", "pending", "approval.level", 0)
	approval := m.do("credit_manager", "GET", "/v1/lms/approvals/?status=pending&mine=true&expand=effects,checks", nil).want(200).golden("approval_list").text("results.0.id")
	m.do("credit_manager", "PUT", "/v1/lms/approvals/"+approval+"/approve/", map[string]any{"remark": "seen on the statement"}).want(200).
		golden("approval_approved").has("status", "approved", "decisions.0.decision", "approve")
	m.do("auditor", "GET", "/v1/lms/records/"+id+"/?expand=details,settlements", nil).want(200).golden("record_settled").has("status", "processed", "remaining_amount", "0.0")
	m.do("auditor", "GET", "/v1/lms/settlements/?record="+id, nil).want(200).golden("settlement_list").has("count", 1, "results.0.amount", "5501.0")
	m.do("auditor", "GET", "/v1/lms/demands/?account="+m.anita+"&page_size=2", nil).want(200).golden("demand_list").has("results.0.status", "paid", "results.1.status", "future")
	m.do("auditor", "GET", "/v1/lms/accounts/"+m.anita+"/summary/", nil).want(200).golden("summary_paid").has("total_paid", "5501.0", "dpd", 0)
	m.do("auditor", "GET", "/v1/lms/events/?page_size=3&subject="+m.do("auditor", "GET", "/v1/lms/records/"+id+"/", nil).text("ref_id"), nil).want(200).golden("event_list")
	m.do("auditor", "GET", "/v1/lms/events/1/", nil).want(200).has("seq", 1, "action", "company.setup", "prev_hash", "")
	m.do("auditor", "GET", "/v1/lms/events/one/", nil).refused(404, "event.not_found")
	m.sound()
}

// An import that lasts longer than programs wait is answered as loading and goes
// on; the statement tells when it is in.
func TestLongImportGoesOn(t *testing.T) {
	m := newMonday(t)
	m.api.patience = time.Nanosecond
	got := m.do("operator", "POST", "/v1/lms/statements/", form{"@hdfc.csv": m.file}).want(202)
	if status := got.text("status"); status != "checking" && status != "loading" {
		t.Errorf("an import that goes on is %q", status)
	}
	m.api.background.group.Wait()
	list := m.do("auditor", "GET", "/v1/lms/statements/", nil).want(200).has("count", 1, "results.0.status", "posted", "results.0.created", 4)
	m.api.patience = time.Minute
	m.do("operator", "POST", "/v1/lms/statements/", form{"@hdfc.csv": m.file}).want(200).has("status", "posted", "again", true, "id", list.text("results.0.id"))
	m.sound()
}

// A credit of a gateway is split by its breakdown, as lines or as its file; what the
// gateway kept stands on the split and, by their shares, on its parts.
func TestBreakdown(t *testing.T) {
	m := newMonday(t)
	m.do("operator", "POST", "/v1/lms/statements/", form{"@hdfc.csv": m.file}).want(201)
	lump := m.find("7000")
	at := "/v1/lms/records/" + lump + "/"
	lines := []map[string]any{{"account": m.anita, "amount": "5100", "utr": "615799990001"}, {"account": m.ravi, "amount": "2018", "utr": "615799990002"}, {"account": "fee", "amount": "100"}}
	m.do("operator", "POST", at+"breakdown/", map[string]any{"lines": []any{}}).refused(400, "fields")
	short := m.do("operator", "POST", at+"breakdown/", map[string]any{"lines": lines}).refused(400, "lump.sum")
	if sentence := short.text("file.0"); !strings.Contains(sentence, "₹18.00 is left") && !strings.Contains(sentence, "18") {
		t.Errorf("what is left of a breakdown is not told: %s", sentence)
	}
	lines = append(lines, map[string]any{"account": "gst", "amount": "18"})
	sent := m.do("operator", "POST", at+"breakdown/?expand=parts,details", map[string]any{"lines": lines}).want(200).
		has("status", "split", "amount", "7118.0", "received_amount", "7000.0", "details.fee_withheld", "100.0", "details.fee_gst", "18.0")
	if sent.length("parts") != 2 {
		t.Errorf("the split has parts %s", sent.text("parts"))
	}
	m.do("operator", "POST", at+"unmatch/", map[string]any{"reason": "The file is the better way."}).want(200).has("status", "unmatched", "amount", "7000.0")
	file := "Reference,Amount,UTR\n" + m.anita + ",5100,615799990001\n" + m.ravi + ",2018,615799990002\nFEE,-100,\nGST,-18,\n"
	sent = m.do("operator", "POST", at+"breakdown/?expand=parts", form{"@settlement.csv": file, "remark": "Monday."}).want(200).has("remark", "Monday.")
	m.do("credit_manager", "PUT", at+"approve/", nil).want(200)
	m.do("auditor", "GET", "/v1/lms/records/"+sent.text("parts.0")+"/?expand=details", nil).want(200).
		has("status", "processed", "amount", "5100.0", "utr", "615799990001", "details.fee_withheld", "71.65", "details.fee_gst", "12.89", "details.parent", lump)
	rows := string(m.do("auditor", "GET", "/v1/lms/records/export/?status=split", nil).want(200).body)
	if !strings.Contains(rows, ",fee_withheld,fee_gst") || !strings.Contains(rows, ",100.00,18.00") {
		t.Errorf("the export does not show what was kept:\n%s", rows)
	}
	m.sound()
}

// A split over two accounts is approved as one; a rejected one brings the credit
// back to the desk as a successor; parked and set aside ones leave it.
func TestDesk(t *testing.T) {
	m := newMonday(t)
	m.do("operator", "POST", "/v1/lms/statements/", form{"@hdfc.csv": m.file}).want(201)
	lump := m.find("7000")
	parts := []map[string]any{{"account": m.anita, "amount": "5000"}, {"account": m.ravi, "amount": "1999.99"}}
	refused := m.do("operator", "POST", "/v1/lms/records/"+lump+"/match/", map[string]any{"allocations": parts}).refused(400, "match.sum")
	if sentence := refused.text("allocations.0"); !strings.Contains(sentence, "₹0.01") {
		t.Errorf("what is left of a split is not told: %s", sentence)
	}
	parts[1]["amount"], parts[1]["acount"] = "2000", "x"
	m.do("operator", "POST", "/v1/lms/records/"+lump+"/match/", map[string]any{"allocations": parts}).refused(400, "fields").golden("error_nested_field")
	delete(parts[1], "acount")
	m.do("operator", "POST", "/v1/lms/records/"+lump+"/match/?expand=parts", form{"allocations": jsonText(t, parts)}).want(200).has("status", "split")
	sent := m.do("operator", "PUT", "/v1/lms/records/"+lump+"/request_approval/?expand=parts", nil).want(200)
	if sent.length("parts") != 2 {
		t.Errorf("a split over two accounts has parts %s", sent.text("parts"))
	}
	m.do("credit_manager", "PUT", "/v1/lms/records/"+lump+"/approve/", nil).want(200).has("status", "split")
	m.do("operator", "GET", "/v1/lms/records/"+sent.text("parts.1")+"/", nil).want(200).has("status", "processed", "account", m.ravi)

	wrong := m.find("3405")
	m.do("operator", "POST", "/v1/lms/records/"+wrong+"/match/", map[string]any{"allocations": []map[string]any{{"account": m.anita}}, "send": true}).want(200)
	m.do("credit_manager", "PUT", "/v1/lms/records/"+wrong+"/reject/", nil).refused(400, "approval.reason")
	rejected := m.do("credit_manager", "PUT", "/v1/lms/records/"+wrong+"/reject/?expand=details", map[string]any{"remark": "it is Ravi's"}).want(200).has("status", "rejected")
	next := rejected.text("details.successor")
	m.do("operator", "GET", "/v1/lms/records/"+next+"/?expand=details", nil).want(200).has("status", "unmatched", "details.predecessor", wrong, "amount", "3405.0")
	m.do("operator", "POST", "/v1/lms/records/"+next+"/match/", map[string]any{"allocations": []map[string]any{{"account": m.ravi}}, "send": true}).want(200)
	m.do("credit_manager", "PUT", "/v1/lms/records/"+next+"/send_back/", map[string]any{"remark": "ask him first"}).want(200).has("status", "initiated")
	m.do("operator", "PUT", "/v1/lms/records/"+next+"/request_approval/", map[string]any{"remark": "asked"}).want(200).has("status", "pending")
	m.do("credit_manager", "PUT", "/v1/lms/records/"+next+"/approve/", nil).want(200).has("status", "processed")

	stray := m.find("1250")
	m.do("operator", "PUT", "/v1/lms/records/"+stray+"/park/", map[string]any{}).refused(400, "park.reason")
	m.do("operator", "PUT", "/v1/lms/records/"+stray+"/park/", map[string]any{"reason": "waiting for the sender's name"}).want(200).has("status", "parked")
	m.do("operator", "PUT", "/v1/lms/records/"+stray+"/unpark/", nil).want(200).has("status", "unmatched")
	m.do("operator", "PUT", "/v1/lms/records/"+stray+"/set_aside/", map[string]any{"kind": "duplicate", "duplicate_of": wrong}).want(200).has("status", "set_aside")
	m.do("operator", "PUT", "/v1/lms/records/"+stray+"/undo_set_aside/", nil).want(200).has("status", "unmatched")
	m.do("operator", "PUT", "/v1/lms/records/"+stray+"/set_aside/", map[string]any{"kind": "gift"}).refused(400, "set_aside.kind")
	m.sound()
}

// A checker who saw an older state of the record is told so, and a second one that
// it is decided; the maker may not decide, whatever the token.
func TestDecisionsAreOfWhatWasSeen(t *testing.T) {
	m := newMonday(t)
	made := m.do("operator", "POST", "/v1/lms/records/", map[string]any{"account": m.anita, "received_amount": 5501, "utr": "SEEN1"}).want(201)
	path := "/v1/lms/records/" + made.text("id") + "/"
	m.do("credit_manager", "PUT", path+"approve/", nil).refused(409, "approval.none")
	sent := m.do("operator", "PUT", path+"request_approval/", nil, "If-Match", made.header.Get("ETag")).want(200)
	m.do("credit_manager", "PUT", path+"approve/", nil, "If-Match", made.header.Get("ETag")).refused(409, "record.changed")
	m.token("second manager", servicing.CreditManager)
	m.do("credit_manager", "PUT", path+"approve/", map[string]any{"version": strings.Trim(sent.header.Get("ETag"), `"`)}).want(200)
	m.do("second manager", "PUT", path+"approve/", nil).refused(409, "approval.already_decided").has("detail", "credit_manager was faster: this is approved.")
	approval := m.do("auditor", "GET", "/v1/lms/approvals/?record="+made.text("id"), nil).text("results.0.ref_id")
	m.do("second manager", "PUT", "/v1/lms/approvals/"+approval+"/reject/", map[string]any{"remark": "no"}).refused(409, "approval.already_decided")
}

// Who made a record may not approve it, in whatever role they come back.
func TestMakerMayNotDecide(t *testing.T) {
	m := newMonday(t)
	signIn := func(username string) string {
		return m.do("", "POST", "/v1/auth/token/", map[string]any{"username": username, "password": password}).want(200).text("access")
	}
	m.tokens["omar"] = signIn("omar")
	id := m.do("omar", "POST", "/v1/lms/records/", map[string]any{"account": m.anita, "received_amount": 5501, "utr": "MAKER1"}).want(201).text("id")
	m.do("operator", "PUT", "/v1/lms/records/"+id+"/request_approval/", nil).want(200)
	if _, err := m.people.UpdateUser(t.Context(), servicing.Console(), servicing.UserChange{User: "omar", Name: "Omar Khan", Roles: []servicing.Role{servicing.CreditManager}}); err != nil {
		t.Fatal(describe(err))
	}
	m.do("omar", "GET", "/v1/lms/records/", nil).refused(401, "token.refused") // a token has no more than its owner
	m.tokens["omar"] = signIn("omar")
	m.do("omar", "PUT", "/v1/lms/records/"+id+"/approve/", nil).refused(403, "approval.self").golden("error_403_maker")
	m.do("credit_manager", "PUT", "/v1/lms/records/"+id+"/approve/", nil).want(200).has("status", "processed")
}

// Above ten lakhs two managers sign: after the first the record is still pending.
func TestTwoLevels(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	account, _ := h.lend("Large Borrower", "5000000", terms(nil))
	h.close("2026-05-01")
	id := h.do("operator", "POST", "/v1/lms/records/", map[string]any{"account": account, "received_amount": 1200000, "utr": "LARGE1"}).want(201).text("id")
	h.do("operator", "PUT", "/v1/lms/records/"+id+"/request_approval/", nil).want(200)
	h.do("credit_manager", "PUT", "/v1/lms/records/"+id+"/approve/?expand=approval", nil).want(200).has("status", "pending", "approval.level", 1, "approval.levels", 2)
	h.do("credit_manager", "PUT", "/v1/lms/records/"+id+"/approve/", nil).refused(403, "approval.twice")
	h.token("second manager", servicing.CreditManager)
	h.do("second manager", "PUT", "/v1/lms/records/"+id+"/approve/", nil).want(200).has("status", "processed")
}

// A loan that is closed counts when it is asked for, and not otherwise.
func TestClosedLoans(t *testing.T) {
	m := newMonday(t)
	m.receive(m.anita, "5501", "CLOSED1")
	db, err := sql.Open("sqlite3", m.db.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(`UPDATE loans SET status = 'closed' WHERE id = ?`, m.anitaLoan); err != nil {
		t.Fatal(err)
	}
	summary := "/v1/lms/accounts/" + m.anita + "/summary/"
	m.do("auditor", "GET", summary, nil).want(200).has("total_paid", "0", "loan_amount", "0", "asset_category", "Regular")
	m.do("auditor", "GET", summary+"?include_closed_loan=true", nil).want(200).has("total_paid", "5501.0", "loan_amount", "60000.0")
}

// Money that is settled is taken back, or moved, by one more decision.
func TestRevertAndMove(t *testing.T) {
	m := newMonday(t)
	first := m.receive(m.anita, "5501", "FIRST1").text("id")
	m.do("operator", "PUT", "/v1/lms/records/"+first+"/mark_processed/", map[string]any{"settlement_utr": "POOL7", "remark": "booked"}).want(200).
		has("is_processed", true, "settlement_utr", "POOL7", "status", "processed")
	m.do("operator", "PUT", "/v1/lms/records/"+first+"/move/", map[string]any{"account": m.ravi, "reason": "he paid with her phone"}).want(200).has("status", "processed", "account", m.anita)
	m.do("credit_manager", "PUT", "/v1/lms/records/"+first+"/approve/", nil).want(200).has("status", "reverted", "remaining_amount", "0.0")
	m.do("operator", "GET", "/v1/lms/accounts/"+m.anita+"/summary/", nil).want(200).has("total_paid", "0")
	moved := m.do("operator", "GET", "/v1/lms/records/?account="+m.ravi, nil).want(200).has("count", 1, "results.0.status", "processed", "results.0.amount", "5501.0")
	second := moved.text("results.0.id")
	m.do("operator", "PUT", "/v1/lms/records/"+second+"/revert/", map[string]any{"kind": "bank"}).refused(400, "reversal.reason")
	m.do("operator", "PUT", "/v1/lms/records/"+second+"/revert/", map[string]any{"date": "2026-04-30", "reason": "the bank took it back"}).want(200).has("status", "processed")
	m.do("credit_manager", "PUT", "/v1/lms/records/"+second+"/approve/", nil).want(200).has("status", "reverted")
	m.do("operator", "GET", "/v1/lms/accounts/"+m.ravi+"/summary/", nil).want(200).has("total_paid", "0", "excess_payment", "0")
	m.sound()
}

// The objects that the reference implies, and ours, key by key.
func TestShapes(t *testing.T) {
	m := newMonday(t)
	lead := m.do("operator", "GET", "/v1/lms/accounts/"+m.anita+"/", nil).want(200).golden("account").text("lead_id")
	m.do("operator", "GET", "/v1/lms/loans/"+m.anitaLoan+"/?expand=payouts,schedule", nil).want(200).golden("loan")
	m.do("operator", "GET", "/v1/lms/payouts/?loan="+m.anitaLoan, nil).want(200).golden("payout_list").has("results.0.numeric_ref_id", "0000000001")
	m.do("operator", "GET", "/v1/lms/borrowers/"+lead+"/", nil).want(200).golden("borrower")
	m.do("operator", "GET", "/v1/lms/banks/"+m.bank+"/", nil).want(200).golden("bank")
	m.do("operator", "GET", "/v1/lms/programs/", nil).want(200).golden("program_list")
	m.do("operator", "GET", "/v1/lms/demands/outstanding_data/?account="+m.ravi, nil).want(200).golden("outstanding")
	m.do("operator", "PUT", "/v1/lms/demands/outstanding_data?account="+m.ravi, nil).want(200).has("account", m.ravi)
	m.do("operator", "GET", "/v1/lms/loans/"+m.anitaLoan+"/emi_amount/?as_of_date=2026-04-30", nil).want(200).golden("emi_amount")
	m.do("operator", "GET", "/v1/lms/day/", nil).want(200).golden("day")
	m.do("operator", "POST", "/v1/lms/fees/", map[string]any{"account": m.ravi, "name": "Cheque return", "amount": "500", "due_date": "2026-05-05"}).want(201).golden("fee").has("tax", "90.0")
	m.do("operator", "GET", "/v1/lms/fees/demands/?account="+m.ravi, nil).want(200).has("count", 1, "results.0.fee_amount", "590.0", "results.0.status", "future")
	m.do("operator", "GET", "/v1/lms/fees/?account="+m.ravi, nil).want(200).has("count", 1, "results.0.status", "demanded")
	m.do("", "POST", "/v1/auth/token/", map[string]any{"username": "chitra", "password": password}).want(200).golden("auth_token").has("user.role", "credit_manager")
	m.do("auditor", "GET", "/v1/auth/me", nil).want(200).golden("auth_me")
}

// Loan parameters are given for a borrower and a program before there is an
// account; a patch answers the empty object, as the reference has it.
func TestLoanParams(t *testing.T) {
	h := newHouse(t, "2026-04-01", "12:00:00.000000")
	lead := h.do("operator", "POST", "/v1/lms/borrowers/", map[string]any{"name": "Meena Pillai", "pan": "ABCDE1234F", "phone": "+91 98450 12345"}).want(201).has("phone", "9845012345").text("id")
	program := h.do("operator", "GET", "/v1/lms/programs/", nil).text("results.0.id")
	first := h.do("operator", "POST", "/v1/lms/accounts/initiate_loan_params/", map[string]any{"lead_id": lead, "program_id": program,
		"loan_data": map[string]any{"emi_count": "10", "flat_roi_value": "20"}}).want(200)
	got := h.do("operator", "PATCH", "/v1/lms/accounts/initiate_loan_params/", map[string]any{"lead_id": lead, "program_id": program,
		"line_detail": map[string]any{"approved_line_amount": "100000"},
		"loan_data":   map[string]any{"emi_count": "12", "flat_roi_value": "18", "pf_value": "1", "pf_value_type": "percentage"}}).want(200)
	if string(got.body) != "{}" {
		t.Errorf("a patch answers %s, want {}", got.body)
	}
	params := h.do("operator", "GET", "/v1/lms/accounts/loan_params?lead_id="+lead+"&program_id="+program, nil).want(200).golden("loan_params").
		has("emi_count", 12, "flat_roi_value", 18, "pf_value", 1, "line_detail.approved_line_amount", "100000.0")
	head := []string{"id", "created_at", "updated_at", "lead_id", "program_id", "type", "days_in_month", "days_in_year", "tenure_period", "tenure_value"}
	if diff := cmp.Diff(head, params.keys()[:len(head)]); diff != "" {
		t.Errorf("the head of the loan parameters (- want, + got):\n%s", diff)
	}
	h.do("operator", "PATCH", "/v1/lms/accounts/initiate_loan_params/", map[string]any{"lead_id": lead, "program_id": program,
		"loan_data": map[string]any{"emi_count": "a dozen"}}).want(400).has("emi_count.0", "emi_count is a whole number from 0 to 1000.")
	h.do("operator", "PATCH", "/v1/lms/accounts/initiate_loan_params/", map[string]any{"lead_id": lead, "program_id": program, "version": first.get("version"),
		"loan_data": map[string]any{"emi_count": "11"}}).refused(409, "loan_parameters.changed")
	account := h.do("operator", "POST", "/v1/lms/accounts/", map[string]any{"lead_id": lead, "program_id": program}).want(201).
		has("approved_line_amount", "100000.0", "loan_data.emi_count", 12, "status", "active", "state", "created")
	h.do("operator", "GET", "/v1/lms/accounts/"+account.text("ref_id")+"/loan_params/", nil).want(200).has("emi_count", 12)
}

func jsonText(t testing.TB, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Every figure of a summary is the sum of the rows that explain it.
func TestExplain(t *testing.T) {
	m := newMonday(t)
	m.receive(m.anita, "6000.50", "EXCESS1")
	m.receive(m.ravi, "1000", "SHORT1")
	m.do("operator", "POST", "/v1/lms/fees/", map[string]any{"account": m.ravi, "name": "Visit", "amount": "100"}).want(201)
	m.close("2026-05-10")
	for _, account := range []string{m.anita, m.ravi} {
		got := m.do("auditor", "GET", "/v1/lms/accounts/"+account+"/summary/?expand=explain", nil).want(200)
		figures := values(t, got.body)
		rows := map[string][]struct {
			Amount json.Number `json:"amount"`
		}{}
		if err := json.Unmarshal(figures["explain"], &rows); err != nil {
			t.Fatal(err)
		}
		for key, text := range figures {
			switch key {
			case "explain", "dpd", "peak_dpd", "asset_category", "asset_category_date":
				continue
			}
			var want amount
			if err := want.UnmarshalJSON(text); err != nil {
				t.Fatal(err)
			}
			var total amount
			for _, row := range rows[key] {
				var one amount
				if err := one.UnmarshalJSON([]byte(row.Amount)); err != nil {
					t.Fatal(err)
				}
				total += one
			}
			if total != want {
				t.Errorf("%s of %s is %s, its rows sum to %s", key, account, text, rupees(lending.Money(total)))
			}
		}
		if len(rows) != 23 {
			t.Errorf("%d keys are explained, want 23", len(rows))
		}
	}
	m.do("auditor", "GET", "/v1/lms/accounts/"+m.ravi+"/summary/?expand=explain", nil).want(200).has("dpd", 10, "explain.dpd.0.days", 10)
}

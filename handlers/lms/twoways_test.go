package lms

import (
	"database/sql"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	_ "github.com/mattn/go-sqlite3" // reads what both ways wrote

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// dumped are the tables that two houses are compared by, with the columns that
// differ by nature left out.
var dumped = map[string]string{
	"accounts":           "ref borrower_id program_id product status approved_line_amount virtual_account_no umrn loan_data version",
	"approval_decisions": "approval_id level decision person_id person reason", "approval_editors": "approval_id person_id",
	"approvals":       "kind record_id account_id to_account_id amount status role levels level reason requested_by version",
	"bank_credits":    "line direction value_date amount narration raw_reference reference rail balance duplicate_of returns",
	"banks":           "kind code bank ifsc account_no account_type account_holder_name name_at_bank is_verified tags version",
	"borrowers":       "name co_applicant pan phone email vpa address version",
	"day_runs":        "date status accounts changed failed",
	"demands":         "account_id key loan_id type no name due_date p_amount p_paid ni_amount ni_paid oi_amount oi_paid pi_amount pi_paid f_amount f_paid outstanding dpd",
	"events":          "business_date actor_id actor_name action subject account_id outcome flags summary input",
	"facts":           "account_id seq key kind value_date bank_date booking_date amount source reverses body",
	"fees":            "account_id loan_id name base tax due_date",
	"loan_params":     "borrower_id program_id approved_line_amount loan_data version",
	"loans":           "account_id status amount net_amount disbursed_on disbursal maker_id version",
	"payouts":         "account_id loan_id type amount method payout_to status credit_bank_id debit_bank_id utr date maker_id approver_id version",
	"positions":       "account_id as_of facts principal_outstanding total_outstanding due_now excess dpd category next_due_date next_event",
	"programs":        "name policy terms version",
	"records":         "type status account_id received_amount tds_amount amount remaining_amount payment_mode utr reference settlement_utr settlement_order component_order loans uploaded_by date bank_date settled_on revert_date revert_kind remark collection_bank_id is_processed source carries parent_id predecessor_id reason set_aside_kind duplicate_of maker_id maker fact_key version",
	"settlements":     "account_id seq receipt_key record_id demand_id component amount date outstanding remaining from_excess",
	"statement_lines": "line fate reason credit_id record_id raw", "statements": "bank_id file_name file_hash format status credits debits rows created duplicates known outgoing rejected",
}

// dump reads all of a house as text: one line a row, ids and refs numbered in the
// order in which they come.
func (h *house) dump() string {
	h.t.Helper()
	db, err := sql.Open("sqlite3", h.db.Path())
	if err != nil {
		h.t.Fatal(err)
	}
	defer db.Close()
	var out strings.Builder
	for _, table := range []string{"programs", "banks", "borrowers", "accounts", "loan_params", "loans", "payouts", "fees", "statements", "bank_credits", "records",
		"statement_lines", "approvals", "approval_editors", "approval_decisions", "facts", "demands", "settlements", "positions", "day_runs", "events"} {
		columns := strings.Fields(dumped[table])
		order := "rowid"
		if table == "settlements" {
			order = "seq" // they are written in no order
		}
		rows, err := db.Query("SELECT " + strings.Join(columns, ", ") + " FROM " + table + " ORDER BY " + order)
		if err != nil {
			h.t.Fatalf("%s: %v", table, err)
		}
		for rows.Next() {
			cells := make([]any, len(columns))
			for i := range cells {
				cells[i] = new(any)
			}
			if err := rows.Scan(cells...); err != nil {
				h.t.Fatal(err)
			}
			fmt.Fprint(&out, table)
			for i, cell := range cells {
				fmt.Fprintf(&out, " %s=%v", columns[i], *cell.(*any))
			}
			out.WriteString("\n")
		}
		if err := rows.Err(); err != nil {
			h.t.Fatal(err)
		}
		_ = rows.Close()
	}
	return numbered(out.String())
}

// numbered replaces what is drawn at random.
func numbered(text string) string {
	for name, form := range map[string]*regexp.Regexp{"id": anyUUID, "ref": anyRef} {
		seen := map[string]string{}
		text = form.ReplaceAllStringFunc(text, func(match string) string {
			if seen[match] == "" {
				seen[match] = fmt.Sprintf("<%s %d>", name, len(seen)+1)
			}
			return seen[match]
		})
	}
	return text
}

// ways holds both houses: one is told over HTTP, the other is given the commands.
type ways struct {
	t      *testing.T
	wire   *house
	direct *house
	names  map[string][2]string // ids that both made, by name
}

// actor is whom the direct house acts for: the token that the wire house uses.
func (w ways) actor(role string) servicing.Actor {
	w.t.Helper()
	actor, err := w.direct.people.ActorOfToken(w.t.Context(), w.direct.tokens[role])
	if err != nil {
		w.t.Fatal(err)
	}
	return actor
}

// put puts the ids of a house into a path or a body.
func (w ways) put(text string, house int) string {
	for name, ids := range w.names {
		text = strings.ReplaceAll(text, "$"+name+"$", ids[house])
	}
	return text
}

// both gives one command both ways and compares all that was written.
func (w ways) both(name, role, method, path, body string, command func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error)) {
	w.t.Helper()
	got := w.wire.do(role, method, w.put(path, 0), w.put(body, 0))
	if got.status >= 300 {
		w.t.Fatalf("%s over HTTP: %d %s", name, got.status, got.body)
	}
	made, err := command(w.direct.office, w.actor(role), func(of string) string { return w.names[of][1] })
	if err != nil {
		w.t.Fatalf("%s as a command: %s", name, describe(err))
	}
	if strings.Contains(string(got.body), `"id":`) {
		w.names[name] = [2]string{got.text("id"), made}
	}
	if diff := cmp.Diff(w.direct.dump(), w.wire.dump()); diff != "" {
		w.t.Fatalf("%s: rows differ (- by the command, + over HTTP):\n%s", name, diff)
	}
}

// Each command over HTTP writes the same rows, and the same event, as the command
// of servicing that a page gives.
func TestBothWays(t *testing.T) {
	ctx := t.Context()
	w := ways{t: t, wire: newHouse(t, "2026-04-01", "12:00:00.000000"), direct: newHouse(t, "2026-04-01", "12:00:00.000000"), names: map[string][2]string{}}
	w.names["bank"] = [2]string{w.wire.bank(), w.direct.bank()}
	record := func(r store.Record, err error) (string, error) { return r.ID, err }

	w.both("program", "admin", "POST", "/v1/lms/programs/", `{"name":"Shop loans","loan_data":{"roi_value":"24","emi_count":12}}`,
		func(o *servicing.Office, a servicing.Actor, _ func(string) string) (string, error) {
			p, err := o.CreateProgram(ctx, a, servicing.ProgramInput{Name: "Shop loans", Policy: lending.Policy{ApplyRestToFees: true},
				Terms: lending.Terms{ROIValue: 24_000_000, EMICount: 12}})
			return p.ID, err
		})
	w.both("own", "admin", "POST", "/v1/lms/banks/", `{"ifsc":"HDFC0000060","account_no":"50200012345678","account_holder_name":"Aerem","code":"HDFC-1","is_verified":"true"}`,
		func(o *servicing.Office, a servicing.Actor, _ func(string) string) (string, error) {
			b, err := o.CreateBank(ctx, a, servicing.BankInput{IFSC: "HDFC0000060", AccountNo: "50200012345678", AccountHolderName: "Aerem", Code: "HDFC-1", IsVerified: true})
			return b.ID, err
		})
	w.both("borrower", "operator", "POST", "/v1/lms/borrowers/", `{"name":"Usha Nair","phone":9845012345}`,
		func(o *servicing.Office, a servicing.Actor, _ func(string) string) (string, error) {
			b, err := o.CreateBorrower(ctx, a, servicing.BorrowerInput{Name: "Usha Nair", Phone: "9845012345"})
			return b.ID, err
		})
	w.both("account", "operator", "POST", "/v1/lms/accounts/", `{"lead_id":"$borrower$","program_id":"Shop loans","approved_line_amount":"50000"}`,
		func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
			account, err := o.CreateAccount(ctx, a, servicing.NewAccount{Borrower: id("borrower"), Program: "Shop loans", Line: 50_000_00})
			return account.ID, err
		})
	w.both("loan", "operator", "POST", "/v1/lms/accounts/initiate_disbursement/", `{"account":"$account$","amount":"24000"}`,
		func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
			d, err := o.InitiateDisbursement(ctx, a, servicing.DisbursementInput{Account: id("account"), Amount: 24_000_00})
			return d.Loan.ID, err
		})
	w.names["payout"] = [2]string{w.wire.do("auditor", "GET", "/v1/lms/payouts/", nil).text("results.0.id"), w.direct.do("auditor", "GET", "/v1/lms/payouts/", nil).text("results.0.id")}
	w.both("payout", "finance", "PUT", "/v1/lms/payouts/$payout$/approve/", `{}`, func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
		p, err := o.ApprovePayout(ctx, a, id("payout"), 0)
		return p.ID, err
	})
	w.both("payout", "finance", "PUT", "/v1/lms/payouts/$payout$/process/", `{"utr":"N1","date":"2026-04-01","debit_bank":"$own$"}`, func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
		p, err := o.ProcessPayout(ctx, a, id("payout"), servicing.PaidOut{UTR: "N1", Date: lending.NewDate(2026, 4, 1), DebitBank: id("own")})
		return p.ID, err
	})
	for _, h := range []*house{w.wire, w.direct} {
		h.now = lending.NewDate(2026, 4, 30).Time().Add(10 * time.Hour)
	}
	w.both("eod", "admin", "POST", "/v1/lms/demands/run_eod/", `{"date":"2026-05-01"}`, func(o *servicing.Office, a servicing.Actor, _ func(string) string) (string, error) {
		_, err := o.CloseDay(ctx, a, lending.NewDate(2026, 5, 1))
		return "", err
	})
	w.both("fee", "operator", "POST", "/v1/lms/fees/", `{"account":"$account$","name":"Visit","amount":"100"}`, func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
		f, err := o.CreateFee(ctx, a, servicing.FeeInput{Account: id("account"), Name: "Visit", Amount: 100_00})
		return f.ID, err
	})
	w.both("record", "api", "POST", "/v1/lms/records/", `{"received_amount":"2270.00","utr":"R1","collection_bank":"$bank$","remark":"EMI"}`,
		func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
			return record(o.CreateRecord(ctx, a, servicing.NewRecord{Received: 2_270_00, UTR: "R1", CollectionBank: id("bank"), Remark: "EMI", Source: "api"}))
		})
	w.both("record", "operator", "PUT", "/v1/lms/records/$record$/park/", `{"reason":"who is it"}`, func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
		return record(o.ParkRecord(ctx, a, id("record"), 0, "who is it"))
	})
	w.both("record", "operator", "PUT", "/v1/lms/records/$record$/unpark/", `{}`, func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
		return record(o.UnparkRecord(ctx, a, id("record"), 0))
	})
	w.both("record", "operator", "POST", "/v1/lms/records/$record$/match/", `{"allocations":[{"account":"$account$","amount":"2270"}]}`, func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
		return record(o.MatchRecord(ctx, a, id("record"), servicing.MatchInput{Allocations: []servicing.Allocation{{Account: id("account"), Amount: 2_270_00}}}))
	})
	w.both("record", "operator", "POST", "/v1/lms/records/$record$/unmatch/", `{"remark":"no"}`, func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
		return record(o.UnmatchRecord(ctx, a, id("record"), 0, "no"))
	})
	w.both("record", "operator", "POST", "/v1/lms/records/$record$/match/", `{"allocations":[{"account":"$account$","amount":"2270"}]}`, func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
		return record(o.MatchRecord(ctx, a, id("record"), servicing.MatchInput{Allocations: []servicing.Allocation{{Account: id("account"), Amount: 2_270_00}}}))
	})
	w.decisions(record)
}

// decisions goes on where a record is matched: sent, sent back, sent again,
// approved, flagged, reversed.
func (w ways) decisions(record func(store.Record, error) (string, error)) {
	ctx := w.t.Context()
	send := func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
		return record(o.RequestApproval(ctx, a, id("record"), 0, "EMI of May"))
	}
	decide := func(decision, reason string) func(*servicing.Office, servicing.Actor, func(string) string) (string, error) {
		return func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
			list := w.direct.do("auditor", "GET", "/v1/lms/approvals/?status=pending", nil)
			_, err := o.Decide(ctx, a, list.text("results.0.ref_id"), servicing.DecisionInput{Decision: decision, Reason: reason, Version: 1})
			return id("record"), err
		}
	}
	w.both("record", "operator", "PUT", "/v1/lms/records/$record$/request_approval/", `{"remark":"EMI of May"}`, send)
	w.both("record", "credit_manager", "PUT", "/v1/lms/records/$record$/send_back/", `{"remark":"ask"}`, decide("send_back", "ask"))
	w.both("record", "operator", "PUT", "/v1/lms/records/$record$/request_approval/", `{"remark":"EMI of May"}`, send)
	w.both("record", "credit_manager", "PUT", "/v1/lms/records/$record$/approve/", `{"remark":"fine"}`, decide("approve", "fine"))
	w.both("record", "operator", "PUT", "/v1/lms/records/$record$/mark_processed/", `{"settlement_utr":"S1"}`, func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
		return record(o.MarkProcessed(ctx, a, id("record"), 0, "S1", ""))
	})
	w.both("record", "operator", "PUT", "/v1/lms/records/$record$/revert/", `{"kind":"account","reason":"not hers"}`, func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
		approval, err := o.RequestReversal(ctx, a, id("record"), 0, "account", "not hers")
		return string(approval.RecordID), err
	})
	w.both("record", "credit_manager", "PUT", "/v1/lms/records/$record$/approve/", `{}`, decide("approve", ""))
	next := func(h *house) string {
		return h.do("auditor", "GET", "/v1/lms/records/?status=unmatched", nil).text("results.0.id")
	}
	w.names["next"] = [2]string{next(w.wire), next(w.direct)}
	w.both("next", "operator", "PUT", "/v1/lms/records/$next$/set_aside/", `{"kind":"other","remark":"a gift"}`, func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
		return record(o.SetAsideRecord(ctx, a, id("next"), servicing.SetAside{Kind: "other", Remark: "a gift"}))
	})
	w.both("next", "operator", "PUT", "/v1/lms/records/$next$/undo_set_aside/", `{}`, func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
		return record(o.UndoSetAside(ctx, a, id("next"), 0, ""))
	})
	w.both("next", "operator", "PUT", "/v1/lms/records/$next$/cancel/", `{"remark":"typed twice"}`, func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
		return record(o.CancelRecord(ctx, a, id("next"), 0, "typed twice"))
	})
}

// The commands that the first way does not come past: changes of what is there,
// statements, edits, rejections, moves.
func TestBothWaysOfTheRest(t *testing.T) {
	ctx := t.Context()
	w := ways{t: t, wire: newHouse(t, "2026-04-01", "12:00:00.000000"), direct: newHouse(t, "2026-04-01", "12:00:00.000000"), names: map[string][2]string{}}
	record := func(r store.Record, err error) (string, error) { return r.ID, err }
	both := func(f func(h *house) string) [2]string { return [2]string{f(w.wire), f(w.direct)} }
	w.names["bank"] = both((*house).bank)
	w.names["program"] = both(func(h *house) string { return h.do("auditor", "GET", "/v1/lms/programs/", nil).text("results.0.id") })
	w.names["first"] = both(func(h *house) string { account, _ := h.lend("Usha Nair", "24000", terms(nil)); return account })
	w.names["second"] = both(func(h *house) string { account, _ := h.lend("Vijay Nair", "24000", terms(nil)); return account })
	w.names["lead"] = both(func(h *house) string { return h.do("auditor", "GET", "/v1/lms/borrowers/", nil).text("results.0.id") })

	w.both("program", "admin", "PATCH", "/v1/lms/programs/$program$/", `{"policy":{"grace_days":"3","penal_kind":"rate","penal_roi_value":24},"loan_data":{"roi_value":20}}`,
		func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
			p, err := o.UpdateProgram(ctx, a, id("program"), servicing.ProgramInput{Name: "Solar loans", Terms: lending.Terms{ROIValue: 20_000_000}, Version: 1,
				Policy: lending.Policy{SettlementOrder: lending.DueDateFirst, ComponentOrder: "PI-OI-NI-P", ApplyRestToFees: true, GraceDays: 3,
					Penal: lending.PenalPolicy{Kind: lending.PenalRate, Rate: 24_000_000}}})
			return p.ID, err
		})
	w.both("bank", "admin", "PATCH", "/v1/lms/banks/$bank$/", `{"name_at_bank":"AEREM COLL","tags":["a","b"],"version":1}`,
		func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
			b, err := o.UpdateBank(ctx, a, id("bank"), servicing.BankInput{Kind: "collection", Code: "YES-CA-01", IFSC: "YESB0000104", AccountNo: "000000000000", AccountType: "current",
				AccountHolderName: "Aerem Collection Account", NameAtBank: "AEREM COLL", Tags: []string{"a", "b"}, Version: 1})
			return b.ID, err
		})
	w.both("lead", "api", "PATCH", "/v1/lms/borrowers/$lead$/", `{"email":"usha@example.in","phone":null}`,
		func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
			b, err := o.UpdateBorrower(ctx, a, id("lead"), servicing.BorrowerInput{Name: "Usha Nair", Email: "usha@example.in", Version: 1})
			return b.ID, err
		})
	file := hdfc(`01/04/26,UPI-USHA NAIR-U@YBL-YESB0004226-609100000001-EMI,0000609100000001,01/04/26,,"2,201.00","1,02,201.00"`)
	w.names["own"] = both(func(h *house) string {
		return h.do("admin", "POST", "/v1/lms/banks/", map[string]any{"ifsc": "HDFC0000060", "account_no": "50200012345678", "account_holder_name": "Aerem", "bank": "hdfc"}).text("id")
	})
	w.wire.do("operator", "POST", "/v1/lms/statements/", form{"@a.csv": file, "collection_bank": w.names["own"][0]}).want(201)
	if _, err := w.direct.office.ImportStatement(ctx, w.actor("operator"), servicing.StatementFile{Name: "a.csv", Data: []byte(file), Bank: w.names["own"][1]}); err != nil {
		t.Fatal(describe(err))
	}
	if diff := cmp.Diff(w.direct.dump(), w.wire.dump()); diff != "" {
		t.Fatalf("an import: rows differ (- by the command, + over HTTP):\n%s", diff)
	}
	w.both("entered", "operator", "POST", "/v1/lms/records/", `{"account":"$first$","received_amount":100,"utr":"E1"}`,
		func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
			return record(o.CreateRecord(ctx, a, servicing.NewRecord{Account: id("first"), Received: 100_00, UTR: "E1", Source: "api"}))
		})
	w.both("entered", "operator", "PATCH", "/v1/lms/records/$entered$/", `{"received_amount":"120.50","remark":"two notes"}`,
		func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
			return record(o.EditRecord(ctx, a, id("entered"), servicing.NewRecord{Account: id("first"), Type: "repayment", Received: 120_50, UTR: "E1", Remark: "two notes", Version: 1,
				Date: lending.NewDate(2026, 4, 1), BankDate: lending.NewDate(2026, 4, 1), SettlementOrder: "due_date_first", ComponentOrder: "PI-OI-NI-P", Loans: []string{}, Source: "api"}))
		})
	send := func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
		return record(o.RequestApproval(ctx, a, id("entered"), 0, ""))
	}
	decide := func(decision, reason string) func(*servicing.Office, servicing.Actor, func(string) string) (string, error) {
		return func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
			p, err := o.Decide(ctx, a, id("approval"), servicing.DecisionInput{Decision: decision, Reason: reason})
			return p.ID, err
		}
	}
	open := func() {
		w.names["approval"] = both(func(h *house) string {
			return h.do("auditor", "GET", "/v1/lms/approvals/?status=pending", nil).text("results.0.id")
		})
	}
	w.both("entered", "operator", "PUT", "/v1/lms/records/$entered$/request_approval/", `{}`, send)
	open()
	w.both("approval", "credit_manager", "PUT", "/v1/lms/approvals/$approval$/approve/", `{"remark":"fine"}`, decide("approve", "fine"))
	w.both("entered", "operator", "PUT", "/v1/lms/records/$entered$/move/", `{"account":"$second$","reason":"Vijay's"}`,
		func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
			p, err := o.RequestMove(ctx, a, id("entered"), 0, id("second"), "Vijay's")
			return string(p.RecordID), err
		})
	open()
	w.both("approval", "credit_manager", "PUT", "/v1/lms/approvals/$approval$/send_back/", `{"remark":"why"}`, decide("send_back", "why"))
	w.both("entered", "operator", "PUT", "/v1/lms/records/$entered$/move/", `{"account":"$second$","reason":"he says so"}`,
		func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
			p, err := o.RequestMove(ctx, a, id("entered"), 0, id("second"), "he says so")
			return string(p.RecordID), err
		})
	open()
	w.both("approval", "credit_manager", "PUT", "/v1/lms/approvals/$approval$/approve/", `{}`, decide("approve", ""))
	w.both("account", "operator", "POST", "/v1/lms/run_eod/", `{"account":"$second$"}`, func(o *servicing.Office, a servicing.Actor, id func(string) string) (string, error) {
		_, err := o.CloseAccount(ctx, a, id("second"))
		return "", err
	})
	w.wire.sound()
	w.direct.sound()
}

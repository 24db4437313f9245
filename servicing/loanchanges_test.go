package servicing

import (
	"context"
	"slices"
	"strings"
	"testing"

	"lekha/lending"
	"lekha/store"
)

// figures of EMI-01: 5,00,000 at 14% over 12, to the paisa.
const emi01 = `{"emi_count":12,"roi_value":14,"emi_rounding":{"unit":"0.01","mode":"half_up"}}`

// lend pays out a loan on a day and pays its first instalments on theirs.
func (h *house) lend(data string, amount string, on lending.Date, paid int) (store.Account, store.Loan) {
	h.Helper()
	account := h.openAccount(data)
	out, err := h.office.InitiateDisbursement(context.Background(), h.asha, DisbursementInput{Account: account.Ref, Amount: rupees(amount), Date: on})
	h.must(err)
	h.payOut(out, on)
	for _, row := range out.Schedule.Rows[:paid] {
		h.pay(account, row.Instalment().String(), row.DueDate)
	}
	return h.account(account.Ref), h.loan(out.Loan.ID)
}

func (h *house) loan(id string) store.Loan {
	h.Helper()
	var loan store.Loan
	h.read(func(ctx context.Context, v *store.View) (err error) {
		loan, err = v.LoanByID(ctx, id)
		return err
	})
	return loan
}

// enter writes a receipt by bank transfer, value-dated a day.
func (h *house) enter(account store.Account, amount string, on lending.Date) store.Record {
	h.Helper()
	h.lines++
	record, err := h.office.CreateRecord(context.Background(), h.asha, NewRecord{Account: account.Ref, Received: rupees(amount), Mode: "cheque", ChequeNo: h.nextCheque(), ChequeBank: "SBI", ChequeDate: on,
		Date: on, BankDate: on, Source: "hand"})
	h.must(err)
	return record
}

// settled sends a receipt and lets two people approve it.
func (h *house) settled(record store.Record) error {
	h.Helper()
	_, err := h.office.RequestApproval(context.Background(), h.asha, record.Ref, 0, "")
	h.must(err)
	return h.signed(h.openApproval(record.Ref).Ref, h.ravi, h.mina)
}

// signed lets people approve a request until it is decided.
func (h *house) signed(ref string, people ...Actor) error {
	h.Helper()
	for _, who := range people {
		a, err := h.office.Decide(context.Background(), who, ref, DecisionInput{Decision: "approve"})
		if err != nil || a.Status != "pending" {
			return err
		}
	}
	h.Fatalf("%s is not decided", ref)
	return nil
}

func (h *house) pay(account store.Account, amount string, on lending.Date) store.Record {
	h.Helper()
	record := h.enter(account, amount, on)
	h.must(h.settled(record))
	return h.record(record.Ref)
}

// ahead are the instalments to come.
func ahead(book *lending.Book) (rows []lending.Demand) {
	for _, d := range book.Demands {
		if !d.Due && d.Type == lending.DemandEMI && d.Left(lending.Principal) > 0 {
			rows = append(rows, d)
		}
	}
	return rows
}

func instalment(d lending.Demand) string {
	return (d.Amount[lending.Principal] + d.Amount[lending.Interest]).String()
}

// RAT-01: 14% to 15.5% after the fourth instalment, by either option.
func TestRateResetThroughTheBooks(t *testing.T) {
	for option, want := range map[string]struct {
		rows        int
		first, last string
	}{lending.RaiseEMI: {8, "45140.14", "45140.11"}, lending.ExtendTenure: {9, "44893.56", "2090.80"}} {
		h := newHouse(t)
		account, loan := h.lend(emi01, "500000", day("2026-07-16"), 4)
		paid := h.book(account).Demands[:4]
		a, err := h.office.RequestRateReset(t.Context(), h.asha, RateResetInput{Loan: loan.Ref, Rate: 15_500_000, Option: option, Reason: "The benchmark moved."})
		h.must(err)
		if rows := ahead(h.book(account)); len(rows) != 8 || instalment(rows[0]) != "44893.56" {
			t.Errorf("a request changed the schedule: %d rows of %s", len(rows), instalment(rows[0]))
		}
		effects := h.preview(a)
		if len(effects) != 1 || len(effects[0].RowsBefore) != 8 || len(effects[0].RowsAfter) != want.rows {
			t.Fatalf("%s: the preview shows %d rows before, %d after", option, len(effects[0].RowsBefore), len(effects[0].RowsAfter))
		}
		_, err = h.office.Decide(t.Context(), h.asha, a.Ref, DecisionInput{Decision: "approve"})
		h.refused(err, "approval.role")
		h.must(h.signed(a.Ref, h.ravi))
		book := h.book(account)
		rows := ahead(book)
		if len(rows) != want.rows || instalment(rows[0]) != want.first || instalment(rows[len(rows)-1]) != want.last {
			t.Errorf("%s: %d rows, %s to %s", option, len(rows), instalment(rows[0]), instalment(rows[len(rows)-1]))
		}
		for i := range paid {
			if book.Demands[i] != paid[i] {
				t.Errorf("%s: paid row %d changed", option, i+1)
			}
		}
		h.sound()
	}
}

func (h *house) preview(a store.Approval) []Effect {
	h.Helper()
	var effects []Effect
	h.read(func(ctx context.Context, v *store.View) (err error) {
		effects, err = PreviewApproval(ctx, v, a)
		return err
	})
	return effects
}

// A restructure makes a standard account sub-standard, and with it every account
// of the borrower; unpaid interest becomes principal, charges never do.
func TestRestructureThroughTheBooks(t *testing.T) {
	h := newHouse(t)
	account, loan := h.lend(`{"emi_count":12,"roi_value":12}`, "240000", day("2026-07-16"), 2)
	before := h.book(account)
	owed := lending.Owed(before, loan.ID)
	if owed.Interest == 0 {
		t.Fatal("the test wants unpaid interest")
	}
	in := RestructureInput{Loan: loan.Ref, LoanData: params(`{"roi_value":13,"emi_count":18}`), Reason: "Lost a customer."}
	_, err := h.office.RequestRestructure(t.Context(), h.ravi, in)
	h.refused(err, "permission")
	none := in
	none.Reason = ""
	_, err = h.office.RequestRestructure(t.Context(), h.asha, none)
	h.refused(err, "restructure.reason")
	penal := in
	penal.Penal = lending.HeadCapitalise
	_, err = h.office.RequestRestructure(t.Context(), h.asha, penal)
	h.refused(err, "restructure.penal")
	a, err := h.office.RequestRestructure(t.Context(), h.asha, in)
	h.must(err)
	_, err = h.office.RequestReset(t.Context(), h.bela, ResetInput{Loan: loan.Ref, Reason: "Twice."})
	h.refused(err, "approval.open")
	h.must(h.signed(a.Ref, h.ravi))
	_, err = h.office.Decide(t.Context(), h.mina, a.Ref, DecisionInput{Decision: "approve"})
	h.refused(err, "approval.already_decided")
	book := h.book(account)
	rows := ahead(book)
	if len(rows) != 18 || book.Summary.PrincipalOutstanding != owed.Principal+owed.Interest+owed.Accrued {
		t.Errorf("%d rows, principal %s, want 18 of %s", len(rows), book.Summary.PrincipalOutstanding, owed.Principal+owed.Interest+owed.Accrued)
	}
	h.sound()
	_, err = h.close(h.asha, 0)
	h.must(err)
	if p := h.position(account); p.Category != "Sub-Standard" {
		t.Errorf("after the day a restructured account is %s", p.Category)
	}
	h.sound()
}

// A request is about the account as it was: what changed meanwhile makes it stale.
func TestChangeIsStaleOnceTheAccountMoved(t *testing.T) {
	h := newHouse(t)
	account, loan := h.lend(emi01, "500000", day("2026-07-16"), 4)
	a, err := h.office.RequestReset(t.Context(), h.asha, ResetInput{Loan: loan.Ref, Reason: "A correction."})
	h.must(err)
	record := h.enter(account, "10", h.today())
	_, err = h.office.RequestRateReset(t.Context(), h.asha, RateResetInput{Loan: loan.Ref, Rate: 15_000_000, Option: lending.RaiseEMI, Reason: "x"})
	h.refused(err, "account.unsettled")
	h.must(h.settled(record))
	h.refused(h.signed(a.Ref, h.ravi), "approval.stale")
	_, err = h.office.Decide(t.Context(), h.ravi, a.Ref, DecisionInput{Decision: "send_back", Reason: "Send it again."})
	h.must(err)
	paid := h.book(account).Demands[:4]
	a, err = h.office.RequestReset(t.Context(), h.asha, ResetInput{Loan: loan.Ref, Reason: "A correction."})
	h.must(err)
	h.must(h.signed(a.Ref, h.ravi))
	if after := h.book(account).Demands[:4]; !slices.Equal(paid, after) {
		t.Errorf("paid rows changed:\n%v\n%v", paid, after)
	}
	h.sound()
}

// PRE-01: with the instruction money beyond dues lowers the instalment; without it,
// it is excess.
func TestPrepaymentThroughTheBooks(t *testing.T) {
	h := newHouse(t)
	account, loan := h.lend(emi01, "500000", day("2026-07-16"), 4)
	record := h.enter(account, "100000", h.today())
	_, err := h.office.InstructRecord(t.Context(), h.asha, record.Ref, Instruction{Effect: "reduce_everything"})
	h.refused(err, "record.prepayment")
	_, err = h.office.InstructRecord(t.Context(), h.ravi, record.Ref, Instruction{Effect: lending.ReduceEMI})
	h.refused(err, "permission")
	_, err = h.office.InstructRecord(t.Context(), h.asha, record.Ref, Instruction{Effect: lending.ReduceEMI, Loan: loan.Ref})
	h.must(err)
	h.must(h.settled(record))
	book := h.book(account)
	rows := ahead(book)
	if book.Summary.PrincipalOutstanding != rupees("241003.54") || len(rows) != 8 || instalment(rows[0]) != "31728.43" || instalment(rows[7]) != "31728.42" {
		t.Errorf("outstanding %s in %d rows of %s", book.Summary.PrincipalOutstanding, len(rows), instalment(rows[0]))
	}
	_, err = h.office.InstructRecord(t.Context(), h.asha, record.Ref, Instruction{})
	h.refused(err, "record.state")
	h.sound()
	other := h.enter(account, "1000", h.today())
	h.must(h.settled(other))
	if held := h.book(account).Excess; held != rupees("1000") {
		t.Errorf("without an instruction %s is held", held)
	}
	h.sound()
}

// A tranche is lent when its money reached the payee, within what was sanctioned.
func TestTrancheThroughTheBooks(t *testing.T) {
	h := newHouse(t)
	account, loan := h.lend(emi01, "300000", day("2026-10-16"), 1)
	_, err := h.office.RequestTranche(t.Context(), h.asha, TrancheInput{Loan: loan.Ref, Amount: rupees("200000.01")})
	h.refused(err, "tranche.sanction")
	p, err := h.office.RequestTranche(t.Context(), h.asha, TrancheInput{Loan: loan.Ref, Amount: rupees("150000")})
	h.must(err)
	_, err = h.office.RequestTranche(t.Context(), h.asha, TrancheInput{Loan: loan.Ref, Amount: rupees("60000")})
	h.refused(err, "tranche.sanction")
	before := h.book(account).Summary
	_, err = h.office.ApprovePayout(t.Context(), h.omar, p.Ref, 0)
	h.must(err)
	_, err = h.office.ProcessPayout(t.Context(), h.omar, p.Ref, PaidOut{UTR: "HDFCR52026111600001", Date: h.today(), DebitBank: "HDFC-CA-01"})
	h.must(err)
	after := h.book(account).Summary
	if after.PrincipalOutstanding != before.PrincipalOutstanding+rupees("150000") || after.LoanAmount != before.LoanAmount+rupees("150000") {
		t.Errorf("before %+v, after %+v", before, after)
	}
	q, err := h.office.RequestTranche(t.Context(), h.asha, TrancheInput{Loan: loan.Ref, Amount: rupees("50000")})
	h.must(err)
	_, err = h.office.CancelPayout(t.Context(), h.omar, q.Ref, 0, "Not needed.")
	h.must(err)
	if h.loan(loan.ID).Status != "active" {
		t.Error("a cancelled tranche took its loan along")
	}
	h.sound()
}

// DPD-04: 95 days past due on one account make all of the borrower's sub-standard;
// each keeps its own days, and all are regular again once every arrear is paid.
func TestBorrowersAreClassifiedAsOne(t *testing.T) {
	h := newHouse(t)
	first := h.takeOver("L1", "Sunita Devi")
	second := h.takeOver("L2", "", "borrower_ref", first.BorrowerRef, "paid_to_date", "2026-08-05")
	third := h.takeOver("L3", "", "borrower_ref", first.BorrowerRef, "paid_to_date", "2026-11-04")
	h.takeOver("L4", "Anita Devi", "paid_to_date", "2026-11-04") // another person
	expect := func(when string, want ...string) {
		t.Helper()
		for i, a := range []store.Account{first, second, third} {
			if p := h.position(a); p.Category != want[i] {
				t.Errorf("%s: %s is %s, want %s (%d days)", when, a.Ref, p.Category, want[i], p.DPD)
			}
			if got := h.book(a).Summary.AssetCategory; string(got) != want[i] {
				t.Errorf("%s: the summary of %s says %s, want %s", when, a.Ref, got, want[i])
			}
		}
	}
	expect("at first", "Regular", "SMA-2", "SMA-0")
	_, err := h.close(h.asha, day("2026-12-09")) // 95 days after 5 September, both included
	h.must(err)
	if p := h.position(second); p.DPD != 95 {
		t.Errorf("L2 is %d days past due", p.DPD)
	}
	expect("after 95 days", "Sub-Standard", "Sub-Standard", "Sub-Standard")
	if p := h.position(first); p.DPD != 4 {
		t.Errorf("L1 keeps its own days: %d", p.DPD)
	}
	if p := h.position(h.account("L4")); p.Category != "SMA-1" {
		t.Errorf("another person's account is %s", p.Category)
	}
	h.sound()
	h.clock.set(day("2026-12-09").Time())
	h.pay(second, h.book(second).Summary.DueNow.String(), h.today())
	_, err = h.close(h.asha, 0)
	h.must(err)
	expect("with arrears elsewhere", "Sub-Standard", "Sub-Standard", "Sub-Standard")
	h.clock.set(day("2026-12-10").Time())
	h.pay(first, h.book(first).Summary.DueNow.String(), h.today())
	h.pay(third, h.book(third).Summary.DueNow.String(), h.today())
	_, err = h.close(h.asha, 0)
	h.must(err)
	expect("once all is paid", "Regular", "Regular", "Regular")
	h.sound()
}

// Every act on a loan and an account, from every state: the tables say which.
func TestLifeOfLoansAndAccountsAsTables(t *testing.T) {
	states := []string{"pending", "active", "closed", "cancelled", "foreclosed", "cancelled_cooling_off", "settled", "written_off", "recovered"}
	for act, s := range loanSteps {
		for _, from := range states {
			err := mayLoan(act, store.Loan{Ref: "LON00001", Status: from})
			if slices.Contains(s.from, from) != (err == nil) {
				t.Errorf("%s from %s: %v", act, from, err)
			}
			if err != nil && lending.KindOf(err) != lending.Conflict {
				t.Errorf("%s from %s is refused as %v", act, from, err)
			}
		}
		if !slices.Contains(states, s.to) || loanStates[s.to] == "" {
			t.Errorf("%s leads to %q", act, s.to)
		}
	}
	accounts := []string{"created", "active", "frozen", "expired", "closing", "closed"}
	for act, s := range accountSteps {
		for _, from := range accounts {
			if err := mayAccount(act, store.Account{Ref: "ACC00001", Status: from}); slices.Contains(s.from, from) != (err == nil) {
				t.Errorf("%s from %s: %v", act, from, err)
			}
		}
		if !slices.Contains(accounts, s.to) {
			t.Errorf("%s leads to %q", act, s.to)
		}
	}
}

// What was asked is frozen in the database, and facts that need a second person
// cannot be written without one.
func TestApprovalsOfChangesHoldInTheDatabase(t *testing.T) {
	h := newHouse(t)
	_, loan := h.lend(emi01, "500000", day("2026-07-16"), 4)
	a, err := h.office.RequestReset(t.Context(), h.asha, ResetInput{Loan: loan.Ref, Reason: "A correction."})
	h.must(err)
	_, err = h.office.Decide(t.Context(), h.asha, a.Ref, DecisionInput{Decision: "approve"})
	h.refused(err, "approval.role")
	for name, write := range map[string]func(ctx context.Context, tx *store.Tx) error{
		"four eyes": func(ctx context.Context, tx *store.Tx) error {
			a.Status, a.Level = "approved", 1
			return tx.Decide(ctx, a, store.Decision{Level: 1, Decision: "approve", PersonID: h.asha.Person, Person: "Asha"})
		},
		"no decision": func(ctx context.Context, tx *store.Tx) error {
			a.Status, a.Level = "approved", 1
			return tx.SetApprovalStatus(ctx, a)
		},
		"one open": func(ctx context.Context, tx *store.Tx) error {
			b := a
			_, err := tx.CreateApproval(ctx, b, nil)
			return err
		},
		"facts": func(ctx context.Context, tx *store.Tx) error {
			return tx.AppendFact(ctx, loan.AccountID, lending.Fact{Key: "w", Kind: lending.FactWriteOff, ValueDate: h.today(), WriteOff: &lending.WriteOff{Kind: lending.WriteOffTechnical}}, a.Ref)
		},
	} {
		if err := h.db.Write(t.Context(), write); err == nil {
			t.Errorf("%s: the database took it", name)
		}
	}
	h.sound()
}

// A program under which accounts were opened changes by a second person's word; each
// version stays with the day from which it holds, and what runs keeps its terms.
func TestProgramInUseChangesByProposal(t *testing.T) {
	h := newHouse(t)
	in := standardProgram()
	in.Terms.ROIValue = 20_000_000
	free, err := h.office.UpdateProgram(t.Context(), h.actor("admin"), "Personal loans", in)
	h.must(err)
	if free.Proposal != nil || free.Version != 2 {
		t.Errorf("nobody was under it, and the change is %+v", free)
	}
	account, _ := h.lend(`{"emi_count":12}`, "100000", day("2026-10-16"), 1)
	before := h.book(account).Demands
	in.Terms.ROIValue, in.Reason = 24_000_000, "Money became dearer."
	asked, err := h.office.UpdateProgram(t.Context(), h.actor("admin"), "Personal loans", in)
	h.must(err)
	if asked.Proposal == nil || asked.Version != 2 {
		t.Fatalf("an account is under it, and the change is %+v", asked)
	}
	_, err = h.office.UpdateProgram(t.Context(), h.actor("admin"), "Personal loans", in)
	h.refused(err, "approval.open")
	_, err = h.office.Decide(t.Context(), h.actor("admin"), asked.Proposal.Ref, DecisionInput{Decision: "approve"})
	h.refused(err, "approval.role")
	h.must(h.signed(asked.Proposal.Ref, h.ravi))
	h.read(func(ctx context.Context, v *store.View) error {
		versions, err := v.ProgramVersions(ctx, asked.ID)
		if err == nil && (len(versions) != 3 || versions[0].EffectiveFrom != h.today() || versions[0].Terms == versions[1].Terms) {
			t.Errorf("versions %+v", versions)
		}
		return err
	})
	if !slices.Equal(before, h.book(account).Demands) {
		t.Error("a running loan took the new terms")
	}
	h.sound()
}

// What a decision on one account does to the borrower's others stands in its preview.
func TestPreviewShowsTheBorrowersOtherAccounts(t *testing.T) {
	h := newHouse(t)
	account, loan := h.lend(`{"emi_count":12,"roi_value":12}`, "240000", day("2026-07-16"), 4)
	other := h.takeOver("PL009", "", "borrower_ref", account.BorrowerRef)
	a, err := h.office.RequestRestructure(t.Context(), h.asha, RestructureInput{Loan: loan.Ref, LoanData: params(`{"emi_count":18}`), Reason: "Lost a customer."})
	h.must(err)
	effect := h.preview(a)[0]
	if len(effect.OtherAccounts) != 1 || effect.OtherAccounts[0].Ref != other.Ref || effect.OtherAccounts[0].Category != "Regular" || effect.OthersAfter[0] != lending.SubStandard {
		t.Errorf("others %+v, after %v", effect.OtherAccounts, effect.OthersAfter)
	}
	if effect.DayEndBefore.Summary.AssetCategory != lending.Regular || effect.DayEndAfter.Summary.AssetCategory != lending.SubStandard {
		t.Errorf("before %s, after %s", effect.DayEndBefore.Summary.AssetCategory, effect.DayEndAfter.Summary.AssetCategory)
	}
	h.must(h.signed(a.Ref, h.ravi))
	_, err = h.close(h.asha, 0)
	h.must(err)
	if p := h.position(other); p.Category != "Sub-Standard" || p.DPD != 0 {
		t.Errorf("the other account is %s at %d days", p.Category, p.DPD)
	}
	h.sound()
}

// Holdback is kept back at the disbursal and held for the borrower; an account does
// not close while it is.
func TestHoldbackIsHeldForTheBorrower(t *testing.T) {
	h := newHouse(t)
	account, loan := h.lend(`{"emi_count":12,"roi_value":18,"holdback_is_enabled":true,"holdback_rate":"10"}`, "100000", day("2026-10-16"), 1)
	book := h.book(account)
	if book.Summary.DisbursalAmount != rupees("90000") || book.Liabilities.Holdback != rupees("10000") || book.Summary.LoanAmount != rupees("100000") {
		t.Errorf("paid out %s, held %s", book.Summary.DisbursalAmount, book.Liabilities.Holdback)
	}
	h.read(func(ctx context.Context, v *store.View) error {
		q, err := PreviewForeclosure(ctx, v, ForeclosureInput{Loan: loan.Ref})
		if err == nil && q.Holdback != rupees("10000") {
			t.Errorf("the quote takes %s of holdback off", q.Holdback)
		}
		return err
	})
	h.sound()
}

// Frozen rows of a change are made again from what stood before it.
func TestVerifyMakesChangedRowsAgain(t *testing.T) {
	h := newHouse(t)
	_, loan := h.lend(emi01, "500000", day("2026-07-16"), 4)
	a, err := h.office.RequestReset(t.Context(), h.asha, ResetInput{Loan: loan.Ref, Reason: "A correction."})
	h.must(err)
	h.must(h.signed(a.Ref, h.ravi))
	h.sound()
	h.tamper(`UPDATE facts SET body = json_set(body, '$.reschedule.rows[0].interest', json_extract(body, '$.reschedule.rows[0].interest') + 1) WHERE kind = 'reschedule'`)
	result, err := h.office.Verify(t.Context())
	h.must(err)
	if !slices.ContainsFunc(result.Findings, func(f Finding) bool { return strings.Contains(f.What, "are not those of its terms") }) {
		t.Errorf("a row that was changed behind the books is not found: %+v", result.Findings)
	}
}

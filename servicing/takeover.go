package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// runningLoan is a loan that is taken over with its account: what another system,
// or a person with the papers, says of it (decision 0003).
type runningLoan struct {
	account   store.Account // what is known before it is written
	borrower  string        // ref
	program   string        // ref or name
	bank      string        // collection account, ref or code
	principal lending.Money
	disbursed lending.Date
	data      LoanData
	rows      []lending.ScheduleRow // the schedule as it is, when it is given
	fees      []takenFee
	receipts  []takenReceipt
	advices   []store.Advice
	paidTo    lending.Date   // every due up to this day was paid
	overdue   *lending.Money // what is said to be unpaid of dues before today: a check
}

// takenFee is a fee that was demanded before.
type takenFee struct {
	id     string
	charge lending.Charge
}

// takenReceipt is money that was received before, with where it came from.
type takenReceipt struct {
	id        string
	line      int
	date      lending.Date
	received  lending.Money
	tds       lending.Money
	mode, utr string
	bank      store.Bank
	narration string
}

// loanParameters are the columns of a running loan that are loan parameters.
var loanParameters = []string{"roi_value", "interest_method", "amortization", "emi_count", "emi_frequency", "emi_every", "interest_basis",
	"days_in_year", "days_in_month", "first_due_date", "cycle_day", "emi_amount", "emi_rounding", "interest_rounding", "emi_basis",
	"interest_payment", "interest_mode", "last_instalment", "bpi_mode", "bpi_rounding", "pf_value", "pf_value_type", "pf_gst",
	"overdue_roi_value", "overdue_roi_same_as_roi", "overdue_base", "penal_roi_value", "penal_roi_value_type", "penal_accrual_frequency",
	"penal_max_amount", "penal_calculation_type", "security_value", "grace_days", "settlement_order", "component_order"}

// readRunningLoan reads one row of loans.csv, or the form that has its fields.
func readRunningLoan(c cells) runningLoan {
	loan := runningLoan{borrower: store.CleanRef(c.text("borrower_ref")), program: c.need("program"), bank: c.text("collection_bank"),
		principal: c.needMoney("principal"), disbursed: c.needDate("disbursed_on"), paidTo: c.date("paid_to_date")}
	loan.account = store.Account{Ref: store.CleanRef(c.text("account_ref")), Product: c.text("product"), Status: c.text("status"),
		ApprovedLineAmount: c.money("approved_line_amount"), VirtualAccountNo: store.CleanRef(c.text("virtual_account_no")),
		UMRN: store.CleanRef(c.text("umrn")), PayerIFSC: store.CleanRef(c.text("payer_ifsc")), PayerLast4: c.text("payer_last4")}
	if loan.account.Status == "" {
		loan.account.Status = "active"
	}
	if loan.account.Status != "active" && loan.account.Status != "closed" {
		c.faults.add("status", "A loan that is taken over is active or closed.")
	}
	if loan.account.ApprovedLineAmount == 0 {
		loan.account.ApprovedLineAmount = loan.principal
	}
	if c.cell("overdue") != "" {
		overdue := c.money("overdue")
		loan.overdue = &overdue
	}
	loan.data = c.loanData()
	return loan
}

// loanData reads the cells that are loan parameters.
func (c cells) loanData() LoanData {
	given := map[string]json.RawMessage{}
	for _, key := range loanParameters {
		value := c.cell(key)
		if key == "first_due_date" && value != "" {
			value = c.date(key).String()
		}
		if value != "" {
			given[key] = quoted(value)
		}
	}
	data, err := ParseLoanData(given)
	if refused, ok := errors.AsType[*lending.Error](err); ok {
		for field, message := range refused.Fields {
			c.faults.add(field, message)
		}
	}
	return data
}

// takenOver is a running loan made into facts, checked by replay.
type takenOver struct {
	loan      runningLoan
	id        string // of the loan
	disbursal lending.Disbursal
	policy    lending.Policy
	paid      []lending.Fact // dues paid on their day, without a receipt of their own
	book      *lending.Book  // at the business date
}

// facts lists everything that is known of a loan that is taken over.
func (t *takenOver) facts() []lending.Fact {
	on := t.loan.disbursed
	facts := []lending.Fact{
		{Key: "terms/" + t.id, Kind: lending.FactTerms, ValueDate: on, Policy: &t.policy},
		{Key: t.id, Kind: lending.FactDisbursal, ValueDate: on, Amount: t.loan.principal, Disbursal: &t.disbursal},
	}
	for i := range t.loan.fees {
		charge := &t.loan.fees[i].charge
		facts = append(facts, lending.Fact{Key: charge.Fee, Kind: lending.FactCharge, ValueDate: on,
			Amount: charge.Base + charge.CGST + charge.SGST + charge.IGST, Charge: charge})
	}
	for _, r := range t.loan.receipts {
		facts = append(facts, t.receipt(r.id, r.date, lending.Receipt{Received: r.received, TDS: r.tds, Mode: r.mode}))
	}
	return append(facts, t.paid...)
}

// receipt is money by the orders of the account.
func (t *takenOver) receipt(key string, on lending.Date, body lending.Receipt) lending.Fact {
	policy := defaultPolicy()
	if body.SettlementOrder = t.policy.SettlementOrder; body.SettlementOrder == "" {
		body.SettlementOrder = policy.SettlementOrder
	}
	if body.ComponentOrder = t.policy.ComponentOrder; body.ComponentOrder == "" {
		body.ComponentOrder = policy.ComponentOrder
	}
	return lending.Fact{Key: key, Kind: lending.FactReceipt, ValueDate: on, BankDate: on, Amount: body.Received + body.TDS, Receipt: &body}
}

// takingOver is what running loans are judged by.
type takingOver struct {
	today    lending.Date
	ownState string
	programs map[string]store.Program // by what the rows call them
	states   map[string]string        // of borrowers, by ref
}

// makeFacts makes a running loan into facts and replays them; what does not fit
// is a fault of a field.
func (w *takingOver) makeFacts(loan runningLoan, faults faults) *takenOver {
	t := &takenOver{loan: loan, id: store.NewID()}
	for i := range t.loan.fees {
		t.loan.fees[i].id = store.NewID()
		t.loan.fees[i].charge.Fee, t.loan.fees[i].charge.Loan = t.loan.fees[i].id, t.id
	}
	for i := range t.loan.receipts {
		t.loan.receipts[i].id = store.NewID()
	}
	w.checkDates(loan, faults)
	if len(faults) > 0 {
		return t
	}
	if err := w.plan(t); err != nil {
		addFault(faults, "emi_count", err)
		return t
	}
	t.payUpTo(loan.paidTo)
	book, err := lending.Replay(t.facts(), lending.At{Date: w.today})
	if err != nil {
		addFault(faults, "principal", err)
		return t
	}
	t.book = book
	w.compare(t, faults)
	return t
}

func (w *takingOver) checkDates(loan runningLoan, faults faults) {
	if loan.disbursed > w.today {
		faults.add("disbursed_on", "A running loan was disbursed on "+w.today.Words()+" or before.")
	}
	if loan.paidTo > w.today {
		faults.add("paid_to_date", "Nobody has paid beyond "+w.today.Words()+" yet. Leave out what is paid in advance: it is a receipt.")
	}
	if !loan.paidTo.IsZero() && loan.paidTo < loan.disbursed {
		faults.add("paid_to_date", "This is before the loan was disbursed.")
	}
}

// addFault puts a refusal at the fields it names, anything else at one field.
func addFault(faults faults, field string, err error) {
	refused, ok := errors.AsType[*lending.Error](err)
	if !ok || len(refused.Fields) == 0 {
		faults.add(field, err.Error())
		return
	}
	// Lending says what it was asked with in words of the wire.
	columns := map[string]string{"loan_amount": "principal", "disbursement_date": "disbursed_on", "amount": "principal", "flat_roi_value": "roi_value"}
	for name, message := range refused.Fields {
		if column, ok := columns[name]; ok {
			name = column
		}
		faults.add(name, message)
	}
}

// plan finds terms, policy and schedule.
func (w *takingOver) plan(t *takenOver) error {
	program := w.programs[t.loan.program]
	base, policy, err := standards(program)
	if err != nil {
		return err
	}
	terms, err := termsOf(base, t.loan.data)
	if err != nil {
		return err
	}
	if t.policy, err = policyFrom(policy, t.loan.data, terms); err != nil {
		return err
	}
	t.disbursal = lending.Disbursal{Loan: t.id, LoanIndex: 1}
	if len(t.loan.rows) > 0 {
		t.disbursal.Rows, t.disbursal.Terms = t.loan.rows, terms
		return nil
	}
	tax := func(base lending.Money, rate lending.Rate) lending.Tax {
		cgst, sgst, igst := taxHeads(base, rate, w.ownState, w.states[t.loan.borrower])
		return lending.Tax{CGST: cgst, SGST: sgst, IGST: igst}
	}
	plan, err := planLoan(terms, t.loan.data, t.loan.principal, t.loan.disbursed, tax)
	if err != nil {
		return err
	}
	t.disbursal.Terms, t.disbursal.Rows, t.disbursal.Deductions = plan.Terms, plan.Schedule.Rows, plan.Deductions
	t.disbursal.Algorithm = lending.ScheduleAlgorithm
	return nil
}

// payUpTo adds receipts for the dues up to a day that are said to be paid. The
// receipts that are listed come off the sum of these dues; the oldest dues, which
// they do not reach, were paid on their own due dates.
func (t *takenOver) payUpTo(paidTo lending.Date) {
	owed := map[lending.Date]lending.Money{}
	var sum lending.Money
	add := func(due lending.Date, amount lending.Money) {
		if due <= paidTo {
			owed[due] += amount
			sum += amount
		}
	}
	for _, row := range t.disbursal.Rows {
		add(row.DueDate, row.Instalment())
	}
	for _, fee := range t.loan.fees {
		c := fee.charge
		add(max(c.DueDate, t.loan.disbursed), c.Base+c.CGST+c.SGST+c.IGST)
	}
	for _, r := range t.loan.receipts {
		if r.date <= paidTo {
			sum -= r.received + r.tds
		}
	}
	for _, due := range slices.Sorted(maps.Keys(owed)) {
		amount := min(owed[due], sum)
		if sum -= amount; amount <= 0 {
			return
		}
		t.paid = append(t.paid, t.receipt("taken/"+t.id+"/"+due.String(), due, lending.Receipt{Received: amount}))
	}
}

// compare holds what was said of the loan against what its facts give.
func (w *takingOver) compare(t *takenOver, faults faults) {
	overdue := overdueOf(t.book, w.today)
	if t.loan.overdue != nil && *t.loan.overdue != overdue {
		faults.add("overdue", fmt.Sprintf("These rows give %s overdue on %s, not %s.", overdue.Rupees(), w.today.Words(), (*t.loan.overdue).Rupees()))
	}
	if left := t.book.Summary.TotalOutstanding; t.loan.account.Status == "closed" && left != 0 {
		faults.add("status", fmt.Sprintf("A closed loan owes nothing; these rows leave %s.", left.Rupees()))
	}
	if t.loan.account.Status == "closed" && t.book.Excess != 0 {
		faults.add("status", fmt.Sprintf("A closed loan holds no money; these rows leave %s in excess.", t.book.Excess.Rupees()))
	}
}

// overdueOf is what is unpaid of dues before a day.
func overdueOf(book *lending.Book, today lending.Date) lending.Money {
	var overdue lending.Money
	for _, d := range book.Demands {
		if d.DueDate >= today {
			continue
		}
		for c := range d.Amount {
			overdue += d.Amount[c] - d.Paid[c]
		}
	}
	return overdue
}

// write books a loan that was taken over: account, loan, fees, facts, records of
// the receipts that are listed, and what they teach about payers.
func (t *takenOver) write(ctx context.Context, tx *store.Tx, actor Actor, borrower store.Borrower, program store.Program) (store.Account, error) {
	t.loan.account.BorrowerID, t.loan.account.ProgramID, t.loan.account.LoanData = borrower.ID, program.ID, t.loan.data.text()
	account, err := tx.CreateAccount(ctx, t.loan.account)
	if err != nil {
		return account, err
	}
	loan, err := tx.NextLoan(ctx)
	if err != nil {
		return account, err
	}
	t.disbursal.LoanIndex = loan.Idx
	text, err := json.Marshal(t.disbursal)
	if err != nil {
		return account, fmt.Errorf("writing the disbursal: %w", err)
	}
	loan.ID, loan.AccountID, loan.Status, loan.Amount, loan.NetAmount = t.id, account.ID, account.Status, t.loan.principal, t.loan.principal
	for _, d := range t.disbursal.Deductions {
		loan.NetAmount -= d.Amount
	}
	loan.DisbursedOn, loan.Disbursal, loan.MakerID = t.loan.disbursed, string(text), actor.Person
	if err := tx.CreateLoan(ctx, loan); err != nil {
		return account, err
	}
	for _, fee := range t.loan.fees {
		c := fee.charge
		row := store.Fee{ID: fee.id, AccountID: account.ID, LoanID: store.Opt(t.id), Name: c.Name, Base: c.Base, Tax: c.CGST + c.SGST + c.IGST, DueDate: c.DueDate}
		if _, err := tx.CreateFee(ctx, row); err != nil {
			return account, err
		}
	}
	for _, fact := range t.facts() {
		if err := tx.AppendFact(ctx, account.ID, fact, loan.Ref); err != nil {
			return account, err
		}
	}
	for _, r := range t.loan.receipts {
		if err := t.writeReceipt(ctx, tx, actor, account, r); err != nil {
			return account, err
		}
	}
	for _, a := range t.loan.advices {
		a.AccountID = account.ID
		if err := tx.CreateAdvice(ctx, a); err != nil {
			return account, fmt.Errorf("writing an advice: %w", err)
		}
	}
	return account, refresh(ctx, tx, account.ID)
}

// writeReceipt makes the record of a receipt that was listed: settled before, with
// the bank's reference, so that the same line of a statement is known.
func (t *takenOver) writeReceipt(ctx context.Context, tx *store.Tx, actor Actor, account store.Account, r takenReceipt) error {
	body := t.receipt(r.id, r.date, lending.Receipt{}).Receipt
	record := store.Record{ID: r.id, Type: "repayment", Status: "processed", AccountID: store.Opt(account.ID), ReceivedAmount: r.received, TDSAmount: r.tds,
		Amount: r.received + r.tds, PaymentMode: store.Opt(r.mode), UTR: store.Opt(r.utr), Reference: normalReference(r.utr),
		SettlementOrder: string(body.SettlementOrder), ComponentOrder: string(body.ComponentOrder), UploadedBy: store.Opt(actor.Name), UploadedByID: store.Opt(actor.Person),
		Date: r.date, BankDate: r.date, SettledOn: r.date, Remark: r.narration, CollectionBankID: store.Opt(r.bank.ID), IsProcessed: true,
		Source: "portfolio", Carries: true, FactKey: store.Opt(r.id), MakerID: store.Opt(actor.Person), Maker: store.Opt(actor.Name)}
	if r.received == 0 {
		record.Type = "tds"
	}
	record, err := tx.CreateRecord(ctx, record)
	if err != nil {
		return err
	}
	return remember(ctx, tx, record)
}

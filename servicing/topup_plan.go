package servicing

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"lekha/lending"
	"lekha/store"
)

// drawingKeys are loan parameters that are about drawings: terms of a loan do not take
// them.
var drawingKeys = []string{"margin_is_enabled", "margin_value", "margin_value_type", "margin_receive_before_disbursement", "subvention_is_enabled",
	"subvention_value_type", "subvention_value", "subvention_days", "cashback_is_enabled", "cashback_use_as", "cashback_payment_to", "cashback_release_at",
	"cashback_deduction_is_enabled", "cashback_deduction_type", "cashback_deduction_value", "tenure_starts_at"}

// drawingPlan is a drawing as the loan it would be, were its money to reach the payee
// on a day.
type drawingPlan struct {
	plannedLoan
	Base        lending.Money // of the amount that bears interest
	AnchorShare lending.Money // of the interest
	Due         lending.Date
}

// drawingTerms are the terms of a drawing from a day on, and the loan parameters they
// were made of.
func drawingTerms(ctx context.Context, v *store.View, account store.Account, t store.Topup, on lending.Date) (lending.Terms, lending.Policy, LoanData, error) {
	program, err := v.ProgramByAny(ctx, account.ProgramID)
	if err != nil {
		return lending.Terms{}, lending.Policy{}, nil, err
	}
	given, err := readLoanData(account.LoanData)
	if err != nil {
		return lending.Terms{}, lending.Policy{}, nil, err
	}
	base, policy, err := standards(program)
	if err != nil {
		return base, policy, given, err
	}
	data := maps.Clone(given)
	for _, key := range drawingKeys {
		delete(data, key)
	}
	if t.TenorDays > 0 {
		data["tenure_value"], data["tenure_period"] = json.RawMessage(strconv.Itoa(t.TenorDays)), json.RawMessage(`"days"`)
		for _, key := range []string{"emi_count", "amortization", "first_due_date", "cycle_day", "emi_amount", "emi_frequency", "emi_every", "schedule", "steps", "balloon", "moratorium"} {
			delete(data, key) // of loans in instalments on the same account
		}
	}
	values := loanValues{data}
	if !values.has("emi_count") && values.whole("tenure_value") > 0 {
		base.EMICount, base.Amortization, base.EMIAmount, base.FirstDueDate, base.CycleDay = 0, "", 0, 0, 0 // a drawing is repaid in one, whatever else the program lends
	}
	if values.text("interest_mode") == interestMonthlyRest {
		if err := monthlyRest(data, &base); err != nil {
			return base, policy, given, err
		}
	}
	terms, err := termsOf(base, data)
	if err != nil {
		return terms, policy, given, err
	}
	if err := values.fixedDue(&terms, on); err != nil {
		return terms, policy, given, err
	}
	if (loanValues{given}).text("tenure_starts_at") == "invoice_date" && !t.InvoiceDate.IsZero() {
		if err := fromInvoice(&terms, t, on); err != nil {
			return terms, policy, given, err
		}
	}
	policy, err = policyFrom(policy, data, terms)
	return terms, policy, given, err
}

// monthlyRest makes interest of each month due with it, and the principal at the end.
func monthlyRest(data LoanData, base *lending.Terms) error {
	v := loanValues{data}
	if v.text("tenure_period") != "months" || v.whole("tenure_value") == 0 {
		return lending.RefuseField("tenure_value", "topup.monthly_rest", "Interest by the month needs a tenor in months.")
	}
	base.Amortization, base.EMICount, base.EMIEvery, base.EMIFrequency = lending.InterestOnly, v.whole("tenure_value"), 1, lending.Monthly
	delete(data, "interest_mode")
	delete(data, "tenure_value")
	return nil
}

// fromInvoice makes a drawing due a tenor after its invoice, whenever it is paid out.
func fromInvoice(terms *lending.Terms, t store.Topup, on lending.Date) error {
	full := terms.Complete()
	due := t.InvoiceDate.AddDays(full.EMIEvery)
	if full.EMIFrequency == lending.Monthly {
		due = t.InvoiceDate.AddMonths(full.EMIEvery)
	}
	if due <= on {
		return lending.RefuseField("invoice_date", "topup.past_due", "The credit period of this invoice ends on "+due.Words()+", before the money would reach the payee.")
	}
	terms.FirstDueDate, terms.EMIFrequency, terms.EMIEvery, terms.BPIMode = due, lending.EveryDays, due.Sub(on), lending.BPINone
	return nil
}

// drawingDue is the day on which a drawing would be due.
func drawingDue(ctx context.Context, v *store.View, account store.Account, t store.Topup, on lending.Date) (lending.Date, error) {
	terms, _, _, err := drawingTerms(ctx, v, account, t, on)
	if err == nil {
		var schedule lending.Schedule
		if schedule, err = terms.Schedule(t.Amount, on); err == nil {
			return schedule.Maturity, nil
		}
	}
	if lending.KindOf(err) == lending.Invalid && t.TenorDays > 0 {
		return on.AddDays(t.TenorDays), nil // planning says what is wrong; the checks say the rest
	}
	return on, err
}

// PlanTopup is the loan that a drawing would be: what is kept back, what is paid out,
// when it is due.
func PlanTopup(ctx context.Context, v *store.View, t store.Topup) (drawingPlan, error) {
	company, err := v.Company(ctx)
	if err != nil {
		return drawingPlan{}, err
	}
	account, err := v.AccountByID(ctx, t.AccountID)
	if err != nil {
		return drawingPlan{}, err
	}
	return planDrawing(ctx, v, account, t, max(t.ScheduledOn, company.BusinessDate))
}

func planDrawing(ctx context.Context, v *store.View, account store.Account, t store.Topup, on lending.Date) (drawingPlan, error) {
	p := drawingPlan{Base: t.Amount}
	terms, policy, data, err := drawingTerms(ctx, v, account, t, on)
	if err != nil {
		return p, err
	}
	values := loanValues{data}
	if values.flag("holdback_is_enabled") && values.text("holdback_interest_base") != "gross" {
		p.Base -= values.rate("holdback_rate").Of(t.Amount, lending.ToPaisa)
	}
	tax, err := taxOn(ctx, v, account.BorrowerID)
	if err != nil {
		return p, err
	}
	if p.plannedLoan, err = planOn(terms, data, t.Amount, p.Base, on, tax); err != nil {
		return p, err
	}
	p.Policy, p.Due = policy, p.Schedule.Maturity
	return p, p.subvene(values, on)
}

// subvene lets the anchor bear its share of the interest. The borrower pays the rest;
// together they are the interest that was not split, to the paisa (SCF-07).
func (p *drawingPlan) subvene(v loanValues, on lending.Date) error {
	if !v.flag("subvention_is_enabled") || !v.above("subvention_value") && v.whole("subvention_days") == 0 {
		return nil
	}
	kept := slices.IndexFunc(p.Deductions, func(d lending.Deduction) bool { return d.Kind == upfrontInterest })
	interest := p.Schedule.TotalInterest()
	if kept >= 0 {
		interest = p.Deductions[kept].Amount
	}
	share := interest
	if days, tenor := v.whole("subvention_days"), p.Due.Sub(on); days > 0 && days < tenor {
		var err error
		if share, _, err = lending.Subvention(p.Base, max(p.Terms.Rate(), p.UpfrontRate), tenor, days); err != nil {
			return err
		}
		share = min(share, interest)
	}
	switch {
	case !v.above("subvention_value"): // all of the interest of those days
	case v.text("subvention_value_type") == "fixed":
		share = min(share, v.money("subvention_value"))
	default:
		share = min(share, v.rate("subvention_value").Of(share, lending.ToPaisa))
	}
	if share == 0 {
		return nil
	}
	p.AnchorShare = share
	if kept < 0 {
		p.Deductions = append(p.Deductions, lending.Deduction{Kind: lending.SubventionInterest, Name: "Interest borne by the anchor", Amount: share})
		moveBPI(p.Schedule.Rows, -share)
		p.Net -= share
	}
	p.Deductions = append(p.Deductions, lending.Deduction{Kind: lending.SubventionShare, Name: "Paid by the anchor", Amount: -share})
	p.Net += share
	return nil
}

// disbursal is what a loan row keeps until its money is out.
func (p drawingPlan) disbursal(loan store.Loan) (string, error) {
	d := lending.Disbursal{Loan: loan.ID, LoanIndex: loan.Idx, Terms: p.Terms, Rows: p.Schedule.Rows, Algorithm: lending.ScheduleAlgorithm, Deductions: p.Deductions, UpfrontRate: p.UpfrontRate}
	if p.Base != loan.Amount {
		d.InterestBase = p.Base
	}
	text, err := json.Marshal(pendingDisbursal{Policy: &p.Policy, Disbursal: d})
	if err != nil {
		return "", fmt.Errorf("writing the disbursal: %w", err)
	}
	return string(text), nil
}

// terms are what a drawing would be, for whoever decides it.
func (p drawingPlan) terms(t store.TopupRow) []ChangedTerm {
	out := []ChangedTerm{{"Drawn", "", t.Amount.Rupees()}}
	add := func(name, value string) {
		if value != "" {
			out = append(out, ChangedTerm{name, "", value})
		}
	}
	if t.InvoiceNo != "" {
		add("Invoice", t.InvoiceNo+" of "+t.InvoiceDate.Words()+", "+t.InvoiceAmount.Rupees())
		add("Seller", t.SellerGSTIN)
		add("Buyer", t.BuyerGSTIN)
	}
	if t.InvoiceAmount > t.Amount {
		add("Not financed of the invoice", (t.InvoiceAmount - t.Amount).Rupees())
	}
	for _, d := range p.Deductions {
		add(d.Name, d.Amount.Rupees())
	}
	add("Paid out", p.Net.Rupees())
	add("Paid to", map[string]string{"borrower": "the borrower", "anchor": "the anchor", "custom_bank": "another account"}[t.PayoutTo])
	add("Due", p.Due.Words())
	if !t.ScheduledOn.IsZero() {
		add("Scheduled for", t.ScheduledOn.Words())
	}
	return out
}

// TopupTerms are what a topup is and would be as a loan, in words.
func TopupTerms(ctx context.Context, v *store.View, t Topup) ([]ChangedTerm, error) {
	plan, err := PlanTopup(ctx, v, t.Topup)
	if err != nil {
		return nil, err
	}
	return plan.terms(t.TopupRow), nil
}

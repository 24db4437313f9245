package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// LastChecks is the last run of the checks of a drawing; a zero run when they never ran.
func LastChecks(ctx context.Context, v *store.View, topup string) ([]lending.DrawingCheck, store.TopupChecks, error) {
	runs, err := v.ChecksOfTopup(ctx, topup, 1)
	if err != nil || len(runs) == 0 {
		return nil, store.TopupChecks{}, err
	}
	checks, err := resultsOf(runs[0])
	return checks, runs[0], err
}

func resultsOf(run store.TopupChecks) ([]lending.DrawingCheck, error) {
	var checks []lending.DrawingCheck
	if err := json.Unmarshal([]byte(run.Results), &checks); err != nil {
		return nil, fmt.Errorf("reading checks: %w", err)
	}
	return checks, nil
}

// RerunChecks runs all checks of a drawing on what is true now. It keeps the run and
// changes no amount (domain 2.7).
func (o *Office) RerunChecks(ctx context.Context, actor Actor, key string) (Topup, error) {
	return o.changeTopup(ctx, actor, key, 0, "topup.checks", nil, func(ctx context.Context, tx *store.Tx, t store.Topup, n *note) error {
		checked, err := checkedTopup(ctx, tx, actor, t)
		n.summary = "Ran the checks of topup " + t.Ref + ": " + orText(failedChecks(checked.Checks), "all pass") + "."
		return err
	})
}

// failedChecks names the checks that failed.
func failedChecks(checks []lending.DrawingCheck) string {
	var failed []string
	for _, c := range checks {
		if c.Result == lending.CheckFail {
			failed = append(failed, c.Check)
		}
	}
	return strings.Join(failed, ", ")
}

// checkedTopup runs the checks of a drawing, keeps the run, and brings a drawing that
// nobody approved yet to what they say.
func checkedTopup(ctx context.Context, tx *store.Tx, actor Actor, t store.Topup) (Topup, error) {
	checks, err := CheckTopup(ctx, &tx.View, t)
	if err != nil {
		return Topup{}, err
	}
	verdict := lending.Verdict(checks)
	if err := keepChecks(ctx, tx, actor, t, checks); err != nil {
		return Topup{}, err
	}
	act := TopupPass
	if verdict == lending.CheckFail {
		act = TopupFail
	}
	if mayTopup(act, t) == nil && t.Status != topupSteps[act].to {
		if t, err = stepped(act, t); err != nil {
			return Topup{}, err
		}
		if t, err = tx.UpdateTopup(ctx, t); err != nil {
			return Topup{}, err
		}
	}
	return TopupOf(ctx, &tx.View, t.ID)
}

func keepChecks(ctx context.Context, tx *store.Tx, actor Actor, t store.Topup, checks []lending.DrawingCheck) error {
	text, err := json.Marshal(checks)
	if err != nil {
		return fmt.Errorf("writing checks: %w", err)
	}
	return tx.AddTopupChecks(ctx, store.TopupChecks{TopupID: t.ID, On: tx.Today, Verdict: lending.Verdict(checks), Results: string(text), Person: actor.Name})
}

// CheckTopup runs all checks of a drawing on what is true now; it is a pure function
// of the books.
func CheckTopup(ctx context.Context, v *store.View, t store.Topup) ([]lending.DrawingCheck, error) {
	account, err := v.AccountByID(ctx, t.AccountID)
	if err != nil {
		return nil, err
	}
	company, err := v.Company(ctx)
	if err != nil {
		return nil, err
	}
	lines, err := linesOver(ctx, v, account, t.ID)
	if err != nil {
		return nil, err
	}
	d, err := drawingOf(account, t, lines)
	if err != nil {
		return nil, err
	}
	if d.On = t.ScheduledOn; d.On < company.BusinessDate {
		d.On = company.BusinessDate
	}
	d.Frozen = lines.frozen(company.BusinessDate)
	due, err := drawingDue(ctx, v, account, t, d.On)
	if err != nil {
		return nil, err
	}
	if d.Due = due; d.TenorDays == 0 {
		d.TenorDays = due.Sub(d.On)
	}
	if err := aroundDrawing(ctx, v, account, t, lines, &d); err != nil {
		return nil, err
	}
	return d.Check(), nil
}

// drawingOf is what a drawing is checked against, by what is at hand: its own figures,
// the line, the rules of its program.
func drawingOf(account store.Account, t store.Topup, lines Lines) (lending.Drawing, error) {
	rules, own := lines.Rules, lines.account()
	d := lending.Drawing{Amount: t.Amount, Invoice: t.InvoiceAmount, InvoiceDate: t.InvoiceDate, InvoiceNo: t.InvoiceKey, TenorDays: t.TenorDays,
		Status: account.Status, LineExpiry: own.Expiry, MaturityDays: rules.MaturityDays, Available: own.Available(),
		MinAmount: rules.MinAmount, MaxAmount: rules.MaxAmount, MinTenor: rules.MinTenor, MaxTenor: rules.MaxTenor, MaxInvoiceAge: rules.MaxInvoiceAge,
		MinInvoice: rules.MinInvoice, MaxInvoice: rules.MaxInvoice, AdvanceRate: rules.AdvanceRate, NeedsInvoice: rules.NeedsInvoice,
		MaxDPD: rules.MaxDPD, BorrowerMax: rules.BorrowerDPD, Severity: rules.Severities()}
	if account.Status == "created" {
		d.Status = "active" // this drawing is its first loan
	}
	if account.Status == "expired" || account.Status == "frozen" {
		d.Status = "active" // the checks of the line say so, by themselves
	}
	data, err := readLoanData(account.LoanData)
	if err != nil {
		return d, err
	}
	d.Margin = loanValues{data}.marginOf(t.InvoiceAmount)
	for _, s := range lines.Levels[1:] {
		d.Levels = append(d.Levels, s.LineLevel)
	}
	return d, nil
}

// marginOf is the part of an invoice that is not financed.
func (v loanValues) marginOf(invoice lending.Money) lending.Money {
	if !v.flag("margin_is_enabled") || !v.above("margin_value") || invoice == 0 {
		return 0
	}
	if v.text("margin_value_type") == "fixed" {
		return min(v.money("margin_value"), invoice)
	}
	return invoice - lending.Eligible(invoice, v.rate("margin_value"))
}

// aroundDrawing looks up what stands around a drawing: other drawings on its invoice,
// how the borrower stands, where the money goes.
func aroundDrawing(ctx context.Context, v *store.View, account store.Account, t store.Topup, lines Lines, d *lending.Drawing) error {
	if t.InvoiceKey != "" {
		other, err := v.TopupWithInvoice(ctx, t)
		if err != nil && !errors.Is(err, store.ErrMissing) {
			return err
		}
		if err == nil {
			d.ExistingInvoices = []string{other.InvoiceKey}
		}
	}
	accounts, err := v.AccountsOfBorrower(ctx, account.BorrowerID)
	if err != nil {
		return err
	}
	d.NPA = "no"
	for _, a := range accounts {
		position, err := v.PositionOf(ctx, a.ID)
		if errors.Is(err, store.ErrMissing) {
			continue
		}
		if err != nil {
			return err
		}
		if d.BorrowerDPD = max(d.BorrowerDPD, position.DPD); a.ID == account.ID {
			d.DPD = position.DPD
		}
		if lending.Category(position.Category).NPA() {
			d.NPA = position.Category
		}
	}
	d.Mandate = map[bool]string{true: "yes", false: "no"}[account.UMRN != ""]
	if lines.Anchor.ID != "" {
		d.AnchorApproved = map[bool]string{true: "yes", false: "no"}[lines.Anchor.Approval != ""]
	}
	for _, cap := range lines.SubLimits {
		if cap.Counterparty != t.SellerGSTIN && cap.Counterparty != t.BuyerGSTIN {
			continue
		}
		drawn, err := v.ExposureTo(ctx, account.ID, cap.Counterparty, t.ID)
		if err != nil {
			return err
		}
		if d.ExposureCap == 0 || cap.Amount-drawn < d.ExposureCap-d.Exposure+t.Amount {
			d.Exposure, d.ExposureCap = drawn+t.Amount, cap.Amount
		}
	}
	d.Verified, err = payeeVerified(ctx, v, account, t, lines)
	return err
}

// drawingBank is the account that the money of a drawing goes to; "" when none is on file.
func drawingBank(ctx context.Context, v *store.View, account store.Account, t store.Topup, lines Lines) (string, error) {
	switch {
	case t.CreditBankID != "":
		return string(t.CreditBankID), nil
	case t.PayoutTo == "anchor":
		return string(lines.Anchor.BankID), nil
	}
	banks, err := v.BanksTagged(ctx, account.BorrowerRef)
	if err != nil || len(banks) == 0 {
		return "", err
	}
	for _, b := range banks {
		if b.IsVerified {
			return b.ID, nil
		}
	}
	return banks[0].ID, nil
}

func payeeVerified(ctx context.Context, v *store.View, account store.Account, t store.Topup, lines Lines) (string, error) {
	id, err := drawingBank(ctx, v, account, t, lines)
	if err != nil || id == "" {
		return "none on file", err
	}
	bank, err := v.BankByAny(ctx, id)
	if err != nil {
		return "", err
	}
	return map[bool]string{true: "yes", false: "no"}[bank.IsVerified], nil
}

// LineAnswer is what a line says to a hypothetical drawing.
type LineAnswer struct {
	Lines     Lines
	Amount    lending.Money
	Covered   bool
	Remaining lending.Money // after the drawing, at the tightest level
	Refusal   string        // the check that fails; "" when the line covers it
}

// CheckLineAmount answers whether the limits over an account cover an amount. Nothing
// is written.
func CheckLineAmount(ctx context.Context, v *store.View, key string, amount lending.Money) (LineAnswer, error) {
	answer := LineAnswer{Amount: amount}
	if amount <= 0 || amount > maxAmount {
		return answer, lending.RefuseField("amount", "line.amount", "Say how much would be drawn.")
	}
	account, err := accountByAny(ctx, v, key)
	if err != nil {
		return answer, asFieldMissing(err, "account", "There is no account "+key+".")
	}
	if answer.Lines, err = LinesOf(ctx, v, account); err != nil {
		return answer, err
	}
	answer.Covered, answer.Remaining = amount <= answer.Lines.Effective, max(answer.Lines.Effective-amount, 0)
	for _, s := range answer.Lines.Levels {
		if answer.Refusal == "" && amount > s.Available() {
			answer.Refusal = s.Check
		}
	}
	return answer, nil
}

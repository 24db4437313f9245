package main

import (
	"context"
	"fmt"
	"strings"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// payTranche pays more out on a running loan.
func (l *life) payTranche(ctx context.Context, s step) (lending.Money, error) {
	var payout string
	found, err := l.look(&payout, `SELECT id FROM payouts WHERE loan_id = (SELECT id FROM loans WHERE ref = ?) AND type = 'tranche' AND created_at >= ?`, s.Loan, l.since())
	if err != nil {
		return 0, err
	}
	if !found {
		p, err := l.office.RequestTranche(ctx, l.people["asha"], servicing.TrancheInput{Loan: s.Loan, Amount: s.Amount})
		if err != nil {
			return 0, err
		}
		payout = p.ID
	}
	return l.payOut(ctx, "id", payout, s.N)
}

// refundExcess pays the excess of an account back.
func (l *life) refundExcess(ctx context.Context, s step) (lending.Money, error) {
	var r held
	found, err := l.look(&r, `
		SELECT id, ref, status
		FROM records
		WHERE account_id = (SELECT id FROM accounts WHERE ref = ?) AND type = 'refund' AND created_at >= ?`, s.Account, l.since())
	if err != nil {
		return 0, err
	}
	if !found {
		refund, err := l.office.RequestRefund(ctx, l.people["asha"], servicing.RefundInput{Account: s.Account, From: s.Option, Amount: s.Amount, PayoutTo: "borrower", Reason: "The borrower asked for it."})
		if err != nil {
			return 0, err
		}
		r = held{refund.Record.ID, refund.Record.Ref, refund.Record.Status}
	}
	if err := l.sign(ctx, r.ID); err != nil {
		return 0, err
	}
	return l.payOut(ctx, "record_id", r.ID, s.N)
}

// returnPayout has the bank send money back that had reached its payee.
func (l *life) returnPayout(ctx context.Context, s step) (lending.Money, error) {
	var p store.Payout
	if err := l.raw.Get(&p, `SELECT id, ref, status, amount FROM payouts WHERE ref = ?`, s.Subject); err != nil {
		return 0, err
	}
	if p.Status == "success" {
		if _, err := l.office.ReturnPayout(ctx, l.people["omar"], p.Ref, servicing.PayoutAnswer{Reason: "Account closed", Date: l.today}); err != nil {
			return 0, err
		}
	}
	return p.Amount, nil
}

// chargeFee demands a fee.
func (l *life) chargeFee(ctx context.Context, s step) (lending.Money, error) {
	name := fmt.Sprintf("Visit %d", s.N)
	var n int
	err := l.raw.Get(&n, `SELECT COUNT(*) FROM fees WHERE account_id = (SELECT id FROM accounts WHERE ref = ?) AND name = ?`, s.Account, name)
	if err != nil || n > 0 {
		return 0, err
	}
	_, err = l.office.CreateFee(ctx, l.people["asha"], servicing.FeeInput{Account: s.Account, Name: name, Amount: s.Amount})
	return 0, err
}

// waiveDues gives up what is unpaid of one component of an account.
func (l *life) waiveDues(ctx context.Context, s step) (lending.Money, error) {
	var account string
	if err := l.raw.Get(&account, `SELECT id FROM accounts WHERE ref = ?`, s.Account); err != nil {
		return 0, err
	}
	var subjects []string
	open := `SELECT subject FROM approvals WHERE kind = 'waiver' AND account_id = ? AND status = 'pending'`
	if err := l.raw.Select(&subjects, open, account); err != nil {
		return 0, err
	}
	if len(subjects) == 0 {
		if err := l.askWaiver(ctx, s, account); err != nil {
			return 0, err
		}
		if err := l.raw.Select(&subjects, open, account); err != nil {
			return 0, err
		}
	}
	for _, subject := range subjects {
		if err := l.sign(ctx, subject); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

// askWaiver asks for all that is unpaid of a component.
func (l *life) askWaiver(ctx context.Context, s step, account string) error {
	column := strings.ToLower(s.Option)
	var due []struct {
		ID   string
		Left lending.Money
	}
	err := l.raw.Select(&due, `
		SELECT id, `+column+`_amount - `+column+`_paid - `+column+`_waived AS left
		FROM demands
		WHERE account_id = ? AND is_due = 1 AND `+column+`_amount > `+column+`_paid + `+column+`_waived`, account)
	if err != nil || len(due) == 0 {
		return err
	}
	in := servicing.WaiverInput{Account: s.Account, Reason: "As a courtesy."}
	for _, d := range due {
		in.Items = append(in.Items, servicing.WaiverItem{Demand: d.ID, Component: s.Option, Amount: d.Left})
	}
	_, err = l.office.RequestWaiver(ctx, l.people["asha"], in)
	return err
}

// changed asks for a change of the loan of a step and has it signed.
func (l *life) changed(ctx context.Context, kind string, s step, request func() (store.Approval, error)) (lending.Money, error) {
	var loan string
	if err := l.raw.Get(&loan, `SELECT id FROM loans WHERE ref = ?`, s.Loan); err != nil {
		return 0, err
	}
	return 0, l.asked(ctx, kind, loan, func() error {
		_, err := request()
		return err
	})
}

func (l *life) restructureLoan(ctx context.Context, s step) (lending.Money, error) {
	return l.changed(ctx, "restructure", s, func() (store.Approval, error) {
		return l.office.RequestRestructure(ctx, l.people["asha"], servicing.RestructureInput{Loan: s.Loan, LoanData: loanData(s.Option), Reason: "The borrower lost a customer."})
	})
}

func (l *life) resetRate(ctx context.Context, s step) (lending.Money, error) {
	return l.changed(ctx, "rate_reset", s, func() (store.Approval, error) {
		in := servicing.RateResetInput{Loan: s.Loan, Rate: lending.Rate(s.Amount) * 10_000, Option: s.Option, Reason: "The benchmark moved."}
		return l.office.RequestRateReset(ctx, l.people["asha"], in)
	})
}

func (l *life) resetSchedule(ctx context.Context, s step) (lending.Money, error) {
	return l.changed(ctx, "reset_rps", s, func() (store.Approval, error) {
		return l.office.RequestReset(ctx, l.people["asha"], servicing.ResetInput{Loan: s.Loan, Reason: "A correction."})
	})
}

func (l *life) writeOff(ctx context.Context, s step) (lending.Money, error) {
	return l.changed(ctx, "write_off", s, func() (store.Approval, error) {
		return l.office.RequestWriteOff(ctx, l.people["asha"], servicing.WriteOffInput{Loan: s.Loan, Reason: "Gone without a trace."})
	})
}

// offerClosing offers to close a loan: early, in the cooling-off days, or for less
// than is owed.
func (l *life) offerClosing(ctx context.Context, s step) (lending.Money, error) {
	asha := l.people["asha"]
	return l.changed(ctx, s.Option, s, func() (store.Approval, error) {
		switch s.Option {
		case "foreclosure":
			return l.office.RequestForeclosure(ctx, asha, servicing.ForeclosureInput{Loan: s.Loan, ChargePercent: 4_000_000, Reason: "Asked for."})
		case "cooling_off":
			return l.office.RequestCoolingOff(ctx, asha, servicing.CoolingOffInput{Loan: s.Loan, Days: 3, Reason: "Changed his mind."})
		}
		return l.office.RequestSettlement(ctx, asha, servicing.SettlementInput{Loan: s.Loan, Amount: s.Amount, ValidDays: 30, Reason: "The factory burnt down."})
	})
}

// takeOffer pays what an open offer asks for, to the paisa.
func (l *life) takeOffer(ctx context.Context, s step) (lending.Money, error) {
	r, entered, err := l.receiptOf(s)
	if err != nil {
		return 0, err
	}
	var offer struct {
		Ref    string
		Amount lending.Money
	}
	found, err := l.look(&offer, `
		SELECT ref, amount
		FROM closing_offers
		WHERE account_id = (SELECT id FROM accounts WHERE ref = ?) AND (status = 'open' OR record_id = ?)
		ORDER BY created_at DESC LIMIT 1`, s.Account, r.ID)
	if err != nil || !found && !entered {
		return 0, err
	}
	s.Amount, s.Subject, s.Loan, s.Option, s.Date = offer.Amount, "offer", offer.Ref, "transfer", l.today
	return l.enterReceipt(ctx, s)
}

func (l *life) closeAccount(ctx context.Context, s step) (lending.Money, error) {
	var status string
	if err := l.raw.Get(&status, `SELECT status FROM accounts WHERE ref = ?`, s.Account); err != nil || status == "closed" {
		return 0, err
	}
	_, err := l.office.CloseLoanAccount(ctx, l.people["asha"], servicing.CloseInput{Account: s.Account})
	return 0, err
}

// products makes the programs, and of supply chain finance the anchor and its rules.
func (l *life) products(ctx context.Context) error {
	var n int
	if err := l.raw.Get(&n, `SELECT COUNT(*) FROM programs`); err != nil {
		return err
	}
	admin := l.people["admin"]
	if n < 2 {
		if _, err := l.office.CreateProgram(ctx, admin, servicing.ProgramInput{Name: lineProgram, Terms: lending.Terms{EMIFrequency: lending.Monthly, ROIValue: 18_000_000, EMICount: 12}}); err != nil {
			return err
		}
	}
	var anchor held
	found, err := l.look(&anchor, `SELECT id, ref, approval AS status FROM anchors`)
	if err != nil {
		return err
	}
	if !found {
		a, err := l.office.CreateAnchor(ctx, admin, servicing.AnchorInput{Name: "Vega Motors", GSTIN: "27AAACV1234A1Z5",
			NewBank: &servicing.BankInput{IFSC: "HDFC0000001", AccountNo: "5020009988776", IsVerified: true}})
		if err != nil {
			return err
		}
		anchor = held{ID: a.ID, Ref: a.Ref}
	}
	if err := l.sign(ctx, anchor.ID); err != nil {
		return err
	}
	var program string
	if err := l.raw.Get(&program, `SELECT id FROM programs WHERE name = ?`, lineProgram); err != nil {
		return err
	}
	if err := l.raw.Get(&n, `SELECT COUNT(*) FROM approvals WHERE kind = 'drawing_rules'`); err != nil {
		return err
	}
	if n == 0 {
		a, err := l.office.RequestDrawingRules(ctx, admin, servicing.DrawingRulesInput{Program: lineProgram, Anchor: anchor.Ref, Rules: lending.DrawingRules{NeedsInvoice: true}})
		if err != nil {
			return err
		}
		program = a.Subject
	}
	return l.sign(ctx, program)
}

// openLine opens an account with a line for drawings.
func (l *life) openLine(ctx context.Context, s step) (lending.Money, error) {
	given := s
	given.More = 0
	if err := l.createAccount(ctx, given, lineProgram, lineShape); err != nil {
		return 0, err
	}
	var line string
	found, err := l.look(&line, `SELECT id FROM line_details WHERE account_id = (SELECT id FROM accounts WHERE ref = ?)`, s.Account)
	if err != nil {
		return 0, err
	}
	if !found {
		changed, err := l.office.RequestLine(ctx, l.people["asha"], servicing.LineInput{Level: "account", Account: s.Account, Amount: &s.Amount, Reason: "Sanctioned by the committee."})
		if err != nil {
			return 0, err
		}
		line = changed.Line.ID
	}
	return 0, l.sign(ctx, line)
}

// drawBill draws against an invoice and pays it out.
func (l *life) drawBill(ctx context.Context, s step) (lending.Money, error) {
	asha := l.people["asha"]
	var t struct {
		held
		LoanID *string `db:"loan_id"`
	}
	look := func() (bool, error) {
		return l.look(&t, `SELECT id, ref, status, loan_id FROM topups WHERE account_id = (SELECT id FROM accounts WHERE ref = ?) AND invoice_no = ?`, s.Account, s.UTR)
	}
	found, err := look()
	if err != nil {
		return 0, err
	}
	if !found {
		seller := "29AAACS1234B1Z1"
		made, err := l.office.CreateTopup(ctx, asha, servicing.TopupInput{Account: s.Account, InvoiceNo: &s.UTR, InvoiceAmount: &s.Amount, InvoiceDate: s.Date, SellerGSTIN: &seller})
		if err != nil {
			return 0, err
		}
		t.ID, t.Ref, t.Status = made.ID, made.Ref, made.Status
	}
	if t.Status == "ready" {
		if _, err := l.office.RequestTopup(ctx, asha, t.Ref, servicing.TopupNote{}); err != nil {
			return 0, err
		}
	}
	if err := l.sign(ctx, t.ID); err != nil {
		return 0, err
	}
	if _, err = look(); err != nil || t.LoanID == nil {
		return 0, err
	}
	return l.payOut(ctx, "loan_id", *t.LoanID, s.N)
}

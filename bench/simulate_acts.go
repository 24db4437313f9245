package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// acts say how each kind of step is taken. An act looks at where things stand and
// goes on from there, so that one that was stopped half way is simply taken again;
// it answers with what came into the bank, negative what left it.
var acts = map[string]func(l *life, ctx context.Context, s step) (lending.Money, error){
	"open":        (*life).openAccount,
	"line":        (*life).openLine,
	"draw":        (*life).drawBill,
	"tranche":     (*life).payTranche,
	"statement":   (*life).importStatement,
	"match":       (*life).matchCredit,
	"receipt":     (*life).enterReceipt,
	"reverse":     (*life).reverseRecord,
	"move":        (*life).moveRecord,
	"refund":      (*life).refundExcess,
	"return":      (*life).returnPayout,
	"charge":      (*life).chargeFee,
	"waive":       (*life).waiveDues,
	"restructure": (*life).restructureLoan,
	"rate":        (*life).resetRate,
	"reset":       (*life).resetSchedule,
	"write_off":   (*life).writeOff,
	"offer":       (*life).offerClosing,
	"take_offer":  (*life).takeOffer,
	"close":       (*life).closeAccount,
	"mandate":     (*life).registerMandate,
	"present":     (*life).presentDues,
	"net_credit":  (*life).splitNetCredit,
}

// look reads one row past the program; false when there is none.
func (l *life) look(dest any, query string, args ...any) (bool, error) {
	err := l.raw.Get(dest, query, args...)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// since is when the step that is being taken began: what was asked for from then on
// belongs to it.
func (l *life) since() string {
	return l.today.Time().Add(morningHour + time.Duration(l.done)*stepTime).UTC().Format("2006-01-02T15:04:05.000000Z")
}

// asked asks for a change, unless this step has done so already, and lets the people
// whose turn it is sign it.
func (l *life) asked(ctx context.Context, kind, subject string, request func() error) error {
	var n int
	if err := l.raw.Get(&n, `SELECT COUNT(*) FROM approvals WHERE subject = ? AND kind = ? AND requested_at >= ?`, subject, kind, l.since()); err != nil {
		return err
	}
	if n == 0 {
		if err := request(); err != nil {
			return err
		}
	}
	return l.sign(ctx, subject)
}

// sign lets people sign what is open about something until it is decided. What cannot
// be carried out is rejected, and the refusal is the outcome.
func (l *life) sign(ctx context.Context, subject string) error {
	for {
		var open struct{ ID, Ref, Role string }
		found, err := l.look(&open, `SELECT id, ref, role FROM approvals WHERE subject = ? AND status = 'pending' ORDER BY idx DESC LIMIT 1`, subject)
		if err != nil || !found {
			return err
		}
		if err := l.signOnce(ctx, open.Ref, open.Role); err != nil {
			for _, name := range signers[open.Role] {
				_, rejected := l.office.Decide(ctx, l.people[name], open.Ref, servicing.DecisionInput{Decision: "reject", Reason: "It cannot be carried out."})
				if rejected == nil {
					break
				}
			}
			return err
		}
	}
}

// signers are the people of each role.
var signers = map[string][]string{string(servicing.CreditManager): {"ravi", "mina"}, string(servicing.Finance): {"omar", "olga"}, string(servicing.Admin): {"admin"}}

// signOnce has the first of a role sign who may.
func (l *life) signOnce(ctx context.Context, ref, role string) error {
	var err error
	for _, name := range signers[role] {
		_, err = l.office.Decide(ctx, l.people[name], ref, servicing.DecisionInput{Decision: "approve"})
		if refused, ok := errors.AsType[*lending.Error](err); !ok || refused.Kind != lending.Forbidden {
			return err
		}
	}
	return err
}

func loanData(text string) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		panic(err)
	}
	return out
}

// openAccount opens an account with its first loan and pays it out.
func (l *life) openAccount(ctx context.Context, s step) (lending.Money, error) {
	asha := l.people["asha"]
	if err := l.createAccount(ctx, s, termProgram, shapes[s.Option]); err != nil {
		return 0, err
	}
	var loan string
	found, err := l.look(&loan, `SELECT l.id FROM loans l JOIN accounts a ON a.id = l.account_id WHERE a.ref = ? AND l.status <> 'cancelled'`, s.Account)
	if err != nil {
		return 0, err
	}
	if !found {
		in := servicing.DisbursementInput{Account: s.Account, Amount: s.Amount, Date: l.today, PayoutTo: "borrower"}
		if s.Date != 0 {
			in.FirstDueDate = s.Date
		}
		out, err := l.office.InitiateDisbursement(ctx, asha, in)
		if err != nil {
			return 0, err
		}
		loan = out.Loan.ID
	}
	return l.payOut(ctx, "loan_id", loan, s.N)
}

func (l *life) createAccount(ctx context.Context, s step, program, data string) error {
	var n int
	if err := l.raw.Get(&n, `SELECT COUNT(*) FROM accounts WHERE ref = ?`, s.Account); err != nil || n > 0 {
		return err
	}
	in := servicing.NewAccount{Ref: s.Account, Program: program, Line: s.More, LoanData: loanData(data), Borrower: s.Other,
		Banks: []servicing.BankInput{{AccountHolderName: "Borrower " + s.Account, IFSC: "SBIN0004430", AccountNo: "3012345" + s.Account[3:], IsVerified: true}}}
	if s.Other == "" {
		in.NewBorrower = &servicing.BorrowerInput{Name: "Borrower " + s.Account, State: []string{"27", "29"}[s.N%2]}
	}
	_, err := l.office.CreateAccount(ctx, l.people["asha"], in)
	return err
}

// payOut takes each payout of something to its payee: some fail at first and are tried
// again.
func (l *life) payOut(ctx context.Context, what, id string, luck int) (paid lending.Money, err error) {
	var payouts []struct{ Ref, Status string }
	if err := l.raw.Select(&payouts, `SELECT ref, status FROM payouts WHERE `+what+` = ? ORDER BY idx`, id); err != nil {
		return 0, err
	}
	for _, p := range payouts {
		amount, err := l.payOne(ctx, p.Ref, p.Status, luck)
		if err != nil {
			return paid, err
		}
		paid -= amount
	}
	return paid, nil
}

func (l *life) payOne(ctx context.Context, ref, status string, luck int) (lending.Money, error) {
	omar := l.people["omar"]
	for {
		var p store.Payout
		var err error
		switch {
		case status == "created":
			p, err = l.office.ApprovePayout(ctx, omar, ref, 0)
		case status == "approved" && luck%23 == 0:
			p, err = l.office.FailPayout(ctx, omar, ref, servicing.PayoutAnswer{Reason: "The beneficiary's bank did not answer"})
		case status == "failed":
			p, err = l.office.RetryPayout(ctx, omar, ref, 0)
		case status == "approved" || status == "queued":
			p, err = l.office.ProcessPayout(ctx, omar, ref, servicing.PaidOut{UTR: "HDFCR" + ref, Date: l.today, DebitBank: "HDFC-CA-01"})
		case status == "success":
			var amount lending.Money
			_, err := l.look(&amount, `SELECT amount FROM payouts WHERE ref = ?`, ref)
			return amount, err
		default:
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
		status = p.Status
	}
}

// importStatement imports the bank's file of the day.
func (l *life) importStatement(ctx context.Context, s step) (lending.Money, error) {
	var text strings.Builder
	text.WriteString("HDFC BANK Ltd.\nAccount No :,50200012345678\n\nDate,Narration,Chq./Ref.No.,Value Dt,Withdrawal Amt.,Deposit Amt.,Closing Balance\n")
	balance, sum := s.More, lending.Money(0)
	for _, line := range s.Steps {
		day := fmt.Sprintf("%02d/%02d/%02d", line.Date.Day(), line.Date.Month(), line.Date.Year()%100)
		balance += line.Amount
		sum += line.Amount
		fmt.Fprintf(&text, "%s,%s,%s,%s,,%s,%s\n", day, line.Subject, line.UTR, day, line.Amount, balance)
	}
	_, err := l.office.ImportStatement(ctx, l.people["asha"], servicing.StatementFile{Name: "statement-" + l.today.String() + ".csv", Data: []byte(text.String())})
	if err != nil {
		return 0, err
	}
	return sum, nil
}

// held is a record as the simulation looks it up.
type held struct{ ID, Ref, Status string }

// credit finds the live record of a bank reference.
func (l *life) credit(utr string) (r held, found bool, err error) {
	found, err = l.look(&r, `
		SELECT id, ref, status
		FROM records
		WHERE collection_bank_id = (SELECT id FROM banks WHERE code = 'HDFC-CA-01') AND reference = ? AND reference <> ''
			AND parent_id IS NULL AND status NOT IN ('reverted', 'rejected', 'cancelled')`, utr)
	return r, found, err
}

// matchCredit says whose money a credit is, splits it where it is for two, and has it
// approved.
func (l *life) matchCredit(ctx context.Context, s step) (lending.Money, error) {
	r, found, err := l.credit(s.UTR)
	if err != nil || !found {
		return 0, err
	}
	if r.Status == "unmatched" {
		in := servicing.MatchInput{Send: true, Allocations: []servicing.Allocation{{Account: s.Account, Amount: s.Amount - s.More}}}
		if s.Other != "" {
			in.Allocations = append(in.Allocations, servicing.Allocation{Account: s.Other, Amount: s.More})
		}
		if _, err := l.office.MatchRecord(ctx, l.people["asha"], r.Ref, in); err != nil {
			return 0, err
		}
	}
	return 0, l.sign(ctx, r.ID)
}

// receiptOf finds the receipt that a step entered by hand.
func (l *life) receiptOf(s step) (r held, found bool, err error) {
	found, err = l.look(&r, `
		SELECT id, ref, status
		FROM records
		WHERE account_id = (SELECT id FROM accounts WHERE ref = ?) AND remark = ?`, s.Account, s.UTR)
	return r, found, err
}

// enterReceipt writes a receipt by hand, with an instruction where there is one, and
// has it approved.
func (l *life) enterReceipt(ctx context.Context, s step) (lending.Money, error) {
	r, found, err := l.receiptOf(s)
	if err != nil {
		return 0, err
	}
	asha := l.people["asha"]
	if !found {
		in := servicing.NewRecord{Account: s.Account, Received: s.Amount, TDS: s.More, Mode: s.Option, Date: s.Date, BankDate: s.Date, Remark: s.UTR, Source: "hand"}
		switch s.Option {
		case "cheque":
			in.ChequeNo, in.ChequeBank, in.ChequeDate = fmt.Sprint(100000+s.N), "SBI", s.Date
		case "transfer":
			in.UTR = s.UTR
		}
		record, err := l.office.CreateRecord(ctx, asha, in)
		if err != nil {
			return 0, err
		}
		r = held{record.ID, record.Ref, record.Status}
	}
	if r.Status == "initiated" {
		if s.Subject != "" {
			in := servicing.Instruction{Effect: s.Subject, Loan: s.Loan}
			if s.Subject == "offer" {
				in = servicing.Instruction{Offer: s.Loan}
			}
			if _, err := l.office.InstructRecord(ctx, asha, r.Ref, in); err != nil {
				return 0, errors.Join(err, l.giveUp(ctx, r))
			}
		}
		if _, err := l.office.RequestApproval(ctx, asha, r.Ref, 0, ""); err != nil {
			return 0, err
		}
	}
	if err := l.sign(ctx, r.ID); err != nil {
		return 0, err
	}
	if r, _, err = l.receiptOf(s); err != nil || r.Status != "processed" {
		return 0, err
	}
	return s.Amount, nil
}

// giveUp cancels a receipt that could not be entered as it was meant.
func (l *life) giveUp(ctx context.Context, r held) error {
	_, err := l.office.CancelRecord(ctx, l.people["asha"], r.Ref, 0, "It was entered by mistake.")
	return err
}

// reverseRecord takes a receipt back: the bank took the money, or it went to the wrong
// account.
func (l *life) reverseRecord(ctx context.Context, s step) (lending.Money, error) {
	var r struct {
		ID, Status string
		Received   lending.Money `db:"received_amount"`
	}
	found, err := l.look(&r, `SELECT id, status, received_amount FROM records WHERE ref = ?`, s.Subject)
	if err != nil || !found {
		return 0, err
	}
	if r.Status == "processed" || r.Status == "approved" {
		err := l.asked(ctx, "reversal", r.ID, func() error {
			_, err := l.office.RequestReversal(ctx, l.people["asha"], s.Subject, 0, s.Option, "It came back.")
			return err
		})
		if err != nil {
			return 0, err
		}
	}
	found, err = l.look(&r, `SELECT id, status, received_amount FROM records WHERE ref = ? AND revert_kind = 'bank'`, s.Subject)
	if err != nil || !found {
		return 0, err
	}
	return -r.Received, nil
}

// moveRecord takes a receipt from the wrong account to the right one.
func (l *life) moveRecord(ctx context.Context, s step) (lending.Money, error) {
	var r held
	found, err := l.look(&r, `SELECT id, ref, status FROM records WHERE ref = ?`, s.Subject)
	if err != nil || !found || r.Status != "processed" {
		return 0, err
	}
	return 0, l.asked(ctx, "move", r.ID, func() error {
		_, err := l.office.RequestMove(ctx, l.people["asha"], s.Subject, 0, s.Account, "It was for another account.")
		return err
	})
}

package main

import (
	"context"
	"fmt"
	"strings"

	"lekha/lending"
	"lekha/servicing"
)

// utilityCode is the number of the simulated lender at NPCI.
const utilityCode = "NACH00000000012345"

// registerMandate draws a mandate up, has it approved and registered by the bank.
func (l *life) registerMandate(ctx context.Context, s step) (lending.Money, error) {
	var m held
	find := func() (bool, error) {
		return l.look(&m, `SELECT id, ref, status FROM mandates WHERE account_id = (SELECT id FROM accounts WHERE ref = ?) ORDER BY created_at DESC LIMIT 1`, s.Account)
	}
	found, err := find()
	if err != nil {
		return 0, err
	}
	if !found {
		made, err := l.office.CreateMandate(ctx, l.people["asha"], servicing.MandateInput{Account: s.Account, MaxAmount: s.Amount, FirstDate: l.today, LastDate: l.today.AddMonths(40),
			Holder: "Borrower " + s.Account, IFSC: "SBIN0004430", AccountNo: "3012345" + s.Account[3:]})
		if err != nil {
			return 0, err
		}
		m.ID = made.ID
	}
	if err := l.sign(ctx, m.ID); err != nil {
		return 0, err
	}
	if _, err := find(); err != nil || m.Status != "sent" {
		return 0, err
	}
	_, err = l.office.TakeMandateAnswer(ctx, l.people["asha"], m.Ref, servicing.MandateAnswer{UMRN: fmt.Sprintf("SBIN70126%011d", s.N)})
	return 0, err
}

// presentDues draws up what the sponsor bank collects today, releases it and takes the
// bank's answer.
func (l *life) presentDues(ctx context.Context, s step) (lending.Money, error) {
	var p struct {
		held
		Data []byte
	}
	find := func() (bool, error) {
		return l.look(&p, `SELECT id, ref, status, data FROM presentations WHERE date = ? AND status <> 'cancelled'`, l.today.String())
	}
	found, err := find()
	if err != nil {
		return 0, err
	}
	if !found {
		made, _, err := l.office.DrawPresentation(ctx, l.people["asha"], servicing.PresentationInput{Date: l.today, Bank: "HDFC-CA-01", UtilityCode: utilityCode})
		if err != nil {
			return 0, err
		}
		p.Ref, p.Status = made.Ref, made.Status
	}
	if p.Status == "draft" {
		if _, err := l.office.ReleasePresentation(ctx, l.people["omar"], p.Ref, 0); err != nil {
			return 0, err
		}
		if _, err := find(); err != nil {
			return 0, err
		}
	}
	codes := []string{"00", "00", "00", "00", "04", "00", "00", "98", "00", "00", "04", "59"}
	lines := strings.Split(strings.TrimRight(string(p.Data), "\r\n"), "\r\n")
	for i := range lines[1:] {
		code := codes[(i+s.N)%len(codes)]
		flag := map[bool]string{true: "1", false: "0"}[code == "00"]
		lines[i+1] = lines[i+1][:153] + flag + code + lines[i+1][156:]
	}
	_, err = l.office.TakePresentationAnswer(ctx, l.people["asha"], p.Ref, "answer.txt", []byte(strings.Join(lines, "\r\n")+"\r\n"))
	return 0, err
}

// splitNetCredit imports the sponsor bank's net credit of the day and makes the
// receipts of it.
func (l *life) splitNetCredit(ctx context.Context, s step) (lending.Money, error) {
	var sum lending.Money
	err := l.raw.Get(&sum, `SELECT COALESCE(SUM(amount), 0) FROM presentation_items WHERE status = 'confirmed' AND value_date = ?`, l.today.String())
	if err != nil || sum == 0 {
		return 0, err
	}
	line := step{Date: l.today, Subject: "NACH CR SPONSOR SETTLEMENT " + utilityCode, UTR: s.UTR, Amount: sum}
	r, found, err := l.credit(s.UTR)
	if err != nil {
		return 0, err
	}
	if !found {
		s.Steps, s.Option = []step{line}, "nach"
		if _, err := l.importStatement(ctx, s); err != nil {
			return 0, err
		}
		if r, _, err = l.credit(s.UTR); err != nil {
			return 0, err
		}
	}
	if r.Status == "unmatched" {
		if _, err := l.office.SplitNetCredit(ctx, l.people["asha"], servicing.NetCreditInput{Record: r.Ref, Day: l.today}); err != nil {
			return sum, err
		}
	}
	return sum, l.sign(ctx, r.ID)
}

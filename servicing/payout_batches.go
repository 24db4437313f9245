package servicing

import (
	"context"
	"fmt"
	"slices"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/store"
)

// PayoutExport asks for a file that the bank pays from.
type PayoutExport struct {
	Payouts   []string // refs or ids; none: all that wait for a file
	Template  string   // name of the bank's layout; empty: Plain CSV
	DebitBank string   // ref, id or code of our account
	Client    string   // the code that the bank gave the lender
}

// maxBatch is more payouts than a bank takes in one file.
const maxBatch = 2000

// PayoutTemplateNames are the layouts that an export knows.
func PayoutTemplateNames() []string {
	var names []string
	for _, t := range bankfile.PayoutTemplates() {
		names = append(names, t.Name)
	}
	return names
}

func payoutTemplate(name string) (bankfile.PayoutTemplate, error) {
	if name == "" {
		name = "Plain CSV"
	}
	templates := bankfile.PayoutTemplates()
	i := slices.IndexFunc(templates, func(t bankfile.PayoutTemplate) bool { return t.Name == name })
	if i < 0 {
		return bankfile.PayoutTemplate{}, lending.RefuseField("template", "payout.template", "There is no layout "+name+".")
	}
	return templates[i], nil
}

// ExportPayouts makes the bank's file of approved payouts, with its control totals,
// and marks them as sent: from then on the bank's answer decides.
func (o *Office) ExportPayouts(ctx context.Context, actor Actor, in PayoutExport) (store.PayoutBatch, error) {
	var batch store.PayoutBatch
	if err := actor.need(MayReleasePayout); err != nil {
		return batch, err
	}
	template, err := payoutTemplate(in.Template)
	if err != nil {
		return batch, err
	}
	err = o.command(ctx, actor, note{action: "payout.export", input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		payouts, err := payoutsToExport(ctx, tx, actor, in.Payouts)
		if err != nil {
			return err
		}
		if err := released(ctx, tx, actor, unsent(payouts)...); err != nil {
			return err
		}
		bank, err := tx.BankByAny(ctx, in.DebitBank)
		if err != nil || bank.Kind == credit {
			return lending.RefuseField("debit_bank", "payout.debit_bank", "Say from which of our accounts the money leaves.")
		}
		if batch, err = tx.NewPayoutBatch(ctx, tx.Today); err != nil {
			return err
		}
		instructions, err := instructionsOf(ctx, tx, template, bank, payouts)
		if err != nil {
			return err
		}
		file, err := template.Write(bankfile.PayoutBatch{Client: in.Client, DebitAccount: bank.AccountNo, DebitIFSC: bank.IFSC, Date: tx.Today, Serial: batch.Serial, Payouts: instructions})
		if err != nil {
			return err
		}
		batch.Template, batch.DebitBankID, batch.FileName, batch.Data = template.Name, bank.ID, file.Name, file.Data
		batch.Count, batch.Total, batch.MakerID = file.Count, file.Total, actor.Person
		if err := checkTotals(batch, payouts); err != nil {
			return err
		}
		if err := tx.SavePayoutBatch(ctx, batch); err != nil {
			return err
		}
		for _, p := range payouts {
			p.Status, p.BatchID, p.DebitBankID = "queued", store.Opt(batch.ID), store.Opt(bank.ID)
			if err := tx.UpdatePayout(ctx, p); err != nil {
				return err
			}
			if _, err := follow(ctx, tx, actor, p); err != nil {
				return err
			}
		}
		n.subject = batch.Ref
		n.summary = fmt.Sprintf("Made payout file %s: %d payouts, %s", batch.FileName, batch.Count, batch.Total.Rupees())
		return nil
	})
	return batch, err
}

// unsent are the payouts that were not sent before: one that is tried again left once.
func unsent(payouts []store.Payout) []store.Payout {
	return slices.DeleteFunc(slices.Clone(payouts), func(p store.Payout) bool { return p.Status != "approved" })
}

// checkTotals holds the file's own control totals against the payouts in it.
func checkTotals(batch store.PayoutBatch, payouts []store.Payout) error {
	var sum lending.Money
	for _, p := range payouts {
		sum += p.Amount
	}
	if batch.Count != len(payouts) || batch.Total != sum {
		return fmt.Errorf("file %s carries %d payouts of %s, %d of %s were to go", batch.FileName, batch.Count, batch.Total, len(payouts), sum)
	}
	return nil
}

// payoutsToExport loads the payouts that are meant, and refuses what may not be sent.
func payoutsToExport(ctx context.Context, tx *store.Tx, actor Actor, refs []string) ([]store.Payout, error) {
	payouts, err := tx.PayoutsToSend(ctx, maxBatch)
	if err != nil {
		return nil, err
	}
	if len(refs) > 0 {
		payouts = nil
		for _, ref := range refs {
			p, err := tx.PayoutByID(ctx, ref)
			if err != nil {
				return nil, err
			}
			payouts = append(payouts, p)
		}
	}
	if len(payouts) == 0 {
		return nil, lending.Refuse(lending.Conflict, "payout.none", "No payout waits for a file.")
	}
	seen := map[string]bool{}
	for _, p := range payouts {
		if p.Status != "approved" && (p.Status != "queued" || p.BatchID != "") {
			return nil, lending.Refuse(lending.Conflict, "payout.state", "Payout "+p.Ref+" is "+p.Status+": only what is approved and not sent goes into a file.")
		}
		if p.MakerID == actor.Person {
			return nil, lending.Refuse(lending.Forbidden, "payout.self", "You asked for payout "+p.Ref+", so another person of finance has to send it.")
		}
		if seen[p.ID] {
			return nil, lending.RefuseField("payouts", "payout.twice", "Payout "+p.Ref+" is named twice.")
		}
		seen[p.ID] = true
	}
	return payouts, nil
}

// rtgsFrom is the least amount that RTGS carries (domain 7.4).
const rtgsFrom lending.Money = 2_00_000_00

// instructionsOf are payouts as the bank reads them.
func instructionsOf(ctx context.Context, tx *store.Tx, template bankfile.PayoutTemplate, from store.Bank, payouts []store.Payout) ([]bankfile.Payout, error) {
	out := make([]bankfile.Payout, len(payouts))
	for i, p := range payouts {
		if p.CreditBankID == "" {
			return nil, lending.Refuse(lending.Conflict, "payout.bank", "Payout "+p.Ref+" has no account to go to: pay it by hand, or name one.")
		}
		bank, err := tx.BankByAny(ctx, string(p.CreditBankID))
		if err != nil {
			return nil, err
		}
		out[i] = bankfile.Payout{Reference: p.Ref, Method: railOf(template, from, bank, p.Amount), Amount: p.Amount, Name: bank.AccountHolderName,
			AccountNo: bank.AccountNo, IFSC: bank.IFSC, Remark: p.Type + " " + p.Ref, Date: tx.Today}
	}
	return out, nil
}

// railOf chooses how money is sent: inside the bank, by RTGS from two lakh on, else
// by NEFT, as far as the layout has it.
func railOf(template bankfile.PayoutTemplate, from, to store.Bank, amount lending.Money) string {
	has := func(method string) bool {
		return slices.ContainsFunc(template.Methods, func(m bankfile.PayoutMethod) bool { return m.Method == method })
	}
	switch {
	case from.IFSC[:4] == to.IFSC[:4] && has(bankfile.Transfer):
		return bankfile.Transfer
	case amount >= rtgsFrom && has(bankfile.RTGS):
		return bankfile.RTGS
	}
	return bankfile.NEFT
}

// AnswerResult is what a bank's answer did.
type AnswerResult struct {
	Paid, Failed int
	Open         []string // refs of payouts that it says nothing about
	Known        int      // rows that were taken up before
}

// TakePayoutAnswer reads the bank's answer to a file: each payout in it has arrived
// or failed, those not in it stay as they are. The same answer again does nothing.
func (o *Office) TakePayoutAnswer(ctx context.Context, actor Actor, ref, fileName string, data []byte) (AnswerResult, error) {
	var result AnswerResult
	if err := actor.need(MayReleasePayout); err != nil {
		return result, err
	}
	err := o.command(ctx, actor, note{action: "payout.answer", subject: store.CleanRef(ref), input: map[string]any{"file": fileName}}, func(ctx context.Context, tx *store.Tx, n *note) error {
		batch, err := tx.PayoutBatchByRef(ctx, ref)
		if err != nil {
			return err
		}
		template, err := payoutTemplate(batch.Template)
		if err != nil {
			return err
		}
		answers, err := template.ReadReverse(fileName, data)
		if err != nil {
			return err
		}
		sent, err := template.Read(batch.FileName, batch.Data)
		if err != nil {
			return fmt.Errorf("reading the file of batch %s: %w", batch.Ref, err)
		}
		if result.Open, err = bankfile.CheckAnswers(sent, answers); err != nil {
			return err
		}
		for _, answer := range answers {
			if err := takeAnswer(ctx, tx, actor, batch, answer, &result); err != nil {
				return err
			}
		}
		n.subject = batch.Ref
		n.summary = fmt.Sprintf("Took up the bank's answer to %s: %d paid, %d failed, %d open", batch.FileName, result.Paid, result.Failed, len(result.Open))
		return nil
	})
	return result, err
}

// takeAnswer carries one row of an answer out. A payout that was decided by hand
// meanwhile, the same way, is known; the other way, people have to look.
func takeAnswer(ctx context.Context, tx *store.Tx, actor Actor, batch store.PayoutBatch, answer bankfile.PayoutAnswer, result *AnswerResult) error {
	p, err := tx.PayoutByID(ctx, store.CleanRef(answer.Reference))
	if err != nil {
		return err
	}
	same := string(p.BatchID) == batch.ID
	switch {
	case p.Status == "success" && answer.Executed, p.Status == "failed" && !answer.Executed && same, p.Status == "returned" && answer.Executed:
		result.Known++
		return nil
	case !same || !slices.Contains(atBank, p.Status):
		return lending.RefuseField("file", "payout.contradiction", fmt.Sprintf("Line %d says otherwise than what is booked of payout %s, which is %s. Nothing of the file was used.", answer.Line, p.Ref, p.Status))
	}
	if answer.Executed {
		p.Status, p.Date, p.UTR = "success", batch.Date, store.Opt(normalReference(answer.BankReference))
		if p.UTR != "" {
			if other, err := tx.PayoutWithUTR(ctx, string(p.UTR)); err == nil && other.ID != p.ID {
				return lending.RefuseField("file", "payout.duplicate_utr", fmt.Sprintf("Line %d: bank reference %s is on payout %s already.", answer.Line, p.UTR, other.Ref))
			}
		}
		result.Paid++
	} else {
		p.Status, p.FailedRemark = "failed", answer.Reason
		result.Failed++
	}
	if err := tx.UpdatePayout(ctx, p); err != nil {
		return err
	}
	_, err = follow(ctx, tx, actor, p)
	return err
}

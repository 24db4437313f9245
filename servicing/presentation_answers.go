package servicing

import (
	"context"
	"fmt"
	"slices"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/store"
)

// ItemAnswer is what a bank says became of one item.
type ItemAnswer struct {
	State string       // confirmed, returned or extended
	Code  string       // of a return or an extension
	Date  lending.Date // confirmed: on which the borrower was debited; zero: the day of the presentation
}

// PresentationResult is what an answer did.
type PresentationResult struct {
	Confirmed, Returned, Extended int
	Open                          int           // items without an answer so far
	Known                         int           // rows that were taken up before
	Expected                      lending.Money // confirmed by this answer: part of the sponsor bank's net credit
	Charged                       lending.Money // bounce charges with tax
}

// TakePresentationAnswer reads the sponsor bank's answer to a list: each item in it was
// confirmed, came back or takes longer. The whole file is right or nothing of it is
// used; the same again does nothing.
func (o *Office) TakePresentationAnswer(ctx context.Context, actor Actor, ref, fileName string, data []byte) (PresentationResult, error) {
	var result PresentationResult
	if err := actor.need(MayImport); err != nil {
		return result, err
	}
	answer, err := bankfile.ReadNACH(fileName, data, bankfile.DefaultReturnCodes())
	if err != nil {
		return result, err
	}
	err = o.command(ctx, actor, note{action: "presentation.answer", subject: store.CleanRef(ref), input: map[string]any{"file": fileName}}, func(ctx context.Context, tx *store.Tx, n *note) error {
		p, err := tx.PresentationByAny(ctx, ref)
		if err != nil {
			return err
		}
		n.subject = p.Ref
		if p.Status != "sent" {
			return lending.Refuse(lending.Conflict, "presentation.state", "Presentation "+p.Ref+" is "+p.Status+": the bank knows nothing of it.")
		}
		for _, row := range answer.Answers {
			item, err := itemOfRow(ctx, tx, p, row)
			if err != nil {
				return err
			}
			if row.State == bankfile.NACHSubmitted {
				continue
			}
			in := ItemAnswer{State: row.State, Code: row.Code.Code, Date: answer.SettlementDate}
			if err := takeItem(ctx, tx, actor, item, in, &result); err != nil {
				return err
			}
		}
		n.summary = fmt.Sprintf("Took up the bank's answer to %s: %d confirmed, %d returned, %d extended", p.Ref, result.Confirmed, result.Returned, result.Extended)
		result.Open, err = openItems(ctx, tx, p)
		return err
	})
	return result, err
}

// itemOfRow finds what a row of the answer is of. A row that says another amount or
// mandate than was presented is no answer to it.
func itemOfRow(ctx context.Context, tx *store.Tx, p store.Presentation, row bankfile.NACHAnswer) (store.PresentationItemRow, error) {
	item, err := tx.PresentationItemByAny(ctx, row.Reference)
	if err != nil || item.PresentationID != p.ID || item.Amount != row.Amount || item.UMRN != row.UMRN {
		return item, lending.RefuseField("file", "presentation.foreign", fmt.Sprintf("Line %d, %s, is not an item of %s as it was presented. Nothing of the file was used.", row.Line, row.Reference, p.Ref))
	}
	return item, nil
}

func openItems(ctx context.Context, tx *store.Tx, p store.Presentation) (int, error) {
	items, err := tx.ItemsOfPresentation(ctx, p.ID)
	n := 0
	for _, i := range items {
		if slices.Contains(unanswered, i.Status) {
			n++
		}
	}
	return n, err
}

// unanswered are the states of an item whose end the bank has still to tell.
var unanswered = []string{"submitted", "extended"}

// AnswerItem takes up what the bank says of one item.
func (o *Office) AnswerItem(ctx context.Context, actor Actor, ref string, in ItemAnswer) (store.PresentationItemRow, error) {
	var item store.PresentationItemRow
	if err := actor.need(MayImport); err != nil {
		return item, err
	}
	err := o.command(ctx, actor, note{action: "presentation.answer", subject: store.CleanRef(ref), input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		var err error
		if item, err = tx.PresentationItemByAny(ctx, ref); err != nil {
			return err
		}
		n.subject, n.account = item.Ref, item.AccountID
		var result PresentationResult
		if err := takeItem(ctx, tx, actor, item, in, &result); err != nil {
			return err
		}
		if item, err = tx.PresentationItemByAny(ctx, item.ID); err != nil {
			return err
		}
		n.summary = "The bank's answer to " + item.Ref + " of " + item.Amount.Rupees() + ": " + item.Status
		if item.Code != "" {
			n.summary += ", " + item.Code + " " + item.Reason
		}
		return nil
	})
	return item, err
}

// takeItem writes what became of one item. The same again is known; otherwise an
// answer that was given stands, and people have to look.
func takeItem(ctx context.Context, tx *store.Tx, actor Actor, item store.PresentationItemRow, in ItemAnswer, result *PresentationResult) error {
	if !slices.Contains([]string{bankfile.NACHConfirmed, bankfile.NACHReturned, bankfile.NACHExtended}, in.State) {
		return lending.RefuseField("status", "presentation.answer", "The bank confirms an item, returns it or takes longer: confirmed, returned, extended.")
	}
	if item.Status == in.State && (in.State == bankfile.NACHConfirmed || item.Code == in.Code) {
		result.Known++
		return nil
	}
	if !slices.Contains(unanswered, item.Status) {
		return lending.Refuse(lending.Conflict, "presentation.contradiction", "Item "+item.Ref+" is "+item.Status+", which this answer contradicts. Nothing of it was used.")
	}
	if tx.Today < item.Presented {
		return lending.Refuse(lending.Conflict, "presentation.early", "Item "+item.Ref+" is collected on "+item.Presented.Words()+" and today is "+tx.Today.Words()+": no bank can say yet what became of it.")
	}
	item.Status = in.State
	if in.State == bankfile.NACHConfirmed {
		if item.ValueDate = in.Date; in.Date.IsZero() {
			item.ValueDate = item.Presented
		}
		if item.ValueDate < item.Presented || item.ValueDate > tx.Today {
			return lending.RefuseField("date", "presentation.date", "The borrower was debited on "+item.Presented.Words()+" or after, up to today.")
		}
		item.Code, item.Reason = "", ""
		result.Confirmed++
		result.Expected += item.Amount
		return tx.UpdatePresentationItem(ctx, item.PresentationItem)
	}
	code := bankfile.DefaultReturnCodes().Find(in.Code)
	if in.Code == "" || in.State == bankfile.NACHExtended != (code.Class == bankfile.ClassPending) {
		return lending.RefuseField("code", "presentation.code", "Give the code with which the bank returned it; 98 asks for more days.")
	}
	if item.Code, item.Reason = code.Code, code.Text; in.State == bankfile.NACHExtended {
		result.Extended++
		return tx.UpdatePresentationItem(ctx, item.PresentationItem)
	}
	result.Returned++
	return bounce(ctx, tx, actor, item, code, result)
}

// bounce writes a return down: its charge, and the end of a mandate that the bank
// says is none. Days past due run from the due date all the same.
func bounce(ctx context.Context, tx *store.Tx, actor Actor, item store.PresentationItemRow, code bankfile.ReturnCode, result *PresentationResult) error {
	item.ReturnedOn, item.Retry, item.Technical = tx.Today, code.Retry, code.Class == bankfile.ClassTechnical
	if err := bounceCharge(ctx, tx, actor, &item, result); err != nil {
		return err
	}
	if err := tx.UpdatePresentationItem(ctx, item.PresentationItem); err != nil {
		return err
	}
	if !slices.Contains(deadMandate, code.Code) {
		return nil
	}
	m, err := tx.MandateByAny(ctx, item.MandateID)
	if err != nil || m.Status != "active" {
		return err
	}
	_, err = moveMandate(ctx, tx, m, "cancel", "The bank returned "+item.Ref+" with "+code.Code+", "+code.Text)
	return err
}

// deadMandate are the codes after which nothing can be collected under a mandate
// (domain 8.4): account closed or unknown, mandate expired, inactive or cancelled.
var deadMandate = []string{"01", "02", "14", "21", "61"}

// bounceCharge demands the charge of a return: once for each due, and never when the
// banks' own systems failed.
func bounceCharge(ctx context.Context, tx *store.Tx, actor Actor, item *store.PresentationItemRow, result *PresentationResult) error {
	rules, err := tx.MoneyRules(ctx)
	if err != nil || item.Technical {
		return err
	}
	past, err := tx.ItemsOfDue(ctx, item.AccountID, item.DemandKey)
	if err != nil {
		return err
	}
	var earlier []lending.Bounce
	for _, p := range past {
		if p.FeeID != "" {
			earlier = append(earlier, lending.Bounce{Presentation: p.ID, Due: p.DemandKey})
		}
	}
	policy := lending.BouncePolicy{Amount: rules.BounceCharge, MostPerDue: 1}
	if _, due := policy.Charge(lending.Bounce{Presentation: item.ID, Due: item.DemandKey, Returned: tx.Today}, earlier); !due {
		return nil
	}
	account, err := tx.AccountByID(ctx, item.AccountID)
	if err != nil || account.Status == "closed" {
		return err
	}
	fee, err := createFee(ctx, tx, actor, FeeInput{Account: item.AccountID, Name: "Bounce charge " + item.Ref, Amount: rules.BounceCharge, Head: "bounce_charge", Component: lending.Fee.String(),
		Reason: "The bank returned " + item.Ref + " of " + item.Amount.Rupees() + ": " + item.Code + " " + item.Reason})
	if err != nil {
		return err
	}
	item.FeeID = store.Opt(fee.ID)
	result.Charged += fee.Base + fee.Tax
	return nil
}

// netCreditDays is how long after the value date a net credit is looked for.
const netCreditDays = 7

// NetCreditCandidates are the credits on a sponsor account that may be the net
// credit of a value date.
func NetCreditCandidates(ctx context.Context, v *store.View, day store.SponsorDay) ([]store.Record, error) {
	if day.Expected <= day.Credited {
		return nil, nil
	}
	return v.NetCredits(ctx, day.BankID, day.Expected-day.Credited, day.Day, day.Day.AddDays(netCreditDays))
}

// NetCreditInput says that a credit is the sponsor bank's net credit of a value date.
type NetCreditInput struct {
	Record  string // ref of the credit
	Version int64
	Day     lending.Date // value date of the confirmed items
}

// SplitNetCredit makes the receipts of a sponsor bank's net credit: one for each item
// that was confirmed for the day and has no money yet. They sum to the credit to the
// paisa, or it is not that credit, and go to a second person as one.
func (o *Office) SplitNetCredit(ctx context.Context, actor Actor, in NetCreditInput) (store.Record, error) {
	var record store.Record
	if err := actor.need(MayPrepare); err != nil {
		return record, err
	}
	err := o.command(ctx, actor, note{action: "presentation.credit", subject: store.CleanRef(in.Record), input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		credit, err := recordByAny(ctx, &tx.View, in.Record)
		if err != nil {
			return err
		}
		items, err := tx.ItemsOfValueDate(ctx, string(credit.CollectionBankID), in.Day)
		if err != nil {
			return err
		}
		items = slices.DeleteFunc(items, func(i store.PresentationItemRow) bool { return i.RecordRef != "" })
		var lines []LumpLine
		var sum lending.Money
		for i, item := range items {
			lines = append(lines, LumpLine{No: i + 1, Account: item.AccountID, Amount: item.Amount, UTR: item.Ref})
			sum += item.Amount
		}
		if len(items) == 0 || sum != credit.Amount {
			return lending.Refuse(lending.Conflict, "presentation.sum", fmt.Sprintf("%d items of %s, %s, were confirmed for this account and have no money yet; %s is %s.",
				len(items), in.Day.Words(), sum.Rupees(), credit.Ref, credit.Amount.Rupees()))
		}
		record, err = splitByLines(ctx, tx, actor, credit.Ref, LumpInput{Version: in.Version, Lines: lines, Remark: "NACH net credit of " + in.Day.Words()})
		if err != nil {
			return err
		}
		for _, item := range items {
			item.RecordID = store.Opt(record.ID)
			if err := tx.UpdatePresentationItem(ctx, item.PresentationItem); err != nil {
				return err
			}
		}
		n.subject, n.summary = record.Ref, summaryOf("Split", record, fmt.Sprintf("as the net credit of %s: %d items", in.Day.Words(), len(items)))
		return nil
	})
	return record, err
}

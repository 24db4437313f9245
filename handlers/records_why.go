package handlers

import (
	"context"
	"fmt"

	"lekha/lending"
	"lekha/store"
	"lekha/views"
)

// why explains the state of a record in sentences: who brought it there, and
// what happens next.
func (x recordView) why(ctx context.Context, v *store.View) ([]string, error) {
	r := x.record
	var lines []string
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	switch r.Status {
	case "unmatched":
		best, err := suggestion(ctx, v, r)
		if err != nil {
			return nil, err
		}
		say("Nobody has said yet whose money this is.")
		if best != "" {
			say("%s", best)
		}
		if r.Reason != "" {
			say("%s", r.Reason)
		}
	case "parked":
		if r.DuplicateOf != "" {
			say("%s", r.Reason)
			say("Nobody has said yet whether it is money of its own. Until then it is on no loan and stands as unexplained in the tie-out.")
			break
		}
		say("It was laid aside: %s", r.Reason)
	case "set_aside":
		say("%s set it aside on %s: it is %s.", r.Maker, views.Day(r.SetAsideOn), setAsideWord(string(r.SetAsideKind)))
		if r.Reason != "" {
			say("%s", r.Reason)
		}
	case "split":
		say("%s split it over %s. The parts are decided together; the money is in them and no longer here.", r.Maker, views.Counted(len(x.parts), "account", "accounts"))
	case "initiated", "pending":
		lines = append(lines, x.whyNotYet()...)
	case "approved", "processed":
		lines = append(lines, x.whySettled()...)
	default:
		lines = append(lines, x.whyEnded()...)
	}
	if live(r) {
		lines = append(lines, x.whyProven()...)
	}
	if r.BackDateFound {
		say("Its value date lies before the day on which it was approved, so interest and charges since then were worked out again.")
	}
	return lines, nil
}

// live says that the record stands for money.
func live(r store.Record) bool {
	return r.Status != "rejected" && r.Status != "reverted" && r.Status != "cancelled"
}

// whyNotYet explains a record that changes no balance yet.
func (x recordView) whyNotYet() []string {
	r := x.record
	lines := []string{fmt.Sprintf("%s put it on account %s of %s. It changes no balance until it is approved.", r.Maker, r.AccountRef, r.BorrowerName)}
	if r.Maker == "" {
		lines[0] = fmt.Sprintf("It is meant for account %s of %s. It changes no balance until it is approved.", r.AccountRef, r.BorrowerName)
	}
	switch {
	case r.Status == "pending" && len(x.approvals) > 0:
		a := x.approvals[0]
		return append(lines, fmt.Sprintf("%s sent it for approval, %s: %s.", a.Requester, views.Moment(a.RequestedAt.Time, x.today), a.Ref))
	case r.Reason != "":
		return append(lines, "It was sent back: "+r.Reason, "Anybody of operations may take it up. Whoever changes it may not approve it.")
	}
	return append(lines, "It was not sent for approval yet.")
}

// whySettled explains a record whose money counts.
func (x recordView) whySettled() []string {
	r := x.record
	var lines []string
	say := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	switch settling := x.settling(); {
	case r.Source == "portfolio":
		say("It was received before the loan was taken over, and came with its portfolio.")
	case settling != nil:
		say("It was approved: %s.", settling.Ref)
	default:
		say("It settled at once, under the auto limit.")
	}
	if r.Reason != "" {
		say("%s", r.Reason)
	}
	if r.Status == "approved" {
		say("Its value date %s is still to come: it settles when that day opens.", views.Day(r.Date))
		return lines
	}
	say("It paid %s, %s first and by component in the order %s.", views.Counted(len(x.paid), "due", "dues"), orderWord(r.SettlementOrder), r.ComponentOrder)
	if r.RemainingAmount > 0 {
		say("%s is more than was due. It is held and pays the next due on its day.", views.Rupees(r.RemainingAmount))
	}
	return lines
}

// orderWord says how a receipt walks over the dues.
func orderWord(order string) string {
	switch lending.SettlementOrder(order) {
	case lending.ComponentFirst:
		return "the same component of all dues"
	case lending.LoanFirst:
		return "all dues of the oldest loan"
	case lending.SpecificLoans:
		return "the loans it names"
	}
	return "the oldest due"
}

// whyEnded explains a record that counts no longer.
func (x recordView) whyEnded() []string {
	r := x.record
	switch r.Status {
	case "rejected":
		line := "It was rejected: " + r.Reason
		if r.BankCreditID == "" {
			return []string{line}
		}
		return []string{line, "The bank has the money, so it is back on the desk as another record, with this history."}
	case "reverted":
		how := map[string]string{"bank": "The bank took the money back.", "account": "It had gone to the wrong account and is back on the desk.",
			"move": "It was moved to another account."}[string(r.RevertKind)]
		return []string{"It was reversed on " + views.Day(r.RevertDate) + ". " + how, "What it had paid is worked out anew as if it had never come."}
	}
	if r.Reason != "" {
		return []string{"It was cancelled: " + r.Reason}
	}
	return []string{"It was cancelled before anybody decided it."}
}

// whyProven says whether the bank's statement shows the money.
func (x recordView) whyProven() []string {
	r := x.record
	switch {
	case r.BankCreditID != "" && r.Source == "hand":
		return []string{"The bank's statement confirms it."}
	case r.Source == "hand" && r.Type == "repayment":
		line := "No bank statement shows this money yet."
		if x.today.Sub(r.Date) > x.confirm {
			line += fmt.Sprintf(" It should by now: it was received %s ago.", views.Counted(x.today.Sub(r.Date), "day", "days"))
		}
		return []string{line}
	}
	return nil
}

// recordFacts are the facts in the order in which people ask for them.
func recordFacts(r store.Record) []views.RecordFact {
	var facts []views.RecordFact
	add := func(label, text, path string, mono bool) {
		if text != "" {
			facts = append(facts, views.RecordFact{Label: label, Text: text, Path: path, Mono: mono})
		}
	}
	add("Account", r.AccountRef, "/accounts/"+r.AccountRef, false)
	add("Borrower", r.BorrowerName, "", false)
	if r.Type == "tds" {
		add("Type", "Tax withheld", "", false)
	}
	add("How", modeWord(string(r.PaymentMode), r.Type), "", false)
	add("Bank reference", string(r.UTR), "", true)
	if r.ChequeNo != "" {
		add("Cheque", r.ChequeNo+" of "+views.Day(r.ChequeDate), "", false)
		add("Drawn on", r.ChequeBank, "", false)
	}
	add("Collection account", r.BankCode, "", false)
	add("Receipt", string(r.ReceiptNo), "", false)
	add("Source", map[string]string{"statement": "Bank statement", "hand": "Entered by hand", "api": "A program", "portfolio": "Taken over"}[r.Source], "", false)
	add("Entered by", string(r.UploadedBy), "", false)
	add("Matched by", string(r.Maker), "", false)
	if r.AccountRef != "" {
		add("Order of dues", orderWord(r.SettlementOrder)+" first", "", false)
		add("Order of components", r.ComponentOrder, "", true)
	}
	if !r.SettledOn.IsZero() {
		add("Settled on", views.Day(r.SettledOn), "", false)
	}
	if r.IsProcessed {
		add("Marked", "as processed", "", false)
	}
	add("Settlement reference", string(r.SettlementUTR), "", true)
	add("Remark", r.Remark, "", false)
	return facts
}

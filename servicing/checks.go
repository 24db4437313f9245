package servicing

import (
	"context"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/store"
)

// Verdict is how a check came out.
type Verdict string

// The verdicts. What is to be judged is neither right nor wrong by itself.
const (
	Passed Verdict = "passed"
	Failed Verdict = "failed"
	Judge  Verdict = "to_judge"
)

// Check is one of the questions a checker would ask, answered: its sentence is
// the one of its verdict.
type Check struct {
	Verdict Verdict
	Text    string
	More    string
}

// OK says that there is nothing to look at.
func (c Check) OK() bool { return c.Verdict == Passed }

// either is the check of something that is true, or else has another verdict with
// another sentence.
func either(ok bool, passed string, otherwise Verdict, sentence, more string) Check {
	if ok {
		return Check{Passed, passed, more}
	}
	return Check{otherwise, sentence, more}
}

// ChecksOf answers the questions a checker would ask of a request.
func ChecksOf(ctx context.Context, v *store.View, actor Actor, a store.Approval, effects []Effect) ([]Check, error) {
	editors, err := v.ApprovalEditors(ctx, a.ID)
	if err != nil {
		return nil, err
	}
	what := "record"
	if a.RecordID == "" {
		what = "request"
	}
	mine := a.RequestedBy == actor.Person || slices.Contains(editors, actor.Person)
	checks := []Check{either(!mine, "You did not make this "+what, Failed, "You made or edited this "+what, "maker "+a.Requester+", checker "+actor.Name)}
	if a.RecordID != "" {
		r, err := v.RecordByID(ctx, string(a.RecordID))
		if err != nil {
			return nil, err
		}
		if isHeld(r) {
			more, err := refundChecks(ctx, v, r)
			return append(checks, more...), err
		}
		more, err := receiptChecks(ctx, v, r)
		if err != nil {
			return nil, err
		}
		twins, err := twinChecks(ctx, v, r)
		if err != nil {
			return nil, err
		}
		checks = append(append(checks, more...), twins...)
	}
	return append(checks, effectChecks(a, effects)...), nil
}

// receiptChecks are the questions about money that came in.
func receiptChecks(ctx context.Context, v *store.View, r store.Record) ([]Check, error) {
	var checks []Check
	reference := r.Reference
	switch {
	case r.BankCreditID != "":
		credit, err := v.BankCreditByID(ctx, string(r.BankCreditID))
		if err != nil {
			return nil, err
		}
		checks = append(checks, Check{Passed, "The bank's statement shows this money", fmt.Sprintf("line %d, %s on %s", credit.Line, credit.Amount.Rupees(), credit.ValueDate.Words())})
		reference = credit.Reference
	case r.Type == "repayment":
		checks = append(checks, Check{Judge, "No statement shows this money yet", "entered by " + string(r.Maker)})
	}
	if reference == "" {
		reference = normalReference(string(r.UTR))
	}
	if reference == "" {
		byNature := r.PaymentMode == "cash" || r.Type == "tds"
		return append(checks, either(byNature, "Money of this kind has no bank reference", Judge, "There is no bank reference to compare", "")), nil
	}
	others, err := v.RecordsSharingReference(ctx, r.ID, string(r.CollectionBankID), reference)
	if err != nil {
		return nil, err
	}
	if len(others) == 0 {
		return append(checks, Check{Passed, "The bank reference is on no other record", string(r.UTR)}), nil
	}
	for _, other := range others {
		verdict, text := Judge, "The bank reference is on "+other.Ref+" too, with another amount"
		if other.Amount == r.Amount {
			verdict, text = Failed, "The bank reference is on "+other.Ref+" too, with the same amount"
		}
		checks = append(checks, Check{verdict, text, string(r.UTR) + ": " + other.Amount.Rupees() + " there, " + r.Amount.Rupees() + " here; " + other.Ref + " is " + stateWords[other.Status]})
	}
	return checks, nil
}

// twinChecks ask whether the money counts twice, and whether the tax withheld can be
// right.
func twinChecks(ctx context.Context, v *store.View, r store.Record) ([]Check, error) {
	var checks []Check
	twins, err := TwinsOf(ctx, v, r)
	for _, twin := range twins {
		checks = append(checks, Check{Judge, "May be the same money as " + twin.Record.Ref + ", which is " + stateWords[twin.Record.Status], twin.Why})
	}
	if err != nil {
		return nil, err
	}
	apart, err := apartChecks(ctx, v, r)
	checks = append(checks, apart...)
	if r.Type == "repayment" && r.TDSAmount > r.ReceivedAmount {
		checks = append(checks, Check{Judge, "More tax was withheld than money came", r.TDSAmount.Rupees() + " withheld, " + r.ReceivedAmount.Rupees() + " received"})
	}
	return checks, err
}

// comesIn is what a decision brings to an account.
func comesIn(e Effect) lending.Money {
	sum := e.Left
	for _, p := range e.Postings {
		sum += p.Posted
	}
	return sum
}

// effectChecks are what stands out in what a decision does to accounts; what does
// not, is not mentioned.
func effectChecks(a store.Approval, effects []Effect) []Check {
	var checks []Check
	for _, e := range effects {
		if owed := e.Before.Summary.TotalOutstanding; a.Kind != "reversal" && comesIn(e) > owed {
			checks = append(checks, Check{Judge, "More than the whole outstanding of " + e.Account.Ref, comesIn(e).Rupees() + " comes in, " + owed.Rupees() + " is owed in all"})
		} else if e.Left > 0 && a.Kind != "reversal" {
			checks = append(checks, Check{Judge, "More than is due on " + e.Account.Ref, e.Left.Rupees() + " is held as excess"})
		}
		if e.TDSOverCap > 0 {
			checks = append(checks, Check{Judge, "Tax withheld is more than 10% of the interest", e.TDSOverCap.Rupees() + " over"})
		}
		if e.Waits {
			checks = append(checks, Check{Judge, "The value date is still to come", "it settles on its day"})
		}
	}
	return checks
}

// refundChecks are the questions about money that goes out.
func refundChecks(ctx context.Context, v *store.View, r store.Record) ([]Check, error) {
	held := heldOf(r)
	if r.AccountID == "" {
		return []Check{{Passed, "The credit is set aside as a refund", "it was matched to no account"}}, nil
	}
	source := string(r.AccountID)
	if held.Account != "" {
		source = held.Account
	}
	account, err := v.AccountByID(ctx, source)
	if err != nil {
		return nil, err
	}
	now, err := RefundableOf(ctx, v, account, held.From, held.Receipt, r.ID)
	checks := []Check{either(now.Held >= r.Amount || r.FactKey != "", "The account holds it", Failed, "The account does not hold as much",
		now.Held.Rupees()+" of "+heldWords[held.From]+" on "+account.Ref)}
	if r.Type == "refund" {
		checks = append(checks,
			either(now.DueNow == 0, "Nothing is due and unpaid", Judge, "The borrower has dues unpaid", now.DueNow.Rupees()+" on all accounts of the borrower"),
			either(now.Clearing == 0, "The bank cannot take it back any more", Judge, "The bank can still take some of it back", now.Clearing.Rupees()+" came by NACH or cheque lately"))
	}
	return checks, err
}

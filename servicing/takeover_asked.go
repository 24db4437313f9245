package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// TakenOver is what became of a loan that was to be taken over: an account, or,
// in books that are at work, the request that a second person decides.
type TakenOver struct {
	Account store.Account
	Asked   *store.Approval
}

// takeOverAsked is what of a take-over is frozen until it is decided: the files or
// the form as they came, and the day by which they were checked.
type takeOverAsked struct {
	AsOf  lending.Date      `json:"as_of"`
	Files map[string]string `json:"files,omitempty"`
	Form  LoanForm          `json:"form,omitempty"`
}

// maxAskedBytes is what a request keeps: some thousand loans with their receipts.
// A whole book is taken over before the first day is closed.
const maxAskedBytes = 4 << 20

// atWork says whether a day of these books was closed: from then on money that was
// received before is taken over only by two people (decision 0003).
func atWork(ctx context.Context, v *store.View) (bool, error) {
	_, err := v.FirstDayRun(ctx)
	if isMissing(err) {
		return false, nil
	}
	return err == nil, err
}

// AtWork says whether a take-over waits for a second person now.
func AtWork(ctx context.Context, v *store.View) (bool, error) { return atWork(ctx, v) }

// askTakeOver asks a second person for what was checked.
func askTakeOver(ctx context.Context, tx *store.Tx, actor Actor, asked takeOverAsked, label string, planned *portfolio) (store.Approval, error) {
	do, err := json.Marshal(asked)
	if err != nil {
		return store.Approval{}, fmt.Errorf("writing what is taken over: %w", err)
	}
	if len(do) > maxAskedBytes {
		return store.Approval{}, lending.Refuse(lending.Invalid, "take_over.too_large",
			fmt.Sprintf("A take-over that a second person decides has at most %d MB. Take the loans over in parts.", maxAskedBytes>>20))
	}
	body := changeBody{Label: label, Do: do}
	var lent lending.Money
	for _, total := range planned.check().Totals {
		will := total.Value()
		if total.Money {
			will = total.Amount.Rupees()
		}
		if total.Count != 0 || total.Amount != 0 {
			body.Terms = append(body.Terms, ChangedTerm{Name: total.Name, Will: will})
		}
		if total.Name == "principal lent" {
			lent = total.Amount
		}
	}
	return askChange(ctx, tx, actor, changeRequest{kind: "take_over", subject: "take_over/" + store.HashOf(string(do)), amount: lent,
		reason: "Take over " + label + ", with what was received before.", body: body})
}

// carryOutTakeOver writes a take-over that was approved, as it was checked on the
// day it was asked for. What the books do not take any more refuses it.
func carryOutTakeOver(ctx context.Context, tx *store.Tx, a store.Approval, body changeBody, n *note) error {
	var asked takeOverAsked
	if err := json.Unmarshal(body.Do, &asked); err != nil {
		return fmt.Errorf("reading approval %s: %w", a.Ref, err)
	}
	maker := Actor{Person: a.RequestedBy, Name: a.Requester}
	if asked.Form != nil {
		account, _, err := openLoan(ctx, tx, maker, asked.Form, asked.AsOf)
		n.account = account.ID
		return staleTakeOver(err)
	}
	files := PortfolioFiles{}
	for name, text := range asked.Files {
		files[name] = []byte(text)
	}
	p, err := planPortfolio(ctx, &tx.View, files, asked.AsOf, nil)
	if err != nil {
		return err
	}
	if check := p.check(); check.Faults > 0 {
		e := check.Errors[0]
		return lending.Refuse(lending.Conflict, "approval.stale", fmt.Sprintf("The books changed after this was sent: %s line %d, %s: %s", e.File, e.Line, e.Field, e.Message))
	}
	return staleTakeOver(p.write(ctx, tx, maker, nil))
}

// staleTakeOver says of a form that is wrong by now that the books changed.
func staleTakeOver(err error) error {
	refused, ok := errors.AsType[*lending.Error](err)
	if !ok || refused.Kind != lending.Invalid {
		return err
	}
	words := []string{"The books changed after this was sent.", refused.Message}
	for _, field := range slices.Sorted(maps.Keys(refused.Fields)) {
		words = append(words, refused.Fields[field])
	}
	return lending.Refuse(lending.Conflict, "approval.stale", strings.Join(words, " "))
}

// errTried ends a trial of something that is not to be kept.
var errTried = errors.New("only tried")

// askLoan asks for one loan, checked by writing it and taking that back.
func askLoan(ctx context.Context, tx *store.Tx, actor Actor, form LoanForm, today lending.Date) (store.Approval, error) {
	var planned *portfolio
	var account store.Account
	err := tx.Try(ctx, func(ctx context.Context, tx *store.Tx) error {
		var err error
		if account, planned, err = openLoan(ctx, tx, actor, form, today); err != nil {
			return err
		}
		return errTried
	})
	if !errors.Is(err, errTried) {
		return store.Approval{}, err
	}
	label := "the loan of " + account.BorrowerName
	if form["account_ref"] != "" {
		label = "account " + account.Ref + " of " + account.BorrowerName
	}
	return askTakeOver(ctx, tx, actor, takeOverAsked{AsOf: today, Form: form}, label, planned)
}

// askPortfolio asks for the loans of files that were checked.
func askPortfolio(ctx context.Context, tx *store.Tx, actor Actor, files PortfolioFiles, planned *portfolio) (store.Approval, error) {
	asked := takeOverAsked{AsOf: planned.today, Files: map[string]string{}}
	for name, data := range files {
		asked.Files[name] = string(data)
	}
	label := fmt.Sprintf("%d loans", len(planned.loans))
	if len(planned.loans) == 1 {
		label = "account " + planned.loans[0].loan.account.Ref
	}
	return askTakeOver(ctx, tx, actor, asked, label, planned)
}

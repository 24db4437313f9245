package servicing

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"lekha/store"
)

const (
	// returnDays is how long after a credit the bank takes it back at most: a
	// cheque or a mandate within days, a disputed one somewhat later.
	returnDays = 15
	// longToken is from how many characters on a word that two narrations share
	// names one payment: a mandate, a transfer.
	longToken = 8
)

// returnWords are how banks mark a debit that takes a credit back.
var returnWords = []string{"RETURN", "RETURNED", "RETN", "RTN", "RTND", "RET", "RETD", "BOUNCE", "BOUNCED", "UNPAID", "DISHONOUR", "DISHONOURED",
	"DISHONORED", "INSUFFICIENT", "REVERSAL", "REV", "RVSL", "REJECT", "REJECTED"}

// takenBackBy finds the one credit that a debit takes back although its bank
// reference is another: by the number of the cheque, by the reference inside the
// narration, by a mandate both name; always of the same amount and within days. Of
// several that fit none is taken: many says how many there are.
func takenBackBy(ctx context.Context, v *store.View, debit store.BankCredit, passed []store.BankCredit) (first store.BankCredit, many int, err error) {
	credits, err := v.CreditsBefore(ctx, debit, returnDays)
	if err != nil {
		return first, 0, err
	}
	for _, c := range passed {
		if debit.ValueDate.Sub(c.ValueDate) >= 0 && debit.ValueDate.Sub(c.ValueDate) <= returnDays {
			credits = append(credits, c)
		}
	}
	words := tokens(debit.Narration + " " + debit.RawReference)
	marked := slices.ContainsFunc(words, func(w string) bool { return slices.Contains(returnWords, w) })
	for _, c := range credits {
		fits, err := takesBack(ctx, v, words, marked, c)
		if err != nil {
			return first, 0, err
		}
		if fits {
			first, many = c, many+1
		}
	}
	return first, many, nil
}

// takesBack says whether the words of a debit name a credit. A reference between
// banks is enough by itself; a cheque's number needs a word that says return.
func takesBack(ctx context.Context, v *store.View, words []string, marked bool, c store.BankCredit) (bool, error) {
	if len(c.Reference) >= longToken && slices.Contains(words, c.Reference) {
		return true, nil
	}
	if !marked {
		return false, nil
	}
	theirs := tokens(c.Narration + " " + c.RawReference)
	records, err := v.RecordsOfCredit(ctx, c.ID)
	if err != nil {
		return false, err
	}
	for _, r := range records {
		if r.ChequeNo != "" {
			theirs = append(theirs, strings.TrimLeft(r.ChequeNo, "0"))
		}
	}
	return slices.ContainsFunc(words, func(w string) bool { return tellsPayment(w) && slices.Contains(theirs, w) }), nil
}

// tellsPayment says that a word both lines carry names one payment: the number of a
// cheque, or something long with digits. Dates and years are shorter.
func tellsPayment(word string) bool {
	digits := 0
	for _, r := range word {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	return digits == len(word) && digits >= 3 && digits <= 6 || len(word) >= longToken && digits >= 4
}

// tokens are the words of a narration, in capitals and without leading zeros.
func tokens(text string) []string {
	words := strings.FieldsFunc(strings.ToUpper(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	for i, w := range words {
		words[i] = strings.TrimLeft(w, "0")
	}
	return words
}

// bouncedReceipt finds the cheque by hand that a debit takes back, when no line of
// a statement showed its credit by itself: cheques are paid in on one slip.
func bouncedReceipt(ctx context.Context, v *store.View, debit store.BankCredit, taken map[string]bool) (store.Record, bool, error) {
	words := tokens(debit.Narration + " " + debit.RawReference)
	if !slices.ContainsFunc(words, func(w string) bool { return slices.Contains(returnWords, w) }) {
		return store.Record{}, false, nil
	}
	cheques, err := v.UnconfirmedCheques(ctx, debit.BankID, debit.Amount)
	if err != nil {
		return store.Record{}, false, err
	}
	for _, r := range cheques {
		number := strings.TrimLeft(r.ChequeNo, "0")
		if number != "" && !taken[r.ID] && slices.Contains(words, number) {
			return r, true, nil
		}
	}
	return store.Record{}, false, nil
}

// planReturn looks what a debit without a known reference takes back.
func planReturn(ctx context.Context, v *store.View, p *PlannedLine, file *planFile) error {
	if p.Fate != "outgoing" {
		return nil
	}
	first, many, err := takenBackBy(ctx, v, p.Credit, file.passed[p.Credit.Amount])
	if err != nil {
		return err
	}
	switch many {
	case 0:
	case 1:
		p.Fate, p.First, p.Credit.Returns = "returns", first.ID, store.Opt(first.ID)
		p.Reason = "The bank took back the credit of " + first.ValueDate.Words() + ". Ask for its reversal."
		file.takeBack(first)
		return nil
	default:
		p.Reason = fmt.Sprintf("It may take back one of %d credits of the same amount. Look which, and ask for its reversal.", many)
		return nil
	}
	r, found, err := bouncedReceipt(ctx, v, p.Credit, file.taken)
	if found {
		file.taken[r.ID] = true
		p.Fate, p.Record, p.Reason = "returns", r.Ref, "The bank returned the cheque of receipt "+r.Ref+"."
	}
	return err
}

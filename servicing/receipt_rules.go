package servicing

import (
	"context"
	"fmt"
	"strings"
	"unicode"

	"lekha/lending"
	"lekha/store"
)

// checkCheque says what is wrong with a cheque: it is dated in advance, or so long
// ago that no bank pays it.
func checkCheque(tx *store.Tx, in NewRecord) (sentence string, err error) {
	if in.ChequeDate > tx.Today {
		return "This cheque is dated in advance, " + in.ChequeDate.Words() + ". Enter it when that day has come.", nil
	}
	months, err := lending.DayParameter("cheque_validity_months", in.Date)
	if err != nil {
		return "", err
	}
	if last := in.ChequeDate.AddMonths(months); last < in.Date {
		return fmt.Sprintf("A cheque is good for %d months: this one of %s was until %s. Ask for a new one.", months, in.ChequeDate.Words(), last.Words()), nil
	}
	return "", nil
}

// checkChequeTwice refuses a cheque that stands on a live record already, and names
// that record with both amounts. One that bounced or was cancelled may come again.
func checkChequeTwice(ctx context.Context, tx *store.Tx, r store.Record) error {
	number := strings.TrimLeft(r.ChequeNo, "0")
	if r.PaymentMode != "cheque" || number == "" {
		return nil
	}
	others, err := tx.LiveCheques(ctx, number)
	if err != nil {
		return err
	}
	for _, first := range others {
		if first.ID == r.ID || drawnOn(first.ChequeBank) != drawnOn(r.ChequeBank) {
			continue
		}
		return &lending.Error{Kind: lending.Conflict, Code: "record.duplicate_cheque",
			Message: fmt.Sprintf("Cheque %s of %s is already on %s of %s (this one: %s). If it is another cheque with this number, name the branch of the bank too.",
				r.ChequeNo, r.ChequeBank, first.Ref, first.Amount.Rupees(), r.Amount.Rupees()),
			Fields: map[string]string{"cheque_no": "Already on " + first.Ref + "."}}
	}
	return nil
}

// drawnOn is the name of a bank without what people write or leave out.
func drawnOn(bank string) string {
	var words []string
	for word := range strings.FieldsFuncSeq(strings.ToUpper(bank), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		switch word {
		case "BANK", "LTD", "LIMITED", "THE", "OF":
		default:
			words = append(words, word)
		}
	}
	return strings.Join(words, " ")
}

// plainText says whether a text holds nothing but characters that are printed.
func plainText(texts ...string) bool {
	for _, text := range texts {
		if strings.ContainsFunc(text, func(r rune) bool {
			return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' || r == unicode.ReplacementChar
		}) {
			return false
		}
	}
	return true
}

// oldDays is from when on a date that a person typed is more likely a slip of the
// year than money that nobody entered all that time.
const oldDays = 366

// checkAge asks whether a date of long ago is meant. One that stood on the receipt
// before is not asked about again, and programs know what they send.
func checkAge(tx *store.Tx, in NewRecord, before store.Record) error {
	if in.Source != "hand" || in.OldDate {
		return nil
	}
	fields := map[string]string{}
	for field, d := range map[string][2]lending.Date{"date": {in.Date, before.Date}, "bank_date": {in.BankDate, before.BankDate}} {
		if days := tx.Today.Sub(d[0]); days > oldDays && d[0] != d[1] {
			fields[field] = d[0].Words() + " is " + counted(days, "day", "days") + " ago. If that is meant, say so below."
		}
	}
	if len(fields) == 0 {
		return nil
	}
	return &lending.Error{Kind: lending.Invalid, Code: "record.old_date", Message: "A date lies more than a year back.", Fields: fields}
}

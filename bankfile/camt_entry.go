package bankfile

import (
	"encoding/xml"
	"strings"
	"time"

	"lekha/lending"
)

// isoDay reads 2026-04-01, with a time zone or a time behind it as XML allows. A
// moment is the day on which it falls in India.
func isoDay(text string) (lending.Date, error) {
	if len(text) < 10 || len(text) > 40 {
		return 0, errNotDate
	}
	if strings.Contains(text, "T") {
		if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
			return dateOf(t.In(lending.India))
		}
	}
	t, err := time.Parse(time.DateOnly, text[:10])
	if err != nil {
		return 0, errNotDate
	}
	return dateOf(t)
}

// entry reads one Ntry.
func (r *camt) entry(t xml.StartElement) error {
	var e camtEntry
	if err := r.decode(&e, &t); err != nil {
		return err
	}
	switch status := e.Status.value(); status {
	case "BOOK", "": // .001.02 knows only what is booked at some banks
	case "PDNG", "INFO", "FUTR":
		r.pending++
		return nil
	default:
		return r.errAt("%q is no status of an entry", clip(status, 20))
	}
	whole, err := r.line(e)
	if err != nil {
		return err
	}
	if whole.Credit == 0 && whole.Debit == 0 {
		r.m.warnings = append(r.m.warnings, "An entry that moves nothing was passed over.")
		return nil
	}
	lines := r.split(e, whole)
	if len(lines) == 0 {
		lines = []Line{e.describe(whole)}
	}
	for _, l := range lines {
		r.count++
		l.No = r.count
		r.m.lines = append(r.m.lines, l)
	}
	if r.count > maxRows {
		return tooLarge(r.name, "it has more than %d entries.", maxRows)
	}
	return nil
}

// line reads what an entry says as a whole.
func (r *camt) line(e camtEntry) (Line, error) {
	var l Line
	amount, err := r.amount(e.Amount, maxAmount, "amount")
	if err != nil {
		return l, err
	}
	debit, err := r.side(e.Side)
	if err != nil {
		return l, err
	}
	if l.PostDate, err = r.day(e.Booked); err != nil {
		return l, err
	}
	if l.ValueDate, err = r.day(e.Value); err != nil {
		return l, err
	}
	switch {
	case l.PostDate.IsZero() && l.ValueDate.IsZero():
		return l, r.errAt("an entry has neither booking nor value date")
	case l.PostDate.IsZero():
		l.PostDate = l.ValueDate
	case l.ValueDate.IsZero():
		l.ValueDate = l.PostDate
	}
	switch strings.TrimSpace(e.Reversal) {
	case "true", "1":
		l.Reversal = true // the side is that of the reversal itself
	}
	l.Credit = amount
	if debit {
		l.Credit, l.Debit = 0, amount
	}
	return l, nil
}

// describe tells an entry that stays whole.
func (e camtEntry) describe(l Line) Line {
	if len(e.Details) == 1 {
		return e.Details[0].describe(l, e)
	}
	l.Narration = addText("", e.Text)
	for _, d := range e.Details {
		if len(l.Narration) < maxRawRunes {
			l.Narration = addText(l.Narration, d.Remitted...)
		}
	}
	l.RawReference = l.pickReference([]string{e.BankRef}, nil)
	if l.Narration == "" {
		l.Narration = "BATCH " + l.RawReference
	}
	return l
}

// describe tells an entry of one transfer, or one transfer of a batch.
func (d camtDetail) describe(l Line, e camtEntry) Line {
	party, no, bank := d.Payer, d.PayerNo, d.PayerBank
	if l.Debit > 0 {
		party, no, bank = d.Payee, d.PayeeNo, d.PayeeBank
	}
	l.Narration = addText("", strings.Join(d.Remitted, " "))
	l.Narration = addText(l.Narration, d.Invoice...)
	l.Narration = addText(l.Narration, d.Text, party.name(), no, bank.code(), d.Mandate)
	own := []string{d.BankRef, d.ClearRef, d.TxID, d.Cheque}
	if len(e.Details) == 1 {
		own = append(own, e.BankRef)
		l.Narration = addText(l.Narration, e.Text)
	}
	l.RawReference = l.pickReference(own, []string{d.EndToEnd, d.Instr})
	for _, s := range []string{d.EndToEnd, d.Instr} {
		if strings.TrimSpace(s) != l.RawReference {
			l.Narration = addText(l.Narration, s)
		}
	}
	if l.Narration == "" {
		l.Narration = addText("", e.Text, l.RawReference, "NO NARRATION")
	}
	return l
}

// split makes a line of each transfer of a batch when their amounts come to the
// entry; otherwise it returns none and the entry stays whole. A reference that
// stands on several transfers names the batch and none of them.
func (r *camt) split(e camtEntry, whole Line) []Line {
	if len(e.Details) < 2 {
		return nil
	}
	shared := map[string]int{}
	var lines []Line
	var sum lending.Money
	for _, d := range e.Details {
		l, ok := d.part(whole, e.Side)
		if !ok {
			r.keptWhole(e, whole, "an amount of its transfers is missing or not in rupees")
			return nil
		}
		l = d.describe(l, e)
		sum += l.effect()
		shared[l.RawReference]++
		lines = append(lines, l)
	}
	if sum != whole.effect() {
		r.keptWhole(e, whole, "its transfers come to ₹"+sum.String())
		return nil
	}
	for i := range lines {
		if shared[lines[i].RawReference] > 1 {
			lines[i].RawReference = ""
		}
	}
	return lines
}

func (r *camt) keptWhole(e camtEntry, whole Line, why string) {
	r.m.warnings = append(r.m.warnings, "The batch "+clip(squeeze(e.BankRef), 40)+" of ₹"+max(whole.Credit, whole.Debit).String()+
		" on "+whole.PostDate.String()+" was left in one line: "+why+".")
}

// part is the amount of one transfer of a batch, on its own side where the bank
// states one: a batch may hold a charge beside the payments.
func (d camtDetail) part(whole Line, side string) (Line, bool) {
	l := Line{PostDate: whole.PostDate, ValueDate: whole.ValueDate, Reversal: whole.Reversal}
	given := d.Amount
	if strings.TrimSpace(given.Text) == "" {
		given = d.OldAmount
	}
	if c := strings.TrimSpace(given.Currency); c != "" && c != "INR" || strings.Contains(given.Text, ",") {
		return l, false
	}
	amount, err := plainAmount(strings.TrimSpace(given.Text), maxAmount)
	if err != nil || amount == 0 {
		return l, false
	}
	if s := strings.TrimSpace(d.Side); s != "" {
		side = s
	}
	switch strings.TrimSpace(side) {
	case "CRDT":
		l.Credit = amount
	case "DBIT":
		l.Debit = amount
	default:
		return l, false
	}
	return l, true
}

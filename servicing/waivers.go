package servicing

import (
	"context"
	"fmt"

	"lekha/lending"
	"lekha/store"
)

// WaiverItem is one due that is given up, or a part of it.
type WaiverItem struct {
	Demand    string // id or key
	Component string // P, NI, OI, PI or F
	Amount    lending.Money
}

// WaiverInput asks that dues of an account are given up.
type WaiverInput struct {
	Account string // ref or id
	Items   []WaiverItem
	Reason  string
}

// maxWaived bounds what one request names.
const maxWaived = 100

// RequestWaiver asks to give up dues that are named (domain 3.9.4). Who decides
// goes by the amount; what was waived stays visible beside what was demanded.
func (o *Office) RequestWaiver(ctx context.Context, actor Actor, in WaiverInput) (store.Approval, error) {
	var approval store.Approval
	if err := actor.need(MayPrepare); err != nil {
		return approval, err
	}
	err := o.command(ctx, actor, note{action: "waiver.request", subject: store.CleanRef(in.Account), input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		account, err := accountOf(ctx, tx, in.Account, "")
		if err != nil {
			return err
		}
		facts, terms, sum, err := waiverFacts(ctx, &tx.View, account, in, tx.Today)
		if err != nil {
			return err
		}
		body := changeBody{Label: account.Ref, Terms: terms}
		for _, f := range facts {
			body.Facts = append(body.Facts, planned(f))
		}
		approval, err = askChange(ctx, tx, actor, changeRequest{kind: "waiver", subject: store.NewID(), account: account, amount: sum, reason: in.Reason, body: body})
		n.account = account.ID
		n.summary = "Asked to waive " + sum.Rupees() + " on " + account.Ref + " because " + in.Reason
		return err
	})
	return approval, err
}

// PreviewWaiver shows what a waiver would change: nothing is written.
func PreviewWaiver(ctx context.Context, v *store.View, in WaiverInput) (Effect, error) {
	account, err := accountByAny(ctx, v, in.Account)
	if err != nil {
		return Effect{}, err
	}
	company, err := v.Company(ctx)
	if err != nil {
		return Effect{}, err
	}
	facts, _, _, err := waiverFacts(ctx, v, account, in, company.BusinessDate)
	if err != nil {
		return Effect{}, err
	}
	return effectOf(ctx, v, account, facts...)
}

// waiverFacts checks what is given up against what is owed, and makes it facts.
func waiverFacts(ctx context.Context, v *store.View, account store.Account, in WaiverInput, today lending.Date) (facts []lending.Fact, terms []ChangedTerm, sum lending.Money, err error) {
	if len(in.Items) == 0 || len(in.Items) > maxWaived {
		return nil, nil, 0, lending.RefuseField("items", "waiver.items", fmt.Sprintf("Name between 1 and %d dues.", maxWaived))
	}
	book, err := bookOf(ctx, v, account.ID, lending.At{Date: today})
	if err != nil {
		return nil, nil, 0, err
	}
	keys, err := demandKeys(ctx, v, account.ID)
	if err != nil {
		return nil, nil, 0, err
	}
	id := store.NewID()
	taken := map[string]lending.Money{}
	for i, item := range in.Items {
		component, err := lending.ParseComponent(item.Component)
		if err != nil {
			return nil, nil, 0, lending.RefuseField("component", "waiver.component", "What is waived is P, NI, OI, PI or F.")
		}
		d, ok := dueOf(book, keys, item.Demand)
		if !ok {
			return nil, nil, 0, lending.RefuseField("demand", "waiver.demand", "There is no due "+item.Demand+" on "+account.Ref+".")
		}
		place := d.Key + "/" + item.Component
		left := d.Left(component) - taken[place]
		if taken[place] += item.Amount; item.Amount <= 0 || item.Amount > left {
			return nil, nil, 0, lending.RefuseField("amount", "waiver.amount", fmt.Sprintf("Of %s, %s is unpaid.", DemandLabel(d), left.Rupees()))
		}
		sum += item.Amount
		facts = append(facts, lending.Fact{Key: fmt.Sprintf("waiver/%s/%d", id, i+1), Kind: lending.FactWaiver, ValueDate: today, Amount: item.Amount,
			Waiver: &lending.Waiver{Demand: d.Key, Component: component}})
		terms = append(terms, ChangedTerm{DemandLabel(d) + ", " + component.String() + ", due " + d.DueDate.Words(), left.Rupees() + " unpaid",
			item.Amount.Rupees() + " waived, " + (left - item.Amount).Rupees() + " left"})
	}
	return facts, terms, sum, nil
}

// demandKeys leads from the ids that programs know to the keys of the Book.
func demandKeys(ctx context.Context, v *store.View, account string) (map[string]string, error) {
	rows, err := v.DemandsOfAccount(ctx, account)
	keys := make(map[string]string, len(rows))
	for _, d := range rows {
		keys[d.ID] = d.Key
	}
	return keys, err
}

func dueOf(book *lending.Book, keys map[string]string, named string) (lending.Demand, bool) {
	for i := range book.Demands {
		if d := book.Demands[i]; named != "" && (d.Key == named || d.Key == keys[named]) {
			return d, true
		}
	}
	return lending.Demand{}, false
}

// creditWaived writes credit notes for what a waiver gives up of invoiced fees.
func creditWaived(ctx context.Context, tx *store.Tx, a store.Approval, body changeBody) error {
	for _, p := range body.Facts {
		if p.Body.Waiver == nil {
			continue
		}
		fee, err := tx.FeeByID(ctx, p.Body.Waiver.Demand)
		if lending.KindOf(err) == lending.NotFound {
			continue // an instalment
		}
		if err != nil {
			return err
		}
		if fee.InvoiceNo == "" {
			continue
		}
		if err := creditFee(ctx, tx, fee, p.Amount, a.Ref); err != nil {
			return err
		}
	}
	return nil
}

// creditFee takes an amount back of an invoice, its taxes in their share. The
// shares of all credit notes of a fee together are rounded once, so that giving up
// the whole of it takes the whole tax back.
func creditFee(ctx context.Context, tx *store.Tx, fee store.Fee, amount lending.Money, source string) error {
	notes, err := tx.CreditNotesOf(ctx, fee.ID)
	if err != nil {
		return err
	}
	var before store.CreditNote
	for _, n := range notes {
		before.Base, before.CGST, before.SGST, before.IGST = before.Base+n.Base, before.CGST+n.CGST, before.SGST+n.SGST, before.IGST+n.IGST
	}
	given := before.Base + before.CGST + before.SGST + before.IGST + amount
	whole := fee.Base + fee.Tax
	note := store.CreditNote{FeeID: fee.ID, Date: tx.Today, Source: source, CGST: lending.Share(fee.CGST, given, whole) - before.CGST,
		SGST: lending.Share(fee.SGST, given, whole) - before.SGST, IGST: lending.Share(fee.IGST, given, whole) - before.IGST}
	note.Base = amount - note.CGST - note.SGST - note.IGST
	_, err = tx.CreateCreditNote(ctx, note)
	return err
}

package servicing

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lekha/bankfile"
	"lekha/lending"
	"lekha/store"
)

// PresentationInput asks for the list of what a sponsor bank is to collect on a day.
type PresentationInput struct {
	Date        lending.Date // of settlement; dues of this day, and returned ones again
	Bank        string       // ref, id or code of our account at the sponsor bank
	UtilityCode string       // our number at NPCI
	Arrears     bool         // older dues that were never presented as well
	Accounts    []string     // refs or ids; none: all accounts
	Dues        []string     // ids of demands; none: all of them
	Funds       []string     // refs of accounts whose borrowers confirmed funds for another presentation
}

const (
	// arrearDays is how far back a list looks for unpaid dues.
	arrearDays = 366
	// maxPresented is how many dues a list looks at: more than a small lender has on a day.
	maxPresented = 20_000
	// maxLead is how many days before settlement a list is drawn up at the earliest.
	maxLead = 31
)

// PlannedItem is a due that a list would present, or why it would not.
type PlannedItem struct {
	Due     store.PresentableDue
	Mandate store.Mandate
	Attempt int
	Amount  lending.Money // the due less what is held as excess
	WhyNot  string        // "" when it is presented
	Code    string        // of WhyNot, for programs
}

// PresentationPlan is a list before it is drawn up.
type PresentationPlan struct {
	Items []PlannedItem
	Count int // of those that are presented
	Total lending.Money
}

func (in PresentationInput) check(today lending.Date) error {
	faults := faults{}
	if in.Date < today || in.Date > today.AddDays(maxLead) {
		faults.add("date", fmt.Sprintf("A list is for today, %s, or one of the %d days after.", today.Words(), maxLead))
	}
	return faults.refuse("presentation.invalid", "The list cannot be drawn up like this.")
}

// PlanPresentation says what a list would present and what not, and why. It writes
// nothing.
func PlanPresentation(ctx context.Context, v *store.View, in PresentationInput) (PresentationPlan, error) {
	var plan PresentationPlan
	company, err := v.Company(ctx)
	if err != nil {
		return plan, err
	}
	if err := in.check(company.BusinessDate); err != nil {
		return plan, err
	}
	wanted, err := wantedAccounts(ctx, v, in.Accounts)
	if err != nil {
		return plan, err
	}
	funded, err := wantedAccounts(ctx, v, in.Funds)
	if err != nil {
		return plan, err
	}
	dues, err := v.PresentableDues(ctx, in.Date.AddDays(-arrearDays), in.Date, maxPresented)
	if err != nil {
		return plan, err
	}
	excess, listed := map[string]lending.Money{}, map[string]lending.Date{}
	for _, due := range dues {
		if len(wanted) > 0 && !wanted[due.AccountID] || len(in.Dues) > 0 && !slices.Contains(in.Dues, due.DemandID) {
			continue
		}
		if _, seen := excess[due.AccountID]; !seen {
			excess[due.AccountID] = due.Excess
		}
		held := min(excess[due.AccountID], due.Outstanding)
		excess[due.AccountID] -= held
		item, asked, err := planItem(ctx, v, in, PlannedItem{Due: due, Amount: due.Outstanding - held}, funded[due.AccountID])
		if err != nil {
			return plan, err
		}
		if !asked {
			continue
		}
		if item.WhyNot == "" {
			item.Code, item.WhyNot, err = whyNotThisPeriod(ctx, v, in.Date, item, listed)
			if err != nil {
				return plan, err
			}
		}
		if plan.Items = append(plan.Items, item); item.WhyNot == "" {
			listed[item.Mandate.ID] = due.DueDate
			plan.Count++
			plan.Total += item.Amount
		}
	}
	return plan, nil
}

// wantedAccounts are the ids of accounts that are named.
func wantedAccounts(ctx context.Context, v *store.View, names []string) (map[string]bool, error) {
	ids := map[string]bool{}
	for _, name := range names {
		account, err := accountByAny(ctx, v, name)
		if err != nil {
			return nil, asFieldMissing(err, "accounts", "There is no account "+name+".")
		}
		ids[account.ID] = true
	}
	return ids, nil
}

// planItem decides over one due. A due of an earlier day is a matter of the list only
// when it was presented before, is named, or arrears are wanted.
func planItem(ctx context.Context, v *store.View, in PresentationInput, item PlannedItem, funded bool) (PlannedItem, bool, error) {
	past, err := v.ItemsOfDue(ctx, item.Due.AccountID, item.Due.Key)
	if err != nil {
		return item, false, err
	}
	past = slices.DeleteFunc(past, func(i store.PresentationItemRow) bool { return i.Status == "cancelled" })
	if len(past) == 0 && item.Due.DueDate < in.Date && !in.Arrears && len(in.Dues) == 0 {
		return item, false, nil
	}
	item.Attempt = len(past) + 1
	item.Mandate, err = v.ActiveMandate(ctx, item.Due.AccountID)
	if err != nil && !errors.Is(err, store.ErrMissing) {
		return item, false, err
	}
	item.Code, item.WhyNot = whyNotPresented(in.Date, item, past, funded)
	return item, true, nil
}

// whyNotPresented says what keeps a due from being presented on a day: first what is
// there already, then the mandate, then the rule of presenting again (domain 8.1-8.3).
func whyNotPresented(on lending.Date, item PlannedItem, past []store.PresentationItemRow, funded bool) (code, why string) {
	for _, p := range past {
		switch p.Status {
		case "pending", "submitted", "extended":
			return "presentation.open", "It is presented already, with " + p.Ref + " on " + p.Presented.Words() + "."
		case "confirmed":
			return "presentation.paid", "The bank confirmed it with " + p.Ref + "; the money is on its way."
		}
	}
	m := item.Mandate
	switch {
	case item.Amount <= 0:
		return "presentation.covered", "What is held as excess covers it."
	case m.ID == "":
		return "presentation.no_mandate", "The account has no active mandate."
	case on < m.FirstDate || on > m.LastDate:
		return "presentation.mandate_window", "Mandate " + m.Ref + " collects from " + m.FirstDate.Words() + " to " + m.LastDate.Words() + "."
	case item.Amount > m.MaxAmount:
		return "presentation.above_mandate", item.Amount.Rupees() + " is above the " + m.MaxAmount.Rupees() + " that mandate " + m.Ref + " allows."
	case len(past) == 0:
		return "", ""
	}
	return whyNotAgain(on, past, funded)
}

// whyNotAgain holds a due that came back against the rule of presenting again.
func whyNotAgain(on lending.Date, past []store.PresentationItemRow, funded bool) (code, why string) {
	tries := make([]lending.Presentation, len(past))
	for i, p := range past {
		tries[i] = lending.Presentation{Presented: p.Presented, Returned: p.ReturnedOn}
	}
	last := past[len(past)-1]
	earliest, allowed := lending.NextPresentation(tries, on)
	switch {
	case !allowed:
		return "presentation.tries", fmt.Sprintf("It came back %d times; it may not be presented again.", len(past))
	case !last.Retry:
		return "presentation.no_retry", "It came back with " + last.Code + ", " + last.Reason + ": that is not presented again as it is."
	case on < earliest:
		return "presentation.gap", "It came back on " + last.ReturnedOn.Words() + " and may be presented again from " + earliest.Words() + "."
	case !funded:
		return "presentation.funds", "It came back on " + last.ReturnedOn.Words() + ": the borrower has to confirm funds first."
	}
	return "", ""
}

// DrawPresentation draws the list up. It goes to the bank only when somebody of
// finance releases it.
func (o *Office) DrawPresentation(ctx context.Context, actor Actor, in PresentationInput) (store.Presentation, PresentationPlan, error) {
	var drawn store.Presentation
	var plan PresentationPlan
	if err := actor.need(MayPrepare); err != nil {
		return drawn, plan, err
	}
	in.UtilityCode = store.CleanRef(in.UtilityCode)
	err := o.command(ctx, actor, note{action: "presentation.draw", input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		bank, err := sponsorBank(ctx, tx, in)
		if err != nil {
			return err
		}
		if plan, err = PlanPresentation(ctx, &tx.View, in); err != nil {
			return err
		}
		if plan.Count == 0 {
			return lending.Refuse(lending.Conflict, "presentation.none", "There is nothing to present on "+in.Date.Words()+".")
		}
		var items []store.PresentationItem
		for _, item := range plan.Items {
			if item.WhyNot == "" {
				items = append(items, store.PresentationItem{MandateID: item.Mandate.ID, AccountID: item.Due.AccountID, DemandKey: item.Due.Key, DueDate: item.Due.DueDate,
					Attempt: item.Attempt, Amount: item.Amount})
			}
		}
		drawn, err = tx.CreatePresentation(ctx, store.Presentation{Date: in.Date, BankID: bank.ID, UtilityCode: in.UtilityCode, Count: plan.Count, Total: plan.Total,
			MakerID: actor.Person, Maker: actor.Name}, items)
		n.subject = drawn.Ref
		n.summary = fmt.Sprintf("Drew up presentation %s for %s: %d dues, %s", drawn.Ref, in.Date.Words(), drawn.Count, drawn.Total.Rupees())
		return err
	})
	return drawn, plan, err
}

func sponsorBank(ctx context.Context, tx *store.Tx, in PresentationInput) (store.Bank, error) {
	bank, err := tx.BankByAny(ctx, in.Bank)
	if err != nil || bank.Kind == credit {
		return bank, lending.RefuseField("bank", "presentation.bank", "Say to which of our accounts the sponsor bank credits the money.")
	}
	if in.UtilityCode == "" || len(in.UtilityCode) > 18 {
		return bank, lending.RefuseField("utility_code", "presentation.utility_code", "Give our utility code, up to 18 letters and digits.")
	}
	return bank, nil
}

// ReleasePresentation makes the bank's file of a list that somebody else drew up.
// What was paid since, or whose mandate ended, stops it: then the list is drawn anew.
func (o *Office) ReleasePresentation(ctx context.Context, actor Actor, ref string, version int64) (store.Presentation, error) {
	return o.presentationAct(ctx, actor, MayReleasePayout, presentationAct{"presentation.release", ref, version}, func(ctx context.Context, tx *store.Tx, p store.Presentation, n *note) (store.Presentation, error) {
		if p.MakerID == actor.Person {
			return p, lending.Refuse(lending.Forbidden, "presentation.self", "You drew up "+p.Ref+", so another person of finance has to release it.")
		}
		if p.Date < tx.Today {
			return p, lending.Refuse(lending.Conflict, "presentation.late", "The day of "+p.Ref+", "+p.Date.Words()+", is over. Cancel it and draw a new list.")
		}
		items, err := tx.ItemsOfPresentation(ctx, p.ID)
		if err != nil {
			return p, err
		}
		debits, err := debitsOf(ctx, tx, p, items)
		if err != nil {
			return p, err
		}
		if err := writePresentation(ctx, tx, &p, debits); err != nil {
			return p, err
		}
		p.Status, p.SenderID, p.SentAt = "sent", store.Opt(actor.Person), tx.Now
		if p, err = tx.UpdatePresentation(ctx, p); err != nil {
			return p, err
		}
		n.summary = fmt.Sprintf("Released presentation %s: %d dues, %s, file %s", p.Ref, p.Count, p.Total.Rupees(), p.FileName)
		return p, tx.MovePresentationItems(ctx, p.ID, "pending", "submitted")
	})
}

// debitsOf are the items as the bank reads them, each held against the books again.
func debitsOf(ctx context.Context, tx *store.Tx, p store.Presentation, items []store.PresentationItemRow) ([]bankfile.NACHDebit, error) {
	dues, err := tx.PresentableDues(ctx, p.Date.AddDays(-arrearDays), p.Date, maxPresented)
	if err != nil {
		return nil, err
	}
	owed, excess := map[string]lending.Money{}, map[string]lending.Money{}
	for _, d := range dues {
		owed[d.AccountID+" "+d.Key], excess[d.AccountID] = d.Outstanding, d.Excess
	}
	debits := make([]bankfile.NACHDebit, len(items))
	for i, item := range items {
		m, err := tx.MandateByAny(ctx, item.MandateID)
		if err != nil {
			return nil, err
		}
		if m.Status != "active" || owed[item.AccountID+" "+item.DemandKey] < item.Amount {
			return nil, lending.Refuse(lending.Conflict, "presentation.stale", "The due of "+item.DueDate.Words()+" on "+item.AccountRef+" was paid or its mandate ended since the list was drawn up. Cancel the list and draw a new one.")
		}
		debits[i] = bankfile.NACHDebit{Reference: item.Ref, UMRN: m.UMRN, Amount: item.Amount, Holder: m.Holder, AccountNo: m.AccountNo, AccountType: m.AccountType, BankCode: m.IFSC}
	}
	return debits, nil
}

// writePresentation makes the file and holds its control totals against the list.
func writePresentation(ctx context.Context, tx *store.Tx, p *store.Presentation, debits []bankfile.NACHDebit) error {
	bank, err := tx.BankByAny(ctx, p.BankID)
	if err != nil {
		return err
	}
	company, err := tx.Company(ctx)
	if err != nil {
		return err
	}
	name := []rune(company.Name)
	out, err := bankfile.NACHFile{UserNumber: p.UtilityCode, UserName: string(name[:min(40, len(name))]), UserReference: p.Ref, UserAccount: bank.AccountNo, SponsorCode: bank.IFSC,
		SettlementDate: p.Date, Serial: p.Serial, Debits: debits}.Write()
	if err != nil {
		return err
	}
	if out.Count != p.Count || out.Total != p.Total {
		return fmt.Errorf("file %s carries %d items of %s, %d of %s were to go", out.Name, out.Count, out.Total, p.Count, p.Total)
	}
	p.FileName, p.Data = out.Name, out.Data
	return nil
}

// CancelPresentation takes a list back that was not released.
func (o *Office) CancelPresentation(ctx context.Context, actor Actor, ref string, version int64) (store.Presentation, error) {
	return o.presentationAct(ctx, actor, MayPrepare, presentationAct{"presentation.cancel", ref, version}, func(ctx context.Context, tx *store.Tx, p store.Presentation, n *note) (store.Presentation, error) {
		p.Status = "cancelled"
		p, err := tx.UpdatePresentation(ctx, p)
		if err != nil {
			return p, err
		}
		n.summary = "Cancelled presentation " + p.Ref
		return p, tx.MovePresentationItems(ctx, p.ID, "pending", "cancelled")
	})
}

// presentationAct is one thing done to a list that is still a draft.
type presentationAct struct {
	action, ref string
	version     int64
}

func (o *Office) presentationAct(ctx context.Context, actor Actor, permission Permission, act presentationAct,
	do func(ctx context.Context, tx *store.Tx, p store.Presentation, n *note) (store.Presentation, error)) (store.Presentation, error) {
	var out store.Presentation
	if err := actor.need(permission); err != nil {
		return out, err
	}
	err := o.command(ctx, actor, note{action: act.action, subject: store.CleanRef(act.ref)}, func(ctx context.Context, tx *store.Tx, n *note) error {
		p, err := tx.PresentationByAny(ctx, act.ref)
		if err != nil {
			return err
		}
		n.subject = p.Ref
		if err := sameVersion("presentation", p.Ref, act.version, p.Version); err != nil {
			return err
		}
		if p.Status != "draft" {
			return lending.Refuse(lending.Conflict, "presentation.state", "Presentation "+p.Ref+" is "+p.Status+", so this is not possible now.")
		}
		out, err = do(ctx, tx, p, n)
		return err
	})
	return out, err
}

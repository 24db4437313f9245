package servicing

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// MandateInput is a mandate as it is drawn up: what the borrower's bank will be told.
type MandateInput struct {
	Account     string // ref or id
	MaxAmount   lending.Money
	Frequency   string // empty: as_presented
	FirstDate   lending.Date
	LastDate    lending.Date
	Holder      string
	IFSC        string
	AccountNo   string
	AccountType string // 10, 11, 12, 29, 30, 31; empty: 10
	Reason      string // for who decides
}

// MandateFrequencies are how often a mandate lets us collect.
var MandateFrequencies = []string{"as_presented", "monthly", "quarterly", "half_yearly", "yearly"}

// mandateSteps says from which states each step of a mandate's life may be taken,
// and where it leads (domain 8.1, 10.8).
var mandateSteps = map[string]struct {
	from []string
	to   string
}{
	"send":   {[]string{"draft"}, "sent"},
	"accept": {[]string{"sent"}, "active"},
	"reject": {[]string{"sent"}, "rejected"},
	"cancel": {[]string{"draft", "sent", "active"}, "cancelled"},
	"expire": {[]string{"active"}, "expired"},
}

func mayMandate(step string, m store.Mandate) error {
	if slices.Contains(mandateSteps[step].from, m.Status) {
		return nil
	}
	return lending.Refuse(lending.Conflict, "mandate.state", "Mandate "+m.Ref+" is "+m.Status+", so this is not possible now.")
}

func (in *MandateInput) check() error {
	in.Holder, in.IFSC, in.AccountNo = strings.TrimSpace(in.Holder), store.CleanRef(in.IFSC), store.CleanRef(in.AccountNo)
	if in.Frequency == "" {
		in.Frequency = MandateFrequencies[0]
	}
	if in.AccountType == "" {
		in.AccountType = "10"
	}
	if in.Reason == "" {
		in.Reason = "A new mandate"
	}
	faults := faults{}
	if in.MaxAmount <= 0 || in.MaxAmount > maxAmount {
		faults.add("max_amount", "Say the most that one presentation may be.")
	}
	if !slices.Contains(MandateFrequencies, in.Frequency) {
		faults.add("frequency", "The frequency is one of "+strings.Join(MandateFrequencies, ", ")+".")
	}
	if in.FirstDate.IsZero() || in.LastDate.IsZero() || in.LastDate < in.FirstDate {
		faults.add("last_date", "Say the first and the last day of collection, in this order.")
	}
	faults.text("holder", "holder's name", in.Holder)
	if !ifscForm.MatchString(in.IFSC) {
		faults.add("ifsc", "An IFSC is four letters, a zero and six letters or digits.")
	}
	if in.AccountNo == "" || len(in.AccountNo) > 35 {
		faults.add("account_no", "Give the account number at the borrower's bank.")
	}
	if !slices.Contains([]string{"10", "11", "12", "29", "30", "31"}, in.AccountType) {
		faults.add("account_type", "The account type is 10, 11, 12, 29, 30 or 31.")
	}
	return faults.refuse("mandate.invalid", "The mandate cannot be drawn up like this.")
}

// CreateMandate draws up a mandate and asks a second person for it. Approved, it is
// to be sent to the bank; the bank's answer makes it active.
func (o *Office) CreateMandate(ctx context.Context, actor Actor, in MandateInput) (store.Mandate, error) {
	var mandate store.Mandate
	if err := actor.need(MayPrepare); err != nil {
		return mandate, err
	}
	if err := in.check(); err != nil {
		return mandate, err
	}
	noted := in
	noted.AccountNo = lastFour(in.AccountNo)
	err := o.command(ctx, actor, note{action: "mandate.create", subject: store.CleanRef(in.Account), input: noted}, func(ctx context.Context, tx *store.Tx, n *note) error {
		account, err := accountByAny(ctx, &tx.View, in.Account)
		if err != nil {
			return asFieldMissing(err, "account", "There is no account "+in.Account+".")
		}
		if account.Status == "closed" {
			return lending.RefuseField("account", "account.closed", "Account "+account.Ref+" is closed: nothing is collected on it.")
		}
		if in.LastDate < tx.Today {
			return lending.RefuseField("last_date", "mandate.ended", "The last day of collection is over.")
		}
		mandate, err = tx.CreateMandate(ctx, store.Mandate{AccountID: account.ID, MaxAmount: in.MaxAmount, Frequency: in.Frequency, FirstDate: in.FirstDate, LastDate: in.LastDate,
			Holder: in.Holder, IFSC: in.IFSC, AccountNo: in.AccountNo, AccountType: in.AccountType, MakerID: actor.Person, Maker: actor.Name})
		if err != nil {
			return err
		}
		n.subject, n.account = mandate.Ref, account.ID
		n.summary = "Drew up mandate " + mandate.Ref + " on " + account.Ref + " for at most " + in.MaxAmount.Rupees()
		return askMandate(ctx, tx, actor, mandate, account, in.Reason)
	})
	return mandate, err
}

// lastFour is what of an account number goes into the log.
func lastFour(no string) string { return "…" + no[max(0, len(no)-4):] }

func askMandate(ctx context.Context, tx *store.Tx, actor Actor, m store.Mandate, account store.Account, reason string) error {
	_, err := askChange(ctx, tx, actor, changeRequest{kind: "mandate", subject: m.ID, account: account, amount: m.MaxAmount, reason: reason,
		body: changeBody{Label: m.Ref, Terms: []ChangedTerm{
			{"Mandate", "none", m.Ref + ", " + strings.ReplaceAll(m.Frequency, "_", " ")},
			{"At most, each time", "nothing", m.MaxAmount.Rupees()},
			{"Collected", "not", m.FirstDate.Words() + " to " + m.LastDate.Words()},
			{"From", "no account", m.Holder + ", " + m.IFSC + ", account ending " + m.AccountNo[max(0, len(m.AccountNo)-4):]}}}})
	return err
}

// AskMandate asks a second person again for a draft that was sent back or rejected.
func (o *Office) AskMandate(ctx context.Context, actor Actor, ref, reason string) (store.Mandate, error) {
	return o.mandateAct(ctx, actor, MayPrepare, mandateAct{"mandate.ask", ref, reason}, func(ctx context.Context, tx *store.Tx, m store.Mandate, n *note) (store.Mandate, error) {
		if err := mayMandate("send", m); err != nil {
			return m, err
		}
		account, err := tx.AccountByID(ctx, m.AccountID)
		if err != nil {
			return m, err
		}
		n.summary = "Asked again for mandate " + m.Ref
		return m, askMandate(ctx, tx, actor, m, account, reason)
	})
}

// CancelMandate ends a mandate, with the reason. A draft or one that waits at the bank
// is taken back at once; that an active one ends, a second person decides.
func (o *Office) CancelMandate(ctx context.Context, actor Actor, ref, reason string) (store.Mandate, error) {
	return o.mandateAct(ctx, actor, MayPrepare, mandateAct{"mandate.cancel", ref, reason}, func(ctx context.Context, tx *store.Tx, m store.Mandate, n *note) (store.Mandate, error) {
		if err := mayMandate("cancel", m); err != nil {
			return m, err
		}
		if reason == "" {
			return m, lending.RefuseField("reason", "mandate.reason", "Say why.")
		}
		if m.Status != "active" {
			if err := withdrawOpen(ctx, tx, m.ID); err != nil {
				return m, err
			}
			n.summary = "Took back mandate " + m.Ref + " because " + reason
			return moveMandate(ctx, tx, m, "cancel", reason)
		}
		account, err := tx.AccountByID(ctx, m.AccountID)
		if err != nil {
			return m, err
		}
		n.summary = "Asked to cancel mandate " + m.Ref + " because " + reason
		_, err = askChange(ctx, tx, actor, changeRequest{kind: "mandate_cancel", subject: m.ID, account: account, amount: m.MaxAmount, reason: reason,
			body: changeBody{Label: m.Ref, Terms: []ChangedTerm{{"Mandate " + m.UMRN, "active", "cancelled"}}}})
		return m, err
	})
}

// carryOutMandate does what was approved of a mandate.
func carryOutMandate(ctx context.Context, tx *store.Tx, a store.Approval) error {
	m, err := tx.MandateByAny(ctx, a.Subject)
	if err != nil {
		return err
	}
	step := map[string]string{"mandate": "send", "mandate_cancel": "cancel"}[a.Kind]
	reason := map[string]string{"mandate_cancel": a.Reason}[a.Kind]
	if err := mayMandate(step, m); err != nil {
		return err
	}
	_, err = moveMandate(ctx, tx, m, step, reason)
	return err
}

// MandateAnswer is what the borrower's bank says of a mandate that was sent to it.
type MandateAnswer struct {
	UMRN   string // that it registered the mandate under; empty: it rejects it
	Reason string // of a rejection
}

// TakeMandateAnswer makes a mandate active under the bank's number, or rejected. The
// account's earlier mandate ends with it: an account is collected under one.
func (o *Office) TakeMandateAnswer(ctx context.Context, actor Actor, ref string, in MandateAnswer) (store.Mandate, error) {
	in.UMRN = store.CleanRef(in.UMRN)
	return o.mandateAct(ctx, actor, MayImport, mandateAct{"mandate.answer", ref, in.UMRN + in.Reason}, func(ctx context.Context, tx *store.Tx, m store.Mandate, n *note) (store.Mandate, error) {
		if in.UMRN == "" {
			if in.Reason == "" {
				return m, lending.RefuseField("umrn", "mandate.answer", "Give the number under which the bank registered it, or the reason of its rejection.")
			}
			n.summary = "The bank rejected mandate " + m.Ref + " because " + in.Reason
			return moveMandate(ctx, tx, m, "reject", in.Reason)
		}
		if !umrnOfBank.MatchString(in.UMRN) {
			return m, lending.RefuseField("umrn", "mandate.umrn", "A mandate reference is 4 letters and 16 digits.")
		}
		if other, err := tx.MandateByUMRN(ctx, in.UMRN); err == nil && other.ID != m.ID {
			return m, lending.RefuseField("umrn", "mandate.umrn_taken", "Mandate "+other.Ref+" has this number.")
		} else if err != nil && !errors.Is(err, store.ErrMissing) {
			return m, err
		}
		if err := mayMandate("accept", m); err != nil {
			return m, err
		}
		before, err := tx.ActiveMandate(ctx, m.AccountID)
		if err == nil {
			_, err = moveMandate(ctx, tx, before, "cancel", "Replaced by "+m.Ref)
		}
		if err != nil && !errors.Is(err, store.ErrMissing) {
			return m, err
		}
		m.UMRN, n.summary = in.UMRN, "The bank registered mandate "+m.Ref+" as "+in.UMRN
		return moveMandate(ctx, tx, m, "accept", "")
	})
}

// moveMandate takes one step, and keeps the account's own mandate number true.
func moveMandate(ctx context.Context, tx *store.Tx, m store.Mandate, step, reason string) (store.Mandate, error) {
	if err := mayMandate(step, m); err != nil {
		return m, err
	}
	was := m.Status
	m.Status, m.Reason = mandateSteps[step].to, reason
	m, err := tx.UpdateMandate(ctx, m)
	if err != nil {
		return m, err
	}
	switch {
	case m.Status == "active":
		return m, tx.SetAccountUMRN(ctx, m.AccountID, m.UMRN)
	case was == "active":
		return m, tx.SetAccountUMRN(ctx, m.AccountID, "")
	}
	return m, nil
}

// expireMandates ends the mandates whose last day of collection is over.
func expireMandates(ctx context.Context, tx *store.Tx) error {
	for {
		ended, err := tx.MandatesEnded(ctx, tx.Today, maxFees)
		if err != nil || len(ended) == 0 {
			return err
		}
		for _, m := range ended {
			why := "Its last day of collection was " + m.LastDate.Words() + "."
			if _, err := moveMandate(ctx, tx, m, "expire", why); err != nil {
				return err
			}
			if err := noteOfDay(ctx, tx, DayMandate, m.AccountID, m.Ref, why, 0); err != nil {
				return err
			}
		}
	}
}

// mandateAct is one thing done to a mandate.
type mandateAct struct{ action, ref, what string }

// mandateAct loads a mandate and carries one act out on it.
func (o *Office) mandateAct(ctx context.Context, actor Actor, permission Permission, act mandateAct,
	do func(ctx context.Context, tx *store.Tx, m store.Mandate, n *note) (store.Mandate, error)) (store.Mandate, error) {
	var mandate store.Mandate
	if err := actor.need(permission); err != nil {
		return mandate, err
	}
	if len(act.what) > maxReason {
		return mandate, lending.RefuseField("reason", "mandate.reason", fmt.Sprintf("A reason has at most %d characters.", maxReason))
	}
	err := o.command(ctx, actor, note{action: act.action, subject: store.CleanRef(act.ref), input: map[string]any{"said": act.what}}, func(ctx context.Context, tx *store.Tx, n *note) error {
		m, err := tx.MandateByAny(ctx, act.ref)
		if err != nil {
			return err
		}
		n.subject, n.account = m.Ref, m.AccountID
		mandate, err = do(ctx, tx, m, n)
		return err
	})
	return mandate, err
}

package lms

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// missing says that a read of one row found none.
func missing(err error) bool { return errors.Is(err, store.ErrMissing) }

// anchorAnswer is an anchor.
type anchorAnswer struct {
	ID         string   `json:"id"`
	CreatedAt  stamp    `json:"created_at"`
	UpdatedAt  stamp    `json:"updated_at"`
	RefID      string   `json:"ref_id"`
	Index      int64    `json:"index"`
	Name       string   `json:"name"`
	PAN        string   `json:"pan"`
	GSTIN      string   `json:"gstin"`
	IsApproved bool     `json:"is_approved" doc:"By a credit manager, as it is now."`
	CreditBank noText   `json:"credit_bank"`
	Programs   []string `json:"programs" doc:"Ids of the programs that are built around it."`
	Approval   noText   `json:"approval" doc:"The request about it that waits, by its ref."`
	Version    int64    `json:"version"`
}

// anchorWriter writes anchors of one moment.
type anchorWriter struct{ v *store.View }

func (w anchorWriter) write(ctx context.Context, a store.Anchor) (anchorAnswer, error) {
	answer := anchorAnswer{a.ID, stampOf(a.CreatedAt), stampOf(a.UpdatedAt), a.Ref, a.Idx, a.Name, a.PAN, a.GSTIN, a.Approval != "", noText(a.BankID), []string{}, "", a.Version}
	programs, err := w.v.ProgramsOfAnchor(ctx, a.ID)
	if err != nil {
		return answer, err
	}
	for _, p := range programs {
		answer.Programs = append(answer.Programs, p.ID)
	}
	waiting, err := waitingFor(ctx, w.v, a.ID)
	answer.Approval = noText(waiting)
	return answer, err
}

func anchorID(ctx context.Context, v *store.View, named string) (string, error) {
	if named == "" {
		return "", nil
	}
	anchor, err := v.AnchorByAny(ctx, named)
	return found(anchor.ID, err)
}

// listAnchors answers one page of anchors.
func (a *API) listAnchors(c *call) (page[anchorAnswer], error) {
	var answer page[anchorAnswer]
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		q := store.AnchorQuery{Search: c.text("search"), Listing: c.listing("index")}
		var err error
		answer, err = paged(c, q.Listing,
			func() ([]store.Anchor, *store.RecordKey, error) { return v.QueryAnchors(ctx, q) },
			func() (int64, error) { return v.CountAnchors(ctx, q) }, anchorWriter{v}.write)
		return err
	})
	return answer, err
}

// showAnchor answers one anchor.
func (a *API) showAnchor(c *call) (anchorAnswer, error) { return a.answerAnchor(c, c.id()) }

func (a *API) answerAnchor(c *call, key string) (anchorAnswer, error) {
	var answer anchorAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		anchor, err := v.AnchorByAny(ctx, key)
		if err != nil {
			return err
		}
		c.version = anchor.Version
		answer, err = anchorWriter{v}.write(ctx, anchor)
		return err
	})
	return answer, err
}

// anchorBody is an anchor as it is given; for a change, what is unset stays.
type anchorBody struct {
	Name       *text  `json:"name"`
	PAN        *text  `json:"pan"`
	GSTIN      *text  `json:"gstin"`
	CreditBank bankIn `json:"credit_bank" doc:"Id or ref, or an object: account_holder_name, account_no, ifsc."`
	Remark     text   `json:"remark" doc:"For who approves it."`
	Version    whole  `json:"version"`
}

func (in anchorBody) over(base servicing.AnchorInput) servicing.AnchorInput {
	for _, given := range []struct {
		from *text
		to   *string
	}{{in.Name, &base.Name}, {in.PAN, &base.PAN}, {in.GSTIN, &base.GSTIN}} {
		if given.from != nil {
			*given.to = string(*given.from)
		}
	}
	base.Bank, base.NewBank = in.CreditBank.payee()
	base.Reason = string(in.Remark)
	return base
}

// createAnchor adds an anchor, which a credit manager has to approve.
func (a *API) createAnchor(c *call, in anchorBody) (anchorAnswer, error) {
	anchor, err := a.office.CreateAnchor(c.ctx, c.actor, in.over(servicing.AnchorInput{}))
	if err != nil {
		return anchorAnswer{}, err
	}
	return a.answerAnchor(c, anchor.ID)
}

// updateAnchor changes an anchor, which has to be approved again.
func (a *API) updateAnchor(c *call, in anchorBody) (anchorAnswer, error) {
	version, err := c.versioned(in.Version)
	if err != nil {
		return anchorAnswer{}, err
	}
	now, err := a.anchorNow(c)
	if err != nil {
		return anchorAnswer{}, err
	}
	command := in.over(servicing.AnchorInput{Name: now.Name, PAN: now.PAN, GSTIN: now.GSTIN})
	command.Version = version
	if _, err := a.office.UpdateAnchor(c.ctx, c.actor, c.id(), command); err != nil {
		return anchorAnswer{}, err
	}
	return a.answerAnchor(c, c.id())
}

func (a *API) anchorNow(c *call) (store.Anchor, error) {
	var anchor store.Anchor
	err := a.read(c, func(ctx context.Context, v *store.View) (err error) {
		anchor, err = v.AnchorByAny(ctx, c.id())
		return err
	})
	return anchor, err
}

// drawingRulesAnswer is what a program says of drawings.
type drawingRulesAnswer struct {
	Program       string           `json:"program"`
	Anchor        noText           `json:"anchor"`
	EffectiveFrom stamp            `json:"effective_from"`
	Rules         drawingRulesWire `json:"rules"`
	Approval      noText           `json:"approval" doc:"The request about them that waits, by its ref."`
}

// drawingRulesWire are the rules themselves; what is 0 bounds nothing.
type drawingRulesWire struct {
	MinAmount       amount   `json:"min_amount"`
	MaxAmount       amount   `json:"max_amount"`
	MinTenor        whole    `json:"min_tenor"`
	MaxTenor        whole    `json:"max_tenor"`
	MinInvoice      amount   `json:"min_invoice_amount"`
	MaxInvoice      amount   `json:"max_invoice_amount"`
	MaxInvoiceAge   whole    `json:"max_invoice_age_days"`
	AdvanceRate     rateWire `json:"advance_rate_pct"`
	NeedsInvoice    yesNo    `json:"needs_invoice"`
	MaturityDays    whole    `json:"maturity_days" doc:"That a topup may fall due after the end of its line."`
	MaxDPD          whole    `json:"max_dpd" doc:"Of the account."`
	BorrowerDPD     whole    `json:"borrower_max_dpd" doc:"Of all accounts of the borrower; 0: not checked."`
	FreezeDPD       whole    `json:"freeze_dpd" doc:"Above these days past due nothing is drawn; 0: never."`
	AdhocMax        rateWire `json:"adhoc_max_pct" doc:"Of the sanctioned amount."`
	LimitBase       text     `json:"limit_base" enum:"principal,total_outstanding"`
	AllOrNone       yesNo    `json:"all_or_none"`
	WarningChecks   words    `json:"warning_checks" doc:"Checks that only warn."`
	FailingChecks   words    `json:"failing_checks" doc:"Checks that fail although they only warn unless said, such as MANDATE_ACTIVE."`
	UncheckedChecks words    `json:"unchecked" doc:"Checks that are not made."`
}

// rateWire is a percentage, a number or text that holds one.
type rateWire lending.Rate

// MarshalJSON writes the percentage as a number.
func (r rateWire) MarshalJSON() ([]byte, error) { return lending.Rate(r).MarshalJSON() }

// UnmarshalJSON reads a number or a numeric string.
func (r *rateWire) UnmarshalJSON(data []byte) error { return (*lending.Rate)(r).UnmarshalJSON(data) }

func drawingRulesOf(r lending.DrawingRules) drawingRulesWire {
	out := drawingRulesWire{amount(r.MinAmount), amount(r.MaxAmount), whole(r.MinTenor), whole(r.MaxTenor), amount(r.MinInvoice), amount(r.MaxInvoice), whole(r.MaxInvoiceAge),
		rateWire(r.AdvanceRate), yesNo(r.NeedsInvoice), whole(r.MaturityDays), whole(r.MaxDPD), whole(r.BorrowerDPD), whole(r.FreezeDPD), rateWire(r.AdhocMax),
		text(r.LimitBase), yesNo(r.AllOrNone), words{}, words{}, words{}}
	for _, check := range slices.Sorted(maps.Keys(r.Severity)) {
		switch r.Severity[check] {
		case lending.CheckWarn:
			out.WarningChecks = append(out.WarningChecks, check)
		case lending.CheckFail:
			out.FailingChecks = append(out.FailingChecks, check)
		default:
			out.UncheckedChecks = append(out.UncheckedChecks, check)
		}
	}
	return out
}

func (w drawingRulesWire) rules() lending.DrawingRules {
	out := lending.DrawingRules{MinAmount: lending.Money(w.MinAmount), MaxAmount: lending.Money(w.MaxAmount), MinTenor: int(w.MinTenor), MaxTenor: int(w.MaxTenor),
		MinInvoice: lending.Money(w.MinInvoice), MaxInvoice: lending.Money(w.MaxInvoice), MaxInvoiceAge: int(w.MaxInvoiceAge), AdvanceRate: lending.Rate(w.AdvanceRate),
		NeedsInvoice: bool(w.NeedsInvoice), MaturityDays: int(w.MaturityDays), MaxDPD: int(w.MaxDPD), BorrowerDPD: int(w.BorrowerDPD), FreezeDPD: int(w.FreezeDPD),
		AdhocMax: lending.Rate(w.AdhocMax), LimitBase: string(w.LimitBase), AllOrNone: bool(w.AllOrNone)}
	for severity, checks := range map[string]words{lending.CheckWarn: w.WarningChecks, lending.CheckFail: w.FailingChecks, "off": w.UncheckedChecks} {
		for _, check := range checks {
			if out.Severity == nil {
				out.Severity = map[string]string{}
			}
			out.Severity[check] = severity
		}
	}
	return out
}

// showDrawingRules answers what a program says of drawings.
func (a *API) showDrawingRules(c *call) (drawingRulesAnswer, error) {
	var answer drawingRulesAnswer
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		program, err := v.ProgramByAny(ctx, c.id())
		if err != nil {
			return err
		}
		row, err := v.DrawingRulesOf(ctx, program.ID)
		if err != nil && !missing(err) {
			return err
		}
		var rules lending.DrawingRules
		if err == nil {
			if err := json.Unmarshal([]byte(row.Rules), &rules); err != nil {
				return fmt.Errorf("reading the rules of drawings: %w", err)
			}
		}
		answer = drawingRulesAnswer{Program: program.ID, Anchor: noText(row.AnchorID), EffectiveFrom: startOf(row.EffectiveFrom), Rules: drawingRulesOf(rules)}
		waiting, err := waitingFor(ctx, v, "drawings/"+program.ID)
		answer.Approval = noText(waiting)
		return err
	})
	return answer, err
}

// drawingRulesBody asks for other rules, all of them.
type drawingRulesBody struct {
	Anchor text                     `json:"anchor" doc:"Id, ref or name of the anchor whose program it is."`
	Rules  object[drawingRulesWire] `json:"rules" need:"true"`
	Remark text                     `json:"remark"`
}

// updateDrawingRules asks a credit manager for other rules of drawings.
func (a *API) updateDrawingRules(c *call, in drawingRulesBody) (drawingRulesAnswer, error) {
	if _, err := a.office.RequestDrawingRules(c.ctx, c.actor, servicing.DrawingRulesInput{Program: c.id(), Anchor: string(in.Anchor), Rules: in.Rules.is.rules(), Reason: string(in.Remark)}); err != nil {
		return drawingRulesAnswer{}, err
	}
	return a.showDrawingRules(c)
}

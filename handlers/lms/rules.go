package lms

import (
	"context"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

// rulesAnswer is how every kind of request is decided.
type rulesAnswer struct {
	Results []kindRules  `json:"results"`
	Limits  limitsAnswer `json:"limits"`
	Money   moneyAnswer  `json:"money"`
}

// moneyAnswer are the limits of fees, refunds and payouts.
type moneyAnswer struct {
	FeeLimit           amount `json:"fee_limit" doc:"A fee above it needs a second person."`
	BounceCharge       amount `json:"bounce_charge" doc:"Without tax, once for each due that a bank returned."`
	RefundHoldDays     int    `json:"refund_hold_days" doc:"Money by NACH or cheque is not paid back earlier."`
	RefundDespiteDues  bool   `json:"refund_despite_dues" doc:"Unpaid dues do not hold a refund up."`
	IdleExcessDays     int    `json:"idle_excess_days" doc:"Excess older than this is to be paid back."`
	PayoutTries        int    `json:"payout_tries" doc:"Times one payout is sent at most."`
	PayoutReleaseLimit amount `json:"payout_release_limit" doc:"Who approved a payout above it does not send it; 0: none."`
	PayoutDailyCap     amount `json:"payout_daily_cap" doc:"All that leaves on one day; 0: no cap."`
}

func moneyWire(m servicing.MoneyLimits) moneyAnswer {
	return moneyAnswer{amount(m.FeeLimit), amount(m.BounceCharge), m.HoldDays, m.DespiteDues, m.IdleExcessDays, m.PayoutTries, amount(m.ReleaseLimit), amount(m.DailyCap)}
}

// kindRules are the steps of one kind of request.
type kindRules struct {
	Kind  string       `json:"kind"`
	Slabs []slabAnswer `json:"slabs" doc:"Steps by amount, narrowest first; the last has no bound."`
}

// slabAnswer is one step.
type slabAnswer struct {
	UpTo     *amount `json:"up_to" doc:"null: any amount."`
	Levels   int     `json:"levels" doc:"How many people decide."`
	Role     string  `json:"role"`
	LastRole noText  `json:"last_role" doc:"Of the last of them, where it is another's."`
}

// limitsAnswer is what goes through beside the steps.
type limitsAnswer struct {
	AutoLimit         amount `json:"auto_limit" doc:"A receipt up to it that a statement proves settles by itself."`
	BackdateFreeDays  int    `json:"backdate_free_days" doc:"A date by hand older than this needs two people."`
	StatementFreeDays int    `json:"statement_free_days" doc:"The same for a date of a statement."`
	ConfirmDays       int    `json:"confirm_days" doc:"A receipt by hand should be on a statement within."`
}

// listRules answers who decides what.
func (a *API) listRules(c *call) (rulesAnswer, error) {
	answer := rulesAnswer{Results: []kindRules{}}
	err := a.read(c, func(ctx context.Context, v *store.View) error {
		kinds, err := servicing.RulesOf(ctx, v)
		if err != nil {
			return err
		}
		for _, k := range kinds {
			row := kindRules{Kind: k.Kind, Slabs: []slabAnswer{}}
			for _, s := range k.Slabs {
				slab := slabAnswer{Levels: s.Levels, Role: string(s.Role), LastRole: noText(s.LastRole)}
				if s.UpTo > 0 {
					bound := amount(s.UpTo)
					slab.UpTo = &bound
				}
				row.Slabs = append(row.Slabs, slab)
			}
			answer.Results = append(answer.Results, row)
		}
		company, err := v.Company(ctx)
		l := servicing.LimitsOf(company)
		answer.Limits = limitsAnswer{amount(l.AutoLimit), l.BackdateFreeDays, l.StatementFreeDays, l.ConfirmDays}
		if err != nil {
			return err
		}
		money, err := servicing.MoneyLimitsOf(ctx, v)
		answer.Money = moneyWire(money)
		return err
	})
	return answer, err
}

// rulesBody asks for other steps of a kind, or other limits.
type rulesBody struct {
	Slabs             list[slabBody] `json:"slabs" doc:"Of a kind of request: all its steps, narrowest first."`
	AutoLimit         amount         `json:"auto_limit" doc:"This and the days: of limits."`
	BackdateFreeDays  whole          `json:"backdate_free_days"`
	StatementFreeDays whole          `json:"statement_free_days"`
	ConfirmDays       whole          `json:"confirm_days"`
	moneyBody
	Reason text `json:"reason" need:"true" doc:"Whoever decides reads it."`
}

// moneyBody are the limits of money that leaves as they are asked for; what is left
// out stays.
type moneyBody struct {
	FeeLimit           *amount `json:"fee_limit" doc:"This and the next seven: of money. What is left out stays."`
	BounceCharge       *amount `json:"bounce_charge"`
	RefundHoldDays     *whole  `json:"refund_hold_days"`
	RefundDespiteDues  *yesNo  `json:"refund_despite_dues"`
	IdleExcessDays     *whole  `json:"idle_excess_days"`
	PayoutTries        *whole  `json:"payout_tries"`
	PayoutReleaseLimit *amount `json:"payout_release_limit"`
	PayoutDailyCap     *amount `json:"payout_daily_cap"`
}

// over lays what was given over the limits in force.
func (in moneyBody) over(to *servicing.MoneyLimits) {
	for given, place := range map[**amount]*lending.Money{&in.FeeLimit: &to.FeeLimit, &in.BounceCharge: &to.BounceCharge, &in.PayoutReleaseLimit: &to.ReleaseLimit, &in.PayoutDailyCap: &to.DailyCap} {
		if *given != nil {
			*place = lending.Money(**given)
		}
	}
	for given, place := range map[**whole]*int{&in.RefundHoldDays: &to.HoldDays, &in.IdleExcessDays: &to.IdleExcessDays, &in.PayoutTries: &to.PayoutTries} {
		if *given != nil {
			*place = int(**given)
		}
	}
	if in.RefundDespiteDues != nil {
		to.DespiteDues = bool(*in.RefundDespiteDues)
	}
}

// slabBody is one step that is asked for.
type slabBody struct {
	UpTo     amount `json:"up_to" doc:"Unset in the last step: any amount."`
	Levels   whole  `json:"levels" need:"true"`
	Role     text   `json:"role" need:"true" enum:"credit_manager,finance"`
	LastRole text   `json:"last_role" enum:"credit_manager,finance"`
}

// proposeRules asks a second person for other rules of the kind of the path, or
// for other limits.
func (a *API) proposeRules(c *call, in rulesBody) (approvalAnswer, error) {
	command := servicing.RulesChange{Kind: c.echo.Param("id"), Reason: string(in.Reason)}
	if command.Kind == servicing.LimitsKind {
		command.Limits = servicing.Limits{AutoLimit: lending.Money(in.AutoLimit), BackdateFreeDays: int(in.BackdateFreeDays),
			StatementFreeDays: int(in.StatementFreeDays), ConfirmDays: int(in.ConfirmDays)}
	}
	if command.Kind == servicing.MoneyKind {
		err := a.read(c, func(ctx context.Context, v *store.View) (err error) {
			command.Money, err = servicing.MoneyLimitsOf(ctx, v)
			return err
		})
		if err != nil {
			return approvalAnswer{}, err
		}
		in.over(&command.Money)
	}
	for _, s := range in.Slabs {
		command.Slabs = append(command.Slabs, servicing.Slab{UpTo: lending.Money(s.UpTo), Levels: int(s.Levels),
			Role: servicing.Role(s.Role), LastRole: servicing.Role(s.LastRole)})
	}
	asked, err := a.office.ProposeRules(c.ctx, c.actor, command)
	if err != nil {
		return approvalAnswer{}, err
	}
	return a.answerApproval(c, asked.Ref)
}

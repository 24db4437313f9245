package handlers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// ruleSteps is how many steps the form of a kind has.
const ruleSteps = 4

func (a *app) listRules(c echo.Context) error {
	page := views.RulesPage{Change: offer(c, servicing.MayManagePeople, views.Act{Label: "Change"})}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Approval rules", here: "/rules"}); err != nil {
			return err
		}
		kinds, err := servicing.RulesOf(ctx, v)
		if err != nil {
			return err
		}
		for _, k := range kinds {
			row := views.RuleRow{Name: capital(servicing.RulesWord(k.Kind)), Path: "/rules/" + k.Kind}
			for _, s := range k.Slabs {
				row.Steps = append(row.Steps, views.Term{Name: s.Bound(), Value: s.Words()})
			}
			if row.Waits, err = openRules(ctx, v, k.Kind); err != nil {
				return err
			}
			page.Rows = append(page.Rows, row)
		}
		company, err := v.Company(ctx)
		page.Limits = limitTerms(servicing.LimitsOf(company))
		if err == nil {
			page.LimitsWait, err = openRules(ctx, v, servicing.LimitsKind)
		}
		if err != nil {
			return err
		}
		money, err := servicing.MoneyLimitsOf(ctx, v)
		for _, w := range money.Words() {
			page.Money = append(page.Money, views.Term{Name: w[0], Value: w[1]})
		}
		if err == nil {
			page.MoneyWait, err = openRules(ctx, v, servicing.MoneyKind)
		}
		return err
	})
	if err != nil {
		return err
	}
	return a.show(c, http.StatusOK, views.Rules(page), nil)
}

// capital begins a word with a capital letter, as the first of a row does.
func capital(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// openRules is the address of the open request for other rules of a kind.
func openRules(ctx context.Context, v *store.View, kind string) (string, error) {
	open, err := v.OpenApprovalOf(ctx, "rules/"+kind)
	if errors.Is(err, store.ErrMissing) {
		return "", nil
	}
	return approvalPath(open.Ref, ""), err
}

func limitTerms(l servicing.Limits) []views.Term {
	auto := "Nothing: each receipt is decided"
	if l.AutoLimit > 0 {
		auto = "Up to " + views.Rupees(l.AutoLimit) + ", when a statement proves it"
	}
	days := func(n int) string {
		if n == 0 {
			return "0 days: any date in the past"
		}
		return views.Counted(n, "day", "days")
	}
	return []views.Term{{Name: "Settles by itself", Value: auto}, {Name: "A date by hand needs two people when it is older than", Value: days(l.BackdateFreeDays)},
		{Name: "A date of a statement needs two people when it is older than", Value: days(l.StatementFreeDays)},
		{Name: "A receipt by hand should be on a statement within", Value: days(l.ConfirmDays)}}
}

func (a *app) showRules(c echo.Context) error {
	return a.showRulesForm(c, http.StatusOK, views.Form{})
}

// showRulesForm shows the rules of a kind to be changed; a form without values is
// filled with what holds now.
func (a *app) showRulesForm(c echo.Context, status int, form views.Form) error {
	kind := c.Param("kind")
	page := views.RulesFormPage{Form: form, Path: "/rules/" + kind, Name: servicing.RulesWord(kind), Fixed: views.FixedInputs(kind), Steps: ruleSteps}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Rules: " + page.Name, here: "/rules"}); err != nil {
			return err
		}
		values, err := rulesNow(ctx, v, kind)
		if page.Form.Values == nil {
			page.Form.Values = values
		}
		if err == nil {
			page.Waits, err = openRules(ctx, v, kind)
		}
		return err
	})
	if err != nil {
		return err
	}
	page.WhyNot = offer(c, servicing.MayManagePeople, views.Act{}).WhyNot
	return a.show(c, status, views.RulesForm(page), nil)
}

// rulesNow are the rules of a kind as the fields of the form.
func rulesNow(ctx context.Context, v *store.View, kind string) (map[string]string, error) {
	values := map[string]string{}
	if kind == servicing.LimitsKind {
		company, err := v.Company(ctx)
		l := servicing.LimitsOf(company)
		values["auto_limit"], values["backdate_free_days"] = l.AutoLimit.String(), strconv.Itoa(l.BackdateFreeDays)
		values["statement_free_days"], values["confirm_days"] = strconv.Itoa(l.StatementFreeDays), strconv.Itoa(l.ConfirmDays)
		return values, err
	}
	if kind == servicing.MoneyKind {
		return moneyNow(ctx, v)
	}
	kinds, err := servicing.RulesOf(ctx, v)
	if err != nil {
		return nil, err
	}
	for _, k := range kinds {
		if k.Kind != kind {
			continue
		}
		for i, s := range k.Slabs {
			at := fmt.Sprintf("slabs.%d.", i)
			if s.UpTo > 0 {
				values[at+"up_to"] = s.UpTo.String()
			}
			values[at+"levels"], values[at+"role"], values[at+"last_role"] = strconv.Itoa(s.Levels), string(s.Role), string(s.LastRole)
		}
		return values, nil
	}
	return nil, lending.Refuse(lending.NotFound, "rules.not_found", "There are no rules of this name.")
}

func (a *app) createRulesChange(c echo.Context) error {
	f := read(c)
	in := servicing.RulesChange{Kind: c.Param("kind"), Reason: f.text("reason")}
	if in.Kind == servicing.MoneyKind {
		in.Money = f.moneyLimits()
	} else if in.Kind == servicing.LimitsKind {
		in.Limits = servicing.Limits{AutoLimit: f.money("auto_limit"), BackdateFreeDays: f.days("backdate_free_days"),
			StatementFreeDays: f.days("statement_free_days"), ConfirmDays: f.days("confirm_days")}
	} else {
		in.Slabs = f.slabs()
	}
	var asked store.Approval
	err := f.err()
	if err == nil {
		asked, err = a.office.ProposeRules(c.Request().Context(), actorOf(c), in)
	}
	if err != nil {
		form, ok := refusedForm(err, f.values)
		if !ok {
			return err
		}
		return a.showRulesForm(c, statusOf(err), form)
	}
	a.flash(c, views.Flash{Text: "Sent. The rules change when a second person approves."})
	return a.seeOther(c, approvalPath(asked.Ref, ""))
}

// moneyNow are the limits of money that leaves as the fields of the form.
func moneyNow(ctx context.Context, v *store.View) (map[string]string, error) {
	m, err := servicing.MoneyLimitsOf(ctx, v)
	values := map[string]string{"fee_limit": m.FeeLimit.String(), "bounce_charge": m.BounceCharge.String(), "refund_hold_days": strconv.Itoa(m.HoldDays),
		"idle_excess_days": strconv.Itoa(m.IdleExcessDays), "payout_tries": strconv.Itoa(m.PayoutTries),
		"payout_release_limit": m.ReleaseLimit.String(), "payout_daily_cap": m.DailyCap.String()}
	if m.DespiteDues {
		values["refund_despite_dues"] = "yes"
	}
	return values, err
}

// moneyLimits reads them.
func (f *fields) moneyLimits() servicing.MoneyLimits {
	return servicing.MoneyLimits{FeeLimit: f.money("fee_limit"), BounceCharge: f.money("bounce_charge"), HoldDays: f.days("refund_hold_days"),
		DespiteDues: f.text("refund_despite_dues") == "yes", IdleExcessDays: f.days("idle_excess_days"), PayoutTries: f.days("payout_tries"),
		ReleaseLimit: f.money("payout_release_limit"), DailyCap: f.money("payout_daily_cap")}
}

// days reads a whole number of days.
func (f *fields) days(name string) int {
	n, err := strconv.Atoi(f.text(name))
	if err != nil {
		f.errors[name] = "This is a whole number of days."
	}
	return n
}

// slabs reads the steps that are filled in.
func (f *fields) slabs() []servicing.Slab {
	var slabs []servicing.Slab
	for i := range ruleSteps {
		at := fmt.Sprintf("slabs.%d.", i)
		upTo, levels, role, last := f.money(at+"up_to"), f.text(at+"levels"), f.text(at+"role"), f.text(at+"last_role")
		if levels == "" {
			continue
		}
		n, _ := strconv.Atoi(levels) // not a number is nobody, which is refused
		slabs = append(slabs, servicing.Slab{UpTo: upTo, Levels: n, Role: servicing.Role(role), LastRole: servicing.Role(last)})
	}
	return slabs
}

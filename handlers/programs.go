package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// partiesPage is how many products or bank accounts one page lists.
const partiesPage = 100

func (a *app) listPrograms(c echo.Context) error {
	page := views.ProgramsPage{}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		if page.Shell, err = a.shell(ctx, c, v, frame{title: "Products", here: "/programs"}); err != nil {
			return err
		}
		rows, count, err := v.Programs(ctx, store.PartyFilter{AfterIdx: keyParam(c, "after"), Limit: partiesPage + 1})
		if err != nil {
			return err
		}
		if page.Count = int(count); len(rows) > partiesPage {
			rows = rows[:partiesPage]
			page.Next = "/programs?after=" + strconv.FormatInt(rows[partiesPage-1].Idx, 10)
		}
		for _, p := range rows {
			row, err := programRow(p)
			if err != nil {
				return err
			}
			page.Rows = append(page.Rows, row)
		}
		return nil
	})
	if err != nil {
		return err
	}
	page.New = offer(c, servicing.MayManageProducts, views.Act{Label: "New product", Icon: "plus", Path: "/programs/new", Key: "n"})
	return a.show(c, http.StatusOK, views.Programs(page), nil)
}

// product is a program with its stored terms and policy read.
func product(p store.Program) (terms lending.Terms, policy lending.Policy, err error) {
	if err = json.Unmarshal([]byte(p.Terms), &terms); err != nil {
		return terms, policy, fmt.Errorf("reading the terms of %s: %w", p.Ref, err)
	}
	if err = json.Unmarshal([]byte(p.Policy), &policy); err != nil {
		return terms, policy, fmt.Errorf("reading the policy of %s: %w", p.Ref, err)
	}
	return terms, policy, nil
}

func programRow(p store.Program) (views.ProgramRow, error) {
	terms, policy, err := product(p)
	row := views.ProgramRow{Ref: p.Ref, Path: "/programs/" + p.Ref, Name: p.Name, Settles: string(policy.ComponentOrder)}
	if terms.Rate() > 0 {
		row.Rate = terms.Rate().String() + "%"
	}
	if len(terms.RateSlabs) > 0 {
		row.Rate = terms.RateSlabs.String()
	}
	if terms.EMICount > 0 {
		row.Terms = views.Counted(terms.EMICount, "instalment", "instalments")
	}
	if policy.OverdueRate > 0 {
		row.Overdue = policy.OverdueRate.String() + "%"
	}
	row.Penal = penalWords[policy.Penal.Kind]
	if policy.GraceDays > 0 {
		row.Grace = views.Counted(policy.GraceDays, "day", "days")
	}
	return row, err
}

var penalWords = map[string]string{"rate": "a rate", "flat": "once", "per_day": "each day", "slab": "by days late"}

func (a *app) newProgram(c echo.Context) error {
	values := map[string]string{"component_order": "PI-OI-NI-P", "settlement_order": "due_date_first", "day_count": "actual/365"}
	return a.showProgramForm(c, http.StatusOK, "", views.Form{Values: values})
}

// showProgramForm shows a product, new or stored; a form without values is
// filled with what is stored.
func (a *app) showProgramForm(c echo.Context, status int, ref string, form views.Form) error {
	page := views.ProgramPage{Form: form}
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		title := "New product"
		if ref != "" {
			p, err := v.ProgramByAny(ctx, ref)
			if err != nil {
				return err
			}
			title, page.Ref, page.Version = p.Name, p.Ref, p.Version
			terms, policy, err := product(p)
			if err != nil {
				return err
			}
			if page.Form.Values == nil {
				page.Form.Values = programValues(p.Name, terms, policy)
			}
		}
		if page.Shell, err = a.shell(ctx, c, v, frame{title: title, here: "/programs"}); err != nil || ref == "" {
			return err
		}
		page.History, err = history(ctx, v, page.Ref, page.Today)
		return err
	})
	if err != nil {
		return err
	}
	page.WhyNot = offer(c, servicing.MayManageProducts, views.Act{}).WhyNot
	return a.show(c, status, views.Program(page), nil)
}

func programValues(name string, t lending.Terms, p lending.Policy) map[string]string {
	values := map[string]string{"name": name, "interest_method": string(t.InterestMethod), "amortization": string(t.Amortization),
		"emi_frequency": string(t.EMIFrequency), "day_count": t.DayCount.String(), "bpi_mode": string(t.BPIMode),
		"settlement_order": string(p.SettlementOrder), "component_order": string(p.ComponentOrder), "overdue_base": p.OverdueBase,
		"penal_kind": p.Penal.Kind, "penal_charge_from": p.Penal.ChargeFrom}
	if values["interest_method"] == string(lending.Reducing) {
		values["interest_method"] = ""
	}
	for field, rate := range map[string]lending.Rate{"roi_value": t.Rate(), "overdue_roi_value": p.OverdueRate, "penal_rate": p.Penal.Rate} {
		if rate > 0 {
			values[field] = rate.String()
		}
	}
	for field, amount := range map[string]lending.Money{"penal_amount": p.Penal.Amount, "penal_cap": p.Penal.Cap} {
		if amount > 0 {
			values[field] = amount.String()
		}
	}
	for field, n := range map[string]int{"emi_count": t.EMICount, "grace_days": p.GraceDays} {
		if n > 0 {
			values[field] = strconv.Itoa(n)
		}
	}
	if p.ApplyRestToFees {
		values["apply_rest_to_fees"] = "1"
	}
	return values
}

func (a *app) createProgram(c echo.Context) error {
	f := read(c)
	in, err := f.program(store.Program{Terms: "{}", Policy: "{}"})
	var p store.Program
	if err == nil {
		p, err = a.office.CreateProgram(c.Request().Context(), actorOf(c), in)
	}
	return a.programDone(c, f, "", p, err)
}

func (a *app) showProgram(c echo.Context) error {
	return a.showProgramForm(c, http.StatusOK, c.Param("ref"), views.Form{})
}

func (a *app) updateProgram(c echo.Context) error {
	f, ref := read(c), c.Param("ref")
	var p store.Program
	err := a.reader.Read(c.Request().Context(), func(ctx context.Context, v *store.View) (err error) {
		p, err = v.ProgramByAny(ctx, ref)
		return err
	})
	if err != nil {
		return err
	}
	in, err := f.program(p)
	if err == nil {
		var changed servicing.ChangedProgram
		changed, err = a.office.UpdateProgram(c.Request().Context(), actorOf(c), ref, in)
		if p = changed.Program; err == nil && changed.Proposal != nil {
			a.flash(c, views.Flash{Text: "Accounts were opened under " + p.Name + ": the change waits for a credit manager.", Path: approvalPath(changed.Proposal.Ref, ""), Link: "See it"})
			return a.seeOther(c, "/programs")
		}
	}
	return a.programDone(c, f, ref, p, err)
}

func (a *app) programDone(c echo.Context, f *fields, ref string, p store.Program, err error) error {
	if err == nil {
		a.flash(c, views.Flash{Text: "Saved " + p.Name + "."})
		return a.seeOther(c, "/programs")
	}
	form, ok := refusedForm(err, f.values)
	if !ok {
		return err
	}
	return a.showProgramForm(c, statusOf(err), ref, form)
}

// program lays the form over a product: what the form does not show stays.
func (f *fields) program(p store.Program) (servicing.ProgramInput, error) {
	t, policy, err := product(p)
	if err != nil {
		return servicing.ProgramInput{}, err
	}
	if rate := f.rate("roi_value"); rate != t.Rate() {
		t.RateSlabs, t.SlabPricing = nil, "" // one rate was typed over rates by the days; the one shown is that of their rest
		t.ROIValue, t.FlatROIValue = rate, 0
	}
	t.InterestMethod, t.Amortization = lending.Method(f.text("interest_method")), lending.Amortization(f.text("amortization"))
	t.EMICount, t.EMIFrequency, t.BPIMode = f.count("emi_count"), lending.Frequency(f.text("emi_frequency")), lending.BPIMode(f.text("bpi_mode"))
	if name := f.text("day_count"); name != "" {
		if t.DayCount, err = lending.ParseDayCount(name); err != nil {
			f.errors["day_count"] = err.Error()
		}
	}
	policy.SettlementOrder = lending.SettlementOrder(f.text("settlement_order"))
	policy.ComponentOrder, policy.ApplyRestToFees = lending.ComponentOrder(f.text("component_order")), f.flag("apply_rest_to_fees")
	policy.OverdueRate, policy.OverdueBase, policy.GraceDays = f.rate("overdue_roi_value"), f.text("overdue_base"), f.count("grace_days")
	policy.Penal.Kind, policy.Penal.Rate, policy.Penal.Amount = f.text("penal_kind"), f.rate("penal_rate"), f.money("penal_amount")
	policy.Penal.Cap, policy.Penal.ChargeFrom = f.money("penal_cap"), f.text("penal_charge_from")
	return servicing.ProgramInput{Name: f.text("name"), Policy: policy, Terms: t, Version: f.version()}, f.err()
}

// rate reads a percentage a year; nothing is none.
func (f *fields) rate(name string) lending.Rate {
	value := f.text(name)
	if value == "" {
		return 0
	}
	rate, err := lending.ParseRate(value)
	if err != nil {
		f.errors[name] = err.Error()
	}
	return rate
}

// count reads a small whole number; nothing is 0.
func (f *fields) count(name string) int {
	value := f.text(name)
	if value == "" {
		return 0
	}
	n, err := strconv.Atoi(value)
	if err != nil || n < 0 || n > 10_000 {
		f.errors[name] = "Give a whole number."
	}
	return n
}

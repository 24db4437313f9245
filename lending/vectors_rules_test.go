package lending

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"
)

func returns(x example) (got, want any, reason string) {
	var flows []CashFlow
	for _, row := range x.Inputs.list("cashflows") {
		flow := texts(row)
		flows = append(flows, CashFlow{asDate(flow[0]), asMoney(flow[1])})
	}
	rate, err := XIRR(flows)
	if err != nil {
		return "error", x.Expected.or("xirr", "error"), ""
	}
	published := must(decimal.NewFromString(x.Expected.text("xirr")))
	if rate.Sub(published).Abs().LessThan(decimal.New(1, -8)) { // to which the published figures agree
		return published.String(), published.String(), ""
	}
	return rate.String(), published.String(), ""
}

func taxes(x example) (got, want any, reason string) {
	f, on := newFigures(), NewDate(2025, time.April, 1)
	if x.Inputs.has("heads") {
		for i, head := range texts(x.Inputs["heads"]) {
			wanted, _, _ := strings.Cut(texts(x.Expected["gst_default"])[i], " ")
			h := GSTOn(head, on)
			f.text(head, map[bool]string{true: "yes", false: "no"}[h.Taxed], wanted)
			f.text(head+" disputed", fmt.Sprint(h.Disputed), fmt.Sprint(strings.Contains(texts(x.Expected["gst_default"])[i], "disputed")))
		}
		return f.all()
	}
	for place, state := range map[string]string{"intra": "27", "inter": "29"} {
		for i, row := range x.Expected.objects(place) {
			base := asMoney(texts(x.Inputs["taxable"])[i])
			t := GST(base, "27", state, on)
			for key, m := range map[string]Money{"cgst": t.CGST, "sgst": t.SGST, "igst": t.IGST, "total_tax": t.Total(), "gross": base + t.Total()} {
				f.note(fmt.Sprint(place, i, key), m, row.text(key))
			}
		}
	}
	return f.all()
}

func workdays(x example) (got, want any, reason string) {
	var g, w []string
	for _, row := range x.Expected.objects("rows") {
		d := row.date("date")
		h := BankHolidays{}
		g = append(g, fmt.Sprintln(d, d.Weekday().String()[:3], h.Closed(d), h.Following(d), h.Preceding(d), h.ModifiedFollowing(d)))
		w = append(w, fmt.Sprintln(d, row.text("weekday"), row["bank_holiday"], row.text("following"), row.text("preceding"), row.text("modified_following")))
	}
	return g, w, ""
}

func presentations(x example) (got, want any, reason string) {
	in, e, f := x.Inputs, x.Expected, newFigures()
	if in.has("items") {
		var items []NACHItem
		for _, row := range in.list("items") {
			item := texts(row)
			items = append(items, NACHItem{item[0], asMoney(item[1]), item[2], asDate(item[3])})
		}
		credits, open := ExpectedCredits(items)
		for day := range e.sub("expected_credit") {
			f.note(day, credits[asDate(day)], e.sub("expected_credit").text(day))
		}
		f.text("open", fmt.Sprint(open), fmt.Sprint(texts(e["unresolved"])))
		return f.all()
	}
	if !in.has("events") {
		return nil, nil, "bank: return codes are data of the desk"
	}
	var past []Presentation
	var earliest []string
	allowed := true
	for _, row := range in.objects("events") {
		past = append(past, Presentation{row.date("presented"), row.date("returned")})
		var next Date
		next, allowed = NextPresentation(past, row.date("returned"))
		earliest = append(earliest, next.String())
	}
	f.text("second", earliest[0], e.text("earliest_second"))
	f.text("third", earliest[1], e.text("earliest_third"))
	f.text("fourth", fmt.Sprint(allowed), fmt.Sprint(e["fourth_allowed"]))
	l := &ladder{}
	l.owes("L", "E", in.date("due_date"), 1000_00, 0)
	for key := range e {
		if day, ok := strings.CutPrefix(key, "dpd_day_end_"); ok {
			b := mustReplay(l.account(DefaultPolicy()), asDate(strings.ReplaceAll(day, "_", "-")), true)
			f.text("dpd", fmt.Sprint(b.Summary.DPD), e.text(key))
		}
	}
	return f.all()
}

// payouts are amounts given as text and refunds out of excess.
func payouts(x example) (got, want any, reason string) {
	in, e, f := x.Inputs, x.Expected, newFigures()
	amount, held := asMoney(in.text("amount")), in.money("excess_balance")
	on := NewDate(2025, time.April, 1)
	facts := []Fact{{Key: "r", Kind: FactReceipt, ValueDate: on, Amount: held, Receipt: &Receipt{Received: held}},
		{Key: "p", Kind: FactRefund, ValueDate: on, Amount: amount, Refund: &Refund{}}}
	b := mustReplay(facts, on, false)
	f.note("payout", b.Refunds[0].Amount, e.text("payout_amount"))
	f.note("excess", b.Excess, e.text("excess_after"))
	second := CheckRefund(b, amount)
	var refusal *Error
	if !errors.As(second, &refusal) {
		panic("a second refund is allowed")
	}
	f.text("second", "refused "+strings.ToUpper(strings.ReplaceAll(strings.TrimPrefix(refusal.Code, "refund."), ".", "_")), e.text("second_call"))
	return f.all()
}

func bureaus(x example) (got, want any, reason string) {
	f := newFigures()
	for month := range x.Expected.sub("snapshots") {
		first := asDate(month + "-01")
		f.text(month, fmt.Sprint(BureauDates(first.Year(), first.Month())), fmt.Sprint(texts(x.Expected.sub("snapshots")[month])))
	}
	for day := range x.Expected.sub("submit_by") {
		f.text(day, BureauDeadline(asDate(day)).String(), x.Expected.sub("submit_by").text(day))
	}
	return f.all()
}

func closures(x example) (got, want any, reason string) {
	in, e, f := x.Inputs, x.Expected, newFigures()
	deadline, delay, compensation := DocumentRelease(in.date("closed"), in.date("released"), "")
	f.text("deadline", deadline.String(), e.text("deadline"))
	f.text("delay", fmt.Sprint(delay), e.text("delay_days"))
	f.note("compensation", compensation, e.text("compensation"))
	lost, _, _ := DocumentRelease(in.date("closed"), in.date("released"), "yes")
	f.text("lost", lost.String(), e.text("deadline_if_lost"))
	return f.all()
}

func certificates(x example) (got, want any, reason string) {
	l := &ladder{}
	for i, row := range x.Inputs.list("interest_paid_on") {
		paid := texts(row)
		l.owes("L", paid[0], asDate(paid[0]), 0, asMoney(paid[1]))
		l.receives(fmt.Sprint("R", i), asDate(paid[0]), asMoney(paid[1]))
	}
	paid, _ := InterestCertificate(mustReplay(l.account(DefaultPolicy()), NewDate(2026, time.April, 1), true), x.Inputs.text("fy"))
	return paid.String(), x.Expected.text("interest_paid_in_fy"), ""
}

// routings are APV-01: who may approve what, and what a decision makes of it.
func routings(x example) (got, want any, reason string) {
	tables := map[string]Slabs{}
	for _, row := range x.Inputs.objects("slabs") {
		slab := Slab{Levels: row.int("levels")}
		if row.has("up_to") {
			slab.UpTo = row.money("up_to")
		}
		tables[row.text("kind")] = append(tables[row.text("kind")], slab)
	}
	var g, w []string
	for i, row := range x.Inputs.objects("cases") {
		d := Decision{Amount: row.money("amount"), Maker: row.text("maker"), Approver: row.text("approver"), Hash: "a", HashNow: "a"}
		if row["approver_sanctioned_this_loan"] == true {
			d.Sanctioners = []string{d.Approver}
		}
		if row["edited_after_request"] == true {
			d.HashNow = "b"
		}
		level, levels, code := tables[row.text("kind")].Decide(d)
		switch {
		case code != "":
			g = append(g, "refused "+code)
		case level < levels:
			g = append(g, fmt.Sprintf("approved level %d of %d", level, levels))
		default:
			g = append(g, "approved")
		}
		word, _, _ := strings.Cut(texts(x.Expected["result"])[i], " (")
		w = append(w, word)
	}
	return g, w, ""
}

// drawings are SCF-*: discount, margin, lateness, limits, checks.
func drawings(x example) (got, want any, reason string) {
	in, e, f := x.Inputs, x.Expected, newFigures()
	on := NewDate(2025, time.April, 10)
	if base, ok := in["base"].(example); ok {
		for key, value := range base.Inputs {
			if !in.has(key) {
				in[key] = value
			}
		}
	}
	principal := Money(0)
	if in.has("invoice") {
		principal = Eligible(in.money("invoice"), in.rate("margin_pct"))
	}
	switch {
	case in.has("levels"):
		return lineLevels(x)
	case in.has("holdback_pct"):
		return holdbacks(x, principal)
	case in.or("interest_mode", "upfront") == "rear_ended":
		return rearEnded(x, principal)
	case in.has("topup"):
		return drawingChecks(x)
	case in.has("account_available"):
		var levels []LineLevel
		for _, level := range [][2]string{{"LIMIT_AVAILABLE", "account_available"}, {"BORROWER_LIMIT", "borrower_available"}, {"PROGRAM_LIMIT", "program_available"}, {"ANCHOR_LIMIT", "anchor_available"}} {
			levels = append(levels, LineLevel{Check: level[0], Sanctioned: in.money(level[1])})
		}
		room, tightest := EffectiveLimit(levels)
		f.note("effective", room, e.text("effective"))
		f.text("allowed", fmt.Sprint(in.money("request") <= room), fmt.Sprint(e["request_allowed"]))
		f.text("check", tightest, e.text("failed_check"))
	case in.has("face"):
		f.note("bank", must(UpfrontInterest(in.money("face"), in.rate("rate_pa"), in.int("tenor_days"))), e.text("bank_discount"))
		f.note("true", must(TrueDiscount(in.money("face"), in.rate("rate_pa"), in.int("tenor_days"))), e.text("true_discount"))
	case in.has("anchor_days"):
		anchor, borrower, err := Subvention(in.money("principal"), in.rate("rate_pa"), in.int("tenor_days"), in.int("anchor_days"))
		must(anchor, err)
		f.note("anchor", anchor, e.text("anchor_interest"))
		f.note("borrower", borrower, e.text("borrower_interest"))
		f.note("total", anchor+borrower, e.text("total"))
	case in.has("cashback_policy"):
		unearned, earned, err := UnearnedInterest(principal, in.rate("rate_pa"), in.int("tenor_days"), in.int("paid_on_day"))
		must(earned, err)
		f.note("earned", earned, e.text("earned_interest"))
		f.note("cashback", unearned, e.text("cashback_liability"))
	case in.has("penal_rate_pa"):
		l := &ladder{}
		maturity := on.AddDays(in.int("tenor_days"))
		l.owes("L", "T", maturity, principal, 0)
		policy := DefaultPolicy()
		policy.OverdueRate, policy.Penal = in.rate("rate_pa"), PenalPolicy{Kind: PenalRate, Rate: in.rate("penal_rate_pa")}
		b := mustReplay(l.account(policy), on.AddDays(in.int("paid_on_day")), false)
		f.note("overdue", b.Summary.OverdueOutstanding, e.text("overdue_interest"))
		f.note("penal", b.Summary.PenalOutstanding, e.text("penal_charge"))
		f.note("due", b.Summary.DueNow, e.text("total_due"))
	case in.has("processing_fee_pct"):
		interest := must(UpfrontInterest(principal, in.rate("rate_pa"), in.int("tenor_days")))
		fee := in.rate("processing_fee_pct").Of(principal, ToPaisa)
		tax := GST(fee, "27", "29", on).Total()
		f.note("principal", principal, e.text("principal"))
		f.note("interest", interest, e.text("upfront_interest"))
		f.note("fee", fee, e.text("processing_fee"))
		f.note("gst", tax, e.text("gst"))
		f.note("net", principal-interest-fee-tax, e.text("net_payout"))
	default:
		return nil, nil, "a shape of inputs that is new"
	}
	return f.all()
}

func drawingChecks(x example) (got, want any, reason string) {
	in := x.Inputs
	t, p, a := in.sub("topup"), in.sub("program"), in.sub("account")
	yes := func(v any) string { return map[bool]string{true: "yes", false: "no"}[v == true] }
	d := Drawing{On: in.date("business_date"), Amount: t.money("amount"), Invoice: t.money("invoice_amount"), InvoiceDate: t.date("invoice_date"), InvoiceNo: t.text("invoice_no"),
		TenorDays: t.int("tenor_days"), Verified: yes(t["payout_account_verified"]), Mandate: yes(a["nach_active"]), Status: a.text("status"), LineExpiry: a.date("line_expiry"),
		Available: a.money("available"), MinAmount: p.money("min_amount"), MaxAmount: p.money("max_amount"), MaxTenor: p.int("max_tenor"), MaxInvoiceAge: p.int("max_invoice_age_days"),
		AdvanceRate: p.rate("advance_rate_pct"), DPD: a.int("max_dpd"), ExistingInvoices: texts(in["existing_invoices"])}
	if a["line_frozen"] == true {
		d.Frozen = "frozen"
	}
	var g, w []string
	overall := "pass"
	for _, c := range d.Check() {
		if c.Result == CheckNotApplicable {
			continue // nothing is said of it in the example
		}
		g = append(g, c.Check+" "+c.Result)
		if c.Result == "fail" {
			overall = "fail"
		}
	}
	for _, row := range x.Expected.list("results") {
		w = append(w, strings.Join(texts(row), " "))
	}
	slices.Sort(g)
	slices.Sort(w)
	return append(g, overall), append(w, x.Expected.text("overall")), ""
}

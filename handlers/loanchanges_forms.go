package handlers

import (
	"strconv"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
	"lekha/views"
)

// whole reads a whole number; what is none is nothing, and refused as such.
func whole(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0
	}
	return n
}

var (
	reasonInput = views.Input{Name: "reason", Label: "Reason", Required: true, Max: 500}
	rateInput   = views.Input{Name: "roi_value", Label: "Rate, percent a year", Mode: "decimal"}
)

// loanForms are what may be asked about a loan, each dead one with its reason.
func loanForms(actor servicing.Actor, account store.Account, l store.Loan) []views.ChangeForm {
	why := servicing.LoanOffers(actor, l, servicing.LoanChange, servicing.LoanTranche, servicing.LoanForeclose, servicing.LoanCoolOff, servicing.LoanSettle, servicing.LoanWriteOff)
	at := "/accounts/" + account.Ref + "/"
	form := func(name, head, sub string, act servicing.LoanAct, inputs ...views.Input) views.ChangeForm {
		return views.ChangeForm{ID: name + "-" + l.Ref, Head: head, Sub: sub, Path: at + name, Loan: l.Ref, Version: l.Version, Inputs: inputs, Button: "Send for approval", WhyNot: why[act]}
	}
	forms := []views.ChangeForm{
		form("rate-reset", "Another rate", "Rows that fell due stay; interest of the running period is split by days.", servicing.LoanChange,
			required(rateInput), choice("option", "The borrower chose", "raise_emi", "a higher or lower instalment", "extend_tenure", "more instalments", "mix", "a mix"),
			views.Input{Name: "emi_amount", Label: "Instalment of a mix (₹)", Mode: "decimal"}, reasonInput),
		form("restructure", "Restructure", "Because of difficulty: a standard account becomes sub-standard unless a scheme applies.", servicing.LoanChange,
			rateInput, views.Input{Name: "emi_count", Label: "Instalments to come", Mode: "numeric"}, views.Input{Name: "first_due_date", Label: "First due date", Type: "date"},
			views.Input{Name: "rest", Label: "Instalments of rest before them", Mode: "numeric", Placeholder: "0"},
			choice("rest_kind", "Interest during the rest", lending.InterestPaidDuring, "is paid as it falls due", lending.CollectInFirstEMI, "is paid with the first instalment", lending.SpreadOverEMIs, "is spread over the instalments",
				lending.CapitaliseAtEnd, "becomes principal at its end", lending.CapitaliseMonthly, "becomes principal each month"),
			choice("interest", "Unpaid interest", "capitalise", "becomes principal", "add_to_first_emi", "is added to the first instalment", "waive", "is given up"),
			choice("fees", "Unpaid fees", "carry_forward", "stay due", "waive", "are given up"), choice("penal", "Penal charges", "carry_forward", "stay due", "waive", "are given up"),
			views.Input{Name: "scheme", Label: "Scheme under which it stays standard", Max: 120}, reasonInput),
		form("schedule-reset", "Reset the schedule", "Makes the rows to come anew from what is true now; paid rows stay to the paisa.", servicing.LoanChange, reasonInput),
		form("tranche", "Another tranche", "A payout that finance releases; interest runs from the day it reaches the borrower.", servicing.LoanTranche,
			views.Input{Name: "amount", Label: "Amount (₹)", Mode: "decimal", Required: true}),
		form("foreclosure", "Foreclosure quote", "Approved, it is an offer with a last day; money of that amount closes the loan.", servicing.LoanForeclose,
			views.Input{Name: "foreclosure_charge", Label: "Charge, percent of the principal", Mode: "decimal"}, choice("rate_type", "Rate", "fixed", "fixed", "floating", "floating"),
			choice("borrower_type", "Borrower", "other", "neither individual nor micro or small enterprise", "individual", "an individual", "mse", "a micro or small enterprise"),
			choice("purpose", "Purpose", "other", "not business", "business", "business"), choice("lender", "Lender", "nbfc_bl", "NBFC, base layer", "nbfc_ml", "NBFC, middle layer", "nbfc_ul", "NBFC, upper layer", "bank", "bank"),
			views.Input{Name: "valid_days", Label: "Good for days", Mode: "numeric", Placeholder: "7"}, reasonInput),
		form("cooling-off", "Leave in the cooling-off days", "Principal and interest of the days, no charge.", servicing.LoanCoolOff,
			views.Input{Name: "days", Label: "Cooling-off days as disclosed", Mode: "numeric", Required: true}, reasonInput),
		form("settlement", "Compromise settlement", "Less than is owed; the rest is given up when the money is there. Credit and finance both sign.", servicing.LoanSettle,
			views.Input{Name: "amount", Label: "Agreed amount (₹)", Mode: "decimal", Required: true}, views.Input{Name: "valid_days", Label: "Within days", Mode: "numeric", Required: true}, reasonInput),
		form("write-off", "Write off", "Accounting only: the claim stays, and what comes later is a recovery. Credit and finance both sign.", servicing.LoanWriteOff, reasonInput),
	}
	forms[3].Button = "Ask for the payout"
	return forms
}

// accountForms are what may be done with an account as a whole.
func accountForms(actor servicing.Actor, account store.Account) []views.ChangeForm {
	at := "/accounts/" + account.Ref + "/"
	closing := views.ChangeForm{ID: "closure", Head: "Close the account", Sub: "Only when nothing is owed, held or on its way; up to a rupee of rounding is given up.", Path: at + "closure",
		Version: account.Version, Button: "Close the account", WhyNot: servicing.WhyNotClose(actor, account), Inputs: []views.Input{{Name: "reason", Label: "Remark", Max: 500}}}
	reopening := views.ChangeForm{ID: "reopening", Head: "Open it again", Sub: "When money that paid it was taken back. An administrator asks, a credit manager decides.", Path: at + "reopening",
		Button: "Send for approval", Inputs: []views.Input{reasonInput}}
	switch {
	case !actor.Has(servicing.Admin):
		reopening.WhyNot = "This is for an administrator."
	case account.Status != "closed":
		reopening.WhyNot = "The account is not closed."
	}
	return []views.ChangeForm{closing, reopening}
}

func required(in views.Input) views.Input {
	in.Required = true
	return in
}

// choice is a field with values and their words in turn.
func choice(name, label string, pairs ...string) views.Input {
	in := views.Input{Name: name, Label: label, Required: true}
	for i := 0; i+1 < len(pairs); i += 2 {
		in.Options = append(in.Options, views.Option{Value: pairs[i], Label: pairs[i+1]})
	}
	return in
}

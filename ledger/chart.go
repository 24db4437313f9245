package ledger

import (
	"slices"

	"lekha/lending"
)

// Kind says on which side of the accounts a code stands.
type Kind string

// The kinds of account.
const (
	Asset     Kind = "asset"
	Liability Kind = "liability"
	Equity    Kind = "equity"
	Income    Kind = "income"
	Expense   Kind = "expense"
)

// Account is one account of the chart.
type Account struct {
	Code string
	Name string
	Kind Kind
}

// chart is the smallest chart that every entry finds its place in (domain 9.1).
// It is never written to.
var chart = []Account{
	{"1100", "Bank collection", Asset},
	{"1110", "Bank disbursement", Asset},
	{"1120", "Payout clearing", Asset},
	{"1130", "NACH clearing", Asset},
	{"1200", "Loan principal", Asset},
	{"1205", "Principal due", Asset},
	{"1300", "Interest accrued not due", Asset},
	{"1310", "Interest receivable", Asset},
	{"1320", "Overdue interest receivable", Asset},
	{"1330", "Penal charges receivable", Asset},
	{"1340", "Fee receivable", Asset},
	{"1350", "TDS receivable", Asset},
	{"1360", "Anchor receivable", Asset},
	{"1370", "Refunds to be recovered", Asset},
	{"1380", "GST input credit", Asset},
	{"2100", "Excess payment", Liability},
	{"2110", "Holdback payable", Liability},
	{"2120", "Cashback payable", Liability},
	{"2130", "Receipts to allocate", Liability},
	{"2135", "Unmatched receipts suspense", Liability},
	{"2140", "Unearned interest", Liability},
	{"2150", "Unearned fees", Liability},
	{"2160", "Third-party payables", Liability},
	{"2201", "CGST output", Liability},
	{"2202", "SGST output", Liability},
	{"2203", "IGST output", Liability},
	{"2400", "Interest suspense", Liability},
	{"2500", "Provision standard", Liability},
	{"2510", "Provision NPA", Liability},
	{"3000", "Funding", Equity},
	{"4100", "Interest income", Income},
	{"4110", "Overdue interest income", Income},
	{"4120", "Penal charges income", Income},
	{"4130", "Processing fee income", Income},
	{"4140", "Bounce charge income", Income},
	{"4150", "Foreclosure charge income", Income},
	{"4155", "Other fee income", Income},
	{"4160", "Recovery written-off", Income},
	{"4190", "Rounding gain", Income},
	{"5100", "Bad debts written off", Expense},
	{"5110", "Provision expense", Expense},
	{"5120", "Waivers", Expense},
	{"5130", "Cashback and subvention", Expense},
	{"5140", "Gateway and bank charges", Expense},
	{"5190", "Rounding loss", Expense},
}

// Chart lists the accounts by code.
func Chart() []Account { return slices.Clone(chart) }

// AccountOf is the account of a code.
func AccountOf(code string) (Account, bool) {
	for _, a := range chart {
		if a.Code == code {
			return a, true
		}
	}
	return Account{Code: code}, false
}

// Role is what a line does, whatever code it has.
type Role string

// The roles.
const (
	BankCollection   Role = "bank_collection"
	BankDisbursement Role = "bank_disbursement"
	PayoutClearing   Role = "payout_clearing"
	PrincipalLent    Role = "principal"
	PrincipalDue     Role = "principal_due"
	InterestAccrued  Role = "interest_accrued"
	InterestDue      Role = "interest_receivable"
	OverdueDue       Role = "overdue_receivable"
	PenalDue         Role = "penal_receivable"
	FeeDue           Role = "fee_receivable"
	TDSReceivable    Role = "tds_receivable"
	AnchorDue        Role = "anchor_receivable"
	RefundToRecover  Role = "refund_to_recover"
	GSTInput         Role = "gst_input"
	Excess           Role = "excess"
	Holdback         Role = "holdback"
	Cashback         Role = "cashback"
	ToAllocate       Role = "receipts_to_allocate"
	Suspense         Role = "unmatched_suspense"
	Unearned         Role = "unearned_interest"
	ThirdParty       Role = "third_party"
	CGST             Role = "cgst"
	SGST             Role = "sgst"
	IGST             Role = "igst"
	InterestSuspense Role = "interest_suspense"
	ProvisionNPA     Role = "provision_npa"
	ProvisionAll     Role = "provision_standard"
	InterestIncome   Role = "interest_income"
	OverdueIncome    Role = "overdue_income"
	PenalIncome      Role = "penal_income"
	ProcessingIncome Role = "processing_income"
	BounceIncome     Role = "bounce_income"
	ForeclosureFee   Role = "foreclosure_income"
	OtherFeeIncome   Role = "other_fee_income"
	RecoveryIncome   Role = "recovery_income"
	BadDebt          Role = "bad_debt"
	ProvisionExpense Role = "provision_expense"
	Waived           Role = "waivers"
	Promotion        Role = "promotion"
	GatewayCharge    Role = "gateway_charge"
)

// Mapping gives a role its code from a booking date on.
type Mapping struct {
	Role Role
	Code string
	From lending.Date
}

// standard is the mapping that holds until a company dates another. It is never
// written to.
var standard = []Mapping{
	{BankCollection, "1100", 0}, {BankDisbursement, "1110", 0}, {PayoutClearing, "1120", 0},
	{PrincipalLent, "1200", 0}, {PrincipalDue, "1205", 0}, {InterestAccrued, "1300", 0}, {InterestDue, "1310", 0},
	{OverdueDue, "1320", 0}, {PenalDue, "1330", 0}, {FeeDue, "1340", 0}, {TDSReceivable, "1350", 0}, {AnchorDue, "1360", 0}, {RefundToRecover, "1370", 0}, {GSTInput, "1380", 0},
	{Excess, "2100", 0}, {Holdback, "2110", 0}, {Cashback, "2120", 0}, {ToAllocate, "2130", 0}, {Suspense, "2135", 0},
	{Unearned, "2140", 0}, {ThirdParty, "2160", 0}, {CGST, "2201", 0}, {SGST, "2202", 0}, {IGST, "2203", 0},
	{InterestSuspense, "2400", 0}, {ProvisionAll, "2500", 0}, {ProvisionNPA, "2510", 0},
	{InterestIncome, "4100", 0}, {OverdueIncome, "4110", 0}, {PenalIncome, "4120", 0}, {ProcessingIncome, "4130", 0},
	{BounceIncome, "4140", 0}, {ForeclosureFee, "4150", 0}, {OtherFeeIncome, "4155", 0}, {RecoveryIncome, "4160", 0},
	{BadDebt, "5100", 0}, {ProvisionExpense, "5110", 0}, {Waived, "5120", 0}, {Promotion, "5130", 0}, {GatewayCharge, "5140", 0},
}

// Standard is the mapping of domain 9.1.
func Standard() []Mapping { return slices.Clone(standard) }

// CodeOf is the code of a role on a booking date: the latest of those given that
// had begun by then, else the standard one. Empty for a role that is not known.
func CodeOf(role Role, on lending.Date, dated []Mapping) string {
	var found Mapping
	for _, list := range [][]Mapping{standard, dated} {
		for _, m := range list {
			if m.Role == role && m.From <= on && (found.Code == "" || m.From >= found.From) {
				found = m
			}
		}
	}
	return found.Code
}

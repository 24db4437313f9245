package lending

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// DrawingRules are what a program says of drawings on its lines (domain 15, line):
// a parameter set that is dated and changed by proposal.
type DrawingRules struct {
	MinAmount     Money             `json:"min_amount,omitempty"`
	MaxAmount     Money             `json:"max_amount,omitempty"` // 0: no bound
	MinTenor      int               `json:"min_tenor,omitempty"`
	MaxTenor      int               `json:"max_tenor,omitempty"`
	MinInvoice    Money             `json:"min_invoice,omitempty"`
	MaxInvoice    Money             `json:"max_invoice,omitempty"`
	MaxInvoiceAge int               `json:"max_invoice_age_days,omitempty"`
	AdvanceRate   Rate              `json:"advance_rate_pct,omitzero"`
	NeedsInvoice  bool              `json:"needs_invoice,omitempty"`
	MaturityDays  int               `json:"maturity_days,omitempty"` // that a drawing may fall due after its line
	MaxDPD        int               `json:"max_dpd,omitempty"`
	BorrowerDPD   int               `json:"borrower_max_dpd,omitempty"`
	FreezeDPD     int               `json:"freeze_dpd,omitempty"`   // above these days past due no level of the account is drawn on; 0: never
	AdhocMax      Rate              `json:"adhoc_max_pct,omitzero"` // of the sanctioned amount; 0: no adhoc limits
	LimitBase     string            `json:"limit_base,omitempty"`   // principal (default) or total_outstanding
	AllOrNone     bool              `json:"all_or_none,omitempty"`  // of groups, unless the group says otherwise
	Severity      map[string]string `json:"severity,omitempty"`     // check -> warn or off
}

// What of a drawing takes up a limit.
const (
	LimitPrincipal = "principal"
	LimitTotal     = "total_outstanding"
)

// Severities says how hard each configurable check is. Not every lender draws by
// mandate, so a missing one warns unless the program says that it fails.
func (r DrawingRules) Severities() map[string]string {
	out := map[string]string{"MANDATE_ACTIVE": CheckWarn}
	maps.Copy(out, r.Severity)
	return out
}

// Validate refuses rules that contradict themselves, field by field.
func (r DrawingRules) Validate() error {
	faults := map[string]string{}
	for name, amount := range map[string]Money{"min_amount": r.MinAmount, "max_amount": r.MaxAmount, "min_invoice": r.MinInvoice, "max_invoice": r.MaxInvoice} {
		if amount < 0 || amount > maxMoney {
			faults[name] = "This is no amount."
		}
	}
	for name, days := range map[string]int{"min_tenor": r.MinTenor, "max_tenor": r.MaxTenor, "max_invoice_age_days": r.MaxInvoiceAge, "maturity_days": r.MaturityDays,
		"max_dpd": r.MaxDPD, "borrower_max_dpd": r.BorrowerDPD, "freeze_dpd": r.FreezeDPD} {
		if days < 0 || days > maxEvery {
			faults[name] = fmt.Sprintf("These are days, at most %d.", maxEvery)
		}
	}
	for name, rate := range map[string]Rate{"advance_rate_pct": r.AdvanceRate, "adhoc_max_pct": r.AdhocMax} {
		if rate < 0 || rate > 100_000_000 {
			faults[name] = "This is a percentage up to 100."
		}
	}
	if r.MaxAmount > 0 && r.MinAmount > r.MaxAmount {
		faults["max_amount"] = "This is less than the least amount."
	}
	if r.MaxTenor > 0 && r.MinTenor > r.MaxTenor {
		faults["max_tenor"] = "This is less than the least tenor."
	}
	if r.MaxInvoice > 0 && r.MinInvoice > r.MaxInvoice {
		faults["max_invoice"] = "This is less than the least invoice."
	}
	if r.LimitBase != "" && r.LimitBase != LimitPrincipal && r.LimitBase != LimitTotal {
		faults["limit_base"] = "What takes up a limit is the principal or the total_outstanding."
	}
	for check, severity := range r.Severity {
		if !slices.Contains(ConfigurableChecks(), check) || !slices.Contains([]string{CheckFail, CheckWarn, "off"}, severity) {
			faults["severity"] = "A check that may be set is fail, warn or off: " + strings.Join(ConfigurableChecks(), ", ") + "."
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: "drawing_rules.invalid", Message: "The rules of drawings cannot be kept like this.", Fields: faults}
}

package servicing

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"lekha/lending"
)

// LoanData holds loan parameters as they were given, by wire key: numbers as
// numbers whatever they came as, everything checked by itself. What they mean
// together is decided when a schedule is made of them.
type LoanData map[string]json.RawMessage

// shape is how the value of a loan parameter is written.
type shape int

const (
	wholeShape    shape = iota // a whole number between least and most
	rateShape                  // percent
	ratesShape                 // percent, or slabs of {days, value}
	moneyShape                 // rupees
	numberShape                // rupees or percent, as another key says
	wordShape                  // one of words
	flagShape                  // true or false
	dateShape                  // YYYY-MM-DD or unix seconds
	daysShape                  // 30, 360, 364, 365 or "actual"
	roundingShape              // {"unit","mode"}, or "unit mode"
	daysListShape              // days of the month
	objectShape                // read by lending as it is
)

// loanParameter is one key of the wire and what it takes.
type loanParameter struct {
	key         string
	shape       shape
	words       []string
	least, most int64
}

// most of a number of days, instalments or periods: ten years of days.
const manyDays = 3660

var (
	percentOrFixed = []string{"percentage", "fixed"}
	payees         = []string{"borrower", "anchor", "custom_bank"}
)

// loanCatalogue is every key of the reference's loan parameters and of
// spec/api.md, in the order in which they are given out. It is never written to.
var loanCatalogue = []loanParameter{
	{key: "type", shape: wordShape, words: []string{"loan", "line"}},
	{key: "days_in_month", shape: daysShape}, {key: "days_in_year", shape: daysShape},
	{key: "tenure_period", shape: wordShape, words: []string{"days", "months", "years"}},
	{key: "tenure_value", shape: wholeShape, most: manyDays},
	{key: "tenure_period_type", shape: wordShape, words: []string{"as_per_days", "as_per_months", "fixed"}},
	{key: "tenure_fixed_due_date", shape: flagShape}, {key: "tenure_due_days", shape: daysListShape},
	{key: "tenure_min_days", shape: wholeShape, most: manyDays},
	{key: "tenure_starts_at", shape: wordShape, words: []string{"disbursement_date", "invoice_date"}},
	{key: "roi_period", shape: wordShape, words: []string{"years", "months", "days"}},
	{key: "roi_slab_based", shape: flagShape}, {key: "roi_slab_pricing", shape: wordShape, words: []string{lending.SlabOwnDays, lending.SlabAllDays}},
	{key: "roi_value", shape: ratesShape}, {key: "flat_roi_value", shape: rateShape},
	{key: "overdue_roi_same_as_roi", shape: flagShape}, {key: "overdue_roi_slab_based", shape: flagShape}, {key: "overdue_roi_value", shape: ratesShape},
	{key: "security_value", shape: moneyShape}, // what the security would bring: provisions go by it
	{key: "overdue_base", shape: wordShape, words: []string{lending.BasePrincipalInterest, lending.BasePrincipal}},
	{key: "penal_roi_same_as_roi", shape: flagShape}, {key: "penal_roi_slab_based", shape: flagShape}, {key: "penal_tax", shape: rateShape},
	{key: "penal_min_amount", shape: moneyShape}, {key: "penal_max_amount", shape: moneyShape}, {key: "penal_roi_value", shape: ratesShape},
	{key: "penal_roi_value_type", shape: wordShape, words: percentOrFixed},
	{key: "penal_accrual_frequency", shape: wordShape, words: []string{"daily", "monthly", "once"}},
	{key: "penal_lag_days_after_due", shape: wholeShape, most: 366},
	{key: "penal_calculation_type", shape: wordShape, words: []string{"exclude_grace_period", "include_grace_period"}},
	{key: "grace_days", shape: wholeShape, most: 366},
	{key: "interest_starts", shape: wordShape, words: []string{"same_day", "next_day"}},
	{key: "interest_lock_in_enabled", shape: flagShape}, {key: "interest_lock_in_days", shape: wholeShape, most: manyDays},
	{key: "subvention_is_enabled", shape: flagShape}, {key: "subvention_value_type", shape: wordShape, words: percentOrFixed},
	{key: "subvention_value", shape: numberShape}, {key: "subvention_days", shape: wholeShape, most: manyDays},
	{key: "cashback_is_enabled", shape: flagShape}, {key: "cashback_use_as", shape: wordShape, words: []string{"adjust", "payout"}},
	{key: "cashback_payment_to", shape: wordShape, words: payees}, {key: "cashback_release_at", shape: wordShape, words: []string{"loan_closure", "repayment"}},
	{key: "cashback_deduction_is_enabled", shape: flagShape}, {key: "cashback_deduction_type", shape: wordShape, words: percentOrFixed},
	{key: "cashback_deduction_value", shape: numberShape},
	{key: "holdback_is_enabled", shape: flagShape}, {key: "holdback_rate", shape: rateShape}, {key: "holdback_return_is_enabled", shape: flagShape},
	{key: "holdback_return_payment_to", shape: wordShape, words: payees},
	{key: "margin_is_enabled", shape: flagShape}, {key: "margin_value_type", shape: wordShape, words: percentOrFixed}, {key: "margin_value", shape: numberShape},
	{key: "margin_receive_before_disbursement", shape: flagShape},
	{key: "pf_is_enabled", shape: flagShape}, {key: "pf_value_type", shape: wordShape, words: percentOrFixed}, {key: "pf_value", shape: numberShape},
	{key: "pf_gst", shape: rateShape},
	{key: "emi_frequency", shape: wordShape, words: []string{"daily", "weekly", "fortnightly", "monthly", "quarterly", "half_yearly", "yearly", "days"}},
	{key: "emi_count", shape: wholeShape, most: 1000}, {key: "emi_every", shape: wholeShape, least: 1, most: manyDays}, {key: "emi_amount", shape: moneyShape},
	{key: "emi_rounding", shape: roundingShape}, {key: "emi_basis", shape: wordShape, words: []string{lending.EMIFormula, lending.EMISolve}},
	{key: "interest_method", shape: wordShape, words: []string{string(lending.Reducing), string(lending.Flat)}},
	{key: "interest_basis", shape: wordShape, words: []string{lending.BasisPeriod, lending.BasisDays}},
	{key: "interest_payment", shape: wordShape, words: []string{lending.PaidPeriodically, lending.PaidAtMaturity}},
	{key: "interest_mode", shape: wordShape, words: []string{interestRearEnded, interestUpfront, interestMonthlyRest}},
	{key: "discount_method", shape: wordShape, words: []string{"bank", discountTrue}}, {key: "holdback_interest_base", shape: wordShape, words: []string{"net", "gross"}},
	{key: "interest_rounding", shape: roundingShape}, {key: "interest_recalculation", shape: wordShape, words: []string{"none", "daily"}},
	{key: "amortization", shape: wordShape, words: []string{"equal_instalments", "equal_principal", "interest_only", "bullet", "structured"}},
	{key: "first_due_date", shape: dateShape}, {key: "cycle_day", shape: wholeShape, least: 1, most: 31},
	{key: "last_instalment", shape: wordShape, words: []string{lending.LastAbsorbs, lending.LastLevel, lending.LastSeparate}},
	{key: "bpi_mode", shape: wordShape, words: []string{"upfront", "first_emi", "instalment_zero", "spread", "none"}}, {key: "bpi_rounding", shape: roundingShape},
	{key: "moratorium", shape: objectShape}, {key: "steps", shape: objectShape}, {key: "balloon", shape: moneyShape}, {key: "schedule", shape: objectShape},
	{key: "settlement_order", shape: wordShape, words: []string{"due_date_first", "component_first", "loan_first"}}, {key: "component_order", shape: objectShape},
	{key: "restate_category", shape: wordShape, words: []string{lending.RestateByBankDate, lending.RestateByValueDate, lending.RestateNever}},
}

// The values of interest_mode: interest is paid with the instalments, or kept
// back from the money paid out.
const (
	interestRearEnded = "rear_ended"
	interestUpfront   = "upfront"

	interestMonthlyRest = "monthly_rest" // of a drawing: interest by the month, the principal at the end
	discountTrue        = "true"         // interest kept back grows what is paid out to the face value
)

// LoanParameterKeys lists the keys of loan parameters in the order in which they
// are given out.
func LoanParameterKeys() []string {
	keys := make([]string, len(loanCatalogue))
	for i, p := range loanCatalogue {
		keys[i] = p.key
	}
	return keys
}

// ParseLoanData checks loan parameters key by key. Keys that are not in the
// catalogue are passed over, as the wire asks; null and "" are not given.
func ParseLoanData(given map[string]json.RawMessage) (LoanData, error) {
	data, faults := LoanData{}, faults{}
	for _, p := range loanCatalogue {
		value, there := given[p.key]
		value = bytes.TrimSpace(value)
		if !there || isNothing(value) {
			continue
		}
		read, fault := p.read(value)
		if fault != "" {
			faults.add(p.key, fault)
			continue
		}
		data[p.key] = read
	}
	return data, faults.refuse("loan_data.invalid", "The loan parameters cannot be kept like this.")
}

// readLoanData reads what was stored.
func readLoanData(text string) (LoanData, error) {
	data := LoanData{}
	if text == "" {
		return data, nil
	}
	if err := json.Unmarshal([]byte(text), &data); err != nil {
		return nil, fmt.Errorf("reading loan parameters: %w", err)
	}
	return data, nil
}

// text is the form in which they are stored.
func (d LoanData) text() string {
	if len(d) == 0 {
		return "{}"
	}
	text, _ := json.Marshal(d) // values are JSON already
	return string(text)
}

// over lays parameters over others. Either key of the rate replaces both.
func (d LoanData) over(base LoanData) LoanData {
	out := maps.Clone(base)
	if out == nil {
		out = LoanData{}
	}
	if d["roi_value"] != nil || d["flat_roi_value"] != nil {
		delete(out, "roi_value")
		delete(out, "flat_roi_value")
	}
	maps.Copy(out, d)
	return out
}

func isNothing(value []byte) bool {
	return len(value) == 0 || string(value) == "null" || string(value) == `""`
}

// read checks one value and brings it into the form in which it is kept.
func (p loanParameter) read(value json.RawMessage) (json.RawMessage, string) {
	text := jsonText(value)
	switch p.shape {
	case wholeShape:
		return p.readWhole(text)
	case rateShape:
		rate, err := lending.ParseRate(text)
		return json.RawMessage(rate.String()), sentence(err)
	case ratesShape:
		return readRates(value, text)
	case moneyShape:
		amount, err := lending.ParseMoney(text)
		if err == nil && amount < 0 {
			return nil, "An amount is not negative."
		}
		return json.RawMessage(amount.Decimal().String()), sentence(err)
	case numberShape:
		number, err := decimal.NewFromString(text)
		if err != nil || len(text) > 20 || number.IsNegative() || !number.Shift(6).IsInteger() {
			return nil, p.key + " is a number that is not negative, with at most six decimals."
		}
		return json.RawMessage(number.String()), ""
	case wordShape:
		if !slices.Contains(p.words, text) {
			return nil, p.key + " is one of " + strings.Join(p.words, ", ") + "."
		}
		return quoted(text), ""
	case flagShape:
		flag, err := strconv.ParseBool(strings.ToLower(text))
		if err != nil {
			return nil, p.key + " is true or false."
		}
		return json.RawMessage(strconv.FormatBool(flag)), ""
	case dateShape:
		date, err := wireDate(text)
		return quoted(date.String()), sentence(err)
	case daysShape:
		days, err := lending.ParseDays(text)
		if err != nil || days == 0 {
			return nil, p.key + " is 30, 360, 364, 365 or actual."
		}
		kept, _ := json.Marshal(days)
		return kept, ""
	case roundingShape:
		return readRounding(p.key, value, text)
	case daysListShape:
		var days []json.RawMessage
		if err := json.Unmarshal(value, &days); err != nil || len(days) > 31 {
			return nil, p.key + " is a list of days of the month."
		}
		for i, day := range days {
			read, fault := loanParameter{key: p.key, least: 1, most: 31}.readWhole(jsonText(day))
			if fault != "" {
				return nil, fault
			}
			days[i] = read
		}
		kept, _ := json.Marshal(days)
		return kept, ""
	}
	return p.readObject(value, text)
}

// maxObject keeps an explicit schedule of a thousand rows and refuses a flood.
const maxObject = 128 << 10

// readObject checks what lending reads by itself.
func (p loanParameter) readObject(value json.RawMessage, text string) (json.RawMessage, string) {
	if len(value) > maxObject {
		return nil, "This is too long."
	}
	var terms lending.Terms
	switch p.key {
	case "component_order":
		_, err := lending.ParseComponentOrder(text)
		return quoted(text), sentence(err)
	case "schedule":
		if _, err := principalRows(value); err != nil {
			return nil, err.Error()
		}
	default:
		object, _ := json.Marshal(map[string]json.RawMessage{p.key: value})
		if err := json.Unmarshal(object, &terms); err != nil {
			return nil, p.key + " cannot be read."
		}
	}
	var kept bytes.Buffer
	if err := json.Compact(&kept, value); err != nil {
		return nil, p.key + " cannot be read."
	}
	return kept.Bytes(), ""
}

func (p loanParameter) readWhole(text string) (json.RawMessage, string) {
	number, err := decimal.NewFromString(text)
	if err != nil || len(text) > 20 || !number.IsInteger() || number.LessThan(decimal.NewFromInt(p.least)) || number.GreaterThan(decimal.NewFromInt(p.most)) {
		return nil, fmt.Sprintf("%s is a whole number from %d to %d.", p.key, p.least, p.most)
	}
	return json.RawMessage(number.String()), ""
}

// slab is a value that holds up to a day; the last one has no end.
type slab struct {
	Days  json.RawMessage `json:"days"` // as given: "15", 30, -1 or "inf"
	Value json.RawMessage `json:"value"`
}

// end is the last day of a slab; 0 for the rest, written -1 or "inf".
func (s slab) end() (int, bool) {
	text := jsonText(s.Days)
	if text == "-1" || text == "inf" {
		return 0, true
	}
	days, err := strconv.Atoi(text)
	return days, err == nil && days > 0 && days <= manyDays
}

// readRates takes one percentage, or slabs of them with their days as given.
func readRates(value json.RawMessage, text string) (json.RawMessage, string) {
	if len(value) > 0 && value[0] != '[' {
		rate, err := lending.ParseRate(text)
		return json.RawMessage(rate.String()), sentence(err)
	}
	var slabs []slab
	if err := json.Unmarshal(value, &slabs); err != nil || len(slabs) == 0 || len(slabs) > 50 {
		return nil, "This is a percentage, or slabs of days and value."
	}
	before := 0
	for i := range slabs {
		end, ok := slabs[i].end()
		if last := i == len(slabs)-1; !ok || !last && end <= before || last && end != 0 && end <= before {
			return nil, "The days of slabs rise; the last one may be -1 or inf."
		}
		rate, err := lending.ParseRate(jsonText(slabs[i].Value))
		if err != nil {
			return nil, err.Error()
		}
		before, slabs[i].Value = end, json.RawMessage(rate.String())
	}
	kept, _ := json.Marshal(slabs)
	return kept, ""
}

// readRounding takes {"unit":"1","mode":"up"}, or "1 up" from a file.
func readRounding(key string, value json.RawMessage, text string) (json.RawMessage, string) {
	if unit, mode, ok := strings.Cut(text, " "); ok && value[0] == '"' {
		value, _ = json.Marshal(map[string]string{"unit": unit, "mode": mode})
	}
	var rounding lending.Rounding
	if err := json.Unmarshal(value, &rounding); err != nil {
		return nil, key + ` is written {"unit":"1","mode":"up"}.`
	}
	if err := rounding.Validate(key); err != nil {
		return nil, err.Error()
	}
	kept, _ := json.Marshal(rounding)
	return kept, ""
}

// jsonText is a string without its quotes, or a number as it stands.
// Text is the value of a parameter as a person would type it; "" where it is not given.
func (d LoanData) Text(key string) string { return jsonText(d[key]) }

func jsonText(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return strings.TrimSpace(text)
	}
	return string(bytes.TrimSpace(value))
}

func quoted(text string) json.RawMessage {
	kept, _ := json.Marshal(text)
	return kept
}

func sentence(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// wireDate reads a day, or unix seconds, as the wire writes it.
func wireDate(text string) (lending.Date, error) {
	if seconds, err := decimal.NewFromString(text); err == nil && len(text) <= 20 {
		return lending.DateOf(time.Unix(seconds.IntPart(), 0)), nil
	}
	return lending.ParseDate(isoDay(text))
}

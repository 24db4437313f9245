package servicing

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lekha/lending"
	"lekha/store"
)

// A dated parameter is a number that law or policy sets from a day on. The program
// knows the law; a lender may set another value, from a day to come, by two people.

// The units of dated parameters.
const (
	InDays    = "days"
	InPercent = "percent" // millionths of a percent
	YesOrNo   = "yes_no"  // 1 or 0
)

// DatedParameter is one of them with what it was over time.
type DatedParameter struct {
	Name   string
	Words  string
	Unit   string
	Values []DatedValue // oldest first
	Wait   string       // ref of the open request
}

// DatedValue is what a parameter is from a day on.
type DatedValue struct {
	From     lending.Date
	Value    int64
	Source   string // where the law stands
	Approval string // or the approval by which the lender set it
}

// unmatchedDays is how long a credit may be nobody's at the end of a month.
const unmatchedDays = "month_unmatched_days"

// datedNames are the parameters that a lender may set here. It is never written to.
var datedNames = []struct{ name, words, unit string }{
	{unmatchedDays, "Days that a credit may be unmatched when a month is closed", InDays},
	{"provision_standard_base", "Provision of standard assets, Base Layer", InPercent},
	{"provision_standard_middle", "Provision of standard assets, Middle Layer", InPercent},
	{"provision_sub_standard", "Provision of sub-standard assets", InPercent},
	{"provision_doubtful_1", "Provision of the secured part, doubtful up to one year", InPercent},
	{"provision_doubtful_2", "Provision of the secured part, doubtful one to three years", InPercent},
	{"provision_doubtful_3", "Provision of the secured part, doubtful more than three years", InPercent},
	{"gst_rate", "GST on charges", InPercent},
}

// taxedPrefix begins the parameter that says whether a charge bears GST.
const taxedPrefix = "gst_on_"

// defaultUnmatchedDays is what holds until a lender says otherwise: money of the
// week-end before a month ends has its account by then.
const defaultUnmatchedDays = 3

// DatedParameters lists them with their values: the law's first, then the lender's.
func DatedParameters(ctx context.Context, v *store.View) ([]DatedParameter, error) {
	own, err := v.Parameters(ctx)
	if err != nil {
		return nil, err
	}
	out := standardParameters()
	for i := range out {
		for _, p := range own {
			if p.Name == out[i].Name {
				out[i].Values = append(out[i].Values, DatedValue{From: p.EffectiveFrom, Value: p.Value, Approval: p.Approval})
			}
		}
		slices.SortStableFunc(out[i].Values, func(a, b DatedValue) int { return int(a.From - b.From) })
		open, err := v.OpenApprovalOf(ctx, "parameter/"+out[i].Name)
		if err != nil && !isMissing(err) {
			return nil, err
		}
		out[i].Wait = open.Ref
	}
	return out, nil
}

// standardParameters are the parameters as the law has them.
func standardParameters() []DatedParameter {
	var out []DatedParameter
	for _, n := range datedNames {
		p := DatedParameter{Name: n.name, Words: n.words, Unit: n.unit}
		if n.name == unmatchedDays {
			p.Values = []DatedValue{{Value: defaultUnmatchedDays, Source: "Practice of this program"}}
		}
		for _, l := range lending.Parameters(n.name) {
			p.Values = append(p.Values, DatedValue{From: l.EffectiveFrom, Value: l.Value, Source: l.Source})
		}
		out = append(out, p)
	}
	for _, h := range lending.GSTHeads() {
		p := DatedParameter{Name: taxedPrefix + h.Head, Words: "GST on " + strings.ReplaceAll(h.Head, "_", " "), Unit: YesOrNo}
		value := DatedValue{From: h.EffectiveFrom, Source: h.Source}
		if h.Taxed {
			value.Value = 1
		}
		p.Values = []DatedValue{value}
		out = append(out, p)
	}
	return out
}

// On is what a parameter is on a day; before the first day of all it is that of the
// first.
func (p DatedParameter) On(day lending.Date) DatedValue {
	var found DatedValue
	for i, v := range p.Values {
		if i == 0 || v.From <= day {
			found = v
		}
	}
	return found
}

// Say writes a value in its unit.
func (p DatedParameter) Say(value int64) string {
	switch p.Unit {
	case InPercent:
		return lending.Rate(value).String() + " %"
	case YesOrNo:
		return map[bool]string{true: "taxed", false: "not taxed"}[value == 1]
	}
	return fmt.Sprintf("%d days", value)
}

// parameterOn is what a parameter is on a day.
func parameterOn(ctx context.Context, v *store.View, name string, day lending.Date) (int64, error) {
	all, err := DatedParameters(ctx, v)
	if err != nil {
		return 0, err
	}
	for _, p := range all {
		if p.Name == name {
			return p.On(day).Value, nil
		}
	}
	return 0, fmt.Errorf("there is no parameter %s", name)
}

// ParameterInput asks that a dated parameter has another value from a day on.
type ParameterInput struct {
	Name   string
	Value  string // in its unit: 3, 0.40, yes
	From   lending.Date
	Reason string
}

// parameterDone is what a request about a parameter does.
type parameterDone struct {
	Name  string       `json:"name"`
	Value int64        `json:"value"`
	From  lending.Date `json:"from"`
}

// ProposeParameter asks a second person for another value of a dated parameter. It
// holds from a day to come: what was booked stays as it was booked.
func (o *Office) ProposeParameter(ctx context.Context, actor Actor, in ParameterInput) (store.Approval, error) {
	var asked store.Approval
	if err := actor.need(MayCloseBooks); err != nil {
		return asked, err
	}
	err := o.command(ctx, actor, note{action: "parameter.propose", subject: in.Name, input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		all, err := DatedParameters(ctx, &tx.View)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(all, func(p DatedParameter) bool { return p.Name == in.Name })
		if at < 0 {
			return lending.RefuseField("name", "parameter.name", "There is no parameter of this name.")
		}
		p := all[at]
		value, err := p.read(in.Value)
		if err != nil {
			return err
		}
		if err := p.mayHold(value, in.From, tx.Today); err != nil {
			return err
		}
		do, err := json.Marshal(parameterDone{p.Name, value, in.From})
		if err != nil {
			return fmt.Errorf("writing a parameter: %w", err)
		}
		asked, err = askChange(ctx, tx, actor, changeRequest{kind: "parameter", subject: "parameter/" + p.Name, reason: in.Reason,
			body: changeBody{Label: p.Words, Do: do, Terms: []ChangedTerm{{p.Words, p.Say(p.On(in.From).Value), p.Say(value) + " from " + in.From.Words()}}}})
		n.summary = "Asked for another value: " + p.Words + ", " + p.Say(value) + " from " + in.From.Words()
		return err
	})
	return asked, err
}

// mayHold refuses a day that is past, a value that is there already, and one that
// another approval set on the same day.
func (p DatedParameter) mayHold(value int64, from, today lending.Date) error {
	if from <= today {
		return lending.RefuseField("from", "parameter.from", "Another value holds from a day to come: after "+today.Words()+".")
	}
	if p.On(from).Value == value {
		return lending.RefuseField("value", "parameter.same", "It is "+p.Say(value)+" already.")
	}
	if slices.ContainsFunc(p.Values, func(v DatedValue) bool { return v.From == from && v.Approval != "" }) {
		return lending.RefuseField("from", "parameter.from", "A value from that day is set already. Choose another day.")
	}
	return nil
}

// maxParameterDays is more than any grace that people mean.
const maxParameterDays = 365

// read reads a value in the unit of its parameter.
func (p DatedParameter) read(text string) (int64, error) {
	text = strings.TrimSpace(text)
	switch p.Unit {
	case InPercent:
		rate, err := lending.ParseRate(strings.TrimSpace(strings.TrimSuffix(text, "%")))
		if err != nil || rate < 0 || rate > 100_000_000 {
			return 0, lending.RefuseField("value", "parameter.value", "This is from 0 to 100 percent.")
		}
		return int64(rate), nil
	case YesOrNo:
		switch strings.ToLower(text) {
		case "yes", "taxed":
			return 1, nil
		case "no", "not taxed":
			return 0, nil
		}
		return 0, lending.RefuseField("value", "parameter.value", "This is yes or no.")
	}
	var days int64
	if _, err := fmt.Sscanf(text, "%d", &days); err != nil || days < 0 || days > maxParameterDays || fmt.Sprint(days) != text {
		return 0, lending.RefuseField("value", "parameter.value", fmt.Sprintf("This is from 0 to %d days.", maxParameterDays))
	}
	return days, nil
}

// carryOutParameter puts a value in place that was approved.
func carryOutParameter(ctx context.Context, tx *store.Tx, a store.Approval, body changeBody) error {
	var done parameterDone
	if err := json.Unmarshal(body.Do, &done); err != nil {
		return fmt.Errorf("reading approval %s: %w", a.Ref, err)
	}
	if done.From <= tx.Today {
		return lending.Refuse(lending.Conflict, "approval.stale", "The day from which this was to hold, "+done.From.Words()+", has come. It has to be sent again with a later one.")
	}
	return tx.AddParameter(ctx, store.Parameter{Name: done.Name, EffectiveFrom: done.From, Value: done.Value, Approval: a.Ref})
}

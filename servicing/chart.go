package servicing

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lekha/ledger"
	"lekha/lending"
	"lekha/store"
)

// ChartRow is what an entry does, with the code that it has.
type ChartRow struct {
	Role     string
	Words    string // name of its account in the standard chart
	Kind     string // asset, liability, equity, income, expense
	Standard string // code in the standard chart
	Code     string // today
	Name     string
	Dated    []store.JournalMapping // codes of the company, past and to come
	Wait     string                 // ref of the open request
}

// ChartOf lists the roles of the journal with their codes on the open day.
func ChartOf(ctx context.Context, v *store.View) ([]ChartRow, error) {
	company, err := v.Company(ctx)
	if err != nil {
		return nil, err
	}
	names, err := CodeNames(ctx, v)
	if err != nil {
		return nil, err
	}
	rows, err := v.JournalMappings(ctx)
	if err != nil {
		return nil, err
	}
	mapped, err := codesOn(ctx, v, company.BusinessDate)
	if err != nil {
		return nil, err
	}
	var out []ChartRow
	for _, m := range ledger.Standard() {
		account, _ := ledger.AccountOf(m.Code)
		row := ChartRow{Role: string(m.Role), Words: account.Name, Kind: string(account.Kind), Standard: m.Code, Code: ledger.CodeOf(m.Role, mapped.on, mapped.dated)}
		row.Name = names.Of(row.Code)
		for _, r := range rows {
			if r.Role == row.Role {
				row.Dated = append(row.Dated, r)
			}
		}
		open, err := v.OpenApprovalOf(ctx, "mapping/"+row.Role)
		if err != nil && !isMissing(err) {
			return nil, err
		}
		row.Wait = open.Ref
		out = append(out, row)
	}
	return out, nil
}

// CodeInput asks that what an entry does has another code from a booking date on.
type CodeInput struct {
	Role   string
	Code   string
	Name   string // of a code that the chart lacks
	From   lending.Date
	Reason string
}

// codeForm is how codes look: those of other systems hold letters and dots.
var codeForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$`)

// check holds what is asked for against the chart, and gives it its name.
func (in *CodeInput) check(chart []ChartRow, names Names, today lending.Date) (ChartRow, error) {
	in.Code, in.Name = strings.TrimSpace(in.Code), strings.TrimSpace(in.Name)
	at := slices.IndexFunc(chart, func(r ChartRow) bool { return r.Role == in.Role })
	if at < 0 {
		return ChartRow{}, lending.RefuseField("role", "mapping.role", "There is no such account in the chart.")
	}
	row, faults := chart[at], faults{}
	if !codeForm.MatchString(in.Code) {
		faults.add("code", "A code is up to 20 letters, digits, dots and dashes.")
	}
	if in.From <= today {
		faults.add("from", "A code holds from a day to come: after "+today.Words()+".")
	}
	if slices.ContainsFunc(row.Dated, func(m store.JournalMapping) bool { return m.FromDate == in.From }) {
		faults.add("from", "A code from that day is set already. Choose another day.")
	}
	switch name, known := names[in.Code]; {
	case known:
		in.Name = name
	case in.Name == "":
		faults.add("name", "Name this account: the chart does not know the code.")
	default:
		faults.text("name", "name", in.Name)
	}
	if account, standard := ledger.AccountOf(in.Code); standard && string(account.Kind) != row.Kind {
		faults.add("code", fmt.Sprintf("%s is an account of kind %s, this is %s.", in.Code, account.Kind, row.Kind))
	}
	if len(row.Dated) == 0 && in.Code == row.Code || len(row.Dated) > 0 && row.Dated[len(row.Dated)-1].Code == in.Code {
		faults.add("code", "This is its code already.")
	}
	return row, faults.refuse("mapping.invalid", "The code cannot be changed like this.")
}

// ProposeCode asks a second person for another code of the journal. Entries that were
// booked keep theirs.
func (o *Office) ProposeCode(ctx context.Context, actor Actor, in CodeInput) (store.Approval, error) {
	var asked store.Approval
	if err := actor.need(MayCloseBooks); err != nil {
		return asked, err
	}
	err := o.command(ctx, actor, note{action: "mapping.propose", subject: in.Role, input: in}, func(ctx context.Context, tx *store.Tx, n *note) error {
		chart, err := ChartOf(ctx, &tx.View)
		if err != nil {
			return err
		}
		names, err := CodeNames(ctx, &tx.View)
		if err != nil {
			return err
		}
		row, err := in.check(chart, names, tx.Today)
		if err != nil {
			return err
		}
		do, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("writing a code: %w", err)
		}
		asked, err = askChange(ctx, tx, actor, changeRequest{kind: "journal_mapping", subject: "mapping/" + row.Role, reason: in.Reason,
			body: changeBody{Label: row.Words, Do: do, Terms: []ChangedTerm{{row.Words, row.Code + " " + row.Name, in.Code + " " + in.Name + ", from " + in.From.Words()}}}})
		n.summary = "Asked for another code: " + row.Words + ", " + in.Code + " from " + in.From.Words()
		return err
	})
	return asked, err
}

// carryOutCode puts a code in place that was approved.
func carryOutCode(ctx context.Context, tx *store.Tx, a store.Approval, body changeBody) error {
	var in CodeInput
	if err := json.Unmarshal(body.Do, &in); err != nil {
		return fmt.Errorf("reading approval %s: %w", a.Ref, err)
	}
	if in.From <= tx.Today {
		return lending.Refuse(lending.Conflict, "approval.stale", "The day from which this was to hold, "+in.From.Words()+", has come. It has to be sent again with a later one.")
	}
	return tx.AddJournalMapping(ctx, store.JournalMapping{Role: in.Role, FromDate: in.From, Code: in.Code, Name: in.Name, Approval: a.Ref})
}

package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"lekha/lending"
	"lekha/store"
)

// The levels of limits, from the account upwards, with the check that each answers.
var lineLevels = []struct{ level, check string }{
	{"account", "LIMIT_AVAILABLE"}, {"borrower", "BORROWER_LIMIT"}, {"program", "PROGRAM_LIMIT"}, {"anchor", "ANCHOR_LIMIT"},
}

// LineState is one level of a limit as it stands on a day.
type LineState struct {
	lending.LineLevel
	Level     string
	Line      store.LineRow // zero: the account's line came without one
	Adhocs    []store.LineRow
	Revolving bool
	Expiry    lending.Date // zero: none
	Use       store.LineUse
}

// Lines is all that limits a drawing on an account.
type Lines struct {
	Account   store.Account
	Rules     lending.DrawingRules
	Anchor    store.Anchor // zero: the program is nobody's
	Levels    []LineState  // those that have a limit; the account always
	SubLimits []store.LineRow
	Effective lending.Money // the least room over all levels
	Tightest  string        // the check of that level
}

// LinesOf says how much may be drawn on an account today.
func LinesOf(ctx context.Context, v *store.View, account store.Account) (Lines, error) {
	return linesOver(ctx, v, account, "")
}

// linesOver sees the limits over an account as one drawing does that is left out.
func linesOver(ctx context.Context, v *store.View, account store.Account, without string) (Lines, error) {
	lines := Lines{Account: account}
	company, err := v.Company(ctx)
	if err != nil {
		return lines, err
	}
	var anchor string
	if lines.Rules, anchor, err = drawingRulesOf(ctx, v, account.ProgramID); err != nil {
		return lines, err
	}
	if anchor != "" {
		if lines.Anchor, err = v.AnchorByAny(ctx, anchor); err != nil {
			return lines, err
		}
	}
	rows, err := v.LinesOver(ctx, account, anchor, company.BusinessDate)
	if err != nil {
		return lines, err
	}
	levels := make([]lending.LineLevel, 0, len(lineLevels))
	for _, l := range lineLevels {
		state := LineState{Level: l.level, Revolving: true}
		if !state.gather(rows, account, company.BusinessDate) {
			continue
		}
		if state.Use, err = v.UseOf(ctx, l.level, account, anchor, without); err != nil {
			return lines, err
		}
		state.LineLevel.Check = l.check
		state.fill(lines.Rules, account, company.BusinessDate)
		lines.Levels, levels = append(lines.Levels, state), append(levels, state.LineLevel)
	}
	for _, r := range rows {
		if r.Type == "sub_limit" && r.AccountID == store.Opt(account.ID) && holds(r, company.BusinessDate) {
			lines.SubLimits = append(lines.SubLimits, r)
		}
	}
	lines.Effective, lines.Tightest = lending.EffectiveLimit(levels)
	return lines, nil
}

// holds says whether a limit has begun and not ended.
func holds(r store.LineRow, today lending.Date) bool {
	return r.No > 0 && (r.Expiry.IsZero() || r.Expiry >= today)
}

// gather takes the limits of its level out of all; false when there is none.
func (s *LineState) gather(rows []store.LineRow, account store.Account, today lending.Date) bool {
	found := s.Level == "account"
	for _, r := range rows {
		if r.Level != s.Level || r.No == 0 {
			continue
		}
		switch r.Type {
		case "sanctioned":
			s.Line, s.Sanctioned, s.Revolving, s.Expiry, found = r, r.Amount, r.Revolving, r.Expiry, true
		case "adhoc":
			if holds(r, today) {
				s.Adhocs, s.Adhoc = append(s.Adhocs, r), s.Adhoc+r.Amount
			}
		}
	}
	if s.Level == "account" && s.Line.No == 0 {
		s.Sanctioned = account.ApprovedLineAmount
	}
	return found
}

// fill computes what is taken up and why nothing may be drawn. A freeze that follows
// from days past due is derived: it ends with them.
func (s *LineState) fill(rules lending.DrawingRules, account store.Account, today lending.Date) {
	switch {
	case !s.Revolving:
		s.Utilised = s.Use.Drawn
	case rules.LimitBase == lending.LimitTotal:
		s.Utilised = s.Use.Total
	default:
		s.Utilised = s.Use.Principal
	}
	s.Blocked = s.Use.Blocked
	switch {
	case s.Line.Frozen != "":
		s.Frozen = s.Line.Frozen
	case s.Level == "account" && account.Status == "frozen":
		s.Frozen = "The account is frozen."
	case s.Level == "account" && rules.FreezeDPD > 0 && s.Use.DPD > rules.FreezeDPD:
		s.Frozen = fmt.Sprintf("%d days past due, more than %d.", s.Use.DPD, rules.FreezeDPD)
	case !s.Expiry.IsZero() && s.Expiry < today:
		s.Frozen = "It ended on " + s.Expiry.Words() + "."
	}
}

// Ended says that a level is not drawn on because its last day is past.
func (s LineState) Ended(today lending.Date) bool { return !s.Expiry.IsZero() && s.Expiry < today }

// account is the level of the account itself: it is always there.
func (l Lines) account() LineState { return l.Levels[0] }

// frozen is why the account may not be drawn on, whatever level says so; an end that
// came by the calendar is told by its own check.
func (l Lines) frozen(today lending.Date) string {
	for _, s := range l.Levels {
		if s.Frozen != "" && !(s.Level == "account" && s.Ended(today) && s.Line.Frozen == "") {
			return s.Frozen
		}
	}
	return ""
}

// drawingRulesOf are what a program says of drawings, and its anchor; empty rules
// when it says nothing.
func drawingRulesOf(ctx context.Context, v *store.View, program string) (lending.DrawingRules, string, error) {
	var rules lending.DrawingRules
	row, err := v.DrawingRulesOf(ctx, program)
	if errors.Is(err, store.ErrMissing) {
		return rules, "", nil
	}
	if err != nil {
		return rules, "", err
	}
	if err := json.Unmarshal([]byte(row.Rules), &rules); err != nil {
		return rules, "", fmt.Errorf("reading the rules of drawings: %w", err)
	}
	return rules, string(row.AnchorID), nil
}

// LimitDifference is one figure of a line as it is kept and as it follows from what
// it is made of.
type LimitDifference struct {
	Figure     string
	Kept       lending.Money
	Follows    lending.Money
	FollowsBy  string // from what
	Difference lending.Money
}

// LimitReport is a refreshed limit: it reports and changes nothing, because all of
// it is derived (domain 2.2).
type LimitReport struct {
	Lines       Lines
	Differences []LimitDifference
}

// RefreshLimit computes the limit of an account anew, from its facts and from the
// ledger, and says where that differs from what is shown.
func RefreshLimit(ctx context.Context, v *store.View, key string) (LimitReport, error) {
	var report LimitReport
	account, err := accountByAny(ctx, v, key)
	if err != nil {
		return report, err
	}
	company, err := v.Company(ctx)
	if err != nil {
		return report, err
	}
	if report.Lines, err = LinesOf(ctx, v, account); err != nil {
		return report, err
	}
	add := func(figure string, kept, follows lending.Money, by string) {
		report.Differences = append(report.Differences, LimitDifference{figure, kept, follows, by, kept - follows})
	}
	shown := report.Lines.account()
	book, err := bookOf(ctx, v, account.ID, lending.At{Date: company.BusinessDate})
	if err != nil {
		return report, err
	}
	add("principal_outstanding", shown.Use.Principal, book.Summary.PrincipalOutstanding, "the facts of the account")
	lent, err := v.PrincipalInLedger(ctx, account.ID)
	if err != nil {
		return report, err
	}
	add("principal_outstanding", shown.Use.Principal, lent, "the journal")
	add("sanctioned", account.ApprovedLineAmount, shown.Sanctioned, "the line")
	return report, nil
}

// LineStateOf says how much of one limit is taken up.
func LineStateOf(ctx context.Context, v *store.View, row store.LineRow) (LineState, error) {
	state := LineState{Level: row.Level, Line: row, Revolving: row.Revolving, Expiry: row.Expiry}
	company, err := v.Company(ctx)
	if err != nil {
		return state, err
	}
	account := store.Account{BorrowerID: string(row.BorrowerID), ProgramID: string(row.ProgramID)}
	if row.AccountID != "" {
		if account, err = v.AccountByID(ctx, string(row.AccountID)); err != nil {
			return state, err
		}
	}
	rules, _, err := drawingRulesOf(ctx, v, account.ProgramID)
	if err != nil {
		return state, err
	}
	if row.Type != "sanctioned" {
		return state.beside(ctx, v, company.BusinessDate)
	}
	rows, err := v.LinesOver(ctx, account, string(row.AnchorID), company.BusinessDate)
	if err != nil {
		return state, err
	}
	state.gather(rows, account, company.BusinessDate)
	if state.Use, err = v.UseOf(ctx, row.Level, account, string(row.AnchorID), ""); err != nil {
		return state, err
	}
	state.fill(rules, account, company.BusinessDate)
	if row.No == 0 { // nobody approved it yet
		state.Sanctioned = 0
	}
	return state, nil
}

// beside is the state of a limit that stands beside a sanctioned one.
func (s LineState) beside(ctx context.Context, v *store.View, today lending.Date) (LineState, error) {
	if holds(s.Line, today) {
		s.Sanctioned = s.Line.Amount
	}
	s.Frozen = s.Line.Frozen
	if s.Line.Type != "sub_limit" {
		return s, nil
	}
	var err error
	s.Utilised, err = v.ExposureTo(ctx, string(s.Line.AccountID), s.Line.Counterparty, "")
	return s, err
}

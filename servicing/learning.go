package servicing

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"lekha/lending"
	"lekha/matching"
	"lekha/store"
)

// memoryMonths is after how long a payer that was not seen is forgotten: people
// change their phones and their banks (matching.md 4.5).
const memoryMonths = 18

// forgottenBefore is the day before which a memory was last seen that is not
// used any more.
func forgottenBefore(today lending.Date) lending.Date { return today.AddMonths(-memoryMonths) }

// Forgotten says that a payer last seen on a day does not count any more.
func Forgotten(seen, today lending.Date) bool { return seen < forgottenBefore(today) }

// The modes of the engine.
const (
	EngineShadow = "shadow" // it looks on: nothing is ticked by itself
	EngineOn     = "on"
)

const heldByShadow = "The engine looks on: it would have ticked this by itself."

// effective is what is advised while the engine looks on.
func effective(d matching.Decision, shadow bool) matching.Decision {
	if shadow && d == matching.Auto {
		return matching.Suggest
	}
	return d
}

// ownOf lists what belongs to the lender, so that it is never taken for a payer.
func ownOf(ctx context.Context, v *store.View, company store.Company) (matching.Own, error) {
	own := matching.Own{Names: []string{company.Name}}
	banks, _, err := v.Banks(ctx, store.PartyFilter{Kind: "collection", Limit: maxBanks})
	if err != nil {
		return own, err
	}
	for _, b := range banks {
		own.Names = append(own.Names, b.AccountHolderName)
		own.Accounts = append(own.Accounts, b.Code, b.AccountNo)
	}
	settings, err := v.EngineSettings(ctx)
	own.Handles = settings.OwnHandles()
	return own, err
}

// adjust gives a new book the threshold and the curve that people chose.
func (e *engine) adjust(ctx context.Context, v *store.View) error {
	settings, err := v.EngineSettings(ctx)
	if err != nil {
		return err
	}
	e.shadow = settings.Mode != EngineOn
	e.book.SetAutoFrom(settings.AutoFrom)
	fitted, err := v.Calibrations(ctx, matching.Version, 1)
	if err != nil || len(fitted) == 0 {
		return err
	}
	var curve matching.Calibration
	if err := json.Unmarshal([]byte(fitted[0].Knots), &curve.Knots); err != nil {
		return fmt.Errorf("reading calibration %d: %w", fitted[0].Idx, err)
	}
	e.book.SetCalibration(curve)
	return nil
}

// verdict says whether people followed a proposal.
type verdict bool

// judge notes how the proposal for a record fared, once its fate is decided:
// approved says that the record's accounts are right, else that they are wrong.
// A part of a split speaks for the whole.
func judge(ctx context.Context, tx *store.Tx, r store.Record, approved verdict) error {
	if r.Source == "portfolio" {
		return nil
	}
	root, accounts, err := wholeOf(ctx, tx, r)
	if err != nil || len(accounts) == 0 {
		return err
	}
	proposals, err := tx.ProposalsOf(ctx, root)
	if err != nil || len(proposals) == 0 {
		return err
	}
	settings, err := tx.EngineSettings(ctx)
	if err != nil {
		return err
	}
	best := proposals[0]
	o := store.MatchOutcome{RecordID: root, DecidedOn: tx.Today, Advised: best.Advised, Confidence: best.Confidence, Share: best.Share, Mode: settings.Mode, Engine: best.Engine}
	place := slices.IndexFunc(proposals, func(p store.Proposal) bool {
		var proposed []string
		return json.Unmarshal([]byte(p.Accounts), &proposed) == nil && sameSet(proposed, accounts)
	})
	switch {
	case bool(approved) && place == 0:
		o.Outcome = "accepted"
	case bool(approved) && place > 0:
		o.Outcome = "corrected"
	case bool(approved) && best.Accounts == "[]":
		o.Outcome = "missed"
	case bool(approved) || place == 0:
		o.Outcome = "overruled"
	default:
		return nil // what a person chose instead was refused: that says nothing of the engine
	}
	return tx.SetMatchOutcome(ctx, o)
}

// wholeOf returns the record that was proposed for, and the accounts it went to.
func wholeOf(ctx context.Context, tx *store.Tx, r store.Record) (root string, accounts []string, err error) {
	if r.ParentID == "" {
		if r.AccountID != "" {
			accounts = []string{string(r.AccountID)}
		}
		return r.ID, accounts, nil
	}
	children, err := tx.ChildrenOf(ctx, string(r.ParentID))
	for _, child := range children {
		if child.Status != "cancelled" && child.AccountID != "" {
			accounts = append(accounts, string(child.AccountID))
		}
	}
	return string(r.ParentID), accounts, err
}

func sameSet(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	a, b = slices.Clone(a), slices.Clone(b)
	slices.Sort(a)
	slices.Sort(b)
	return slices.Equal(a, b)
}

// Fared counts how advice fared.
type Fared struct {
	Accepted, Corrected, Overruled, Missed int
}

// Count is how much was decided.
func (f Fared) Count() int { return f.Accepted + f.Corrected + f.Overruled + f.Missed }

// AtLeast is the precision that lies below the true one with 97.5 % confidence,
// in basis points: the lower bound of Wilson's interval (E. B. Wilson, 1927).
func (f Fared) AtLeast() int { return wilson(f.Accepted, f.Count()) }

// wilson is the lower bound of the share of successes, in basis points.
func wilson(right, n int) int {
	if n == 0 {
		return 0
	}
	const z = 1.959964
	p, m := float64(right)/float64(n), float64(n)
	low := (p + z*z/(2*m) - z*math.Sqrt(p*(1-p)/m+z*z/(4*m*m))) / (1 + z*z/m)
	return max(0, int(10_000*low))
}

// What is asked of the engine before it may tick by itself (matching.md 4.3).
const (
	ShadowDecisions = 600
	shadowAtLeast   = 9_900 // basis points
)

// EngineReport is what the engine knows of itself.
type EngineReport struct {
	Settings  store.EngineSettings
	AutoFrom  int // basis points that count now
	From, To  lending.Date
	Month     map[string]Fared // by advice: auto, suggest, none
	Ever      map[string]Fared
	Labels    int
	Negatives int
	Fitted    []store.Calibration // the newest first
}

// Auto is how the month's advice to accept fared.
func (r EngineReport) Auto() Fared { return r.Month[string(matching.Auto)] }

// Decided is how many proposals people ever decided on.
func (r EngineReport) Decided() int {
	n := 0
	for _, f := range r.Ever {
		n += f.Count()
	}
	return n
}

// Offered says whether the engine has earned to tick by itself: enough decisions
// without an error above the threshold, or a lower bound that is high enough.
func (r EngineReport) Offered() bool {
	auto := r.Ever[string(matching.Auto)]
	return r.Decided() >= ShadowDecisions && auto.Accepted == auto.Count() || auto.AtLeast() >= shadowAtLeast
}

// fittedShown is how many past fits are listed.
const fittedShown = 12

// ReportEngine reads how the engine is set and how it did in the month before today.
func ReportEngine(ctx context.Context, v *store.View) (EngineReport, error) {
	var r EngineReport
	company, err := v.Company(ctx)
	if err != nil {
		return r, err
	}
	if r.Settings, err = v.EngineSettings(ctx); err != nil {
		return r, err
	}
	if r.AutoFrom = r.Settings.AutoFrom; r.AutoFrom == 0 {
		r.AutoFrom = matching.AutoFrom
	}
	r.From, r.To = company.BusinessDate.AddMonths(-1).AddDays(1), company.BusinessDate
	if r.Month, err = fared(ctx, v, r.From, r.To); err != nil {
		return r, err
	}
	if r.Ever, err = fared(ctx, v, 0, 0); err != nil {
		return r, err
	}
	labels, err := v.Labels(ctx, matching.Version)
	if err != nil {
		return r, err
	}
	r.Labels = len(labels)
	for _, l := range labels {
		if !l.Right {
			r.Negatives++
		}
	}
	r.Fitted, err = v.Calibrations(ctx, matching.Version, fittedShown)
	return r, err
}

func fared(ctx context.Context, v *store.View, from, to lending.Date) (map[string]Fared, error) {
	counts, err := v.OutcomeCounts(ctx, from, to)
	out := map[string]Fared{}
	for _, c := range counts {
		f := out[c.Advised]
		switch c.Outcome {
		case "accepted":
			f.Accepted += c.Count
		case "corrected":
			f.Corrected += c.Count
		case "overruled":
			f.Overruled += c.Count
		case "missed":
			f.Missed += c.Count
		}
		out[c.Advised] = f
	}
	return out, err
}

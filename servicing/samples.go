package servicing

import (
	"context"
	"fmt"
	"slices"

	"lekha/lending"
	"lekha/matching"
	"lekha/store"
)

const (
	// sampleSize is how many matches of a week are looked at a second time
	// (matching.md 4.3).
	sampleSize = 50
	// precisionDays is over which days the precision is taken that the threshold has
	// to keep.
	precisionDays = 90
	// thresholdStep is by how much the threshold rises at least.
	thresholdStep = 50
)

// MatchWeek is the sample of one week.
type MatchWeek struct {
	From, To lending.Date // Monday and Sunday
	Rows     []store.SampleRow
}

// Looked is how many of the sample have a verdict, and how many were wrong.
func (w MatchWeek) Looked() (looked, wrong int) {
	for _, r := range w.Rows {
		if r.Verdict != "" {
			looked++
		}
		if r.Verdict == "wrong" {
			wrong++
		}
	}
	return looked, wrong
}

// weekOf is the Monday of the week of a day.
func weekOf(d lending.Date) lending.Date { return d.AddDays(-(int(d.Weekday()) + 6) % 7) }

// SampleOf draws the sample of the week of a day; no day: the last whole week, or
// the running one where nothing was decided in that.
func SampleOf(ctx context.Context, v *store.View, on lending.Date) (MatchWeek, error) {
	company, err := v.Company(ctx)
	if err != nil {
		return MatchWeek{}, err
	}
	mondays := []lending.Date{weekOf(on)}
	if on.IsZero() {
		this := weekOf(company.BusinessDate)
		mondays = []lending.Date{this.AddDays(-7), this}
	}
	var week MatchWeek
	for _, monday := range mondays {
		week = MatchWeek{From: monday, To: monday.AddDays(6)}
		week.Rows, err = v.MatchSample(ctx, week.From, week.To, sampleSize)
		if err != nil || len(week.Rows) > 0 {
			break
		}
	}
	return week, err
}

// MatchVerdict is what a second look at a match of the sample found.
type MatchVerdict struct {
	Record string // ref or id
	Right  bool
	Note   string // why it is wrong
}

// ReviewMatch keeps the verdict on a match of a week's sample. When it was wrong,
// it counts as overruled from then on, and the threshold rises by itself if what
// the engine was sure of these 90 days falls short of the target.
func (o *Office) ReviewMatch(ctx context.Context, actor Actor, in MatchVerdict) error {
	if err := actor.needTune(); err != nil {
		return err
	}
	if !in.Right && in.Note == "" {
		return lending.RefuseField("note", "sample.note", "Say what is wrong with it. It stands in the log.")
	}
	attempt := note{action: "engine.review", subject: "engine", input: in}
	return o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		r, err := recordByAny(ctx, &tx.View, in.Record)
		if err != nil {
			return err
		}
		if err := reviewable(ctx, tx, actor, r); err != nil {
			return err
		}
		w := store.MatchReview{RecordID: r.ID, Verdict: "right", Note: in.Note, ReviewedBy: actor.Person, Reviewer: actor.Name}
		n.summary = "Looked at " + r.Ref + " again: it is right"
		if !in.Right {
			w.Verdict = "wrong"
			n.summary = "Looked at " + r.Ref + " again: it is wrong, " + in.Note
		}
		if err := tx.AddMatchReview(ctx, w); err != nil || in.Right {
			return err
		}
		if err := tx.SetOutcome(ctx, r.ID, "overruled"); err != nil {
			return err
		}
		return raiseThreshold(ctx, tx, n)
	})
}

// reviewable refuses a match that is in no sample, was looked at before, or is
// the reviewer's own.
func reviewable(ctx context.Context, tx *store.Tx, actor Actor, r store.Record) error {
	outcome, err := tx.MatchOutcomeOf(ctx, r.ID)
	if err != nil {
		return lending.Refuse(lending.Conflict, "sample.not_in", "This match is in no sample.")
	}
	week, err := SampleOf(ctx, &tx.View, outcome.DecidedOn)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(week.Rows, func(row store.SampleRow) bool { return row.RecordID == r.ID })
	switch {
	case at < 0:
		return lending.Refuse(lending.Conflict, "sample.not_in", "This match is in no sample.")
	case week.Rows[at].Verdict != "":
		return lending.Refuse(lending.Conflict, "sample.done", week.Rows[at].Reviewer+" looked at this match already: it is "+week.Rows[at].Verdict+".")
	case string(week.Rows[at].MakerID) == actor.Person:
		return lending.Refuse(lending.Forbidden, "sample.own", "You matched this yourself. Somebody else looks at it again.")
	}
	return nil
}

// raiseThreshold lifts the threshold when the lower bound of what the engine was
// sure of falls short of the target, and lets it look on when it cannot be lifted
// any more.
func raiseThreshold(ctx context.Context, tx *store.Tx, n *note) error {
	labels, err := tx.SureLabels(ctx, tx.Today.AddDays(-precisionDays))
	if err != nil {
		return err
	}
	s, err := tx.EngineSettings(ctx)
	if err != nil {
		return err
	}
	from := s.AutoFrom
	if from == 0 {
		from = matching.AutoFrom
	}
	if boundFrom(labels, 0) >= shadowAtLeast {
		return nil
	}
	if s.AutoFrom = risen(from, labels); s.AutoFrom == from {
		s.Mode = EngineShadow
		n.summary += fmt.Sprintf(". The threshold cannot rise above %s, so the engine looks on", percent(from))
	} else {
		n.summary += fmt.Sprintf(". The threshold rose by itself from %s to %s", percent(from), percent(s.AutoFrom))
	}
	if err := tx.SetEngine(ctx, s); err != nil {
		return err
	}
	return tx.ForgetProposals(ctx)
}

// boundFrom is the lower bound of the precision of what was surer than a
// confidence, 0 where nothing was.
func boundFrom(labels []store.Label, from int) int {
	right, all := 0, 0
	for _, l := range labels {
		if l.Confidence < from {
			continue
		}
		all++
		if l.Right {
			right++
		}
	}
	return wilson(right, all)
}

// risen is the lowest threshold above one that would have kept the target; where
// none would, the next above the surest that was wrong.
func risen(from int, labels []store.Label) int {
	for t := from + thresholdStep; t <= MostAutoFrom; t += thresholdStep {
		if boundFrom(labels, t) >= shadowAtLeast {
			return t
		}
	}
	next := from + thresholdStep
	for _, l := range labels {
		if !l.Right {
			next = max(next, l.Confidence+1)
		}
	}
	return min(next, max(from, MostAutoFrom))
}

package servicing

import (
	"context"
	"fmt"

	"lekha/store"
)

// verifyFile holds the file against what made it: its tables and triggers, and
// whether SQLite finds it whole.
func (o *Office) verifyFile(ctx context.Context, v *store.View, result *VerifyResult) error {
	changes, err := o.db.SchemaChanges(ctx, v)
	if err != nil {
		return err
	}
	for _, change := range changes {
		result.find("schema", "%s", change)
	}
	damage, err := v.Damage(ctx, maxFindings)
	for _, what := range damage {
		result.find("file", "%s", what)
	}
	return err
}

// verifyControl holds what people decided against the log, both ways, and what
// settled against what was decided. The log is chained, so who changes one has to
// change the other, and cannot.
func verifyControl(ctx context.Context, v *store.View, result *VerifyResult) error {
	for _, question := range []struct {
		ask  func(context.Context, int) ([]store.Odd, error)
		says string
	}{
		{v.UnloggedFacts, "fact %s: the log does not hold its making"},
		{v.UnloggedApprovals, "%s: the log does not say so"},
		{v.UnloggedDecisions, "%s: the log does not say so"},
		{v.LostDecisions, "%s, and the decision is not there"},
		{v.UndecidedApprovals, "is %s"},
		{v.SelfDecided, "was decided by %s, who made or edited it"},
		{v.UnapprovedRecords, "is %s and nobody approved it"},
	} {
		odd, err := question.ask(ctx, maxFindings)
		if err != nil {
			return err
		}
		for _, o := range odd {
			result.find(o.Ref, question.says, o.More)
		}
	}
	altered, err := v.AlteredRequests(ctx)
	for _, o := range altered {
		result.find(o.Ref, "what was signed is not what stands there now")
	}
	return err
}

// verifyEvents recomputes the chain of the log, up to where the log was when it was
// last written.
func verifyEvents(ctx context.Context, v *store.View, result *VerifyResult) error {
	broken, err := v.BrokenEvent(ctx)
	if err != nil {
		return err
	}
	head, err := v.Head(ctx)
	if err != nil {
		return err
	}
	result.Log = LogEnd(head)
	if result.Events, err = v.CountEvents(ctx); err != nil {
		return err
	}
	switch {
	case broken == 0:
	case broken > result.Events:
		result.find(fmt.Sprintf("event %d", broken), "the log is cut off here: it went on to event %d", head.Seq)
	default:
		result.find(fmt.Sprintf("event %d", broken), "the chain of the log is broken here")
	}
	return nil
}

// LogEnd is the number and the seal of an event: written down outside of the file,
// it proves later that everything up to it is as it was.
type LogEnd struct {
	Seq  int64
	Hash string
}

// String is how it is written down.
func (e LogEnd) String() string { return fmt.Sprintf("%d:%s", e.Seq, e.Hash) }

// ParseLogEnd reads what was written down.
func ParseLogEnd(text string) (LogEnd, error) {
	var e LogEnd
	if n, err := fmt.Sscanf(text, "%d:%64s", &e.Seq, &e.Hash); err != nil || n != 2 || e.Seq < 1 || len(e.Hash) != 64 {
		return e, fmt.Errorf("%q is not the end of a log: it is written as verify prints it, number:seal", text)
	}
	return e, nil
}

// VerifySince says whether the log still holds an event as it was written down.
func (o *Office) VerifySince(ctx context.Context, kept LogEnd) (bool, error) {
	var same bool
	err := o.db.Reader().Read(ctx, func(ctx context.Context, v *store.View) error {
		events, err := v.Events(ctx, store.EventFilter{AfterSeq: kept.Seq - 1, Limit: 1})
		same = len(events) == 1 && events[0].Seq == kept.Seq && events[0].Hash == kept.Hash
		return err
	})
	return same, err
}

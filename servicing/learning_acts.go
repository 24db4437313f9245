package servicing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"lekha/lending"
	"lekha/matching"
	"lekha/store"
)

// needTune refuses whoever may not change what the engine does. The command line
// may: it sets up an installation.
func (a Actor) needTune() error {
	if a.Person == Console().Person {
		return nil
	}
	return a.need(MayTune)
}

// changeEngine is the shape of every change of the settings.
func (o *Office) changeEngine(ctx context.Context, actor Actor, version int64, attempt note, change func(ctx context.Context, tx *store.Tx, s *store.EngineSettings, n *note) error) error {
	if err := actor.needTune(); err != nil {
		return err
	}
	attempt.subject = "engine"
	return o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		s, err := tx.EngineSettings(ctx)
		if err != nil {
			return err
		}
		if version != s.Version {
			return lending.Refuse(lending.Conflict, "engine.changed", "Somebody changed the engine's settings since you looked. Look again.")
		}
		if err := change(ctx, tx, &s, n); err != nil {
			return err
		}
		return tx.SetEngine(ctx, s)
	})
}

// EngineModeInput switches the engine on, or lets it look on again.
type EngineModeInput struct {
	Version int64
	Mode    string // EngineShadow, EngineOn
}

// SetEngineMode lets the engine tick by itself what it is sure of, or look on. It
// has to earn the first; the command line need not, for an installation whose
// record is elsewhere.
func (o *Office) SetEngineMode(ctx context.Context, actor Actor, in EngineModeInput) error {
	if in.Mode != EngineShadow && in.Mode != EngineOn {
		return lending.RefuseField("mode", "engine.mode", "The engine is on, or looks on.")
	}
	return o.changeEngine(ctx, actor, in.Version, note{action: "engine.mode", input: in}, func(ctx context.Context, tx *store.Tx, s *store.EngineSettings, n *note) error {
		report, err := ReportEngine(ctx, &tx.View)
		if err != nil {
			return err
		}
		if in.Mode == EngineOn && actor.Person != Console().Person && !report.Offered() {
			return lending.Refuse(lending.Conflict, "engine.unproven", fmt.Sprintf(
				"The engine may tick by itself after %d decisions without an error above the threshold. So far there are %d.", ShadowDecisions, report.Decided()))
		}
		s.Mode = in.Mode
		n.summary = "The engine looks on: nothing is ticked by itself"
		if in.Mode == EngineOn {
			n.summary = "Switched the engine on: what it is sure of is ticked by itself"
		}
		return tx.ApplyEngineMode(ctx, in.Mode)
	})
}

// The bounds of the threshold, in basis points. Below the first too much would be
// wrong in any book, above the second nothing is ever ticked.
const (
	LeastAutoFrom = 8_900
	MostAutoFrom  = 9_990
)

// EngineThreshold moves the confidence from which the engine ticks by itself.
type EngineThreshold struct {
	Version  int64
	AutoFrom int // basis points
	Reason   string
}

// SetEngineThreshold moves the threshold. What waits on the desk is asked about
// again by ScoreUnmatched.
func (o *Office) SetEngineThreshold(ctx context.Context, actor Actor, in EngineThreshold) error {
	if in.AutoFrom < LeastAutoFrom || in.AutoFrom > MostAutoFrom {
		return lending.RefuseField("auto_from", "engine.threshold", "The threshold lies between 89 and 99.9 %.")
	}
	if in.Reason == "" {
		return lending.RefuseField("reason", "engine.reason", "Say why. It stands in the log.")
	}
	return o.changeEngine(ctx, actor, in.Version, note{action: "engine.threshold", input: in}, func(ctx context.Context, tx *store.Tx, s *store.EngineSettings, n *note) error {
		before := s.AutoFrom
		if before == 0 {
			before = matching.AutoFrom
		}
		s.AutoFrom = in.AutoFrom
		n.summary = "Moved the engine's threshold from " + percent(before) + " to " + percent(in.AutoFrom) + " because " + in.Reason
		return tx.ForgetProposals(ctx)
	})
}

// percent writes basis points: "93 %", "99.5 %".
func percent(points int) string {
	text := fmt.Sprintf("%d.%02d", points/100, points%100)
	return strings.TrimSuffix(strings.TrimRight(text, "0"), ".") + " %"
}

// EngineHandles are the lender's own UPI addresses.
type EngineHandles struct {
	Version int64
	Handles []string
}

// maxHandles is more UPI addresses than a lender collects by.
const maxHandles = 50

// SetEngineHandles says which UPI addresses are our own: money from or to them
// says nothing of who paid, and they are never learned.
func (o *Office) SetEngineHandles(ctx context.Context, actor Actor, in EngineHandles) error {
	var handles []string
	for _, h := range in.Handles {
		h = strings.ToLower(strings.TrimSpace(h))
		name, bank, whole := strings.Cut(h, "@")
		switch {
		case h == "" || slices.Contains(handles, h):
		case !whole || name == "" || bank == "" || len(h) > 100 || strings.ContainsAny(h, " \t"):
			return lending.RefuseField("handles", "engine.handle", h+" is no UPI address. They look like name@bank, one a line.")
		default:
			handles = append(handles, h)
		}
	}
	if len(handles) > maxHandles {
		return lending.RefuseField("handles", "engine.handles", fmt.Sprintf("At most %d addresses.", maxHandles))
	}
	in.Handles = handles
	return o.changeEngine(ctx, actor, in.Version, note{action: "engine.handles", input: in}, func(ctx context.Context, tx *store.Tx, s *store.EngineSettings, n *note) error {
		list, err := json.Marshal(append([]string{}, handles...))
		if err != nil {
			return err
		}
		s.Handles = string(list)
		n.summary = fmt.Sprintf("Named %d UPI addresses as our own", len(handles))
		return tx.ForgetProposals(ctx)
	})
}

// ForgetMemory takes away one thing that the engine remembers of a payer.
func (o *Office) ForgetMemory(ctx context.Context, actor Actor, idx int64, reason string) error {
	if err := actor.needTune(); err != nil {
		return err
	}
	if reason == "" {
		return lending.RefuseField("reason", "memory.reason", "Say why it is wrong. It stands in the log.")
	}
	attempt := note{action: "engine.forget", subject: "engine", input: map[string]any{"memory": idx, "reason": reason}}
	return o.command(ctx, actor, attempt, func(ctx context.Context, tx *store.Tx, n *note) error {
		m, err := tx.MemoryByIdx(ctx, idx)
		if err != nil {
			return err
		}
		n.account = m.AccountID
		n.summary = "Forgot a payer of " + m.AccountRef + ", known by " + memoryWords[m.Kind] + ", because " + reason
		if err := tx.ForgetMemory(ctx, idx); err != nil {
			return err
		}
		s, err := tx.EngineSettings(ctx) // a new version lets every process forget it
		if err != nil {
			return err
		}
		return tx.SetEngine(ctx, s)
	})
}

// memoryWords say what a payer is known by.
var memoryWords = map[string]string{"vpa": "UPI address", "account": "bank account", "name": "printed name"}

// FitEngine fits the curve of confidence to what people decided, and keeps it
// with its numbers when it is nearer to the truth than what counts now. What
// waits on the desk is asked about again by ScoreUnmatched.
func (o *Office) FitEngine(ctx context.Context, actor Actor) (store.Calibration, error) {
	var kept store.Calibration
	if err := actor.needTune(); err != nil {
		return kept, err
	}
	err := o.command(ctx, actor, note{action: "engine.fit", subject: "engine"}, func(ctx context.Context, tx *store.Tx, n *note) error {
		labels, err := tx.Labels(ctx, matching.Version)
		if err != nil {
			return err
		}
		fitted, err := fitLabels(labels)
		if err != nil {
			return err
		}
		fitted.FittedBy, fitted.Fitter = actor.Person, actor.Name
		if kept, err = tx.AddCalibration(ctx, fitted); err != nil {
			return err
		}
		n.summary = fmt.Sprintf("Fitted the engine's confidence to %d decisions, %d against; off by %s before and %s after",
			kept.Labels, kept.Negatives, percent(kept.ErrorBefore), percent(kept.ErrorAfter))
		return tx.ForgetProposals(ctx)
	})
	return kept, err
}

// fitLabels is the curve that fits decisions, with its numbers.
func fitLabels(labels []store.Label) (store.Calibration, error) {
	fitted := store.Calibration{Engine: matching.Version, Labels: len(labels)}
	judged := make([]matching.Judged, len(labels))
	for i, l := range labels {
		judged[i] = matching.Judged{Share: l.Share, Right: l.Right}
		if !l.Right {
			fitted.Negatives++
		}
	}
	curve, err := matching.FitCalibration(judged)
	if errors.Is(err, matching.ErrFewLabels) {
		return fitted, lending.Refuse(lending.Invalid, "engine.few_labels", fmt.Sprintf(
			"A curve needs 300 decisions, 30 of them against the proposal. There are %d, %d of them against.", fitted.Labels, fitted.Negatives))
	}
	if err != nil {
		return fitted, err
	}
	knots, err := json.Marshal(curve.Knots)
	fitted.Knots = string(knots)
	fitted.ErrorBefore = claimedError(labels, func(l store.Label) int { return l.Confidence })
	fitted.ErrorAfter = claimedError(labels, func(l store.Label) int { return curve.Of(l.Share) })
	if err == nil && fitted.ErrorAfter > fitted.ErrorBefore {
		return fitted, lending.Refuse(lending.Invalid, "engine.no_better", fmt.Sprintf(
			"A new curve would be off by %s, the one that counts is off by %s: it stays.", percent(fitted.ErrorAfter), percent(fitted.ErrorBefore)))
	}
	return fitted, err
}

// claimedError is the mean distance between the confidence claimed and the share
// that was right, over tenths of confidence, in basis points.
func claimedError(labels []store.Label, claim func(store.Label) int) int {
	var claimed, right [10]int
	for _, l := range labels {
		c := claim(l)
		bin := min(9, c/1000)
		claimed[bin] += c
		if l.Right {
			right[bin] += 10_000
		}
	}
	sum := 0
	for bin := range claimed {
		sum += max(claimed[bin]-right[bin], right[bin]-claimed[bin])
	}
	return sum / max(1, len(labels))
}

package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"lekha/lending"
)

const simulateUsage = "simulate --borrowers 2000 --years 3 --seed 1 [--days N] [--kill N] [--keep DIR] [--each-night]"

// lifeStarts is the first business date of a simulated lender.
var lifeStarts = lending.NewDate(2023, 4, 3)

// simulation is what is asked for on the command line.
type simulation struct {
	borrowers int
	days      int
	seed      uint64
	kill      int    // how often the process is stopped at a random moment
	dir       string // where the file and the diary of the simulation lie
	eachNight bool   // everything is verified each night, not each week
	worker    bool   // this process is the one that is stopped
	out       io.Writer
}

// runSimulate lets a lender live some years, day by day, by the commands that people
// give: everything that happens goes through servicing, and each night what must
// always hold is looked at. With --kill the same life is lived a second time by a
// process that is stopped at random moments; both must come to the same facts.
func runSimulate(args []string, out io.Writer) error {
	s := simulation{out: out}
	flags := flag.NewFlagSet("simulate", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.IntVar(&s.borrowers, "borrowers", 2000, "how many borrowers there are in the end")
	years := flags.Int("years", 3, "how many years the lender lives")
	flags.IntVar(&s.days, "days", 0, "how many days instead")
	flags.Uint64Var(&s.seed, "seed", 1, "the same seed is the same life")
	flags.IntVar(&s.kill, "kill", 0, "how often the process is stopped and goes on")
	flags.StringVar(&s.dir, "keep", "", "where the file stays; empty: nowhere. A life that was stopped goes on there")
	flags.BoolVar(&s.eachNight, "each-night", false, "everything is verified each night, not once a week")
	flags.BoolVar(&s.worker, "worker", false, "for the simulation itself: live, and report nothing")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if s.days == 0 {
		s.days = *years * 365
	}
	if s.borrowers < 1 || s.days < 1 || s.kill < 0 {
		return errors.New("a lender has borrowers and days")
	}
	if s.dir == "" {
		dir, err := os.MkdirTemp("", "lekha-life")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		s.dir = dir
	}
	return s.run(context.Background())
}

// run lives one life, and with --kill the same one again with interruptions.
func (s simulation) run(ctx context.Context) error {
	whole, err := s.live(ctx, s.place())
	if err != nil || s.worker {
		return err
	}
	whole.report(s.out)
	if s.kill == 0 {
		return nil
	}
	broken := filepath.Join(s.dir, "stopped")
	stops, err := s.liveAndStop(ctx, broken)
	if err != nil {
		return err
	}
	again, err := s.live(ctx, broken) // it is over: this looks at what there is
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "stopped %d times: %d facts, %s\n", stops, again.facts, again.sum)
	if again.sum != whole.sum || again.cash != whole.cash {
		return fmt.Errorf("the life that was stopped came to other facts: %s and %s in the bank, not %s and %s", again.sum, again.cash.Rupees(), whole.sum, whole.cash.Rupees())
	}
	return nil
}

// place is where the life that is not stopped lies; the process that is stopped is told
// its own.
func (s simulation) place() string {
	if s.worker {
		return s.dir
	}
	return filepath.Join(s.dir, "life")
}

// live goes on with a life until its last day is over.
func (s simulation) live(ctx context.Context, dir string) (outcome, error) {
	l, err := openLife(ctx, s, dir)
	if err != nil {
		return outcome{}, err
	}
	defer l.close()
	last := lifeStarts.AddDays(s.days)
	if err := l.resume(ctx); err != nil {
		return outcome{}, err
	}
	for l.today < last {
		if err := l.day(ctx); err != nil {
			return outcome{}, fmt.Errorf("on %s: %w", l.today, err)
		}
		if !s.worker && l.today.Day() == 1 {
			fmt.Fprintf(s.out, "%s %s\n", l.today, l.standing())
		}
	}
	return l.outcome(ctx)
}

// day is one day of the lender: what people do is planned from how things stand, done,
// the day is closed, and in the night what must hold is looked at.
func (l *life) day(ctx context.Context) error {
	if l.plan.Day != l.today {
		if err := l.draw(ctx); err != nil {
			return err
		}
	}
	for l.done < len(l.plan.Steps) {
		if err := l.take(ctx, l.plan.Steps[l.done]); err != nil {
			return err
		}
	}
	l.clock.set(l.today.Time().Add(eveningHour))
	if _, err := l.office.CloseDay(ctx, l.people["asha"], l.today.AddDays(1)); err != nil {
		return err
	}
	l.today = l.today.AddDays(1)
	return l.night(ctx)
}

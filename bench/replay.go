package main

import (
	"flag"
	"fmt"
	"io"
	"runtime"
	"slices"
	"syscall"
	"time"

	"lekha/lending"
)

const replayUsage = `replay [--accounts N] [--rounds N]`

// replayBefore is what the first Replay took for the same account (60 instalments,
// 40 receipts), before schedules moved, allocation in advance, waivers, refunds and
// new rows came in: measured in turns with today's 32 µs on one machine.
var replayBefore = struct {
	micros, allocs, bytes uint64
}{25, 26, 58_544}

// runReplay measures the arithmetic on one processor: the plain schedule and the
// Book of an account. Each line is the best of many short rounds, in time of the
// processor, so that what else the machine does counts least.
func runReplay(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("replay", flag.ContinueOnError)
	accounts := flags.Int("accounts", 500, "how many different accounts")
	rounds := flags.Int("rounds", 20, "how many rounds over all of them")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *accounts < 1 || *rounds < 1 {
		return fmt.Errorf("there is nothing to measure")
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	fmt.Fprintf(out, "%-44s %9s %12s %8s %8s\n", "60 instalments, one processor", "µs", "a second", "allocs", "bytes")
	for _, job := range replayJobs() {
		run, err := job.prepare(*accounts)
		if err != nil {
			return fmt.Errorf("%s: %w", job.name, err)
		}
		c, err := bestOf(*rounds, *accounts, run)
		if err != nil {
			return fmt.Errorf("%s: %w", job.name, err)
		}
		fmt.Fprintf(out, "%-44s %9.1f %12d %8d %8d\n", job.name, float64(c.time.Nanoseconds())/1000, int64(time.Second/max(c.time, 1)), c.allocs, c.bytes)
	}
	fmt.Fprintf(out, "Before schedules could move, the Book of 40 receipts took %d µs, %d allocations and %d bytes.\n", replayBefore.micros, replayBefore.allocs, replayBefore.bytes)
	fmt.Fprintln(out, "To reach: a schedule in 10 µs, 20,000 Books of 40 receipts a second.")
	return nil
}

// bestOf runs all accounts so many times, after once for warmth, and answers what
// one of them cost in the best round.
func bestOf(rounds, accounts int, run func(int) error) (cost, error) {
	best := cost{time: 1 << 62}
	for round := range rounds + 1 {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := processorTime()
		for i := range accounts {
			if err := run(i); err != nil {
				return best, err
			}
		}
		took := processorTime() - began
		runtime.ReadMemStats(&after)
		n := uint64(accounts)
		if each := took / time.Duration(n); round > 0 && each < best.time {
			best = cost{time: each, allocs: (after.Mallocs - before.Mallocs) / n, bytes: int((after.TotalAlloc - before.TotalAlloc) / n)}
		}
	}
	return best, nil
}

// processorTime is what this process has used of the processor.
func processorTime() time.Duration {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return 0
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// replayJob is one line of the benchmark.
type replayJob struct {
	name    string
	prepare func(accounts int) (run func(i int) error, err error)
}

func replayJobs() []replayJob {
	plain := lending.Terms{EMICount: 60}
	moving := plain
	moving.InterestRecalculation = lending.RecalculateDaily
	steps := lending.Policy{OverdueRate: 18_000_000, Allocation: &lending.Allocation{Direction: lending.Horizontal, InAdvance: lending.ToNextRow}}
	steps.Allocation.Steps, _ = lending.ParseAllocation("past_due_PI past_due_F past_due_OI past_due_NI past_due_P due_NI due_P in_advance_NI in_advance_P")
	penal := lending.Policy{OverdueRate: 18_000_000, ApplyRestToFees: true, Penal: lending.PenalPolicy{Kind: lending.PenalRate, Rate: 24_000_000}}
	return []replayJob{
		{"schedule", scheduleJob(plain)},
		{"Book, no receipt", replayJobOf(plain, lending.Policy{OverdueRate: 18_000_000, ApplyRestToFees: true}, 0)},
		{"Book, 40 receipts", replayJobOf(plain, lending.Policy{OverdueRate: 18_000_000, ApplyRestToFees: true}, 40)},
		{"Book, 40 receipts, penal charges", replayJobOf(plain, penal, 40)},
		{"Book, 40 receipts, allocated by steps", replayJobOf(plain, steps, 40)},
		{"Book, 12 receipts, interest by actual balance", replayJobOf(moving, lending.Policy{ApplyRestToFees: true}, 12)},
	}
}

func scheduleJob(terms lending.Terms) func(int) (func(int) error, error) {
	return func(int) (func(int) error, error) {
		return func(i int) error {
			terms := benchTerms(terms, i)
			_, err := terms.Schedule(benchAmount(i), benchDay(i))
			return err
		}, nil
	}
}

// benchTerms, benchAmount and benchDay are those of account i: no two are alike.
func benchTerms(t lending.Terms, i int) lending.Terms {
	t.ROIValue = lending.Rate(9_000_000 + i%97*150_000)
	return t
}

func benchAmount(i int) lending.Money { return lending.Money(1_00_000_00 + i%1009*7_919_00) }

func benchDay(i int) lending.Date { return lending.NewDate(2020, time.January, 31).AddDays(i % 28) }

// replayJobOf makes accounts that paid their first instalments, most of them a few
// days late, in order of entry.
func replayJobOf(terms lending.Terms, policy lending.Policy, receipts int) func(int) (func(int) error, error) {
	return func(accounts int) (func(int) error, error) {
		facts := make([][]lending.Fact, accounts)
		for i := range facts {
			var err error
			if facts[i], err = benchFacts(benchTerms(terms, i), policy, receipts, i); err != nil {
				return nil, err
			}
		}
		at := lending.At{Date: lending.NewDate(2023, time.June, 15)}
		return func(i int) error {
			_, err := lending.Replay(facts[i], at)
			return err
		}, nil
	}
}

func benchFacts(terms lending.Terms, policy lending.Policy, receipts, i int) ([]lending.Fact, error) {
	on, amount := benchDay(i), benchAmount(i)
	s, err := terms.Schedule(amount, on)
	if err != nil {
		return nil, err
	}
	loan := fmt.Sprintf("0192f0c1-%04x-7111-8111-111111111111", i&0xffff)
	facts := []lending.Fact{
		{Key: "terms", Kind: lending.FactTerms, ValueDate: on, Policy: &policy},
		{Key: "disbursal", Kind: lending.FactDisbursal, ValueDate: on, Amount: amount,
			Disbursal: &lending.Disbursal{Loan: loan, LoanIndex: 1, Terms: terms, Rows: s.Rows, Deductions: s.Deductions}},
	}
	for k, row := range slices.Clone(s.Rows)[:receipts] {
		facts = append(facts, lending.Fact{Key: fmt.Sprintf("%s-%d", loan[:23], k), Kind: lending.FactReceipt, ValueDate: row.DueDate.AddDays((k + i) % 5), Amount: row.Instalment(),
			Receipt: &lending.Receipt{Received: row.Instalment()}})
	}
	return facts, nil
}

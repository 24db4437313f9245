package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"time"

	"lekha/lending"
	"lekha/servicing"
	"lekha/store"
)

const eodUsage = `eod [--loans N] [--days N] [--profile FILE] [--verify]`

// What is promised of a day close. The C loop reads, computes and writes 3.56 times
// as many loans a second as the least Go program (docs/performance.md), so 0.15 of it
// is 0.53 of the floor of this run.
const (
	cLoopOverGo   = 987.0 / 277.0
	leastOfCLoop  = 0.15
	mostPerLoan   = 15 * time.Microsecond // 15 s for a million loans
	mostForWriter = 30 * time.Millisecond
)

// The day that is closed, and the share of loans that have something to do: every
// tenth is in arrears, every twenty-fifth falls due on the day that opens.
var (
	eodDay      = lending.NewDate(2026, 11, 20)
	eodArrears  = 10
	eodDueEvery = 25
)

// runEOD closes days over many loans while somebody else enters receipts, and
// closes one more by the least program that does the same job on a copy of the file.
func runEOD(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("eod", flag.ContinueOnError)
	loans := flags.Int("loans", 100_000, "how many active loans, rounded up to hundreds")
	days := flags.Int("days", 2, "how many days are closed")
	profile := flags.String("profile", "", "write a processor profile of the first close to this file")
	verify := flags.Bool("verify", false, "hold the whole file against its facts afterwards")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if *loans < 1 || *days < 1 {
		return errors.New("there is nothing to close")
	}
	dir, err := os.MkdirTemp("", "lekha-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ctx := context.Background()
	m := &eodMeter{out: out, path: filepath.Join(dir, "eod.db"), days: *days, profile: *profile}
	if err := m.build(ctx, *loans); err != nil {
		return fmt.Errorf("making the data: %w", err)
	}
	defer m.db.Close()
	fmt.Fprintf(out, "%d active loans of %d instalments, made in %s\n", m.loans, eodInstalments, m.made.Round(time.Second))
	floor, err := eodFloor(ctx, m.db, filepath.Join(dir, "floor.db"))
	if err != nil {
		return fmt.Errorf("the floor: %w", err)
	}
	fmt.Fprintf(out, "%-34s %9s %9s %9s %12s\n", "", "accounts", "seconds", "processor", "µs an account")
	floor.line(out, "floor, nobody else at work")
	for range *days {
		if err := m.close(ctx, floor); err != nil {
			return err
		}
	}
	if !*verify {
		return nil
	}
	result, err := m.office.Verify(ctx)
	for _, f := range result.Findings {
		fmt.Fprintln(out, f.Subject, f.What)
	}
	fmt.Fprintf(out, "verify: %d accounts, %d findings\n", result.Accounts, len(result.Findings))
	return err
}

// eodMeter is a lender with many loans, and what is measured of its day close.
type eodMeter struct {
	out     io.Writer
	path    string
	days    int
	profile string
	loans   int
	made    time.Duration
	day     lending.Date // open
	db      *store.DB
	office  *servicing.Office
}

// closing is what one close took: by the clock, and of the processor.
type closing struct {
	accounts int
	took     time.Duration
	used     time.Duration
}

// since ends the measure of a close that began with what is given.
func (c closing) since(began time.Time) closing {
	c.took, c.used = time.Since(began), processorTime()-c.used
	return c
}

func (c closing) each() time.Duration { return c.used / time.Duration(max(1, c.accounts)) }

func (c closing) line(out io.Writer, name string) {
	fmt.Fprintf(out, "%-34s %9d %9.2f %9.2f %12.1f\n", name, c.accounts, c.took.Seconds(), c.used.Seconds(), float64(c.each().Nanoseconds())/1000)
}

// close closes the open day, alone on the odd ones and with a writer beside on the
// others, so that each figure is of one thing.
func (m *eodMeter) close(ctx context.Context, floor closing) error {
	stop, waits := make(chan struct{}), make(chan []time.Duration, 1)
	beside := m.day != eodDay
	if beside {
		go func() { waits <- m.enter(ctx, stop) }()
	}
	if m.profile != "" && !beside {
		file, err := os.Create(m.profile)
		if err != nil {
			return err
		}
		defer file.Close()
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	ours, began := closing{used: processorTime()}, time.Now()
	result, err := m.office.CloseDay(ctx, servicing.Console(), m.day.AddDays(1))
	if err != nil {
		return fmt.Errorf("closing %s: %w", m.day, err)
	}
	ours.accounts = result.Accounts
	ours = ours.since(began)
	if result.Failed > 0 {
		return fmt.Errorf("%d accounts were left alone", result.Failed)
	}
	name := "Lekha, " + m.day.String()
	m.day = m.day.AddDays(1)
	if !beside {
		ours.line(m.out, name+", alone")
		ratio := float64(floor.each()) / float64(ours.each())
		fmt.Fprintf(m.out, "  an account touched: %.2f of the floor, %.2f of the C loop (to reach: %.2f)\n", ratio, ratio/cLoopOverGo, leastOfCLoop)
		fmt.Fprintf(m.out, "  a loan of all: %.1f µs (to reach: %.1f)\n", float64(ours.took.Microseconds())/float64(m.loans), float64(mostPerLoan.Microseconds()))
		return nil
	}
	close(stop)
	ours.line(m.out, name+", with a writer")
	waited := <-waits
	if len(waited) == 0 {
		fmt.Fprintln(m.out, "  the close was over before a receipt was entered")
		return nil
	}
	slices.Sort(waited)
	fmt.Fprintf(m.out, "  %d receipts entered meanwhile: p50 %.1f ms, p99 %.1f ms (to reach: %d)\n", len(waited), millis(waited[len(waited)/2]), millis(waited[len(waited)*99/100]), mostForWriter.Milliseconds())
	return nil
}

func millis(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// writerPause is how long the writer thinks between two receipts.
const writerPause = 10 * time.Millisecond

// enter enters receipts until it is stopped and answers how long each took.
func (m *eodMeter) enter(ctx context.Context, stop <-chan struct{}) []time.Duration {
	var waits []time.Duration
	for i := 0; ; i++ {
		select {
		case <-stop:
			return waits
		case <-time.After(writerPause):
		}
		began := time.Now()
		_, err := m.office.CreateRecord(ctx, servicing.Console(), servicing.NewRecord{Account: eodRef(0, i%eodTemplates), Received: 100_00, Mode: "neft",
			UTR: fmt.Sprintf("SBINR5%s%06d", m.day.String()[8:], i), CollectionBank: "HDFC-CA-01", Source: "api"})
		if err != nil {
			fmt.Fprintln(m.out, "entering a receipt:", err)
			return waits
		}
		waits = append(waits, time.Since(began))
	}
}

package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"
)

// meter says how things are measured.
type meter struct {
	requests int
	only     string // measure only what has this in its name
	profile  string // file for a processor profile of Lekha's side
}

// turns is in how many rounds the requests go to one side and the other. The best
// turn of each side counts: whatever else the machine does only ever makes one slower.
const turns = 20

// cost is what one request of one side takes.
type cost struct {
	time    time.Duration // of the processor
	allocs  uint64
	queries int64
	bytes   int
}

// table measures pages and prints a line for each.
func (m meter) table(out io.Writer, h *house, pages []pageOf) error {
	fmt.Fprintf(out, "%-32s %10s %10s %7s %7s %8s %8s %8s %8s\n", "page", "Lekha µs", "floor µs", "ratio", "target", "allocs", "floor's", "queries", "bytes")
	for _, p := range pages {
		if !strings.Contains(p.name, m.only) {
			continue
		}
		ours, floors, err := m.measure(h, p)
		if err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
		if p.floor == nil {
			fmt.Fprintf(out, "%-32s %10d %10s %7s %7s %8d %8s %8d %8d\n", p.name, ours.time.Microseconds(), "-", "-", "-", ours.allocs, "-", ours.queries, ours.bytes)
			continue
		}
		fmt.Fprintf(out, "%-32s %10d %10d %7.2f %7s %8d %8d %8d %8d\n", p.name, ours.time.Microseconds(), floors.time.Microseconds(),
			float64(ours.time)/float64(floors.time), p.target, ours.allocs, floors.allocs, ours.queries, ours.bytes)
	}
	return nil
}

// measure takes turns and returns what one request of each side costs. The first
// requests of both are not counted: they prepare statements and fill caches.
func (m meter) measure(h *house, p pageOf) (ours, floors cost, err error) {
	n := max(1, m.requests/turns)
	for range 3 {
		if _, err = ask(h.lekha, p.ours()); err == nil && p.floor != nil {
			_, err = ask(h.floor, p.floor())
		}
		if err != nil {
			return ours, floors, err
		}
	}
	var profile io.WriteCloser
	if m.profile != "" {
		if profile, err = os.Create(m.profile); err != nil {
			return ours, floors, err
		}
		defer profile.Close()
	}
	for turn := range turns {
		if profile != nil && turn == 0 {
			if err := pprof.StartCPUProfile(profile); err != nil {
				return ours, floors, err
			}
		}
		if err := ours.turn(h, h.lekha, p.ours, n); err != nil {
			return ours, floors, err
		}
		if profile != nil || p.floor == nil {
			continue // a profile is of one side alone
		}
		if err := floors.turn(h, h.floor, p.floor, n); err != nil {
			return ours, floors, err
		}
	}
	if profile != nil {
		pprof.StopCPUProfile()
		if p.floor != nil {
			err = floors.turn(h, h.floor, p.floor, n)
		}
	}
	return ours, floors, err
}

// turn asks n times and keeps what one request cost when no turn before was cheaper.
func (c *cost) turn(h *house, handler http.Handler, request func() *http.Request, n int) error {
	requests := make([]*http.Request, n)
	for i := range requests {
		requests[i] = request()
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	queries, start, bytes := h.db.Queries(), processor(), 0
	for _, r := range requests {
		size, err := ask(handler, r)
		if err != nil {
			return err
		}
		bytes += size
	}
	took := (processor() - start) / time.Duration(n)
	runtime.ReadMemStats(&after)
	if c.time == 0 || took < c.time {
		*c = cost{took, (after.Mallocs - before.Mallocs) / uint64(n), (h.db.Queries() - queries) / int64(n), bytes / n}
	}
	return nil
}

// ask sends one request and returns the size of the answer.
func ask(handler http.Handler, r *http.Request) (int, error) {
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	if w.Code != http.StatusOK && w.Code != http.StatusCreated || w.Body.Len() < 100 {
		return 0, fmt.Errorf("%s %s answers %d: %.300s", r.Method, r.URL, w.Code, w.Body)
	}
	return w.Body.Len(), nil
}

// processor is the processor time that this program has used.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

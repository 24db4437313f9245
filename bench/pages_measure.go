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

// turns is in how many rounds the requests go to one side and the other, so that
// both suffer alike from whatever else the machine does.
const turns = 10

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
		if _, err = ask(h.lekha, p.ours()); err == nil {
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
		if err := ours.add(h, h.lekha, p.ours, n); err != nil {
			return ours, floors, err
		}
		if profile != nil {
			continue // a profile is of one side alone
		}
		if err := floors.add(h, h.floor, p.floor, n); err != nil {
			return ours, floors, err
		}
	}
	if profile != nil {
		pprof.StopCPUProfile()
		err = floors.add(h, h.floor, p.floor, n*turns)
	}
	count := turns * n
	return ours.each(count), floors.each(count), err
}

// add asks n times and adds what it cost.
func (c *cost) add(h *house, handler http.Handler, request func() *http.Request, n int) error {
	requests := make([]*http.Request, n)
	for i := range requests {
		requests[i] = request()
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	queries, start := h.db.Queries(), processor()
	for _, r := range requests {
		size, err := ask(handler, r)
		if err != nil {
			return err
		}
		c.bytes += size
	}
	c.time += processor() - start
	c.queries += h.db.Queries() - queries
	runtime.ReadMemStats(&after)
	c.allocs += after.Mallocs - before.Mallocs
	return nil
}

// each is the cost of one of n requests.
func (c cost) each(n int) cost {
	return cost{c.time / time.Duration(n), c.allocs / uint64(n), c.queries / int64(n), c.bytes / n}
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

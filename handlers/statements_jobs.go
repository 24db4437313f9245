package handlers

import (
	"context"
	"crypto/rand"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"lekha/lending"
	"lekha/servicing"
)

const (
	// patience is how long a form waits for what it began: a short import is
	// answered with its result, a long one with a page that shows how far it is.
	patience = 1500 * time.Millisecond
	// jobLife is how long the end of a job can be asked for.
	jobLife = time.Hour
)

// job is something that goes on after the request that began it was answered.
type job struct {
	token string
	kind  string // jobImport, jobDay
	owner string // id of the person who began it
	title string // "hdfc-november.csv"
	key   string // what it works on: the hash of a file, the token of an upload
	once  bool   // one job with this key is enough
	at    time.Time
	stage atomic.Pointer[stage]
	ended chan struct{}

	// Read only once ended is closed.
	path   string // where its result stands
	failed error
}

// stage is how far a job says it is.
type stage struct {
	name        string
	done, total int
}

// The kinds of job.
const (
	jobImport    = "import"
	jobCheck     = "check"
	jobDay       = "day"
	jobPortfolio = "portfolio"
	jobEngine    = "engine"
)

// done says whether a job has ended.
func (j *job) done() bool {
	select {
	case <-j.ended:
		return true
	default:
		return false
	}
}

// doing is what a job about a statement does, in a word.
func (j *job) doing() string {
	if j.kind == jobCheck {
		return "Checking"
	}
	return "Posting"
}

// why says in a sentence why it failed; what is our own fault holds no internals.
func (j *job) why() string {
	if lending.KindOf(j.failed) != 0 {
		return j.failed.Error()
	}
	return "Something went wrong on our side."
}

// jobs runs them, and waits for them when the program stops. What a job had not
// finished is discarded or taken up at the next start, by the commands it gave.
type jobs struct {
	now   func() time.Time
	wait  time.Duration // how long a form waits for what it began
	ctx   context.Context
	stop  context.CancelFunc
	group sync.WaitGroup
	mu    sync.Mutex
	all   map[string]*job
}

func newJobs(now func() time.Time) *jobs {
	ctx, stop := context.WithCancel(context.Background())
	return &jobs{now: now, wait: patience, ctx: ctx, stop: stop, all: map[string]*job{}}
}

// start begins a job and waits a moment for its end. Of what is done once, one job
// is begun: a button that is pressed twice gets the same answer twice, until the
// job fails.
func (b *jobs) start(ctx context.Context, begun *job, run func(ctx context.Context, tell servicing.Progress) (string, error)) *job {
	begun.token, begun.at, begun.ended = rand.Text(), b.now(), make(chan struct{})
	b.mu.Lock()
	for token, old := range b.all {
		if old.done() && b.now().Sub(old.at) > jobLife {
			delete(b.all, token)
			continue
		}
		if begun.once && old.once && old.key == begun.key && old.owner == begun.owner && (!old.done() || old.failed == nil) {
			b.mu.Unlock()
			old.await(ctx, b.wait)
			return old
		}
	}
	b.all[begun.token] = begun
	b.mu.Unlock()
	b.group.Go(func() {
		defer close(begun.ended)
		begun.path, begun.failed = run(b.ctx, func(name string, done, total int) { begun.stage.Store(&stage{name, done, total}) })
	})
	begun.await(ctx, b.wait)
	return begun
}

// await returns when the job has ended, or when patience is over.
func (j *job) await(ctx context.Context, patience time.Duration) {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-j.ended:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// of returns a job that somebody began.
func (b *jobs) of(owner, token string) (*job, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	j, ok := b.all[token]
	return j, ok && j.owner == owner
}

// working is the job of a person that works on something now.
func (b *jobs) working(owner, key string) (*job, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, j := range b.all {
		if j.owner == owner && j.key == key && !j.done() {
			return j, true
		}
	}
	return nil, false
}

// open lists the jobs of a kind that a person began and that are not settled: they
// go on, or failed and nobody was told yet. Oldest first.
func (b *jobs) open(owner, kind string) []*job {
	b.mu.Lock()
	defer b.mu.Unlock()
	var list []*job
	for _, j := range b.all {
		if j.owner == owner && j.kind == kind && (!j.done() || j.failed != nil) {
			list = append(list, j)
		}
	}
	slices.SortFunc(list, func(x, y *job) int { return x.at.Compare(y.at) })
	return list
}

// told drops a job whose failure was shown.
func (b *jobs) told(j *job) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.all, j.token)
}

// latest is the job of a kind that was begun last; nil for none.
func (b *jobs) latest(kind string) *job {
	b.mu.Lock()
	defer b.mu.Unlock()
	var found *job
	for _, j := range b.all {
		if j.kind == kind && (found == nil || j.at.After(found.at)) {
			found = j
		}
	}
	return found
}

// close asks what goes on to stop, and waits for it.
func (b *jobs) close() {
	b.stop()
	b.group.Wait()
}

// logFailure writes what is our own fault into the log, with the request that
// began the job: nobody else will, because that request was answered.
func (a *app) logFailure(actor servicing.Actor, what string, err error) {
	if err != nil && lending.KindOf(err) == 0 {
		a.logger.Error(what+" failed", "request", actor.RequestID, "error", err)
	}
}

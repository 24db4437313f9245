package lms

import (
	"context"
	"sync"
)

// background runs what may last longer than the request that began it, and waits
// for it when the program stops.
type background struct {
	ctx   context.Context
	stop  context.CancelFunc
	group sync.WaitGroup
}

func newBackground() *background {
	ctx, stop := context.WithCancel(context.Background())
	return &background{ctx: ctx, stop: stop}
}

// run begins work that goes on when its request was answered.
func (b *background) run(work func(ctx context.Context)) {
	b.group.Go(func() { work(b.ctx) })
}

// Close asks what goes on to stop, and waits for it. An import that was stopped
// stands with its first rows and goes on when its file comes again.
func (a *API) Close() {
	a.background.stop()
	a.background.group.Wait()
}

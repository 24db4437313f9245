package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// lifeLine is where the process that is stopped finds its arguments: a test has no
// command line of its own.
const lifeLine = "LEKHA_LIFE"

// liveAndStop lives a life in processes that are killed at random moments, and says
// how often one was. The last one is let be.
func (s simulation) liveAndStop(ctx context.Context, dir string) (stops int, err error) {
	program, err := os.Executable()
	if err != nil {
		return 0, err
	}
	rng := rand.New(rand.NewPCG(s.seed, 77))
	for {
		worker := exec.CommandContext(ctx, program, "simulate", "--worker", "--borrowers", strconv.Itoa(s.borrowers), "--days", strconv.Itoa(s.days),
			"--seed", strconv.FormatUint(s.seed, 10), "--keep", dir)
		worker.Env = append(os.Environ(), lifeLine+"="+dir)
		worker.Stderr = os.Stderr
		if err := worker.Start(); err != nil {
			return stops, err
		}
		ended := make(chan error, 1)
		go func() { ended <- worker.Wait() }()
		var patience <-chan time.Time
		if stops < s.kill {
			patience = time.After(200*time.Millisecond + time.Duration(rng.IntN(1_500))*time.Millisecond)
		}
		select {
		case err := <-ended:
			if err != nil {
				return stops, fmt.Errorf("a process that went on: %w", err)
			}
			return stops, nil
		case <-patience:
			if err := worker.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
				return stops, err
			}
			<-ended
			stops++
		}
	}
}

package replicas_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// What a replica is told by its environment.
const (
	childStore  = "JOBLEDGER_TEST_REPLICA_STORE"
	childAt     = "JOBLEDGER_TEST_REPLICA_AT"
	childStart  = "JOBLEDGER_TEST_REPLICA_START" // nanoseconds since 1970
	childEpoch  = "JOBLEDGER_TEST_REPLICA_EPOCH" // likewise
	childFactor = "JOBLEDGER_TEST_REPLICA_FACTOR"
	childSkew   = "JOBLEDGER_TEST_REPLICA_SKEW" // nanoseconds
)

// What a replica prints, one a line, before what it is about.
const (
	saysReady      = "ready"
	saysDispatched = "dispatched"
	saysFailed     = "failed"
)

// runChild is a replica: a scheduler and an engine in one process. It works
// until it is killed, or the end of its input says that its parent is gone.
func runChild() int {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	store, closeStore, err := place{os.Getenv(childStore), os.Getenv(childAt)}.open(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	factor := int(number(childFactor))
	clock := fastClock{
		start: time.Unix(0, number(childStart)), epoch: time.Unix(0, number(childEpoch)).UTC(),
		factor: factor, skew: time.Duration(number(childSkew)),
	}
	service := jobs.NewService(store, &jobs.Options{Now: clock.Now, Runs: runOptions(factor)})
	engine := &shortEngine{service: service, ctx: ctx}
	scheduler := jobs.NewScheduler(service, engine, &jobs.SchedulerOptions{
		Poll: 10 * time.Millisecond,
		OnError: func(err error) {
			if !errors.Is(err, context.Canceled) {
				fmt.Printf("%s %q\n", saysFailed, err)
			}
		},
	})
	fmt.Println(saysReady)
	_ = scheduler.Run(ctx) // never fails
	engine.group.Wait()
	if err := closeStore(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// number reads a number from the environment.
func number(name string) int64 {
	n, err := strconv.ParseInt(os.Getenv(name), 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

// lease is how long an engine may be silent, in real time.
const lease = 700 * time.Millisecond

// runOptions are those of all replicas. What a lease and a grace last in
// reality does not depend on how fast the clock is.
func runOptions(factor int) jobs.RunOptions {
	return jobs.RunOptions{
		Lease:           lease * time.Duration(factor),
		CancelGrace:     lease / 2 * time.Duration(factor),
		DispatchBackoff: 20 * time.Millisecond * time.Duration(factor),
		CatchUpWindow:   1000 * time.Hour,
		CatchUpCount:    1 << 20,
		KeepTicks:       100 * 366 * 24 * time.Hour,
	}
}

// shortEngine ends each run soon after it took it, one in twenty badly. What it
// has dies with the process.
type shortEngine struct {
	service *jobs.Service
	ctx     context.Context
	group   sync.WaitGroup
}

// Dispatch says so first: what a killed process has printed was printed.
func (e *shortEngine) Dispatch(_ context.Context, d jobs.Dispatch) error {
	fmt.Println(saysDispatched, d.Run.ID)
	e.group.Go(func() { e.run(d) })
	return nil
}

func (e *shortEngine) run(d jobs.Dispatch) {
	timer := time.NewTimer(rand.N(30 * time.Millisecond))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-e.ctx.Done():
		return
	}
	report := jobs.Report{Status: jobs.RunSucceeded}
	if rand.IntN(20) == 0 {
		report.Status = jobs.RunFailed
	}
	// What cannot be reported is left to the lease.
	_, _ = e.service.ReportRun(e.ctx, d.Run.JobID, d.Run.ID, d.Token, report)
}

// Cancel has nothing to do: runs are short.
func (e *shortEngine) Cancel(context.Context, jobs.RunRef) error { return nil }

// Cleanup has nothing to do either.
func (e *shortEngine) Cleanup(context.Context, jobs.RunRef) error { return nil }

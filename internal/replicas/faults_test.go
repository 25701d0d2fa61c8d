package replicas_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/storagetest/faultstore"
	"github.com/jobledger/jobledger/versions"
)

// TestFaultyStore has two schedulers, whose clocks differ, an engine and an
// operator work on a store of which every call fails at random. Time is
// simulated.
func TestFaultyStore(t *testing.T) {
	passes, long := 1, 15*time.Minute
	if torture.On() {
		passes, long = 3, 90*time.Minute
	}
	var calls, faults int64
	for _, percent := range []int{1, 5, 20} {
		for pass := range passes {
			seed := uint64(100*percent + pass)
			t.Run(fmt.Sprintf("%d%% seed %d", percent, seed), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					counts := (&ordeal{t: t, seed: seed, rate: float64(percent) / 100}).endure(long)
					calls += counts.Calls
					faults += counts.Faults()
				})
			})
		}
	}
	t.Logf("%d calls of the store, %d faults, 0 broken", calls, faults)
}

// ordeal is one time with a faulty store.
type ordeal struct {
	t    *testing.T
	seed uint64
	rate float64

	store   *faultstore.Store
	engine  *local.Dispatcher
	service *jobs.Service
	random  *rand.Rand
	// removed are the jobs that may have been deleted.
	removed []storage.JobRef
	working atomic.Int64
	// cancels are the runs of which the engine was asked to stop.
	cancels sync.Map
}

// mended is how long the schedulers have when the faults are over: enough for
// leases and backoffs.
const mended = 30 * time.Minute

// endure has everybody work for a time while the store fails, and then looks.
func (o *ordeal) endure(long time.Duration) faultstore.Count {
	o.random = rand.New(rand.NewPCG(o.seed, 16))
	o.store = faultstore.New(memory.New(), faultstore.Plan{
		Seed: o.seed, Rates: faultstore.Rates{Error: o.rate / 3, LostReply: o.rate / 3, Cancel: o.rate / 3, Delay: o.rate},
	})
	o.store.Off()
	o.service = o.serve(0)
	create(o.t, o.service, 2)
	o.engine = local.New(o.service, o.work, &local.Options{Concurrency: 20})

	ctx, stop := context.WithCancel(o.t.Context())
	var group sync.WaitGroup
	for n := range 2 {
		skew := time.Duration(2*n-1) * maxSkew
		scheduler := jobs.NewScheduler(o.serve(skew), o, nil)
		group.Go(func() { _ = scheduler.Run(ctx) })
	}
	o.store.On()
	o.operate(time.Now().Add(long))
	counts := o.store.Counts().Total()
	o.store.Off()
	require.NoError(o.t, wait(ctx, mended))
	stop()
	group.Wait()
	require.NoError(o.t, o.engine.Close(o.t.Context()))
	o.check()
	return counts
}

// serve makes a service with a clock that is off.
func (o *ordeal) serve(skew time.Duration) *jobs.Service {
	return jobs.NewService(o.store, &jobs.Options{
		Now:  func() time.Time { return time.Now().Add(skew) },
		Runs: jobs.RunOptions{KeepTicks: 100 * 366 * 24 * time.Hour, CatchUpWindow: 1000 * time.Hour, CatchUpCount: 1 << 20},
	})
}

// work takes up to a minute and a half, and fails now and then.
func (o *ordeal) work(ctx context.Context, _ jobs.Dispatch) ([]byte, error) {
	o.working.Add(1)
	defer o.working.Add(-1)
	if err := wait(ctx, rand.N(90*time.Second)); err != nil {
		return nil, err
	}
	if rand.IntN(10) == 0 {
		return nil, errors.New("the work failed")
	}
	return nil, nil
}

// Dispatch, Cancel and Cleanup go to the engine, which fails at times as well.
func (o *ordeal) Dispatch(ctx context.Context, d jobs.Dispatch) error {
	return errors.Join(o.engine.Dispatch(ctx, d), o.fault())
}

func (o *ordeal) Cancel(ctx context.Context, run jobs.RunRef) error {
	if err := errors.Join(o.engine.Cancel(ctx, run), o.fault()); err != nil {
		return err
	}
	o.cancels.Store(run, true)
	return nil
}

func (o *ordeal) Cleanup(ctx context.Context, run jobs.RunRef) error {
	return errors.Join(o.engine.Cleanup(ctx, run), o.fault())
}

func (o *ordeal) fault() error {
	if rand.Float64() < o.rate {
		return errors.New("the engine's answer was lost")
	}
	return nil
}

// operate is what people do meanwhile: it need not succeed. What is deleted are
// jobs made for that, so that the schedules of the others can be counted.
func (o *ordeal) operate(until time.Time) {
	for n := 0; time.Now().Before(until); n++ {
		require.NoError(o.t, wait(o.t.Context(), rand.N(20*time.Second)))
		ctx := o.t.Context()
		list, err := o.service.ListJobs(ctx, actor, jobs.JobQuery{})
		if err != nil || len(list.Jobs) == 0 {
			continue
		}
		job := list.Jobs[o.random.IntN(len(list.Jobs))]
		switch o.random.IntN(8) {
		case 0, 1:
			_, _ = o.service.CreateRun(ctx, actor, job.ID, jobs.NewRun{})
		case 2:
			if job.LatestRun != nil {
				_, _ = o.service.CancelRun(ctx, actor, job.ID, job.LatestRun.ID)
			}
		case 3:
			if job.Version.CronExpression != "" { // the joins of a pause are not counted
				status := []jobs.Status{jobs.Paused, jobs.Active}[o.random.IntN(2)]
				_, _ = o.service.UpdateJob(ctx, actor, job.ID, jobs.JobPatch{Status: &status})
			}
		case 4:
			if job.Version.CronExpression != "" {
				config := job.Version.Config
				_, _ = o.service.PublishVersion(ctx, actor, job.ID, versions.Patch{Config: &config})
			}
		default:
			o.replace(ctx, n)
		}
	}
}

// replace makes a job that is only there to be run, and deleted.
func (o *ordeal) replace(ctx context.Context, n int) {
	short := kinds[1].job(1000 + n)
	job, err := o.service.CreateJob(ctx, actor, short)
	if err != nil {
		return
	}
	for range 3 {
		_, _ = o.service.CreateRun(ctx, actor, job.ID, jobs.NewRun{})
	}
	_ = wait(ctx, rand.N(30*time.Second))
	if o.service.DeleteJob(ctx, actor, job.ID) == nil {
		o.removed = append(o.removed, storage.JobRef{OrganizationID: job.OrganizationID, JobID: job.ID})
	}
}

// check looks at what is left once the faults are over.
func (o *ordeal) check() {
	require.Zero(o.t, o.working.Load(), "work goes on")
	for range 1000 {
		erased, err := o.service.Sweep(o.t.Context(), 1000)
		require.NoError(o.t, err)
		if erased == 0 {
			break
		}
	}
	for _, ref := range o.removed {
		_, err := o.store.Tombstone(o.t.Context(), ref)
		require.ErrorIs(o.t, err, jobs.ErrNotFound, "job %s still owes its engine something", ref.JobID)
	}
	left := newSettler(o.t, o.store, time.Now(), jobs.RunOptions{KeepTicks: 100 * 366 * 24 * time.Hour, CatchUpWindow: 1000 * time.Hour, CatchUpCount: 1 << 20})
	a := &audit{t: o.t, service: left.service}
	for _, job := range a.list() {
		if job.Status == jobs.Paused {
			_, err := left.service.UpdateJob(o.t.Context(), actor, job.ID, jobs.JobPatch{Status: new(jobs.Active)})
			require.NoError(o.t, err)
		}
	}
	left.settle()
	a.upTo = left.clock.Now()
	a.all()
	cancelled := 0
	o.cancels.Range(func(any, any) bool { cancelled++; return true })
	o.t.Logf("seed %d: %d ticks, %d runs, %d by joins, %d jobs deleted, %d runs cancelled at the engine: %v",
		o.seed, a.ticks, a.runs, a.joins, len(o.removed), cancelled, a.fates)
}

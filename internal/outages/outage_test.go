package outages_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
)

// found is how long a scheduler takes to find that a run is dead: a lease until it
// is suspected, another that it watches, and some looks.
const found = 2*lease + 3*poll

// TestAnOutageLosesNoLiveRun has the control plane killed, and away for longer
// than a lease. Of the runs that it had at an engine one dies meanwhile.
func TestAnOutageLosesNoLiveRun(t *testing.T) {
	outages, live, dead := torture.Figure(20, 1000), 0, 0
	simulated(t, func(t *testing.T, w *World) {
		random := rand.New(rand.NewPCG(27, 1))
		job := w.create(actor, "job")
		w.engine.lasts = func(jobs.Dispatch) time.Duration { return time.Second + rand.N(10*lease) }
		p := w.start(w.engine)
		for n := range outages {
			var runs []jobs.Run
			for range 5 {
				runs = append(runs, w.run(job))
			}
			w.pass(2*poll + time.Duration(random.Int64N(int64(lease))))
			dies := runs[random.IntN(len(runs))]
			finished := w.engine.has(dies.ID).ended
			p.kill()
			if random.IntN(2) == 0 { // its API is a part of it
				w.engine.reportsTo(nil)
			}
			if !finished {
				w.engine.forget(dies.ID)
				dead++
			}
			w.pass(lease + time.Duration(random.Int64N(int64(20*lease))))
			w.engine.reportsTo(w.people)
			p = w.start(w.engine)
			w.pass(found)
			for _, run := range runs {
				if run.ID != dies.ID || finished {
					w.requireAlive(run, "after outage %d", n)
					live++
					continue
				}
				require.Equal(w.t, jobs.RunFailed, w.now(run).Status, "the dead one of outage %d", n)
			}
			w.pass(10 * lease)
			for _, run := range runs {
				if run.ID != dies.ID || finished {
					require.Equal(w.t, jobs.RunSucceeded, w.now(run).Status, "in the end, outage %d", n)
				}
			}
		}
		require.Empty(w.t, w.engine.refused, "runs whose engine was told to stop")
	})
	t.Logf("%d outages longer than a lease: %d runs lived, 0 lost; %d died, each found within two leases", outages, live, dead)
}

// TestTheEngineIsHeardFirst has runs end well while the control plane is away,
// whose timeout, or the grace of whose cancel, has passed when it is back.
func TestTheEngineIsHeardFirst(t *testing.T) {
	for _, cancelled := range []bool{false, true} {
		t.Run(fmt.Sprintf("cancelled %t", cancelled), func(t *testing.T) {
			simulated(t, func(t *testing.T, w *World) {
				job := w.create(actor, "job", within(5*time.Minute))
				w.engine.lasts = func(jobs.Dispatch) time.Duration { return 3 * time.Minute }
				p := w.start(w.engine)
				run := w.run(job)
				w.pass(10 * time.Second)
				p.kill()
				w.engine.reportsTo(nil)
				if cancelled {
					_, err := w.people.CancelRun(t.Context(), actor, job.ID, run.ID)
					require.NoError(t, err)
				}
				w.pass(30 * time.Minute)
				w.start(w.engine)
				w.pass(10 * time.Second) // the API is back a little later
				w.engine.reportsTo(w.people)
				w.pass(10 * time.Second)
				require.Equal(t, jobs.RunSucceeded, w.now(run).Status, w.now(run).StatusMessage)
			})
		})
	}
}

// TestADeadRunIsFound has runs die at any moment between two heartbeats, while
// nothing else happens, also by a scheduler to which each lease looks over because
// its clock is ahead.
func TestADeadRunIsFound(t *testing.T) {
	for _, ahead := range []time.Duration{0, 90 * time.Second} {
		t.Run(ahead.String(), func(t *testing.T) {
			simulated(t, func(t *testing.T, w *World) { w.deadRunsAreFound(ahead) })
		})
	}
}

func (w *World) deadRunsAreFound(ahead time.Duration) {
	n, longest := torture.Figure(50, 1000), time.Duration(0)
	job := w.create(actor, "job")
	w.engine.lasts = func(jobs.Dispatch) time.Duration { return day }
	w.start(w.engine, off(ahead))
	for range n {
		run := w.run(job)
		w.pass(lease/2 + rand.N(lease))
		w.requireAlive(run, "before it dies")
		w.engine.forget(run.ID)
		died := time.Now().Add(ahead)
		w.pass(found)
		run = w.now(run)
		require.Equal(w.t, jobs.RunFailed, run.Status)
		longest = max(longest, run.FinishedAt.Sub(died))
	}
	w.t.Logf("%d runs died, the last found after %s", n, longest)
}

// TestStoppedAndSetClocks has a process that works on its own runs be stopped, and
// its clock be set, with and without another beside it whose clock is right.
func TestStoppedAndSetClocks(t *testing.T) {
	times := torture.Figure(3, 100)
	for _, tc := range []struct {
		name  string
		skews []time.Duration // of the processes
		befal func(w *World, p *process, n int)
	}{
		{"stopped for 75 s", []time.Duration{0}, stopped},
		{"stopped for 75 s beside another", []time.Duration{0, 0}, stopped},
		{"asleep for 75 s", []time.Duration{0}, asleep},
		{"asleep for 75 s, twice", []time.Duration{0}, asleepAgain},
		{"clock set 10 minutes ahead", []time.Duration{0}, set(10 * time.Minute)},
		{"clock set 10 minutes back", []time.Duration{0}, set(-10 * time.Minute)},
		{"clock set ahead and back beside another", []time.Duration{0, 0}, toAndFro},
		{"90 s apart", []time.Duration{0, -90 * time.Second}, nothing},
		{"90 s apart, the other way", []time.Duration{-90 * time.Second, 0}, nothing},
		{"90 s apart, and stopped", []time.Duration{-45 * time.Second, 45 * time.Second}, stopped},
	} {
		t.Run(tc.name, func(t *testing.T) {
			live := 0
			simulated(t, func(t *testing.T, w *World) {
				live = w.befallsLocalRuns(tc.skews, times, tc.befal)
			})
			t.Logf("%d times: %d runs lived, 0 lost", times, live)
		})
	}
}

func nothing(w *World, _ *process, _ int) { w.pass(75 * time.Second) }

func stopped(w *World, p *process, _ int) {
	p.door.hold()
	w.pass(75 * time.Second)
	p.door.release()
}

// asleep is what a machine that slept sees: its clock went on, its timers did not.
func asleep(_ *World, p *process, _ int) { p.clock.step(75 * time.Second) }

// asleepAgain is asleep once more before anything was reported.
func asleepAgain(w *World, p *process, _ int) {
	p.clock.step(75 * time.Second)
	w.pass(2 * poll)
	p.clock.step(75 * time.Second)
}

func set(by time.Duration) func(*World, *process, int) {
	return func(w *World, p *process, _ int) {
		p.clock.step(by)
		w.pass(lease)
		p.clock.step(-by)
	}
}

func toAndFro(_ *World, p *process, n int) {
	p.clock.step([]time.Duration{10 * time.Minute, -10 * time.Minute}[n%2])
}

// befallsLocalRuns starts processes that each work on their own runs, and has
// something befall the first of them.
func (w *World) befallsLocalRuns(skews []time.Duration, times int, befal func(*World, *process, int)) (live int) {
	job := w.create(actor, "job")
	var processes []*process
	for _, skew := range skews {
		p := w.newProcess(w.store)
		p.clock.step(skew)
		p.schedule(w.local(p, minutes, 20))
		processes = append(processes, p)
	}
	random := rand.New(rand.NewPCG(28, 1))
	for n := range times {
		var runs []jobs.Run
		for range 3 * len(skews) {
			runs = append(runs, w.run(job))
		}
		// A run that was made by a clock ahead of the others waits for it.
		w.pass(2*time.Minute + time.Duration(random.Int64N(int64(lease))))
		befal(w, processes[0], n)
		w.pass(9 * time.Minute)
		for _, run := range runs {
			require.Equal(w.t, jobs.RunSucceeded, w.now(run).Status, "run %d, time %d: %s", run.Number, n, w.now(run).StatusMessage)
			live++
		}
	}
	return live
}

// minutes is work of some minutes.
func minutes(ctx context.Context, _ jobs.Dispatch) ([]byte, error) {
	select {
	case <-time.After(3*time.Minute + rand.N(5*time.Minute)):
		return nil, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

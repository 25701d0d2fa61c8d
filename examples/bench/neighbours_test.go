package bench_test

import (
	"testing"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/teams"
)

// BenchmarkNeighbours measures what one request may cost others. A job gets many
// runs and ticks by its schedule: it was due each minute while no scheduler was
// there, and catches up. Then a member asks for runs of which all but five are
// hidden from him, the job is deleted, and what it left is erased. The figures of
// the last two are the longest call to the store, which holds others up: memory
// under its lock, Redis in its one thread.
//
//	go test -run '^$' -bench BenchmarkNeighbours -benchtime 1x -runs 100000
func BenchmarkNeighbours(b *testing.B) {
	eachStore(b, func(b *testing.B, s backend) {
		w := newWorld(b, s, jobs.RunOptions{
			CatchUpWindow: 300 * 24 * time.Hour, CatchUpCount: *flagRuns, KeepTicks: 365 * 24 * time.Hour,
		})
		few, many := w.crowd()
		b.Run("my-runs", func(b *testing.B) { w.myRuns(b) })
		b.Run("growth", func(b *testing.B) { w.compareJobs(b, few, many) })
		b.Run("delete", func(b *testing.B) { w.delete(b, many) })
		b.Run("sweep", func(b *testing.B) { w.sweep(b) })
	})
}

// crowd makes a job of team T1 with five runs and ticks, and one of team T2 with
// many.
func (w *World) crowd() (few, many string) {
	w.b.Helper()
	few = w.catchUp(1, 5)
	if _, err := w.UpdateJob(ctx, w.actor, few, jobs.JobPatch{Status: new(jobs.Paused)}); err != nil {
		w.b.Fatal(err)
	}
	return few, w.catchUp(2, *flagRuns)
}

// catchUp makes a job that was due n times, and waits until its runs have ended.
func (w *World) catchUp(number, n int) (id string) {
	w.b.Helper()
	job := newJob(number, "* * * * *")
	job.MissedSchedulePolicy = schedule.MissedAll
	made, err := w.add(job)
	if err != nil {
		w.b.Fatal(err)
	}
	w.clock.set(w.clock.Now().Add(time.Duration(n) * time.Minute))
	before := w.ended.Load()
	w.schedule(w.engine, &jobs.SchedulerOptions{Workers: 64}, func() {
		await(w.b, "the job has caught up", func() bool { return w.ended.Load() >= before+int64(n) })
	})
	return made.ID
}

// compareJobs measures operations on the job with many runs beside the one with
// five.
func (w *World) compareJobs(b *testing.B, few, many string) {
	for _, op := range []struct {
		name string
		do   func(id string) error
	}{
		{"describe", func(id string) error { _, err := w.Job(ctx, w.actor, id); return err }},
		{"run", func(id string) error { _, err := w.CreateRun(ctx, w.actor, id, jobs.NewRun{}); return err }},
		{"page/runs", func(id string) error { _, err := w.ListRuns(ctx, w.actor, id, jobs.RunQuery{Limit: 5}); return err }},
		{"page/ticks", func(id string) error { _, err := w.ListTicks(ctx, w.actor, id, jobs.TickQuery{Limit: 5}); return err }},
	} {
		b.Run(op.name, func(b *testing.B) {
			took := inTurns(b, 20,
				oneByOne(func(int) error { return op.do(many) }),
				oneByOne(func(int) error { return op.do(few) }))
			atMost(1.5).report(b, "us", micros(took[0]), micros(took[1]))
		})
	}
}

// myRuns reads the first page of the runs of a member who sees five of them.
func (w *World) myRuns(b *testing.B) {
	member := teams.Actor{OrganizationID: "bench", MemberID: "M1", Teams: map[string]teams.Role{"T1": teams.Viewer}}
	w.store.clear()
	pages := 0
	took := inTurns(b, 1, oneByOne(func(int) error {
		pages++
		_, err := w.ListMyRuns(ctx, member, jobs.RunQuery{})
		return err
	}))
	b.ReportMetric(float64(w.store.counts().reads)/float64(pages), "reads")
	atMost(20).report(b, "ms", micros(took[0])/1000, 0)
}

// delete removes the job with many runs.
func (w *World) delete(b *testing.B, id string) {
	w.store.clear()
	for b.Loop() {
		if id == "" {
			continue // it can be deleted once
		}
		if err := w.DeleteJob(ctx, w.actor, id); err != nil {
			b.Fatal(err)
		}
		id = ""
	}
	longest := w.store.longestCall("Commit", "Job", "FindJobs", "ListRuns", "ListJobs", "Due")
	atMost(20).report(b, "ms", micros(longest)/1000, 0)
}

// sweep has the scheduler erase what the job left.
func (w *World) sweep(b *testing.B) {
	w.store.clear()
	for b.Loop() {
		w.schedule(w.engine, nil, func() {
			await(b, "all is erased", func() bool { return w.store.counts().dry > 0 })
		})
	}
	atMost(20).report(b, "ms", micros(w.store.longestCall("Sweep"))/1000, 0)
}

package jobs_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/versions"
)

// TestAQuietEditCommutesWithEveryLook lets two worlds live through one history.
// In the second one somebody also edits configs and descriptions, at any moment.
// Every tick has the same fate in both, and every run the same life.
func TestAQuietEditCommutesWithEveryLook(t *testing.T) {
	histories := torture.Figure(20, 200)
	seen := map[string]int{}
	for seed := range histories {
		h := &history{Rand: rand.New(rand.NewPCG(8, uint64(seed)))}
		plain, edited := newTwin(t, h.jobs()), newTwin(t, nil)
		edited.begin(plain.made)
		for step := range 60 {
			op := h.op()
			plain.live(op)
			if h.IntN(2) == 0 {
				quiet := quietEdits[h.IntN(len(quietEdits))]
				quiet.edit(edited.World, edited.ids[h.IntN(len(edited.ids))], step)
			}
			edited.live(op)
			edited.requireCaps()
			if diff := cmp.Diff(plain.tells(), edited.tells()); diff != "" {
				t.Fatalf("seed %d, step %d, %+v:\n%s", seed, step, op, diff)
			}
		}
		for _, line := range plain.tells() {
			seen[fate(line)]++
		}
	}
	t.Log(seen)
	for _, want := range []string{
		"fired", "fired: waiting", "fired: replace", "skipped: overlap", "skipped: cap", "skipped: dependency",
		"missed: policy", "coalesced: policy", "superseded: waiting", "paused", "failed", "succeeded", "cancelled",
	} {
		require.Positive(t, seen[want], want)
	}
}

// history draws what happens.
type history struct{ *rand.Rand }

// op is something that happens, to a job if it is about one.
type op struct {
	kind     string
	job, n   int
	duration time.Duration
}

// jobs draws four jobs: two with a schedule, one that depends on both and has one
// too, and one that runs when they have succeeded.
func (h *history) jobs() []jobs.NewJob {
	made := make([]jobs.NewJob, 4)
	for i := range made {
		j := jobs.NewJob{Key: fmt.Sprint("job", i), TeamIDs: []string{"T1"}, Definition: definition()}
		j.CronExpression = []string{"*/20 * * * *", "0 * * * *", "30 */2 * * *"}[h.IntN(3)]
		j.ConcurrencyPolicy = []schedule.ConcurrencyPolicy{"skip", "allow", "replace"}[h.IntN(3)]
		j.MissedSchedulePolicy = []schedule.MissedSchedulePolicy{"skip", "latest", "all"}[h.IntN(3)]
		j.MaxConcurrentRuns = 1 + h.IntN(3)
		if i >= 2 {
			j.DependsOn = []string{"job0", "job1"}[:1+h.IntN(2)]
		}
		if i == 3 {
			j.CronExpression = ""
		}
		made[i] = j
	}
	return made
}

func (h *history) op() op {
	kinds := []string{
		"look", "look", "look", "look soon", "look soon", "wait", "outage", "succeed", "succeed", "succeed",
		"fail", "heartbeat", "heartbeat", "run", "cancel", "pause", "resume", "change",
	}
	o := op{kind: kinds[h.IntN(len(kinds))], job: h.IntN(4), n: h.IntN(100)}
	switch o.kind {
	case "look":
		o.duration = time.Duration(h.IntN(25)) * time.Minute
	case "look soon":
		o.duration = time.Duration(h.IntN(40)) * time.Second
	case "wait":
		o.duration = time.Duration(h.IntN(90)) * time.Second
	case "outage":
		o.duration = time.Duration(h.IntN(7*60)) * time.Minute
	}
	return o
}

// twin is one of two worlds.
type twin struct {
	*World
	made []jobs.NewJob
	ids  []string
}

// oneByOne tells of one due job at a time, so that worlds take the same turns.
type oneByOne struct{ storage.Store }

func (o oneByOne) Due(ctx context.Context, query storage.DueQuery) (storage.DuePage, error) {
	if query.Kind != storage.DueJobs {
		return o.Store.Due(ctx, query)
	}
	query.Limit = 1
	page, err := o.Store.Due(ctx, query)
	page.More = false
	return page, err
}

func newTwin(t *testing.T, made []jobs.NewJob) *twin {
	drawn := 0
	opts := &jobs.Options{NewID: func() string { drawn++; return fmt.Sprintf("ID%06d", drawn) }}
	w := &twin{World: newWorldOn(t, oneByOne{memory.New()}, opts)}
	w.begin(made)
	return w
}

func (w *twin) begin(made []jobs.NewJob) {
	w.t.Helper()
	w.made = made
	for _, j := range made {
		job, err := w.CreateJob(w.ctx, w.Actor, j)
		require.NoError(w.t, err)
		w.ids = append(w.ids, job.ID)
	}
}

// live lets something happen.
func (w *twin) live(o op) {
	w.t.Helper()
	w.Outage(o.duration)
	id := w.ids[o.job]
	switch o.kind {
	case "look", "look soon":
		for range 8 {
			_, err := w.Scheduler.Tick(w.ctx)
			require.NoError(w.t, err)
		}
	case "succeed":
		w.end(id, o.n, jobs.RunSucceeded)
	case "fail":
		w.end(id, o.n, jobs.RunFailed)
	case "heartbeat":
		for _, id := range w.ids {
			for _, run := range w.atTheEngine(id) {
				w.report(run.ID, jobs.Report{})
			}
		}
	case "run":
		_, err := w.CreateRun(w.ctx, w.Actor, id, jobs.NewRun{})
		require.NoError(w.t, err)
	case "cancel":
		if runs := w.atTheEngine(id); len(runs) > 0 {
			_, err := w.CancelRun(w.ctx, w.Actor, id, runs[o.n%len(runs)].ID)
			require.NoError(w.t, err)
		}
	case "pause", "resume":
		status := map[string]jobs.Status{"pause": jobs.Paused, "resume": jobs.Active}[o.kind]
		_, err := w.UpdateJob(w.ctx, w.Actor, id, jobs.JobPatch{Status: &status})
		require.NoError(w.t, err)
	case "change":
		if o.job < 3 {
			w.publish(id, versions.Patch{CronExpression: new([]string{"*/30 * * * *", "15 * * * *"}[o.n%2])})
		}
	}
}

// requireCaps checks that ticks and joins start no more runs than may be at once.
// Runs by hand may be beside them.
func (w *twin) requireCaps() {
	w.t.Helper()
	for _, id := range w.ids {
		v, started := w.job(id).Version, 0
		for _, run := range w.runs(id) {
			if run.Trigger != jobs.TriggerManual && !run.Status.Terminal() && run.Status != jobs.RunPending {
				started++
			}
		}
		most := 1
		if v.ConcurrencyPolicy == schedule.ConcurrencyAllow {
			most = v.MaxConcurrentRuns
		}
		require.LessOrEqual(w.t, started, most, v.ConcurrencyPolicy)
	}
}

// atTheEngine lists the runs of a job that the engine has, the newest first.
func (w *twin) atTheEngine(id string) []jobs.Run {
	w.t.Helper()
	var runs []jobs.Run
	for _, run := range w.runs(id) {
		if run.Status == jobs.RunStarting {
			runs = append(runs, run)
		}
	}
	return runs
}

// end ends one of the runs that the engine has.
func (w *twin) end(id string, n int, status jobs.RunStatus) {
	w.t.Helper()
	if runs := w.atTheEngine(id); len(runs) > 0 {
		w.report(runs[n%len(runs)].ID, jobs.Report{Status: status})
	}
}

// tells is all that there is to be seen of ticks and runs.
func (w *twin) tells() []string {
	w.t.Helper()
	var lines []string
	for _, id := range w.ids {
		job := w.job(id)
		lines = append(lines, fmt.Sprint(job.Key, " next ", job.NextRunAt, " last ", job.LastScheduledAt))
		for _, f := range w.fates(id) {
			lines = append(lines, job.Key+" "+f)
		}
		for _, r := range w.runs(id) {
			lines = append(lines, fmt.Sprint(job.Key, " run ", r.Number, " ", r.Trigger, " of ", r.NominalAt, " made ", r.CreatedAt, " ended ", r.FinishedAt, " ", r.Status))
		}
	}
	return lines
}

// fate is what a line says of a tick or a run.
func fate(line string) string {
	words := strings.Fields(line)
	if words[1] == "next" {
		return "next"
	}
	if words[1] == "run" {
		return words[len(words)-1]
	}
	text, _, _ := strings.Cut(strings.Join(words[2:], " "), " to ")
	return text
}

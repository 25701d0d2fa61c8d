package outages_test

import (
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
	"github.com/jobledger/jobledger/versions"
)

// TestEditsCommuteWithLooks has people edit configs and descriptions at random
// moments of random histories, and has each history happen a second time without
// these edits. What becomes of ticks and runs is the same.
func TestEditsCommuteWithLooks(t *testing.T) {
	histories, edits := torture.Figure(60, 5000), 0
	verdicts := map[string]int{}
	for n := range histories {
		h := newHistory(t, uint64(n))
		edited, plain := h.happen(true), h.happen(false)
		if diff := cmp.Diff(plain.rows, edited.rows); diff != "" {
			v := edited.jobs[2].Version
			t.Fatalf("history %d: %q %s %d %s after %v: without edits (-) and with them (+):\n%s\n%s", n, v.CronExpression,
				v.ConcurrencyPolicy, v.MaxConcurrentRuns, v.MissedSchedulePolicy, v.DependsOn, strings.Join(edited.said, "\n"), diff)
		}
		edits += edited.edits
		for _, row := range plain.rows {
			for _, verdict := range []string{"fired", "skipped", "missed", "coalesced", "superseded", "paused", "waiting", "dependency run", "failed"} {
				if strings.Contains(row, verdict) {
					verdicts[verdict]++
				}
			}
		}
	}
	t.Logf("%d histories with %d edits, each as if nobody had edited: %v", histories, edits, verdicts)
	require.Len(t, verdicts, 9, "the histories have all in them")
}

// step is something that happens at one moment.
type step struct {
	what string
	job  int
	by   time.Duration
}

// history is what happens, but for edits.
type history struct {
	t     *testing.T
	seed  uint64
	jobs  []func(*jobs.NewJob)
	steps []step
}

// newHistory makes one up: of an upstream with a schedule, one without, and a job
// of every kind that depends on neither, one or both.
func newHistory(t *testing.T, seed uint64) *history {
	random := rand.New(rand.NewPCG(30, seed))
	h := &history{t: t, seed: seed}
	concurrency := func() schedule.ConcurrencyPolicy {
		return []schedule.ConcurrencyPolicy{schedule.ConcurrencySkip, schedule.ConcurrencyAllow, schedule.ConcurrencyReplace}[random.IntN(3)]
	}
	missed := func() schedule.MissedSchedulePolicy {
		return []schedule.MissedSchedulePolicy{schedule.MissedLatest, schedule.MissedSkip, schedule.MissedAll}[random.IntN(3)]
	}
	expression := []string{"* * * * *", "*/2 * * * *", "*/5 * * * *", ""}[random.IntN(4)]
	dependencies := [][]string{nil, {"job-0"}, {"job-1"}, {"job-0", "job-1"}}[random.IntN(4)]
	policies, few := cron(expression, concurrency(), missed()), atMost(1+random.IntN(2))
	upstream := cron("*/3 * * * *", concurrency(), missed())
	h.jobs = []func(*jobs.NewJob){
		upstream,
		func(*jobs.NewJob) {},
		func(j *jobs.NewJob) { policies(j); few(j); after(dependencies...)(j) },
	}
	for range 50 {
		s := step{job: random.IntN(3)}
		switch n := random.IntN(24); {
		case n < 7:
			s.what = "look"
		case n >= 23:
			s.what = "lose"
		case n >= 20:
			s.what = "beat"
		case n < 11:
			s.what, s.by = "pass", time.Duration(random.IntN(150))*time.Second
		case n < 12:
			s.what, s.by = "pass", time.Duration(random.IntN(90))*time.Minute
		case n < 15:
			s.what = "succeed"
		case n < 16:
			s.what = "fail"
		case n < 17:
			s.what = "run"
		case n < 18:
			s.what = "cancel"
		case n < 19:
			s.what, s.job = "run", 1
		default:
			s.what = []string{"pause", "resume"}[random.IntN(2)]
		}
		h.steps = append(h.steps, s)
	}
	return h
}

// happen has the history happen, with or without edits, and then lets everything
// that is left come to rest.
func (h *history) happen(edits bool) *life {
	l := newLife(h.t, h.jobs)
	random := rand.New(rand.NewPCG(300, h.seed))
	for n, s := range h.steps {
		if edits && random.IntN(3) == 0 {
			l.edit(random, n)
		}
		l.do(s)
	}
	said := l.said
	for range 40 {
		l.do(step{what: "look"})
		for job := range l.jobs {
			l.do(step{what: "succeed", job: job})
		}
		l.do(step{what: "pass", by: 20 * time.Second})
	}
	l.said = said
	l.write()
	return l
}

func (s step) String() string { return fmt.Sprint(s.what, " ", s.job, " ", s.by) }

// edit changes what has no part in when a job runs.
func (l *life) edit(random *rand.Rand, n int) {
	l.t.Helper()
	l.edits++
	job := l.jobs[random.IntN(len(l.jobs))]
	ctx, text := l.t.Context(), fmt.Sprint("edit ", n)
	var err error
	kind := random.IntN(5)
	l.said = append(l.said, fmt.Sprintf("%s: edit of kind %d of %s", l.Now().Format(time.TimeOnly), kind, job.Key))
	switch kind {
	case 0:
		_, err = l.Service.PublishVersion(ctx, actor, job.ID, versions.Patch{Config: new(jsonOf(text))})
	case 1:
		_, err = l.Service.PublishVersion(ctx, actor, job.ID, versions.Patch{Description: &text})
	case 2:
		if _, err = l.Service.CreateDraft(ctx, actor, job.ID, jobs.NewDraft{Patch: versions.Patch{Config: new(jsonOf(text))}}); err == nil {
			_, err = l.Service.PublishDraft(ctx, actor, job.ID)
		}
	case 3:
		_, err = l.Service.ActivateVersion(ctx, actor, job.ID, 1)
	case 4:
		_, err = l.Service.UpdateJob(ctx, actor, job.ID, jobs.JobPatch{Description: &text})
	}
	require.NoError(l.t, err, "edit of kind %d", kind)
}

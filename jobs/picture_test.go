package jobs_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
)

// drawn is a graph in words: its jobs, and its edges by keys.
func drawn(g jobs.Graph) string {
	byID := map[string]string{}
	var names, edges []string
	for _, job := range g.Jobs {
		byID[job.ID] = job.Key
		names = append(names, job.Key)
	}
	for _, e := range g.Edges {
		arrow := ">"
		if e.Waiting {
			arrow = "?"
		}
		edges = append(edges, byID[e.From]+arrow+byID[e.To])
	}
	return strings.TrimSpace(strings.Join(names, " ") + " | " + strings.Join(edges, " "))
}

func (w *World) graph(actor teams.Actor, query jobs.GraphQuery) string {
	w.t.Helper()
	g, err := w.Graph(w.ctx, actor, query)
	require.NoError(w.t, err)
	require.False(w.t, g.Truncated)
	return drawn(g)
}

func TestTheGraphIsWhatTheActorSees(t *testing.T) {
	for _, policy := range []jobs.Policy{nil, rolesDecide} {
		w := newWorld(t, &jobs.Options{Policy: policy})
		w.create("alone")
		a := w.create("a")
		w.create("b", dependsOn("a"), granted("T2"))
		w.create("b2", dependsOn("a"))
		c := w.create("c", dependsOn("b", "b2"))
		w.create("d", dependsOn("c"))
		one := member("M", teams.Viewer, "T1")
		for _, tc := range []struct {
			actor teams.Actor
			query jobs.GraphQuery
			want  string
		}{
			{w.Actor, jobs.GraphQuery{}, "a b b2 c d | a>b a>b2 b>c b2>c c>d"},
			{one, jobs.GraphQuery{}, "a b2 c d | a>b2 b2>c c>d"},
			{member("M", teams.Viewer, "T2"), jobs.GraphQuery{}, "b |"},
			{teams.System("ORG2"), jobs.GraphQuery{}, "|"},
			{w.Actor, jobs.GraphQuery{Root: c.ID, Depth: 1}, "b b2 c d | b>c b2>c c>d"},
			{w.Actor, jobs.GraphQuery{Root: a.ID, Depth: 2}, "a b b2 c | a>b a>b2 b>c b2>c"},
			{one, jobs.GraphQuery{Root: c.ID}, "a b2 c d | a>b2 b2>c c>d"},
		} {
			require.Equal(t, tc.want, w.graph(tc.actor, tc.query))
		}
		_, err := w.Graph(w.ctx, member("M", teams.Viewer, "T2"), jobs.GraphQuery{Root: a.ID})
		require.ErrorIs(t, err, jobs.ErrNotFound)
		_, err = w.Graph(w.ctx, w.Actor, jobs.GraphQuery{Depth: 1})
		requireField(t, "depth", err)
		_, err = w.Graph(w.ctx, w.Actor, jobs.GraphQuery{Root: a.ID, Depth: 101})
		requireField(t, "depth", err)
		require.Equal(t, "alone |", w.graph(w.Actor, jobs.GraphQuery{Root: w.jobOf("alone")}))
	}
}

// jobOf is the ID of the job of a key.
func (w *World) jobOf(key string) string {
	w.t.Helper()
	list, err := w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{Key: key})
	require.NoError(w.t, err)
	require.Len(w.t, list.Jobs, 1)
	return list.Jobs[0].ID
}

func TestTheGraphShowsStatusAndOutcome(t *testing.T) {
	w := newWorld(t, nil)
	up := w.create("up")
	down := w.create("down", dependsOn("up"))
	w.run(up.ID, jobs.RunFailed)
	_, err := w.UpdateJob(w.ctx, w.Actor, down.ID, jobs.JobPatch{Status: new(jobs.Paused)})
	require.NoError(t, err)
	g, err := w.Graph(w.ctx, w.Actor, jobs.GraphQuery{})
	require.NoError(t, err)
	require.Equal(t, jobs.Job{ID: down.ID, OrganizationID: org, Key: "down", Status: jobs.Paused}, g.Jobs[0])
	require.Equal(t, jobs.Job{ID: up.ID, OrganizationID: org, Key: "up", Status: jobs.Active, LastOutcome: jobs.RunFailed}, g.Jobs[1])
}

func TestWhoWaitsForWhom(t *testing.T) {
	w := newWorld(t, patient)
	a, b := w.create("a"), w.create("b")
	w.create("join", dependsOn("a", "b"))
	all := func() string { return strings.TrimPrefix(w.graph(w.Actor, jobs.GraphQuery{}), "a b ") }
	require.Equal(t, "join | a>join b>join", all(), "nothing has begun")
	first, err := w.CreateRun(w.ctx, w.Actor, a.ID, jobs.NewRun{})
	require.NoError(t, err)
	w.Advance(0)
	require.Equal(t, "join | a?join b>join", all(), "a runs")
	w.report(first.ID, jobs.Report{Status: jobs.RunSucceeded})
	w.Advance(0)
	require.Equal(t, "join | a>join b?join", all(), "a has succeeded")
	w.run(a.ID, jobs.RunFailed)
	require.Equal(t, "join | a>join b?join", all(), "a success before a failure counts")
	w.run(b.ID, jobs.RunFailed)
	require.Equal(t, "join | a>join b?join", all())
	w.run(b.ID, jobs.RunSucceeded)
	require.Equal(t, "join | a>join b>join", all(), "the join runs")

	hourly := w.create("up", scheduled("0 * * * *", "", ""))
	w.create("wait", dependsOn("up"), scheduled("0 13 * * *", "", ""))
	w.at(time.Hour)
	require.Contains(t, all(), "up?wait")
	w.finish(hourly.ID, jobs.RunSucceeded)
	require.Contains(t, all(), "up>wait")
}

// Chains and stars of many jobs cost reads by the thousand, not by the job.
func TestALargeGraph(t *testing.T) {
	for name, up := range map[string]func(i int) string{
		"a chain": func(i int) string { return fmt.Sprintf("job-%04d", i-1) },
		"a star":  func(int) string { return "job-0000" },
	} {
		t.Run(name, func(t *testing.T) {
			w, spy := newSpiedWorld(t, nil)
			const size = 3000
			root := w.create("job-0000")
			for i := 1; i < size; i++ {
				w.create(fmt.Sprintf("job-%04d", i), dependsOn(up(i)))
			}
			for query, want := range map[jobs.GraphQuery]int{{}: size, {Root: root.ID}: size} {
				spy.read()
				g, err := w.Graph(w.ctx, w.Actor, query)
				require.NoError(t, err)
				require.Len(t, g.Jobs, want)
				require.Len(t, g.Edges, want-1)
				require.False(t, g.Truncated)
				reads, _ := spy.read()
				require.LessOrEqual(t, reads, 12)
			}
		})
	}
}

func TestAPolicyIsAskedAboutAPartOfALargeGraph(t *testing.T) {
	var asked atomic.Int64
	w := newWorld(t, &jobs.Options{Policy: func(_ context.Context, a jobs.Access) (bool, error) {
		asked.Add(1)
		return a.Allowed, nil
	}})
	root := w.create("root")
	for i := range 600 {
		w.create(fmt.Sprint("job-", i), dependsOn("root"))
	}
	asked.Store(0)
	g, err := w.Graph(w.ctx, w.Actor, jobs.GraphQuery{})
	require.NoError(t, err)
	require.True(t, g.Truncated)
	require.Len(t, g.Jobs, 500)
	require.LessOrEqual(t, asked.Load(), int64(500))
	g, err = w.Graph(w.ctx, w.Actor, jobs.GraphQuery{Root: root.ID})
	require.NoError(t, err)
	require.True(t, g.Truncated)
	require.Len(t, g.Edges, 499)
}

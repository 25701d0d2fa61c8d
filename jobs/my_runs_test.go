package jobs_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
)

// crowd is an organization in which a team has few of very many runs.
func crowd(t *testing.T, opts *jobs.Options, mine int) (w *World, s *spy, visible []string) {
	t.Helper()
	w, s = newSpiedWorld(t, opts)
	run := func(id string) jobs.Run {
		run, err := w.CreateRun(w.ctx, w.Actor, id, jobs.NewRun{Hold: true})
		require.NoError(t, err)
		return run
	}
	granted := func(team string) func(*jobs.NewJob) {
		return func(j *jobs.NewJob) { j.TeamIDs = []string{team} }
	}
	var own, others []string
	for i := range mine {
		own = append(own, w.create(fmt.Sprint("mine-", i), granted("MINE")).ID)
	}
	for i := range 20 {
		others = append(others, w.create(fmt.Sprint("other-", i), granted("OTHERS")).ID)
	}
	for round := range 5 {
		for i, id := range own {
			if (i+round)%3 > 0 || mine < 3 {
				visible = append(visible, run(id).ID)
			}
		}
		for range 45 {
			for _, id := range others {
				run(id) // many at one instant
			}
		}
		w.Outage(time.Duration(round) * time.Second) // the first two rounds are one instant
	}
	s.read()
	return w, s, visible
}

func TestMyRunsCostABoundedNumberOfReads(t *testing.T) {
	allow := func(_ context.Context, a jobs.Access) (bool, error) { return a.Allowed, nil }
	for name, tc := range map[string]struct {
		mine   int
		policy jobs.Policy
	}{
		"nothing": {0, nil}, "one": {1, nil}, "few": {8, nil}, "some": {30, nil}, "many": {60, nil}, "a policy": {5, allow},
	} {
		t.Run(name, func(t *testing.T) {
			w, s, visible := crowd(t, &jobs.Options{Policy: tc.policy}, tc.mine)
			hidden := map[string]bool{}
			all, err := w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{TeamID: "OTHERS"})
			require.NoError(t, err)
			for _, job := range all.Jobs {
				hidden[job.ID] = true
			}
			for _, limit := range []int{7, 100} {
				var got []string
				query := jobs.RunQuery{Limit: limit}
				for pages := 0; ; pages++ {
					require.Less(t, pages, 500, "the list ends")
					s.read()
					list, err := w.ListMyRuns(w.ctx, member("M", teams.Viewer, "MINE"), query)
					require.NoError(t, err)
					total, byName := s.read()
					require.LessOrEqual(t, total, 10, "%v", byName)
					require.LessOrEqual(t, len(list.Runs), limit)
					for _, run := range list.Runs {
						got = append(got, run.ID)
					}
					if query.Marker = list.Marker; query.Marker == "" {
						break
					}
					raw, err := base64.RawURLEncoding.DecodeString(query.Marker)
					require.NoError(t, err)
					for id := range hidden {
						require.NotContains(t, string(raw), id, "a marker names no hidden job")
					}
				}
				slices.Sort(got)
				slices.Sort(visible)
				require.Equal(t, visible, got, "each run once, and all of them")
			}
		})
	}
}

func TestMyRunsAreInOneOrderHoweverTheyAreFound(t *testing.T) {
	w, _, _ := crowd(t, nil, 8)
	list, err := w.ListMyRuns(w.ctx, member("M", teams.Viewer, "MINE"), jobs.RunQuery{Limit: 20})
	require.NoError(t, err)
	var want []string
	for query := (jobs.RunQuery{}); len(want) < 20; {
		all, err := w.ListMyRuns(w.ctx, w.Actor, query)
		require.NoError(t, err)
		for _, run := range all.Runs {
			if job := w.job(run.JobID); len(want) < 20 && job.Grants[0].TeamID == "MINE" {
				want = append(want, run.ID)
			}
		}
		query.Marker = all.Marker
	}
	var got []string
	for _, run := range list.Runs {
		got = append(got, run.ID)
	}
	require.Equal(t, want, got)
}

func TestAMarkerShowsNothingThatWasTakenAway(t *testing.T) {
	w, _, _ := crowd(t, nil, 3)
	actor := member("M", teams.Viewer, "MINE")
	first, err := w.ListMyRuns(w.ctx, actor, jobs.RunQuery{Limit: 2})
	require.NoError(t, err)
	require.NotEmpty(t, first.Marker)
	next, err := w.ListMyRuns(w.ctx, member("M", teams.Viewer, "OTHER"), jobs.RunQuery{Marker: first.Marker})
	require.NoError(t, err)
	require.Empty(t, next.Runs)
	for _, marker := range []string{"few", "all", "x", base64.RawURLEncoding.EncodeToString([]byte("few.0.J1:x.0")), base64.RawURLEncoding.EncodeToString([]byte("few.0..0"))} {
		_, err := w.ListMyRuns(w.ctx, actor, jobs.RunQuery{Marker: marker})
		requireField(t, "marker", err)
	}
}

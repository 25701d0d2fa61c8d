package jobs_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// told reads the journal of an actor from a place on, page by page, as "kind key".
func (w *World) told(actor teams.Actor, query jobs.EventQuery) (lines []string, marker int64) {
	w.t.Helper()
	query.Ascending = true
	for {
		list, err := w.ListEvents(w.ctx, actor, query)
		require.NoError(w.t, err)
		for _, e := range list.Events {
			require.Greater(w.t, e.Seq, query.After)
			lines = append(lines, string(e.Kind)+" "+e.JobKey)
		}
		if list.Marker == query.After {
			return lines, list.Marker
		}
		query.After = list.Marker
	}
}

func TestEventsAreShownToWhoSeesTheirJobNow(t *testing.T) {
	w := newWorld(t, nil)
	ours := w.create("ours")
	theirs := w.create("theirs", func(j *jobs.NewJob) { j.TeamIDs = []string{"T2"} })
	gone := w.create("gone", func(j *jobs.NewJob) { j.TeamIDs = []string{"T1", "T2"} })
	require.NoError(t, w.RevokeTeam(w.ctx, w.Actor, gone.ID, "T2"))
	require.NoError(t, w.DeleteJob(w.ctx, w.Actor, gone.ID))
	_, err := w.GrantTeams(w.ctx, w.Actor, ours.ID, []string{"T3"})
	require.NoError(t, err)
	require.NoError(t, w.RevokeTeam(w.ctx, w.Actor, ours.ID, "T3"))

	lifeOfOurs := []string{"job.created ours", "teams.granted ours", "team.revoked ours"}
	lifeOfGone := []string{"job.created gone", "team.revoked gone", "job.deleted gone"}
	for _, c := range []struct {
		name  string
		actor teams.Actor
		jobID string
		kinds []jobs.EventKind
		want  []string
		err   error
	}{
		{"who sees all teams", w.Actor, "", nil, []string{
			"job.created ours", "job.created theirs", "job.created gone", "team.revoked gone", "job.deleted gone",
			"teams.granted ours", "team.revoked ours",
		}, nil},
		{"a member of the first team", member("M", teams.Viewer, "T1"), "", nil, []string{
			"job.created ours", "job.created gone", "team.revoked gone", "job.deleted gone", "teams.granted ours", "team.revoked ours",
		}, nil},
		{"a team that a deleted job had lost", member("M", teams.Admin, "T2"), "", nil, []string{"job.created theirs"}, nil},
		{"a team that a job has lost", member("M", teams.Admin, "T3"), "", nil, nil, nil},
		{"some kinds", w.Actor, "", []jobs.EventKind{jobs.JobDeleted, jobs.TeamsGranted}, []string{"job.deleted gone", "teams.granted ours"}, nil},
		{"one job", member("M", teams.Viewer, "T1"), ours.ID, nil, lifeOfOurs, nil},
		{"a deleted job", member("M", teams.Viewer, "T1"), gone.ID, nil, lifeOfGone, nil},
		{"a deleted job, of a team that it had lost", member("M", teams.Admin, "T2"), gone.ID, nil, nil, jobs.ErrNotFound},
		{"a job of another team", member("M", teams.Admin, "T1"), theirs.ID, nil, nil, jobs.ErrNotFound},
		{"a job that never was", w.Actor, "NONE", nil, nil, jobs.ErrNotFound},
		{"a malformed ID", w.Actor, "no/job", nil, nil, jobs.ErrNotFound},
		{"another organization", teams.System("ORG2"), "", nil, nil, nil},
		{"another organization's job", teams.System("ORG2"), ours.ID, nil, nil, jobs.ErrNotFound},
		{"nobody", teams.Actor{}, "", nil, nil, teams.ErrUnauthenticated},
	} {
		t.Run(c.name, func(t *testing.T) {
			query := jobs.EventQuery{JobID: c.jobID, Kinds: c.kinds}
			if c.err != nil {
				_, err := w.ListEvents(w.ctx, c.actor, query)
				require.ErrorIs(t, err, c.err)
				return
			}
			got, _ := w.told(c.actor, query)
			require.Equal(t, c.want, got)
			list, err := w.ListEvents(w.ctx, c.actor, query)
			require.NoError(t, err)
			var newestFirst []string
			for _, e := range list.Events {
				newestFirst = append([]string{string(e.Kind) + " " + e.JobKey}, newestFirst...)
			}
			require.Equal(t, c.want, newestFirst)
		})
	}
}

func TestEventsInPages(t *testing.T) {
	w := newWorld(t, nil)
	for n := range 7 {
		w.create(fmt.Sprint(n))
	}
	seqs := func(q jobs.EventQuery) (seqs []int64, list jobs.EventList) {
		list, err := w.ListEvents(w.ctx, w.Actor, q)
		require.NoError(t, err)
		for _, e := range list.Events {
			seqs = append(seqs, e.Seq)
		}
		return seqs, list
	}
	for _, c := range []struct {
		query          jobs.EventQuery
		want           []int64
		marker, before int64
	}{
		{jobs.EventQuery{Limit: 3}, []int64{7, 6, 5}, 7, 5},
		{jobs.EventQuery{Limit: 3, Before: 5}, []int64{4, 3, 2}, 4, 2},
		{jobs.EventQuery{Limit: 3, Before: 2}, []int64{1}, 1, 0},
		{jobs.EventQuery{Limit: 3, Ascending: true}, []int64{1, 2, 3}, 3, 0},
		{jobs.EventQuery{Limit: 3, Ascending: true, After: 3}, []int64{4, 5, 6}, 6, 0},
		{jobs.EventQuery{Limit: 3, Ascending: true, After: 6}, []int64{7}, 7, 0},
		{jobs.EventQuery{Limit: 3, Ascending: true, After: 7}, nil, 7, 0},
		{jobs.EventQuery{Ascending: true, After: 2, Kinds: []jobs.EventKind{jobs.JobDeleted}}, nil, 7, 0},
	} {
		got, list := seqs(c.query)
		require.Equal(t, c.want, got, "%+v", c.query)
		require.Equal(t, [2]int64{c.marker, c.before}, [2]int64{list.Marker, list.Before}, "%+v", c.query)
	}
	for field, query := range map[string]jobs.EventQuery{
		"limit": {Limit: 101}, "after": {Ascending: true, After: -1}, "before": {Ascending: true, Before: 2}, "kind": {Kinds: []jobs.EventKind{"job.painted"}},
	} {
		_, err := w.ListEvents(w.ctx, w.Actor, query)
		requireField(t, field, err)
	}
}

func TestAPlaceThatTheJournalDoesNotHaveIsLost(t *testing.T) {
	w := newWorld(t, nil)
	lost := func(after int64) {
		t.Helper()
		_, err := w.ListEvents(w.ctx, w.Actor, jobs.EventQuery{Ascending: true, After: after})
		require.ErrorIs(t, err, jobs.ErrCursorLost)
	}
	lost(1) // before there is any
	for n := range 5 {
		w.create(fmt.Sprint(n))
		w.Outage(time.Hour)
	}
	lost(6) // an older journal was restored
	first, err := w.ListEvents(w.ctx, w.Actor, jobs.EventQuery{Ascending: true, Limit: 1})
	require.NoError(t, err)
	_, err = w.store.Sweep(w.ctx, storage.SweepOptions{Limit: 9, EventsBefore: epoch.Add(150 * time.Minute)})
	require.NoError(t, err)
	lost(first.Marker) // it was trimmed between two pages
	lost(0)
	got, marker := w.told(w.Actor, jobs.EventQuery{After: 3})
	require.Equal(t, []string{"job.created 3", "job.created 4"}, got)
	require.Equal(t, int64(5), marker)
}

// A member who sees little gets on, at a bounded cost, past what it does not see.
func TestAPageOfWhoSeesLittleCostsLittle(t *testing.T) {
	w, s := newSpiedWorld(t, nil)
	w.create("mine", func(j *jobs.NewJob) { j.TeamIDs = []string{"T2"} })
	hidden := w.create("hidden")
	ref := storage.JobRef{OrganizationID: org, JobID: hidden.ID}
	for n := range 9 {
		change := storage.Change{JobRef: ref, At: epoch, OperationID: fmt.Sprint("op", n)}
		for range 1000 {
			change.Events = append(change.Events, storage.EventRecord{})
		}
		require.NoError(t, w.store.Commit(w.ctx, change))
	}
	w.create("mine too", func(j *jobs.NewJob) { j.TeamIDs = []string{"T2"} })
	for _, ascending := range []bool{true, false} {
		query, pages := jobs.EventQuery{Ascending: ascending}, 0
		var got []string
		for {
			s.read()
			list, err := w.ListEvents(w.ctx, member("M", teams.Viewer, "T2"), query)
			require.NoError(t, err)
			reads, _ := s.read()
			require.LessOrEqual(t, reads, 8)
			for _, e := range list.Events {
				got = append(got, e.JobKey)
			}
			pages++
			if ascending && list.Marker == 9003 || !ascending && list.Before == 0 {
				break
			}
			require.Less(t, pages, 4)
			query.After, query.Before = list.Marker, list.Before
		}
		require.ElementsMatch(t, []string{"mine", "mine too"}, got)
	}
}

func TestAnEventThatCannotBeReadIsShownAsFarAsItIsKnown(t *testing.T) {
	w := newWorld(t, nil)
	job := w.create("job")
	require.NoError(t, w.store.Commit(w.ctx, storage.Change{
		JobRef: storage.JobRef{OrganizationID: org, JobID: job.ID}, At: epoch, OperationID: "op",
		Events: []storage.EventRecord{{Doc: []byte("\xff\xff")}},
	}))
	w.create("next")
	got, marker := w.told(w.Actor, jobs.EventQuery{})
	require.Equal(t, []string{"job.created job", "unreadable ", "job.created next"}, got)
	require.Equal(t, int64(3), marker)
	got, _ = w.told(w.Actor, jobs.EventQuery{Kinds: []jobs.EventKind{jobs.EventUnreadable}})
	require.Equal(t, []string{"unreadable "}, got)
}

// Of many deleted jobs the teams are looked up a bounded number at a time.
func TestEventsOfManyDeletedJobs(t *testing.T) {
	w, s := newSpiedWorld(t, nil)
	for n := range 130 {
		require.NoError(t, w.DeleteJob(w.ctx, w.Actor, w.create(fmt.Sprint(n)).ID))
	}
	query := jobs.EventQuery{Ascending: true}
	seen := map[int64]bool{}
	for len(seen) < 260 {
		s.read()
		list, err := w.ListEvents(w.ctx, member("M", teams.Viewer, "T1"), query)
		require.NoError(t, err)
		reads, _ := s.read()
		require.LessOrEqual(t, reads, 52)
		require.Greater(t, list.Marker, query.After)
		for _, e := range list.Events {
			require.False(t, seen[e.Seq])
			seen[e.Seq] = true
		}
		query.After = list.Marker
	}
}

// A policy is asked about a bounded number of jobs for a page.
func TestAPolicyIsAskedAboutFewJobsForAPageOfEvents(t *testing.T) {
	var asked atomic.Int64
	w := newWorld(t, &jobs.Options{Policy: func(_ context.Context, a jobs.Access) (bool, error) {
		asked.Add(1)
		return a.Action != teams.View || a.Job.Key == "deleted" || a.Job.Key == "299", nil
	}})
	deleted := w.create("deleted")
	require.NoError(t, w.DeleteJob(w.ctx, w.Actor, deleted.ID))
	for n := range 300 {
		w.create(fmt.Sprint(n))
	}
	query := jobs.EventQuery{Ascending: true}
	var got []string
	for query.After < 302 {
		asked.Store(0)
		list, err := w.ListEvents(w.ctx, w.Actor, query)
		require.NoError(t, err)
		require.LessOrEqual(t, asked.Load(), int64(100))
		require.Greater(t, list.Marker, query.After)
		for _, e := range list.Events {
			got = append(got, string(e.Kind)+" "+e.JobKey)
		}
		query.After = list.Marker
	}
	require.Equal(t, []string{"job.created deleted", "job.deleted deleted", "job.created 299"}, got)
}

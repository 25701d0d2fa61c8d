package jobs_test

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
)

// keys lists the keys of a page.
func keys(list jobs.JobList) []string {
	keys := []string{}
	for _, job := range list.Jobs {
		keys = append(keys, job.Key)
	}
	return keys
}

func granted(teamIDs ...string) func(*jobs.NewJob) {
	return func(j *jobs.NewJob) { j.TeamIDs = teamIDs }
}

func on(cluster string) func(*jobs.NewJob) {
	return func(j *jobs.NewJob) { j.ClusterID = cluster }
}

// filtered is a world of jobs to filter: in the order of creation they are
// etl/b, etl/a, report and other.
func filtered(t *testing.T, opts *jobs.Options) *World {
	w := newWorld(t, opts)
	prod := map[string]string{"env": "prod", "owner": "ana=1"}
	create := func(key string, change ...func(*jobs.NewJob)) jobs.Job {
		w.Outage(time.Second)
		return w.create(key, change...)
	}
	for _, job := range []jobs.Job{
		create("etl/b", labelled(prod)),
		create("etl/a", labelled(map[string]string{"env": "prod"}), granted("T1", "T2")),
		create("report", labelled(map[string]string{"env": "test"}), granted("T2"), on("C2")),
		create("other", granted("T3")),
	} {
		switch job.Key {
		case "etl/b":
			w.run(job.ID, jobs.RunSucceeded)
		case "etl/a":
			w.run(job.ID, jobs.RunFailed)
			_, err := w.UpdateJob(w.ctx, w.Actor, job.ID, jobs.JobPatch{Status: new(jobs.Paused)})
			require.NoError(t, err)
		case "report":
			w.run(job.ID, jobs.RunTimeout)
		}
	}
	return w
}

func TestFilters(t *testing.T) {
	all := []string{"etl/b", "etl/a", "report", "other"}
	two := member("M", teams.Viewer, "T2")
	for name, tc := range map[string]struct {
		query jobs.JobQuery
		admin []string
		two   []string // what a member of T2 sees
	}{
		"none":                    {jobs.JobQuery{}, all, []string{"etl/a", "report"}},
		"a key":                   {jobs.JobQuery{Key: "etl/a"}, []string{"etl/a"}, []string{"etl/a"}},
		"a key not seen":          {jobs.JobQuery{Key: "etl/b"}, []string{"etl/b"}, []string{}},
		"a key that is none":      {jobs.JobQuery{Key: "etl"}, []string{}, []string{}},
		"a key on a cluster":      {jobs.JobQuery{Key: "report", ClusterID: "C1"}, []string{}, []string{}},
		"a key of a team":         {jobs.JobQuery{Key: "etl/a", TeamID: "T1"}, []string{"etl/a"}, []string{"etl/a"}},
		"a key of another team":   {jobs.JobQuery{Key: "report", TeamID: "T1"}, []string{}, []string{}},
		"a key with a prefix":     {jobs.JobQuery{Key: "etl/a", KeyPrefix: "e", Label: "env=prod", SortByKey: true}, []string{"etl/a"}, []string{"etl/a"}},
		"a prefix":                {jobs.JobQuery{KeyPrefix: "etl/"}, []string{"etl/a", "etl/b"}, []string{"etl/a"}},
		"a prefix, descending":    {jobs.JobQuery{KeyPrefix: "etl/", Descending: true}, []string{"etl/b", "etl/a"}, []string{"etl/a"}},
		"a prefix that is a key":  {jobs.JobQuery{KeyPrefix: "report"}, []string{"report"}, []string{"report"}},
		"a prefix of none":        {jobs.JobQuery{KeyPrefix: "rex"}, []string{}, []string{}},
		"active":                  {jobs.JobQuery{Status: jobs.Active}, []string{"etl/b", "report", "other"}, []string{"report"}},
		"active, by key":          {jobs.JobQuery{Status: jobs.Active, SortByKey: true}, []string{"etl/b", "other", "report"}, []string{"report"}},
		"paused":                  {jobs.JobQuery{Status: jobs.Paused}, []string{"etl/a"}, []string{"etl/a"}},
		"a label":                 {jobs.JobQuery{Label: "env=prod"}, []string{"etl/b", "etl/a"}, []string{"etl/a"}},
		"a value with =":          {jobs.JobQuery{Label: "owner=ana=1"}, []string{"etl/b"}, []string{}},
		"the begin of a value":    {jobs.JobQuery{Label: "env=pro"}, []string{}, []string{}},
		"succeeded":               {jobs.JobQuery{Outcome: jobs.RunSucceeded}, []string{"etl/b"}, []string{}},
		"failed":                  {jobs.JobQuery{Outcome: jobs.RunFailed}, []string{"etl/a", "report"}, []string{"etl/a", "report"}},
		"cancelled":               {jobs.JobQuery{Outcome: jobs.RunCancelled}, []string{}, []string{}},
		"label and outcome":       {jobs.JobQuery{Label: "env=prod", Outcome: jobs.RunFailed}, []string{"etl/a"}, []string{"etl/a"}},
		"label and prefix":        {jobs.JobQuery{Label: "env=prod", KeyPrefix: "etl"}, []string{"etl/a", "etl/b"}, []string{"etl/a"}},
		"all of them":             {jobs.JobQuery{Label: "env=prod", KeyPrefix: "e", Status: jobs.Paused, Outcome: jobs.RunFailed, TeamID: "T1", ClusterID: "C1"}, []string{"etl/a"}, []string{"etl/a"}},
		"team and status":         {jobs.JobQuery{TeamID: "T2", Status: jobs.Active}, []string{"report"}, []string{"report"}},
		"another team and status": {jobs.JobQuery{TeamID: "T1", Status: jobs.Paused}, []string{"etl/a"}, []string{"etl/a"}},
		"cluster and status":      {jobs.JobQuery{ClusterID: "C1", Status: jobs.Active}, []string{"etl/b", "other"}, []string{}},
		"cluster, status, by key": {jobs.JobQuery{ClusterID: "C1", Status: jobs.Active, SortByKey: true, Descending: true}, []string{"other", "etl/b"}, []string{}},
		"cluster and prefix":      {jobs.JobQuery{ClusterID: "C2", KeyPrefix: "r"}, []string{"report"}, []string{"report"}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, policy := range []jobs.Policy{nil, rolesDecide} {
				w := filtered(t, &jobs.Options{Policy: policy})
				for _, who := range []struct {
					actor teams.Actor
					want  []string
				}{{w.Actor, tc.admin}, {two, tc.two}, {teams.System("ORG2"), []string{}}} {
					list, err := w.ListJobs(w.ctx, who.actor, tc.query)
					require.NoError(t, err)
					require.Equal(t, who.want, keys(list))
					require.Equal(t, len(who.want), list.Total)

					for n, key := range who.want { // page by page
						page := tc.query
						page.Page = jobs.PageOptions{Number: n + 1, Limit: 1}
						list, err := w.ListJobs(w.ctx, who.actor, page)
						require.NoError(t, err)
						require.Equal(t, []string{key}, keys(list))
						if policy == nil {
							require.Equal(t, len(who.want), list.Total)
						}
					}
					page := tc.query
					page.Page.Limit = jobs.TotalOnly
					list, err = w.ListJobs(w.ctx, who.actor, page)
					require.NoError(t, err)
					require.Empty(t, list.Jobs)
				}
			}
		})
	}
}

func TestFiltersThatAreRefused(t *testing.T) {
	w := newWorld(t, nil)
	for name, tc := range map[string]struct {
		query jobs.JobQuery
		field string
	}{
		"a status that is none":    {jobs.JobQuery{Status: "idle"}, "status"},
		"an outcome that is none":  {jobs.JobQuery{Outcome: "lost"}, "outcome"},
		"timeout is failed":        {jobs.JobQuery{Outcome: jobs.RunTimeout}, "outcome"},
		"running is no outcome":    {jobs.JobQuery{Outcome: jobs.RunRunning}, "outcome"},
		"a label without a value":  {jobs.JobQuery{Label: "env"}, "label"},
		"a label without a name":   {jobs.JobQuery{Label: "=prod"}, "label"},
		"a label in capitals":      {jobs.JobQuery{Label: "Env=prod"}, "label"},
		"a key with NUL":           {jobs.JobQuery{Key: "a\x00"}, "key"},
		"a prefix with NUL":        {jobs.JobQuery{KeyPrefix: "a\x00"}, "keyPrefix"},
		"a prefix that is no text": {jobs.JobQuery{KeyPrefix: "\xff"}, "keyPrefix"},
		"labels by key":            {jobs.JobQuery{Label: "a=b", SortByKey: true}, "sortBy"},
		"outcomes by key":          {jobs.JobQuery{Outcome: jobs.RunFailed, SortByKey: true}, "sortBy"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.ListJobs(w.ctx, w.Actor, tc.query)
			requireField(t, tc.field, err)
		})
	}
}

// A search is counted to 1,000, and ends where it has looked at enough.
func TestASearchIsBounded(t *testing.T) {
	w := newWorld(t, nil)
	for i := range 1100 {
		w.create(fmt.Sprintf("job-%04d", i), labelled(map[string]string{"n": fmt.Sprint(i % 2)}))
	}
	list, err := w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{KeyPrefix: "job-", Page: jobs.PageOptions{Limit: 3}})
	require.NoError(t, err)
	require.Equal(t, []string{"job-0000", "job-0001", "job-0002"}, keys(list))
	require.Equal(t, -1, list.Total)
	list, err = w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{KeyPrefix: "job-", Page: jobs.PageOptions{Number: 11}})
	require.NoError(t, err)
	require.Len(t, list.Jobs, 100)
	require.Equal(t, "job-1000", list.Jobs[0].Key)
	require.Equal(t, -1, list.Total, "it is the same on every page")
	list, err = w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{KeyPrefix: "job-0"})
	require.NoError(t, err)
	require.Equal(t, 1000, list.Total)
	list, err = w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{Label: "n=1"})
	require.NoError(t, err)
	require.Equal(t, 550, list.Total)
	list, err = w.ListJobs(w.ctx, w.Actor, jobs.JobQuery{Label: "n=1", KeyPrefix: "job-10", Descending: true})
	require.NoError(t, err)
	require.Equal(t, 50, list.Total)
	require.Equal(t, "job-1099", list.Jobs[0].Key)
}

// A policy is asked about as many jobs as fill a page of a filtered list, and
// about 500 at most.
func TestAFilteredListAsksAPolicyWithinBounds(t *testing.T) {
	var asked, open, most atomic.Int64
	policy := func(_ context.Context, a jobs.Access) (bool, error) {
		most.Store(max(most.Load(), open.Add(1)))
		defer open.Add(-1)
		if a.Action == teams.View {
			asked.Add(1)
		}
		return a.Allowed && (a.Job == nil || a.Job.Key != "job-0002"), nil
	}
	w := newWorld(t, &jobs.Options{Policy: policy})
	for i := range 700 {
		w.create(fmt.Sprintf("job-%04d", i))
	}
	list := func(actor teams.Actor, page jobs.PageOptions) jobs.JobList {
		asked.Store(0)
		list, err := w.ListJobs(w.ctx, actor, jobs.JobQuery{Status: jobs.Active, SortByKey: true, Page: page})
		require.NoError(t, err)
		return list
	}
	page := list(w.Actor, jobs.PageOptions{Limit: 20})
	require.Len(t, page.Jobs, 20)
	require.Equal(t, "job-0003", page.Jobs[2].Key)
	require.Equal(t, -1, page.Total)
	require.LessOrEqual(t, asked.Load(), int64(32))

	page = list(w.Actor, jobs.PageOptions{Number: 5})
	require.NotEmpty(t, page.Jobs)
	require.LessOrEqual(t, asked.Load(), int64(512))
	page = list(member("M", teams.Viewer, "T9"), jobs.PageOptions{})
	require.Empty(t, page.Jobs)
	require.Equal(t, -1, page.Total)
	require.LessOrEqual(t, asked.Load(), int64(512))
	require.LessOrEqual(t, most.Load(), int64(16))
}

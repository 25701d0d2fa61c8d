package faults_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// inspector looks at what is left when the faults are switched off.
type inspector struct {
	*workload

	t *testing.T
	// before are the versions that it saw earlier, by job.
	before map[string][]versions.Version
}

// inspected is one job with everything that belongs to it.
type inspected struct {
	jobs.Job

	versions []versions.Version
	counts   map[int]versions.RunCounts // of the runs, by version, which the list alone shows
	draft    *versions.Version
}

func (i *inspector) inspect() {
	i.t.Helper()
	found := i.read()
	i.checkKeys(found)
	i.checkGraph(found)
	for _, job := range found {
		i.checkVersions(job)
		i.checkDraft(job)
		i.checkTraces(job)
		i.checkTold(job)
		i.checkRuns(job)
	}
	i.checkJobs(found)
	i.checkEvents()
	i.checkUsable(found)
}

func (i *inspector) failf(format string, args ...any) {
	i.t.Helper()
	i.t.Fatalf("seed %d: %s", i.seed, fmt.Sprintf(format, args...))
}

func (i *inspector) admin() teams.Actor { return teams.System(organization) }

// read reads everything that there is.
func (i *inspector) read() map[string]inspected {
	list, err := i.service.ListJobs(i.t.Context(), i.admin(), jobs.JobQuery{})
	require.NoError(i.t, err)
	found := map[string]inspected{}
	for _, job := range list.Jobs {
		single, err := i.service.Job(i.t.Context(), i.admin(), job.ID)
		require.NoError(i.t, err)
		require.Empty(i.t, cmp.Diff(single, job), "a job in a list and by itself")
		all, err := i.service.ListVersions(i.t.Context(), i.admin(), job.ID, jobs.PageOptions{})
		require.NoError(i.t, err)
		seen := inspected{Job: job, versions: all.Versions, counts: map[int]versions.RunCounts{}}
		for n := range all.Versions {
			v := &all.Versions[n]
			seen.counts[v.Number], v.Runs = v.Runs, versions.RunCounts{}
		}
		draft, err := i.service.Draft(i.t.Context(), i.admin(), job.ID)
		if err == nil {
			seen.draft = &draft
		} else {
			require.ErrorIs(i.t, err, jobs.ErrNotFound)
		}
		found[job.ID] = seen
	}
	return found
}

// checkKeys: keys are unique.
func (i *inspector) checkKeys(found map[string]inspected) {
	owners := map[string]string{}
	for id, job := range found {
		if other, taken := owners[job.Key]; taken {
			i.failf("jobs %s and %s have the key %s", id, other, job.Key)
		}
		owners[job.Key] = id
	}
}

// checkGraph: active versions depend on jobs that exist, and in no circle.
func (i *inspector) checkGraph(found map[string]inspected) {
	dependsOn := map[string][]string{}
	for _, job := range found {
		dependsOn[job.Key] = job.Version.DependsOn
	}
	settled := map[string]bool{}
	var walk func(key string, path []string)
	walk = func(key string, path []string) {
		next, exists := dependsOn[key]
		if !exists {
			i.failf("%v depend on %s, which does not exist", path, key)
		}
		if slices.Contains(path, key) {
			i.failf("%v form a circle with %s", path, key)
		}
		if settled[key] {
			return
		}
		for _, k := range next {
			walk(k, append(slices.Clone(path), key))
		}
		settled[key] = true
	}
	for key := range dependsOn {
		walk(key, nil)
	}
}

// checkVersions: one active version, which is one of the published ones;
// published ones stay as they are; a gap is a draft that was discarded.
func (i *inspector) checkVersions(job inspected) {
	active := 0
	for n, v := range job.versions {
		if v.Status != versions.Published {
			i.failf("job %s: version %d is listed as %s", job.ID, v.Number, v.Status)
		}
		if n > 0 && v.Number <= job.versions[n-1].Number {
			i.failf("job %s: version %d is listed after %d", job.ID, v.Number, job.versions[n-1].Number)
		}
		if v.Number == job.CurrentVersion {
			active++
			require.Empty(i.t, cmp.Diff(v, job.Version), "the active version of %s, seed %d", job.ID, i.seed)
		}
	}
	if active != 1 {
		i.failf("job %s: version %d is active, and listed %d times", job.ID, job.CurrentVersion, active)
	}
	before := i.before[job.ID]
	require.GreaterOrEqual(i.t, len(job.versions), len(before), "a version is gone, seed %d", i.seed)
	for n, v := range before {
		require.Empty(i.t, cmp.Diff(v, job.versions[n]), "a published version changed, seed %d", i.seed)
	}
	i.before[job.ID] = job.versions

	gaps := job.versions[len(job.versions)-1].Number - len(job.versions)
	allowed := i.book.job(job.ID).discards
	if job.draft != nil && job.draft.Number < job.versions[len(job.versions)-1].Number {
		allowed++
	}
	if gaps > allowed {
		i.failf("job %s: %d numbers are missing, but %d drafts were discarded", job.ID, gaps, allowed)
	}
}

// checkDraft: at most one, and the job knows of it.
func (i *inspector) checkDraft(job inspected) {
	if job.draft == nil {
		require.Zero(i.t, job.DraftVersion, "job %s has lost its draft, seed %d", job.ID, i.seed)
		return
	}
	require.Equal(i.t, job.DraftVersion, job.draft.Number, "seed %d", i.seed)
	require.Equal(i.t, versions.Draft, job.draft.Status)
	for _, v := range job.versions {
		require.NotEqual(i.t, v.Number, job.draft.Number, "job %s: the draft is published, seed %d", job.ID, i.seed)
	}
}

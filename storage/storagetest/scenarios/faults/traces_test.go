package faults_test

import (
	"maps"
	"slices"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

// checkTraces: what was refused has left no trace, and no token two.
func (i *inspector) checkTraces(job inspected) {
	seen := map[string]int{}
	for _, v := range job.versions {
		token := tokenOf(v)
		i.checkTrace(job, token)
		i.checkTrace(job, v.Description)
		if other, twice := seen[token]; twice {
			i.failf("job %s: versions %d and %d both come of %s", job.ID, other, v.Number, token)
		}
		seen[token] = v.Number
	}
	i.checkTrace(job, job.Description)
	if job.draft != nil {
		i.checkTrace(job, tokenOf(*job.draft))
		i.checkTrace(job, job.draft.Description)
	}
}

func (i *inspector) checkTrace(job inspected, token string) {
	o, known := i.book.outcomes[token]
	if !known {
		i.failf("job %s: nobody wrote %q", job.ID, token)
	}
	if o == refused {
		i.failf("job %s: %s was refused, but is there: the error was %v", job.ID, token, i.book.errs[token])
	}
}

// checkTold: what was acknowledged is there, or something later.
func (i *inspector) checkTold(job inspected) {
	told := i.book.job(job.ID)
	for _, v := range job.versions {
		if token, ok := told.published[v.Number]; ok && token != tokenOf(v) {
			i.failf("job %s: version %d is %s, not %s", job.ID, v.Number, tokenOf(v), token)
		}
		delete(told.published, v.Number)
	}
	if len(told.published) > 0 {
		i.failf("job %s: acknowledged versions are missing: %v", job.ID, told.published)
	}
	for edition, token := range told.editions {
		switch {
		case edition > job.Edition && (job.draft == nil || edition > job.draft.Edition):
			i.failf("job %s is at edition %d, but %s was told %d", job.ID, job.Edition, token, edition)
		case edition == job.Edition && told.updates[edition] && token != job.Description:
			i.failf("job %s: edition %d says %q, not %q", job.ID, edition, job.Description, token)
		}
	}
	for team, possible := range told.granted {
		has := slices.Contains(job.TeamIDs(), team)
		if len(possible) > 0 && !slices.Contains(possible, has) {
			i.failf("job %s: granted to %s is %t", job.ID, team, has)
		}
		told.granted[team] = []bool{has} // a doubt is settled by looking
	}
}

// checkJobs: a job that was acknowledged is there until it is deleted, and then
// is not. Those whose creation was in doubt can be worked with from now on.
func (i *inspector) checkJobs(found map[string]inspected) {
	for id, told := range i.book.jobs {
		_, exists := found[id]
		switch {
		case exists && told.deleted == acknowledged:
			i.failf("job %s was deleted, and is there", id)
		case !exists && told.deleted == refused:
			i.failf("job %s was not deleted, and is not there", id)
		case exists:
			told.deleted = refused // a doubt is settled by looking
		case !exists:
			told.deleted = acknowledged
			_, err := i.service.JobVersion(i.t.Context(), i.admin(), id, 1)
			require.ErrorIs(i.t, err, jobs.ErrNotFound)
		}
	}
	for id := range found {
		i.book.job(id)
	}
}

// checkEvents: each acknowledged change was told to the observer, once. An operation
// whose context ends does not wait for the observer, so the check does.
func (i *inspector) checkEvents() {
	require.Eventually(i.t, i.book.allTold, time.Minute, time.Millisecond, "an acknowledged change is not told, seed %d", i.seed)
	i.book.mu.Lock()
	defer i.book.mu.Unlock()
	for _, operation := range slices.Sorted(maps.Keys(i.book.done)) {
		require.Equal(i.t, i.book.done[operation], i.book.events[operation], "%s, seed %d", operation, i.seed)
	}
}

// checkUsable: nothing is stuck: every job can be edited, and what was left of
// deleted ones can be swept.
func (i *inspector) checkUsable(found map[string]inspected) {
	for id := range found {
		const token = "after the faults"
		i.book.outcomes[token] = acknowledged
		_, err := i.service.UpdateJob(i.t.Context(), i.admin(), id, jobs.JobPatch{Description: new(token)})
		require.NoError(i.t, err, "seed %d", i.seed)
	}
	for {
		erased, err := i.service.Sweep(i.t.Context(), 1000)
		require.NoError(i.t, err)
		if erased == 0 {
			return
		}
	}
}

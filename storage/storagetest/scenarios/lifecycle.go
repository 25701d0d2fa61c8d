package storagetest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

var lifecycleScenarios = []testCase{
	{
		name: "a draft does not revert a description edited meanwhile",
		why:  "the description is the job's; publishing a draft that never touched it must not undo somebody's edit",
		run: func(p *probe) {
			s := p.story()
			job := s.begin("daily")
			_, err := s.CreateDraft(s.ctx, s.actor, job.ID, versions.Patch{CronExpression: new("@daily")})
			require.NoError(s, err)
			_, err = s.UpdateJob(s.ctx, s.actor, job.ID, jobs.JobPatch{Description: new("edited")})
			require.NoError(s, err)
			_, err = s.PublishDraft(s.ctx, s.actor, job.ID)
			require.NoError(s, err)
			after := s.read(job.ID)
			require.Equal(s, "edited", after.Description)
			require.Equal(s, 2, after.CurrentVersion)
		},
	},
	{
		name: "a version whose dependency is gone is not activated",
		why:  "only the active version protects what it depends on; an older one must be checked when it becomes active again",
		run: func(p *probe) {
			s := p.story()
			up, down := s.begin("up"), s.begin("down")
			require.NoError(s, s.rely(down.ID, "up"))
			require.NoError(s, s.rely(down.ID))
			require.NoError(s, s.DeleteJob(s.ctx, s.actor, up.ID))
			_, err := s.ActivateVersion(s.ctx, s.actor, down.ID, 2)
			var fields versions.FieldErrors
			require.ErrorAs(s, err, &fields)
			require.Equal(s, 3, s.read(down.ID).CurrentVersion)
		},
	},
	{
		name: "an entity tag is not moved by ticks",
		why:  "an editor's If-Match must not fail because the scheduler settled a tick, nor a wake-up reached the job",
		run: func(p *probe) {
			s := p.story()
			up, down := s.begin("up"), s.begin("down", "up")
			record := p.job(jobs.JobRef{OrganizationID: org, JobID: up.ID})
			c := p.change(record.JobRef)
			c.Job = &record
			c.PutTicks = []jobs.TickRecord{tick(record.JobRef, 1)}
			c.Wake = &jobs.Wake{At: minute(1), Self: true, Dependents: true}
			p.commit(c)
			for _, job := range []jobs.Job{up, down} {
				require.Equal(s, job.Edition, s.read(job.ID).Edition)
				_, err := s.UpdateJob(s.ctx, s.actor, job.ID, jobs.JobPatch{Description: new("edited")}, jobs.IfEdition(job.Edition))
				require.NoError(s, err)
			}
		},
	},
	{
		name: "an expired context among many commits harms no other",
		why:  "commits may be grouped; the one whose caller gave up is there whole or not at all, and its neighbours are there",
		run:  expiredAmongMany,
	},
}

func expiredAmongMany(p *probe) {
	const callers, rounds = 8, 12
	var group sync.WaitGroup
	errs := make([][]error, callers)
	for caller := range callers {
		group.Go(func() {
			for round := range rounds {
				ctx, cancel := p.ctx, context.CancelFunc(func() {})
				if caller%2 == 1 { // these give up, the sooner the later the round
					ctx, cancel = context.WithTimeout(p.ctx, time.Duration(rounds-round)*50*time.Microsecond)
				}
				c := p.change(ref(jobName(caller, round)))
				c.Job = newJob(c.JobRef, c.JobID)
				c.AddVersions = []jobs.VersionRecord{version(c.JobRef, 1)}
				errs[caller] = append(errs[caller], p.store.Commit(ctx, c))
				cancel()
			}
		})
	}
	group.Wait()
	for caller := range callers {
		for round, err := range errs[caller] {
			p.wholeOrNothing(ref(jobName(caller, round)), err)
		}
	}
}

func jobName(caller, round int) string { return fmt.Sprintf("job-%d-%d", caller, round) }

// wholeOrNothing checks a commit of a new job and its version by what came of it.
func (p *probe) wholeOrNothing(ref jobs.JobRef, err error) {
	p.Helper()
	_, jobErr := p.store.Job(p.ctx, ref)
	_, versionErr := p.store.Version(p.ctx, ref, 1)
	require.Equal(p, jobErr == nil, versionErr == nil, "job %s was half written: %v, %v", ref.JobID, jobErr, versionErr)
	switch {
	case err == nil:
		require.NoError(p, jobErr, "job %s was acknowledged", ref.JobID)
	case errors.Is(err, jobs.ErrOutcomeUnknown):
		// Either will do.
	default:
		require.ErrorIs(p, err, context.DeadlineExceeded)
		require.ErrorIs(p, jobErr, jobs.ErrNotFound, "job %s was refused: %v", ref.JobID, err)
	}
}

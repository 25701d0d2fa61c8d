package storagetest

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

func expiredAmongMany(p *probe) {
	const callers, rounds = 8, 12
	errs := make([][]error, callers)
	p.together(callers, func(caller int) error {
		for round := range rounds {
			ctx, cancel := p.ctx, context.CancelFunc(func() {})
			if caller%2 == 1 { // these give up, the sooner the later the round
				ctx, cancel = context.WithTimeout(p.ctx, time.Duration(rounds-round)*50*time.Microsecond)
			}
			c := p.change(ref(jobName(caller, round)))
			c.Job = newJob(c.JobRef, c.JobID)
			c.AddVersions = []storage.VersionRecord{version(c.JobRef, 1)}
			errs[caller] = append(errs[caller], p.store.Commit(ctx, c))
			cancel()
		}
		return nil
	})
	for caller := range callers {
		for round, err := range errs[caller] {
			p.wholeOrNothing(ref(jobName(caller, round)), err)
		}
	}
}

func jobName(caller, round int) string { return fmt.Sprintf("job-%d-%d", caller, round) }

// wholeOrNothing checks a commit of a new job and its version by what came of it.
func (p *probe) wholeOrNothing(ref storage.JobRef, err error) {
	p.Helper()
	_, jobErr := p.store.Job(p.ctx, ref)
	_, versionErr := p.store.Version(p.ctx, ref, 1)
	require.Equal(p, jobErr == nil, versionErr == nil, "job %s was half written: %v, %v", ref.JobID, jobErr, versionErr)
	switch {
	case err == nil:
		require.NoError(p, jobErr, "job %s was acknowledged", ref.JobID)
	case errors.Is(err, storage.ErrOutcomeUnknown):
		// Either will do.
	default:
		require.ErrorIs(p, err, context.DeadlineExceeded)
		require.ErrorIs(p, jobErr, storage.ErrNotFound, "job %s was refused: %v", ref.JobID, err)
	}
}

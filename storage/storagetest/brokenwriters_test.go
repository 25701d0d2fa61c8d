package storagetest_test

import (
	"context"
	"runtime"
	"strings"
	"sync"

	"github.com/jobledger/jobledger/jobs"
)

// writes is a store whose commits go another way.
type writes struct {
	jobs.Store

	commit func(ctx context.Context, s jobs.Store, c jobs.Change) error
}

func (w writes) Commit(ctx context.Context, c jobs.Change) error { return w.commit(ctx, w.Store, c) }

// spoils breaks a store by changing what is committed. It may write to the
// change's own fields only, not to what they point to.
func spoils(spoil func(ctx context.Context, s jobs.Store, c *jobs.Change)) func(jobs.Store) jobs.Store {
	return func(whole jobs.Store) jobs.Store {
		return writes{whole, func(ctx context.Context, s jobs.Store, c jobs.Change) error {
			spoil(ctx, s, &c)
			return s.Commit(ctx, c)
		}}
	}
}

var brokenWriters = []broken{
	{"ignores the job's revision", spoils(ignoreRevision), []string{
		"revisions/a job is written only at the revision that was read",
		"writers/of writers with one revision exactly one wins",
		"guards/a failed guard writes nothing",
	}},
	{"ignores a run's revision", spoils(ignoreRunRevision), []string{
		"revisions/a run is written only at the revision that was read",
		"writers/of terminal reports exactly one wins",
	}},
	{"ignores the graph counter", spoils(ignoreGraph), []string{
		"graph/a change that raises the counter raises it by one",
		"writers/of writers that raise the graph exactly one wins",
	}},
	{"ignores required keys", spoils(func(_ context.Context, _ jobs.Store, c *jobs.Change) { c.RequireKeys = nil }), []string{
		"keys/required keys hold",
	}},
	{"ignores dependents", spoils(func(_ context.Context, _ jobs.Store, c *jobs.Change) { c.ForbidDependents = "" }), []string{
		"keys/no other job depends on a forbidden key",
		"writers/a job is not removed beside a new dependent",
	}},
	{"ignores the operation ID", func(s jobs.Store) jobs.Store { return renamesOperations{s} }, []string{
		"operations/a repeated change takes effect once",
		"operations/a change is known again after the job has moved on",
		"writers/one operation committed by many takes effect once",
	}},
	{"remembers a refused operation", remembersRefused, []string{
		"guards/a stale operation may be decided anew",
	}},
	{"shares operation IDs between organizations", sharesOperations, []string{
		"operations/operation IDs of organizations are independent",
	}},
	{"writes half of a commit", func(s jobs.Store) jobs.Store { return writes{s, commitInHalves} }, []string{
		"guards/a failed guard writes nothing",
		"race/a read of a job sees whole commits",
	}},
	{"forgets a tick", spoils(func(_ context.Context, _ jobs.Store, c *jobs.Change) {
		if len(c.PutTicks) > 1 {
			c.PutTicks = c.PutTicks[1:]
		}
	}), []string{
		"ticks/ticks are listed newest first",
		"random/any history leaves what the model has",
	}},
	{"keeps all ticks", spoils(func(_ context.Context, _ jobs.Store, c *jobs.Change) { c.KeepTicks = 0 }), []string{
		"ticks/keeping some ticks removes the older ones, after those that are put",
	}},
	{"wakes nobody", spoils(func(_ context.Context, _ jobs.Store, c *jobs.Change) { c.Wake = nil }), []string{
		"wake/a wake wakes the jobs that depend on the key",
		"wake/a run wakes its own job",
		"writers/a wake-up is never lost",
	}},
	{"wakes before it commits", func(s jobs.Store) jobs.Store { return writes{s, wakeBefore} }, []string{
		"wake/who depends is read after the rest of the change",
		"race/a list sees one state of all its jobs",
	}},
	{"owes nothing", spoils(func(_ context.Context, _ jobs.Store, c *jobs.Change) {
		if c.Tombstone != nil {
			tombstone := *c.Tombstone
			tombstone.Owed = false
			c.Tombstone = &tombstone
		}
	}), []string{
		"sweep/what is owed is kept until it is done",
	}},
	{"writes in spite of an ended context", func(s jobs.Store) jobs.Store {
		return writes{s, func(ctx context.Context, s jobs.Store, c jobs.Change) error {
			err := s.Commit(context.WithoutCancel(ctx), c)
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return err
		}}
	}, []string{
		"context/a commit whose context has ended writes nothing",
	}},
	{"never frees a key", keepsKeys, []string{
		"keys/a renamed job leaves its key free",
		"keys/a removed job's key is free at once",
	}},
	{"takes keys without regard to case", foldsKeys, []string{
		"keys/keys that differ in case or accents are different",
	}},
	{"makes a job over a tombstone", spoils(func(ctx context.Context, s jobs.Store, c *jobs.Change) {
		if c.Job != nil && c.Job.Revision == 0 {
			_, _ = s.Sweep(ctx, 100)
		}
	}), []string{
		"tombstones/a new job over a tombstone is stale",
	}},
	{"writes to the caller's change", spoils(func(_ context.Context, _ jobs.Store, c *jobs.Change) {
		for i := range c.AddVersions {
			c.AddVersions[i].Doc = []byte("kept")
		}
	}), []string{
		"commit/a change is not altered by its commit",
	}},
	{"does not validate", spoils(func(_ context.Context, _ jobs.Store, c *jobs.Change) { c.KeepTicks = max(0, c.KeepTicks) }), []string{
		"validate/a change that is wrong in itself is refused",
		"validate/a change is validated before anything else",
	}},
}

func ignoreRevision(ctx context.Context, s jobs.Store, c *jobs.Change) {
	if stored, err := s.Job(ctx, c.JobRef); err == nil && c.Job != nil {
		job := *c.Job
		job.Revision = stored.Revision
		c.Job = &job
	}
}

func ignoreRunRevision(ctx context.Context, s jobs.Store, c *jobs.Change) {
	runs := append([]jobs.RunRecord(nil), c.PutRuns...)
	for i := range runs {
		if stored, err := s.Run(ctx, c.JobRef, runs[i].ID); err == nil && runs[i].Revision > 0 {
			runs[i].Revision = stored.Revision
		}
	}
	c.PutRuns = runs
}

func ignoreGraph(ctx context.Context, s jobs.Store, c *jobs.Change) {
	if found, err := s.FindJobs(ctx, jobs.JobLookup{OrganizationID: c.OrganizationID}); err == nil && c.Graph != nil {
		c.Graph = &jobs.GraphGuard{Expect: found.Graph, Raise: c.Graph.Raise}
	}
}

// commitInHalves writes the record of the job first, and then the rest.
func commitInHalves(ctx context.Context, s jobs.Store, c jobs.Change) error {
	if c.Job == nil || c.Tombstone != nil || c.Validate() != nil {
		return s.Commit(ctx, c)
	}
	half := jobs.Change{JobRef: c.JobRef, OperationID: c.OperationID + " first half", At: c.At, Job: c.Job}
	if err := s.Commit(ctx, half); err != nil {
		return err
	}
	runtime.Gosched()
	job := *c.Job
	job.Revision++
	c.Job = &job
	return s.Commit(ctx, c)
}

// wakeBefore wakes who depends on the key in a commit of its own.
func wakeBefore(ctx context.Context, s jobs.Store, c jobs.Change) error {
	if c.Wake != nil && c.Job != nil {
		wake := jobs.Change{JobRef: c.JobRef, OperationID: c.OperationID + " wake", At: c.At, Wake: c.Wake}
		if err := s.Commit(ctx, wake); err != nil {
			return err
		}
		c.Wake = nil
		runtime.Gosched()
	}
	return s.Commit(ctx, c)
}

func remembersRefused(whole jobs.Store) jobs.Store {
	var refused sync.Map
	return writes{whole, func(ctx context.Context, s jobs.Store, c jobs.Change) error {
		if _, ok := refused.Load(c.OperationID); ok {
			return nil
		}
		err := s.Commit(ctx, c)
		if err != nil {
			refused.Store(c.OperationID, true)
		}
		return err
	}}
}

func sharesOperations(whole jobs.Store) jobs.Store {
	var applied sync.Map
	return writes{whole, func(ctx context.Context, s jobs.Store, c jobs.Change) error {
		if _, ok := applied.Load(c.OperationID); ok {
			return nil
		}
		err := s.Commit(ctx, c)
		if err == nil {
			applied.Store(c.OperationID, true)
		}
		return err
	}}
}

func keepsKeys(whole jobs.Store) jobs.Store {
	var owners sync.Map
	return writes{whole, func(ctx context.Context, s jobs.Store, c jobs.Change) error {
		if c.Job != nil && c.Tombstone == nil {
			if owner, taken := owners.LoadOrStore(c.Job.Key, c.JobRef); taken && owner != c.JobRef {
				return jobs.ErrStale
			}
		}
		return s.Commit(ctx, c)
	}}
}

// foldsKeys refuses a key when another job has it in other letters.
func foldsKeys(whole jobs.Store) jobs.Store {
	return writes{whole, func(ctx context.Context, s jobs.Store, c jobs.Change) error {
		page, _ := s.ListJobs(ctx, jobs.JobQuery{OrganizationID: c.OrganizationID, AllTeams: true, Limit: 100})
		for _, other := range page.Jobs {
			if c.Job != nil && other.JobRef != c.JobRef && strings.EqualFold(other.Key, c.Job.Key) {
				return jobs.ErrStale
			}
		}
		return s.Commit(ctx, c)
	}}
}

package broken

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/jobledger/jobledger/storage"
)

// spoils breaks a store by changing what is committed. It may write to the
// change's own fields only, not to what they point to.
func spoils(spoil func(ctx context.Context, s storage.Store, c *storage.Change)) func(storage.Store) storage.Store {
	return twist(twisted{commit: func(ctx context.Context, s storage.Store, c storage.Change) error {
		spoil(ctx, s, &c)
		return s.Commit(ctx, c)
	}})
}

// drops breaks a store by leaving something out of each change.
func drops(drop func(c *storage.Change)) func(storage.Store) storage.Store {
	return spoils(func(_ context.Context, _ storage.Store, c *storage.Change) { drop(c) })
}

// edits breaks a store by changing the record of each job that is not removed.
func edits(edit func(job *storage.JobRecord)) func(storage.Store) storage.Store {
	return drops(func(c *storage.Change) {
		if c.Job != nil && c.Tombstone == nil {
			job := *c.Job
			edit(&job)
			c.Job = &job
		}
	})
}

var writers = []Store{
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
		"organization/a change that raises the counter raises it by one",
		"writers/of writers that raise the graph exactly one wins",
	}},
	{"ignores the organization's revision", spoils(ignoreOrganization), []string{
		"organization/an organization's record is written only at the revision that was read",
		"writers/of writers of an organization's record exactly one wins",
	}},
	{"ignores a required organization", drops(func(c *storage.Change) { c.RequireOrganization = nil }), []string{
		"organization/a change can require the organization's revision",
		"writers/nothing settles after a hold was answered",
	}},
	{"takes the counter from the record", spoils(func(_ context.Context, s storage.Store, c *storage.Change) {
		if c.Organization != nil && c.Organization.Graph > 0 {
			c.Graph = &storage.GraphGuard{Expect: 1, Raise: true}
		}
	}), []string{
		"organization/writing an organization's record leaves its counter",
	}},
	{"ignores required keys", drops(func(c *storage.Change) { c.RequireKeys = nil }), []string{
		"keys/required keys hold",
	}},
	{"ignores forbidden scopes", drops(func(c *storage.Change) { c.ForbidScope = "" }), []string{
		"scopes/no other job stands in a forbidden scope",
		"writers/a job is not removed beside a new dependent",
	}},
	{"ignores the operation ID", twist(twisted{commit: renameOperation}), []string{
		"operations/a repeated change takes effect once",
		"operations/a change is known again after the job has moved on",
		"operations/operation IDs need not rise",
		"writers/one operation committed by many takes effect once",
	}},
	{"remembers a refused operation", remembersRefused, []string{
		"guards/a stale operation may be decided anew",
	}},
	{"shares operation IDs between organizations", sharesOperations, []string{
		"operations/operation IDs of organizations are independent",
	}},
	{"takes an operation ID that does not rise for an old one", takesHighestOperation, []string{
		"operations/operation IDs need not rise",
	}},
	{"writes half of a commit", twist(twisted{commit: commitInHalves}), []string{
		"guards/a failed guard writes nothing",
		"race/a read of a job sees whole commits",
	}},
	{"forgets a tick", drops(func(c *storage.Change) {
		if len(c.PutTicks) > 1 {
			c.PutTicks = c.PutTicks[1:]
		}
	}), []string{
		"ticks/ticks are listed newest first",
		"random/any history leaves what the model has",
	}},
	{"keeps all ticks", drops(func(c *storage.Change) { c.TrimTicks = storage.Change{}.TrimTicks }), []string{
		"ticks/trimming removes what is older than a time, after those that are put",
	}},
	{"trims all ticks at once", twist(twisted{commit: trimAll}), []string{
		"ticks/one change trims a bounded number of ticks, oldest first",
	}},
	{"forgets an event", drops(func(c *storage.Change) {
		if len(c.Events) > 1 {
			c.Events = c.Events[1:]
		}
	}), []string{
		"events/events are numbered in the order of commits, without gaps",
		"events/no event comes below a number that was shown",
		"random/any history leaves what the model has",
	}},
	{"wakes nobody", drops(func(c *storage.Change) { c.Wake = nil }), []string{
		"wake/a wake wakes the jobs that stand in the scope",
		"writers/a wake-up is never lost",
	}},
	{"wakes before it commits", twist(twisted{commit: wakeBefore}), []string{
		"wake/who stands in a scope is read after the rest of the change",
		"race/a list sees one state of all its jobs",
	}},
	{"wakes for a removal", twist(twisted{commit: wakeOfRemoval}), []string{
		"wake/a change that removes its job wakes nobody",
	}},
	{"writes the document that it was not given", edits(func(job *storage.JobRecord) {
		if len(job.Doc) == 0 {
			job.Doc = []byte("null")
		}
	}), []string{
		"state/a change that gives no document leaves it",
		"state/a large document is left by many small writes",
	}},
	{"writes the state that it was not given", edits(func(job *storage.JobRecord) {
		if len(job.State) == 0 {
			job.State = []byte("null")
		}
	}), []string{
		"state/a change that gives no document leaves it",
		"state/a new job needs no state",
	}},
	{"forgets the scopes", edits(func(job *storage.JobRecord) { job.Scopes, job.KeyScopes = nil, nil }), []string{
		"scopes/a scope lists the jobs that stand in it",
		"commit/a job is read as it was written",
	}},
	{"lists a scope by key only", edits(func(job *storage.JobRecord) { job.KeyScopes = job.Scopes }), []string{
		"scopes/a scope that is no key scope has no order of keys",
	}},
	{"writes in spite of an ended context", twist(twisted{commit: func(ctx context.Context, s storage.Store, c storage.Change) error {
		err := s.Commit(context.WithoutCancel(ctx), c)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return err
	}}), []string{
		"context/a commit whose context has ended writes nothing",
	}},
	{"never frees a key", keepsKeys, []string{
		"keys/a renamed job leaves its key free",
		"keys/a removed job's key is free at once",
	}},
	{"takes keys without regard to case", twist(twisted{commit: foldKey}), []string{
		"keys/keys that differ in case or accents are different",
	}},
	{"makes a job over a tombstone", spoils(func(ctx context.Context, s storage.Store, c *storage.Change) {
		if c.Job != nil && c.Job.Revision == 0 {
			_, _ = s.Sweep(ctx, storage.SweepOptions{Limit: 100})
		}
	}), []string{
		"tombstones/a new job over a tombstone is stale",
	}},
	{"erases with the removal", twist(twisted{commit: sweepAfter}), []string{
		"sweep/only sweep erases",
	}},
	{"writes to the caller's change", drops(func(c *storage.Change) {
		for i := range c.AddVersions {
			c.AddVersions[i].Doc = []byte("kept")
		}
	}), []string{
		"commit/a change is not altered by its commit",
	}},
	{"calls a caller's bug stale", twist(twisted{commit: replaceError(storage.ErrStale)}), []string{
		"validate/a change that is wrong in itself is refused",
		"validate/a change is validated before anything else",
	}},
	{"calls a caller's bug a failure", twist(twisted{commit: replaceError(errors.New("the database said no"))}), []string{
		"validate/a change that is wrong in itself is refused",
	}},
	{"is stricter than the contract", twist(twisted{commit: func(ctx context.Context, s storage.Store, c storage.Change) error {
		if c.Job != nil && len(c.Job.Key) > 255 {
			return storage.ErrInvalid
		}
		return s.Commit(ctx, c)
	}}), []string{
		"validate/the longest names and the largest sets are accepted",
	}},
}

func ignoreRevision(ctx context.Context, s storage.Store, c *storage.Change) {
	if stored, err := s.Job(ctx, c.JobRef); err == nil && c.Job != nil {
		job := *c.Job
		job.Revision = stored.Revision
		c.Job = &job
	}
}

func ignoreRunRevision(ctx context.Context, s storage.Store, c *storage.Change) {
	runs := append([]storage.RunRecord(nil), c.PutRuns...)
	for i := range runs {
		if stored, err := s.Run(ctx, c.JobRef, runs[i].ID); err == nil && runs[i].Revision > 0 {
			runs[i].Revision = stored.Revision
		}
	}
	c.PutRuns = runs
}

func ignoreGraph(ctx context.Context, s storage.Store, c *storage.Change) {
	if found, err := s.FindJobs(ctx, storage.FindQuery{OrganizationID: c.OrganizationID}); err == nil && c.Graph != nil {
		c.Graph = &storage.GraphGuard{Expect: found.Organization.Graph, Raise: c.Graph.Raise}
	}
}

func ignoreOrganization(ctx context.Context, s storage.Store, c *storage.Change) {
	if found, err := s.FindJobs(ctx, storage.FindQuery{OrganizationID: c.OrganizationID}); err == nil && c.Organization != nil {
		record := *c.Organization
		record.Revision = found.Organization.Revision
		c.Organization = &record
	}
}

// commitInHalves writes the record of the job first, and then the rest.
func commitInHalves(ctx context.Context, s storage.Store, c storage.Change) error {
	if c.Job == nil || c.Tombstone != nil || c.Validate() != nil {
		return s.Commit(ctx, c)
	}
	half := storage.Change{JobRef: c.JobRef, OperationID: c.OperationID + " first half", At: c.At, Job: c.Job}
	if err := s.Commit(ctx, half); err != nil {
		return err
	}
	runtime.Gosched()
	job := *c.Job
	job.Revision++
	c.Job = &job
	return s.Commit(ctx, c)
}

// trimAll trims again until nothing is left to trim.
func trimAll(ctx context.Context, s storage.Store, c storage.Change) error {
	err := s.Commit(ctx, c)
	for range 9 {
		if err != nil || c.TrimTicks.IsZero() {
			return err
		}
		job, _ := s.Job(ctx, c.JobRef)
		again := storage.Change{JobRef: c.JobRef, OperationID: c.OperationID + " again", At: c.At, Job: &job, TrimTicks: c.TrimTicks}
		again.OperationID += strconv.FormatInt(job.Revision, 10)
		err = s.Commit(ctx, again)
	}
	return err
}

// wakeBefore wakes a scope in a commit of its own.
func wakeBefore(ctx context.Context, s storage.Store, c storage.Change) error {
	if c.Wake != nil && c.Job != nil && !c.Removes() {
		wake := storage.Change{JobRef: c.JobRef, OperationID: c.OperationID + " wake", At: c.At, Wake: c.Wake}
		if err := s.Commit(ctx, wake); err != nil {
			return err
		}
		c.Wake = nil
		runtime.Gosched()
	}
	return s.Commit(ctx, c)
}

func wakeOfRemoval(ctx context.Context, s storage.Store, c storage.Change) error {
	err := s.Commit(ctx, c)
	if err == nil && c.Wake != nil && c.Removes() {
		return s.Commit(ctx, storage.Change{JobRef: c.JobRef, OperationID: c.OperationID + " wake", At: c.At, Wake: c.Wake})
	}
	return err
}

func sweepAfter(ctx context.Context, s storage.Store, c storage.Change) error {
	err := s.Commit(ctx, c)
	if err == nil && c.Removes() {
		_, err = s.Sweep(ctx, storage.SweepOptions{Limit: 1000})
	}
	return err
}

func replaceError(by error) func(context.Context, storage.Store, storage.Change) error {
	return func(ctx context.Context, s storage.Store, c storage.Change) error {
		err := s.Commit(ctx, c)
		if errors.Is(err, storage.ErrInvalid) {
			return by
		}
		return err
	}
}

var renamed atomic.Int64

// renameOperation gives each attempt an operation ID of its own.
func renameOperation(ctx context.Context, s storage.Store, c storage.Change) error {
	if c.OperationID != "" {
		c.OperationID += " attempt " + strconv.FormatInt(renamed.Add(1), 10)
	}
	return s.Commit(ctx, c)
}

// remembers breaks how a store remembers operations: a change for which known
// reports true is acknowledged and not made.
func remembers(
	known func(seen *sync.Map, c storage.Change) bool, remember func(seen *sync.Map, c storage.Change, err error),
) func(storage.Store) storage.Store {
	return func(whole storage.Store) storage.Store {
		var seen sync.Map
		return twisted{Store: whole, commit: func(ctx context.Context, s storage.Store, c storage.Change) error {
			if known(&seen, c) {
				return nil
			}
			err := s.Commit(ctx, c)
			remember(&seen, c, err)
			return err
		}}
	}
}

func byID(seen *sync.Map, c storage.Change) bool {
	_, ok := seen.Load(c.OperationID)
	return ok
}

var remembersRefused = remembers(byID, func(seen *sync.Map, c storage.Change, err error) {
	if err != nil {
		seen.Store(c.OperationID, true)
	}
})

var sharesOperations = remembers(byID, func(seen *sync.Map, c storage.Change, err error) {
	if err == nil {
		seen.Store(c.OperationID, true)
	}
})

var takesHighestOperation = remembers(func(seen *sync.Map, c storage.Change) bool {
	highest, ok := seen.Load("highest")
	return ok && c.OperationID <= highest.(string)
}, func(seen *sync.Map, c storage.Change, err error) {
	if err == nil {
		seen.Store("highest", c.OperationID)
	}
})

func keepsKeys(whole storage.Store) storage.Store {
	var owners sync.Map
	return twisted{Store: whole, commit: func(ctx context.Context, s storage.Store, c storage.Change) error {
		if c.Job != nil && c.Tombstone == nil {
			if owner, taken := owners.LoadOrStore(c.Job.Key, c.JobRef); taken && owner != c.JobRef {
				return storage.ErrStale
			}
		}
		return s.Commit(ctx, c)
	}}
}

// foldKey refuses a key when another job has a key that differs only in case.
func foldKey(ctx context.Context, s storage.Store, c storage.Change) error {
	page, _ := s.ListJobs(ctx, storage.JobQuery{OrganizationID: c.OrganizationID, AllTeams: true, Limit: 100})
	for _, other := range page.Jobs {
		if c.Job != nil && other.JobRef != c.JobRef && strings.EqualFold(other.Key, c.Job.Key) {
			return storage.ErrStale
		}
	}
	return s.Commit(ctx, c)
}

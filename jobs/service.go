package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"regexp"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// Service has the operations on jobs and runs. Each takes who asks and plain
// values, reads from the [storage.Store], decides, and commits one atomic change.
//
// To read a job, the actor must be at least a viewer in one of its teams; to change
// it, at least a contributor. A few methods are only for admins, and say so. A
// [Policy] may decide otherwise.
//
// Every method that takes an actor may return [teams.ErrUnauthenticated] (the
// actor's IDs are not valid), [ErrUnavailable], and the context's error. A method
// about one job returns [ErrNotFound] when the job does not exist, and also when
// the actor may not see it. A method that changes something may also return
// [ErrForbidden], [ErrPrecondition], [ErrBusy], [ErrOutcomeUnknown] and
// [ErrOutdated]. The comments of the methods name only further errors.
//
// Many goroutines may use one Service. Several services, in any number of
// processes, may share one store.
type Service struct {
	*core
}

// Options are the options of a [Service]. Nil means the zero value.
type Options struct {
	// Now is the clock; time.Now by default. Its times are stored in UTC and whole
	// microseconds.
	Now func() time.Time
	// NewID makes IDs of jobs and runs: 1 to 20 characters of A-Z and 0-9, never
	// the same twice in an organization. By default 10 random characters from
	// crypto/rand. When an ID is in use, the service calls NewID again.
	NewID func() string
	// Logger gets what no caller is told: at level Error, panics of callbacks and
	// documents that cannot be read; at Warn, what a [Scheduler] could not do. By
	// default nothing is logged.
	Logger *slog.Logger
	// Directory looks up teams and clusters; [teams.Open] by default, in which
	// every team and cluster exists.
	Directory teams.Directory
	// CheckConfig checks a version's config and says what type of job it makes;
	// [versions.DocumentedConfig] by default, which takes only SQL and Python jobs.
	CheckConfig versions.CheckConfig
	// Policy makes every access decision; by default roles do.
	Policy Policy
	// Observer is called with each event after its commit, also with those of this
	// service's schedulers; see [Event]. Calls may come from several goroutines at
	// once. Optional.
	Observer func(context.Context, Event)
	// Hooks are called while the service works, for metrics and traces.
	Hooks Hooks
	// Limits bound what the service accepts.
	Limits Limits
	// Runs are the options for making and watching runs.
	Runs RunOptions
}

// Limits bound what a [Service] accepts. A field that is 0 means its default.
// Dependencies is 100 by default, and 200 at most.
type Limits struct {
	versions.Limits
	// Teams is the most teams that a job may be granted to; 100 by default, and 200
	// at most.
	Teams int
}

// NewService returns a service on a store. The caller closes the store, after the
// service's last use, if that store has to be closed.
func NewService(store storage.Store, opts *Options) *Service {
	s := &Service{core: &core{store: store, locks: newKeyedLocks()}}
	if opts != nil {
		s.opts = *opts
	}
	if s.opts.Now == nil {
		s.opts.Now = time.Now
	}
	if s.opts.Logger == nil {
		s.opts.Logger = slog.New(slog.DiscardHandler)
	}
	s.callouts.logger, s.callouts.now = s.opts.Logger, s.now
	if s.opts.Hooks.Begin != nil {
		s.store = heardStore{store, s.core}
	}
	if s.opts.Directory == nil {
		s.opts.Directory = teams.Open()
	} else {
		s.opts.Directory = guardedDirectory{&s.callouts, s.opts.Directory}
	}
	if s.opts.Policy != nil {
		s.opts.Policy = guardPolicy(&s.callouts, s.opts.Policy)
	}
	s.opts.Runs = s.opts.Runs.withDefaults()
	// Each team and each dependency is a scope. Storage allows 500 scopes a job.
	orDefault(&s.opts.Limits.Teams, 100)
	s.opts.Limits.Teams = min(s.opts.Limits.Teams, maxScoped)
	s.opts.Limits.Dependencies = min(s.opts.Limits.Dependencies, maxScoped)
	return s
}

// maxScoped is the most teams, and the most dependencies, of a job.
const maxScoped = 200

var validJobID = regexp.MustCompile(`^[A-Z0-9]{1,20}$`)

// load reads a job that the actor may see.
func (s *Service) load(ctx context.Context, actor teams.Actor, jobID string) (ledger, error) {
	if err := checkActor(actor); err != nil {
		return ledger{}, err
	}
	if !validJobID.MatchString(jobID) {
		return ledger{}, ErrNotFound
	}
	record, err := s.store.Job(ctx, storage.JobRef{OrganizationID: actor.OrganizationID, JobID: jobID})
	if err != nil {
		return ledger{}, storeError("read job "+jobID, err)
	}
	// An actor who may not see the job must not learn that it cannot be read.
	byRole := actor.RoleOn(record.TeamIDs).Permits(teams.View)
	if s.opts.Policy == nil && !byRole {
		return ledger{}, ErrNotFound
	}
	var l ledger
	if err := s.read(ctx, &record, &l); err != nil {
		if !byRole {
			return ledger{}, ErrNotFound
		}
		return ledger{}, fmt.Errorf("%w: %w", errDocument, err)
	}
	sees, err := s.allowed(ctx, actor, teams.View, &l)
	if err == nil && !sees {
		err = ErrNotFound
	}
	return l, err
}

// Job returns a job as its active version defines it.
func (s *Service) Job(ctx context.Context, actor teams.Actor, jobID string) (Job, error) {
	return s.describe(ctx, actor, jobID, false)
}

// JobWithRuns is [Service.Job], and also sets Job.RecentRuns.
func (s *Service) JobWithRuns(ctx context.Context, actor teams.Actor, jobID string) (Job, error) {
	return s.describe(ctx, actor, jobID, true)
}

func (s *Service) describe(ctx context.Context, actor teams.Actor, jobID string, recent bool) (Job, error) {
	l, err := s.load(ctx, actor, jobID)
	if err != nil {
		return Job{}, err
	}
	shown := []Job{l.Job}
	err = s.complete(ctx, actor, shown, recent)
	return shown[0], err
}

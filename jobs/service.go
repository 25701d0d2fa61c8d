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

// Service is the lifecycle of jobs: every operation behind the documented
// routes. Each takes who asks and plain values, reads from the [storage.Store],
// decides, and commits one atomic change.
//
// A job that the actor may not see is answered exactly like one that does not
// exist: [ErrNotFound]. What it sees but may not do is [ErrForbidden].
//
// A Service may be used by many goroutines. Several, in as many processes, may
// share one store.
type Service struct {
	*core
}

// Options change how a [Service] works. The zero value, and nil, work.
type Options struct {
	// Now is the clock; time.Now by default. Times are kept in UTC and whole
	// microseconds.
	Now func() time.Time
	// NewID makes IDs of jobs and runs, 1 to 20 characters of A-Z and 0-9 that
	// are not used again in an organization. By default 10 such characters
	// from crypto/rand. An ID that is in use is asked for again.
	NewID func() string
	// Logger hears of what no caller is told: at the level Error an observer
	// that panicked and a document that cannot be read, at Warn what a
	// [Scheduler] could not do. Nothing by default.
	Logger *slog.Logger
	// Directory knows teams and clusters; [teams.Open] by default.
	Directory teams.Directory
	// CheckConfig decides what a config may hold and what type of job it
	// makes; [versions.DocumentedConfig] by default.
	CheckConfig versions.CheckConfig
	// Policy may narrow or widen every access decision; by default roles decide.
	Policy Policy
	// Observer is told of each event after its commit, of schedulers too; see
	// [Event]. It may be called from several goroutines at once.
	Observer func(context.Context, Event)
	// Hooks hear what goes on, for metrics and traces.
	Hooks Hooks
	// Limits bound what is accepted.
	Limits Limits
	// Runs say how runs are made and watched.
	Runs RunOptions
}

// Limits bound what the [Service] accepts. A zero field means its default.
type Limits struct {
	versions.Limits
	// Teams bounds the teams that a job is granted to; 100 by default, and 200
	// at most. Dependencies are 200 at most too.
	Teams int
}

// NewService returns a service on a store. The caller keeps the store, and
// closes it where it must be closed.
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
	s.callouts.logger = s.opts.Logger
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
	// Each team and each dependency is a scope of the job, of which storage
	// allows 500.
	orDefault(&s.opts.Limits.Teams, 100)
	s.opts.Limits.Teams = min(s.opts.Limits.Teams, maxScoped)
	s.opts.Limits.Dependencies = min(s.opts.Limits.Dependencies, maxScoped)
	return s
}

// maxScoped bounds the teams of a job, and its dependencies.
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
	// Whoever may not see the job does not hear that it cannot be read.
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

// JobWithRuns is [Service.Job] with Job.RecentRuns.
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

package jobs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// NewJob says what [Service.CreateJob] makes.
type NewJob struct {
	// Definition becomes version 1, published and active.
	versions.Definition
	// Key is required; see [Job].
	Key string
	// Status is Active by default.
	Status Status
	// TeamIDs are the teams that the job is granted to: at least one.
	TeamIDs []string
	// Labels are at most 16. A name is 1 to 63 characters of a-z, 0-9 and . _ / -.
	// A value is 0 to 63 characters, of those that a key may hold.
	Labels map[string]string
	// PausedUntil is when a job that begins paused becomes active by itself: a time
	// in the future. Zero means that somebody has to resume it. See [JobPatch].
	PausedUntil time.Time
}

// CreateJob makes a job with a published version 1. The actor must be a contributor
// in each of the job's teams. The cluster, teams and dependencies must exist, and
// the cluster must be active; otherwise it returns [versions.FieldErrors]. It
// returns a [*ConflictError] when another job has the key.
func (s *Service) CreateJob(ctx context.Context, actor teams.Actor, job NewJob) (Job, error) {
	if err := checkActor(actor); err != nil {
		return Job{}, err
	}
	job.TeamIDs = distinct(job.TeamIDs)
	jobType, err := s.validateNew(ctx, &job)
	if err != nil {
		return Job{}, err
	}
	return s.createChecked(ctx, actor, job, jobType)
}

// createChecked makes a job whose values were checked.
func (s *Service) createChecked(ctx context.Context, actor teams.Actor, job NewJob, jobType versions.JobType) (Job, error) {
	if err := s.mayCreate(ctx, actor, job.TeamIDs); err != nil {
		return Job{}, err
	}
	var errs versions.FieldErrors
	if checkPausedUntil(&errs, job.Status, canonical(job.PausedUntil), s.now()); errs != nil {
		return Job{}, errs
	}
	if err := s.checkNewReferences(ctx, actor.OrganizationID, job); err != nil {
		return Job{}, err
	}
	created, err := retry(ctx, func() (edited, error) { return s.createOnce(ctx, actor, job, jobType) })
	if err == nil {
		s.tell(ctx, created.event)
	}
	return s.permitted(ctx, actor, created.ledger.Job), err
}

func (s *Service) createOnce(ctx context.Context, actor teams.Actor, job NewJob, jobType versions.JobType) (edited, error) {
	links, err := s.resolve(ctx, actor, job.Key, job.DependsOn)
	if err != nil {
		return edited{}, err
	}
	if links.keyOwner != "" {
		return edited{}, keyTaken(job.Key)
	}
	id, err := s.newID(ctx)
	if err != nil {
		return edited{}, err
	}
	l := ledger{Job: Job{
		ID:             id,
		OrganizationID: actor.OrganizationID,
		Key:            job.Key,
		Status:         job.Status,
		Labels:         maps.Clone(job.Labels),
		PausedUntil:    canonical(job.PausedUntil),
	}}
	e := edit{memberID: actor.MemberID, at: s.now()}
	if job.CronExpression == "" {
		if l.consumed, err = s.readBaseline(ctx, links.found); err != nil {
			return edited{}, err
		}
	}
	v := l.begin(job.Definition, jobType, e)
	l.grant(job.TeamIDs, e)
	event := l.done(JobCreated, actor, e)
	event.FromVersion = 0
	change := storage.Change{
		JobRef:      l.ref(),
		OperationID: event.operation,
		At:          e.at,
		Job:         l.record(),
		AddVersions: []storage.VersionRecord{versionRecord(l.ref(), v)},
		// The graph needs no guard: no job depends on a new one, so a new one
		// closes no cycle.
		RequireKeys: links.guards,
		Events:      []storage.EventRecord{event.record()},
	}
	if err := s.commit(ctx, change); err != nil {
		return edited{}, err
	}
	return edited{ledger: l, event: event}, nil
}

// validateNew checks the values of a new job and fills in defaults.
func (s *Service) validateNew(ctx context.Context, job *NewJob) (versions.JobType, error) {
	var errs versions.FieldErrors
	if rule := versions.CheckKey(job.Key); rule != "" {
		errs.Add("jobKey", rule)
	}
	if job.Status == "" {
		job.Status = Active
	}
	checkStatus(&errs, job.Status)
	checkLabels(&errs, job.Labels)
	if !job.PausedUntil.IsZero() && job.Status != Paused {
		errs.Add("pausedUntil", "must be given with the status paused")
	}
	s.checkTeamIDs(&errs, job.TeamIDs)
	var jobType versions.JobType
	var err error
	job.Definition, jobType, err = s.validate(ctx, job.Definition)
	if slices.Contains(job.DependsOn, job.Key) {
		errs.Add("dependsOn", "must not name the job itself")
	}
	return jobType, joinFields(errs, err)
}

// joinFields adds the field errors in err, if any, to errs.
func joinFields(errs versions.FieldErrors, err error) error {
	if fields, ok := errors.AsType[versions.FieldErrors](err); ok {
		errs = append(errs, fields...)
	} else if err != nil {
		return err
	}
	return errs.Err()
}

func checkStatus(errs *versions.FieldErrors, status Status) {
	if status != Active && status != Paused {
		errs.Add("status", "must be one of active, paused")
	}
}

func (s *Service) checkTeamIDs(errs *versions.FieldErrors, ids []string) {
	if len(ids) == 0 {
		errs.Add("teamIds", "must name at least one team")
	}
	if len(ids) > s.opts.Limits.Teams {
		errs.Add("teamIds", fmt.Sprintf("must name at most %d teams", s.opts.Limits.Teams))
		return
	}
	for i, id := range ids {
		if !versions.ValidID(id) {
			errs.Add(fmt.Sprintf("teamIds[%d]", i), versions.IDRule)
		}
	}
}

// checkNewReferences asks the directory for the cluster and the teams.
func (s *Service) checkNewReferences(ctx context.Context, organizationID string, job NewJob) error {
	var errs versions.FieldErrors
	if err := s.checkCluster(ctx, &errs, organizationID, job.ClusterID); err != nil {
		return err
	}
	if err := s.checkTeams(ctx, &errs, organizationID, job.TeamIDs); err != nil {
		return err
	}
	return errs.Err()
}

func (s *Service) checkCluster(ctx context.Context, errs *versions.FieldErrors, organizationID, id string) error {
	cluster, ok, err := s.opts.Directory.Cluster(ctx, organizationID, id)
	switch {
	case err != nil:
		return directoryError("cluster "+id, err)
	case !ok:
		errs.Add("clusterId", "names no cluster of the organization")
	case !cluster.Active:
		errs.Add("clusterId", "names a cluster that is not active")
	}
	return nil
}

func (s *Service) checkTeams(ctx context.Context, errs *versions.FieldErrors, organizationID string, ids []string) error {
	found, err := s.opts.Directory.Teams(ctx, organizationID, ids)
	if err != nil {
		return directoryError("teams", err)
	}
	for i, id := range ids {
		if _, ok := found[id]; !ok {
			errs.Add(fmt.Sprintf("teamIds[%d]", i), "names no team of the organization")
		}
	}
	return nil
}

func directoryError(asking string, err error) error {
	return fmt.Errorf("%w: ask the directory for %s: %w", ErrUnavailable, asking, err)
}

func keyTaken(key string) error {
	return conflict(ConflictKeyTaken, "another job of the organization has the key %q", key)
}

// distinct returns ids without repetitions, in their order.
func distinct(ids []string) []string {
	seen := make(map[string]bool, len(ids))
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool {
		again := seen[id]
		seen[id] = true
		return again
	})
}

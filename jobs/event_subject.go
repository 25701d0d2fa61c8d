package jobs

import (
	"context"
	"slices"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// subject is the job of an event. It decides who may see the event.
type subject struct {
	// record is the job's record; nil when the job was removed.
	record *storage.JobRecord
	// removal is the event of the job's removal, with the teams that the job had
	// then.
	removal Event
}

// removalsAtOnce bounds how many removed jobs are looked up at once. Each costs one
// read.
const removalsAtOnce = 50

// subjects finds jobs by their IDs, also removed ones: at most removalsAtOnce of
// those.
func (c *core) subjects(ctx context.Context, organizationID string, ids []string) (map[string]subject, error) {
	list, err := c.store.FindJobs(ctx, storage.FindQuery{OrganizationID: organizationID, IDs: ids, Brief: c.opts.Policy == nil})
	if err != nil {
		return nil, storeError("find the jobs of events", err)
	}
	found := make(map[string]subject, len(ids))
	for i := range list.Jobs {
		found[list.Jobs[i].JobID] = subject{record: &list.Jobs[i].JobRecord}
	}
	removed := 0
	for _, id := range ids {
		if _, is := found[id]; is {
			continue
		}
		if removed++; removed > removalsAtOnce {
			break
		}
		removal, err := c.readRemoval(ctx, storage.JobRef{OrganizationID: organizationID, JobID: id})
		if err != nil {
			return nil, err
		}
		found[id] = subject{removal: removal}
	}
	return found, nil
}

// readRemoval reads the event of a job's removal, which is the job's newest event.
// It is the zero Event for a job that never existed.
func (c *core) readRemoval(ctx context.Context, ref storage.JobRef) (Event, error) {
	page, err := c.listEvents(ctx, storage.EventQuery{OrganizationID: ref.OrganizationID, JobID: ref.JobID, Limit: 1})
	if err != nil || len(page.Events) == 0 {
		return Event{}, err
	}
	e, err := decodeEvent(page.Events[0])
	if err != nil || e.Kind != JobDeleted {
		return Event{}, nil //nolint:nilerr // without the teams, only actors who see all teams may see it
	}
	return e, nil
}

// decideSubjects notes in sees whether the actor may see the events of each job. It
// skips jobs that are noted already.
func (s *Service) decideSubjects(ctx context.Context, actor teams.Actor, from eventSource, ids []string, sees map[string]bool) error {
	var open []string
	for _, id := range ids {
		if _, known := sees[id]; !known {
			open = append(open, id)
		}
	}
	if len(open) == 0 {
		return nil
	}
	found, err := from.subjects(ctx, actor.OrganizationID, open)
	if err != nil {
		return err
	}
	open = slices.DeleteFunc(open, func(id string) bool { _, is := found[id]; return !is })
	may := make([]bool, len(open))
	err = s.askEach(len(open), func(i int) (err error) {
		may[i], err = s.seesSubject(ctx, actor, found[open[i]])
		return err
	})
	if err != nil {
		return err
	}
	for i, id := range open {
		sees[id] = may[i]
	}
	return nil
}

// seesSubject decides whether the actor may see the events of a job. Nobody sees
// events of a job that never existed.
func (s *Service) seesSubject(ctx context.Context, actor teams.Actor, job subject) (bool, error) {
	if job.record != nil {
		return s.sees(ctx, actor, job.record)
	}
	e := job.removal
	allowed := e.JobID != "" && actor.RoleOn(e.teamIDs).Permits(teams.View)
	if s.opts.Policy == nil || e.JobID == "" {
		return allowed, nil
	}
	gone := Job{ID: e.JobID, OrganizationID: actor.OrganizationID, Key: e.JobKey}
	for _, id := range e.teamIDs {
		gone.Grants = append(gone.Grants, teams.Grant{TeamID: id})
	}
	return s.askPolicy(ctx, Access{Actor: actor, Action: teams.View, Job: &gone, TeamIDs: e.teamIDs, Allowed: allowed})
}

package jobs

import (
	"context"
	"strings"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// permissible are the actions that Job.Permissions may hold.
var permissible = [...]teams.Action{teams.View, teams.Operate, teams.Edit, teams.ChangeGrants, teams.Delete}

// complete fills in what a read shows beside the job itself: what the actor may do
// and, if it is asked for, the recent runs.
func (s *Service) complete(ctx context.Context, actor teams.Actor, shown []Job, recent bool) error {
	if recent {
		if err := s.readRecentRuns(ctx, shown); err != nil {
			return err
		}
	}
	return s.permit(ctx, actor, shown)
}

// permitted is a job that was just changed, with what the actor may do with it now;
// a policy that cannot answer makes no failure of what was done.
func (s *Service) permitted(ctx context.Context, actor teams.Actor, job Job) Job {
	if job.ID == "" {
		return job // nothing was done
	}
	shown := []Job{job}
	_ = s.permit(ctx, actor, shown)
	return shown[0]
}

// permit fills in what the actor, who sees the jobs, may do with them. A policy is
// asked about each other action.
func (s *Service) permit(ctx context.Context, actor teams.Actor, shown []Job) error {
	const asks = len(permissible) - 1
	may := make([]bool, len(shown)*asks)
	err := s.askEach(len(may), func(i int) (err error) {
		job := &shown[i/asks]
		may[i], err = s.decide(ctx, actor, permissible[1+i%asks], job, job.TeamIDs())
		return err
	})
	if err != nil {
		return err
	}
	for i := range shown {
		actions := append(make([]teams.Action, 0, len(permissible)), teams.View)
		for n, ok := range may[i*asks : (i+1)*asks] {
			if ok {
				actions = append(actions, permissible[1+n])
			}
		}
		shown[i].Permissions = actions
	}
	return nil
}

const (
	// recentRuns is how many runs a job is shown with.
	recentRuns = 20
	// recentBytes bounds, roughly, what is read of runs at once. A page needs more
	// than one read only when its runs have long results.
	recentBytes = 8 << 20
	runBytes    = 512
)

// readRecentRuns fills in the newest runs of jobs of one organization.
func (s *Service) readRecentRuns(ctx context.Context, shown []Job) error {
	for len(shown) > 0 {
		n, bytes := 0, 0
		for n < len(shown) && (n == 0 || bytes < recentBytes) {
			bytes += recentRuns * runBytes
			if latest := shown[n].LatestRun; latest != nil { // the others are as long
				bytes += recentRuns * (len(latest.Results) + len(latest.StatusMessage))
			}
			n++
		}
		if err := s.readRunsOf(ctx, shown[:n]); err != nil {
			return err
		}
		shown = shown[n:]
	}
	return nil
}

func (s *Service) readRunsOf(ctx context.Context, shown []Job) error {
	ids := make([]string, len(shown))
	for i := range shown {
		ids[i] = shown[i].ID
	}
	found, err := s.store.FindJobs(ctx, storage.FindQuery{
		OrganizationID: shown[0].OrganizationID, IDs: ids, Brief: true, RecentRuns: recentRuns,
	})
	if err != nil {
		return storeError("find the newest runs of jobs", err)
	}
	recent := make(map[string][]Run, len(found.Jobs))
	for _, job := range found.Jobs {
		runs := s.readableRuns(ctx, job.RecentRuns, choice{now: s.now()}, map[string]string{job.JobID: job.Key})
		for i := range runs {
			runs[i] = runs[i].brief()
		}
		recent[job.JobID] = runs
	}
	for i := range shown {
		shown[i].RecentRuns = recent[shown[i].ID]
		if shown[i].RecentRuns == nil {
			shown[i].RecentRuns = []Run{}
		}
	}
	return nil
}

// brief is the run without what may be long, and on its own: it does not hold on
// to the document that it was read from.
func (r Run) brief() Run {
	r.StatusMessage, r.Results, r.Parameters = "", nil, nil
	for _, text := range []*string{
		(*string)(&r.Status), (*string)(&r.Trigger), &r.RetryOf, (*string)(&r.ResourceCleanupMode), &r.CreatedBy, &r.UpdatedBy,
	} {
		*text = strings.Clone(*text)
	}
	return r
}

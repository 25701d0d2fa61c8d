package jobs

import (
	"context"
	"strings"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
)

// permissible are the actions that Job.Permissions may contain.
var permissible = [...]teams.Action{teams.View, teams.Operate, teams.Edit, teams.ChangeGrants, teams.Delete}

// complete sets Job.Permissions and, if asked for, Job.RecentRuns.
func (s *Service) complete(ctx context.Context, actor teams.Actor, shown []Job, recent bool) error {
	if recent {
		if err := s.readRecentRuns(ctx, shown); err != nil {
			return err
		}
	}
	return s.permit(ctx, actor, shown)
}

// permitted is a job that was just changed, with its Permissions. If the policy
// cannot answer, they stay nil: the change was made and must not look failed.
func (s *Service) permitted(ctx context.Context, actor teams.Actor, job Job) Job {
	if job.ID == "" {
		return job // the operation failed
	}
	shown := []Job{job}
	_ = s.permit(ctx, actor, shown)
	return shown[0]
}

// permit sets Job.Permissions. The actor may see the jobs, so a policy is asked
// only about the other actions.
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
	// recentRuns is the length of Job.RecentRuns.
	recentRuns = 20
	// recentBytes bounds roughly how many bytes of runs are read at once. Only long
	// results make a page need more than one read.
	recentBytes = 8 << 20
	runBytes    = 512
)

// readRecentRuns sets Job.RecentRuns of jobs of one organization.
func (s *Service) readRecentRuns(ctx context.Context, shown []Job) error {
	for len(shown) > 0 {
		n, bytes := 0, 0
		for n < len(shown) && (n == 0 || bytes < recentBytes) {
			bytes += recentRuns * runBytes
			if latest := shown[n].LatestRun; latest != nil { // take the others to be as long
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

// brief is the run without its long fields. Its strings are copies, so that they do
// not keep the whole document in memory.
func (r Run) brief() Run {
	r.StatusMessage, r.Results, r.Parameters = "", nil, nil
	for _, text := range []*string{
		(*string)(&r.Status), (*string)(&r.Trigger), &r.RetryOf, (*string)(&r.ResourceCleanupMode), &r.CreatedBy, &r.UpdatedBy,
	} {
		*text = strings.Clone(*text)
	}
	return r
}

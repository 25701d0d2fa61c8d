package httpadapter

import (
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
)

// inclusion is what a normalized answer shows: items that refer by ID, and each
// entity that they refer to, once.
type inclusion struct {
	jobs  []jobs.Job
	teams []teams.Team
}

// include finds the teams that the jobs are granted to, in the order of their
// first appearance.
func (x *exchange) include(shown []jobs.Job) (inclusion, error) {
	ids := teamsOf(shown)
	if len(ids) == 0 {
		return inclusion{jobs: shown}, nil
	}
	described, err := x.service.Teams(x.r.Context(), x.actor, ids)
	return inclusion{jobs: shown, teams: described}, err
}

func teamsOf(shown []jobs.Job) []string {
	if len(shown) == 1 {
		return shown[0].TeamIDs()
	}
	var ids []string
	var seen map[string]bool
	for i := range shown {
		for _, g := range shown[i].Grants {
			if seen[g.TeamID] {
				continue
			}
			if seen == nil {
				seen = make(map[string]bool)
			}
			seen[g.TeamID] = true
			ids = append(ids, g.TeamID)
		}
	}
	return ids
}

// appendItem writes {item, included} for the one job shown.
func (in *inclusion) appendItem(b []byte) []byte {
	b = appendItem(append(b, `{"item":`...), &in.jobs[0])
	return append(in.appendIncluded(b), '}')
}

// appendList writes {total, items, included}.
func (in *inclusion) appendList(b []byte, total int) []byte {
	b = appendNumber(b, `{"total":`, total)
	b = append(b, `,"items":[`...)
	for i := range in.jobs {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendItem(b, &in.jobs[i])
	}
	b = append(b, ']')
	return append(in.appendIncluded(b), '}')
}

// appendItem writes the references of one job.
func appendItem(b []byte, job *jobs.Job) []byte {
	b = appendText(b, `{"jobId":`, job.ID)
	b = appendOptional(b, `,"latestJobRunId":`, latestRunID(job))
	b = append(b, `,"teamIds":[`...)
	for i := range job.Grants {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, job.Grants[i].TeamID)
	}
	return append(b, "]}"...)
}

// appendIncluded writes the entities that the items refer to.
func (in *inclusion) appendIncluded(b []byte) []byte {
	b = append(b, `,"included":{"jobs":[`...)
	for i := range in.jobs {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendJob(b, &in.jobs[i])
	}
	b = append(b, `],"jobRuns":[`...)
	b = appendLatestRuns(b, in.jobs)
	b = append(b, `],"teams":[`...)
	for i := range in.teams {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendTeam(b, &in.teams[i])
	}
	return append(b, "]}"...)
}

// latestRunID names the job's latest run; empty without one.
func latestRunID(job *jobs.Job) string {
	if job.LatestRun == nil {
		return ""
	}
	return job.LatestRun.ID
}

// appendLatestRuns writes the runs that latestRunID names.
func appendLatestRuns(b []byte, shown []jobs.Job) []byte {
	first := true
	for i := range shown {
		if shown[i].LatestRun == nil {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = appendRun(b, shown[i].LatestRun)
	}
	return b
}

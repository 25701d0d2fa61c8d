package httpadapter_test

import (
	"encoding/json"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
)

// What encoding/json makes a page from: the documented shapes as Go values, as
// most programs would write them.
type (
	freshPage struct {
		Total    int         `json:"total"`
		Items    []freshItem `json:"items"`
		Included struct {
			Jobs    []freshJob  `json:"jobs"`
			JobRuns []any       `json:"jobRuns"`
			Teams   []freshTeam `json:"teams"`
		} `json:"included"`
	}
	freshItem struct {
		JobID          string   `json:"jobId"`
		LatestJobRunID *string  `json:"latestJobRunId"`
		TeamIDs        []string `json:"teamIds"`
	}
	freshKey struct {
		JobKey string `json:"jobKey"`
	}
	freshJob struct {
		ID                   string          `json:"id"`
		MemberID             string          `json:"memberId"`
		JobKey               string          `json:"jobKey"`
		Version              int             `json:"version"`
		CurrentVersion       int             `json:"currentVersion"`
		DraftVersion         *int            `json:"draftVersion"`
		BasedOnVersion       int             `json:"basedOnVersion"`
		Status               string          `json:"status"`
		ClusterID            string          `json:"clusterId"`
		Description          string          `json:"description"`
		Config               json.RawMessage `json:"config"`
		TimeoutSeconds       int             `json:"timeoutSeconds"`
		SourceConfig         json.RawMessage `json:"sourceConfig"`
		DependsOn            []freshKey      `json:"dependsOn"`
		CronExpression       *string         `json:"cronExpression"`
		CronTimezone         string          `json:"cronTimezone"`
		ConcurrencyPolicy    string          `json:"concurrencyPolicy"`
		MaxConcurrentRuns    int             `json:"maxConcurrentRuns"`
		MissedSchedulePolicy string          `json:"missedSchedulePolicy"`
		CreatedAt            string          `json:"createdAt"`
		CreatedBy            string          `json:"createdBy"`
		UpdatedAt            string          `json:"updatedAt"`
		NextRunAt            *string         `json:"nextRunAt"`
		LastScheduledAt      *string         `json:"lastScheduledAt"`
		UpdatedBy            string          `json:"updatedBy"`
	}
	freshTeam struct {
		ID             string  `json:"id"`
		OrganizationID string  `json:"organizationId"`
		Name           *string `json:"name"`
		CreatedAt      *string `json:"createdAt"`
		CreatedBy      *string `json:"createdBy"`
		UpdatedAt      *string `json:"updatedAt"`
		UpdatedBy      *string `json:"updatedBy"`
		DefaultRoleID  *string `json:"defaultRoleId"`
	}
)

// afresh makes the page of a list of jobs of teamA and teamB.
func afresh(list jobs.JobList, organization string) freshPage {
	page := freshPage{Total: list.Total}
	for _, job := range list.Jobs {
		page.Items = append(page.Items, freshItem{JobID: job.ID, TeamIDs: job.TeamIDs()})
		page.Included.Jobs = append(page.Included.Jobs, freshJobOf(job))
	}
	page.Included.JobRuns = []any{}
	for _, team := range []teams.Team{{ID: teamA, Name: "Data", DefaultRoleID: "R1", CreatedAt: time.Unix(1, 0)}, {ID: teamB}} {
		page.Included.Teams = append(page.Included.Teams, freshTeam{
			ID: team.ID, OrganizationID: organization, Name: optional(team.Name),
			CreatedAt: instant(team.CreatedAt), DefaultRoleID: optional(team.DefaultRoleID),
		})
	}
	return page
}

func freshJobOf(job jobs.Job) freshJob {
	v := job.Version
	fresh := freshJob{
		ID: job.ID, MemberID: job.MemberID, JobKey: job.Key, Version: v.Number, CurrentVersion: job.CurrentVersion,
		BasedOnVersion: v.BasedOn, Status: string(job.Status), ClusterID: v.ClusterID, Description: job.Description,
		Config: v.Config, TimeoutSeconds: v.TimeoutSeconds, DependsOn: []freshKey{}, CronExpression: optional(v.CronExpression),
		CronTimezone: v.CronTimezone, ConcurrencyPolicy: string(v.ConcurrencyPolicy), MaxConcurrentRuns: v.MaxConcurrentRuns,
		MissedSchedulePolicy: string(v.MissedSchedulePolicy), CreatedAt: *instant(job.CreatedAt), CreatedBy: job.CreatedBy,
		UpdatedAt: *instant(job.UpdatedAt), NextRunAt: instant(job.NextRunAt), LastScheduledAt: instant(job.LastScheduledAt), UpdatedBy: job.UpdatedBy,
	}
	return fresh
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func instant(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	return optional(t.UTC().Format("2006-01-02T15:04:05.000000Z"))
}

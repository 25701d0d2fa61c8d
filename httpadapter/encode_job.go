package httpadapter

import (
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// appendJob writes the documented job object.
func appendJob(b []byte, job *jobs.Job) []byte {
	b = appendText(b, `{"id":`, job.ID)
	b = appendText(b, `,"memberId":`, job.MemberID)
	b = appendText(b, `,"jobKey":`, job.Key)
	b = appendNumber(b, `,"version":`, job.Version.Number)
	b = appendNumber(b, `,"currentVersion":`, job.CurrentVersion)
	b = appendPositive(b, `,"draftVersion":`, job.DraftVersion)
	b = appendNumber(b, `,"basedOnVersion":`, job.Version.BasedOn)
	b = appendText(b, `,"status":`, string(job.Status))
	b = appendText(b, `,"clusterId":`, job.Version.ClusterID)
	b = appendText(b, `,"description":`, job.Description)
	b = appendDefinition(b, &job.Version.Definition)
	b = appendTime(b, `,"createdAt":`, job.CreatedAt)
	b = appendText(b, `,"createdBy":`, job.CreatedBy)
	b = appendTime(b, `,"updatedAt":`, job.UpdatedAt)
	b = appendTime(b, `,"nextRunAt":`, job.NextRunAt)
	b = appendTime(b, `,"lastScheduledAt":`, job.LastScheduledAt)
	b = appendText(b, `,"updatedBy":`, job.UpdatedBy)
	return append(b, '}')
}

// appendVersion writes the documented version object, which a draft is too.
func appendVersion(b []byte, jobID string, v *versions.Version) []byte {
	b = appendText(b, `{"jobId":`, jobID)
	b = appendNumber(b, `,"version":`, v.Number)
	b = appendNumber(b, `,"basedOnVersion":`, v.BasedOn)
	b = appendText(b, `,"status":`, string(v.Status))
	b = appendText(b, `,"jobType":`, string(v.JobType))
	b = appendText(b, `,"clusterId":`, v.ClusterID)
	b = appendText(b, `,"memberId":`, v.MemberID)
	b = appendText(b, `,"description":`, v.Description)
	b = appendDefinition(b, &v.Definition)
	b = appendTime(b, `,"createdAt":`, v.CreatedAt)
	b = appendText(b, `,"createdBy":`, v.CreatedBy)
	b = appendTime(b, `,"updatedAt":`, v.UpdatedAt)
	b = appendText(b, `,"updatedBy":`, v.UpdatedBy)
	return append(b, '}')
}

// appendDefinition writes the members that jobs and versions show alike.
func appendDefinition(b []byte, d *versions.Definition) []byte {
	b = appendRaw(b, `,"config":`, d.Config)
	b = appendNumber(b, `,"timeoutSeconds":`, d.TimeoutSeconds)
	b = appendRaw(b, `,"sourceConfig":`, d.SourceConfig)
	b = append(b, `,"dependsOn":[`...)
	for i, key := range d.DependsOn {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, `{"jobKey":`, key), '}')
	}
	b = append(b, ']')
	b = appendOptional(b, `,"cronExpression":`, d.CronExpression)
	b = appendText(b, `,"cronTimezone":`, d.CronTimezone)
	b = appendText(b, `,"concurrencyPolicy":`, string(d.ConcurrencyPolicy))
	b = appendNumber(b, `,"maxConcurrentRuns":`, d.MaxConcurrentRuns)
	return appendText(b, `,"missedSchedulePolicy":`, string(d.MissedSchedulePolicy))
}

// appendVersionList writes {total, items}.
func appendVersionList(b []byte, jobID string, list *jobs.VersionList) []byte {
	b = appendNumber(b, `{"total":`, list.Total)
	b = append(b, `,"items":[`...)
	for i := range list.Versions {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendVersion(b, jobID, &list.Versions[i])
	}
	return append(b, "]}"...)
}

package client

// ListedJob is an item of a list of jobs, with the job and the run that it
// refers to.
type ListedJob struct {
	JobItem
	Job Job
	// LatestRun is the job's newest run; nil when there is none.
	LatestRun *JobRun
}

// Listed returns the items of a page, each with its job.
func (l *JobList) Listed() []ListedJob { return listed(l.Items, &l.Included) }

// Listed returns the described job.
func (d *JobDescription) Listed() ListedJob { return listed([]JobItem{d.Item}, &d.Included)[0] }

func listed(items []JobItem, included *Included) []ListedJob {
	jobs := make(map[string]*Job, len(included.Jobs))
	for i := range included.Jobs {
		jobs[included.Jobs[i].ID] = &included.Jobs[i]
	}
	runs := make(map[string]*JobRun, len(included.JobRuns))
	for i := range included.JobRuns {
		runs[included.JobRuns[i].ID] = &included.JobRuns[i]
	}
	list := make([]ListedJob, len(items))
	for i, item := range items {
		list[i] = ListedJob{JobItem: item, LatestRun: runs[Value(item.LatestJobRunID)]}
		if job := jobs[item.JobID]; job != nil {
			list[i].Job = *job
		}
	}
	return list
}

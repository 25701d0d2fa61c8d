package linearize

import (
	"context"
	"slices"

	"github.com/jobledger/jobledger/jobs"
)

// depend publishes a version with other dependencies, decided on the jobs that
// have the keys or, sometimes, had them a while ago.
func (c *client) depend(ctx context.Context, p place, change *jobs.Change, n *note) error {
	if c.found.p != p || c.random.IntN(2) == 0 {
		lookup := &keepFound{findJobs: findJobs{inOrganization(p.organization()), nil, some(c.random, someKeys)}}
		if text, err := c.recorder.read(ctx, lookup); err != nil || text == "" {
			return err
		}
		c.found = found{p, lookup.found}
	}
	publish(c, change, n)
	change.Job.DependsOn = nil
	for _, job := range c.found.Jobs {
		if job.JobID != change.JobID {
			change.RequireKeys = append(change.RequireKeys, jobs.KeyGuard{Key: job.Key, JobID: job.JobID})
			change.Job.DependsOn = append(change.Job.DependsOn, job.Key)
		}
	}
	slices.Sort(change.Job.DependsOn)
	if c.random.IntN(2) == 0 {
		change.Graph = &jobs.GraphGuard{Expect: c.found.Graph, Raise: true}
	}
	return nil
}

// found is what a client found in an organization.
type found struct {
	p place
	jobs.FoundJobs
}

// keepFound is a [findJobs] whose caller wants more than its text.
type keepFound struct {
	findJobs

	found jobs.FoundJobs
}

func (k *keepFound) ask(ctx context.Context, s jobs.Store) (string, error) {
	var err error
	k.found, err = s.FindJobs(ctx, jobs.JobLookup{OrganizationID: k.organization(), Keys: k.keys})
	slices.SortFunc(k.found.Jobs, byID)
	return describeFound(k.found), err
}

package linearize

import (
	"context"
	"slices"

	"github.com/jobledger/jobledger/storage"
)

// after is the scope of the jobs that depend on a key.
func after(key string) string { return "after " + key }

// depend publishes a version with other dependencies, decided on the jobs that
// have the keys or, sometimes, had them a while ago.
func (c *client) depend(ctx context.Context, t target, change *storage.Change, n *note) error {
	if err := c.lookUp(ctx, t, some(c.random, someKeys)); err != nil {
		return err
	}
	publish(c, change, n)
	scopes := slices.Clone(change.Job.KeyScopes)
	for _, job := range c.found.Jobs {
		if job.JobID != change.JobID {
			change.RequireKeys = append(change.RequireKeys, storage.KeyGuard{Key: job.Key, JobID: job.JobID})
			scopes = append(scopes, after(job.Key))
		}
	}
	change.Job.Scopes = slices.Sorted(slices.Values(scopes))
	if c.found.Organization.OrganizationID != "" && c.random.IntN(2) == 0 {
		change.Graph = &storage.GraphGuard{Expect: c.found.Organization.Graph, Raise: true}
	}
	return nil
}

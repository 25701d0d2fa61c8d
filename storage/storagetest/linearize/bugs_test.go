package linearize_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/storagetest/linearize"
)

// bugs are the faults of a store that the checker must not miss.
var bugs = []struct {
	name  string
	plant func(whole jobs.Store) jobs.Store
}{
	{"stale read", func(s jobs.Store) jobs.Store { return &staleReads{Store: s, seen: map[jobs.JobRef]jobs.JobRecord{}} }},
	{"lost draft", sometimes(func(_ context.Context, _ jobs.Store, c *jobs.Change) { c.PutDraft = nil })},
	{"reused number", sometimes(dropTakenNumbers)},
	{"double publish", func(s jobs.Store) jobs.Store { return writes{s, publishTwice} }},
	{"ignored grant", sometimes(ignoreGrant)},
	// Further ones, for what the five do not touch.
	{"taken key", func(s jobs.Store) jobs.Store { return sharesKeys{s} }},
	{"ignored requirement", always(func(_ context.Context, _ jobs.Store, c *jobs.Change) { c.RequireKeys = nil })},
	{"ignored graph", always(func(_ context.Context, _ jobs.Store, c *jobs.Change) { c.Graph = nil })},
	{"forgotten wake", sometimes(func(_ context.Context, _ jobs.Store, c *jobs.Change) { c.Wake = nil })},
	{"repeated operation", func(s jobs.Store) jobs.Store { return writes{s, refuseRepeats()} }},
	{"list of everybody's", func(s jobs.Store) jobs.Store { return listsAll{s} }},
}

// TestPlantedBugsAreCaught shows that the checker can fail.
func TestPlantedBugsAreCaught(t *testing.T) {
	for _, bug := range bugs {
		t.Run(bug.name, func(t *testing.T) {
			const attempts = 20 // what a bug needs may not come up in one history
			opts := &linearize.Options{Operations: 600}
			for seed := range uint64(attempts) {
				verdict, organization := linearize.Verdict(t, bug.plant(memory.New()), seed, opts)
				if verdict != "" {
					require.Equal(t, "no order of the calls explains the answers", verdict)
					t.Logf("caught with seed %d in %s", seed, organization)
					return
				}
			}
			t.Fatalf("not caught in %d histories", attempts)
		})
	}
}

// writes is a store whose commits go another way.
type writes struct {
	jobs.Store

	commit func(ctx context.Context, s jobs.Store, c jobs.Change) error
}

func (w writes) Commit(ctx context.Context, c jobs.Change) error { return w.commit(ctx, w.Store, c) }

// spoil changes what is committed.
type spoil func(ctx context.Context, s jobs.Store, c *jobs.Change)

// always breaks a store by changing all that is committed.
func always(change spoil) func(jobs.Store) jobs.Store {
	return func(whole jobs.Store) jobs.Store {
		return writes{whole, func(ctx context.Context, s jobs.Store, c jobs.Change) error {
			change(ctx, s, &c)
			return s.Commit(ctx, c)
		}}
	}
}

// sometimes does so in one commit of five.
func sometimes(change spoil) func(jobs.Store) jobs.Store {
	return always(func(ctx context.Context, s jobs.Store, c *jobs.Change) {
		if rand.IntN(5) == 0 {
			change(ctx, s, c)
		}
	})
}

// dropTakenNumbers keeps the version that has a number, and says that the new
// one was published.
func dropTakenNumbers(ctx context.Context, s jobs.Store, c *jobs.Change) {
	c.AddVersions = slices.DeleteFunc(slices.Clone(c.AddVersions), func(v jobs.VersionRecord) bool {
		_, err := s.Version(ctx, v.JobRef, v.Number)
		return err == nil
	})
}

// publishTwice lets a publisher win who lost the race to another.
func publishTwice(ctx context.Context, s jobs.Store, c jobs.Change) error {
	err := s.Commit(ctx, c)
	if errors.Is(err, jobs.ErrStale) && c.AddVersions != nil && c.Job.Revision > 0 {
		if page, err := s.ListVersions(ctx, jobs.VersionQuery{JobRef: c.JobRef}); err == nil && page.Total > 1 {
			return nil
		}
	}
	return err
}

// ignoreGrant keeps the grants that a job had.
func ignoreGrant(ctx context.Context, s jobs.Store, c *jobs.Change) {
	if before, err := s.Job(ctx, c.JobRef); err == nil && c.Job != nil {
		job := *c.Job
		job.TeamIDs = before.TeamIDs
		c.Job = &job
	}
}

// refuseRepeats forgets which operations took effect.
func refuseRepeats() func(context.Context, jobs.Store, jobs.Change) error {
	var mu sync.Mutex
	times := map[string]int{}
	return func(ctx context.Context, s jobs.Store, c jobs.Change) error {
		mu.Lock()
		times[c.OperationID]++
		if times[c.OperationID] > 1 {
			c.OperationID += " again"
		}
		mu.Unlock()
		return s.Commit(ctx, c)
	}
}

// sharesKeys gives a key to a second job: it keeps another in its place, and
// never shows it.
type sharesKeys struct{ jobs.Store }

func (s sharesKeys) Commit(ctx context.Context, c jobs.Change) error {
	if c.Job != nil {
		found, err := s.FindJobs(ctx, jobs.JobLookup{OrganizationID: c.OrganizationID, Keys: []string{c.Job.Key}})
		if err == nil && len(found.Jobs) == 1 && found.Jobs[0].JobID != c.JobID {
			job := *c.Job
			job.Key += "!"
			c.Job = &job
		}
	}
	return s.Store.Commit(ctx, c)
}

func (s sharesKeys) Job(ctx context.Context, ref jobs.JobRef) (jobs.JobRecord, error) {
	job, err := s.Store.Job(ctx, ref)
	job.Key = strings.TrimRight(job.Key, "!")
	return job, err
}

// staleReads answers now and then with what a job was when it was last read.
type staleReads struct {
	jobs.Store

	mu   sync.Mutex
	seen map[jobs.JobRef]jobs.JobRecord
}

func (s *staleReads) Job(ctx context.Context, ref jobs.JobRef) (jobs.JobRecord, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if seen, ok := s.seen[ref]; ok && rand.IntN(5) == 0 {
		return seen, nil
	}
	job, err := s.Store.Job(ctx, ref)
	if err == nil {
		s.seen[ref] = job
	}
	return job, err
}

// listsAll lists jobs whoever they are granted to.
type listsAll struct{ jobs.Store }

func (s listsAll) ListJobs(ctx context.Context, q jobs.JobQuery) (jobs.JobPage, error) {
	q.AllTeams = true
	return s.Store.ListJobs(ctx, q)
}

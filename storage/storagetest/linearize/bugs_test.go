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

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/memory"
	"github.com/jobledger/jobledger/storage/storagetest/linearize"
)

// bugs are the faults of a store that the checker must not miss.
var bugs = []struct {
	name  string
	plant func(whole storage.Store) storage.Store
}{
	{"stale read", func(s storage.Store) storage.Store {
		return &staleReads{Store: s, seen: map[storage.JobRef]storage.JobRecord{}}
	}},
	{"lost draft", sometimes(func(_ context.Context, _ storage.Store, c *storage.Change) { c.PutDraft = nil })},
	{"reused number", sometimes(dropTakenNumbers)},
	{"double publish", func(s storage.Store) storage.Store { return writes{s, publishTwice} }},
	{"ignored grant", sometimes(ignoreGrant)},
	// Further ones, for what the five do not touch.
	{"taken key", func(s storage.Store) storage.Store { return sharesKeys{s} }},
	{"ignored requirement", always(func(_ context.Context, _ storage.Store, c *storage.Change) { c.RequireKeys = nil })},
	{"ignored graph", always(func(_ context.Context, _ storage.Store, c *storage.Change) { c.Graph = nil })},
	{"ignored scope", always(func(_ context.Context, _ storage.Store, c *storage.Change) { c.ForbidScope = "" })},
	{"ignored hold", always(func(_ context.Context, _ storage.Store, c *storage.Change) { c.RequireOrganization = nil })},
	{"lost hold", sometimes(func(_ context.Context, _ storage.Store, c *storage.Change) { c.Organization = nil })},
	{"lost event", sometimes(func(_ context.Context, _ storage.Store, c *storage.Change) { c.Events = nil })},
	{"lost state", sometimes(loseState)},
	{"lost tick", sometimes(func(_ context.Context, _ storage.Store, c *storage.Change) { c.PutTicks = nil })},
	{"run that stays", sometimes(func(_ context.Context, _ storage.Store, c *storage.Change) { c.RemoveRuns = nil })},
	{"forgotten wake", sometimes(func(_ context.Context, _ storage.Store, c *storage.Change) { c.Wake = nil })},
	{"repeated operation", func(s storage.Store) storage.Store { return writes{s, refuseRepeats()} }},
	{"list of everybody's", func(s storage.Store) storage.Store { return listsAll{s} }},
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
	storage.Store

	commit func(ctx context.Context, s storage.Store, c storage.Change) error
}

func (w writes) Commit(ctx context.Context, c storage.Change) error { return w.commit(ctx, w.Store, c) }

// spoil changes what is committed.
type spoil func(ctx context.Context, s storage.Store, c *storage.Change)

// always breaks a store by changing all that is committed.
func always(change spoil) func(storage.Store) storage.Store {
	return func(whole storage.Store) storage.Store {
		return writes{whole, func(ctx context.Context, s storage.Store, c storage.Change) error {
			change(ctx, s, &c)
			return s.Commit(ctx, c)
		}}
	}
}

// sometimes does so in one commit of five.
func sometimes(change spoil) func(storage.Store) storage.Store {
	return always(func(ctx context.Context, s storage.Store, c *storage.Change) {
		if rand.IntN(5) == 0 {
			change(ctx, s, c)
		}
	})
}

// dropTakenNumbers keeps the version that has a number, and says that the new
// one was published.
func dropTakenNumbers(ctx context.Context, s storage.Store, c *storage.Change) {
	c.AddVersions = slices.DeleteFunc(slices.Clone(c.AddVersions), func(v storage.VersionRecord) bool {
		_, err := s.Version(ctx, v.JobRef, v.Number)
		return err == nil
	})
}

// publishTwice lets a publisher win who lost the race to another.
func publishTwice(ctx context.Context, s storage.Store, c storage.Change) error {
	err := s.Commit(ctx, c)
	if errors.Is(err, storage.ErrStale) && c.AddVersions != nil && c.Job.Revision > 0 {
		if page, err := s.ListVersions(ctx, storage.VersionQuery{JobRef: c.JobRef}); err == nil && page.Total > 1 {
			return nil
		}
	}
	return err
}

// loseState leaves what the scheduler keeps as it was.
func loseState(_ context.Context, _ storage.Store, c *storage.Change) {
	if c.Job != nil && c.Job.Revision > 0 {
		job := *c.Job
		job.State = nil
		c.Job = &job
	}
}

// ignoreGrant keeps the grants that a job had.
func ignoreGrant(ctx context.Context, s storage.Store, c *storage.Change) {
	if before, err := s.Job(ctx, c.JobRef); err == nil && c.Job != nil {
		job := *c.Job
		job.TeamIDs = before.TeamIDs
		c.Job = &job
	}
}

// refuseRepeats forgets which operations took effect.
func refuseRepeats() func(context.Context, storage.Store, storage.Change) error {
	var mu sync.Mutex
	times := map[string]int{}
	return func(ctx context.Context, s storage.Store, c storage.Change) error {
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
type sharesKeys struct{ storage.Store }

func (s sharesKeys) Commit(ctx context.Context, c storage.Change) error {
	if c.Job != nil {
		found, err := s.FindJobs(ctx, storage.FindQuery{OrganizationID: c.OrganizationID, Keys: []string{c.Job.Key}})
		if err == nil && len(found.Jobs) == 1 && found.Jobs[0].JobID != c.JobID {
			job := *c.Job
			job.Key += "!"
			c.Job = &job
		}
	}
	return s.Store.Commit(ctx, c)
}

func (s sharesKeys) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
	job, err := s.Store.Job(ctx, ref)
	job.Key = strings.TrimRight(job.Key, "!")
	return job, err
}

// staleReads answers now and then with what a job was when it was last read.
type staleReads struct {
	storage.Store

	mu   sync.Mutex
	seen map[storage.JobRef]storage.JobRecord
}

func (s *staleReads) Job(ctx context.Context, ref storage.JobRef) (storage.JobRecord, error) {
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
type listsAll struct{ storage.Store }

func (s listsAll) ListJobs(ctx context.Context, q storage.JobQuery) (storage.JobPage, error) {
	q.AllTeams = true
	return s.Store.ListJobs(ctx, q)
}

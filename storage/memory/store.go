// Package memory keeps jobs in the memory of one process: an implementation of
// [jobs.Store] for unit tests, for examples, and for programs that may forget
// everything when they end.
//
// It has no clock, starts no goroutine and needs no closing. Reads cost the
// same however many jobs are stored: what they select is found by ordered
// indexes, never by looking through the jobs.
package memory

import (
	"sync"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/tidwall/btree"
)

// Store is a [jobs.Store] in memory. Its methods may be called from many
// goroutines.
//
// One lock guards all of it, because the due index and the newest commit time
// span the organizations, and a read must see one state of them. It is held
// only to find records and to exchange pointers to them: a stored record is
// never written to again, so that copies are made before the lock is taken, or
// after it is released.
type Store struct {
	mu            sync.RWMutex
	organizations map[string]*organization
	due           *btree.BTreeG[jobs.DueItem]
	operations    operations
	// remains are the tombstones with something to erase, oldest first.
	remains []*tombstone
	// latest is the latest At that was committed.
	latest time.Time
}

var _ jobs.Store = (*Store)(nil)

// New returns an empty store.
func New() *Store {
	return &Store{
		organizations: make(map[string]*organization),
		due:           newTree(dueBefore),
		operations:    newOperations(),
	}
}

// organization is what is kept for one organization. Its zero value can be
// read, and holds nothing.
type organization struct {
	// graph is the dependency graph counter. It outlives the jobs: a counter
	// that began anew could match what somebody read long ago.
	graph      int64
	jobs       map[string]*job
	byKey      map[string]*job
	tombstones map[string]*tombstone
	scopes     map[scopeKey]*scope
	runs       *btree.BTreeG[runPlace]
}

// job is what is kept for one job. The records it points to are replaced, and
// never written to.
type job struct {
	record   *jobs.JobRecord
	draft    *jobs.VersionRecord
	versions btree.Map[int, *jobs.VersionRecord]
	runs     jobRuns
	ticks    btree.Map[int64, *jobs.TickRecord]
}

// organization returns an organization to read; never nil.
func (s *Store) organization(id string) *organization {
	if o := s.organizations[id]; o != nil {
		return o
	}
	return &organization{}
}

// writable returns an organization to write to.
func (s *Store) writable(id string) *organization {
	o := s.organizations[id]
	if o == nil {
		o = &organization{
			jobs:       make(map[string]*job),
			byKey:      make(map[string]*job),
			tombstones: make(map[string]*tombstone),
			scopes:     make(map[scopeKey]*scope),
			runs:       newTree(runBefore),
		}
		s.organizations[id] = o
	}
	return o
}

// job returns a job, or nil.
func (s *Store) job(ref jobs.JobRef) *job {
	if o := s.organizations[ref.OrganizationID]; o != nil {
		return o.jobs[ref.JobID]
	}
	return nil
}

// newTree returns an empty ordered index. The store's lock guards it, so it
// needs none of its own.
func newTree[T any](before func(a, b T) bool) *btree.BTreeG[T] {
	return btree.NewBTreeGOptions(before, btree.Options{NoLocks: true})
}

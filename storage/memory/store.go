// Package memory is a [storage.Store] in the memory of one process: for unit
// tests, for examples, and for programs that may lose everything when they end.
//
// It has no clock, starts no goroutine, and need not be closed. Ordered indexes
// find what a read selects, so the cost of a read does not depend on how many
// jobs are stored.
package memory

import (
	"context"
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/tidwall/btree"
)

// Store is a [storage.Store] in memory. [New] makes one. It is safe for
// concurrent use.
type Store struct {
	// mu guards the whole store, because the due indexes and the newest commit time
	// are for all organizations, and a read must see one state of them. It is held
	// only to find records, and to replace pointers to them. A stored record is never
	// written to, so it can be copied without the lock.
	mu            sync.RWMutex
	organizations map[string]*organization
	due           [storage.DueTombstones + 1]*btree.BTreeG[dueEntry]
	operations    operations
	// remains are the tombstones whose jobs left something to erase, oldest
	// first.
	remains []*tombstone
	// journals are the organizations whose journals can be trimmed, by the time
	// of the oldest event.
	journals *btree.BTreeG[*organization]
	// latest is the latest At that was committed.
	latest time.Time
}

var _ storage.Store = (*Store)(nil)

// New returns an empty store.
func New() *Store {
	s := &Store{
		organizations: make(map[string]*organization),
		operations:    newOperations(),
		journals:      newTree(oldestBefore),
	}
	for kind := range s.due {
		s.due[kind] = newTree(dueBefore)
	}
	return s
}

// organization is what is kept for one organization. Its zero value can be
// read, and is empty.
type organization struct {
	id       string
	revision int64
	doc      []byte
	// graph is the dependency graph counter. It is kept when all jobs are
	// removed: a counter that starts at 0 again could match an old value that
	// somebody has read.
	graph      int64
	jobs       map[string]*job
	byKey      map[string]*job
	tombstones map[string]*tombstone
	lists      map[listKey]*list
	grants     grants
	runs       runIndex
	journal    journal
}

// job is what is kept for one job. Its records are replaced, and never written
// to.
type job struct {
	record   *storage.JobRecord
	granted  *grantSet
	slot     int // the index among the jobs of the grant set
	draft    *storage.VersionRecord
	versions series[storage.VersionRecord]
	runs     map[string]*run
	byNumber runIndex
	ticks    series[storage.TickRecord]
	// removed is true for a removed job, which indexes of several jobs may
	// still contain.
	removed bool
}

// read calls look with the store locked for reading.
func (s *Store) read(ctx context.Context, look func() error) error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := ctx.Err(); err != nil {
		return err
	}
	return look()
}

// organization returns an organization for reading; it is never nil.
func (s *Store) organization(id string) *organization {
	if o := s.organizations[id]; o != nil {
		return o
	}
	return &organization{}
}

// writable returns an organization for writing.
func (s *Store) writable(id string) *organization {
	o := s.organizations[id]
	if o == nil {
		o = &organization{
			id:         id,
			jobs:       make(map[string]*job),
			byKey:      make(map[string]*job),
			tombstones: make(map[string]*tombstone),
			lists:      make(map[listKey]*list),
			grants:     newGrants(),
			runs:       make(runIndex),
			journal:    newJournal(),
		}
		s.organizations[id] = o
	}
	return o
}

// job returns a job for reading. A job that does not exist has no record.
func (s *Store) job(ref storage.JobRef) *job {
	if j := s.organization(ref.OrganizationID).jobs[ref.JobID]; j != nil {
		return j
	}
	return &job{}
}

// newTree returns an empty ordered index. It has no lock, since the store's
// lock guards it.
func newTree[T any](before func(a, b T) bool) *btree.BTreeG[T] {
	return btree.NewBTreeGOptions(before, btree.Options{NoLocks: true})
}

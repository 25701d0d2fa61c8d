// Package memory keeps jobs in the memory of one process: an implementation of
// [storage.Store] for unit tests, for examples, and for programs that may forget
// everything when they end.
//
// It has no clock, starts no goroutine and needs no closing. Reads cost the
// same however many jobs are stored: ordered indexes find what they select.
package memory

import (
	"context"
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/tidwall/btree"
)

// Store is a [storage.Store] in memory. Its methods may be called from many
// goroutines.
//
// One lock guards all of it, because the due indexes and the newest commit time
// span the organizations, and a read must see one state of them. It is held
// only to find records and to exchange pointers to them: a stored record is
// never written to again, so that copies are made before the lock is taken, or
// after it is released.
type Store struct {
	mu            sync.RWMutex
	organizations map[string]*organization
	due           [storage.DueTombstones + 1]*btree.BTreeG[duePlace]
	operations    operations
	// remains are the tombstones with something to erase, oldest first.
	remains []*tombstone
	// journals are the journals with something to trim, by the time of their
	// oldest event.
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
// read, and holds nothing.
type organization struct {
	id       string
	revision int64
	doc      []byte
	// graph is the dependency graph counter. It outlives the jobs: a counter
	// that began anew could match what somebody read long ago.
	graph      int64
	jobs       map[string]*job
	byKey      map[string]*job
	tombstones map[string]*tombstone
	lists      map[listKey]*list
	grants     grants
	runs       runIndex
	journal    journal
}

// job is what is kept for one job. The records it points to are replaced, and
// never written to.
type job struct {
	record   *storage.JobRecord
	granted  *grantSet
	slot     int // Among the jobs of the grant set.
	draft    *storage.VersionRecord
	versions series[storage.VersionRecord]
	runs     map[string]*run
	byNumber runIndex
	ticks    series[storage.TickRecord]
	// removed hides what the indexes across jobs still hold of the job.
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

// job returns a job to read. One that does not exist has no record.
func (s *Store) job(ref storage.JobRef) *job {
	if j := s.organization(ref.OrganizationID).jobs[ref.JobID]; j != nil {
		return j
	}
	return &job{}
}

// newTree returns an empty ordered index. The store's lock guards it, so it
// needs none of its own.
func newTree[T any](before func(a, b T) bool) *btree.BTreeG[T] {
	return btree.NewBTreeGOptions(before, btree.Options{NoLocks: true})
}

package model

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/internal/deep"
)

// Store is a [storage.Store] made of a [State] for each organization.
type Store struct {
	mu            sync.Mutex
	organizations map[string]*State
	latest        time.Time
}

var _ storage.Store = (*Store)(nil)

// New returns an empty store or, given states, one of these organizations.
func New(states ...*State) *Store {
	m := &Store{organizations: map[string]*State{}}
	for _, s := range states {
		m.organizations[s.organization.OrganizationID] = s
	}
	return m
}

// State returns what is kept for an organization.
func (m *Store) State(organization string) *State {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.state(organization)
}

func (m *Store) state(organization string) *State {
	if s := m.organizations[organization]; s != nil {
		return s
	}
	return NewState(organization)
}

// Commit implements [storage.Store].
func (m *Store) Commit(ctx context.Context, c storage.Change) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	before := m.state(c.OrganizationID)
	after, acknowledged := before.Commit(c)
	if !acknowledged {
		return storage.ErrStale
	}
	if after != before {
		m.organizations[c.OrganizationID] = after
		if at := deep.Stored(c.At); at.After(m.latest) {
			m.latest = at
		}
	}
	return nil
}

// Sweep implements [storage.Store].
func (m *Store) Sweep(ctx context.Context, options storage.SweepOptions) (int, error) {
	if err := options.Validate(); err != nil {
		return 0, err
	}
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	total := 0
	for _, id := range slices.Sorted(maps.Keys(m.organizations)) {
		if total < options.Limit {
			after, erased := m.organizations[id].Sweep(options.Limit-total, options.EventsBefore)
			m.organizations[id] = after
			total += erased
		}
	}
	return total, nil
}

// query is what a read is asked.
type query interface{ Validate() error }

// anything is a query that is always valid.
type anything struct{}

func (anything) Validate() error { return nil }

// read answers a read of one organization with a copy.
func read[A any](ctx context.Context, m *Store, organization string, q query, answer func(*State) (A, error)) (A, error) {
	var none A
	if err := q.Validate(); err != nil {
		return none, err
	}
	if err := ctx.Err(); err != nil {
		return none, err
	}
	got, err := answer(m.State(organization))
	if err != nil {
		return none, err
	}
	return deep.Copy(got), nil
}

// optional is a record that may not be there.
func optional[A any](record *A) (A, error) {
	if record == nil {
		var none A
		return none, storage.ErrNotFound
	}
	return *record, nil
}

// find returns the first record that passes, or nil.
func find[A any](records []A, passes func(A) bool) *A {
	if i := slices.IndexFunc(records, passes); i >= 0 {
		return &records[i]
	}
	return nil
}

// page returns the first part of what a query selects, up to its limit, and whether
// there is more.
func page[A any](all []A, limit int, bytes func(A) int) (records []A, more bool) {
	total := 0
	for i, record := range all {
		if i == min(limit, storage.MaxLimit) || total >= storage.PageBytes {
			return all[:i], true
		}
		total += bytes(record)
	}
	return all, false
}

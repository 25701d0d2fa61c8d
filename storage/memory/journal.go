package memory

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/jobledger/jobledger/storage"
	"github.com/tidwall/btree"
)

// journal holds the events of an organization, by Seq. There may be millions: a
// tree never moves all of them, as a series does when it grows.
type journal struct {
	all   btree.Map[int64, *storage.EventRecord]
	byJob map[string]*series[storage.EventRecord]
	// newest is the Seq of the newest event.
	newest int64
	// oldest is the At of the oldest event while the journal can be trimmed. It
	// is then among the store's journals.
	oldest time.Time
}

func newJournal() journal {
	return journal{byJob: make(map[string]*series[storage.EventRecord])}
}

// oldestBefore orders the journals that can be trimmed.
func oldestBefore(a, b *organization) bool {
	if c := a.journal.oldest.Compare(b.journal.oldest); c != 0 {
		return c < 0
	}
	return a.id < b.id
}

// appendEvents appends a change's events to the journal.
func (s *Store) appendEvents(o *organization, c *storage.Change) {
	for _, e := range c.Events {
		if !c.Copied {
			e.JobRef, e.Seq, e.At = c.JobRef, o.journal.newest+1, c.At
		}
		o.journal.newest = e.Seq
		o.journal.all.Set(e.Seq, &e)
		if e.JobID == "" {
			continue
		}
		ofJob := o.journal.byJob[e.JobID]
		if ofJob == nil {
			ofJob = new(series[storage.EventRecord])
			o.journal.byJob[e.JobID] = ofJob
		}
		ofJob.set(e.Seq, &e)
	}
	if len(c.Events) > 0 {
		s.watchJournal(o)
	}
}

// watchJournal updates the organization's entry among the store's journals. A
// journal with one event is not there, since the newest event is never erased.
func (s *Store) watchJournal(o *organization) {
	var oldest time.Time
	if o.journal.all.Len() > 1 {
		_, e, _ := o.journal.all.Min()
		oldest = e.At
	}
	if oldest.Equal(o.journal.oldest) {
		return
	}
	if !o.journal.oldest.IsZero() {
		s.journals.Delete(o)
	}
	if o.journal.oldest = oldest; !oldest.IsZero() {
		s.journals.Set(o)
	}
}

// eraseEvent erases one event that is older than a time, and reports whether
// there was one. It erases the events of an organization in the order of their
// Seq.
func (s *Store) eraseEvent(before time.Time) bool {
	o, ok := s.journals.Min()
	if !ok || !o.journal.oldest.Before(before) {
		return false
	}
	_, e, _ := o.journal.all.PopMin()
	if ofJob := o.journal.byJob[e.JobID]; ofJob != nil {
		ofJob.pop()
		if ofJob.first() == nil {
			delete(o.journal.byJob, e.JobID)
		}
	}
	s.watchJournal(o)
	return true
}

// ListEvents implements [storage.Store].
func (s *Store) ListEvents(ctx context.Context, query storage.EventQuery) (storage.EventPage, error) {
	found := newPage[*storage.EventRecord](query.Limit)
	var answer storage.EventPage
	err := query.Validate()
	if err == nil {
		err = s.read(ctx, func() error {
			j := &s.organization(query.OrganizationID).journal
			answer.Newest = j.newest
			answer.Oldest, _, _ = j.all.Min()
			j.list(query, found)
			return nil
		})
	}
	if err != nil {
		return storage.EventPage{}, fmt.Errorf("memory: list events of organization %s: %w", query.OrganizationID, err)
	}
	answer.Events, answer.More = copies(found.found), found.more
	return answer, nil
}

func (j *journal) list(query storage.EventQuery, found *page[*storage.EventRecord]) {
	before := query.Before
	if before == 0 {
		before = math.MaxInt64
	}
	add := func(e *storage.EventRecord) bool {
		return e.Seq > query.After && e.Seq < before && found.add(e, len(e.Doc))
	}
	inAll := func(_ int64, e *storage.EventRecord) bool { return add(e) }
	ofJob := j.byJob[query.JobID]
	switch {
	case query.JobID == "" && query.Ascending:
		j.all.Ascend(query.After+1, inAll)
	case query.JobID == "":
		j.all.Descend(before-1, inAll)
	case ofJob != nil && query.Ascending:
		ofJob.ascend(query.After+1, add)
	case ofJob != nil:
		ofJob.descend(before-1, add)
	}
}

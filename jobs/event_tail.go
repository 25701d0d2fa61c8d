package jobs

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// tail is the newest part of one organization's journal. One goroutine reads it for
// all followers in this process, until the last of them leaves.
type tail struct {
	c              *core
	organizationID string
	// followers is guarded by tails.mu. gone is closed when the last follower
	// leaves.
	followers int
	gone      chan struct{}
	// news gets a value after a commit in this process.
	news chan struct{}

	mu sync.Mutex
	tailState
	// oldest and newest are the first and the last Seq of the journal at the last
	// read; known is whether there was a read.
	known          bool
	oldest, newest int64
	// recent are the newest events, without gaps. bytes is the size of their
	// documents.
	recent []storage.EventRecord
	bytes  int

	// looking is held while subjects are looked up. looked serves all followers,
	// until there are newer events or subjectsFor is over.
	looking  chan struct{}
	lookedAt time.Time
	lookedIn tailState
	looked   map[string]subject
}

// tailState shows whether a tail has changed.
type tailState struct {
	// changes counts the reads that found something new. losses counts the reads
	// that found a shorter journal than before. changed is closed at the next
	// change.
	changes, losses int64
	changed         chan struct{}
}

const (
	// tailEvery is how often a followed journal is read. tailPause is the least
	// time between two reads.
	tailEvery = time.Second
	tailPause = 10 * time.Millisecond
	// tailTimeout bounds one read.
	tailTimeout = 10 * time.Second
	// maxRecent bounds how many events a tail keeps, and storage.PageBytes the size
	// of their documents. A follower that is further behind reads the store.
	maxRecent = 2000
	// subjectsFor is how long it may take until a follower sees that a job's
	// teams have changed.
	subjectsFor = time.Second
)

// tails are the tails of the organizations whose journals are followed.
type tails struct {
	mu sync.Mutex
	by map[string]*tail
}

// follow adds a follower to the tail of an organization. The caller must call
// leave.
func (c *core) follow(organizationID string) *tail {
	ts := &c.tails
	ts.mu.Lock()
	defer ts.mu.Unlock()
	t := ts.by[organizationID]
	if t == nil {
		t = &tail{c: c, organizationID: organizationID, looking: make(chan struct{}, 1)}
		t.gone, t.news, t.changed = make(chan struct{}), make(chan struct{}, 1), make(chan struct{})
		if ts.by == nil {
			ts.by = map[string]*tail{}
		}
		ts.by[organizationID] = t
		go t.run()
	}
	t.followers++
	return t
}

func (ts *tails) leave(t *tail) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if t.followers--; t.followers == 0 {
		delete(ts.by, t.organizationID)
		close(t.gone)
	}
}

// wake makes the tail of an organization, if there is one, read at once.
func (ts *tails) wake(organizationID string) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if t := ts.by[organizationID]; t != nil {
		tell(t.news)
	}
}

// run reads the journal until the last follower leaves.
func (t *tail) run() {
	failing := false
	for wait := time.Duration(0); t.pause(wait, t.news) && t.pause(tailPause, nil); {
		more, err := t.read()
		if err != nil && !failing {
			t.c.opts.Logger.Warn("jobledger: the journal cannot be followed",
				slog.String("organization", t.organizationID), slog.Any("error", err))
		}
		failing = err != nil
		if wait = tailEvery; more {
			wait = 0
		}
	}
}

// pause waits for a time, or for news. It returns false when the last follower has
// left.
func (t *tail) pause(d time.Duration, news <-chan struct{}) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-news:
	case <-t.gone:
		return false
	}
	return true
}

// read reads the new events, and reports whether there are more.
func (t *tail) read() (more bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), tailTimeout)
	defer cancel()
	query := storage.EventQuery{OrganizationID: t.organizationID, Limit: 1}
	if t.known {
		query.Ascending, query.After, query.Limit = true, t.newest, storage.MaxLimit
	}
	page, err := t.c.listEvents(ctx, query)
	if err != nil {
		return false, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	lost := t.known && page.Newest < t.newest
	if lost || !t.known || len(page.Events) > 0 && page.Events[0].Seq != t.newest+1 {
		t.recent, t.bytes = nil, 0
	}
	changed := lost || !t.known || len(page.Events) > 0
	t.oldest, t.known = page.Oldest, true
	switch {
	case lost:
		t.newest = page.Newest
		t.losses++
	case len(page.Events) > 0:
		t.newest = page.Events[len(page.Events)-1].Seq
	}
	t.keep(page.Events)
	if changed {
		t.changes++
		close(t.changed)
		t.changed = make(chan struct{})
	}
	return page.More && query.Ascending, nil
}

// keep adds events to the recent ones, within bounds.
func (t *tail) keep(events []storage.EventRecord) {
	t.recent = append(t.recent, events...)
	for _, e := range events {
		t.bytes += len(e.Doc)
	}
	over := 0
	for len(t.recent)-over > maxRecent || t.bytes > storage.PageBytes && over < len(t.recent) {
		t.bytes -= len(t.recent[over].Doc)
		over++
	}
	if over > 0 {
		t.recent = slices.Clone(t.recent[over:])
	}
}

// state returns the state for a later wait.
func (t *tail) state() tailState {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.tailState
}

// wait returns true when there is an event after a place, or when the journal has
// become shorter since the state. It returns false when the context ends first.
func (t *tail) wait(ctx context.Context, after int64, since tailState) bool {
	for {
		t.mu.Lock()
		moved := t.known && t.newest > after || t.losses != since.losses
		changed := t.changed
		t.mu.Unlock()
		if moved {
			return true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return false
		}
	}
}

// listEvents answers an ascending query from the recent events if they reach back
// that far, otherwise from the store.
func (t *tail) listEvents(ctx context.Context, query storage.EventQuery) (storage.EventPage, error) {
	if page, ok := t.recentEvents(query); ok {
		return page, nil
	}
	return t.c.listEvents(ctx, query)
}

func (t *tail) recentEvents(query storage.EventQuery) (page storage.EventPage, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.known || query.After > t.newest || query.After < t.newest-int64(len(t.recent)) {
		return page, false
	}
	page.Oldest, page.Newest = t.oldest, t.newest
	for _, e := range t.recent[len(t.recent)-int(t.newest-query.After):] {
		if query.JobID != "" && e.JobID != query.JobID {
			continue
		}
		if page.More = len(page.Events) == query.Limit; page.More {
			break
		}
		page.Events = append(page.Events, e)
	}
	return page, true
}

// subjects looks up jobs, and keeps them for all followers.
func (t *tail) subjects(ctx context.Context, organizationID string, ids []string) (map[string]subject, error) {
	select {
	case t.looking <- struct{}{}:
		defer func() { <-t.looking }()
	case <-ctx.Done():
		return nil, storeError("find the jobs of events", ctx.Err())
	}
	now := t.state()
	if t.looked == nil || t.lookedIn.changes != now.changes || time.Since(t.lookedAt) > subjectsFor || len(t.looked) > storage.MaxLimit {
		t.looked, t.lookedIn, t.lookedAt = map[string]subject{}, now, time.Now()
	}
	var open []string
	for _, id := range ids {
		if _, known := t.looked[id]; !known {
			open = append(open, id)
		}
	}
	if len(open) > 0 {
		found, err := t.c.subjects(ctx, organizationID, open)
		if err != nil {
			return nil, err
		}
		for id, job := range found {
			t.looked[id] = job
		}
	}
	found := make(map[string]subject, len(ids))
	for _, id := range ids {
		if job, known := t.looked[id]; known {
			found[id] = job
		}
	}
	return found, nil
}

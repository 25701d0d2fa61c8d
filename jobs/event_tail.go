package jobs

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/jobledger/jobledger/storage"
)

// tail is the end of the journal of one organization, as one reader keeps it for
// all who follow that in this process. It is read for as long as somebody does.
type tail struct {
	c              *core
	organizationID string
	// followers is guarded by the tails; gone is closed when there is none left.
	followers int
	gone      chan struct{}
	// news is told of commits in this process.
	news chan struct{}

	mu sync.Mutex
	tailState
	// oldest and newest are those of the journal at the last read; unknown before.
	known          bool
	oldest, newest int64
	// recent are the newest events, without gaps; bytes is what their documents take.
	recent []storage.EventRecord
	bytes  int

	// looking is held while subjects are looked up. Those that were looked up
	// serve all followers, until there are newer events or subjectsFor is over.
	looking  chan struct{}
	lookedAt time.Time
	lookedIn tailState
	looked   map[string]subject
}

// tailState tells whether a tail has changed.
type tailState struct {
	// changes counts the reads that found something new, and losses those that
	// found an older journal than there was. changed is closed by the next one.
	changes, losses int64
	changed         chan struct{}
}

const (
	// tailEvery is how often a journal that is followed is read, and tailPause the
	// least time between two reads, whatever is committed.
	tailEvery = time.Second
	tailPause = 10 * time.Millisecond
	// tailTimeout bounds one read.
	tailTimeout = 10 * time.Second
	// maxRecent bounds how many events a tail keeps, and storage.PageBytes what
	// their documents take. Whoever is farther behind reads the store itself.
	maxRecent = 2000
	// subjectsFor is how long it may take until a follower sees that a job's
	// teams have changed.
	subjectsFor = time.Second
)

// tails are those of the organizations that are followed.
type tails struct {
	mu sync.Mutex
	by map[string]*tail
}

// follow joins those who follow the journal of an organization, until leave.
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

// wake has the tail of an organization, if it is followed, read at once.
func (ts *tails) wake(organizationID string) {
	ts.mu.Lock()
	defer ts.mu.Unlock()
	if t := ts.by[organizationID]; t != nil {
		tell(t.news)
	}
}

// run reads the journal until nobody follows it any more.
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

// pause waits for a time, or for news. It reports false when nobody follows.
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

// read reads what is new, and reports whether there is more.
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

// state is what wait compares with.
func (t *tail) state() tailState {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.tailState
}

// wait returns true once there is an event behind a place, or the journal has been
// lost since some state, and false when the context ends before that.
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

// listEvents answers an ascending query from the recent events, if they reach back
// that far, and else from the store.
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

// subjects looks jobs up for all followers at once.
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

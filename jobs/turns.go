package jobs

import (
	"sync"

	"github.com/jobledger/jobledger/storage"
)

// turns holds due items in one line for each organization. Organizations take
// turns; within a line, the oldest item comes first. An item is not taken again
// while a step works on it.
type turns struct {
	mu sync.Mutex
	// lines are the lines in the order of their turns.
	lines []*line
	byOrg map[string]*line
	// known are the items that wait in a line or that a step works on.
	known map[storage.DueItem]bool
	// waiting counts the items in all lines.
	waiting int
}

// line is the due items of one organization, oldest first.
type line struct {
	organizationID string
	items          []storage.DueItem
}

// replace replaces the waiting items by others, oldest first.
func (t *turns) replace(items []storage.DueItem) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, l := range t.lines {
		for _, item := range l.items {
			delete(t.known, identity(item))
		}
		l.items = nil
	}
	t.waiting = 0
	t.append(items)
}

// add adds items after the waiting ones.
func (t *turns) add(items []storage.DueItem) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.append(items)
}

func (t *turns) append(items []storage.DueItem) {
	if t.byOrg == nil {
		t.byOrg, t.known = map[string]*line{}, map[storage.DueItem]bool{}
	}
	for _, item := range items {
		if t.known[identity(item)] {
			continue
		}
		t.known[identity(item)] = true
		l := t.byOrg[item.OrganizationID]
		if l == nil {
			l = &line{organizationID: item.OrganizationID}
			t.byOrg[item.OrganizationID] = l
			t.lines = append(t.lines, l)
		}
		l.items = append(l.items, item)
		t.waiting++
	}
}

// take takes the oldest items of the organization whose turn it is, as many as room
// allows, and puts the organization at the end. An organization without room keeps
// its place. take returns nil when no organization has room.
func (t *turns) take(room func(organizationID string, items int) int) []storage.DueItem {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := 0; i < len(t.lines); i++ {
		l := t.lines[i]
		if len(l.items) == 0 {
			delete(t.byOrg, l.organizationID)
			t.lines = append(t.lines[:i], t.lines[i+1:]...)
			i--
			continue
		}
		n := min(room(l.organizationID, len(l.items)), len(l.items))
		if n <= 0 {
			continue
		}
		taken := l.items[:n:n]
		l.items = l.items[n:]
		t.lines = append(append(t.lines[:i], t.lines[i+1:]...), l)
		t.waiting -= n
		return taken
	}
	return nil
}

// done ends the work on an item, and reports whether it was the last.
func (t *turns) done(item storage.DueItem) (last bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.known, identity(item))
	return len(t.known) == 0
}

// knows reports whether an item waits in a line or a step works on it.
func (t *turns) knows(item storage.DueItem) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.known[identity(item)]
}

// left is how many items wait.
func (t *turns) left() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.waiting
}

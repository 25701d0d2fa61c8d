package storage

import "time"

// DueKind says what a [DueQuery] asks for. Each is an index of its own, so that
// a loop that looks after one kind never meets the others.
type DueKind int

// The kinds. A store refuses others with [ErrInvalid].
const (
	// DueJobs are jobs to settle, by JobRecord.WakeAt.
	DueJobs DueKind = iota
	// DueReady are runs that may be handed to an engine, by RunRecord.ReadyAt.
	DueReady
	// DueDeadlines are runs to look at whatever their engine does, by
	// RunRecord.DeadlineAt.
	DueDeadlines
	// DueDebts are runs whose engine is to be asked for something, by
	// RunRecord.OwedAt.
	DueDebts
	// DueTombstones are removed jobs that left runs, by TombstoneRecord.WakeAt.
	DueTombstones
)

// DueQuery asks for what of one kind is due by a time.
type DueQuery struct {
	Kind DueKind
	// Until selects the times that are not after it.
	Until time.Time
	// After is the last item of the page before; the zero item for the first.
	After DueItem
	// Limit is at least 1.
	Limit int
}

// DueItem names something that is due. Items are ordered by time, organization,
// job and run; that order is total.
type DueItem struct {
	At time.Time
	JobRef
	// RunID is set for a run only.
	RunID string
}

// DuePage answers a [DueQuery].
type DuePage struct {
	Items []DueItem
	// More is whether there may be due items behind the last one. A page may be
	// short, and even empty, before the end: the runs of removed jobs are
	// passed over, and no call passes over much. After is then where to go on.
	More bool
	// After is where to go on when More is set.
	After DueItem
	// Next is the earliest time of the kind after the query's Until; zero for
	// none. What a removed job left may make it too early.
	Next time.Time
	// Time is the store's own: of its server's clock where it has one, else
	// the latest At that was committed, and zero before the first commit.
	Time time.Time
	// Clock is whether Time is a server's clock, and so goes on by itself.
	Clock bool
}

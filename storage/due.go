package storage

import "time"

// DueKind says what a [DueQuery] asks for. Each kind has an index of its own,
// so that a loop that handles one kind does not read the others.
type DueKind int

// The kinds. A store refuses any other with [ErrInvalid].
const (
	// DueJobs are jobs that a scheduler must look at, by JobRecord.WakeAt.
	DueJobs DueKind = iota
	// DueReady are runs that may be dispatched, by RunRecord.ReadyAt.
	DueReady
	// DueDeadlines are runs that a scheduler must look at even if their engine
	// is silent, by RunRecord.DeadlineAt.
	DueDeadlines
	// DueDebts are runs that owe their engine a cancel or a cleanup, by
	// RunRecord.OwedAt.
	DueDebts
	// DueTombstones are removed jobs that left runs, by TombstoneRecord.WakeAt.
	DueTombstones
)

// DueQuery asks for what is due of one kind.
type DueQuery struct {
	Kind DueKind
	// Until selects the items whose time is not after it.
	Until time.Time
	// After is where the previous page ended: its DuePage.After. The zero item
	// asks for the first page.
	After DueItem
	// Limit is at least 1.
	Limit int
}

// DueItem names something that is due. Items are ordered by time, then
// organization, job and run. No two are equal.
type DueItem struct {
	At time.Time
	JobRef
	// RunID is set only for a run.
	RunID string
}

// DuePage answers a [DueQuery].
type DuePage struct {
	Items []DueItem
	// More is true when more items may be due. A page can then be short or even
	// empty, because one call passes over only a limited number of runs of
	// removed jobs. Continue from After.
	More bool
	// After is where to continue when More is true.
	After DueItem
	// Next is the earliest time of this kind after the query's Until; zero when
	// there is none. It may be too early, because of what a removed job left.
	Next time.Time
	// Time is the store's own time: that of its server's clock, or else the
	// latest At that was committed. It is zero before the first commit.
	Time time.Time
	// Clock is true when Time is that of a server's clock, which advances
	// without commits.
	Clock bool
}

package jobs

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// Tick is a row of a job's tick ledger: what became of one scheduled tick, or
// of several in a row that shared a fate. It answers "why did my job not run?".
type Tick struct {
	// NominalAt is the time that the schedule gave; of several ticks, the first.
	NominalAt time.Time
	// LocalTime is NominalAt in the zone of the schedule, RFC 3339.
	LocalTime string
	Verdict   schedule.Verdict
	// Reason says more, for people; empty when the verdict says all.
	Reason string
	// RunID is the run that the tick made; empty for none.
	RunID string
	// Shifted is whether the wall-clock time that the expression names did
	// not exist, and the tick was moved behind the gap.
	Shifted bool
	// Count is how many ticks the row stands for, and Until the last of them.
	Count int
	Until time.Time

	// Unknown is what [versions.Definition.Unknown] is.
	Unknown []byte
}

// TickList is one page of a tick ledger, the newest first.
type TickList struct {
	Ticks []Tick
	// Marker goes on behind this page; empty at the end.
	Marker string
}

func (t Tick) record(ref storage.JobRef) storage.TickRecord {
	return storage.TickRecord{JobRef: ref, NominalAt: t.NominalAt, Doc: encodeTick(t)}
}

// TickQuery asks for part of a tick ledger. The zero value is the newest 100.
type TickQuery struct {
	// Limit is 1 to 100; 0 means 100.
	Limit int
	// Marker is where to go on: the Marker of the page before.
	Marker string
}

// ListTicks lists what became of a job's ticks, the newest first. How long they
// are kept is RunOptions.KeepTicks.
func (s *Service) ListTicks(ctx context.Context, actor teams.Actor, jobID string, query TickQuery) (TickList, error) {
	var errs versions.FieldErrors
	limit, from := checkLimit(query.Limit, &errs), parseMarker(query.Marker, "ticks", &errs)
	if err := errs.Err(); err != nil {
		return TickList{}, err
	}
	l, err := s.load(ctx, actor, jobID)
	if err != nil {
		return TickList{}, err
	}
	q := storage.TickQuery{JobRef: l.ref(), Limit: limit}
	if query.Marker != "" {
		q.Before = microTime(from.createdAt)
	}
	page, err := s.store.ListTicks(ctx, q)
	if err != nil {
		return TickList{}, storeError("list the ticks of job "+jobID, err)
	}
	list := TickList{Ticks: make([]Tick, 0, len(page.Ticks))}
	for _, record := range page.Ticks {
		t, err := decodeTick(record)
		if err != nil {
			s.unreadable.note(ctx, s.opts.Logger, record.JobRef, err)
			continue
		}
		list.Ticks = append(list.Ticks, t)
	}
	if page.More {
		list.Marker = marker{list: "ticks", createdAt: page.Ticks[len(page.Ticks)-1].NominalAt.UnixMicro()}.String()
	}
	return list, nil
}

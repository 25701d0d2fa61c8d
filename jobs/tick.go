package jobs

import (
	"context"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// Tick is a row of a job's ledger: the verdict on one tick of the schedule, or on
// several consecutive ticks with the same verdict. A run that dependencies made has
// a row too. The rows answer "why did my job not run?".
type Tick struct {
	// NominalAt is the nominal time of the tick; of several ticks, that of the
	// first.
	NominalAt time.Time
	// LocalTime is NominalAt in the time zone of the schedule, in the format of RFC
	// 3339.
	LocalTime string
	Verdict   schedule.Verdict
	// Reason says why the tick has its verdict; see [schedule.Reason]. Empty when
	// the verdict says everything.
	Reason string
	// RunID is the ID of the run that the tick made; empty for none.
	RunID string
	// Shifted is whether the local time that the expression names did not exist on
	// that day (daylight saving time began), and the tick was moved to the end of
	// the gap.
	Shifted bool
	// Count is how many ticks the row stands for. Until is the nominal time of the
	// last.
	Count int
	Until time.Time

	// Unknown holds fields that only a newer version of the library knows, as
	// [versions.Definition.Unknown] does.
	Unknown []byte
}

// TickList is one page of a job's ticks, newest first.
type TickList struct {
	Ticks []Tick
	// Marker is the TickQuery.Marker of the next page; empty at the end of the
	// list.
	Marker string
}

func (t Tick) record(ref storage.JobRef) storage.TickRecord {
	return storage.TickRecord{JobRef: ref, NominalAt: t.NominalAt, Doc: encodeTick(t)}
}

// TickQuery selects a page of a job's ticks. The zero value selects the newest 100.
type TickQuery struct {
	// Limit is 1 to 100; 0 means 100.
	Limit int
	// Marker is TickList.Marker of the page before; empty for the first page.
	Marker string
}

// ListTicks lists the verdicts on a job's ticks, newest first. They are kept for
// RunOptions.KeepTicks. It returns [versions.FieldErrors] for a query that is not
// valid.
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

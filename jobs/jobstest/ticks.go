package jobstest

import (
	"fmt"
	"slices"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// Ticks are what became of ticks of one job's schedule, oldest first.
type Ticks struct {
	List []jobs.Tick

	w    *World
	key  string
	zone *time.Location
}

// Ticks returns what became of a job's ticks so far.
func (w *World) Ticks(key string) Ticks {
	w.tb.Helper()
	job := w.find(key)
	list := oldestFirst(w, "ticks of job "+key, func(marker string) ([]jobs.Tick, string, error) {
		list, err := w.ListTicks(w.tb.Context(), w.Actor, job.ID, jobs.TickQuery{Marker: marker})
		return list.Ticks, list.Marker, err
	})
	return Ticks{List: list, w: w, key: key, zone: zoneOf(job)}
}

// Since are those ticks whose time is this one or later.
func (t Ticks) Since(at time.Time) Ticks {
	t.List = slices.DeleteFunc(slices.Clone(t.List), func(tick jobs.Tick) bool { return tick.NominalAt.Before(at) })
	return t
}

// Want ends the test, and prints the job's ledger, unless there are just so many
// rows and each is as its line says. Each word of a line must be a whole word of the
// row's line of [Ticks.String], in this order; other words may stand between them.
//
//	w.Ticks("daily-sales").Want("2027-03-14 03:00 EDT fired", "skipped: overlap")
func (t Ticks) Want(lines ...string) {
	t.w.tb.Helper()
	want(t.w, t.key, "ticks", t.rows(), lines)
}

// String is a table with a line for each row of the tick ledger: its time in the
// zone of the schedule, the last of several ticks that shared a fate and how many
// they are, the verdict with its reason, and whether the clock had skipped the time.
func (t Ticks) String() string { return table(t.rows()) }

func (t Ticks) rows() []row {
	var rows []row
	for _, tick := range t.List {
		at := clock(tick.NominalAt, t.zone)
		if tick.Count > 1 {
			at += fmt.Sprintf(" to %s, %d ticks", clock(tick.Until, t.zone), tick.Count)
		}
		fate := string(tick.Verdict)
		if tick.Reason != "" {
			fate += ": " + tick.Reason
		}
		shifted := ""
		if tick.Shifted {
			shifted = "behind the gap"
		}
		rows = append(rows, row{cells: []string{at, fate, shifted}})
	}
	return rows
}

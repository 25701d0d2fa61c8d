package jobstest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// Runs are runs of one job, oldest first.
type Runs struct {
	List []jobs.Run

	w    *World
	key  string
	zone *time.Location
}

// Runs returns the runs of a job, as they are now.
func (w *World) Runs(key string) Runs {
	w.tb.Helper()
	job := w.find(key)
	list := oldestFirst(w, "runs of job "+key, func(marker string) ([]jobs.Run, string, error) {
		list, err := w.ListRuns(w.tb.Context(), w.Actor, job.ID, jobs.RunQuery{Marker: marker})
		return list.Runs, list.Marker, err
	})
	return Runs{List: list, w: w, key: key, zone: zoneOf(job)}
}

// oldestFirst reads all pages of a list that is newest first.
func oldestFirst[T any](w *World, what string, page func(marker string) (items []T, next string, err error)) []T {
	w.tb.Helper()
	var all []T
	for marker, more := "", true; more; more = marker != "" {
		items, next, err := page(marker)
		if err != nil {
			w.tb.Fatalf("list the %s: %v", what, err)
		}
		all, marker = append(all, items...), next
	}
	slices.Reverse(all)
	return all
}

// Since are those runs that were made at a time or later.
func (r Runs) Since(at time.Time) Runs {
	r.List = slices.DeleteFunc(slices.Clone(r.List), func(run jobs.Run) bool { return run.CreatedAt.Before(at) })
	return r
}

// Last is the newest run. The test ends if there is none.
func (r Runs) Last() jobs.Run {
	r.w.tb.Helper()
	if len(r.List) == 0 {
		r.w.tb.Fatalf("job %s has no such run\n%s", r.key, r.w.Ledger(r.key))
	}
	return r.List[len(r.List)-1]
}

// Want ends the test, and prints the job's ledger, unless there are just so many
// runs and each is as its line says. Each word of a line must be a whole word of the
// run's line of [Runs.String], in this order; other words may stand between them.
// What is in double quotes is part of the run's message:
//
//	w.Runs("daily-sales").Want("succeeded", `failed "no disk"`, "retry attempt 2 succeeded")
func (r Runs) Want(lines ...string) {
	r.w.tb.Helper()
	want(r.w, r.key, "runs", r.rows(), lines)
}

// String is a table with a line for each run: its number, trigger, tick (or when
// it was made), attempt from the second on, status, the times from and to which it ran, and its
// message, in the zone of the job's schedule.
func (r Runs) String() string { return table(r.rows()) }

func (r Runs) rows() []row {
	var rows []row
	for _, run := range r.List {
		rows = append(rows, row{cells: r.cells(run), message: run.StatusMessage})
	}
	return rows
}

func (r Runs) cells(run jobs.Run) []string {
	of := run.NominalAt
	if of.IsZero() {
		of = run.CreatedAt
	}
	attempt := ""
	if run.Attempt > 1 {
		attempt = fmt.Sprintf("attempt %d", run.Attempt)
	}
	var times []string
	if run.WaitingFor != "" {
		times = append(times, "waiting for "+string(run.WaitingFor))
	}
	if !run.DispatchedAt.IsZero() {
		times = append(times, "from "+clock(run.DispatchedAt, r.zone))
	}
	if !run.FinishedAt.IsZero() {
		times = append(times, "to "+clock(run.FinishedAt, r.zone))
	}
	return []string{strconv.FormatInt(run.Number, 10), string(run.Trigger), clock(of, r.zone), attempt, string(run.Status), strings.Join(times, " ")}
}

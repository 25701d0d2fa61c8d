package jobstest

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// Ledger is what is known of a job, as text for people: its versions, ticks and
// runs, and the latest error of the scheduler. Times are in the zone of the job's
// schedule. It says when ticks are due that wait, and of which keys the engine was
// told that no run came of.
func (w *World) Ledger(key string) string {
	w.tb.Helper()
	job := w.find(key)
	var b strings.Builder
	fmt.Fprintf(&b, "job %s: %s, at version %d; it is %s\n", key, job.Status, job.CurrentVersion, clock(w.Now(), zoneOf(job)))
	list, err := w.ListVersions(w.tb.Context(), w.Actor, job.ID, jobs.PageOptions{})
	if err != nil {
		w.tb.Fatalf("list the versions of job %s: %v", key, err)
	}
	var versions []row
	for _, v := range list.Versions {
		after := ""
		if len(v.DependsOn) > 0 {
			after = "after=" + strings.Join(v.DependsOn, ",")
		}
		versions = append(versions, row{cells: []string{
			strconv.Itoa(v.Number), clock(v.CreatedAt, zoneOf(job)), v.CronExpression, v.CronTimezone,
			"concurrency=" + string(v.ConcurrencyPolicy), "missed=" + string(v.MissedSchedulePolicy), after,
		}})
	}
	ticks := w.Ticks(key).String()
	if next := job.NextRunAt; !next.IsZero() && !next.After(w.Now()) {
		ticks += "due, and wait: from " + clock(next, zoneOf(job)) + " on\n"
	}
	for _, part := range []struct{ name, text string }{
		{"versions", table(versions)}, {"ticks", ticks}, {"runs", w.Runs(key).String()},
	} {
		if part.text == "" {
			part.text = "none\n"
		}
		fmt.Fprintf(&b, "%s\n  %s\n", part.name, strings.ReplaceAll(strings.TrimSpace(part.text), "\n", "\n  "))
	}
	for _, unused := range w.Engine.unused() {
		fmt.Fprintf(&b, "the engine was told what to do with runs of job %q, and none came\n", unused)
	}
	return b.String() + w.troubles()
}

// ledgerOf is the ledger of a job that is known by its ID.
func (w *World) ledgerOf(jobID string) string {
	w.tb.Helper()
	job, err := w.Job(w.tb.Context(), w.Actor, jobID)
	if err != nil {
		return err.Error()
	}
	return w.Ledger(job.Key)
}

// zoneOf is the zone of a job's schedule.
func zoneOf(job jobs.Job) *time.Location {
	if zone, err := time.LoadLocation(job.Version.CronTimezone); err == nil {
		return zone
	}
	return time.UTC
}

// clock is a time for people: without seconds when they are zero.
func clock(at time.Time, zone *time.Location) string {
	layout := "2006-01-02 15:04 MST"
	if at = at.In(zone); at.Nanosecond() != 0 {
		layout = "2006-01-02 15:04:05.999999 MST"
	} else if at.Second() != 0 {
		layout = "2006-01-02 15:04:05 MST"
	}
	return at.Format(layout)
}

// row is a line of a table, and what a line of a test is compared with.
type row struct {
	cells   []string
	message string
}

// table aligns the cells of rows. Columns that are empty everywhere are left out.
func table(rows []row) string {
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, r := range rows {
		var cells []string
		for i, cell := range r.cells {
			if slices.ContainsFunc(rows, func(other row) bool { return other.cells[i] != "" }) {
				cells = append(cells, cell)
			}
		}
		if r.message != "" {
			cells = append(cells, strconv.Quote(r.message))
		}
		fmt.Fprintln(w, strings.Join(cells, "\t"))
	}
	_ = w.Flush() // a strings.Builder takes everything
	lines := strings.Split(text.String(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// want compares rows with what a test wants.
func want(w *World, key, what string, got []row, lines []string) {
	w.tb.Helper()
	wrong := ""
	for i := range min(len(got), len(lines)) {
		if lacks := got[i].lacks(lines[i]); lacks != "" {
			wrong = fmt.Sprintf("number %d of the %s has %s\ngot   %swant  %s", i+1, what, lacks, table(got[i:i+1]), lines[i])
			break
		}
	}
	if wrong == "" && len(got) != len(lines) {
		wrong = fmt.Sprintf("there are %d %s, and %d are wanted", len(got), what, len(lines))
	}
	if wrong != "" {
		w.tb.Fatalf("job %s: %s\n\n%s", key, wrong, w.Ledger(key))
	}
}

// lacks says which part of a line of a test a row does not have; empty for none.
func (r row) lacks(line string) string {
	line, message, quoted := strings.Cut(line, `"`)
	message = strings.TrimSuffix(message, `"`)
	if quoted && !strings.Contains(r.message, message) {
		return fmt.Sprintf("no message with %q", message)
	}
	words, before := strings.Fields(strings.Join(r.cells, " ")), ""
	for _, word := range strings.Fields(line) {
		at := slices.Index(words, word)
		if at < 0 {
			return fmt.Sprintf("no word %q%s", word, before)
		}
		words, before = words[at+1:], fmt.Sprintf(" behind %q", word)
	}
	return ""
}

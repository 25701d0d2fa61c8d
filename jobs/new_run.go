package jobs

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jobledger/jobledger/versions"
)

// NewRun says how [Service.CreateRun] makes a run.
type NewRun struct {
	// Hold keeps the run pending until [Service.ReleaseRun]. It cannot be given
	// together with RunAt.
	Hold bool
	// RunAt is when the run is to start, up to a year ahead; zero for at once, as
	// is a time of the last minute. Until then no concurrency policy counts the
	// run, and no dependent waits for it. ReleaseRun starts it before its time.
	RunAt time.Time
	// Parameters are values for names that the active version declares; the
	// others have the version's defaults. Bounds are those of
	// [versions.CheckParameters].
	Parameters map[string]string
	// ResourceCleanupMode is CleanupAlways by default.
	ResourceCleanupMode CleanupMode
	// IdempotencyKey, 1 to 255 characters, makes a repeated call answer with
	// the same run, whatever else it says, for as long as that run is kept by
	// RunOptions; after that the key makes another run of the same ID. When
	// somebody deleted the run it is a [*ConflictError] for so long. Keys are
	// the member's and the job's. Empty for none.
	IdempotencyKey string
}

// maxRunAhead is how far ahead a run may be asked for, and maxRunLate how long ago:
// the clock of whoever asks may be behind, and the request may have taken a while.
const (
	maxRunAhead = 366 * 24 * time.Hour
	maxRunLate  = time.Minute
)

// build makes the run, or says all that is wrong with what was asked for.
func (n NewRun) build(l *ledger, e edit) (runLedger, error) {
	var errs versions.FieldErrors
	orDefault(&n.ResourceCleanupMode, CleanupAlways)
	switch n.ResourceCleanupMode {
	case CleanupAlways, CleanupOnSuccess, CleanupNever:
	default:
		errs.Add("resourceCleanupMode", "must be one of always, on_success, never")
	}
	n.RunAt = canonical(n.RunAt)
	n.checkRunAt(&errs, e.at)
	n.checkParameters(&errs, l.Version)
	if err := errs.Err(); err != nil {
		return runLedger{}, err
	}
	r := l.newRun(TriggerManual, e)
	r.ResourceCleanupMode, r.RunAt = n.ResourceCleanupMode, n.RunAt
	r.Parameters = merged(l.Version.Parameters, n.Parameters)
	switch {
	case n.Hold:
		r.waitsFor = itsRelease
	case n.RunAt.After(e.at):
		r.waitsFor, r.stepAt = itsTime, n.RunAt
	}
	return r, nil
}

func (n *NewRun) checkRunAt(errs *versions.FieldErrors, now time.Time) {
	switch {
	case n.RunAt.IsZero():
	case n.Hold:
		errs.Add("runAt", "must not be given together with hold")
	case n.RunAt.After(now.Add(maxRunAhead)):
		errs.Add("runAt", "must be at most a year ahead")
	case n.RunAt.Before(now.Add(-maxRunLate)):
		errs.Add("runAt", "must not be past")
	}
}

// checkParameters notes each name that the version does not declare, and the
// bounds that names and values break.
func (n *NewRun) checkParameters(errs *versions.FieldErrors, v versions.Version) {
	known := maps.Clone(n.Parameters)
	for _, name := range slices.Sorted(maps.Keys(n.Parameters)) {
		if _, declared := v.Parameters[name]; !declared && len(n.Parameters) <= versions.MaxParameters {
			errs.Add("parameters."+clip(name, 64), fmt.Sprintf("must be one of the parameters of version %d: %s", v.Number, listed(v.Parameters)))
			delete(known, name)
		}
	}
	versions.CheckParameters(errs, known)
}

// listed names the parameters of a version for people.
func listed(parameters map[string]string) string {
	if len(parameters) == 0 {
		return "it has none"
	}
	return strings.Join(slices.Sorted(maps.Keys(parameters)), ", ")
}

// merged are the parameters of a version with values that were given; nil for none.
func merged(defaults, given map[string]string) map[string]string {
	all := maps.Clone(defaults)
	maps.Copy(all, given)
	return all
}

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
	// Hold keeps the run pending until [Service.ReleaseRun]. It must not be given
	// together with RunAt.
	Hold bool
	// RunAt is when the run is to start, at most 366 days ahead. Zero means at
	// once, and so does a time in the last minute. Until RunAt the run does not
	// count under the concurrency policy, and no dependent waits for it.
	// [Service.ReleaseRun] starts it earlier.
	RunAt time.Time
	// Parameters are values for parameters that the active version declares. Other
	// parameters get the version's defaults. For bounds see
	// [versions.CheckParameters].
	Parameters map[string]string
	// ResourceCleanupMode is CleanupAlways by default.
	ResourceCleanupMode CleanupMode
	// IdempotencyKey makes a repeated call return the run of the first call,
	// whatever else the call says. It is 1 to 255 characters; empty means none. A
	// key belongs to one member and one job. It works as long as RunOptions keeps
	// the run. After that, the same key makes a new run, which has the same ID,
	// because the ID is computed from the key. If somebody has deleted the run, the
	// call returns a [*ConflictError] for as long as RunOptions would keep the run.
	IdempotencyKey string
}

// maxRunAhead is how far in the future RunAt may be. maxRunLate is how far in the
// past, because the caller's clock may be behind and the request takes time.
const (
	maxRunAhead = 366 * 24 * time.Hour
	maxRunLate  = time.Minute
)

// build makes the run, or returns [versions.FieldErrors] with everything that is
// wrong.
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

// checkParameters adds an error for each name that the version does not declare,
// and for each bound that a name or value breaks.
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

// listed lists the names of a version's parameters for people.
func listed(parameters map[string]string) string {
	if len(parameters) == 0 {
		return "it has none"
	}
	return strings.Join(slices.Sorted(maps.Keys(parameters)), ", ")
}

// merged returns a version's parameters with the given values in place of its
// defaults; nil for none.
func merged(defaults, given map[string]string) map[string]string {
	all := maps.Clone(defaults)
	maps.Copy(all, given)
	return all
}

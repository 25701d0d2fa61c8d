package storage

import (
	"fmt"
	"time"
)

// The most that a change and a query may contain. The limits are far above what
// the domain needs, and keep one commit from holding up a store for long.
const (
	// MaxScopes is the most scopes of a job, and MaxTeams the most teams.
	MaxScopes = 500
	MaxTeams  = 1000
	// MaxName is the most bytes of an ID, a key or a scope.
	MaxName = 1100
	// MaxRuns is the most runs that one change puts and removes. MaxEvents and
	// MaxTicks are the most events and ticks that it writes.
	MaxRuns   = 1000
	MaxEvents = 2000
	MaxTicks  = 1000
	// MaxKeys is the most keys that one change requires. MaxVersions is the
	// most versions that it adds or whose state it puts.
	MaxKeys     = 500
	MaxVersions = 2000
	// MaxOutcomes is the most outcomes of a [RunQuery].
	MaxOutcomes = 100
)

// invalid returns an [ErrInvalid] that says what is wrong.
func invalid(format string, args ...any) error {
	return fmt.Errorf("%w: "+format, append([]any{ErrInvalid}, args...)...)
}

// Validate returns an [ErrInvalid] when the change is wrong in itself, whatever
// is stored. A store calls it first.
func (c *Change) Validate() error {
	switch {
	case !validName(c.OrganizationID):
		return invalid("a change names no organization, or one of more than %d bytes", MaxName)
	case !validName(c.OperationID):
		return invalid("a change has no operation ID, or one of more than %d bytes", MaxName)
	case c.At.IsZero() || !validTime(c.At):
		return invalid("a change has no time in the years 1 to 9999; look at the clock")
	case len(c.Events) > MaxEvents:
		return invalid("a change writes more than %d events", MaxEvents)
	case len(c.RequireKeys) > MaxKeys || len(c.AddVersions)+len(c.PutVersionStates) > MaxVersions:
		return invalid("a change requires more than %d keys, or writes more than %d versions", MaxKeys, MaxVersions)
	case len(c.ForbidScope) > MaxName:
		return invalid("a change forbids a scope of more than %d bytes", MaxName)
	case c.Wake != nil && (c.Wake.At.IsZero() || !validTime(c.Wake.At) || !validName(c.Wake.Scope)):
		return invalid("a change wakes at no time in the years 1 to 9999, or a scope that is empty or has more than %d bytes", MaxName)
	case c.Organization != nil && (c.Organization.Revision < 0 || c.Organization.OrganizationID != c.OrganizationID):
		return invalid("a change writes the record of another organization, or at a negative revision")
	}
	if err := c.validateCopied(); err != nil {
		return err
	}
	if c.JobID == "" {
		return c.validateOrganization()
	}
	if !validName(c.JobID) {
		return invalid("a job ID has more than %d bytes", MaxName)
	}
	for _, check := range []func() error{c.validateJob, c.validateParts, c.validateRefs, c.validateRuns, c.validateTicks} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// validateOrganization checks a change that names no job.
func (c *Change) validateOrganization() error {
	if c.Job != nil || c.Tombstone != nil || c.Wake != nil || c.guardsJobs() || c.writesParts() || len(c.PutRuns)+len(c.RemoveRuns) > 0 {
		return invalid("a change that names no job writes the organization's record and counter and events only")
	}
	return nil
}

// guardsJobs reports whether the change has a guard about jobs.
func (c *Change) guardsJobs() bool {
	return c.ForbidScope != "" || len(c.RequireKeys) > 0
}

func (c *Change) validateJob() error {
	if c.Tombstone != nil && (c.Tombstone.Revision < 0 || !validTime(c.Tombstone.WakeAt)) {
		return invalid("a tombstone has a negative revision, or a time out of range")
	}
	if c.Job == nil {
		if c.Removes() {
			return invalid("removing a job requires its record")
		}
		return nil
	}
	j := c.Job
	switch {
	case j.Revision < 0:
		return invalid("a job has a negative revision")
	case c.Removes() && j.Revision == 0:
		return invalid("removing a job that is new")
	case c.Removes():
		return nil
	case c.Tombstone != nil:
		return invalid("a change writes a job and its tombstone")
	case !validName(j.Key) || j.CreatedAt.IsZero() || !validTime(j.CreatedAt) || !validTime(j.WakeAt):
		return invalid("a job has no key or no creation time, or a time out of range")
	case j.Revision == 0 && len(j.Doc) == 0:
		return invalid("a new job has no document")
	case len(j.TeamIDs) > MaxTeams || len(j.Scopes) > MaxScopes:
		return invalid("a job has more than %d teams or %d scopes", MaxTeams, MaxScopes)
	case !sortedSet(j.TeamIDs) || !sortedSet(j.Scopes) || !sortedSet(j.KeyScopes):
		return invalid("the teams and scopes of a job must be sorted, each once, of 1 to %d bytes", MaxName)
	case !subset(j.KeyScopes, j.Scopes):
		return invalid("a job's KeyScopes are not all among its Scopes")
	}
	return nil
}

// writesParts reports whether the change writes versions, a draft or ticks.
func (c *Change) writesParts() bool {
	return len(c.AddVersions)+len(c.PutVersionStates) > 0 || c.PutDraft != nil || c.RemoveDraft || len(c.PutTicks) > 0 || !c.TrimTicks.IsZero()
}

// validateParts checks versions, the draft and ticks.
func (c *Change) validateParts() error {
	switch {
	case c.writesParts() && c.Job == nil && !c.Copied:
		return invalid("versions, drafts and ticks require the job's record")
	case c.Removes() && (c.writesParts() || len(c.PutRuns)+len(c.RemoveRuns) > 0):
		return invalid("a change that removes a job writes something else to it")
	case c.Tombstone != nil && len(c.PutRuns) > 0:
		return invalid("runs are put for a removed job")
	case c.PutDraft != nil && c.RemoveDraft:
		return invalid("the draft is both put and removed")
	case c.PutDraft != nil && c.PutDraft.Number < 1:
		return invalid("version numbers count from 1")
	case c.PutDraft != nil && len(c.PutDraft.State) > 0:
		return invalid("a draft has no state")
	}
	seen := make(map[int]bool, len(c.AddVersions)+len(c.PutVersionStates))
	for _, versions := range [][]VersionRecord{c.AddVersions, c.PutVersionStates} {
		for _, v := range versions {
			if v.Number < 1 || seen[v.Number] {
				return invalid("version %d is below 1 or written twice", v.Number)
			}
			seen[v.Number] = true
		}
	}
	return nil
}

// validateRefs checks that every record belongs to the change's job.
func (c *Change) validateRefs() error {
	var refs []JobRef
	if c.Job != nil {
		refs = append(refs, c.Job.JobRef)
	}
	if c.Tombstone != nil {
		refs = append(refs, c.Tombstone.JobRef)
	}
	if c.PutDraft != nil {
		refs = append(refs, c.PutDraft.JobRef)
	}
	for _, v := range c.AddVersions {
		refs = append(refs, v.JobRef)
	}
	for _, v := range c.PutVersionStates {
		refs = append(refs, v.JobRef)
	}
	for _, r := range c.PutRuns {
		refs = append(refs, r.JobRef)
	}
	for _, t := range c.PutTicks {
		refs = append(refs, t.JobRef)
	}
	for _, ref := range refs {
		if ref != c.JobRef {
			return invalid("a record of job %q in a change to job %q", ref.JobID, c.JobID)
		}
	}
	return nil
}

func (c *Change) validateRuns() error {
	if len(c.PutRuns)+len(c.RemoveRuns) > MaxRuns {
		return invalid("a change puts and removes more than %d runs", MaxRuns)
	}
	seen := make(map[string]bool, len(c.PutRuns)+len(c.RemoveRuns))
	for _, r := range c.PutRuns {
		switch {
		case !validName(r.ID) || r.Number < 1 || r.CreatedAt.IsZero():
			return invalid("a run has no ID, number or creation time")
		case !validTime(r.CreatedAt) || !validTime(r.ReadyAt) || !validTime(r.DeadlineAt) || !validTime(r.OwedAt):
			return invalid("a run has a time out of range")
		case r.Revision < 0 || len(r.Outcome) > MaxName:
			return invalid("a run has a negative revision, or a long outcome")
		case r.Revision == 0 && c.Job == nil && !c.Copied:
			return invalid("inserting a run requires the job's record")
		case seen[r.ID]:
			return invalid("run %q is written twice", r.ID)
		}
		seen[r.ID] = true
	}
	for _, r := range c.RemoveRuns {
		if seen[r.ID] {
			return invalid("run %q is written and removed, or removed twice", r.ID)
		}
		seen[r.ID] = true
	}
	return nil
}

func (c *Change) validateTicks() error {
	if len(c.PutTicks) > MaxTicks || !validTime(c.TrimTicks) {
		return invalid("a change writes more than %d ticks, or trims at a time out of range", MaxTicks)
	}
	seen := make(map[int64]bool, len(c.PutTicks))
	for _, t := range c.PutTicks {
		at := t.NominalAt.UnixMicro()
		if t.NominalAt.IsZero() || !validTime(t.NominalAt) || seen[at] {
			return invalid("a tick has no time in the years 1 to 9999, or is written twice")
		}
		seen[at] = true
	}
	return nil
}

// Validate returns an [ErrInvalid] when the query is wrong.
func (q FindQuery) Validate() error {
	if len(q.IDs)+len(q.Keys) > MaxLimit || q.OpenRuns < 0 || q.RecentRuns < 0 {
		return invalid("asks for more than %d jobs, or for a negative number of runs", MaxLimit)
	}
	return nil
}

// Validate returns an [ErrInvalid] when the query is wrong.
func (q JobQuery) Validate() error {
	if q.Order != ByCreation && q.Order != ByKey {
		return invalid("there is no order %d", q.Order)
	}
	return validPage(q.Offset, q.Limit)
}

// Validate returns an [ErrInvalid] when the query is wrong.
func (q VersionQuery) Validate() error { return validPage(q.Offset, q.Limit) }

func validPage(offset, limit int) error {
	if offset < 0 || limit < 0 {
		return invalid("a negative offset or limit")
	}
	return nil
}

// Validate returns an [ErrInvalid] when the query is wrong.
func (q RunQuery) Validate() error {
	if q.Removed && q.JobID == "" {
		return invalid("asks for the runs of a removed job, and names no job")
	}
	if len(q.Outcomes) > MaxOutcomes {
		return invalid("asks for more than %d outcomes", MaxOutcomes)
	}
	return validLimit(q.Limit)
}

// Validate returns an [ErrInvalid] when the query is wrong.
func (q TickQuery) Validate() error { return validLimit(q.Limit) }

// Validate returns an [ErrInvalid] when the query is wrong.
func (q EventQuery) Validate() error { return validLimit(q.Limit) }

// Validate returns an [ErrInvalid] when the query is wrong.
func (q DueQuery) Validate() error {
	if q.Kind < DueJobs || q.Kind > DueTombstones {
		return invalid("there is no due kind %d", q.Kind)
	}
	return validLimit(q.Limit)
}

// Validate returns an [ErrInvalid] when the options are wrong.
func (o SweepOptions) Validate() error { return validLimit(o.Limit) }

func validLimit(limit int) error {
	if limit < 1 {
		return invalid("the limit is %d, and must be at least 1", limit)
	}
	return nil
}

func validName(s string) bool { return s != "" && len(s) <= MaxName }

// validTime accepts the zero time, and the times that are stored as another
// time than zero in the years 1 to 9999.
func validTime(t time.Time) bool {
	return t.IsZero() || !t.Before(time.Time{}.Add(time.Microsecond)) && t.UTC().Year() <= 9999
}

// sortedSet reports whether s is sorted, has each value once, and has only
// valid names.
func sortedSet(s []string) bool {
	for i, v := range s {
		if !validName(v) || i > 0 && s[i-1] >= v {
			return false
		}
	}
	return true
}

// subset reports whether the sorted set some is part of the sorted set all.
func subset(some, all []string) bool {
	for _, v := range all {
		if len(some) > 0 && some[0] == v {
			some = some[1:]
		}
	}
	return len(some) == 0
}

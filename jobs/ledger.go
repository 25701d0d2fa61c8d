package jobs

import (
	"bytes"
	"slices"
	"time"

	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// ledger is a job with everything that its record and documents hold. Its methods
// are the transitions of the job's lifecycle. None does I/O.
type ledger struct {
	Job
	// stored is the record as it was read; zero for a new job.
	stored storage.JobRecord
	// latest is the latest run as it was read; nil without one.
	latest *runLedger
	// latestErr is why the latest run could not be read; nil when it could be, or
	// when there is none.
	latestErr error
	// docRest, stateRest and grantRest (by team ID) are fields that only a newer
	// version of the library knows. They are kept as they are.
	docRest, stateRest []byte
	grantRest          map[string][]byte
	// lastVersion is the highest version number ever given.
	lastVersion int
	// lastEdition counts the edits of the job and of its drafts. Edition and
	// draftEdition are its value at the latest edit of each.
	lastEdition int64
	// draftEdition is the draft's edition; 0 without a draft.
	draftEdition int64
	// draftFollows is whether the draft has no description of its own and shows the
	// job's.
	draftFollows bool
	// cursor is the nominal time up to which, inclusive, ticks are settled. Only
	// ResetSchedule moves it back.
	cursor time.Time
	// seenLift is when the latest hold was lifted whose end the job has handled.
	seenLift time.Time
	// seen is when held ticks of the job were looked at.
	seen schedule.Seen
	// lastRunNumber is the highest run number ever given.
	lastRunNumber int64
	latestRunID   string
	// outcomeOf is the number of the run that set LastOutcome.
	outcomeOf int64
	// counts are the numbers of runs of the versions that had runs lately.
	counts []runCounts
	// blocked is whether something waits for the end of a run: a backlog of ticks,
	// a replacement, or a run that waits for dependencies.
	blocked bool
	// wakeAt is when a scheduler must next look at the job; zero for never.
	wakeAt time.Time
	// consumed says, by the upstream's job ID, which of its successes this job has
	// used.
	consumed map[string]consumption
}

// edit is who edits, and when.
type edit struct {
	memberID string
	at       time.Time
	// trace is where the edit is in a trace: the runs that it makes keep it.
	trace TraceContext
}

// touch raises the edition and notes who edited the job.
func (l *ledger) touch(e edit) {
	l.lastEdition++
	l.Edition = l.lastEdition
	l.UpdatedAt, l.UpdatedBy = e.at, e.memberID
}

// begin makes version 1 of a new job.
func (l *ledger) begin(d versions.Definition, jobType versions.JobType, e edit) versions.Version {
	l.MemberID, l.CreatedAt, l.CreatedBy = e.memberID, e.at, e.memberID
	v := l.newVersion(versions.Version{Definition: d, JobType: jobType}, e)
	l.lastEdition++
	v.Edition = l.lastEdition
	l.activate(&v, e)
	l.reschedule(e.at)
	return v
}

// newVersion gives a version the next number and notes who made it.
func (l *ledger) newVersion(v versions.Version, e edit) versions.Version {
	l.lastVersion++
	v.Number = l.lastVersion
	v.MemberID, v.CreatedBy, v.UpdatedBy = e.memberID, e.memberID, e.memberID
	v.CreatedAt, v.UpdatedAt = e.at, e.at
	return v
}

// draftDefinition is what a new draft begins with: the active version with the
// job's description, which may have been edited since.
func (l *ledger) draftDefinition() versions.Definition { return l.draftFrom(l.Version) }

// draftFrom is draftDefinition for any published version.
func (l *ledger) draftFrom(base versions.Version) versions.Definition {
	d := base.Definition.Clone()
	d.Description = l.Description
	return d
}

// startDraft makes a draft that is based on the active version.
func (l *ledger) startDraft(c checked, e edit) versions.Version {
	draft := l.newVersion(versions.Version{BasedOn: l.CurrentVersion, Status: versions.Draft, FollowsJob: true}, e)
	l.putDraft(&draft, c, e)
	l.DraftVersion = draft.Number
	return draft
}

// putDraft changes a draft. A draft that shows the job's description goes on doing
// so when the new definition has that same description.
func (l *ledger) putDraft(draft *versions.Version, c checked, e edit) {
	draft.Definition, draft.JobType = c.Definition, c.jobType
	draft.FollowsJob = draft.FollowsJob && draft.Description == l.Description
	draft.UpdatedAt, draft.UpdatedBy = e.at, e.memberID
	l.lastEdition++
	draft.Edition = l.lastEdition
	l.draftEdition, l.draftFollows = l.lastEdition, draft.FollowsJob
}

// dropDraft forgets the draft; its number is not used again.
func (l *ledger) dropDraft() { l.DraftVersion, l.draftEdition, l.draftFollows = 0, 0, false }

// activate makes v, which is valid, published and active. It does not change the
// schedule.
func (l *ledger) activate(v *versions.Version, e edit) {
	v.Status, v.FollowsJob = versions.Published, false
	l.Version, l.CurrentVersion = v.Clone(), v.Number
	l.Description = v.Description
	l.touch(e)
}

// see notes a look at held ticks, or that no tick is held.
func (l *ledger) see(held bool, o RunOptions, now time.Time) {
	if l.seen = l.seen.Look(now, max(o.OnTime, recheck)); !held {
		l.seen = schedule.Seen{}
	}
}

// reschedule starts the active version's schedule strictly after an instant, or
// after the cursor if that is later: a scheduler's clock may be ahead of ours, and
// no tick is settled twice. It makes the job due at once when something waits, or
// when upstreams may have succeeded already.
func (l *ledger) reschedule(from time.Time) {
	if l.cursor.Before(from) {
		l.cursor = from
	}
	l.NextRunAt, l.wakeAt, l.seen = time.Time{}, time.Time{}, schedule.Seen{}
	if cron, err := l.Version.Schedule(); l.Status == Active && cron != nil && err == nil {
		l.NextRunAt = canonical(cron.Next(l.cursor))
		l.wakeAt = l.NextRunAt
	}
	if l.Status == Paused {
		l.wakeAt = l.PausedUntil
	}
	if l.blocked || l.joins() && l.Status == Active {
		l.wakeAt = from
	}
}

// grant adds teams to the job. It returns the grants of all teamIDs, in that order,
// and whether any grant is new.
func (l *ledger) grant(teamIDs []string, e edit) (granted []teams.Grant, changed bool) {
	for _, id := range teamIDs {
		at, found := l.findGrant(id)
		if !found {
			g := teams.Grant{TeamID: id, CreatedAt: e.at, CreatedBy: e.memberID, UpdatedAt: e.at, UpdatedBy: e.memberID}
			l.Grants = slices.Insert(l.Grants, at, g)
			changed = true
		}
		granted = append(granted, l.Grants[at])
	}
	return granted, changed
}

// revoke removes a team, which has a grant.
func (l *ledger) revoke(teamID string) {
	if at, found := l.findGrant(teamID); found {
		l.Grants = slices.Delete(l.Grants, at, at+1)
		delete(l.grantRest, teamID)
	}
}

func (l *ledger) findGrant(teamID string) (at int, found bool) {
	return slices.BinarySearchFunc(l.Grants, teamID, func(g teams.Grant, id string) int {
		switch {
		case g.TeamID < id:
			return -1
		case g.TeamID > id:
			return 1
		}
		return 0
	})
}

// ref names the job in the store.
func (l *ledger) ref() storage.JobRef {
	return storage.JobRef{OrganizationID: l.OrganizationID, JobID: l.ID}
}

// record is the job's record after an edit.
func (l *ledger) record() *storage.JobRecord {
	r := l.stateRecord()
	r.Key, r.CreatedAt, r.TeamIDs = l.Key, l.CreatedAt, l.TeamIDs()
	r.Scopes, r.KeyScopes = l.scopes()
	r.Doc = encodeJobDoc(l)
	return r
}

// stateRecord is the job's record when nobody has edited the job since it was read.
// It leaves out what people edit, so that a large config costs nothing, and the
// state if that is unchanged.
func (l *ledger) stateRecord() *storage.JobRecord {
	r := l.stored
	r.JobRef, r.WakeAt, r.LatestRunID = l.ref(), l.wakeAt, l.latestRunID
	r.Doc, r.State, r.LatestRun = nil, nil, nil
	r.Scopes = withOutcome(r.Scopes, l.outcomeScope())
	if state := encodeJobState(l); !bytes.Equal(state, l.stored.State) {
		r.State = state
	}
	return &r
}

// canonical converts a time to UTC and whole microseconds.
func canonical(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Microsecond)
}

package linearize

import (
	"fmt"
	"strings"

	"github.com/jobledger/jobledger/jobs"
)

// call is what a client asked of the store: a commit, or a read.
type call struct {
	change *jobs.Change
	// repeated: the history has another commit of the same operation.
	repeated bool
	read     read
}

// organization is the one that the call is about.
func (c call) organization() string {
	if c.read != nil {
		return c.read.organization()
	}
	return c.change.OrganizationID
}

func (c call) String() string {
	if c.read != nil {
		return c.read.String()
	}
	return describeChange(c.change)
}

// answer is what came back.
type answer struct {
	outcome outcome
	// text is what a read returned, as [read] writes it.
	text string
}

// outcome is how a commit ended, as far as its client knows.
type outcome string

const (
	done    outcome = "ok"
	stale   outcome = "stale"
	unknown outcome = "unknown"
)

func (a answer) String() string {
	if a.text != "" {
		return a.text
	}
	return string(a.outcome)
}

// notFound is the text of a read that found nothing.
const notFound = "not found"

func describeChange(c *jobs.Change) string {
	var parts []string
	say := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if c.Job != nil {
		say("%s", describeJob(*c.Job))
	}
	if c.Tombstone != nil {
		say("tombstone@%d %s", c.Tombstone.Revision, c.Tombstone.Doc)
	}
	for _, v := range c.AddVersions {
		say("add version %s", describeVersion(v))
	}
	if c.PutDraft != nil {
		say("put draft %s", describeVersion(*c.PutDraft))
	}
	if c.RemoveDraft {
		say("remove draft")
	}
	for _, r := range c.PutRuns {
		say("put run %s", describeRun(r))
	}
	for _, g := range c.RemoveRuns {
		say("remove run %s@%d", g.ID, g.Revision)
	}
	for _, g := range c.RequireKeys {
		say("require %s=%s", g.Key, g.JobID)
	}
	if c.ForbidDependents != "" {
		say("forbid dependents of %s", c.ForbidDependents)
	}
	if c.Graph != nil {
		say("graph %d raise %t", c.Graph.Expect, c.Graph.Raise)
	}
	if c.Wake != nil {
		say("wake self %t dependents %t", c.Wake.Self, c.Wake.Dependents)
	}
	return fmt.Sprintf("commit %s (%s): %s", c.JobID, c.OperationID, strings.Join(parts, "; "))
}

func describeJob(r jobs.JobRecord) string {
	wake := "never"
	if !r.WakeAt.IsZero() {
		wake = r.WakeAt.Format("15:04:05")
	}
	text := fmt.Sprintf("%s@%d key=%s teams=%v cluster=%s after=%v wake=%s latest=%s doc=%q",
		r.JobID, r.Revision, r.Key, r.TeamIDs, r.ClusterID, r.DependsOn, wake, r.LatestRunID, r.Doc)
	if r.LatestRun != nil {
		text += " run=" + describeRun(*r.LatestRun)
	}
	return text
}

func describeVersion(v jobs.VersionRecord) string {
	return fmt.Sprintf("%s/%d=%s", v.JobID, v.Number, v.Doc)
}

func describeRun(r jobs.RunRecord) string {
	return fmt.Sprintf("%s/%s#%d@%d %q=%s", r.JobID, r.ID, r.Number, r.Revision, r.Outcome, r.Doc)
}

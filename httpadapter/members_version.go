package httpadapter

import (
	"slices"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// definitionFields is the one table of what a version defines.
var definitionFields = versions.Fields()

// fieldNamed returns the row of that table.
func fieldNamed(name string) *versions.Field {
	return &definitionFields[slices.IndexFunc(definitionFields, func(f versions.Field) bool { return f.Name == name })]
}

// versionOf is a version, which a draft is too, and the job that it is of.
type versionOf struct {
	jobID string
	*versions.Version
}

// versionMembers is the documented version object, and what we add to it.
var versionMembers = show(slices.Concat(
	[]shown[versionOf]{
		shownText("jobId", documented, ledgerID(), func(v *versionOf) string { return v.jobID }),
		shownNumber("version", documented, numbered(), func(v *versionOf) int { return v.Number }),
		shownNumber("basedOnVersion", documented, counting(), func(v *versionOf) int { return v.BasedOn }),
		shownText("status", documented, named("VersionStatus", enum("published", "draft")), func(v *versionOf) string { return string(v.Status) }),
		shownText("jobType", documented, about("python or sql, unless the embedder has others.", text()), func(v *versionOf) string { return string(v.JobType) }),
		definitionRow("clusterId", versionDefinition),
		shownText("memberId", documented, embedderID(), func(v *versionOf) string { return v.MemberID }),
		definitionRow("description", versionDefinition),
	},
	shownDefinition(versionDefinition, "clusterId", "description"),
	[]shown[versionOf]{
		shownTime("createdAt", documented, moment(), func(v *versionOf) time.Time { return v.CreatedAt }),
		shownText("createdBy", documented, embedderID(), func(v *versionOf) string { return v.CreatedBy }),
		shownTime("updatedAt", documented, moment(), func(v *versionOf) time.Time { return v.UpdatedAt }),
		shownText("updatedBy", documented, embedderID(), func(v *versionOf) string { return v.UpdatedBy }),
	},
)...)

// versionItemMembers are those of a version in a list.
var versionItemMembers = show(append(slices.Clip(versionMembers), shown[versionOf]{
	name: "runs", origin: ours, schema: ref("RunCounts"),
	write: func(b []byte, name string, v *versionOf) []byte {
		return runCountMembers.append(append(b, name...), &v.Runs, &Options{})
	},
})...)

// runCountMembers are how many runs of a version there were.
var runCountMembers = show(
	shownNumber("succeeded", ours, counting(), func(n *versions.RunCounts) int { return n.Succeeded }),
	shownNumber("failed", ours, counting(), func(n *versions.RunCounts) int { return n.Failed }),
	shownNumber("timeout", ours, counting(), func(n *versions.RunCounts) int { return n.Timeout }),
	shownNumber("cancelled", ours, counting(), func(n *versions.RunCounts) int { return n.Cancelled }),
	shownNumber("active", ours, about("Those that have not ended.", counting()), func(n *versions.RunCounts) int { return n.Active }),
)

func versionDefinition(v *versionOf) *versions.Definition { return &v.Definition }

// definitionMembers is the body that describes a version.
var definitionMembers = takeDefinition(func(p *versions.Patch) *versions.Patch { return p }, false)

// newDraft is the body of POST draft.
type newDraft struct {
	given versions.Patch
	from  *int
}

var newDraftMembers = append(
	takeDefinition(func(n *newDraft) *versions.Patch { return &n.given }, false),
	take("from", ours, about("The published version that the draft starts from; by default the active one.", nullable(numbered())), func(n *newDraft) **int { return &n.from }),
)

func (n *newDraft) draft() (jobs.NewDraft, error) {
	draft := jobs.NewDraft{Patch: n.given}
	if n.from == nil {
		return draft, nil
	}
	if draft.From = *n.from; draft.From == 0 { // which means the active one in Go
		return draft, versions.FieldErrors{{Field: "from", Detail: "must be the number of a published version"}}
	}
	return draft, nil
}

// draftPatchMembers is the body of PATCH draft.
var draftPatchMembers = ignoring(slices.Clip(definitionMembers), versionMembers, append(slices.Clip(bookkeeping), "status", "version")...)

// activation is the body of POST activate-version.
type activation struct{ version int }

var activationMembers = taking[activation]{
	must(take("version", documented, numbered(), func(a *activation) *int { return &a.version })),
}

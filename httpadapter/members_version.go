package httpadapter

import (
	"slices"
	"time"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// definitionFields are the fields of a definition.
var definitionFields = versions.Fields()

// fieldNamed returns the field of a definition that has this name.
func fieldNamed(name string) *versions.Field {
	return &definitionFields[slices.IndexFunc(definitionFields, func(f versions.Field) bool { return f.Name == name })]
}

// versionOf is a version or a draft, with the ID of its job.
type versionOf struct {
	jobID string
	*versions.Version
}

// versionMembers are the members of the documented version object, and those
// that this library adds.
var versionMembers = show(slices.Concat(
	[]shown[versionOf]{
		shownText("jobId", documented, ledgerID(), func(v *versionOf) string { return v.jobID }),
		shownNumber("version", documented, numbered(), func(v *versionOf) int { return v.Number }),
		shownNumber("basedOnVersion", documented, counting(), func(v *versionOf) int { return v.BasedOn }),
		shownText("status", documented, named("VersionStatus", enum("published", "draft")), func(v *versionOf) string { return string(v.Status) }),
		shownText("jobType", documented, about("python or sql, or another type that the embedder defines.", text()), func(v *versionOf) string { return string(v.JobType) }),
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

// versionItemMembers are the members of a version in a list.
var versionItemMembers = show(append(slices.Clip(versionMembers), shown[versionOf]{
	name: "runs", origin: ours, schema: ref("RunCounts"),
	write: func(b []byte, name string, v *versionOf) []byte {
		return runCountMembers.append(append(b, name...), &v.Runs, &Options{})
	},
})...)

// runCountMembers are the members of the counts of a version's runs.
var runCountMembers = show(
	shownNumber("succeeded", ours, counting(), func(n *versions.RunCounts) int { return n.Succeeded }),
	shownNumber("failed", ours, counting(), func(n *versions.RunCounts) int { return n.Failed }),
	shownNumber("timeout", ours, counting(), func(n *versions.RunCounts) int { return n.Timeout }),
	shownNumber("cancelled", ours, counting(), func(n *versions.RunCounts) int { return n.Cancelled }),
	shownNumber("active", ours, about("Runs that have not ended.", counting()), func(n *versions.RunCounts) int { return n.Active }),
)

func versionDefinition(v *versionOf) *versions.Definition { return &v.Definition }

// definitionMembers are the members of the body that makes a version.
var definitionMembers = takeDefinition(func(p *versions.Patch) *versions.Patch { return p }, false)

// newDraft is the body of POST draft.
type newDraft struct {
	given versions.Patch
	from  *int
}

var newDraftMembers = append(
	takeDefinition(func(n *newDraft) *versions.Patch { return &n.given }, false),
	take("from", ours, about("The published version that the draft starts from. The default is the active version.", nullable(numbered())), func(n *newDraft) **int { return &n.from }),
)

func (n *newDraft) draft() (jobs.NewDraft, error) {
	draft := jobs.NewDraft{Patch: n.given}
	if n.from == nil {
		return draft, nil
	}
	if draft.From = *n.from; draft.From == 0 { // in Go, 0 means the active version
		return draft, versions.FieldErrors{{Field: "from", Detail: "must be the number of a published version"}}
	}
	return draft, nil
}

// draftPatchMembers are the members of the body of PATCH draft.
var draftPatchMembers = ignoring(slices.Clip(definitionMembers), versionMembers, append(slices.Clip(bookkeeping), "status", "version")...)

// activation is the body of POST activate-version.
type activation struct{ version int }

var activationMembers = taking[activation]{
	must(take("version", documented, numbered(), func(a *activation) *int { return &a.version })),
}

package httpadapter

import (
	"encoding/json"
	"slices"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// appendJob writes the documented job object.
func appendJob(b []byte, job *jobs.Job) []byte {
	b = appendText(b, `{"id":`, job.ID)
	b = appendText(b, `,"memberId":`, job.MemberID)
	b = appendText(b, `,"jobKey":`, job.Key)
	b = appendNumber(b, `,"version":`, job.Version.Number)
	b = appendNumber(b, `,"currentVersion":`, job.CurrentVersion)
	b = appendPositive(b, `,"draftVersion":`, job.DraftVersion)
	b = appendNumber(b, `,"basedOnVersion":`, job.Version.BasedOn)
	b = appendText(b, `,"status":`, string(job.Status))
	b = appendText(b, `,"clusterId":`, job.Version.ClusterID)
	b = appendText(b, `,"description":`, job.Description)
	b = appendDefinition(b, &job.Version.Definition)
	b = appendTime(b, `,"createdAt":`, job.CreatedAt)
	b = appendText(b, `,"createdBy":`, job.CreatedBy)
	b = appendTime(b, `,"updatedAt":`, job.UpdatedAt)
	b = appendTime(b, `,"nextRunAt":`, job.NextRunAt)
	b = appendTime(b, `,"lastScheduledAt":`, job.LastScheduledAt)
	b = appendText(b, `,"updatedBy":`, job.UpdatedBy)
	return append(b, '}')
}

// appendVersion writes the documented version object, which a draft is too.
func appendVersion(b []byte, jobID string, v *versions.Version) []byte {
	b = appendText(b, `{"jobId":`, jobID)
	b = appendNumber(b, `,"version":`, v.Number)
	b = appendNumber(b, `,"basedOnVersion":`, v.BasedOn)
	b = appendText(b, `,"status":`, string(v.Status))
	b = appendText(b, `,"jobType":`, string(v.JobType))
	b = appendText(b, `,"clusterId":`, v.ClusterID)
	b = appendText(b, `,"memberId":`, v.MemberID)
	b = appendText(b, `,"description":`, v.Description)
	b = appendDefinition(b, &v.Definition)
	b = appendTime(b, `,"createdAt":`, v.CreatedAt)
	b = appendText(b, `,"createdBy":`, v.CreatedBy)
	b = appendTime(b, `,"updatedAt":`, v.UpdatedAt)
	b = appendText(b, `,"updatedBy":`, v.UpdatedBy)
	return append(b, '}')
}

// definitionMember is a field of the table with what stands before its value.
type definitionMember struct {
	versions.Field
	text  string
	parts []definitionMember
}

// definitionMembers are the fields that jobs and versions show alike: all but
// those that each shows in a place of its own.
var definitionMembers = membersOf(slices.DeleteFunc(versions.Fields(), func(f versions.Field) bool {
	return f.Name == "clusterId" || f.Name == "description"
}))

func membersOf(fields []versions.Field) (members []definitionMember) {
	for _, f := range fields {
		members = append(members, definitionMember{f, `,"` + f.Name + `":`, membersOf(f.Parts)})
	}
	return members
}

// appendDefinition writes the members that jobs and versions show alike.
func appendDefinition(b []byte, d *versions.Definition) []byte {
	return appendMembers(b, definitionMembers, d)
}

func appendMembers(b []byte, members []definitionMember, d *versions.Definition) []byte {
	for i := range members {
		m := &members[i]
		switch v := m.In(d).(type) {
		case *string:
			if m.Nullable {
				b = appendOptional(b, m.text, *v)
			} else {
				b = appendText(b, m.text, *v)
			}
		case *int:
			b = appendNumber(b, m.text, *v)
		case *json.RawMessage:
			b = appendRaw(b, m.text, *v)
		case *[]string:
			b = appendDependencies(b, m.text, *v)
		case *map[string]string:
			b = appendPairs(b, m.text, *v)
		default:
			b = appendParts(b, m, d)
		}
	}
	return b
}

// appendParts writes a field that has parts, null when it holds nothing.
func appendParts(b []byte, m *definitionMember, d *versions.Definition) []byte {
	if b = append(b, m.text...); m.IsZero(d) {
		return append(b, "null"...)
	}
	start := len(b)
	b = appendMembers(b, m.parts, d)
	b[start] = '{' // where the comma of the first stands
	return append(b, '}')
}

// appendDependencies writes a list of objects that name jobs.
func appendDependencies(b []byte, name string, keys []string) []byte {
	b = append(append(b, name...), '[')
	for i, key := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendText(b, `{"jobKey":`, key), '}')
	}
	return append(b, ']')
}

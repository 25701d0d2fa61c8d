package httpadapter

import (
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// diffVersions serves GET
// /workloads/jobs/{job}/versions/{jobVersionNumber}/diff/{otherVersionNumber}.
func diffVersions(x *exchange) error {
	from, err := versionNumber(x.path.params[1])
	if err != nil {
		return err
	}
	to, err := versionNumber(x.path.params[2])
	if err != nil {
		return err
	}
	diff, err := x.service.DiffVersions(x.r.Context(), x.actor, x.path.params[0], from, to)
	return x.showDiff(diff, err)
}

// diffDraft serves GET /workloads/jobs/{job}/draft/diff. It compares the active
// version with the draft.
func diffDraft(x *exchange) error {
	diff, err := x.service.DiffDraft(x.r.Context(), x.actor, x.path.params[0])
	return x.showDiff(diff, err)
}

func (x *exchange) showDiff(diff jobs.VersionDiff, err error) error {
	if err != nil {
		return err
	}
	x.out.body = diffMembers.append(x.out.body, &diff, &x.opts)
	return nil
}

// diffMembers are the members of a comparison of two versions.
var diffMembers = show(
	shownNumber("from", ours, numbered(), func(d *jobs.VersionDiff) int { return d.From }),
	shownNumber("to", ours, numbered(), func(d *jobs.VersionDiff) int { return d.To }),
	shown[jobs.VersionDiff]{name: "changes", origin: ours, schema: array(ref("Change")), write: func(b []byte, name string, d *jobs.VersionDiff) []byte {
		return appendAll(b, name, d.Changes, changeMembers)
	}},
	shown[jobs.VersionDiff]{name: "fires", origin: ours,
		schema: named("FireDiff", about("How the fires of the two schedules differ if the job is active. Null when this server cannot read one of the schedules.", nullable(schemaOf(ours, fireDiffMembers, &Options{})))),
		write: func(b []byte, name string, d *jobs.VersionDiff) []byte {
			if b = append(b, name...); d.Fires == nil {
				return append(b, "null"...)
			}
			return fireDiffMembers.append(b, d.Fires, &Options{})
		}},
)

// fireDiffMembers are the members of a comparison of two schedules.
var fireDiffMembers = show(
	shownFires("gained", "The next times at which only the second version fires, at most 100, each in the zone of its schedule.", func(d *jobs.FireDiff) []jobs.Fire { return d.Gained }),
	shownFires("lost", "The next times at which only the first version fires, at most 100, each in the zone of its schedule.", func(d *jobs.FireDiff) []jobs.Fire { return d.Lost }),
	shownTime("horizon", ours, about("The schedules were compared up to this time. RFC 3339, UTC, six digits of a second.", moment()), func(d *jobs.FireDiff) time.Time { return d.Horizon }),
	shownFlag("truncated", ours, about("Whether gained or lost would have more than 100 times.", flag()), func(d *jobs.FireDiff) bool { return d.Truncated }),
)

func shownFires(name, what string, of func(*jobs.FireDiff) []jobs.Fire) shown[jobs.FireDiff] {
	return shown[jobs.FireDiff]{name: name, origin: ours, schema: about(what, array(with(text(), "format", "date-time"))), write: func(b []byte, name string, d *jobs.FireDiff) []byte {
		b = append(append(b, name...), '[')
		for i, fire := range of(d) {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(b, fire.LocalTime)
		}
		return append(b, ']')
	}}
}

package httpadapter

import (
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// diffVersions serves GET
// /workloads/jobs/{job}/versions/{jobVersionNumber}/diff/{otherVersionNumber}.
func diffVersions(x *exchange) error {
	from, err := versionNumber(x.place.params[1])
	if err != nil {
		return err
	}
	to, err := versionNumber(x.place.params[2])
	if err != nil {
		return err
	}
	diff, err := x.service.DiffVersions(x.r.Context(), x.actor, x.place.params[0], from, to)
	return x.showDiff(diff, err)
}

// diffDraft serves GET /workloads/jobs/{job}/draft/diff: the active version
// beside the draft.
func diffDraft(x *exchange) error {
	diff, err := x.service.DiffDraft(x.r.Context(), x.actor, x.place.params[0])
	return x.showDiff(diff, err)
}

func (x *exchange) showDiff(diff jobs.VersionDiff, err error) error {
	if err != nil {
		return err
	}
	x.out.body = diffMembers.append(x.out.body, &diff, &x.opts)
	return nil
}

// diffMembers is what changes from one version to another.
var diffMembers = show(
	shownNumber("from", ours, numbered(), func(d *jobs.VersionDiff) int { return d.From }),
	shownNumber("to", ours, numbered(), func(d *jobs.VersionDiff) int { return d.To }),
	shown[jobs.VersionDiff]{name: "changes", origin: ours, schema: array(ref("Change")), write: func(b []byte, name string, d *jobs.VersionDiff) []byte {
		return appendAll(b, name, d.Changes, changeMembers)
	}},
	shown[jobs.VersionDiff]{name: "fires", origin: ours,
		schema: named("FireDiff", about("How the schedules compare, as if the job were active; null when this server cannot read one of them.", nullable(schemaOf(ours, fireDiffMembers, &Options{})))),
		write: func(b []byte, name string, d *jobs.VersionDiff) []byte {
			if b = append(b, name...); d.Fires == nil {
				return append(b, "null"...)
			}
			return fireDiffMembers.append(b, d.Fires, &Options{})
		}},
)

// fireDiffMembers is how the fires of two schedules differ.
var fireDiffMembers = show(
	shownFires("gained", "Times at which only the second version fires: the next 100, each in the zone of its schedule.", func(d *jobs.FireDiff) []jobs.Fire { return d.Gained }),
	shownFires("lost", "Times at which only the first version fires, alike.", func(d *jobs.FireDiff) []jobs.Fire { return d.Lost }),
	shownTime("horizon", ours, about("How far the schedules were compared.", moment()), func(d *jobs.FireDiff) time.Time { return d.Horizon }),
	shownFlag("truncated", ours, about("Whether there are more than 100 of either.", flag()), func(d *jobs.FireDiff) bool { return d.Truncated }),
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

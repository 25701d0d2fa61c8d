package httpadapter

import "github.com/jobledger/jobledger/jobs"

// defaultPreview is how many fires a preview shows by default.
const defaultPreview = 10

// The parameters of a preview.
var (
	previewCount = number("n", 1, jobs.MaxPreview, defaultPreview, "How many fires to show.")
	previewDraft = flagged("draft", "Whether to preview the draft instead of the active version.")
)

// listTicks serves GET /workloads/jobs/{job}/ticks.
func listTicks(x *exchange) error {
	found, err := x.service.ListTicks(x.r.Context(), x.actor, x.path.params[0], jobs.TickQuery{Limit: markedLimit.of(x), Marker: marker.of(x)})
	if err != nil {
		return err
	}
	return showMarked(x, found.Ticks, found.Marker, tickMembers.element(&x.opts))
}

// previewSchedule serves GET /workloads/jobs/{job}/preview. It previews the
// active version or the draft.
func previewSchedule(x *exchange) error {
	return x.showPreview(jobs.PreviewQuery{N: previewCount.of(x), Draft: previewDraft.of(x)})
}

// previewExpression serves POST /workloads/jobs/{job}/preview. It previews the
// active version with another expression or time zone.
func previewExpression(x *exchange) error {
	var body previewRequest
	if err := x.decode(bodyOf(x, &body, previewRequestMembers)); err != nil {
		return err
	}
	query := jobs.PreviewQuery{N: defaultPreview, CronExpression: body.expression.pointer(), CronTimezone: body.zone.pointer()}
	if body.n != nil {
		query.N = *body.n
	}
	return x.showPreview(query)
}

func (x *exchange) showPreview(query jobs.PreviewQuery) error {
	preview, err := x.service.Preview(x.r.Context(), x.actor, x.path.params[0], query)
	if err != nil {
		return err
	}
	x.out.body = previewMembers.append(x.out.body, &preview, &x.opts)
	return nil
}

package httpadapter

import "github.com/jobledger/jobledger/jobs"

// defaultPreview is how many fires a preview shows that does not say.
const defaultPreview = 10

// listTicks serves GET /workloads/jobs/{job}/ticks: what became of each tick.
func listTicks(x *exchange) error {
	page, err := x.markedPage()
	if err != nil {
		return err
	}
	found, err := x.service.ListTicks(x.r.Context(), x.actor, x.place.params[0], jobs.TickQuery(page))
	if err != nil {
		return err
	}
	return showMarked(x, found.Ticks, found.Marker, appendTick)
}

// previewSchedule serves GET /workloads/jobs/{job}/preview: when the active
// version, or the draft, would fire next.
func previewSchedule(x *exchange) error {
	q := query{raw: x.r.URL.RawQuery}
	n := q.number("n", 1, jobs.MaxPreview, defaultPreview)
	draft := choose(&q, "draft", false, option[bool]{"true", true}, option[bool]{"false", false})
	if err := q.errs.Err(); err != nil {
		return err
	}
	fires, err := x.service.Preview(x.r.Context(), x.actor, x.place.params[0], n, draft)
	if err != nil {
		return err
	}
	return showItems(x, fires, appendFire)
}

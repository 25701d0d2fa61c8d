package httpadapter

import "github.com/jobledger/jobledger/jobs"

// defaultPreview is how many fires a preview shows that does not say.
const defaultPreview = 10

// listTicks serves GET /workloads/jobs/{job}/ticks: what became of each tick.
func listTicks(x *exchange) error {
	page, err := x.runPage()
	if err != nil {
		return err
	}
	list, err := x.service.ListTicks(x.r.Context(), x.actor, x.place.params[0], page)
	if err != nil {
		return err
	}
	x.out.body = appendTickList(x.out.body, &list)
	return nil
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
	x.out.body = appendFires(x.out.body, fires)
	return nil
}

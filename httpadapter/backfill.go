package httpadapter

// backfillJob serves POST /workloads/jobs/{job}/backfill.
func backfillJob(x *exchange) error {
	var body backfill
	when, err := x.ifJob()
	if err != nil {
		return err
	}
	if err := x.decode(bodyOf(x, &body, backfillMembers)); err != nil {
		return err
	}
	query, err := body.query()
	if err != nil {
		return err
	}
	made, err := x.service.Backfill(x.r.Context(), x.actor, x.path.params[0], query, when...)
	if err != nil {
		return err
	}
	x.out.body = backfilledMembers.append(x.out.body, &made, &x.opts)
	return nil
}

// resetSchedule serves POST /workloads/jobs/{job}/schedule/reset.
func resetSchedule(x *exchange) error {
	when, err := x.prepare(bodyOf(x, &nothing{}, nil))
	if err != nil {
		return err
	}
	job, err := x.service.ResetSchedule(x.r.Context(), x.actor, x.path.params[0], when...)
	if err != nil {
		return err
	}
	return x.showJob(job)
}

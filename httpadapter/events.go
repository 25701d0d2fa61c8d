package httpadapter

import (
	"fmt"
	"math"
	"strconv"

	"github.com/jobledger/jobledger/jobs"
)

// The parameters of lists of events.
var (
	eventsAfter  = seqParameter("after", 0, "Only events with a higher seq, oldest first. Without this parameter the newest come first.")
	eventsBefore = seqParameter("before", 1, "Only events with a lower seq, newest first.")
	eventKinds   = several("kind", "Only events of these kinds.", jobs.EventKinds()...)
)

// seqParameter is a query parameter that holds the seq of an event.
func seqParameter(name string, least int64, about string) param[int64] {
	rule := fmt.Sprintf("must be a whole number from %d to %d", least, int64(math.MaxInt64))
	return param[int64]{parameter: &parameter{name, about, seqSchema(int(least)), func(text string) (any, string) {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < least || text[0] < '0' || text[0] > '9' {
			return nil, rule
		}
		return n, ""
	}}}
}

// listMyEvents serves GET /me/events.
func listMyEvents(x *exchange) error { return x.listEvents("") }

// listEvents serves GET /workloads/jobs/{job}/events. The job may have been deleted.
func listEvents(x *exchange) error { return x.listEvents(x.path.params[0]) }

// listEvents shows a page of the journal, or streams it.
func (x *exchange) listEvents(jobID string) error {
	query := jobs.EventQuery{
		JobID: jobID, Ascending: eventsAfter.given(x), After: eventsAfter.of(x), Before: eventsBefore.of(x),
		Kinds: eventKinds.of(x), Limit: markedLimit.of(x),
	}
	if prefersStream(x.r.Header) {
		return x.stream(query)
	}
	found, err := x.service.ListEvents(x.r.Context(), x.actor, query)
	if err != nil {
		return err
	}
	x.out.body = eventListMembers.append(x.out.body, &found, &x.opts)
	return nil
}

// describeHold serves GET /workloads/hold.
func describeHold(x *exchange) error {
	hold, err := x.service.Hold(x.r.Context(), x.actor)
	if err != nil {
		return err
	}
	x.out.body = holdMembers.append(x.out.body, &hold, &x.opts)
	return nil
}

// setHold serves PUT /workloads/hold. Repeating the request changes nothing.
func setHold(x *exchange) error {
	var body newHold
	if err := x.decode(bodyOf(x, &body, newHoldMembers)); err != nil {
		return err
	}
	hold, err := x.service.SetHold(x.r.Context(), x.actor, body.reason)
	if err != nil {
		return err
	}
	x.out.body = holdMembers.append(x.out.body, &hold, &x.opts)
	return nil
}

// liftHold serves DELETE /workloads/hold. Without a hold it changes nothing.
func liftHold(x *exchange) error {
	x.out.status = 204
	return x.service.LiftHold(x.r.Context(), x.actor)
}

package httpadapter

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// maxReportBytes is the most bytes of a report's body: results of 64 KiB, a
// message of 4 KiB in which each byte may be written as six (\u0000), and 4 KiB
// for the rest.
const maxReportBytes = 64<<10 + 6*4<<10 + 4<<10

// reportRun serves POST /workloads/jobs/{job}/runs/{jobRun}/report. Without a
// body, or with an empty object, the report is a heartbeat. The answer is the
// run with cancelRequestedAt, which tells the engine to stop. 409 tells it so, too:
// the run has ended. After 404 the run does not exist any more, or was dispatched
// again: the engine waits about a lease for a newer token.
func reportRun(x *exchange) error {
	var body runReport
	x.maxBody = min(x.maxBody, maxReportBytes)
	if err := x.decodeOptional(bodyOf(x, &body, runReportMembers)); err != nil {
		return err
	}
	report, err := body.report()
	if err != nil {
		return err
	}
	report.Trace = traceOf(x.r.Header)
	run, err := x.service.ReportRun(x.r.Context(), x.path.params[0], x.path.params[1], x.token, report)
	if err != nil {
		return err
	}
	x.out.body = reportedMembers.append(x.out.body, &run, &x.opts)
	return nil
}

// traceOf is the engine's place in a trace; none unless there is exactly one
// traceparent. The service checks it.
func traceOf(h http.Header) jobs.TraceContext {
	parents := h.Values("Traceparent")
	if len(parents) != 1 {
		return jobs.TraceContext{}
	}
	return jobs.TraceContext{Parent: parents[0], State: strings.Join(h.Values("Tracestate"), ",")}
}

// checkToken reads the bearer token of a dispatch. The service checks it before
// a body is read. When there is no body, the report itself checks it.
func (x *exchange) checkToken() error {
	lines := x.r.Header.Values("Authorization")
	if len(lines) != 1 {
		return teams.ErrUnauthenticated
	}
	scheme, token, _ := strings.Cut(lines[0], " ")
	if x.token = strings.Trim(token, " "); x.token == "" || !strings.EqualFold(scheme, "Bearer") {
		return teams.ErrUnauthenticated
	}
	if x.r.ContentLength == 0 {
		return nil
	}
	return x.service.CheckReport(x.r.Context(), x.path.params[0], x.path.params[1], x.token)
}

func (r *runReport) report() (jobs.Report, error) {
	var errs versions.FieldErrors
	report := jobs.Report{
		Status:            r.status,
		Message:           r.message,
		RunnerStartedAt:   parseTime(&errs, "runnerStartedAt", r.runnerStartedAt),
		RunnerCompletedAt: parseTime(&errs, "runnerCompletedAt", r.runnerCompletedAt),
		RunnerExecution:   parseMicroseconds(&errs, "runnerExecutionTimeUs", r.runnerExecutionUs),
	}
	if results := r.results; results != nil && results.Kind() != jsontext.KindNull {
		report.Results = json.RawMessage(results)
	}
	return report, errs.Err()
}

// rfc3339 matches the times that are accepted. The time package accepts others,
// too.
var rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// parseTime reads a time that may be absent or null, and adds a fault when the
// text is wrong.
func parseTime(errs *versions.FieldErrors, name string, text *string) time.Time {
	if text == nil {
		return time.Time{}
	}
	t, rule := readTime(*text)
	if rule != "" {
		errs.Add(name, rule)
	}
	return t
}

// readTime reads a time, or returns the rule that the text breaks. The years
// are those that every store keeps and RFC 3339 can write, with any offset.
func readTime(text string) (t time.Time, rule string) {
	t, err := time.Parse(time.RFC3339, text)
	if year := t.UTC().Year(); err != nil || !rfc3339.MatchString(text) || year < 1970 || year > 9999 {
		return t, "must be an RFC 3339 time in the years 1970 to 9999"
	}
	return t, ""
}

// parseMicroseconds checks that a number of microseconds fits into a
// [time.Duration].
func parseMicroseconds(errs *versions.FieldErrors, name string, n int64) time.Duration {
	const most = math.MaxInt64 / int64(time.Microsecond)
	if n < 0 || n > most {
		errs.Add(name, fmt.Sprintf("must be a whole number from 0 to %d", most))
		return 0
	}
	return time.Duration(n) * time.Microsecond
}

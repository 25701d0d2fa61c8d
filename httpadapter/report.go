package httpadapter

import (
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// maxReportBytes bounds the body of a report: results of 64 KiB, a message of
// 4 KiB, of which each byte may be written in six (\u0000), and the rest.
const maxReportBytes = 64<<10 + 6*4<<10 + 4<<10

// reportRun serves POST /workloads/jobs/{job}/runs/{jobRun}/report: an engine's
// report, or, without a body or with an empty object, its heartbeat. The answer
// is the run and cancelRequestedAt, by which the engine learns that it is to
// stop. So do 404, when the run is gone or was dispatched anew, and 409, when
// it has ended.
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
	run, err := x.service.ReportRun(x.r.Context(), x.place.params[0], x.place.params[1], x.token, report)
	if err != nil {
		return err
	}
	x.out.body = reportedMembers.append(x.out.body, &run, &x.opts)
	return nil
}

// checkToken reads the bearer token of a dispatch. Whether it is one, and of
// this run, is the service's to say: before a body is read, or with the report
// when there is none to read.
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
	return x.service.CheckReport(x.r.Context(), x.place.params[0], x.place.params[1], x.token)
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

// rfc3339 is what the time package, which is lenient, is given to parse.
var rfc3339 = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$`)

// parseTime reads a time that may be absent, or null. The years are those that
// every store keeps and RFC 3339 can write, whatever the offset.
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

// readTime reads a time, or says the rule that the text breaks.
func readTime(text string) (t time.Time, rule string) {
	t, err := time.Parse(time.RFC3339, text)
	if year := t.UTC().Year(); err != nil || !rfc3339.MatchString(text) || year < 1970 || year > 9999 {
		return t, "must be an RFC 3339 time of the years 1970 to 9999"
	}
	return t, ""
}

// parseMicroseconds reads a duration that a [time.Duration] can hold.
func parseMicroseconds(errs *versions.FieldErrors, name string, n int64) time.Duration {
	const most = math.MaxInt64 / int64(time.Microsecond)
	if n < 0 || n > most {
		errs.Add(name, fmt.Sprintf("must be a whole number from 0 to %d", most))
		return 0
	}
	return time.Duration(n) * time.Microsecond
}

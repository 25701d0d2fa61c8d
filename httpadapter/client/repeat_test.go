package client_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/httpadapter/client"
)

// answers is a server that gives one answer after the other, the last one for
// ever, and remembers what it was asked.
type answers struct {
	list  []func(*http.Request) (*http.Response, error)
	asked []string
}

func (a *answers) RoundTrip(req *http.Request) (*http.Response, error) {
	body := ""
	if req.Body != nil {
		text, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		body = " " + string(text)
	}
	a.asked = append(a.asked, req.Method+" "+req.URL.RequestURI()+body)
	return a.list[min(len(a.asked), len(a.list))-1](req)
}

// answer is an answer with a JSON body.
func answer(status int, body string, headers ...string) func(*http.Request) (*http.Response, error) {
	return func(req *http.Request) (*http.Response, error) {
		header := http.Header{"Content-Type": {"application/json"}}
		for i := 0; i < len(headers); i += 2 {
			header.Set(headers[i], headers[i+1])
		}
		return &http.Response{
			StatusCode: status, Status: http.StatusText(status), Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: req,
		}, nil
	}
}

// problem is an answer of the API that is an error.
func problem(status int, code string) func(*http.Request) (*http.Response, error) {
	return answer(status, `{"type":"about:blank","title":"T","status":`+strconv.Itoa(status)+
		`,"detail":"it is so","message":"it is so","code":"`+code+`"}`, "Content-Type", "application/problem+json")
}

func broken(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

var (
	refused = broken(&net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED})
	cut     = broken(io.ErrUnexpectedEOF)
	proxy   = answer(http.StatusBadGateway, "<html>", "Content-Type", "text/html")
)

const (
	run     = `{"id":"RUN1","jobId":"JOB1","status":"pending"}`
	aJob    = `{"job":{"id":"JOB1","jobKey":"daily"},"included":{}}`
	jobList = `{"items":[],"total":0,"included":{}}`
)

func connect(t *testing.T, list ...func(*http.Request) (*http.Response, error)) (*client.ClientWithResponses, *answers) {
	t.Helper()
	a := &answers{list: list}
	c, err := client.New("http://server/api/v1", &client.Options{Token: "secret", HTTP: &http.Client{Transport: a}})
	require.NoError(t, err)
	return c, a
}

// call makes one request, and returns its error.
type call func(ctx context.Context, c *client.ClientWithResponses) error

func listJobs(ctx context.Context, c *client.ClientWithResponses) error {
	_, err := c.ListJobsWithResponse(ctx, nil)
	return err
}

func createRun(key string) call {
	return func(ctx context.Context, c *client.ClientWithResponses) error {
		params := &client.CreateRunParams{}
		if key != "" {
			params.IdempotencyKey = &key
		}
		_, err := c.CreateRunWithResponse(ctx, "JOB1", params, client.NewRun{})
		return err
	}
}

func pause(tag string) call {
	return func(ctx context.Context, c *client.ClientWithResponses) error {
		params := &client.UpdateJobParams{}
		if tag != "" {
			params.IfMatch = &tag
		}
		_, err := c.UpdateJobWithResponse(ctx, "JOB1", params, client.JobPatch{})
		return err
	}
}

func deleteJob(ctx context.Context, c *client.ClientWithResponses) error {
	_, err := c.DeleteJobWithResponse(ctx, "JOB1", nil)
	return err
}

func reportRun(ctx context.Context, c *client.ClientWithResponses) error {
	_, err := c.ReportRunWithResponse(ctx, "JOB1", "RUN1", nil, client.RunReport{})
	return err
}

func TestRequestsAreRepeatedWhereThatIsSafe(t *testing.T) {
	type steps = []func(*http.Request) (*http.Response, error)
	busy, unknown := problem(503, "unavailable"), problem(503, "outcome_unknown")
	for _, test := range []struct {
		name    string
		call    call
		answers steps
		asked   int
		err     error // nil: it succeeds
	}{
		{"a read after every kind of failure", listJobs, steps{refused, cut, proxy, answer(200, jobList)}, 4, nil},
		{"a read that never succeeds", listJobs, steps{cut}, 4, io.ErrUnexpectedEOF},
		{"a write without a key that was not sent", createRun(""), steps{refused, answer(201, run)}, 2, nil},
		{"a write without a key that was not made", createRun(""), steps{busy, problem(429, "busy"), answer(201, run)}, 3, nil},
		{"a write without a key in doubt", createRun(""), steps{cut}, 1, client.ErrOutcomeUnknown},
		{"a write without a key behind a proxy", createRun(""), steps{proxy}, 1, client.ErrOutcomeUnknown},
		{"a write without a key that the server doubts", createRun(""), steps{unknown}, 1, client.ErrOutcomeUnknown},
		{"a write with a key in doubt", createRun("k"), steps{cut, unknown, proxy, answer(201, run)}, 4, nil},
		{"a write with a key that stays in doubt", createRun("k"), steps{cut}, 4, client.ErrOutcomeUnknown},
		{"a patch without a tag in doubt", pause(""), steps{cut}, 1, client.ErrOutcomeUnknown},
		{"a patch with a tag in doubt that was not made", pause(`"7"`), steps{cut, answer(200, aJob)}, 2, nil},
		{"a patch with a tag in doubt that may have been made", pause(`"7"`), steps{cut, problem(412, "precondition_failed")}, 2, client.ErrOutcomeUnknown},
		{"a patch of another's version", pause(`"7"`), steps{problem(412, "precondition_failed")}, 1, new(client.Problem)},
		{"a deletion in doubt that was made", deleteJob, steps{cut, problem(404, "not_found")}, 2, nil},
		{"a deletion of nothing", deleteJob, steps{problem(404, "not_found")}, 1, new(client.Problem)},
		{"a report in doubt", reportRun, steps{cut, unknown, proxy, answer(200, run)}, 4, nil},
		{"a report on a run that is gone", reportRun, steps{problem(404, "not_found")}, 1, new(client.Problem)},
		{"what is wrong is not repeated", listJobs, steps{problem(400, "invalid")}, 1, new(client.Problem)},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, a := connect(t, test.answers...)
				err := test.call(t.Context(), c)
				require.Len(t, a.asked, test.asked)
				for _, asked := range a.asked {
					require.Equal(t, a.asked[0], asked, "the same is asked each time")
				}
				var problem *client.Problem
				switch {
				case test.err == nil:
					require.NoError(t, err)
				case errors.As(test.err, &problem):
					require.ErrorAs(t, err, &problem)
					require.NotErrorIs(t, err, client.ErrOutcomeUnknown)
				default:
					require.ErrorIs(t, err, test.err)
				}
			})
		})
	}
}

func TestWaitsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		c, a := connect(t, answer(503, "", "Retry-After", "3600", "Content-Type", "text/plain"))
		require.Error(t, listJobs(t.Context(), c))
		require.Len(t, a.asked, 4)
		require.Equal(t, 15*time.Second, time.Since(began), "three waits of five seconds")

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began = time.Now()
		require.Error(t, listJobs(ctx, c))
		require.Equal(t, time.Second, time.Since(began), "the context ends the wait")
	})
}

func TestProblems(t *testing.T) {
	c, _ := connect(t, answer(400, `{"type":"about:blank","title":"Bad Request","status":400,"detail":"the job is invalid","message":"m",
		"code":"invalid","errors":[{"field":"cronExpression","detail":"has 4 fields"},{"field":"cronTimezone","detail":"is unknown"}]}`,
		"Content-Type", "application/problem+json"))
	err := listJobs(t.Context(), c)
	var problem *client.Problem
	require.ErrorAs(t, err, &problem)
	require.Equal(t, "invalid", problem.Code)
	require.Len(t, *problem.Errors, 2)
	require.EqualError(t, err, "the job is invalid; cronExpression: has 4 fields; cronTimezone: is unknown")

	c, _ = connect(t, answer(404, "<html>not here</html>", "Content-Type", "text/html"))
	require.EqualError(t, listJobs(t.Context(), c), "the server answered Not Found")
}

func TestNewRefusesWhatIsNoURL(t *testing.T) {
	for _, server := range []string{"", "localhost:8080", "ftp://x", "http://", "://"} {
		_, err := client.New(server, nil)
		require.Error(t, err, server)
	}
}

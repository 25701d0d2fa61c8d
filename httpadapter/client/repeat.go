package client

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// repeater makes requests, and repeats them where this is safe.
type repeater struct{ Options }

// firstWait is about how long to wait before the second attempt.
const firstWait = 100 * time.Millisecond

// fate is what is known of an attempt.
type fate int

const (
	// final: the answer is returned.
	final fate = iota
	// undone: nothing was written, so the request can be repeated.
	undone
	// doubtful: the request may have taken effect.
	doubtful
)

// Do makes a request until its answer is final, or it must give up. An error of
// the API is returned as a [*Problem].
func (r *repeater) Do(req *http.Request) (*http.Response, error) {
	doubt := false
	for attempt := 1; ; attempt++ {
		if err := rewind(req, attempt); err != nil {
			return nil, err
		}
		res, err := r.HTTP.Do(req)
		var asked time.Duration
		if err == nil {
			asked = retryAfter(res)
		}
		res, err = answerOf(res, err)
		fate := fateOf(req, err)
		if fate == final {
			return conclude(req, res, err, doubt)
		}
		doubt = doubt || fate == doubtful
		again := attempt < r.Attempts && (fate == undone || repeatable(req)) && (req.Body == nil || req.GetBody != nil)
		if !again || !wait(req.Context(), r.pause(attempt, asked)) {
			if doubt && !safe(req) {
				return nil, unknown(err)
			}
			return nil, err
		}
	}
}

// rewind gives a request its body again.
func rewind(req *http.Request, attempt int) (err error) {
	if attempt > 1 && req.GetBody != nil {
		req.Body, err = req.GetBody()
	}
	return err
}

// answerOf returns an answer that is an error as an error.
func answerOf(res *http.Response, err error) (*http.Response, error) {
	if err != nil {
		return nil, err
	}
	switch media := res.Header.Get("Content-Type"); {
	case res.StatusCode >= http.StatusBadRequest:
		return nil, problemOf(res)
	case res.StatusCode == http.StatusNoContent, res.StatusCode == http.StatusNotModified:
		return res, nil
	case res.StatusCode > http.StatusCreated, !strings.Contains(media, "json") && !strings.HasPrefix(media, "text/event-stream"):
		_ = res.Body.Close()
		return nil, fmt.Errorf("%w: %s, %q", errNotAPI, res.Status, media)
	}
	return res, nil
}

// errNotAPI means that something else has answered, such as a page to log in.
var errNotAPI = errors.New("client: the answer does not come from the API: is the server's URL right?")

// fateOf decides what an attempt means.
func fateOf(req *http.Request, err error) fate {
	var problem *Problem
	var op *net.OpError
	switch {
	case err == nil:
		return final
	case errors.As(err, &problem):
		return fateOfProblem(problem)
	case errors.Is(err, errNotAPI), req.Context().Err() != nil && safe(req):
		return final
	case errors.As(err, &op) && op.Op == "dial":
		return undone
	}
	return doubtful
}

func fateOfProblem(p *Problem) fate {
	switch {
	case p.Status == http.StatusTooManyRequests:
		return undone
	case p.Status == http.StatusServiceUnavailable && p.Code != "" && p.Code != CodeOutcomeUnknown:
		return undone // the API says that nothing was written
	case p.Status == http.StatusServiceUnavailable, p.Status == http.StatusBadGateway, p.Status == http.StatusGatewayTimeout:
		return doubtful
	}
	return final
}

// safe reports whether a request changes nothing.
func safe(req *http.Request) bool {
	return req.Method == http.MethodGet || req.Method == http.MethodHead
}

// repeatable reports whether making a request twice has the same effect as
// making it once. A report on a run says where the run is, and may be repeated.
func repeatable(req *http.Request) bool {
	switch req.Method {
	case http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete:
		return true
	}
	return req.Header.Get("Idempotency-Key") != "" || req.Header.Get("If-Match") != "" || strings.HasSuffix(req.URL.Path, "/report")
}

// conclude returns the final answer. When an earlier attempt may have taken
// effect, what it deleted is not found, and what it changed has another ETag.
func conclude(req *http.Request, res *http.Response, err error, doubt bool) (*http.Response, error) {
	var problem *Problem
	if !doubt || !errors.As(err, &problem) {
		return res, err
	}
	switch {
	case req.Method == http.MethodDelete && problem.Status == http.StatusNotFound:
		return &http.Response{
			Status: "204 No Content", StatusCode: http.StatusNoContent, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
			Header: http.Header{}, Body: http.NoBody, Request: req,
		}, nil
	case problem.Status == http.StatusPreconditionFailed && !safe(req):
		return nil, unknown(err)
	}
	return nil, err
}

// unknown adds to an error that the request may have taken effect.
func unknown(err error) error {
	if errors.Is(err, ErrOutcomeUnknown) {
		return err
	}
	return errors.Join(ErrOutcomeUnknown, err)
}

// pause is the wait after an attempt. It is at least what the server asked for,
// but never longer than MaxWait.
func (r *repeater) pause(attempt int, asked time.Duration) time.Duration {
	bound := min(firstWait<<min(attempt-1, 20), r.MaxWait)
	return min(max(bound/2+rand.N(bound/2+1), asked), r.MaxWait)
}

// retryAfter returns the Retry-After of an answer; 0 without one.
func retryAfter(res *http.Response) time.Duration {
	seconds, err := strconv.Atoi(res.Header.Get("Retry-After"))
	if err != nil || seconds < 0 || seconds > 3600 {
		return 0
	}
	return time.Duration(seconds) * time.Second
}

// wait waits, and returns false when the context ends.
func wait(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

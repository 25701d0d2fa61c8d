package httpadapter

import (
	"net/http"
	"net/url"
	"strings"
)

// locate finds what a request's path names, whether the mux that the handler
// is mounted on takes its prefix off the path or leaves it there.
func (h *handler) locate(r *http.Request) (place, bool) {
	path := r.URL.EscapedPath()
	for _, routed := range []string{h.withoutPrefix(path), path, withoutPattern(path, r.Pattern)} {
		if routed == "" {
			continue
		}
		if found, ok := match(h.resources, routed); ok {
			return found, true
		}
	}
	return place{}, false
}

// withoutPrefix takes Options.Prefix off a path; empty when it does not begin
// with it.
func (h *handler) withoutPrefix(path string) string {
	rest, ok := strings.CutPrefix(path, h.opts.Prefix)
	if !ok || h.opts.Prefix == "" {
		return ""
	}
	return rest
}

// withoutPattern takes off a path what a mux's pattern for a subtree, such as
// "GET example.com/api/{tenant}/" or "/api/*", has matched of it; empty when
// the pattern is for no subtree, or has not matched this path.
func withoutPattern(path, pattern string) string {
	at := strings.IndexByte(pattern, '/')
	last := strings.LastIndexByte(pattern, '/')
	if at < 0 || !isRest(pattern[last+1:]) {
		return ""
	}
	for _, want := range strings.Split(pattern[at:last], "/")[1:] {
		segment, rest, ok := strings.Cut(strings.TrimPrefix(path, "/"), "/")
		if !ok || !strings.HasPrefix(want, "{") && !sameSegment(want, segment) {
			return ""
		}
		path = "/" + rest
	}
	return path
}

// isRest reports whether the last segment of a pattern stands for any number
// of segments.
func isRest(segment string) bool {
	return segment == "" || segment == "*" || strings.HasSuffix(segment, "...}")
}

func sameSegment(pattern, escaped string) bool {
	decoded, err := url.PathUnescape(escaped)
	return pattern == escaped || err == nil && pattern == decoded
}

// base returns what stands before the documented part of the path in what the
// client sent: Options.Prefix, or else what the target of the request has
// before it, or else what the path still had. It is empty, or "/" and at least
// one segment.
func (x *exchange) base() string {
	if x.opts.Prefix != "" {
		return x.opts.Prefix
	}
	base := strings.TrimSuffix(x.r.URL.EscapedPath(), x.place.routed)
	if target, err := url.ParseRequestURI(x.r.RequestURI); err == nil {
		if sent, ok := strings.CutSuffix(target.EscapedPath(), x.place.routed); ok {
			base = sent
		}
	}
	if base == "" {
		return ""
	}
	return "/" + strings.TrimLeft(base, "/") // two slashes would name another host
}

// jobLocation is the path of a job, or of something below it, as a client
// reaches it.
func (x *exchange) jobLocation(jobID, below string) string {
	return x.base() + "/workloads/jobs/" + url.PathEscape(jobID) + below
}

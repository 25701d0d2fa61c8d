package httpadapter

import (
	"net/http"
	"net/url"
	"strings"
)

// locate matches the path of a request. A mux may have removed the handler's
// prefix from the path, or left it there.
func (h *handler) locate(r *http.Request) (matchedPath, bool) {
	path := r.URL.EscapedPath()
	for _, routed := range []string{h.withoutPrefix(path), path, withoutPattern(path, r.Pattern)} {
		if routed == "" {
			continue
		}
		if found, ok := match(h.resources, routed); ok {
			return found, true
		}
	}
	return matchedPath{}, false
}

// withoutPrefix removes Options.Prefix from a path. It returns "" when the path
// does not begin with the prefix.
func (h *handler) withoutPrefix(path string) string {
	rest, ok := strings.CutPrefix(path, h.opts.Prefix)
	if !ok || h.opts.Prefix == "" {
		return ""
	}
	return rest
}

// withoutPattern removes from a path what a mux's pattern for a subtree has
// matched, such as "GET example.com/api/{tenant}/" or "/api/*". It returns ""
// when the pattern is for no subtree, or does not match the path.
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

// isRest reports whether the last segment of a pattern matches any number of
// segments.
func isRest(segment string) bool {
	return segment == "" || segment == "*" || strings.HasSuffix(segment, "...}")
}

func sameSegment(pattern, escaped string) bool {
	decoded, err := url.PathUnescape(escaped)
	return pattern == escaped || err == nil && pattern == decoded
}

// base returns the prefix under which the client reached the handler:
// Options.Prefix, or what the request's target has before the matched part of
// the path, or what the path itself has before it. It is empty, or "/" and at
// least one segment.
func (x *exchange) base() string {
	if x.opts.Prefix != "" {
		return x.opts.Prefix
	}
	base := strings.TrimSuffix(x.r.URL.EscapedPath(), x.path.routed)
	if target, err := url.ParseRequestURI(x.r.RequestURI); err == nil {
		if sent, ok := strings.CutSuffix(target.EscapedPath(), x.path.routed); ok {
			base = sent
		}
	}
	if base == "" {
		return ""
	}
	return "/" + strings.TrimLeft(base, "/") // two slashes would name another host
}

// jobLocation returns the path by which a client reaches a job, or something
// below it.
func (x *exchange) jobLocation(jobID, below string) string {
	return x.base() + "/workloads/jobs/" + url.PathEscape(jobID) + below
}

package httpadapter

import (
	"net/url"
	"strings"
)

const maxSegments = 7

const maxParams = 3

// matchedPath is the path of a request once its resource is known.
type matchedPath struct {
	resource *resource
	// params are the values of the pattern's variables, in the pattern's order.
	params [maxParams]string
	// routed is the part of the path that matched the pattern, as the client
	// sent it.
	routed string
}

// match finds the resource of an escaped path. Segments are decoded and
// compared one by one, so an encoded slash is part of a value. "." and empty
// segments have no special meaning, and nothing is redirected.
func match(resources []resource, path string) (matchedPath, bool) {
	segments, n, ok := split(path)
	if !ok {
		return matchedPath{}, false
	}
	for i := range resources {
		if params, ok := resources[i].match(segments[:n]); ok {
			return matchedPath{resource: &resources[i], params: params, routed: path}, true
		}
	}
	return matchedPath{}, false
}

func (r *resource) match(path []string) (params [maxParams]string, ok bool) {
	if len(path) != len(r.segments) {
		return params, false
	}
	n := 0
	for i, want := range r.segments {
		switch {
		case want[0] == '{' && path[i] != "":
			params[n] = path[i]
			n++
		case want != path[i]:
			return params, false
		}
	}
	return params, true
}

// split returns the decoded segments of a path. It fails when the path has more
// segments than any pattern, or cannot be decoded.
func split(path string) (segments [maxSegments]string, n int, ok bool) {
	rest, ok := strings.CutPrefix(path, "/")
	for more := true; ok && more; n++ {
		if n == maxSegments {
			return segments, n, false
		}
		var segment string
		segment, rest, more = strings.Cut(rest, "/")
		if strings.Contains(segment, "%") {
			decoded, err := url.PathUnescape(segment)
			if err != nil {
				return segments, n, false
			}
			segment = decoded
		}
		segments[n] = segment
	}
	return segments, n, ok
}

package httpadapter

import (
	"net/url"
	"strings"
)

// maxSegments is how many segments the longest pattern has.
const maxSegments = 7

// maxParams is how many variables a pattern has at most.
const maxParams = 3

// place is what a path names.
type place struct {
	resource *resource
	// params are the values of the pattern's variables, in their order.
	params [maxParams]string
	// routed is the documented part of the path, as the client sent it.
	routed string
}

// match finds the resource that an escaped path names. Segments are compared
// decoded, one by one: an encoded slash is part of a value, a dot or an empty
// segment is nothing special, and nothing is redirected.
func match(resources []resource, path string) (place, bool) {
	segments, n, ok := split(path)
	if !ok {
		return place{}, false
	}
	for i := range resources {
		if params, ok := resources[i].match(segments[:n]); ok {
			return place{resource: &resources[i], params: params, routed: path}, true
		}
	}
	return place{}, false
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

// split decodes the segments of a path. A path with more than any pattern has,
// or that cannot be decoded, names nothing.
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

package httpadapter

import (
	"net/http"
	"time"

	"github.com/jobledger/jobledger/teams"
)

// RouteInfo is a row of the route table.
type RouteInfo struct {
	Method, Pattern, Name string
	Needs                 teams.Action
	// Origin is whose the route is: documented, sibling, decided or ours.
	Origin string
	// Query names the parameters that the route knows.
	Query []string
	// Allow is what the pattern's Allow header says.
	Allow string
}

// Routes is the route table.
func Routes() []RouteInfo {
	var infos []RouteInfo
	for _, r := range routes {
		info := RouteInfo{Method: r.method, Pattern: r.pattern, Name: r.name, Needs: r.needs, Origin: string(r.origin)}
		for _, a := range r.query {
			info.Query = append(info.Query, a.name)
		}
		for _, res := range compile(routes) {
			for _, other := range res.routes {
				if other.method == r.method && other.pattern == r.pattern {
					info.Allow = res.allow
				}
			}
		}
		infos = append(infos, info)
	}
	return infos
}

// Locate returns the pattern of what a request's path names.
func Locate(h http.Handler, r *http.Request) (pattern string, ok bool) {
	found, ok := h.(*handler).locate(r)
	if !ok {
		return "", false
	}
	return found.resource.routes[0].pattern, true
}

// AppendTime and AppendString are the encoder's.
func AppendTime(b []byte, t time.Time) []byte { return appendTime(b, "", t) }

func AppendString(b []byte, s string) []byte { return appendString(b, s) }

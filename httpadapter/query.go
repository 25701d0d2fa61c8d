package httpadapter

import (
	"net/url"
	"slices"
	"strings"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// The parameters that several routes take.
var (
	limit         = number("limit", 0, jobs.MaxPage, jobs.MaxPage, "The most items on a page. 0 returns only the total.")
	page          = number("page", 1, versions.MaxNumber, 1, "The number of the page, from 1.")
	sortBy        = choice("sortBy", "The order of the items. Items with equal values are ordered by ID.", option[bool]{"createdAt", false}, option[bool]{"jobKey", true})
	sortDirection = choice("sortDirection", "Ascending or descending.", option[bool]{"asc", false}, option[bool]{"desc", true})
	// A list without a total has no use for a limit of 0. An empty marker is
	// refused, since the client has probably lost it.
	markedLimit = number("limit", 1, jobs.MaxPage, jobs.MaxPage, "The most items on a page.")
	marker      = words("marker", "The marker of the previous page.", with(text(), "minLength", 1), func(text string) string {
		if text == "" {
			return "must be a marker that this list gave"
		}
		return ""
	})
)

// pageOptions returns what limit and page ask for.
func (x *exchange) pageOptions() jobs.PageOptions {
	size := limit.of(x)
	if size == 0 {
		size = jobs.TotalOnly
	}
	return jobs.PageOptions{Limit: size, Number: page.of(x)}
}

// jobQuery returns what the parameters of all lists of jobs ask for.
func (x *exchange) jobQuery() (jobs.JobQuery, error) {
	if keyPrefix.given(x) && sortBy.given(x) && !sortBy.of(x) {
		return jobs.JobQuery{}, versions.FieldErrors{{Field: sortBy.name, Detail: "must be jobKey when keyPrefix is given"}}
	}
	return jobs.JobQuery{
		KeyPrefix: keyPrefix.of(x), Key: keyFilter.of(x), Label: labelFilter.of(x),
		Status: statusFilter.of(x), Outcome: outcomeFilter.of(x),
		RecentRuns: x.includes(recentRuns),
		SortByKey:  sortBy.of(x), Descending: sortDirection.of(x), Page: x.pageOptions(),
	}, nil
}

// runQuery returns what the parameters of all lists of runs ask for.
func (x *exchange) runQuery() jobs.RunQuery {
	return jobs.RunQuery{
		Limit: markedLimit.of(x), Marker: marker.of(x), Statuses: statusIn.of(x),
		Trigger: triggeredBy.of(x), CreatedFrom: createdFrom.of(x), CreatedUntil: createdUntil.of(x),
	}
}

// maxUnknown is the most unknown parameters, and the most unknown members, that
// one answer names.
const maxUnknown = 10

// clip shortens a name that a client sent to 100 bytes.
func clip(name string) string {
	const most = 100
	if len(name) <= most {
		return name
	}
	return name[:most] + "..."
}

// readQuery reads the route's query parameters into x.values. It returns the
// faults, which include unknown parameters.
func (x *exchange) readQuery(r *route) (errs versions.FieldErrors) {
	raw := x.r.URL.RawQuery
	if raw == "" {
		return nil
	}
	seen := make(map[string]bool)
	var faults, unknown versions.FieldErrors
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, text, _ := strings.Cut(pair, "=")
		if decoded, err := url.QueryUnescape(name); err == nil {
			name = decoded
		}
		at := slices.IndexFunc(r.query, func(a asked) bool { return a.name == name && a.origin.shownTo(&x.opts) })
		switch {
		case at >= 0 && seen[name]:
			delete(x.values, r.query[at].parameter)
			faults = replaceFault(faults, name, "must be given only once")
		case at >= 0:
			if rule := x.readParameter(r.query[at].parameter, text); rule != "" {
				faults.Add(name, rule)
			}
		case !seen[name] && len(unknown) < maxUnknown:
			unknown.Add(clip(name), r.query.knownTo(&x.opts))
		}
		seen[name] = true
	}
	return append(r.query.sort(faults), unknown...)
}

// readParameter reads one value into x.values, or returns the rule that it
// breaks.
func (x *exchange) readParameter(p *parameter, text string) (rule string) {
	text, err := url.QueryUnescape(text)
	if err != nil {
		return "must be percent-encoded"
	}
	value, rule := p.read(text)
	if rule == "" {
		if x.values == nil {
			x.values = make(map[*parameter]any)
		}
		x.values[p] = value
	}
	return rule
}

// replaceFault replaces all faults of a parameter by one.
func replaceFault(faults versions.FieldErrors, name, rule string) versions.FieldErrors {
	faults = slices.DeleteFunc(faults, func(f versions.FieldError) bool { return f.Field == name })
	faults.Add(name, rule)
	return faults
}

// sort orders faults as the route lists its parameters.
func (p parameters) sort(faults versions.FieldErrors) versions.FieldErrors {
	rank := func(f versions.FieldError) int {
		return slices.IndexFunc(p, func(a asked) bool { return a.name == f.Field })
	}
	slices.SortStableFunc(faults, func(a, b versions.FieldError) int { return rank(a) - rank(b) })
	return faults
}

// knownTo is the fault of an unknown parameter: it lists those that the route
// takes.
func (p parameters) knownTo(opts *Options) string {
	var names []string
	for _, a := range p {
		if a.origin.shownTo(opts) {
			names = append(names, a.name)
		}
	}
	if names == nil {
		return "is unknown: this route has no parameters"
	}
	return "is unknown: this route has the parameters " + strings.Join(names, ", ")
}

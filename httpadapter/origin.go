package httpadapter

// origin says where a route, a query parameter or a member comes from.
type origin string

const (
	// documented is in the platform's documentation of the Jobs API.
	documented origin = "documented"
	// sibling is on another page of the same documentation.
	sibling origin = "sibling"
	// decided was decided by this library where the documentation says nothing.
	// The documented routes do not work without it.
	decided origin = "decided"
	// ours was added by this library. [Options.DocumentedOnly] leaves it out.
	ours origin = "ours"
)

// shownTo reports whether a handler with these options has what has this
// origin.
func (o origin) shownTo(opts *Options) bool { return o != ours || !opts.DocumentedOnly }

// label is the origin as x-source in the OpenAPI document.
func (o origin) label() string {
	switch o {
	case documented, sibling:
		return string(documented)
	}
	return string(ours)
}

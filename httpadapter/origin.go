package httpadapter

// origin says whose a route, a parameter of a query or a member is.
type origin string

const (
	// documented is what the platform documents for the Jobs API.
	documented origin = "documented"
	// sibling is what a sibling page of the same documentation has.
	sibling origin = "sibling"
	// decided is what this library decided where the documentation is silent.
	// The documented routes do not work without it.
	decided origin = "decided"
	// ours is what this library adds. [Options.DocumentedOnly] leaves it out.
	ours origin = "ours"
)

// shownTo is whether a handler knows what has this origin.
func (o origin) shownTo(opts *Options) bool { return o != ours || !opts.DocumentedOnly }

// label is the origin as the OpenAPI document tells it: x-source.
func (o origin) label() string {
	switch o {
	case documented, sibling:
		return string(documented)
	}
	return string(ours)
}

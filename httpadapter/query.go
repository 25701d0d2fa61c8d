package httpadapter

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// query reads the parameters that a route knows, and notes what is wrong with
// them. Others are not looked at.
type query struct {
	raw  string
	errs versions.FieldErrors
}

// page reads limit and page.
func (x *exchange) page() (jobs.PageOptions, error) {
	q := query{raw: x.r.URL.RawQuery}
	page := q.page()
	return page, q.errs.Err()
}

// jobQuery reads what every list of jobs knows: limit, page, sortBy and
// sortDirection.
func (x *exchange) jobQuery() (jobs.JobQuery, error) {
	q := query{raw: x.r.URL.RawQuery}
	f := jobs.JobQuery{
		SortByKey:  choose(&q, "sortBy", false, option[bool]{"createdAt", false}, option[bool]{"jobKey", true}),
		Descending: choose(&q, "sortDirection", false, option[bool]{"asc", false}, option[bool]{"desc", true}),
		Page:       q.page(),
	}
	return f, q.errs.Err()
}

func (q *query) page() jobs.PageOptions {
	limit := q.number("limit", 0, jobs.MaxPage, jobs.MaxPage)
	if limit == 0 {
		limit = jobs.TotalOnly
	}
	return jobs.PageOptions{Limit: limit, Number: q.number("page", 1, versions.MaxNumber, 1)}
}

// markedPage reads limit and marker. A list without a total has no use for a limit
// of 0, and an empty marker is a lost one, not the start.
func (x *exchange) markedPage() (jobs.RunQuery, error) {
	q := query{raw: x.r.URL.RawQuery}
	page := jobs.RunQuery{Limit: q.number("limit", 1, jobs.MaxPage, jobs.MaxPage)}
	var given bool
	if page.Marker, given = q.value("marker"); given && page.Marker == "" {
		q.errs.Add("marker", "must be a marker that this list gave")
	}
	return page, q.errs.Err()
}

// number reads a whole number from least to most, written in digits.
func (q *query) number(name string, least, most, byDefault int) int {
	text, given := q.value(name)
	if !given {
		return byDefault
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < least || n > most || text[0] < '0' || text[0] > '9' {
		q.errs.Add(name, fmt.Sprintf("must be a whole number from %d to %d", least, most))
		return byDefault
	}
	return n
}

// option is a name that a parameter may have, and what it stands for.
type option[T any] struct {
	name  string
	value T
}

// choose reads one of several names.
func choose[T any](q *query, name string, byDefault T, options ...option[T]) T {
	text, given := q.value(name)
	if !given {
		return byDefault
	}
	names := make([]string, len(options))
	for i, o := range options {
		if o.name == text {
			return o.value
		}
		names[i] = o.name
	}
	q.errs.Add(name, "must be one of "+strings.Join(names, ", "))
	return byDefault
}

// value returns the value of a parameter. One that stands twice, or cannot be
// decoded, is noted and not given.
func (q *query) value(name string) (value string, given bool) {
	for pair := range strings.SplitSeq(q.raw, "&") {
		key, text, _ := strings.Cut(pair, "=")
		if key != name {
			if key, _ = url.QueryUnescape(key); key != name {
				continue
			}
		}
		if given {
			q.errs.Add(name, "must stand only once")
			return "", false
		}
		var err error
		if value, err = url.QueryUnescape(text); err != nil {
			q.errs.Add(name, "must be percent-encoded")
			return "", false
		}
		given = true
	}
	return value, given
}

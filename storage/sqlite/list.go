package sqlite

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/jobledger/jobledger/jobs"
)

// mergeMost bounds the groups that one statement merges: SQLite takes 500.
const mergeMost = 256

// ListJobs implements [jobs.Store].
//
// Without a filter the page is a range of the organization's index. Otherwise
// the query selects groups of jobs, and the first rows of their ranges are
// merged. Either way the groups' counts add up to the total.
func (s *Store) ListJobs(ctx context.Context, query jobs.JobQuery) (page jobs.JobPage, err error) {
	switch {
	case !query.AllTeams && len(query.TeamIDs) == 0:
		return jobs.JobPage{}, describe(ctx, ctx.Err(), "list jobs")
	case query.AllTeams && query.GrantedTo == "" && query.ClusterID == "" && query.DependsOn == "":
		page, err = s.readers.read().listOrganization(ctx, query)
	default:
		err = s.readers.snapshot(ctx, func(r reader) (err error) {
			page, err = r.listGroups(ctx, query)
			return err
		})
	}
	if err != nil {
		return jobs.JobPage{}, describe(ctx, err, "list jobs of organization %s", query.OrganizationID)
	}
	sortJobs(page.Jobs, query)
	return page, nil
}

// sortKeys are the columns of a query's order, each with its direction.
func sortKeys(query jobs.JobQuery) string {
	direction := ""
	if query.Descending {
		direction = " DESC"
	}
	if query.Order == jobs.ByKey { // no two jobs share a key
		return "key" + direction
	}
	return "created_at" + direction + ", job_id" + direction
}

// sortJobs puts a page into its order. The statements find it in that order,
// but SQL promises none of a subquery's.
func sortJobs(page []jobs.JobRecord, query jobs.JobQuery) {
	slices.SortFunc(page, func(a, b jobs.JobRecord) int {
		if query.Descending {
			a, b = b, a
		}
		if query.Order == jobs.ByKey {
			return cmp.Or(strings.Compare(a.Key, b.Key), strings.Compare(a.JobID, b.JobID))
		}
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), strings.Compare(a.JobID, b.JobID))
	})
}

// expected is how many jobs to make room for: the limit, within reason.
func expected(query jobs.JobQuery) int { return min(query.Limit, 256) }

// listOrganization reads total and page in one statement. Its first row is
// there whatever the page holds.
func (r reader) listOrganization(ctx context.Context, query jobs.JobQuery) (page jobs.JobPage, err error) {
	list := `
		SELECT o.total, ` + jobColumns + `
		FROM (SELECT coalesce(sum(jobs), 0) AS total FROM job_groups WHERE organization_id = ?1 AND depends_on = '') o
		LEFT JOIN (
			SELECT id FROM jobs WHERE organization_id = ?1
			ORDER BY ` + sortKeys(query) + ` LIMIT ?2 OFFSET ?3) page
		LEFT JOIN jobs j ON j.id = page.id ` + latestRun
	args := []any{query.OrganizationID, query.Limit, query.Offset}
	page.Jobs, err = r.jobs(ctx, query.OrganizationID, expected(query), list, args, &page.Total)
	return page, err
}

// listGroups finds the groups that the query selects, and merges them.
func (r reader) listGroups(ctx context.Context, query jobs.JobQuery) (page jobs.JobPage, err error) {
	groups, total, err := r.selectGroups(ctx, query)
	if err != nil {
		return page, err
	}
	page.Total = total
	if query.Limit == 0 || query.Offset >= total {
		return page, nil
	}
	if len(groups) <= mergeMost {
		page.Jobs, err = r.mergeGroups(ctx, query, groups)
		return page, err
	}
	page.Jobs, err = r.mergeMany(ctx, query, groups)
	return page, err
}

// mergeGroups reads one page of the groups' jobs. Each group is a range of an
// index in the wanted order; SQLite merges such ranges as it goes, and reads
// no more of them than the page takes.
func (r reader) mergeGroups(ctx context.Context, query jobs.JobQuery, groups []int64) ([]jobs.JobRecord, error) {
	keys := sortKeys(query)
	columns := strings.ReplaceAll(keys, " DESC", "")
	arm := `SELECT id, ` + columns + ` FROM jobs WHERE group_id = `
	if query.DependsOn != "" {
		arm = `SELECT id, ` + columns + ` FROM dependents WHERE group_id = `
	}
	args := []any{query.Limit, query.Offset}
	var arms []string
	for i := range width(len(groups)) {
		if i < len(groups) {
			args = append(args, groups[i])
		} else {
			args = append(args, nil) // is no group's id
		}
		arms = append(arms, arm+`?`+strconv.Itoa(len(args)))
	}
	list := `
		SELECT ` + jobColumns + `
		FROM (` + strings.Join(arms, ` UNION ALL `) + `
			ORDER BY ` + keys + ` LIMIT ?1 OFFSET ?2) page
		CROSS JOIN jobs j ON j.id = page.id ` + latestRun
	return r.jobs(ctx, query.OrganizationID, expected(query), list, args)
}

// mergeMany merges more groups than one statement takes: of each lot the jobs
// that may be on the page or before it, then of those the page.
func (r reader) mergeMany(ctx context.Context, query jobs.JobQuery, groups []int64) ([]jobs.JobRecord, error) {
	part := query
	part.Offset, part.Limit = 0, query.Offset+query.Limit
	var merged []jobs.JobRecord
	for len(groups) > 0 {
		n := min(mergeMost, len(groups))
		some, err := r.mergeGroups(ctx, part, groups[:n])
		if err != nil {
			return nil, err
		}
		groups = groups[n:]
		merged = append(merged, some...)
		sortJobs(merged, query)
		merged = merged[:min(part.Limit, len(merged))]
	}
	return slices.Clone(merged[min(query.Offset, len(merged)):]), nil
}

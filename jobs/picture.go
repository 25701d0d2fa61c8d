package jobs

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// Graph says which jobs depend on which. It shows jobs that the actor may see.
type Graph struct {
	// Jobs are the jobs that have dependencies or dependents, sorted by key. Only
	// ID, OrganizationID, Key, Status and LastOutcome are set.
	Jobs  []Job
	Edges []Dependency
	// Truncated is whether some jobs are missing: at most 10,000 are shown, and a
	// [Policy] is asked about at most 500.
	Truncated bool
}

// Dependency is an edge of a [Graph]: one job depends on another.
type Dependency struct {
	// From is the ID of the dependency, and To the ID of the dependent.
	From, To string
	// Waiting is whether the dependent now waits for From.
	//
	//   - With a schedule: a run of the dependent waits for its dependencies, and
	//     From has a run that has not ended, or a due tick that is not settled.
	//   - Without a schedule: the dependent needs a new success of From, and either
	//     From has a run that has not ended, or another dependency has succeeded
	//     already.
	Waiting bool
}

// GraphQuery selects jobs of a [Graph]. The zero value selects all.
type GraphQuery struct {
	// Root is the ID of a job. It selects this job, its dependencies and its
	// dependents, direct and indirect. Empty selects all jobs.
	Root string
	// Depth is the most steps from Root, 1 to 100; 0 means no bound. It needs Root.
	Depth int
}

const (
	maxGraph      = 10_000
	maxGraphDepth = 100
	// graphPage is how many jobs are read at once with their states. graphRuns is
	// how many are read at once with some of their runs. Few jobs need that: at
	// most maxGraphRuns are read so.
	graphPage    = 500
	graphRuns    = 100
	maxGraphRuns = 1000
)

// Graph returns which jobs depend on which. It reads all jobs of the organization
// that have dependencies, at most 10,000, also when the query has a Root. It
// returns [ErrNotFound] when the actor may not see Root, and [versions.FieldErrors]
// when Depth is not valid.
func (s *Service) Graph(ctx context.Context, actor teams.Actor, query GraphQuery) (Graph, error) {
	if err := checkActor(actor); err != nil {
		return Graph{}, err
	}
	var errs versions.FieldErrors
	if query.Depth < 0 || query.Depth > maxGraphDepth {
		errs.Add("depth", "must be 1 to 100")
	} else if query.Depth > 0 && query.Root == "" {
		errs.Add("depth", "must be given with root")
	}
	if errs != nil {
		return Graph{}, errs
	}
	p := picture{s: s, actor: actor, byKey: map[string]*node{}, byID: map[string]*node{}}
	if query.Root != "" {
		root, err := s.load(ctx, actor, query.Root)
		if err != nil {
			return Graph{}, err
		}
		p.add(&root.stored).sees = true
	}
	if err := p.readEdges(ctx); err != nil {
		return Graph{}, err
	}
	nodes := p.near(query, false)
	if err := p.readVisible(ctx, nodes); err != nil {
		return Graph{}, err
	}
	nodes = slices.DeleteFunc(p.near(query, true), func(n *node) bool { return !n.sees })
	if len(nodes) > maxGraph {
		nodes, p.truncated = nodes[:maxGraph], true
	}
	if err := p.readStates(ctx, nodes); err != nil {
		return Graph{}, err
	}
	return p.graph(nodes), nil
}

// picture is a [Graph] while it is read.
type picture struct {
	s         *Service
	actor     teams.Actor
	byKey     map[string]*node
	byID      map[string]*node
	order     []*node // in the order in which they were found
	truncated bool
}

// node is a job of a picture.
type node struct {
	record storage.JobRecord
	// up are its dependencies, and down its dependents.
	up, down []*node
	// sees is whether the actor may see it.
	sees bool
	// ledger is the job without what people edit.
	ledger
	// open and recent are some of its runs, if they are needed.
	open, recent []*runLedger
}

func (p *picture) add(record *storage.JobRecord) *node {
	if n := p.byID[record.JobID]; n != nil {
		return n
	}
	n := &node{record: *record}
	n.record.Doc, n.record.State, n.record.LatestRun = nil, nil, nil
	p.byID[record.JobID], p.byKey[record.Key] = n, n
	p.order = append(p.order, n)
	return n
}

// readEdges reads the jobs that have dependencies, and then their dependencies. It
// leaves out jobs that roles hide.
func (p *picture) readEdges(ctx context.Context) error {
	q := storage.JobQuery{OrganizationID: p.actor.OrganizationID, Scope: graphScope, Brief: true}
	if q.TeamIDs, q.AllTeams = p.actor.VisibleTeams(); p.s.opts.Policy != nil {
		q.TeamIDs, q.AllTeams = nil, true
	}
	for record, err := range p.s.eachJob(ctx, q) {
		if err != nil {
			return err
		}
		if len(p.order) >= maxGraph {
			p.truncated = true
			break
		}
		p.add(record)
	}
	if err := p.readUpstreams(ctx); err != nil {
		return err
	}
	for _, n := range p.order {
		for _, key := range dependencies(n.record.Scopes) {
			if up := p.byKey[key]; up != nil {
				n.up, up.down = append(n.up, up), append(up.down, n)
			}
		}
	}
	return nil
}

// readUpstreams reads the dependencies that are not in the picture yet.
func (p *picture) readUpstreams(ctx context.Context) error {
	missing := map[string]bool{}
	for _, n := range p.order {
		for _, key := range dependencies(n.record.Scopes) {
			missing[key] = p.byKey[key] == nil
		}
	}
	maps.DeleteFunc(missing, func(_ string, is bool) bool { return !is })
	for keys := range slices.Chunk(slices.Sorted(maps.Keys(missing)), storage.MaxLimit) {
		if len(p.order) >= 2*maxGraph {
			p.truncated = true
			break
		}
		found, err := p.s.store.FindJobs(ctx, storage.FindQuery{OrganizationID: p.actor.OrganizationID, Keys: keys, Brief: true})
		if err != nil {
			return storeError("find the dependencies of jobs", err)
		}
		for i := range found.Jobs {
			if record := &found.Jobs[i].JobRecord; p.s.opts.Policy != nil || p.actor.RoleOn(record.TeamIDs).Permits(teams.View) {
				p.add(record)
			}
		}
	}
	return nil
}

// near returns the jobs that the query selects, nearest first; all without a root.
// With visible, it does not go through jobs that the actor may not see.
func (p *picture) near(query GraphQuery, visible bool) []*node {
	if query.Root == "" {
		return slices.Clone(p.order)
	}
	root := p.byID[query.Root]
	depth := query.Depth
	if depth == 0 {
		depth = len(p.order)
	}
	near := map[*node]int{root: 0}
	for _, next := range []func(*node) []*node{
		func(n *node) []*node { return n.up }, func(n *node) []*node { return n.down },
	} {
		level, met := []*node{root}, map[*node]bool{root: true}
		for distance := 1; distance <= depth && len(level) > 0; distance++ {
			var further []*node
			for _, n := range level {
				for _, other := range next(n) {
					if met[other] || visible && !other.sees {
						continue
					}
					met[other] = true
					near[other] = distance
					further = append(further, other)
				}
			}
			level = further
		}
	}
	nodes := slices.Collect(maps.Keys(near))
	slices.SortFunc(nodes, func(a, b *node) int {
		return cmp.Or(cmp.Compare(near[a], near[b]), strings.Compare(a.record.JobID, b.record.JobID))
	})
	return nodes
}

// readVisible finds out which jobs the actor may see. It asks a policy only about
// the first ones.
func (p *picture) readVisible(ctx context.Context, nodes []*node) error {
	if p.s.opts.Policy == nil {
		for _, n := range nodes {
			n.sees = true // the others were left out
		}
		return nil
	}
	if len(nodes) > policyBounds.asks {
		nodes, p.truncated = nodes[:policyBounds.asks], true
	}
	for chunk := range slices.Chunk(nodes, 2*asksAtOnce) {
		ids := make([]string, len(chunk))
		for i, n := range chunk {
			ids[i] = n.record.JobID
		}
		found, err := p.s.store.FindJobs(ctx, storage.FindQuery{OrganizationID: p.actor.OrganizationID, IDs: ids})
		if err != nil {
			return storeError("find jobs", err)
		}
		records := make([]storage.JobRecord, len(found.Jobs))
		for i := range found.Jobs {
			records[i] = found.Jobs[i].JobRecord
		}
		sees, err := p.s.seesEach(ctx, p.actor, records)
		if err != nil {
			return err
		}
		for i := range records {
			p.byID[records[i].JobID].sees = sees[i]
		}
	}
	return nil
}

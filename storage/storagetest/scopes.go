package storagetest

import (
	"slices"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var scopeCases = []testCase{
	{
		name: "a scope lists the jobs that stand in it",
		why:  "the service makes each filter a scope; a job that is missing in a scope is hidden from people who filter",
		run: func(p *probe) {
			p.create(ref("a"), "a", withScopes("up"))
			p.create(ref("b"), "b", withScopes("key-east", "up", "up-2"))
			p.create(ref("c"), "c")
			p.create(ref("d"), "d", withScopes("up-2"))
			p.listed(storage.JobQuery{AllTeams: true, Scope: "up"}, 2, "a", "b")
			p.listed(storage.JobQuery{AllTeams: true, Scope: "up-2"}, 2, "b", "d")
			p.listed(storage.JobQuery{AllTeams: true, Scope: "key-east"}, 1, "b")
			p.listed(storage.JobQuery{AllTeams: true, Scope: "key-"}, 0)
			p.listed(storage.JobQuery{AllTeams: true, Scope: "Up"}, 0)
			p.listed(storage.JobQuery{AllTeams: true}, 4, "a", "b", "c", "d")
		},
	},
	{
		name: "a scope and teams are joined by and",
		why:  "a filter must not show a job to an actor who may not see it",
		run: func(p *probe) {
			p.create(ref("a"), "a", withScopes("up"), withTeams("red"))
			p.create(ref("b"), "b", withScopes("up"), withTeams("blue"))
			p.create(ref("c"), "c", withTeams("red"))
			p.create(ref("d"), "d", withScopes("up"), withTeams("blue", "red"))
			p.create(ref("e"), "e", withScopes("up"))
			p.listed(storage.JobQuery{TeamIDs: []string{"red"}, Scope: "up"}, 2, "a", "d")
			p.listed(storage.JobQuery{TeamIDs: []string{"red", "blue"}, Scope: "up"}, 3, "a", "b", "d")
			p.listed(storage.JobQuery{TeamIDs: []string{"green"}, Scope: "up"}, 0)
			p.listed(storage.JobQuery{Scope: "up"}, 0)
		},
	},
	{
		name: "a scope is listed in the order of creation",
		why:  "people page through a filtered list as through the whole list",
		run: func(p *probe) {
			ids := slices.Clone(names)
			for i, id := range shuffled(ids) {
				p.create(ref(id), runID(i), withScopes("up"), withTeams([][]string{{"blue"}, {"red"}}[i%2]...))
			}
			slices.Sort(ids)
			p.ordered(storage.JobQuery{AllTeams: true, Scope: "up"}, ids)
			p.ordered(storage.JobQuery{TeamIDs: []string{"red", "blue"}, Scope: "up"}, ids)
		},
	},
	{
		name: "a key scope is listed in the order of keys, too",
		why:  "people list the jobs of a cluster by key; a page must not sort all of them",
		run: func(p *probe) {
			keys, ids := slices.Clone(names), map[string]string{}
			for i, key := range shuffled(keys) {
				ids[key] = runID(i)
				p.create(ref(runID(i)), key, withScopes("key-east"), withTeams([][]string{{"blue"}, {"red"}}[i%2]...))
			}
			slices.Sort(keys)
			var want []string
			for _, key := range keys {
				want = append(want, ids[key])
			}
			p.ordered(storage.JobQuery{AllTeams: true, Scope: "key-east", Order: storage.ByKey}, want)
			p.ordered(storage.JobQuery{TeamIDs: []string{"red", "blue"}, Scope: "key-east", Order: storage.ByKey}, want)
			p.edit(ref(want[0]), withKey("\U0010ffff"))
			p.ordered(storage.JobQuery{AllTeams: true, Scope: "key-east", Order: storage.ByKey}, append(want[1:], want[0]))
		},
	},
	{
		name: "a scope that is no key scope has no order of keys",
		why:  "a store that sorts the whole scope for one page is slow when the scope is large",
		run: func(p *probe) {
			p.create(ref("a"), "a", withScopes("key-east", "up"))
			p.create(ref("b"), "b", withScopes("up"))
			q := storage.JobQuery{OrganizationID: org, AllTeams: true, Scope: "up", Order: storage.ByKey, Limit: 9}
			require.Empty(p, p.list(q).Jobs)
			p.edit(ref("b"), func(c *storage.Change) { c.Job.KeyScopes = []string{"up"} })
			page := p.list(q)
			require.Len(p, page.Jobs, 1)
			require.Equal(p, "b", page.Jobs[0].JobID)
			p.edit(ref("b"), func(c *storage.Change) { c.Job.KeyScopes = nil })
			require.Empty(p, p.list(q).Jobs)
		},
	},
	{
		name: "no other job stands in a forbidden scope",
		why:  "a job must not be removed or renamed while other jobs depend on it",
		run: func(p *probe) {
			p.create(ref("up"), "up", withScopes("up"))
			forbidding := func() storage.Change {
				return p.editing(ref("up"), func(c *storage.Change) { c.ForbidScope = "up" })
			}
			p.commit(forbidding()) // that it stands there itself does not count
			p.create(ref("down"), "down", withScopes("other", "up"))
			p.stale(forbidding())
			removal := p.removing(ref("up"))
			removal.ForbidScope = "up"
			p.stale(removal)

			p.edit(ref("down"), withScopes("other", "up-2"))
			p.commit(forbidding())
			p.edit(ref("down"), withScopes("up"))
			p.stale(forbidding())
			p.remove(ref("down"))
			p.commit(forbidding())
			removal = p.removing(ref("up"))
			removal.ForbidScope = "up"
			p.commit(removal)
			p.gone(ref("up"))
		},
	},
	{
		name: "a job in many scopes leaves each of them",
		why:  "if one of fifty entries stays, that scope still lists the job",
		run: func(p *probe) {
			many := numbered(50, 20)
			p.create(ref("job"), "key", withTeams("red"), withScopes(many...), func(c *storage.Change) { c.Job.KeyScopes = many[:25] })
			inEach := func(want int) {
				p.Helper()
				for i, scope := range many {
					p.listed(storage.JobQuery{TeamIDs: []string{"red"}, Scope: scope}, want, []string{"job"}[:want]...)
					if i < 25 {
						p.listed(storage.JobQuery{AllTeams: true, Scope: scope, Order: storage.ByKey}, want, []string{"job"}[:want]...)
					}
				}
			}
			inEach(1)
			p.edit(ref("job"), withKey("renamed"))
			inEach(1)
			p.remove(ref("job"))
			inEach(0)
		},
	},
}

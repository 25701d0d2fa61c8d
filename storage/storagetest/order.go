package storagetest

import (
	"slices"
	"strings"

	"github.com/jobledger/jobledger/storage"
)

var orderCases = []testCase{
	{
		name: "keys are ordered bytewise",
		why:  "if a backend sorts by another rule than the positions of pages, paging skips jobs",
		run: func(p *probe) {
			p.orderedByKey(names)
		},
	},
	{
		name: "keys of 255 characters are kept whole",
		why:  "an index on only the beginning of names takes two long names for the same",
		run: func(p *probe) {
			var keys []string
			for _, filler := range []string{"k", "\u00fc", "\U0001f6e0"} {
				long := strings.Repeat(filler, 254)
				keys = append(keys, long, long+"a", long+"b")
			}
			p.orderedByKey(keys)
		},
	},
	{
		name: "jobs of one creation time are ordered by ID, bytewise",
		why:  "jobs with equal times need a fixed order, or paging lists one job twice and leaves out another",
		run: func(p *probe) {
			ids := slices.Clone(names)
			for i, id := range shuffled(ids) {
				p.create(ref(id), runID(i))
			}
			slices.Sort(ids)
			p.ordered(storage.JobQuery{AllTeams: true, Order: storage.ByCreation}, ids)
		},
	},
	{
		name: "creation time comes before ID",
		why:  "a list by creation must not depend on the names of jobs",
		run: func(p *probe) {
			p.create(ref("c"), "1", withCreatedAt(minute(-3)))
			p.create(ref("a"), "2", withCreatedAt(minute(3)))
			p.create(ref("d"), "3", withCreatedAt(minute(-3)))
			p.create(ref("b"), "4", withCreatedAt(minute(0)))
			p.ordered(storage.JobQuery{AllTeams: true}, []string{"c", "d", "b", "a"})
		},
	},
	{
		name: "jobs of several teams are merged in order",
		why:  "a list that a store merges from one list per team must be in one order",
		run: func(p *probe) {
			ids := slices.Clone(names)
			for i, id := range shuffled(ids) {
				p.create(ref(id), id, withTeams([][]string{{"blue"}, {"red"}, {"blue", "red"}}[i%3]...))
			}
			slices.Sort(ids)
			p.ordered(storage.JobQuery{TeamIDs: []string{"red", "blue"}}, ids)
			p.ordered(storage.JobQuery{TeamIDs: []string{"red", "blue"}, Order: storage.ByKey}, ids)
		},
	},
	{
		name: "a rename moves a job in the order of keys",
		why:  "an index that keeps the old entry of an edited job lists the job twice",
		run: func(p *probe) {
			for _, id := range []string{"a", "b", "c"} {
				p.create(ref(id), id)
			}
			p.edit(ref("a"), withKey("z"))
			p.ordered(storage.JobQuery{AllTeams: true, Order: storage.ByKey}, []string{"b", "c", "a"})
			p.edit(ref("c"), withKey("A"))
			p.ordered(storage.JobQuery{AllTeams: true, Order: storage.ByKey}, []string{"c", "b", "a"})
		},
	},
}

// names are ordered by some rule other than by their bytes: by case, by
// number, by alphabet, by UTF-16, by a separator.
var names = []string{
	"a", "A", "b", "B", "aa", "aB", "a b", "a-b", "a.b", "a_b", "a:b", "a/b", "a0", "a10", "a9", "a~", "Z", "_", "-",
	"0", "00", "1", "10", "2", "a\u0301", "\u00e1", "\u00df", "ss", "\u0131", "I", "\u03a3", "\u03c2", "\uff21",
	"\U00010400", "\ue000", "\U0001f6e0", "e\u0301", "\u65e5\u672c", "{a}", "[a]", "a*", "a%", "(", "+",
}

// shuffled returns the names in an order that is neither sorted nor theirs,
// the same each time.
func shuffled(names []string) []string {
	mixed := make([]string, 0, len(names))
	for i := range names {
		mixed = append(mixed, names[(i*17+5)%len(names)])
	}
	if len(slices.Compact(slices.Sorted(slices.Values(mixed)))) != len(names) {
		panic("storagetest: the step divides the number of names")
	}
	return mixed
}

// orderedByKey creates a job for each key and lists them by key.
func (p *probe) orderedByKey(keys []string) {
	p.Helper()
	ids := map[string]string{}
	for i, key := range shuffled(keys) {
		ids[key] = runID(i)
		p.create(ref(runID(i)), key, withTeams("red"))
	}
	var want []string
	for _, key := range slices.Sorted(slices.Values(keys)) {
		want = append(want, ids[key])
	}
	p.ordered(storage.JobQuery{AllTeams: true, Order: storage.ByKey}, want)
	p.ordered(storage.JobQuery{TeamIDs: []string{"red"}, Order: storage.ByKey}, want)
}

// ordered lists all jobs of a query, in both directions, whole and in pages.
func (p *probe) ordered(q storage.JobQuery, want []string) {
	p.Helper()
	p.listed(q, len(want), want...)
	backwards := slices.Clone(want)
	slices.Reverse(backwards)
	q.Descending = true
	p.listed(q, len(want), backwards...)
	q.Limit = 3
	for ; q.Offset < len(want); q.Offset += q.Limit {
		p.listed(q, len(want), backwards[q.Offset:min(q.Offset+q.Limit, len(want))]...)
	}
}

package storagetest

import (
	"math"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var versionCases = []testCase{
	{
		name: "a published version is read by its number",
		why:  "a run names the version it was made from",
		run: func(p *probe) {
			p.create(ref("job"), "key", withVersions(1))
			p.edit(ref("job"), withVersions(2, 3))
			for n := 1; n <= 3; n++ {
				got, err := p.store.Version(p.ctx, ref("job"), n)
				require.NoError(p, err)
				p.same(version(ref("job"), n), got, "version %d", n)
			}
			for _, n := range []int{-1, 0, 4, math.MaxInt} {
				p.notFound("Version", second(p.store.Version(p.ctx, ref("job"), n)))
			}
		},
	},
	{
		name: "a version's number is used once",
		why:  "a published version never changes; that is the promise of the ledger",
		run: func(p *probe) {
			p.create(ref("job"), "key", withVersions(1))
			p.stale(p.editing(ref("job"), withVersions(1)))
			p.stale(p.editing(ref("job"), withVersions(2, 1)))
			p.edit(ref("job"), withVersions(2))
		},
	},
	{
		name: "two versions of one change never share a number",
		why:  "one of the two versions would be lost without an error",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			before := p.snapshot()
			require.Error(p, p.store.Commit(p.ctx, p.editing(ref("job"), withVersions(1, 1))))
			p.same(before, p.snapshot(), "written in spite of the error")
		},
	},
	{
		name: "each job counts its versions for itself",
		why:  "version numbers are unique within a job, not within the organization",
		run: func(p *probe) {
			p.create(ref("a"), "a", withVersions(1, 2))
			p.create(ref("b"), "b", withVersions(1))
			p.notFound("Version", second(p.store.Version(p.ctx, ref("b"), 2)))
			p.versionNumbers(storage.VersionQuery{JobRef: ref("b"), Limit: 9}, 1, 1)
		},
	},
	{
		name: "versions are listed in rising order with their total",
		why:  "people page through the versions by offset",
		run: func(p *probe) {
			p.create(ref("job"), "key", withVersions(2, 10, 1), withDraft(11))
			p.edit(ref("job"), withVersions(9))
			list := func(offset, limit int) storage.VersionQuery {
				return storage.VersionQuery{JobRef: ref("job"), Offset: offset, Limit: limit}
			}
			p.versionNumbers(list(0, 9), 4, 1, 2, 9, 10)
			p.versionNumbers(list(0, 2), 4, 1, 2)
			p.versionNumbers(list(2, 1), 4, 9)
			p.versionNumbers(list(3, 9), 4, 10)
			p.versionNumbers(list(4, 9), 4)
			p.versionNumbers(list(99, 9), 4)
			p.versionNumbers(list(0, 0), 4)
		},
	},
	{
		name: "the state of a version is put beside its document",
		why:  "the number of a version's runs changes, its definition does not; a large config must not be written again for that",
		run: func(p *probe) {
			p.create(ref("job"), "key", withVersions(1, 2), func(c *storage.Change) { c.AddVersions[1].State = []byte("first") })
			p.versionStates("", "first")
			p.edit(ref("job"), withStates("a longer one", 1, 2), withVersions(3))
			p.versionStates("a longer one", "a longer one", "")
			p.edit(ref("job"), withStates("short", 2))
			p.versionStates("a longer one", "short", "")
			p.edit(ref("job"), withStates("", 1))
			p.versionStates("", "short", "")
			p.edit(ref("job"), withKey("renamed"))
			p.versionStates("", "short", "")
		},
	},
	{
		name: "the state of a version needs the version",
		why:  "a state without its version would be read as a version with an empty definition",
		run: func(p *probe) {
			p.create(ref("other"), "other", withVersions(1, 2))
			p.create(ref("job"), "key", withVersions(1), withDraft(2))
			p.stale(p.editing(ref("job"), withStates("state", 2)))
			p.stale(p.editing(ref("job"), withStates("state", 1, 3)))
			p.versionStates("")
			p.edit(ref("job"), withStates("state", 1))
			p.versionStates("state")
		},
	},
	{
		name: "a removed job takes the states of its versions along",
		why:  "a new job under the same ID begins again with version 1",
		run: func(p *probe) {
			p.create(ref("job"), "key", withVersions(1))
			p.edit(ref("job"), withStates("state", 1))
			p.commit(p.removing(ref("job")))
			p.notFound("Version", second(p.store.Version(p.ctx, ref("job"), 1)))
			require.Empty(p, p.versions(storage.VersionQuery{JobRef: ref("job"), Limit: 9}).Versions)
			for erased := 1; erased > 0; {
				var err error
				erased, err = p.store.Sweep(p.ctx, storage.SweepOptions{Limit: 100})
				require.NoError(p, err)
			}
			p.create(ref("job"), "key", withVersions(1))
			p.versionStates("")
		},
	},
}

// versionStates compares the states of all versions of the job "job", by every read
// of them, and finds their documents as they were.
func (p *probe) versionStates(want ...string) {
	p.Helper()
	listed := p.versions(storage.VersionQuery{JobRef: ref("job"), Limit: 9}).Versions
	require.Len(p, listed, len(want))
	for i, state := range want {
		v := version(ref("job"), i+1)
		v.State = []byte(state)
		read, err := p.store.Version(p.ctx, ref("job"), i+1)
		require.NoError(p, err)
		p.same(v, read, "version %d", i+1)
		p.same(v, listed[i], "listed version %d", i+1)
	}
}

// versionNumbers compares a page of versions.
func (p *probe) versionNumbers(query storage.VersionQuery, total int, want ...int) {
	p.Helper()
	page := p.versions(query)
	var got []int
	for _, v := range page.Versions {
		got = append(got, v.Number)
	}
	p.same(want, got, "version numbers of %+v", query)
	require.Equal(p, total, page.Total, "total of %+v", query)
}

package storagetest

import (
	"github.com/jobledger/jobledger/storage"
)

var keyCases = []testCase{
	{
		name: "a key belongs to one job of an organization",
		why:  "people and dependencies name a job by its key; the key must name exactly one job",
		run: func(p *probe) {
			p.create(ref("a"), "key")
			c := p.change(ref("b"))
			c.Job = newJob(ref("b"), "key")
			p.stale(c)
			p.create(ref("b"), "other-key")
			p.stale(p.editing(ref("b"), withKey("key")))
		},
	},
	{
		name: "keys that differ in case or accents are different",
		why:  "a backend that compares text by a collation refuses keys that are not taken",
		run: func(p *probe) {
			for i, key := range []string{"key", "Key", "KEY", "key ", "k\u00e9y", "ke\u0301y", "key%", "k_y"} {
				p.create(ref(runID(i)), key)
			}
		},
	},
	{
		name: "a renamed job leaves its key free",
		why:  "a key that stays taken after a rename can never be used again",
		run: func(p *probe) {
			p.create(ref("a"), "old")
			p.edit(ref("a"), withKey("new"))
			p.owners(map[string]string{"new": "a"}, "old", "new")
			p.create(ref("b"), "old")
			p.owners(map[string]string{"old": "b", "new": "a"}, "old", "new")
			p.stale(p.editing(ref("a"), withKey("old")))
		},
	},
	{
		name: "an edit keeps the job's own key",
		why:  "an edit must not be refused because the job itself has the key",
		run: func(p *probe) {
			p.create(ref("a"), "key")
			p.edit(ref("a"), withDoc("edited"))
			p.owners(map[string]string{"key": "a"}, "key")
		},
	},
	{
		name: "two jobs swap their keys over a third",
		why:  "the index of keys must still be right after several renames",
		run: func(p *probe) {
			p.create(ref("a"), "one")
			p.create(ref("b"), "two")
			p.edit(ref("a"), withKey("three"))
			p.edit(ref("b"), withKey("one"))
			p.edit(ref("a"), withKey("two"))
			p.owners(map[string]string{"one": "b", "two": "a"}, "one", "two", "three")
		},
	},
	{
		name: "a removed job's key is free at once",
		why:  "people who delete a job and create it again must not have to wait for a sweep",
		run: func(p *probe) {
			p.create(ref("a"), "key")
			p.remove(ref("a"))
			p.owners(nil, "key")
			p.create(ref("b"), "key")
			p.sweep()
			p.owners(map[string]string{"key": "b"}, "key")
		},
	},
	{
		name: "required keys hold",
		why:  "a version names its dependencies by key; the publish must fail if one of them is renamed or removed meanwhile",
		run:  keysRequired,
	},
}

// owners looks keys up, and compares who they belong to.
func (p *probe) owners(want map[string]string, keys ...string) {
	p.Helper()
	got := map[string]string{}
	for _, job := range p.find(storage.FindQuery{OrganizationID: org, Keys: keys}).Jobs {
		got[job.Key] = job.JobID
	}
	p.same(want, got, "the owners of the keys %v", keys)
}

func keysRequired(p *probe) {
	p.create(ref("up"), "up")
	p.create(ref("job"), "job")
	requiring := func() storage.Change {
		return p.editing(ref("job"), func(c *storage.Change) {
			c.RequireKeys = []storage.KeyGuard{{Key: "up", JobID: "up"}}
		})
	}
	p.commit(requiring())
	p.edit(ref("up"), withKey("renamed"))
	p.stale(requiring())
	p.create(ref("usurper"), "up")
	p.stale(requiring())
	p.edit(ref("usurper"), withKey("elsewhere"))
	p.edit(ref("up"), withKey("up"))
	p.commit(requiring())
	p.remove(ref("up"))
	p.stale(requiring())
}

package storagetest

import (
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/storage"
)

var draftCases = []testCase{
	{
		name: "a draft is put, replaced and removed",
		why:  "a job has at most one draft: the one that was put last",
		run: func(p *probe) {
			p.create(ref("job"), "key", withDraft(1))
			p.draft(version(ref("job"), 1))
			replacement := version(ref("job"), 1)
			replacement.Doc = []byte("patched")
			p.edit(ref("job"), func(c *storage.Change) { c.PutDraft = &replacement })
			p.draft(replacement)
			p.edit(ref("job"), withDoc("edited"))
			p.draft(replacement)
			p.edit(ref("job"), withoutDraft)
			p.notFound("Draft", second(p.store.Draft(p.ctx, ref("job"))))
		},
	},
	{
		name: "a draft of another number replaces the one before",
		why:  "a backend that stores drafts by number would keep both",
		run: func(p *probe) {
			p.create(ref("job"), "key", withDraft(1))
			p.edit(ref("job"), withDraft(7))
			p.draft(version(ref("job"), 7))
			p.edit(ref("job"), withoutDraft)
			p.notFound("Draft", second(p.store.Draft(p.ctx, ref("job"))))
		},
	},
	{
		name: "removing a draft that is not there is fine",
		why:  "two people may discard the same draft; the second must get no error",
		run: func(p *probe) {
			p.create(ref("job"), "key")
			p.edit(ref("job"), withoutDraft)
			p.edit(ref("job"), withoutDraft)
		},
	},
	{
		name: "a draft is not a version",
		why:  "a version that is not published must not run, and must not be listed",
		run: func(p *probe) {
			p.create(ref("job"), "key", withVersions(1), withDraft(2))
			p.notFound("Version", second(p.store.Version(p.ctx, ref("job"), 2)))
			p.versionNumbers(storage.VersionQuery{JobRef: ref("job"), Limit: 9}, 1, 1)
		},
	},
	{
		name: "publishing turns a draft into a version of its number",
		why:  "removing the draft and adding the version are one commit",
		run: func(p *probe) {
			p.create(ref("job"), "key", withDraft(1))
			p.edit(ref("job"), withVersions(1), withoutDraft)
			p.notFound("Draft", second(p.store.Draft(p.ctx, ref("job"))))
			p.versionNumbers(storage.VersionQuery{JobRef: ref("job"), Limit: 9}, 1, 1)
		},
	},
	{
		name: "each job has a draft of its own",
		why:  "a draft that is stored under a wrong key shows the configuration of another job",
		run: func(p *probe) {
			p.create(ref("a"), "a", withDraft(1))
			p.create(ref("b"), "b")
			p.notFound("Draft", second(p.store.Draft(p.ctx, ref("b"))))
			p.edit(ref("b"), withoutDraft)
			p.draft(version(ref("a"), 1))
		},
	},
}

func withoutDraft(c *storage.Change) { c.RemoveDraft = true }

// draft compares a job's draft.
func (p *probe) draft(want storage.VersionRecord) {
	p.Helper()
	got, err := p.store.Draft(p.ctx, want.JobRef)
	require.NoError(p, err, "draft of %s", want.JobID)
	p.same(want, got, "draft of %s", want.JobID)
}

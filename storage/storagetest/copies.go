package storagetest

import (
	"github.com/jobledger/jobledger/storage"
	"github.com/jobledger/jobledger/storage/storagetest/internal/deep"
)

var copyCases = []testCase{
	{
		name: "what was committed is the store's own",
		why:  "a caller that reuses a buffer would write into the ledger",
		run: func(p *probe) {
			p.committedIsCopied(everything(p))
			p.committedIsCopied(p.removing(ref("job")))
		},
	},
	{
		name: "what was read is the reader's own",
		why:  "a caller that sorts or patches what it read would change what the next one reads",
		run: func(p *probe) {
			p.fullOfEverything()
			want := deep.Copy(p.snapshot())
			for range 2 {
				deep.Scribble(p.snapshot())
				p.same(want, p.snapshot(), "read after a read was overwritten")
			}
		},
	},
	{
		name: "two reads share nothing",
		why:  "two goroutines that read the same job must not share its bytes: that would be a data race",
		run: func(p *probe) {
			p.fullOfEverything()
			first, second := p.snapshot(), p.snapshot()
			want := deep.Copy(second)
			deep.Scribble(first)
			p.same(want, second, "an earlier read, after the one before it was overwritten")
		},
	},
}

// committedIsCopied commits a change, and then overwrites it.
func (p *probe) committedIsCopied(c storage.Change) {
	p.Helper()
	p.commit(c)
	want := deep.Copy(p.snapshot())
	deep.Scribble(c)
	p.same(want, p.snapshot(), "read after the change was overwritten")
}

// fullOfEverything leaves something for each kind of read to find.
func (p *probe) fullOfEverything() {
	p.Helper()
	p.commit(everything(p))
	p.full(ref("gone"))
	p.remove(ref("gone"))
}

package storagetest

import (
	"testing"

	"github.com/jobledger/jobledger/storage"
)

// Run tests whether the stores that open returns keep the contract of
// [storage.Store].
//
// open is called once for each case, with the case's t. It returns an empty
// store that shares nothing with earlier ones, and closes it with t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) storage.Store) {
	for _, g := range contract {
		t.Run(g.name, func(t *testing.T) {
			for _, c := range g.cases {
				t.Run(c.name, func(t *testing.T) { c.check(t, open(t)) })
			}
		})
	}
}

// RunDurable tests whether a store keeps what it has acknowledged. After the
// store is opened again, every read must return the same as before, and what
// cannot be read (operation IDs and the graph counter) must still have its
// effect.
//
// open is as in [Run]. reopen ends the given store, as abruptly as the author
// wants, and returns another store on the same data. The given store is not
// used again. A case may reopen several times.
func RunDurable(
	t *testing.T,
	open func(t *testing.T) storage.Store,
	reopen func(t *testing.T, store storage.Store) storage.Store,
) {
	for _, c := range durableCases {
		t.Run(c.name, func(t *testing.T) {
			c.check(t, open(t), func(store storage.Store) storage.Store { return reopen(t, store) })
		})
	}
}

// contract is what [Run] walks: one group for each concept of the
// contract, in the order in which a new backend is best made to pass.
var contract = []group{
	{"commit", commitCases},
	{"validate", validateCases},
	{"revisions", revisionCases},
	{"guards", guardCases},
	{"keys", keyCases},
	{"organization", organizationCases},
	{"find", findCases},
	{"versions", versionCases},
	{"drafts", draftCases},
	{"documents", documentCases},
	{"state", stateCases},
	{"times", timeCases},
	{"copies", copyCases},
	{"list", listCases},
	{"order", orderCases},
	{"scopes", scopeCases},
	{"runs", runCases},
	{"runlists", runListCases},
	{"ticks", tickCases},
	{"events", eventCases},
	{"pages", pageCases},
	{"due", dueCases},
	{"wake", wakeCases},
	{"tombstones", tombstoneCases},
	{"sweep", sweepCases},
	{"operations", operationCases},
	{"copied", copiedCases},
	{"context", contextCases},
	{"isolation", isolationCases},
	{"random", randomCases},
	{"race", raceCases},
	{"writers", writerCases},
	{"volume", volumeCases},
}

package main

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// TestARunIsGivenUpAfterALease has a run that the ledger does not know given up
// only after a lease, since its new token may be on its way.
func TestARunIsGivenUpAfterALease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := grace{lease: time.Minute}
		require.True(t, g.isOver(errGone), "the run has ended")
		require.False(t, g.isOver(errUnknown))
		<-time.After(time.Minute) // simulated
		require.False(t, g.isOver(errUnknown))
		require.False(t, g.isOver(nil), "the new token has come")
		require.False(t, g.isOver(errUnknown))
		<-time.After(time.Minute + 1)
		require.True(t, g.isOver(errUnknown))
	})
}

package jobs_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestDueJobsAreReadTogether: jobs of one organization that are due at once cost
// one read, and one commit each.
func TestDueJobsAreReadTogether(t *testing.T) {
	w, s := newSpiedWorld(t, patient)
	const n = 20
	for i := range n {
		w.create(fmt.Sprint("job", i), scheduled("@hourly", "", ""))
	}
	w.Outage(time.Hour)
	s.read()
	s.made()
	w.look()
	_, reads := s.read()
	require.LessOrEqual(t, reads["FindJobs"], 2, "the jobs, and what the clock is believed by: %v", reads)
	require.Zero(t, reads["Job"]+reads["ListRuns"]+reads["ListTicks"], "%v", reads)
	settled := 0
	for _, c := range s.made() {
		if len(c.PutTicks) > 0 {
			settled++
			require.Len(t, c.PutRuns, 1)
		}
	}
	require.Equal(t, n, settled)
}

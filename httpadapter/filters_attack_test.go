package httpadapter_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/teams"
	"github.com/jobledger/jobledger/versions"
)

// A member who sees 5 of many jobs finds them by each filter, on every store; and
// nothing of the others, and of another organization.
func TestFewOfManyJobsAreFoundByEachFilter(t *testing.T) {
	inWorlds(t, func(t *testing.T, w *World) {
		d := versions.Definition{ClusterID: cluster, Config: []byte(`{"sql":{"source":"select 1"}}`)}
		many := map[string]string{}
		for i := range 15 {
			many[fmt.Sprint("label-", i)] = "x"
		}
		for i := range 300 {
			team, key := teamB, fmt.Sprintf("job-%03d", i)
			many["seen"] = "no"
			if i%60 == 7 {
				team, many["seen"] = teamA, "yes"
			}
			_, err := w.service.CreateJob(t.Context(), teams.System(org), jobs.NewJob{Definition: d, Key: key, TeamIDs: []string{team}, Labels: many})
			require.NoError(t, err)
			w.Outage(time.Second)
		}
		five := "5: job-007 job-067 job-127 job-187 job-247"
		for _, query := range []string{
			"", "status=active", "label=label-3=x", "keyPrefix=job-", "label=seen=yes",
			"label=label-0=x&status=active", "label=label-0=x&status=active&keyPrefix=j", "status=active&sortBy=jobKey",
		} {
			require.Equal(t, five, w.keysOn(viewer, "/me/jobs?"+query), query)
			require.Equal(t, "0:", w.keysOn(stranger, "/me/jobs?"+query), query)
		}
		require.Equal(t, "0:", w.keysOn(viewer, "/me/jobs?label=seen=no"))
		require.Equal(t, "0:", w.keysOn(viewer, "/me/jobs?key=job-008"))
		require.Equal(t, "1: job-007", w.keysOn(viewer, "/me/jobs?key=job-007"))
		require.Equal(t, "5: job-127 job-187", w.keysOn(viewer, "/me/jobs?limit=2&page=2&label=label-0=x&status=active"))
		require.Equal(t, "295:", w.keysOn(owner, "/me/jobs?limit=0&label=seen=no&status=active"))
	})
}

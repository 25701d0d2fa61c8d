package history

import (
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// nature is how the runs of a job go.
type nature struct {
	// usual is how long a run takes, give or take a fifth.
	usual time.Duration
	// fails is how often a run fails, from 0 to 1, and message what it says then.
	fails   float64
	message string
	// broken are the versions of which every run fails at once.
	broken []int
	// grows is how much longer each run takes than the one before, as a share.
	grows float64
	// slow is how often a run takes far longer than usual, and slower how many times.
	slow   float64
	slower float64
}

var natures = map[string]nature{
	"demo-sales":         {usual: 2 * time.Second},
	"fx-rates":           {usual: 8 * time.Second, fails: .004, message: "rates.example answered 503"},
	"orders-import":      {usual: 64 * time.Minute, fails: .08, message: "the disk for staging was full"},
	"nightly-sales":      {usual: 24 * time.Minute, grows: .03, fails: .1, message: "the warehouse closed the connection"},
	"hourly-sync":        {usual: 34 * time.Minute, slow: .012, slower: 5.5},
	"crm-sync":           {usual: 9 * time.Minute, slow: .02, slower: 4},
	"customer-segments":  {usual: 16 * time.Minute},
	"revenue-dashboard":  {usual: 3 * time.Minute},
	"supplier-feeds":     {usual: 11 * time.Minute, fails: .35, message: "feeds.example answered 503"},
	"broken-report":      {usual: 38 * time.Second, broken: []int{3}, message: "no such column: net_amount"},
	"churn-model":        {usual: 94 * time.Minute},
	"weekly-digest":      {usual: 4 * time.Minute},
	"search-index":       {usual: 14 * time.Minute},
	"log-compaction":     {usual: 50 * time.Second},
	"inventory-snapshot": {usual: 6 * time.Minute},
	"gdpr-erasure":       {usual: 4 * time.Minute},
}

// end says how a run ends, and after how long.
func (n nature) end(d jobs.Dispatch) (took time.Duration, status jobs.RunStatus, message string) {
	for _, version := range n.broken {
		if d.Run.JobVersion == version {
			return 2 * time.Second, jobs.RunFailed, n.message
		}
	}
	took = time.Duration(float64(n.usual) * (.8 + .4*chance(d, "length")) * (1 + n.grows*float64(d.Run.Number)))
	if chance(d, "slow") < n.slow {
		took = time.Duration(float64(took) * n.slower)
	}
	if chance(d, "fail") < n.fails {
		return took / 3, jobs.RunFailed, n.message
	}
	return took.Round(time.Millisecond), jobs.RunSucceeded, ""
}

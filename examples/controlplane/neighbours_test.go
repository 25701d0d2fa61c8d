package main

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/torture"
)

// twoOrganizations is a config with a hog and its neighbour.
const twoOrganizations = `{"organizations":[
	{"id":"HOG","clusters":[{"id":"CLUSTERAA1","status":"active"}],"teams":[{"id":"TEAMAAAAA1"}],"members":[{"id":"H","token":"tok-hog","allTeams":true}]},
	{"id":"NEIGHBOUR","clusters":[{"id":"CLUSTERAA1","status":"active"}],"teams":[{"id":"TEAMAAAAA1"}],"members":[{"id":"N","token":"tok-neighbour","allTeams":true}]}]}`

// hogs are statements that use up what there is. None of them heeds an interrupt,
// or it does so too late.
var hogs = map[string]string{
	"never ends":           endless,
	"is one endless step":  `select instr(hex(zeroblob(8000000)), hex(zeroblob(4000000)) || '1')`,
	"writes without end":   `with recursive n(x) as (select 1 union all select x+1 from n) select x, hex(zeroblob(10000)) from n`,
	"fills the memory":     `with recursive n(x) as (select hex(zeroblob(1000000)) union all select x || 'y' from n) select count(distinct x) from n`,
	"one value too long":   `select hex(zeroblob(500000000))`,
	"rows without end":     `with recursive n(x) as (select 1 union all select x+1 from n) select x from n`,
	"sorts without an end": `with recursive n(x) as (select 1 union all select x+1 from n) select x from n order by -x`,
}

// rounds is how often all hogs run: more with JOBLEDGER_TORTURE=1. A neighbour makes
// trials runs meanwhile.
func rounds() int {
	if torture.On() {
		return 20
	}
	return 1
}

const trials = 10

// One organization's jobs may use up what they are allowed to: the runs of others
// go on, memory and disk are bounded, and nothing is left when the runs have ended.
func TestNeighboursOfHogs(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("what processes use is read from /proc")
	}
	config, folder := filepath.Join(t.TempDir(), "two.json"), t.TempDir()
	require.NoError(t, os.WriteFile(config, []byte(twoOrganizations), 0o600))
	p := start(t, "-store", "memory", "-config", config, "-data", people(t), "-results", folder, "-base", "/",
		"-workers", "4", "-max-bytes", "50000000", "-max-memory", "33554432")
	create := func(token, key, source string) string {
		body := fmt.Sprintf(`{"jobKey":%q,"clusterId":"CLUSTERAA1","teamIds":["TEAMAAAAA1"],"config":%s,"timeoutSeconds":5}`, key, sqlConfig(source))
		return "/workloads/jobs/" + p.expect(http.StatusCreated, token, "POST", "/workloads/jobs", body)["id"].(string)
	}
	begin := func(token, job string) string {
		return job + "/runs/" + p.expect(http.StatusCreated, token, "POST", job+"/runs", "")["id"].(string)
	}
	hogJobs := map[string]string{}
	for name, source := range hogs {
		hogJobs[name] = create("tok-hog", name, source)
	}
	job := create("tok-neighbour", "neighbour", "select 1")

	var latest time.Duration
	var most int64
	for range rounds() {
		hogRuns := map[string]string{}
		for name, hog := range hogJobs {
			hogRuns[name] = begin("tok-hog", hog)
		}
		for range trials {
			run := p.ended("tok-neighbour", begin("tok-neighbour", job))
			require.Equal(t, "succeeded", run["status"], run)
			latest = max(latest, instant(t, run["runnerStartedAt"]).Sub(instant(t, run["createdAt"])))
			for _, child := range childrenOf(t, p.cmd.Process.Pid) {
				most = max(most, peak(child))
			}
		}
		for name, run := range hogRuns {
			status := p.ended("tok-hog", run)["status"]
			require.Contains(t, []any{"timeout", "failed"}, status, name)
		}
		eventually(t, "no process is left", func() bool { return len(childrenOf(t, p.cmd.Process.Pid)) == 0 })
	}
	t.Logf("%d rounds of %d hogs; %d runs of a neighbour, at most %s late; a process used at most %d MiB; none was left after a round",
		rounds(), len(hogs), rounds()*trials, latest.Round(time.Millisecond), most>>20)
	require.Less(t, most, int64(600<<20))
	eventually(t, "runs that were stopped leave no results", func() bool {
		left, err := os.ReadDir(filepath.Join(folder, "HOG"))
		require.NoError(t, err)
		return len(left) == 0
	})
	if torture.On() {
		require.LessOrEqual(t, latest, 2*time.Second)
	}
}

// instant is a time of an answer.
func instant(t *testing.T, text any) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339Nano, text.(string))
	require.NoError(t, err)
	return at
}

// childrenOf lists the processes that a process started and that run.
func childrenOf(t *testing.T, pid int) (children []string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "ps", "-o", "pid=,stat=", "--ppid", strconv.Itoa(pid)).Output()
	if err != nil {
		return nil // there are none
	}
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); !strings.HasPrefix(fields[1], "Z") {
			children = append(children, fields[0])
		}
	}
	return children
}

// peak is how many bytes of memory a process has used at most; 0 when it has ended.
func peak(pid string) int64 {
	text, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	kilobytes, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(strings.SplitN(rest, "\n", 2)[0]), "kB")), 10, 64)
	return kilobytes << 10
}

package main

import (
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/needs"
)

// daemon is a program that starts one which leaves its group and session, and the
// parent that started it, as daemons do. It prints the daemon's process ID.
const daemon = `
import os, sys, time
ours, theirs = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(theirs, str(os.getpid()).encode())
        time.sleep(1000)
    os._exit(0)
print(os.read(ours, 20).decode(), flush=True)
`

// A daemon that a Python job starts ends with the job, in the program itself:
// when the job ends, when its run is cancelled, and when the control plane is
// killed.
func TestADaemonOfAJobEndsWithIt(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux adopts what others leave behind")
	}
	needs.Program(t, "python3")
	for name, end := range map[string]struct {
		rest string
		do   func(p *process, run string)
	}{
		"the job ends": {"", func(p *process, run string) {
			require.Equal(p.t, "succeeded", p.ended("tok-auditor", run)["status"])
		}},
		"the run is cancelled": {"time.sleep(1000)", func(p *process, run string) {
			p.expect(http.StatusOK, "tok-contrib", "POST", run+"/cancel", "")
			require.Equal(p.t, "cancelled", p.ended("tok-auditor", run)["status"])
		}},
		"its time is over": {"time.sleep(1000)", func(p *process, run string) {
			require.Equal(p.t, "timeout", p.ended("tok-auditor", run)["status"])
		}},
		"the control plane is killed": {"time.sleep(1000)", func(p *process, _ string) {
			require.False(p.t, p.signal(os.Kill).Exited())
		}},
	} {
		t.Run(name, func(t *testing.T) {
			folder := t.TempDir()
			p := start(t, "-store", "memory", "-config", writeConfig(t), "-results", folder, "-base", "/", "-allow-python")
			body := `{"jobKey":"daemon","clusterId":"CLUSTERAA1","teamIds":["TEAMAAAAA1"],"timeoutSeconds":` + timeoutOf(name) + `,"config":` + pythonConfig(daemon+end.rest, "") + `}`
			job := "/workloads/jobs/" + p.expect(http.StatusCreated, "tok-contrib", "POST", "/workloads/jobs", body)["id"].(string)
			run := job + "/runs/" + p.expect(http.StatusCreated, "tok-contrib", "POST", job+"/runs", "")["id"].(string)
			var pid string
			eventually(t, "the daemon runs", func() bool {
				files, err := filepath.Glob(filepath.Join(folder, "ORGAAAAAA1", "*"))
				require.NoError(t, err)
				hidden, err := filepath.Glob(filepath.Join(folder, "ORGAAAAAA1", ".*.tmp"))
				require.NoError(t, err)
				for _, file := range append(files, hidden...) {
					text, _ := os.ReadFile(file) // it may have its other name by now
					pid = strings.TrimSpace(string(text))
				}
				_, err = strconv.Atoi(pid)
				return err == nil
			})
			end.do(p, run)
			eventually(t, "the daemon has ended", func() bool { return !alive(t, pid) })
		})
	}
}

// timeoutOf is the timeout of a case's job, in seconds.
func timeoutOf(name string) string {
	if name == "its time is over" {
		return "5"
	}
	return "3600"
}

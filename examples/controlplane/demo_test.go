package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/internal/needs"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/storage/memory"
)

// pasteable are the lines that a newcomer is told to paste.
func (p *process) pasteable() []string {
	return slices.DeleteFunc(slices.Clone(p.said), func(line string) bool {
		return !strings.HasPrefix(line, "curl ")
	})
}

// paste runs one line as a shell does, and fails the test unless every answer
// that it prints is a success.
func paste(t *testing.T, line string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "sh", "-c", line).CombinedOutput()
	require.NoError(t, err, "%s\n%s", line, out)
	answers := json.NewDecoder(bytes.NewReader(out))
	for {
		var answer map[string]any
		err := answers.Decode(&answer)
		if err == io.EOF {
			return
		}
		require.NoError(t, err, "%s\n%s", line, out)
		require.NotContains(t, answer, "title", "%s\n%s", line, out)
	}
}

func requireCurl(t *testing.T) {
	t.Helper()
	needs.Program(t, "curl")
}

func TestEveryPrintedLineWorksAlone(t *testing.T) {
	requireCurl(t)
	count := len(start(t, "-store", "memory").pasteable())
	require.GreaterOrEqual(t, count, 10)
	for i := range count {
		p := start(t, "-store", "memory")
		paste(t, p.pasteable()[i])
		p.end()
	}
}

func TestThePrintedLinesWorkInAnyOrderOnAnOldDatabase(t *testing.T) {
	requireCurl(t)
	args := []string{"-store", "sqlite:" + filepath.Join(t.TempDir(), "demo.db")}
	for range 2 {
		p := start(t, args...)
		lines := p.pasteable()
		for _, line := range lines {
			paste(t, line)
		}
		slices.Reverse(lines)
		for _, line := range lines {
			paste(t, line)
			paste(t, line)
		}
		// A draft that was left behind must not be in anybody's way either.
		p.call("demo-admin", "POST", "/workloads/jobs/"+demoJob+"/draft", `{}`)
		p.signal(os.Kill)
	}
}

// Without -data there is a sample database, which is left alone when it is there.
func TestTheDemoJobRuns(t *testing.T) {
	const path = "/workloads/jobs/" + demoJob
	p := start(t, "-store", "memory")
	for range 2 {
		run := p.expect(http.StatusCreated, "demo-contributor", "POST", path+"/runs", "")
		run = p.ended("demo-viewer", path+"/runs/"+run["id"].(string))
		require.Equal(t, "succeeded", run["status"], run)
		file := run["results"].(map[string]any)["outputPath"].(string)
		require.Equal(t, filepath.Join(p.cmd.Dir, "jobledger-results", "ORGDEMO001"), filepath.Dir(file))
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Contains(t, string(text), "product,sold,revenue\n\"beans, 1 kg\",")
		before, err := os.Stat(filepath.Join(p.cmd.Dir, sampleFile))
		require.NoError(t, err)

		require.Zero(t, p.signal(os.Interrupt).ExitCode())
		p = startIn(t, p.cmd.Dir, "-store", "memory")
		after, err := os.Stat(filepath.Join(p.cmd.Dir, sampleFile))
		require.NoError(t, err)
		require.True(t, os.SameFile(before, after))
	}
}

func TestTheDemoJobIsMadeAgain(t *testing.T) {
	store := memory.New()
	demo, err := loadConfig("")
	require.NoError(t, err)
	seed := func() string {
		id, err := seedDemo(t.Context(), store, demo.directory)
		require.NoError(t, err)
		return id
	}
	require.Equal(t, demoJob, seed())
	require.Equal(t, demoJob, seed(), "what is there is left alone")

	service := jobs.NewService(store, nil)
	admin, _ := demo.directory.Actor(demoOrganization, demoAdmin)
	require.NoError(t, service.DeleteJob(t.Context(), admin, demoJob))
	again := seed()
	require.Equal(t, again, seed(), "under whatever ID it has now")
	require.Contains(t, demoText("http://localhost", again), again)
}

func TestTheDemoTextIsFilledIn(t *testing.T) {
	text := demoText("http://localhost:1/x", demoJob)
	for _, name := range []string{"{url}", "{job}", "{json}", "{team}", "{cluster}", "{contributor}"} {
		require.Contains(t, demoTemplate, name)
		require.NotContains(t, text, name)
	}
}

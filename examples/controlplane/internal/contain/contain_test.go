package contain_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/examples/controlplane/internal/child"
	"github.com/jobledger/jobledger/examples/controlplane/internal/contain"
	"github.com/jobledger/jobledger/internal/needs"
)

func TestMain(m *testing.M) {
	child.Main(map[string]func() int{contain.Part: contain.Main})
	os.Exit(m.Run())
}

func shell(t *testing.T, script string) (contain.Program, *bytes.Buffer) {
	t.Helper()
	needs.Program(t, "sh")
	var stdout bytes.Buffer
	return contain.Program{Args: []string{"sh", "-c", script}, Dir: t.TempDir(), Env: child.Environment(""), Stdout: &stdout}, &stdout
}

func TestExitCodes(t *testing.T) {
	for script, want := range map[string]int{"exit 0": 0, "exit 3": 3, "kill -9 $$": 137} {
		p, _ := shell(t, script)
		err := contain.Run(t.Context(), p)
		if want == 0 {
			require.NoError(t, err)
			continue
		}
		failure, ok := errors.AsType[*exec.ExitError](err)
		require.True(t, ok, script)
		require.Equal(t, want, failure.ExitCode(), script)
	}
}

// What a program starts ends with it: children, what has a session of its own,
// and the children of that.
func TestWhatAProgramLeavesBehindEnds(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux adopts what others leave behind")
	}
	const leave = `sleep 1000 & echo $!
		setsid sh -c 'sleep 1000 & echo $!; echo $$; wait' &
		sleep 1000 & echo $!
		`
	for name, rest := range map[string]string{"when it ends by itself": "sleep 0.2", "when it is stopped": "echo all; sleep 1000"} {
		t.Run(name, func(t *testing.T) {
			p, stdout := shell(t, leave+rest)
			ctx, stop := context.WithCancelCause(t.Context())
			stopped := errors.New("stopped")
			p.Stdout = lines{stdout, func() { // all is printed
				if strings.Count(stdout.String(), "\n") == 5 {
					stop(stopped)
				}
			}}
			err := contain.Run(ctx, p)
			if ctx.Err() != nil {
				require.ErrorIs(t, err, stopped)
			} else {
				require.NoError(t, err)
			}
			pids := 0
			for word := range strings.FieldsSeq(stdout.String()) {
				if pid, err := strconv.Atoi(word); err == nil {
					pids++
					require.NoDirExists(t, "/proc/"+strconv.Itoa(pid))
				}
			}
			require.Equal(t, 4, pids)
		})
	}
}

// lines calls then after each write.
type lines struct {
	to   *bytes.Buffer
	then func()
}

func (l lines) Write(p []byte) (int, error) {
	n, err := l.to.Write(p)
	l.then()
	return n, err
}

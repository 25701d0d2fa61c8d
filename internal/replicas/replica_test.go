//go:build unix

package replicas_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// heard is what the replicas complained of, all together.
type heard struct {
	mu     sync.Mutex
	failed map[string]int // by what the error is about
}

// note takes up one line. What a killed process did not end is none.
func (h *heard) note(line string) {
	word, rest, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
	h.mu.Lock()
	defer h.mu.Unlock()
	if word == saysFailed {
		h.failed[lastOf(rest)]++
	}
}

// lastOf is the innermost part of an error, without what differs each time.
func lastOf(quoted string) string {
	text, err := strconv.Unquote(quoted)
	if err != nil {
		return quoted
	}
	return text[strings.LastIndex(text, ": ")+1:]
}

// replica is a process that runs a scheduler.
type replica struct {
	cmd   *exec.Cmd
	input io.WriteCloser
	// complaint is what it wrote to its standard error.
	complaint strings.Builder
	ended     chan error
}

// World is what all replicas share.
type World struct {
	place  place
	start  time.Time
	epoch  time.Time
	factor int
	engine *engine
	heard  *heard
	// doubts are the times that replicas showed whose clock was set.
	mu     sync.Mutex
	doubts []interval
}

// interval is a time from and to.
type interval struct{ from, to time.Time }

// now is the right time of the jobs.
func (w *World) now() time.Time {
	return w.epoch.Add(time.Since(w.start) * time.Duration(w.factor))
}

// spawn starts a replica, and waits until it works.
func (w *World) spawn(random *rand.Rand) (*replica, error) {
	skew := time.Duration(random.Int64N(int64(2*maxSkew)+1)) - maxSkew
	r := &replica{cmd: exec.Command(os.Args[0]), ended: make(chan error, 1)}
	r.cmd.Env = append(os.Environ(),
		childStore+"="+w.place.kind, childAt+"="+w.place.at,
		fmt.Sprintf("%s=%d", childStart, w.start.UnixNano()), fmt.Sprintf("%s=%d", childEpoch, w.epoch.UnixNano()),
		fmt.Sprintf("%s=%d", childFactor, w.factor), fmt.Sprintf("%s=%d", childSkew, skew),
		childEngine+"="+w.engine.at)
	r.cmd.Stderr = &r.complaint
	output, err := r.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if r.input, err = r.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := r.cmd.Start(); err != nil {
		return nil, err
	}
	ready := make(chan struct{})
	go r.listen(output, w.heard, ready)
	select {
	case <-ready:
		return r, nil
	case err := <-r.ended:
		return nil, fmt.Errorf("a replica ended before it worked: %w: %s", err, &r.complaint)
	}
}

// listen takes up what the replica says, until it ends.
func (r *replica) listen(output io.Reader, h *heard, ready chan<- struct{}) {
	lines := bufio.NewReader(output)
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			break
		}
		if line == saysReady+"\n" {
			close(ready)
		}
		h.note(line)
	}
	r.ended <- r.cmd.Wait()
}

// kill ends the replica wherever it is, also when it is held still. That it
// had ended by itself is an error.
func (r *replica) kill() error {
	if err := r.cmd.Process.Kill(); err != nil {
		return fmt.Errorf("kill a replica: %w: %s", err, &r.complaint)
	}
	err := <-r.ended
	_ = r.input.Close() // its reader is gone
	exit, ok := errors.AsType[*exec.ExitError](err)
	if status, is := exitStatus(exit, ok); !is || status.Signal() != syscall.SIGKILL {
		return fmt.Errorf("a replica ended by itself: %w: %s", err, &r.complaint)
	}
	return nil
}

func exitStatus(exit *exec.ExitError, ok bool) (syscall.WaitStatus, bool) {
	if !ok {
		return 0, false
	}
	status, is := exit.Sys().(syscall.WaitStatus)
	return status, is && status.Signaled()
}

// hold has the replica stand still.
func (r *replica) hold() error { return r.cmd.Process.Signal(syscall.SIGSTOP) }

// resume ends what hold began.
func (r *replica) resume() error { return r.cmd.Process.Signal(syscall.SIGCONT) }

// step sets the replica's clock by so much, in real time.
func (r *replica) step(by time.Duration) error {
	_, err := fmt.Fprintln(r.input, by.Nanoseconds())
	return err
}

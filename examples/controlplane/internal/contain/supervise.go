package contain

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// notStarted is the exit code when there is no such program, as shells have it.
const notStarted = 127

// supervise runs a program until it ends or stop is closed, then ends all that
// it has started, and returns its exit code.
func supervise(args []string, stop <-chan struct{}) int {
	if err := adopt(); err != nil {
		fmt.Fprintln(os.Stderr, "cannot contain a program:", err)
		return notStarted
	}
	cmd := exec.Command(args[0], args[1:]...) //nolint:noctx // stop ends it
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "cannot start the program:", err)
		return notStarted
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	var err error
	select {
	case err = <-ended:
	case <-stop:
		_ = cmd.Process.Kill() // It may have ended just now.
		err = <-ended
	}
	endOrphans()
	if failure, ok := errors.AsType[*exec.ExitError](err); ok {
		if code := failure.ExitCode(); code >= 0 {
			return code
		}
		return 128 + signalOf(failure)
	}
	if err != nil {
		return 1
	}
	return 0
}

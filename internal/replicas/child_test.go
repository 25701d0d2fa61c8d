package replicas_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// What a replica is told by its environment.
const (
	childStore  = "JOBLEDGER_TEST_REPLICA_STORE"
	childAt     = "JOBLEDGER_TEST_REPLICA_AT"
	childStart  = "JOBLEDGER_TEST_REPLICA_START" // nanoseconds since 1970
	childEpoch  = "JOBLEDGER_TEST_REPLICA_EPOCH" // likewise
	childFactor = "JOBLEDGER_TEST_REPLICA_FACTOR"
	childSkew   = "JOBLEDGER_TEST_REPLICA_SKEW" // nanoseconds
	childEngine = "JOBLEDGER_TEST_REPLICA_ENGINE"
)

// What a replica prints, one a line, before what it is about.
const (
	saysReady  = "ready"
	saysFailed = "failed"
)

// runChild is a replica: a scheduler in a process. It works until it is killed, or
// the end of its input says that its parent is gone. Each line of its input sets
// its clock by so many nanoseconds.
func runChild() int {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	store, closeStore, err := place{os.Getenv(childStore), os.Getenv(childAt)}.open(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	factor := int(number(childFactor))
	clock := &fastClock{start: time.Unix(0, number(childStart)), epoch: time.Unix(0, number(childEpoch)).UTC(), factor: factor}
	clock.step(time.Duration(number(childSkew)))
	go func() {
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			by, err := strconv.ParseInt(lines.Text(), 10, 64)
			if err != nil {
				panic(err)
			}
			clock.step(time.Duration(by))
		}
		stop()
	}()
	service := jobs.NewService(store, &jobs.Options{Now: clock.Now, Runs: runOptions(factor)})
	scheduler := jobs.NewScheduler(service, newRemote(os.Getenv(childEngine)), &jobs.SchedulerOptions{
		Poll: 10 * time.Millisecond, RequestTimeout: lease / 2,
		OnError: func(err error) {
			if !errors.Is(err, context.Canceled) {
				fmt.Printf("%s %q\n", saysFailed, err)
			}
		},
	})
	fmt.Println(saysReady)
	_ = scheduler.Run(ctx) // never fails
	if err := closeStore(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// number reads a number from the environment.
func number(name string) int64 {
	n, err := strconv.ParseInt(os.Getenv(name), 10, 64)
	if err != nil {
		panic(err)
	}
	return n
}

// lease is how long an engine may be silent, in real time.
const lease = 700 * time.Millisecond

// runOptions are those of all replicas. What a lease and a grace last in
// reality does not depend on how fast the clock is.
func runOptions(factor int) jobs.RunOptions {
	return jobs.RunOptions{
		Lease:           lease * time.Duration(factor),
		CancelGrace:     lease / 2 * time.Duration(factor),
		DispatchBackoff: 20 * time.Millisecond * time.Duration(factor),
		DispatchFor:     1000 * time.Hour,
		CatchUpWindow:   1000 * time.Hour,
		CatchUpCount:    1 << 20,
		KeepTicks:       -1,
		KeepEvents:      -1,
		RetainFor:       -1,
		RetainCount:     -1,
	}
}

// remote is the engine, as a replica reaches it.
type remote struct{ client *http.Client }

func newRemote(socket string) *remote {
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", socket)
	}
	return &remote{&http.Client{Transport: &http.Transport{DialContext: dial, MaxIdleConnsPerHost: 64}}}
}

func (r *remote) Dispatch(ctx context.Context, d jobs.Dispatch) error {
	return r.ask(ctx, "dispatch", task{d.Run.OrganizationID, d.Run.JobID, d.Run.ID, d.Token})
}

func (r *remote) Cancel(ctx context.Context, run jobs.RunRef) error {
	return r.ask(ctx, "cancel", task{OrganizationID: run.OrganizationID, JobID: run.JobID, RunID: run.RunID})
}

func (r *remote) Cleanup(ctx context.Context, run jobs.RunRef) error {
	return r.ask(ctx, "cleanup", task{OrganizationID: run.OrganizationID, JobID: run.JobID, RunID: run.RunID})
}

func (r *remote) ask(ctx context.Context, what string, told task) error {
	body, err := json.Marshal(told)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://engine/"+what, bytes.NewReader(body))
	if err != nil {
		return err
	}
	response, err := r.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("the engine answers %s", response.Status)
	}
	return nil
}

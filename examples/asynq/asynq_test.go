package main

import (
	"encoding/json"
	"testing"

	"github.com/hibiken/asynq"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

func TestARunSucceedsInAnotherProcess(t *testing.T) {
	p := newPlant(t)
	worker := p.worker()
	run := p.await(p.begin("succeed"), jobs.RunSucceeded)

	var results struct {
		JobKey string
		Worker int
	}
	require.NoError(t, json.Unmarshal(run.Results, &results))
	require.Equal(t, "succeed", results.JobKey)
	require.Equal(t, worker.pid(), results.Worker)
	eventually(t, "the run is cleaned up", func() bool {
		run, err := p.JobRun(t.Context(), p.actor, run.JobID, run.ID)
		return err == nil && !run.CleanedAt.IsZero()
	})
	_, err := p.dispatcher.inspector.GetTaskInfo(queue, run.ID)
	require.ErrorIs(t, err, asynq.ErrTaskNotFound)
	require.Zero(t, p.client.Exists(t.Context(), slipKey(run.ID)).Val())
}

func TestHeartbeatsKeepTheLease(t *testing.T) {
	p := newPlant(t)
	p.worker()
	run := p.await(p.begin("wait"), jobs.RunRunning)
	eventually(t, "two leases have passed", func() bool {
		p.await(run, jobs.RunRunning)
		return p.elapsed(run) > 2*shortLease
	})
	p.letGo()
	p.await(run, jobs.RunSucceeded)
	require.Len(t, p.pids(run), 1)
}

func TestARunIsLostWithItsWorkerAndItsRetrySucceeds(t *testing.T) {
	p := newPlant(t)
	first := p.worker()
	run := p.begin("hang once")
	eventually(t, "the worker is at it", func() bool { return len(p.pids(run)) == 1 })
	p.await(run, jobs.RunRunning)

	first.kill()
	lost := p.await(run, jobs.RunFailed)
	require.Contains(t, lost.StatusMessage, "lost")

	second := p.worker()
	retry, err := p.RetryRun(t.Context(), p.actor, run.JobID, run.ID)
	require.NoError(t, err)
	p.await(retry, jobs.RunSucceeded)
	require.Equal(t, []int{first.pid()}, p.pids(run))
	require.Equal(t, []int{second.pid()}, p.pids(retry))
}

func TestCancelStopsARun(t *testing.T) {
	p := newPlant(t)
	queued := p.await(p.begin("succeed"), jobs.RunStarting)
	_, err := p.CancelRun(t.Context(), p.actor, queued.JobID, queued.ID)
	require.NoError(t, err)
	require.Equal(t, "taken out of the queue", p.await(queued, jobs.RunCancelled).StatusMessage)

	p.worker()
	running := p.await(p.begin("hang"), jobs.RunRunning)
	_, err = p.CancelRun(t.Context(), p.actor, running.JobID, running.ID)
	require.NoError(t, err)
	// Not "the engine did not confirm the cancel in time".
	require.Equal(t, errCancelled.Error(), p.await(running, jobs.RunCancelled).StatusMessage)
	require.Empty(t, p.pids(queued))
	require.Len(t, p.pids(running), 1)
}

func TestARunThatIsDispatchedAgainStartsOnce(t *testing.T) {
	p := newPlant(t)
	p.dispatcher.lose = 2
	run := p.begin("wait")
	eventually(t, "the third answer arrives", func() bool { return len(p.dispatcher.seen()) == 3 })
	all := p.dispatcher.seen()
	require.NotEqual(t, all[0].Token, all[2].Token)

	p.worker()
	eventually(t, "the worker is at it", func() bool { return len(p.pids(run)) == 1 })
	require.NoError(t, p.dispatcher.Dispatcher.Dispatch(t.Context(), all[2]), "beside the one that runs")
	p.letGo()
	p.await(run, jobs.RunSucceeded)
	// Also one that comes when all is over, and cleaned up, finds no work.
	require.NoError(t, p.dispatcher.Dispatcher.Dispatch(t.Context(), all[2]))
	eventually(t, "asynq has dealt with it", func() bool {
		info, err := p.dispatcher.inspector.GetTaskInfo(queue, run.ID)
		return err != nil || info.State == asynq.TaskStateArchived || info.State == asynq.TaskStateCompleted
	})
	require.Len(t, p.pids(run), 1)
}

func TestAWorkerThatIsToEndFailsItsRun(t *testing.T) {
	p := newPlant(t)
	worker := p.worker()
	run := p.await(p.begin("hang"), jobs.RunRunning)
	eventually(t, "the worker is at it", func() bool { return len(p.pids(run)) == 1 })
	require.NoError(t, worker.terminate())
	require.Equal(t, "the worker was stopped", p.await(run, jobs.RunFailed).StatusMessage)
	<-worker.exited
	require.Zero(t, worker.cmd.ProcessState.ExitCode())
}

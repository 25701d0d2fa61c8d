package main

import (
	"encoding/json"
	"testing"

	"github.com/hibiken/asynq"
	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
)

func TestARunSucceedsInAnotherProcess(t *testing.T) {
	w := newWorld(t)
	worker := w.worker()
	run := w.await(w.begin("succeed"), jobs.RunSucceeded)

	var results struct {
		JobKey string
		Worker int
	}
	require.NoError(t, json.Unmarshal(run.Results, &results))
	require.Equal(t, "succeed", results.JobKey)
	require.Equal(t, worker.pid(), results.Worker)
	eventually(t, "the run is cleaned up", func() bool {
		run, err := w.JobRun(t.Context(), w.actor, run.JobID, run.ID)
		return err == nil && !run.CleanedAt.IsZero()
	})
	_, err := w.dispatcher.inspector.GetTaskInfo(queue, run.ID)
	require.ErrorIs(t, err, asynq.ErrTaskNotFound)
	require.Zero(t, w.client.Exists(t.Context(), slipKey(run.ID)).Val())
}

func TestHeartbeatsKeepTheLease(t *testing.T) {
	w := newWorld(t)
	w.worker()
	run := w.await(w.begin("wait"), jobs.RunRunning)
	eventually(t, "two leases have passed", func() bool {
		w.await(run, jobs.RunRunning)
		return w.elapsed(run) > 2*shortLease
	})
	w.letGo()
	w.await(run, jobs.RunSucceeded)
	require.Len(t, w.pids(run), 1)
}

func TestARunIsLostWithItsWorkerAndItsRetrySucceeds(t *testing.T) {
	w := newWorld(t)
	first := w.worker()
	run := w.begin("hang once")
	eventually(t, "the worker is at it", func() bool { return len(w.pids(run)) == 1 })
	w.await(run, jobs.RunRunning)

	first.kill()
	lost := w.await(run, jobs.RunFailed)
	require.Contains(t, lost.StatusMessage, "lost")

	second := w.worker()
	retry, err := w.RetryRun(t.Context(), w.actor, run.JobID, run.ID)
	require.NoError(t, err)
	w.await(retry, jobs.RunSucceeded)
	require.Equal(t, []int{first.pid()}, w.pids(run))
	require.Equal(t, []int{second.pid()}, w.pids(retry))
}

func TestCancelStopsARun(t *testing.T) {
	w := newWorld(t)
	queued := w.await(w.begin("succeed"), jobs.RunStarting)
	_, err := w.CancelRun(t.Context(), w.actor, queued.JobID, queued.ID)
	require.NoError(t, err)
	require.Equal(t, "taken out of the queue", w.await(queued, jobs.RunCancelled).StatusMessage)

	w.worker()
	running := w.await(w.begin("hang"), jobs.RunRunning)
	_, err = w.CancelRun(t.Context(), w.actor, running.JobID, running.ID)
	require.NoError(t, err)
	// Not "the engine did not confirm the cancel in time".
	require.Equal(t, errCancelled.Error(), w.await(running, jobs.RunCancelled).StatusMessage)
	require.Empty(t, w.pids(queued))
	require.Len(t, w.pids(running), 1)
}

func TestARunThatIsDispatchedAgainStartsOnce(t *testing.T) {
	w := newWorld(t)
	w.dispatcher.lose = 2
	run := w.begin("wait")
	eventually(t, "the third answer arrives", func() bool { return len(w.dispatcher.seen()) == 3 })
	all := w.dispatcher.seen()
	require.NotEqual(t, all[0].Token, all[2].Token)

	w.worker()
	eventually(t, "the worker is at it", func() bool { return len(w.pids(run)) == 1 })
	require.NoError(t, w.dispatcher.Dispatcher.Dispatch(t.Context(), all[2]), "beside the one that runs")
	w.letGo()
	w.await(run, jobs.RunSucceeded)
	// Also one that comes when all is over, and cleaned up, finds no work.
	require.NoError(t, w.dispatcher.Dispatcher.Dispatch(t.Context(), all[2]))
	eventually(t, "asynq has dealt with it", func() bool {
		info, err := w.dispatcher.inspector.GetTaskInfo(queue, run.ID)
		return err != nil || info.State == asynq.TaskStateArchived || info.State == asynq.TaskStateCompleted
	})
	require.Len(t, w.pids(run), 1)
}

func TestAWorkerThatIsToEndFailsItsRun(t *testing.T) {
	w := newWorld(t)
	worker := w.worker()
	run := w.await(w.begin("hang"), jobs.RunRunning)
	eventually(t, "the worker is at it", func() bool { return len(w.pids(run)) == 1 })
	require.NoError(t, worker.terminate())
	require.Equal(t, "the worker was stopped", w.await(run, jobs.RunFailed).StatusMessage)
	<-worker.exited
	require.Zero(t, worker.cmd.ProcessState.ExitCode())
}

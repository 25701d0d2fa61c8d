package webhook_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/examples/controlplane/internal/webhook"
	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/schedule"
	"github.com/jobledger/jobledger/versions"
)

// Whatever a receiver does, it gets each event, and in their order, once it works.
func TestEachEventArrivesInOrder(t *testing.T) {
	until := func(n, status int, err error) func(int, message) (int, http.Header, error) {
		return func(request int, _ message) (int, http.Header, error) {
			if request <= n {
				return status, nil, err
			}
			return http.StatusNoContent, nil, nil
		}
	}
	for name, test := range map[string]struct {
		answer func(int, message) (int, http.Header, error)
		// requests is how many it takes, and log what is said of it.
		requests int
		log      string
	}{
		"it works":           {nil, 3, ""},
		"it is down":         {until(40, 0, errors.New("connection refused")), 43, "connection refused"},
		"it answers 500":     {until(20, 500, nil), 23, "status=500"},
		"it hangs":           {until(2, 0, errHangs), 5, "context deadline exceeded"},
		"it is another URL":  {until(9, 404, nil), 12, "status=404"},
		"it has another key": {until(9, 401, nil), 12, "status=401"},
		"it is gone":         {until(9, 410, nil), 12, "status=410"},
		"it redirects": {func(n int, _ message) (int, http.Header, error) {
			if n <= 3 {
				return http.StatusTemporaryRedirect, http.Header{"Location": {"https://elsewhere.example/"}}, nil
			}
			return http.StatusOK, nil, nil
		}, 6, "status=307"},
		"it refuses, and then takes": {until(4, 422, nil), 7, "status=422"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, nil)
				w.answer = test.answer
				job := w.create("daily", nil)
				stop := w.follow()
				<-time.After(time.Second)
				want := []string{w.fails(job), w.fails(job), w.fails(job)}
				<-time.After(5 * time.Hour)
				stop()
				require.Equal(t, want, w.runs())
				require.Len(t, w.taken, 3, "each once, since each answer came")
				require.Equal(t, test.requests, w.requests)
				require.Contains(t, w.log.String(), test.log)
				require.NotContains(t, w.log.String(), "dropped")
				trouble := min(1, len(test.log))
				require.Equal(t, trouble, strings.Count(w.log.String(), "is sent again"), w.log.String())
				require.Equal(t, trouble, strings.Count(w.log.String(), "is taken now"), w.log.String())
				require.NotContains(t, w.log.String(), "<nil>")
			})
		})
	}
}

// A message that is refused for what it is keeps no other from the receiver.
func TestAMessageThatIsRefusedForEverIsDropped(t *testing.T) {
	for _, status := range []int{400, 413, 415, 422} {
		synctest.Test(t, func(t *testing.T) {
			w := newWorld(t, nil)
			job := w.create("daily", nil)
			stop := w.follow()
			<-time.After(time.Second)
			bad := ""
			w.answer = func(_ int, m message) (int, http.Header, error) {
				if m.Data.RunID == bad {
					return status, nil, nil
				}
				return http.StatusOK, nil, nil
			}
			first := w.fails(job)
			<-time.After(time.Second)
			bad = w.fails(job)
			third := w.fails(job)
			<-time.After(time.Minute)
			stop()
			require.Equal(t, []string{first, third}, w.runs())
			require.Equal(t, 7, w.requests)
			require.Contains(t, w.log.String(), "dropped")
		})
	}
}

func TestWaitsGrowAndAreAskedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		w.answer = func(n int, _ message) (int, http.Header, error) {
			switch {
			case n == 15:
				return http.StatusTooManyRequests, http.Header{"Retry-After": {"1200"}}, nil
			case n == 16:
				return http.StatusServiceUnavailable, http.Header{"Retry-After": {"999999999"}}, nil
			case n > 16:
				return http.StatusOK, nil, nil
			}
			return http.StatusBadGateway, nil, nil
		}
		job := w.create("daily", nil)
		stop := w.follow()
		<-time.After(time.Second)
		w.fails(job)
		<-time.After(24 * time.Hour)
		stop()
		require.Len(t, w.at, 17)
		for i := 1; i < 15; i++ {
			most := min(time.Second<<(i-1), 5*time.Minute)
			waited := w.at[i].Sub(w.at[i-1])
			require.GreaterOrEqual(t, waited, most/2, i)
			require.Less(t, waited, most, i)
		}
		require.Equal(t, 20*time.Minute, w.at[15].Sub(w.at[14]))
		require.Equal(t, time.Hour, w.at[16].Sub(w.at[15]))
	})
}

// What happens while the sender is away, or after it died in the middle of a message,
// is sent when it is back.
func TestARestartSkipsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "jobs.db.webhook")
		open := func() *webhook.Places {
			places, err := webhook.OpenPlaces(path)
			require.NoError(t, err)
			return places
		}
		w := newWorld(t, nil)
		w.places = open()
		job := w.create("daily", nil)
		before := w.fails(job)
		stop := w.follow()
		<-time.After(time.Second)
		stop() // before there was anything to send
		want := []string{w.fails(job)}

		w.places = open()
		stop = w.follow()
		want = append(want, w.fails(job))
		<-time.After(time.Minute)
		file, err := os.ReadFile(path)
		require.NoError(t, err)
		want = append(want, w.fails(job))
		<-time.After(time.Minute)
		stop()
		require.NoError(t, os.WriteFile(path, file, 0o600)) // as if the process had died before it kept the last place

		w.answer = func(int, message) (int, http.Header, error) { return 0, nil, errHangs }
		w.places = open()
		stop = w.follow()
		<-time.After(5 * time.Second)
		stop() // while a message is under way
		want = append(want, w.fails(job))
		w.answer = nil
		w.places = open()
		stop = w.follow()
		<-time.After(time.Minute)
		stop()
		require.Equal(t, want, w.runs())
		require.NotContains(t, w.runs(), before, "it begins with what happens from now on")
		require.Len(t, w.taken, len(want)+1, "one was sent again, under the same ID")
		names, err := os.ReadDir(filepath.Dir(path))
		require.NoError(t, err)
		require.Len(t, names, 1, "no other file is left")
	})
}

// When events were erased before they were sent, the oldest that is left comes next;
// so it does when the journal is another one.
func TestAPlaceThatIsLost(t *testing.T) {
	for _, place := range []int64{1, 100_000} {
		t.Run(fmt.Sprint(place), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, &jobs.Options{Runs: jobs.RunOptions{KeepEvents: 24 * time.Hour}})
				job := w.create("daily", nil)
				for range 3 {
					w.fails(job)
				}
				<-time.After(25 * time.Hour)
				var want []string
				for range 250 { // more than a page
					want = append(want, w.fails(job))
				}
				_, err := w.service.Sweep(t.Context(), 1000)
				require.NoError(t, err)
				require.NoError(t, w.places.Set("acme", place, true))
				stop := w.follow()
				<-time.After(time.Minute)
				stop()
				require.Equal(t, want, w.runs())
				require.Contains(t, w.log.String(), "events were erased before they were sent")
			})
		})
	}
}

// A run is told of when no other attempt follows, and a tick when it was missed.
func TestWhatIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		retried := w.create("retried", func(d *versions.Definition) {
			d.Retry = versions.Retry{MaxAttempts: 2, BackoffSeconds: 1}
		})
		scheduled := w.create("scheduled", func(d *versions.Definition) {
			d.CronExpression, d.MissedSchedulePolicy = "0 * * * *", schedule.MissedSkip
		})
		stop := w.follow()
		<-time.After(time.Second)
		w.fails(retried)
		<-time.After(time.Minute)
		require.Empty(t, w.taken, "another attempt follows")
		w.tick()
		w.report(jobs.RunFailed)
		<-time.After(time.Minute)
		require.Len(t, w.taken, 1)
		last := w.dispatched[len(w.dispatched)-1].Run
		require.JSONEq(t, fmt.Sprintf(`{"type":"run.failed", "timestamp":"2000-01-01T00:01:01Z", "data":{
			"organizationId":"acme", "seq":%d, "jobId":%q, "jobKey":"retried", "runId":%q, "status":"failed", "attempt":2, "reason":"exit 1"}}`,
			w.taken[0].Data.Seq, retried.ID, last.ID), w.taken[0].text)

		<-time.After(2*time.Hour + 5*time.Minute)
		w.tick()
		<-time.After(time.Minute)
		stop()
		require.Len(t, w.taken, 2)
		require.JSONEq(t, fmt.Sprintf(`{"type":"tick.missed", "timestamp":"2000-01-01T02:07:01Z", "data":{
			"organizationId":"acme", "seq":%d, "jobId":%q, "jobKey":"scheduled", "count":2, "reason":"policy",
			"nominalAt":"2000-01-01T01:00:00Z", "until":"2000-01-01T02:00:00Z"}}`, w.taken[1].Data.Seq, scheduled.ID), w.taken[1].text)
	})
}

func TestPlacesThatCannotBeRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "places")
	for text, fails := range map[string]bool{"": true, "{": true, `{"acme":"x"}`: true, `{"acme":-1}`: true, `{"acme":-7}`: true, `null`: false, `{"acme":7}`: false} {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		places, err := webhook.OpenPlaces(path)
		require.Equal(t, fails, err != nil, text)
		if err == nil {
			require.NoError(t, places.Set("other", 1, true))
			again, err := webhook.OpenPlaces(path)
			require.NoError(t, err)
			_, known := again.Place("other")
			require.True(t, known)
		}
	}
}

// A place that cannot be kept is noticed at once, not by the restart that skips events.
func TestPlacesThatCannotBeWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none", "places")
	_, err := webhook.OpenPlaces(path)
	require.ErrorContains(t, err, "write "+path)
	require.NoError(t, os.Mkdir(filepath.Dir(path), 0o700))
	_, err = webhook.OpenPlaces(path)
	require.NoError(t, err)
	require.FileExists(t, path)
}

// When the store is away at the first start, the journal is followed within seconds of
// its return: what happens before that is not sent.
func TestTheFirstStartWaitsForTheStoreOnlyForSeconds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, nil)
		job := w.create("daily", nil)
		w.away.Store(true)
		stop := w.follow()
		<-time.After(2 * time.Hour)
		w.away.Store(false)
		<-time.After(10 * time.Second)
		want := []string{w.fails(job)}
		<-time.After(time.Minute)
		stop()
		require.Equal(t, want, w.runs())
		require.Contains(t, w.log.String(), "the journal cannot be followed")
	})
}

func TestSecrets(t *testing.T) {
	for text, good := range map[string]bool{
		secret: true, secret + "\n": true, "": false, "whsec_": false, "whsec_c2hvcnQ=": false, "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw": false, "whsec_*": false,
	} {
		_, err := webhook.ParseSecret(text)
		require.Equal(t, good, err == nil, text)
	}
}

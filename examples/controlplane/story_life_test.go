package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/jobs/local"
)

// localStores are where stories are told. That the others behave alike is the
// conformance suite's to show.
var localStores = map[string]func(t *testing.T) string{
	"memory": everyStore["memory"],
	"sqlite": everyStore["sqlite"],
}

// onLocalStores tells a story once in each of them.
func onLocalStores(t *testing.T, story func(t *testing.T, store string)) {
	for kind, name := range localStores {
		t.Run(kind, func(t *testing.T) { story(t, name(t)) })
	}
}

const (
	everyMinute = `,"cronExpression":"* * * * *"`
	// endless has a first row at once, and never a second one.
	endless = `with recursive n(x) as (select 1 union all select x+1 from n) select x from n where x < 2`
)

func TestTheLifeOfAScheduledJob(t *testing.T) {
	onLocalStores(t, func(t *testing.T, store string) {
		s := tell(t, store, runSettings{longest: defaultLongest, limits: defaultLimits, data: people(t)})
		path := s.create(sqlConfig("select * from people order by id"), everyMinute)
		fires := s.items("tok-auditor", path+"/preview?n=2")
		require.Equal(t, "06T12:00", clockTime(fires[0]["nominalAt"]))
		require.Equal(t, "06T12:01", clockTime(fires[1]["nominalAt"]))

		// A tick becomes a run, and the run a file.
		s.settle(path, 0)
		first := s.latest(path)
		require.Equal(t, "schedule", first["trigger"])
		require.EqualValues(t, 1, first["jobVersion"])
		require.Equal(t, "id,name,note\n1,Ada,\"first, \"\"of all\"\"\"\n2,Bo,\"\"\n3,Cy,\n", s.output(first))
		require.EqualValues(t, 3, first["results"].(map[string]any)["rows"])
		require.Equal(t, first["id"], s.items("tok-auditor", path+"/ticks")[0]["runId"])
		described := s.expect(http.StatusOK, "tok-auditor", "GET", path, "")
		require.Equal(t, first["id"], described["item"].(map[string]any)["latestJobRunId"])
		require.Equal(t, first, the(t, described, "jobRuns"))

		// What is published runs from the next tick on.
		s.expect(http.StatusCreated, "tok-contrib", "POST", path+"/versions", `{"config":`+sqlConfig("select max(id) as last from people")+`}`)
		s.settle(path, time.Minute)
		require.EqualValues(t, 2, s.latest(path)["jobVersion"])
		require.Equal(t, "last\n3\n", s.output(s.latest(path)))

		// A pause is one row of the ledger, and nothing of it is made up for.
		s.expect(http.StatusOK, "tok-contrib", "PATCH", path, `{"status":"paused"}`)
		s.settle(path, 4*time.Minute+30*time.Second)
		require.Len(t, s.items("tok-auditor", path+"/runs"), 2)
		s.expect(http.StatusOK, "tok-contrib", "PATCH", path, `{"status":"active"}`)
		s.settle(path, 5*time.Minute)

		// An older version runs again from the next tick on.
		s.expect(http.StatusOK, "tok-contrib", "POST", path+"/activate-version", `{"version":1}`)
		s.settle(path, 6*time.Minute)
		require.EqualValues(t, 1, s.latest(path)["jobVersion"])
		require.Equal(t, s.output(first), s.output(s.latest(path)))

		require.Equal(t, []string{
			"06T12:00 fired", "06T12:01 fired", "06T12:02 paused, 3 to 06T12:04", "06T12:05 fired", "06T12:06 fired",
		}, s.fates(path))
		require.Len(t, s.items("tok-auditor", path+"/runs"), 4)
		require.Equal(t, s.items("tok-auditor", path+"/runs"), s.items("tok-auditor", "/me/jobs/runs"))
	})
}

// Three days without a scheduler, under each policy for what is missed.
func TestAnOutageOfThreeDays(t *testing.T) {
	for policy, want := range map[string]struct {
		runs  int
		fates []string
	}{
		"skip":   {1, []string{"06T12:00 fired", "06T13:00 missed: policy, 71 to 09T11:00"}},
		"latest": {2, []string{"06T12:00 fired", "06T13:00 coalesced: policy, 70 to 09T10:00", "09T11:00 fired"}},
		"all":    {25, []string{"06T12:00 fired", "06T13:00 missed: window, 47 to 08T11:00"}},
	} {
		t.Run(policy, func(t *testing.T) {
			onLocalStores(t, func(t *testing.T, store string) {
				s := tell(t, store, runSettings{longest: defaultLongest, limits: defaultLimits, data: people(t)})
				path := s.create(sqlConfig("select 1"), `,"cronExpression":"@hourly","missedSchedulePolicy":"`+policy+`"`)
				s.settle(path, 0)

				s.settle(path, 71*time.Hour+30*time.Minute)

				fates := want.fates
				if policy == "all" { // The last 24 hours are made up for, one after the other.
					for at := noon.Add(48 * time.Hour); at.Before(noon.Add(72 * time.Hour)); at = at.Add(time.Hour) {
						fates = append(fates, at.Format("02T15:04")+" fired")
					}
				}
				require.Equal(t, fates, s.fates(path))
				runs := s.items("tok-auditor", path+"/runs?limit=100")
				require.Len(t, runs, want.runs)
				for _, run := range runs {
					s.output(run)
				}
				// And then it goes on as before.
				s.settle(path, 72*time.Hour)
				require.Equal(t, append(fates, "09T12:00 fired"), s.fates(path))
			})
		})
	}
}

func TestDeletingAJobStopsItsRun(t *testing.T) {
	onLocalStores(t, func(t *testing.T, store string) {
		s := tell(t, store, runSettings{longest: defaultLongest, limits: defaultLimits, data: people(t)})
		path := s.create(sqlConfig(endless), "")
		run := s.begun(path)
		s.expect(http.StatusNoContent, "tok-admin", "DELETE", path, "")
		s.expect(http.StatusNotFound, "tok-admin", "GET", run, "")
		s.tick()
		require.ErrorIs(t, s.end(), local.ErrRunCancelled)
		s.requireNoResults()
	})
}

func TestCancelAndTimeoutStopAQuery(t *testing.T) {
	onLocalStores(t, func(t *testing.T, store string) {
		s := tell(t, store, runSettings{longest: defaultLongest, limits: defaultLimits, data: people(t)})
		path := s.create(sqlConfig(endless), "")
		run := s.begun(path)
		s.expect(http.StatusOK, "tok-contrib", "POST", run+"/cancel", "")
		s.tick()
		require.ErrorIs(t, s.end(), local.ErrRunCancelled)
		require.Equal(t, "cancelled", s.ended("tok-auditor", run)["status"])

		// The second that it may take is one of the worker's own clock.
		s.expect(http.StatusCreated, "tok-contrib", "POST", path+"/versions", `{"timeoutSeconds":1}`)
		run = s.made(path)
		s.tick()
		require.ErrorIs(t, s.end(), local.ErrRunTimeout)
		require.Equal(t, "timeout", s.ended("tok-auditor", run)["status"])
		s.requireNoResults()
	})
}

// end waits for a worker to end, and returns its error.
func (s *World) end() error {
	s.t.Helper()
	select {
	case err := <-s.ends:
		return err
	case <-time.After(patience):
		require.FailNow(s.t, "the worker does not end")
		return nil
	}
}

// requireNoResults checks that nothing is left of runs that were stopped.
func (s *World) requireNoResults() {
	s.t.Helper()
	files, err := filepath.Glob(filepath.Join(s.results, "*", "*"))
	require.NoError(s.t, err)
	hidden, err := filepath.Glob(filepath.Join(s.results, "*", ".*"))
	require.NoError(s.t, err)
	require.Empty(s.t, append(files, hidden...))
}

// What cannot be run says why not, in words for whoever can change that.
func TestRunsThatCannotBe(t *testing.T) {
	data := people(t)
	for _, test := range []struct {
		name, config string
		settings     runSettings
		want         string
	}{
		{"SQL without data", sqlConfig("select 1"), runSettings{longest: defaultLongest, limits: defaultLimits}, "start the control plane with -data PATH"},
		{"saved query", `{"sql":{"queryId":"Q1R2S3T4U5"}}`, runSettings{longest: defaultLongest, limits: defaultLimits, data: data}, `query "Q1R2S3T4U5" cannot be run; give the job a config.sql.source`},
		{"comments", sqlConfig("-- nothing"), runSettings{longest: defaultLongest, limits: defaultLimits, data: data}, "holds no statement"},
		{"wrong SQL", sqlConfig("select * from nobody"), runSettings{longest: defaultLongest, limits: defaultLimits, data: data}, "no such table: nobody"},
		{"write", sqlConfig("delete from people"), runSettings{longest: defaultLongest, limits: defaultLimits, data: data}, "unless it is started with -data-writable"},
		{"Python", `{"python":{"source":"print(1)"}}`, runSettings{longest: defaultLongest, limits: defaultLimits, data: data}, "start it with -allow-python"},
		{"package", `{"python":{"packageName":"etl"}}`, runSettings{longest: defaultLongest, limits: defaultLimits, python: true}, `runs no packages, such as "etl"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := tell(t, "memory", test.settings)
			path := s.create(test.config, everyMinute)
			s.settle(path, 0)
			run := s.latest(path)
			require.Equal(t, "failed", run["status"])
			require.Contains(t, run["statusMessage"], test.want)
			require.Nil(t, run["results"])
			s.requireNoResults()
		})
	}
}

func TestResultsAreWholeOrNotThere(t *testing.T) {
	folder := resultFolder(filepath.Join(t.TempDir(), "deep", "results"))
	for _, id := range []string{"", "..", "a", "../X", "A/B", strings.Repeat("A", 21)} {
		_, err := folder.create(jobs.RunRef{OrganizationID: "ORG", JobID: "JOB", RunID: id}, ".csv")
		require.ErrorContains(t, err, "name no file", id)
	}
	for _, id := range []string{"", "..", "../X", "a/b"} {
		_, err := folder.create(jobs.RunRef{OrganizationID: id, JobID: "JOB", RunID: "RUN"}, ".csv")
		require.ErrorContains(t, err, "names no folder", id)
	}
	ref := jobs.RunRef{OrganizationID: "ORG", JobID: "JOB", RunID: "RUN"}
	for _, text := range []string{"first", "second"} { // A run may be executed again.
		file, err := folder.create(ref, ".csv")
		require.NoError(t, err)
		_, err = file.WriteString(text)
		require.NoError(t, err)
		path, err := file.commit()
		require.NoError(t, err)
		file.discard()
		require.Equal(t, filepath.Join(string(folder), "ORG", "JOB-RUN.csv"), path)
		got, err := os.ReadFile(path)
		require.NoError(t, err)
		require.Equal(t, text, string(got))
	}
	file, err := folder.create(ref, ".csv")
	require.NoError(t, err)
	file.discard()
	left, err := os.ReadDir(filepath.Join(string(folder), "ORG"))
	require.NoError(t, err)
	require.Len(t, left, 1)
}

package jobstest

import (
	"maps"
	"slices"
	"time"

	"github.com/jobledger/jobledger/jobs"
)

// play is what the engine does with one run.
type play struct {
	// silent: it never reports. open: it goes on until the test ends it. dies: it
	// is silent from its end on.
	silent, open, dies bool
	// after is how long it runs, and report how it ends.
	after  time.Duration
	report jobs.Report
}

// script is what the engine does with the runs of a job: each play is for one
// run, and the last for all that follow.
type script struct {
	plays  []play
	lasts  bool // the last play was used already
	refuse error
}

func (s *script) add(p play) {
	if s.lasts {
		s.plays, s.lasts = nil, false
	}
	s.plays = append(s.plays, p)
}

func (s *script) next() play {
	p := s.plays[0]
	if len(s.plays) > 1 {
		s.plays = s.plays[1:]
	} else {
		s.lasts = true
	}
	return p
}

// Succeed has a run of the job succeed, so long after it started.
//
// Succeed, Fail, Hold, Die and Silent each say what the engine does with one run.
// The first is for the job's next run that starts, the second for the one after it,
// and the last for all that follow. Each attempt of a retry is a run of its own; a
// run that is dispatched again stays the same run. The key "" is for all jobs of
// which nothing else was said. At first each run succeeds after a second.
// [World.Ledger] names a key of which no run has come.
func (e *Engine) Succeed(key string, after time.Duration) {
	e.add(key, play{after: after, report: jobs.Report{Status: jobs.RunSucceeded}})
}

// Fail has a run fail with a message; see [Engine.Succeed].
func (e *Engine) Fail(key string, after time.Duration, message string) {
	e.add(key, play{after: after, report: jobs.Report{Status: jobs.RunFailed, Message: message}})
}

// Hold has a run go on until [Engine.Report] ends it, or it is cancelled; see
// [Engine.Succeed]. The engine heartbeats for it.
func (e *Engine) Hold(key string) { e.add(key, play{open: true}) }

// Die has the worker of a run die, so long after the run started: the engine
// reports that it runs, heartbeats until then, and is silent from then on; see
// [Engine.Succeed]. The run is lost when its lease ends.
func (e *Engine) Die(key string, after time.Duration) { e.add(key, play{after: after, dies: true}) }

// Silent has the engine take a run and never report on it, nor heed a cancel; see
// [Engine.Succeed]. The run is dispatched again and again, until the service gives it up.
// The test may still report, with [Engine.Report].
func (e *Engine) Silent(key string) { e.add(key, play{silent: true}) }

// Refuse answers each dispatch of the job's runs with an error, from now on:
// jobs.ErrEngineBusy, jobs.ErrRejected, or any other for an engine that cannot be
// reached. Nil ends that. The key "" is for all jobs.
func (e *Engine) Refuse(key string, err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.script(key).refuse = err
}

func (e *Engine) add(key string, p play) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.script(key).add(p)
}

// unused are the keys of which something was said and no run has come, in order.
func (e *Engine) unused() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.arrange()
	var keys []string
	for _, key := range slices.Sorted(maps.Keys(e.scripts)) {
		came := slices.ContainsFunc(e.dispatched, func(d jobs.Dispatch) bool { return d.JobKey == key })
		if key != "" && !came {
			keys = append(keys, key)
		}
	}
	return keys
}

// script is that of a key, which may have no plays yet.
func (e *Engine) script(key string) *script {
	if e.scripts[key] == nil {
		e.scripts[key] = &script{}
	}
	return e.scripts[key]
}

// playOf is what the engine does with the next run of a job.
func (e *Engine) playOf(key string) play {
	if s := e.scripts[key]; s != nil && len(s.plays) > 0 {
		return s.next()
	}
	return e.scripts[""].next()
}

// refusalOf is how a dispatch of a job's run is refused; nil if it is taken.
func (e *Engine) refusalOf(key string) error {
	if s := e.scripts[key]; s != nil && s.refuse != nil {
		return s.refuse
	}
	return e.scripts[""].refuse
}

package bench_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/jobledger/jobledger/jobs"
	"github.com/jobledger/jobledger/versions"
)

// BenchmarkService measures operations of the Service beside the least that a
// durable write of the same size takes: on SQLite a prepared insert and its
// commit, on Redis a script of five commands. In memory there is no floor.
//
//	go test -run '^$' -bench BenchmarkService -benchtime 20x
func BenchmarkService(b *testing.B) {
	eachStore(b, func(b *testing.B, s backend) {
		w := newWorld(b, s, jobs.RunOptions{})
		w.ids = w.fill(0, 1000, always(never))
		switch s.name {
		case "memory":
			w.ids = append(w.ids, w.fill(1000, most(b, 100_000), always(never))...)
			runtime.GC() // of what filling left behind
			w.alone("update", atMost(8), 1000, w.update)
			w.alone("create", atMost(12), 1000, w.create)
		case "sqlite":
			w.besideInserts()
		case "redis":
			w.besideScripts(s)
		}
	})
}

// create, publish, update and start are the i-th operation of their kind, of one of
// perhaps several benchmarks of the world.
func (w *World) create(int) error {
	_, err := w.add(newJob(1_000_000_000+int(w.numbers.Add(1)), never))
	return err
}

func (w *World) publish(i int) error {
	_, err := w.PublishVersion(ctx, w.actor, w.job(i), versions.Patch{Description: new(fmt.Sprint("published ", w.numbers.Add(1)))})
	return err
}

func (w *World) update(i int) error {
	_, err := w.UpdateJob(ctx, w.actor, w.job(i), jobs.JobPatch{Description: new(fmt.Sprint("updated ", w.numbers.Add(1)))})
	return err
}

func (w *World) start(i int) error {
	_, err := w.CreateRun(ctx, w.actor, w.job(i), jobs.NewRun{})
	return err
}

// job is the ID of one of the world's jobs, another one for each number.
func (w *World) job(i int) string { return w.ids[i*7919%len(w.ids)] }

// alone measures an operation without a floor.
func (w *World) alone(name string, g goal, each int, do func(i int) error) {
	w.b.Run(name, func(b *testing.B) {
		g.report(b, "us", micros(inTurns(b, each, oneByOne(do))[0]), 0)
	})
}

// besideInserts measures operations on SQLite.
func (w *World) besideInserts() {
	for _, clients := range []int{1, 16} {
		goals := map[int]goal{1: atLeast(0.4), 16: atLeast(0.5)}
		w.b.Run(fmt.Sprintf("create/clients=%d", clients), func(b *testing.B) {
			raw := openRawFile(b)
			took := inTurns(b, 20*clients,
				together(clients, w.create),
				together(clients, raw.add))
			goals[clients].report(b, "per-s", 1/took[0].Seconds(), 1/took[1].Seconds())
		})
	}
	for _, op := range []struct {
		name string
		goal goal
		do   func(i int) error
	}{{"publish", atMost(1.8), w.publish}, {"run", atMost(1.6), w.start}, {"update", atMost(1.4), w.update}} {
		w.b.Run(op.name, func(b *testing.B) {
			raw := openRawFile(b)
			took := inTurns(b, 20, oneByOne(op.do), oneByOne(raw.add))
			op.goal.report(b, "us", micros(took[0]), micros(took[1]))
		})
	}
	w.b.Run("tick/group=16", func(b *testing.B) {
		raw, fresh := openRawFile(b), newWorld(b, open(b, "sqlite"), jobs.RunOptions{})
		settling := fresh.settling(16, usual)
		took := inTurns(b, *flagHerd, settling.do, raw.addGroups)
		atMost(2).report(b, "us", micros(settling.median()), micros(took[1]))
	})
}

// besideScripts measures operations on Redis by the time that the server spends
// in scripts, and a page by the clock.
func (w *World) besideScripts(s backend) {
	raw := oneByOne(runRawScript(s.redis))
	ending, settling := w.ending(), w.settling(8, usual)
	for _, op := range []struct {
		name string
		goal goal
		do   work
		// prepare makes what n operations need, and is not counted.
		prepare work
	}{
		{"update", atMost(2.7), oneByOne(w.update), nil},
		{"create", atMost(6.4), oneByOne(w.create), nil},
		{"run-end", atMost(2.3), ending.report, ending.prepare},
		{"tick", atMost(4.1), settling.settle, settling.prepare},
	} {
		w.b.Run(op.name, func(b *testing.B) {
			const each = 200
			timed := func(do work) float64 {
				began := scriptMicros(b, s.redis)
				if err := do(each); err != nil {
					b.Fatal(err)
				}
				return (scriptMicros(b, s.redis) - began) / each
			}
			var now, floor []float64
			for b.Loop() {
				if op.prepare != nil {
					timed(op.prepare)
				}
				now, floor = append(now, timed(op.do)), append(floor, timed(raw))
			}
			op.goal.report(b, "us", median(now), median(floor))
		})
	}
	w.b.Run("page", func(b *testing.B) {
		took := inTurns(b, 20, oneByOne(func(int) error { return w.list(w.actor, jobs.JobQuery{}) }), oneByOne(rawPipeline(b, s.redis)))
		atMost(1.3).report(b, "us", micros(took[0]), micros(took[1]))
	})
}

package bench_test

import (
	"container/heap"
	"time"

	"github.com/jobledger/jobledger/schedule"
)

// entry is a job in a heap: the least that any scheduler keeps.
type entry struct {
	next time.Time
	cron *schedule.Cron
	run  func()
}

// entries is the floor: container/heap by the next time, one goroutine, no
// lock, nothing durable.
type entries []*entry

func (e entries) Len() int           { return len(e) }
func (e entries) Less(i, j int) bool { return e[i].next.Before(e[j].next) }
func (e entries) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *entries) Push(x any)        { *e = append(*e, x.(*entry)) }
func (e *entries) Pop() any {
	old := *e
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*e = old[:len(old)-1]
	return last
}

// add parses an expression and puts a job into the heap.
func (e *entries) add(expr string, from time.Time, run func()) error {
	cron, err := schedule.Parse(expr, "UTC")
	if err != nil {
		return err
	}
	heap.Push(e, &entry{next: cron.Next(from), cron: cron, run: run})
	return nil
}

// fire runs the first job and puts it back at its next time.
func (e entries) fire() {
	first := e[0]
	go first.run()
	first.next = first.cron.Next(first.next)
	heap.Fix(&e, 0)
}

func newHeap(n int, expr func(int) string) (entries, error) {
	var e entries
	for i := range n {
		if err := e.add(expr(i), epoch, func() {}); err != nil {
			return nil, err
		}
	}
	return e, nil
}

package linearize

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/anishathalye/porcupine"

	"github.com/jobledger/jobledger/storage"
)

// history is what all clients wrote down, by organization.
type history struct {
	calls   map[string][]porcupine.Operation
	figures figures
}

// record lets clients work on a store, and returns what they saw.
func record(ctx context.Context, store storage.Store, seed uint64, o Options) (history, error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var clock moments
	var made atomic.Int64
	clients := make([]*client, o.Clients)
	errs := make([]error, o.Clients)
	var all sync.WaitGroup
	for i := range clients {
		random := rand.New(rand.NewPCG(seed, uint64(i)))
		clients[i] = &client{
			recorder: recorder{store: store, clock: &clock, client: i, random: random, allow: o.Allow},
			known:    map[storage.JobRef]storage.JobRecord{},
		}
		all.Go(func() {
			for errs[i] == nil {
				n := int(made.Add(1)) - 1
				if n >= o.Operations {
					return
				}
				if errs[i] = clients[i].act(ctx, target(n/callsPerOrganization)); errs[i] != nil {
					stop()
				}
			}
		})
	}
	all.Wait()
	return gather(clients, clock.next()), errors.Join(errs...)
}

// gather puts what the clients saw together. Calls of unknown outcome last to
// the end.
func gather(clients []*client, end int64) history {
	h := history{calls: map[string][]porcupine.Operation{}}
	times := map[string]int{}
	for _, c := range clients {
		for _, op := range c.calls {
			if change := op.Input.(call).change; change != nil {
				times[change.OperationID]++
			}
		}
	}
	for _, c := range clients {
		h.figures.add(c.figures)
		for _, op := range c.calls {
			in := op.Input.(call)
			if in.change != nil {
				in.repeated = times[in.change.OperationID] > 1
				op.Input = in
			}
			if op.Output.(answer).outcome == unknown {
				op.Return = end
			}
			h.calls[in.organization()] = append(h.calls[in.organization()], op)
		}
	}
	return h
}

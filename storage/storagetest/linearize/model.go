package linearize

import (
	"context"
	"hash/maphash"

	"github.com/anishathalye/porcupine"

	"github.com/jobledger/jobledger/storage/storagetest/internal/model"
)

var hashSeed = maphash.MakeSeed()

// porcupineModel returns the suite's own model of one organization, as the
// checker asks for it.
//
// An unknown outcome needs no second state beside the first: its call ends at
// the end of time, so that the checker may place it anywhere, and one that
// never took effect is placed where nobody looks any more, or where its guards
// do not hold.
func porcupineModel(organization string) porcupine.Model {
	return porcupine.Model{
		Init: func() any { return model.NewState(organization) },
		Step: func(state, input, output any) (bool, any) {
			return step(state.(*model.State), input.(call), output.(answer))
		},
		Equal: func(a, b any) bool { return a.(*model.State).Text() == b.(*model.State).Text() },
		Hash:  func(state any) uint64 { return maphash.String(hashSeed, state.(*model.State).Text()) },
		DescribeOperation: func(input, output any) string {
			return input.(call).String() + " -> " + output.(answer).String()
		},
		DescribeState: func(state any) string { return state.(*model.State).Text() },
	}
}

// step reports whether an answer is right in a state, and what that becomes.
func step(state *model.State, c call, a answer) (bool, any) {
	if c.change == nil {
		_, text, err := c.read.text(context.Background(), model.New(state))
		return err == nil && text == a.text, state
	}
	change := *c.change
	if !c.repeated {
		change.OperationID = "" // nobody asks whether it was made, and states stay small
	}
	next, acknowledged := state.Commit(change)
	switch a.outcome {
	case unknown:
		return true, next
	case stale:
		return !acknowledged, state
	default:
		return acknowledged, next
	}
}

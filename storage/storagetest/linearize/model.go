package linearize

import "github.com/anishathalye/porcupine"

// model is the contract of one organization, as the checker asks for it.
//
// An unknown outcome needs no second state beside the first: its call ends at
// the end of time, so that the checker may place it anywhere, and one that
// never took effect is placed where nobody looks any more, or where its guards
// do not hold.
var model = porcupine.Model{
	Init: func() any { return empty() },
	Step: func(state, input, output any) (bool, any) {
		return step(state.(*organization), input.(call), output.(answer))
	},
	Equal: func(a, b any) bool { return a.(*organization).text == b.(*organization).text },
	Hash:  func(state any) uint64 { return state.(*organization).hash() },
	DescribeOperation: func(input, output any) string {
		return input.(call).String() + " -> " + output.(answer).String()
	},
	DescribeState: func(state any) string { return state.(*organization).text },
}

// step reports whether an answer is right in a state, and what that becomes.
func step(o *organization, c call, a answer) (bool, any) {
	if c.read != nil {
		return c.read.expect(o) == a.text, o
	}
	next, acknowledged := o.commit(c)
	switch a.outcome {
	case unknown:
		return true, next
	case stale:
		return !acknowledged, o
	default:
		return acknowledged, next
	}
}

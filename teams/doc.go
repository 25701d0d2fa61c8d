// Package teams says who acts and what they may do: an [Actor] with its role in
// each team, what each [Role] permits, the [Grant] of a job to a team, and the
// [Directory], where an embedder's teams and clusters are looked up.
//
// Except for a Directory, which the embedder implements, the package has only
// values and functions without side effects.
package teams

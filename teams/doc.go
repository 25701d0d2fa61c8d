// Package teams says who acts and what they may do: an [Actor] with its role
// in each team, what each [Role] permits, the [Grant] of a job to a team, and
// the [Directory] that an embedder's teams and clusters are read from.
//
// Everything here is a value or a pure function, except a Directory, which is
// the embedder's.
package teams

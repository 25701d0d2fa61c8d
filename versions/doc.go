// Package versions says what a version of a job contains, which contents are
// valid, how a draft is made from a version and patched, and how two versions
// differ.
//
// A [Definition] is what people write. A [Version] is a definition with a
// number: a draft, or published and then immutable. A [Patch] changes some
// fields of a definition. The package has only values and functions without
// side effects.
package versions

// Package versions says what a version of a job holds, what is valid in it,
// how a draft is made from a version and patched, and how two differ.
//
// A [Definition] is what people write. A [Version] is a definition with a
// number: published, and then immutable, or a draft. A [Patch] changes some
// fields of a definition. Everything here is a value or a pure function.
package versions

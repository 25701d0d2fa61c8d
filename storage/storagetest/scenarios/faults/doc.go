// Package faults holds a test: a service on a store that fails in up to a fifth
// of its calls keeps what it acknowledged, and leaves nothing of what it
// refused.
package faults

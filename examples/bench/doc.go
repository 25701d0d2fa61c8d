// Package bench measures jobledger beside other libraries that do one of its
// jobs. It is a module of its own, so that none of them becomes a dependency.
//
//	go test -bench . -benchmem
package bench

// Package storage is the port between jobledger and the stores that keep its
// data. It has the interface [Store], the records that a store keeps, the
// changes and queries that it is given, and its errors.
//
// It is for authors of stores. Users of the library open a store
// (storage/memory, storage/sqlite or storage/redis) and pass it to
// jobs.NewService; they need nothing else from here. Package storagetest tests
// a store with one line of code, and docs/writing-a-store.md explains how to
// write one.
//
// A store keeps records and finds them. It knows revisions, uniqueness, scopes
// and order. It has no rules, no clock, makes no IDs and checks no permissions:
// the domain decides, and says in one [Change] what to write and what must
// still be true.
package storage

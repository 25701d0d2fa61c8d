// Package storage is the port between jobledger and the places that keep its
// data: the [Store] interface, the records that it keeps, the changes and
// queries that it answers, and its errors.
//
// It is for authors of stores. Users of the library open a store (storage/memory,
// storage/sqlite, storage/redis) and hand it to jobs.NewService; they need
// nothing else from here. Package storagetest proves a store with one line of
// test, and docs/writing-a-store.md tells how to write one.
//
// A store keeps and finds. It knows revisions, uniqueness, scopes and order. It
// knows no rule, no clock, no identifier and no permission: the domain decides,
// and says in one [Change] what is to be written and what must still be true.
package storage

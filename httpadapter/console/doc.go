// Package console is a web page for people who own jobs: what failed, what is
// next, why it did not run, what will change. It is a client of the API of
// package httpadapter, and of nothing else.
//
// Mount it beside the API:
//
//	mux.Handle("/api/v1/", http.StripPrefix("/api/v1", httpadapter.New(service, authenticate, nil)))
//	mux.Handle("/console/", console.New(&console.Options{Prefix: "/console", API: "/api/v1"}))
//
// The files in dist are built from those in web, by "make console".
package console

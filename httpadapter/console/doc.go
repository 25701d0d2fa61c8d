// Package console is a web page for people who own jobs. It shows what failed,
// what runs next, why a job did not run, and what an edit will change. It uses
// the API of package httpadapter, and nothing else.
//
// Mount it beside the API:
//
//	mux.Handle("/api/v1/", http.StripPrefix("/api/v1", httpadapter.New(service, authenticate, nil)))
//	mux.Handle("/console/", console.New(&console.Options{Prefix: "/console", API: "/api/v1"}))
//
// "make console" builds the files in dist from the files in web.
package console

// Package client calls the Jobs API from Go.
//
// [New] returns a client that has a method for each operation. These methods
// are generated from the OpenAPI document by "make generate". The rest of the
// package is written by hand: it repeats requests where this is safe, returns
// an error of the API as a [*Problem], reads lists to their end with iterators,
// and follows the journal ([ClientWithResponses.Follow]).
//
//	jobs, err := client.New("https://jobs.example.com/api/v1", &client.Options{Token: token})
//	for job, err := range jobs.AllJobs(ctx, nil) {
//		...
//	}
package client

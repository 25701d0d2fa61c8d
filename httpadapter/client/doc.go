// Package client calls the Jobs API from Go.
//
// [New] returns a client with a method for each operation, which is generated
// from the OpenAPI document (see "make generate"). What is beside that is
// written by hand: requests are repeated where that is safe, an answer that is an
// error is a [*Problem], lists are read to their end with iterators, and
// [ClientWithResponses.Follow] follows the journal.
//
//	jobs, err := client.New("https://jobs.example.com/api/v1", &client.Options{Token: token})
//	for job, err := range jobs.AllJobs(ctx, nil) {
//		...
//	}
package client

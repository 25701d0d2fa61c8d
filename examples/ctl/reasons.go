package main

// reasons say in words why a tick made no run, by its verdict and its reason.
var reasons = map[string]string{
	"skipped overlap":    "another run of the job was still going, and one at a time is allowed",
	"skipped cap":        "as many runs of the job were going as are allowed at once",
	"skipped dependency": "a job that it depends on had not succeeded",
	"missed policy":      "no scheduler ran then, and the job does not make up for missed ticks",
	"missed window":      "no scheduler ran then, and it was too long ago to be made up for",
	"missed zone":        "the server did not know the time zone of the schedule",
	"coalesced policy":   "no scheduler ran then, and a newer tick stands for this one",
	"superseded replace": "its run had not begun when a newer tick came, which replaces it",
	"superseded waiting": "its run waited for other jobs when a newer tick came and took its place",
	"paused hold":        "the organization was held",
	"paused":             "the job was paused",
}

// reasonOf is the sentence for a verdict, or the reason itself when there is none.
func reasonOf(verdict, reason string) string {
	key := verdict
	if reason != "" {
		key += " " + reason
	}
	if text := reasons[key]; text != "" {
		return text
	}
	return reason
}

package jobstest

// SetMaxSteps sets how often one call moves the clock at most.
func SetMaxSteps(w *World, n int) { w.maxSteps = n }

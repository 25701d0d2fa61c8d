package jobs

// DecodeEvent reads an event of the journal.
var DecodeEvent = decodeEvent

// JitterOf is the part of a jitter that the run of a tick waits.
var JitterOf = jitter

package jobs

// DecodeEvent reads an event of the journal.
var DecodeEvent = decodeEvent

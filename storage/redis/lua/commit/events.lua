-- Appends events. ARGV: the change's time, '1' for a job's events, how many, the
-- records. Fields of records: S is the newest Seq, O the oldest, T the time of the
-- oldest, and 'e' with a Seq the event. A Seq has eight bytes.
-- @read
local eventTime, ofJob, events, firstEvent = ARGV[n + 1], ARGV[n + 2] == '1', tonumber(ARGV[n + 3]), n + 4
n = n + 3 + events
local eventsAt = #fields
fields[eventsAt + 1], fields[eventsAt + 2], fields[eventsAt + 3] = 'S', 'O', 'T'
-- @write
local newest, oldest = found[eventsAt + 1], found[eventsAt + 2]
local high, low = 0, 0
if newest then
  high, low = struct.unpack('>I4I4', newest)
else
  set[#set + 1], set[#set + 2], set[#set + 3], set[#set + 4] = 'O', '\0\0\0\0\0\0\0\1', 'T', eventTime
end
if newest == oldest then
  -- From the second event on, the journal can be trimmed, by the time of the oldest.
  redis.call('ZADD', journals, 0, (found[eventsAt + 3] or eventTime) .. organization)
end
for i = firstEvent, firstEvent + events - 1 do
  low = low + 1
  if low == 4294967296 then
    high, low = high + 1, 0
  end
  newest = struct.pack('>I4I4', high, low)
  local size = #set
  set[size + 1], set[size + 2] = 'e' .. newest, ARGV[i]
  if ofJob then
    size = #ordered
    ordered[size + 1], ordered[size + 2] = 0, 'e' .. newest
  end
end
set[#set + 1], set[#set + 2] = 'S', newest

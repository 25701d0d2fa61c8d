-- Writes events that were read from another store, with the numbers that they had
-- there. ARGV: the first Seq, the Seq before it, the time of the first event, how many
-- events, then for each its Seq, which of the last keys is its job's order (0: none),
-- and the record. Fields as in events.lua.
-- @read
local firstSeq, before, firstTime, events, firstEvent = ARGV[n + 1], ARGV[n + 2], ARGV[n + 3], tonumber(ARGV[n + 4]), n + 5
n = n + 4 + 3 * events
local journalAt = #fields
fields[journalAt + 1], fields[journalAt + 2], fields[journalAt + 3] = 'S', 'O', 'T'
-- @guard
if found[journalAt + 1] and found[journalAt + 1] ~= before then
  return 'stale: the events do not follow the newest'
end
-- @write
local newest, oldest = found[journalAt + 1], found[journalAt + 2]
if not newest then
  set[#set + 1], set[#set + 2], set[#set + 3], set[#set + 4] = 'O', firstSeq, 'T', firstTime
end
if newest == oldest then
  redis.call('ZADD', journals, 0, (found[journalAt + 3] or firstTime) .. organization)
end
for i = firstEvent, firstEvent + 3 * events - 3, 3 do
  newest = ARGV[i]
  set[#set + 1], set[#set + 2] = 'e' .. newest, ARGV[i + 2]
  local place = tonumber(ARGV[i + 1])
  if place > 0 then
    redis.call('ZADD', KEYS[SCOPES + place - 1], 0, 'e' .. newest)
  end
end
set[#set + 1], set[#set + 2] = 'S', newest

-- Events. ARGV: the change's time, '1' for a job's events, how many, the records.
-- Fields of records: S the newest Seq, O the oldest, T the time of the oldest.
-- @read
local eventTime, ofJob, events, firstEvent = ARGV[n + 1], ARGV[n + 2] == '1', tonumber(ARGV[n + 3]), n + 4
n = n + 3 + events
local eventsAt = #fields
fields[eventsAt + 1], fields[eventsAt + 2], fields[eventsAt + 3] = 'S', 'O', 'T'
-- @write
local seq, oldest = tonumber(found[eventsAt + 1] or '0'), tonumber(found[eventsAt + 2] or '1')
if seq == 0 then
  set[#set + 1], set[#set + 2], set[#set + 3], set[#set + 4] = 'O', '1', 'T', eventTime
end
if seq <= oldest then
  -- From the second event on the journal can be trimmed, by the first one's time.
  redis.call('ZADD', journals, 0, (found[eventsAt + 3] or eventTime) .. organization)
end
local entries = {}
for i = firstEvent, firstEvent + events - 1 do
  seq = seq + 1
  entries[#entries + 1], entries[#entries + 2] = string.format('%.0f', seq), ARGV[i]
  if ofJob then
    ordered[#ordered + 1] = 0
    ordered[#ordered + 1] = 'e' .. struct.pack('>I4I4', math.floor(seq / 4294967296), seq % 4294967296)
  end
end
write('HSET', journal, entries)
set[#set + 1], set[#set + 2] = 'S', string.format('%.0f', seq)

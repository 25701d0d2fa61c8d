-- Erases the oldest events of an organization, but for the newest.
-- KEYS: records, journal, events of jobs, journals.
-- ARGV: the organization as names write it, the time, limit.
-- Returns how many were erased, and '1' when nothing is left to erase.
local records, journal, jobEvents, journals = unpack(KEYS)
local limit = tonumber(ARGV[3])
local kept = redis.call('HMGET', records, 'O', 'S', 'T')
if not kept[1] then
  return {0, '1'}
end
local first, newest = tonumber(kept[1]), tonumber(kept[2])
local high, low = struct.unpack('>I4I4', ARGV[2])
local fields = {}
for seq = first, math.min(first + limit, newest) do
  fields[#fields + 1] = string.format('%.0f', seq)
end
local values = redis.call('HMGET', journal, unpack(fields))
local erased, places = 0, {}
while erased < limit and first + erased < newest do
  local record = values[erased + 1]
  local h, l = struct.unpack('>I4I4', record)
  if h > high or (h == high and l >= low) then
    break
  end
  local seq = first + erased
  local _, last = string.find(record, '\0\1', 9, true)
  if last > 10 then
    places[#places + 1] = string.sub(record, 9, last) .. struct.pack('>I4I4', math.floor(seq / 4294967296), seq % 4294967296)
  end
  erased = erased + 1
end
redis.call('ZREM', journals, kept[3] .. ARGV[1])
if erased > 0 then
  redis.call('HDEL', journal, unpack(fields, 1, erased))
  if #places > 0 then
    redis.call('ZREM', jobEvents, unpack(places))
  end
  first = first + erased
  kept[3] = string.sub(values[erased + 1], 1, 8)
  redis.call('HSET', records, 'O', string.format('%.0f', first), 'T', kept[3])
end
if first < newest then
  redis.call('ZADD', journals, 0, kept[3] .. ARGV[1])
end
return {erased, erased < limit and '1' or '0'}

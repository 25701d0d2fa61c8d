-- Erases the oldest events of an organization.
-- KEYS: records, journals, then the order of the job of each event.
-- ARGV: the organization's name, the oldest Seq, the first Seq that stays, its time.
-- A Seq has eight bytes.
-- Returns how many were erased; 0 when another process has erased them meanwhile.
local records, journals = KEYS[1], KEYS[2]
local organization, oldest, first, time = unpack(ARGV)
local kept = redis.call('HMGET', records, 'O', 'S', 'T')
if kept[1] ~= oldest then
  return 0
end
redis.call('ZREM', journals, kept[3] .. organization)
local high, low = struct.unpack('>I4I4', oldest)
local fields = {}
for i = 3, #KEYS do
  local field = 'e' .. struct.pack('>I4I4', high, low)
  fields[i - 2] = field
  redis.call('ZREM', KEYS[i], field)
  low = low + 1
  if low == 4294967296 then
    high, low = high + 1, 0
  end
end
if #fields > 0 then
  redis.call('HDEL', records, unpack(fields))
  redis.call('HSET', records, 'O', first, 'T', time)
end
if first ~= kept[2] then
  redis.call('ZADD', journals, 0, time .. organization)
end
return #fields

-- Erases the oldest events of an organization.
-- KEYS: records, journal, journals, then the order of the job of each event.
-- ARGV: the organization as names write it, the oldest Seq, how many, the time of
-- the first that stays.
-- Returns how many were erased: none when another one did.
local records, journal, journals = KEYS[1], KEYS[2], KEYS[3]
local kept = redis.call('HMGET', records, 'O', 'S', 'T')
if kept[1] ~= ARGV[2] then
  return 0
end
local first, count = tonumber(ARGV[2]), tonumber(ARGV[3])
redis.call('ZREM', journals, kept[3] .. ARGV[1])
local fields = {}
for i = 1, count do
  local seq = first + i - 1
  fields[i] = string.format('%.0f', seq)
  redis.call('ZREM', KEYS[3 + i], 'e' .. struct.pack('>I4I4', math.floor(seq / 4294967296), seq % 4294967296))
end
if count > 0 then
  redis.call('HDEL', journal, unpack(fields))
  redis.call('HSET', records, 'O', string.format('%.0f', first + count), 'T', ARGV[4])
end
if first + count < tonumber(kept[2]) then
  redis.call('ZADD', journals, 0, ARGV[4] .. ARGV[1])
end
return count

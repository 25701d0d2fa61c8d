-- Erases some of what a removed job left behind, its tombstone last: as long
-- as that stands, no job of the same ID can begin.
-- KEYS: records, due, remains, order, detail.
-- ARGV: the organization as names write it, the job's ID, the limit.
-- Returns how many records were erased.
local records, due, remains, order, detail = unpack(KEYS)
local organization, id, limit = ARGV[1], ARGV[2], tonumber(ARGV[3])
local me = esc(id)
local tombstone = redis.call('HGET', records, 'x' .. id)
if not tombstone then
  redis.call('ZREM', remains, organization .. me)
  return 0
end

local left = redis.call('ZRANGE', order, 0, limit - 1)
local runs, details = {}, {}
for _, member in ipairs(left) do
  if string.sub(member, 1, 1) == 'r' then
    runs[#runs + 1] = 'r' .. me .. string.sub(member, 10) -- behind the number
  else
    details[#details + 1] = member
  end
end
if #runs > 0 then
  redis.call('HDEL', records, unpack(runs))
end
if #details > 0 then
  redis.call('HDEL', detail, unpack(details))
end
if #left > 0 then
  redis.call('ZREM', order, unpack(left))
end
if #left == limit or redis.call('ZCARD', order) > 0 then
  return #left
end

redis.call('ZREM', remains, organization .. me)
if string.sub(tombstone, 18, 18) == '1' then
  return #left -- owed: it comes back to the remains when it owes nothing
end
redis.call('HDEL', records, 'x' .. id)
redis.call('ZREM', due, string.sub(tombstone, 10, 17) .. organization .. me .. '\0\1t')
return #left + 1

-- Erases some of the records that a removed job left. The tombstone is erased last:
-- while it exists, no job with the same ID can be created. Runs that are open or owe
-- a request stay, but only in the lists of such runs.
-- KEYS: records, order, runs, due runs by readiness, deadline and debt,
-- due tombstones, tombstones, removed.
-- ARGV: the names of the organization and of the job, the limit.
-- Returns how many records were erased, and '1' when nothing is left to erase.
local records, order, runs, ready, deadlines, debts, due, tombstones, removed = unpack(KEYS)
local me, limit = ARGV[2], tonumber(ARGV[3])
local name = ARGV[1] .. me
if redis.call('HEXISTS', tombstones, name) == 0 then
  redis.call('ZREM', removed, name)
  return {0, '1'}
end
local NONE = '\0\0\0\0\0\0\0\0'

-- What is dropped of each key is collected, so that few calls erase it.
local dropped = {}
local function drop(key, member)
  local list = dropped[key]
  if not list then
    list = {}
    dropped[key] = list
  end
  list[#list + 1] = member
end

local erased, looked = 0, 0
local left = redis.call('ZRANGEBYLEX', order, '[r', '(s', 'LIMIT', 0, limit)
looked = #left
if #left > 0 then
  local fields = {}
  for i, member in ipairs(left) do
    fields[i] = 'r' .. me .. string.sub(member, 10) -- what follows the number
  end
  local gone = {}
  for i, record in ipairs(redis.call('HMGET', records, unpack(fields))) do
    drop(order, left[i])
    if record then
      local place, run = string.sub(left[i], 2), string.sub(left[i], 10)
      local list = 'o' .. struct.unpack('>I4c0', record, 49)
      local there = string.sub(record, 9, 16) .. me .. place
      drop(runs, 'a' .. there)
      drop(runs, list .. there)
      for at, key in pairs({[25] = ready, [33] = deadlines, [41] = debts}) do
        if string.sub(record, at, at + 7) ~= NONE then
          drop(key, name .. run)
        end
      end
      if list ~= 'o\0\1' and string.sub(record, 41, 48) == NONE then
        drop(order, list .. place)
        gone[#gone + 1] = fields[i]
      elseif list ~= 'o\0\1' then
        drop(order, list .. place) -- it is in the list of those that owe a request
      end
    end
  end
  if #gone > 0 then
    redis.call('HDEL', records, unpack(gone))
  end
  erased = #gone
end
for _, bounds in ipairs({{'[t', '(u'}, {'[v', '(w'}}) do
  if looked < limit then
    local details = redis.call('ZRANGEBYLEX', order, bounds[1], bounds[2], 'LIMIT', 0, limit - looked)
    if #details > 0 then
      redis.call('ZREM', order, unpack(details))
      for i = 1, #details do
        details[i] = string.sub(details[i], 1, 1) .. me .. string.sub(details[i], 2)
      end
      redis.call('HDEL', records, unpack(details))
      looked, erased = looked + #details, erased + #details
    end
  end
end
for key, list in pairs(dropped) do
  redis.call('ZREM', key, unpack(list))
end
if looked == limit then
  return {erased, '0'}
end
if redis.call('ZLEXCOUNT', order, '[f', '+') > 0 then -- what comes after its events; the events stay
  redis.call('ZADD', removed, 0, name) -- until a commit removes the open and owing runs
  return {erased, '1'}
end
redis.call('ZREM', removed, name)
redis.call('HDEL', tombstones, name)
redis.call('ZREM', due, name)
return {erased + 1, '1'}

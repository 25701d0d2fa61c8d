-- Lists runs of one job, by number.
-- KEYS: records, order.
-- ARGV: the job's ID, the position to go on behind or an empty string, limit,
-- '1' for descending, then the prefixes of the lists: 'r' of all runs, or 'o'
-- and an outcome.
-- Returns ID and record of each.
local records, order = KEYS[1], KEYS[2]
local id, after, limit, descending = ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4] == '1'
if redis.call('HEXISTS', records, 'j' .. id) == 0 then
  return {}
end
local ranges = {}
for i = 5, #ARGV do
  local prefix = ARGV[i]
  local low, high = '[' .. prefix, '(' .. beyond(prefix)
  if after ~= '' and descending then
    high = '(' .. prefix .. after
  elseif after ~= '' then
    low = '[' .. prefix .. next8(after)
  end
  ranges[#ranges + 1] = range(order, low, high, #prefix + 1)
end
local found = page(ranges, 0, limit, descending, 0)
local result, me = {}, esc(id)
for first = 1, #found, BATCH do
  local fields = {}
  local last = math.min(first + BATCH - 1, #found)
  for i = first, last do
    fields[#fields + 1] = 'r' .. me .. string.sub(found[i], 9) -- behind the number
  end
  local values = redis.call('HMGET', records, unpack(fields))
  for i = first, last do
    result[#result + 1] = string.sub(found[i], 9)
    result[#result + 1] = values[i - first + 1]
  end
end
return result

-- Lists details of a job, in their order: versions or ticks. KEYS: records, order.
-- ARGV: the job's name, lower and upper bound, offset, limit, '1' for descending,
-- the most bytes. If descending, the offset must be 0, and nothing is counted.
-- Returns the total between the bounds, '1' when there are more after the page,
-- then, for each, its member of the order and its document.
local records, order = unpack(KEYS)
local me = ARGV[1]
local offset, limit, descending = tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6] == '1'
local result = {0, '0'}
if redis.call('HEXISTS', records, 'j' .. me) == 0 then
  return result
end
if not descending then
  result[1] = redis.call('ZLEXCOUNT', order, ARGV[2], ARGV[3])
end
local found = {}
if descending then
  found = redis.call('ZREVRANGEBYLEX', order, ARGV[3], ARGV[2], 'LIMIT', 0, limit + 1)
elseif result[1] > offset then
  -- By places, which costs the same at every offset.
  local first = redis.call('ZLEXCOUNT', order, '-', '(' .. string.sub(ARGV[2], 2)) + offset
  found = redis.call('ZRANGE', order, first, first + math.min(limit + 1, result[1] - offset) - 1)
end
local more = found[limit + 1]
found[limit + 1] = nil
local fields = {}
for i = 1, #found do
  fields[i] = string.sub(found[i], 1, 1) .. me .. string.sub(found[i], 2)
end
local values, count = read(records, fields, tonumber(ARGV[7]), function(value) return #value end)
if more or count < #found then
  result[2] = '1'
end
for i = 1, count do
  result[#result + 1] = found[i]
  result[#result + 1] = values[i]
end
return result

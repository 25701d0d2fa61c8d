-- Lists details of a job, which are ordered by their fields: versions or ticks.
-- KEYS: records, detail, order.
-- ARGV: the job's field, lower and upper bound, offset, limit, '1' for
-- descending.
-- Returns the total between the bounds, then field and record of each.
local records, detail, order = unpack(KEYS)
local result = {0}
if redis.call('HEXISTS', records, ARGV[1]) == 0 then
  return result
end
local ranges = {range(order, ARGV[2], ARGV[3], 1)}
local found, total = page(ranges, tonumber(ARGV[4]), tonumber(ARGV[5]), ARGV[6] == '1', 0)
result[1] = total
for first = 1, #found, BATCH do
  local last = math.min(first + BATCH - 1, #found)
  local values = redis.call('HMGET', detail, unpack(found, first, last))
  for i = first, last do
    result[#result + 1] = found[i]
    result[#result + 1] = values[i - first + 1]
  end
end
return result

-- Reads what is due in some partitions: all of them on one server, one on a
-- cluster.
-- KEYS: due sets. ARGV: lower and upper bound, lower bound of what is due
-- later, limit.
-- Returns the server's clock in seconds and microseconds, the first item that
-- is due later or false, then the items.
local ranges, later = {}, false
for i, key in ipairs(KEYS) do
  ranges[i] = range(key, ARGV[1], ARGV[2], 1)
  local first = redis.call('ZRANGEBYLEX', key, ARGV[3], '+', 'LIMIT', 0, 1)[1]
  if first and (not later or earlier(string.sub(first, 1, 8), string.sub(later, 1, 8))) then
    later = first
  end
end
local time = redis.call('TIME')
local result = {time[1], time[2], later}
for _, due in ipairs(page(ranges, 0, tonumber(ARGV[4]), false, 0)) do
  result[#result + 1] = due
end
return result

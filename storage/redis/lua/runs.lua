-- Lists runs of an organization. A member of the runs set is creation time (8
-- bytes), job, number (8 bytes) and run ID.
-- KEYS: records, runs. ARGV: lower and upper bound, limit, '1' for descending.
-- Returns member and record of each.
local records, runs = KEYS[1], KEYS[2]
local found = page({range(runs, ARGV[1], ARGV[2], 1)}, 0, tonumber(ARGV[3]), ARGV[4] == '1', 0)
local result = {}
for first = 1, #found, BATCH do
  local fields = {}
  local last = math.min(first + BATCH - 1, #found)
  for i = first, last do
    local _, stop = string.find(found[i], '\0\1', 9, true)
    fields[#fields + 1] = 'r' .. string.sub(found[i], 9, stop) .. string.sub(found[i], stop + 9)
  end
  local values = redis.call('HMGET', records, unpack(fields))
  for i = first, last do
    result[#result + 1] = found[i]
    result[#result + 1] = values[i - first + 1]
  end
end
return result

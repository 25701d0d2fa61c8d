-- Finds jobs by ID and by key.
-- KEYS: records. ARGV: how many IDs, the IDs, the keys.
-- Returns the graph counter, and the jobs as fetch does.
local records = KEYS[1]
local ids, seen, fields = {}, {}, {'g'}
local function add(id)
  if id and not seen[id] then
    seen[id] = true
    ids[#ids + 1] = id
  end
end

local count = tonumber(ARGV[1])
for i = 2, count + 1 do
  add(ARGV[i])
end
for i = count + 2, #ARGV do
  fields[#fields + 1] = 'k' .. ARGV[i]
end
local graph
for first = 1, #fields, BATCH do
  local found = redis.call('HMGET', records, unpack(fields, first, math.min(first + BATCH - 1, #fields)))
  for i = 1, #found do
    if first + i == 2 then
      graph = found[i]
    else
      add(found[i])
    end
  end
end
return {graph, fetch(records, ids, true)}

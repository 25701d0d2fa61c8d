-- Part four of the commit script.
--
-- The writes. Nothing below can fail.
local function write(command, key, values)
  for first = 1, #values, BATCH do
    redis.call(command, key, unpack(values, first, math.min(first + BATCH - 1, #values)))
  end
end

if raised ~= '' then
  put('g', raised)
end
write('HDEL', records, unset)
write('HSET', records, set)

local details = {}
if lives then
  for _, row in ipairs(versions) do
    details[#details + 1] = 'v' .. row[1]
    details[#details + 1] = row[2]
    add(order, 'v' .. row[1])
  end
  for _, row in ipairs(ticks) do
    details[#details + 1] = 't' .. row[1]
    details[#details + 1] = row[2]
    add(order, 't' .. row[1])
  end
  if draft ~= '' and draft ~= '-' then
    details[#details + 1] = 'draft'
    details[#details + 1] = draft
  end
end
if draft == '-' or mode == 'remove' then
  redis.call('HDEL', detail, 'draft')
end
write('HSET', detail, details)

for key, members in pairs(displace) do
  write('ZREM', key, members)
end
for key, members in pairs(place) do
  write('ZADD', key, members)
end
if keep > 0 and lives then
  local excess = redis.call('ZLEXCOUNT', order, '[t', '(u') - keep
  if excess > 0 then
    local oldest = redis.call('ZRANGEBYLEX', order, '[t', '(u', 'LIMIT', 0, excess)
    write('HDEL', detail, oldest)
    write('ZREM', order, oldest)
  end
end

-- The operation, by the server's clock. One commit in sixteen forgets old ones,
-- more than sixteen of them, so that a backlog shrinks.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
redis.call('ZADD', operations, now, operation)
if time[2] % 16 == 0 then
  local forgotten = redis.call('ZRANGEBYSCORE', operations, '-inf', now - retention, 'LIMIT', 0, 100)
  if #forgotten > 0 then
    redis.call('ZREM', operations, unpack(forgotten))
  end
end
return 'ok'

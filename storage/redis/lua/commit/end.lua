-- The end of every commit. The operations stand in a list, too. Behind sixteen of
-- them stands the time, of the server's clock: sixteen commits later two such groups
-- are forgotten if they are old, so that a backlog shrinks.
-- @write
if header then
  set[#set + 1], set[#set + 2] = 'j' .. me, header
end
write('HDEL', records, unset)
write('HSET', records, set)
if #ordered > 0 then
  write('ZADD', order, ordered)
end
-- @last
if redis.call('RPUSH', operations, operation) % 17 == 16 then
  local time = redis.call('TIME')[1]
  redis.call('RPUSH', operations, time)
  for _ = 1, 2 do
    local before = redis.call('LINDEX', operations, 16)
    if not before or time - before <= RETENTION then
      break
    end
    local forgotten = redis.call('LPOP', operations, 17)
    for i = 1, 16 do
      forgotten[i] = 'x' .. forgotten[i]
    end
    redis.call('HDEL', records, unpack(forgotten, 1, 16))
  end
end
return 'ok'

-- The end of every commit: it writes what was collected, remembers the operation, and
-- forgets old operations. The operations are also in a list. After each sixteenth
-- operation, the list has the time of the server's clock. At each such time, the two
-- oldest groups of sixteen are forgotten if they are old enough: two, so that a backlog
-- gets shorter.
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

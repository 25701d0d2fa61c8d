-- The end of every commit: the operation, by the server's clock. One commit in
-- sixteen forgets old ones, more than sixteen of them, so that a backlog shrinks.
-- IDs rise with time, and so does the score: the set grows at its end.
-- @write
write('HDEL', records, unset)
write('HSET', records, set)
if #ordered > 0 then
  write('ZADD', order, ordered)
end
local time = redis.call('TIME')
redis.call('ZADD', operations, time[1], operation)
if time[2] % 16 == 0 then
  local forgotten = redis.call('ZRANGEBYSCORE', operations, '-inf', time[1] - RETENTION, 'LIMIT', 0, 100)
  if #forgotten > 0 then
    redis.call('ZREM', operations, unpack(forgotten))
  end
end
return 'ok'

-- A new job. ARGV: header, wake time, document.
-- @read
local header, wakeTime, doc = ARGV[n + 1], ARGV[n + 2], ARGV[n + 3]
n = n + 3
fields[1] = 'j' .. me
-- @guard
if found[1] then
  return 'stale: the job exists'
end
if redis.call('HEXISTS', tombstones, organization .. me) == 1 then
  return 'stale: the job was removed'
end
-- @write
set[1], set[2], set[3], set[4] = 'j' .. me, header, 'd' .. me, doc
move(dueJobs, NONE, wakeTime, organization .. me)

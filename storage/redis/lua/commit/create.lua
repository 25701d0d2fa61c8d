-- A new job. ARGV: header, wake time, document.
-- @read
local created, wakeTime, doc = ARGV[n + 1], ARGV[n + 2], ARGV[n + 3]
n = n + 3
fields[2] = 'j' .. me
-- @guard
if found[2] then
  return 'stale: the job exists'
end
if redis.call('HEXISTS', tombstones, organization .. me) == 1 then
  return 'stale: the job was removed'
end
-- @write
header = created
local _, from = struct.unpack('>I4c0', header, 37)
set[3], set[4] = 'd' .. me, doc
set[5], set[6] = 'l' .. me, sub(header, 17, 20) .. sub(header, 37, from - 1)
move(dueJobs, NONE, wakeTime, organization .. me)

-- Removes a job. Its records are hidden from now on, and swept later.
-- ARGV: expected revision, digest of what is indexed, tombstone.
-- @read
local expected, assumed, tombstone = ARGV[n + 1], ARGV[n + 2], ARGV[n + 3]
n = n + 3
fields[2] = 'j' .. me
-- @guard
local old = found[2]
if not old or sub(old, 1, 8) ~= expected then
  return 'stale: the job is at another revision'
end
if sub(old, 21, 36) ~= assumed then
  return {'index', old}
end
-- @write
unset[1], unset[2], unset[3], unset[4] = 'j' .. me, 'd' .. me, 'l' .. me, 'w' .. me
redis.call('HSET', tombstones, organization .. me, tombstone)
redis.call('ZADD', removed, 1, organization .. me)
move(dueJobs, sub(old, 9, 16), NONE, organization .. me)
move(dueTombstones, NONE, sub(tombstone, 9, 16), organization .. me)

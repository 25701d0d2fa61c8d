-- Replaces a tombstone. ARGV: expected revision, tombstone.
-- @read
local expected, tombstone = ARGV[n + 1], ARGV[n + 2]
n = n + 2
-- @guard
local buried = redis.call('HGET', tombstones, organization .. me)
if not buried or sub(buried, 1, 8) ~= expected then
  return 'stale: the tombstone is at another revision'
end
-- @write
redis.call('HSET', tombstones, organization .. me, tombstone)
redis.call('ZADD', removed, 1, organization .. me) -- a sweep looks at it: perhaps nothing is left
move(dueTombstones, sub(buried, 9, 16), sub(tombstone, 9, 16), organization .. me)

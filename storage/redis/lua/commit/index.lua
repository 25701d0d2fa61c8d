-- Moves a job in the index; the caller knows from what is stored where it stands.
-- ARGV: the key it gives up and the key it takes (empty: none); the grant set it
-- leaves and the one it enters (empty: none), the teams of the latter; how many
-- entries of teams are dropped if the first is empty now, these, how many are
-- added if the second is new, these; how many counts of a grant set in a scope are
-- lowered, these, how many are raised, these; then for each scope, whose keys are
-- the last ones, how many entries are dropped, these, how many values are added,
-- these.
-- @read
local oldKey, newKey = ARGV[n + 1], ARGV[n + 2]
n = n + 2
local keyAt = #fields + 1
if newKey ~= '' then
  fields[keyAt] = 'k' .. newKey
end
-- @guard
if newKey ~= '' and found[keyAt] and found[keyAt] ~= me then
  return 'stale: the key belongs to another job'
end
-- @write
if oldKey ~= '' then
  unset[#unset + 1] = 'k' .. oldKey
end
if newKey ~= '' then
  set[#set + 1], set[#set + 2] = 'k' .. newKey, me
end
local function group()
  local count = tonumber(ARGV[n + 1])
  local first = n + 2
  n = n + 1 + count
  return count, first
end
local left, entered, teams = ARGV[n + 1], ARGV[n + 2], ARGV[n + 3]
n = n + 3
local dropped, firstDropped = group()
local added, firstAdded = group()
if left ~= '' and redis.call('HINCRBY', sets, left, -1) == 0 then
  redis.call('HDEL', sets, left)
  redis.call('HDEL', grants, left)
  if dropped > 0 then
    redis.call('ZREM', members, unpack(ARGV, firstDropped, firstDropped + dropped - 1))
  end
end
if entered ~= '' and redis.call('HINCRBY', sets, entered, 1) == 1 then
  redis.call('HSET', grants, entered, teams)
  if added > 0 then
    redis.call('ZADD', members, unpack(ARGV, firstAdded, firstAdded + added - 1))
  end
end
local count, first = group()
for i = first, n do
  if redis.call('HINCRBY', counts, ARGV[i], -1) == 0 then
    redis.call('HDEL', counts, ARGV[i])
  end
end
count, first = group()
for i = first, n do
  redis.call('HINCRBY', counts, ARGV[i], 1)
end
for key = SCOPES, #KEYS do
  count, first = group()
  if count > 0 then
    redis.call('ZREM', KEYS[key], unpack(ARGV, first, n))
  end
  count, first = group()
  if count > 0 then
    redis.call('ZADD', KEYS[key], unpack(ARGV, first, n))
  end
end
redis.call('HINCRBY', records, 'I', 1)

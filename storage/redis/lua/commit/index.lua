-- Moves a job in the index. The caller has read where the job is now.
-- ARGV, where a list is its length and then its elements:
--   the key that the job gives up, the key that it takes (empty: none)
--   a list of counts to lower, a list of counts to raise; a count is of a grant set
--   in a scope
--   the grant set that the job leaves, the one that it enters (empty: none), the
--   teams of the latter
--   a list of entries of teams to drop if the first set is empty now, a list of
--   entries to add if the second set is new
--   for each scope, whose keys are the last keys: a list of entries to drop, a list of
--   values to add
-- Fields of records: I the version of the index, 'n' a count.
-- @read
local oldKey, newKey = ARGV[n + 1], ARGV[n + 2]
n = n + 2
local indexAt = #fields
fields[indexAt + 1] = 'I'
fields[indexAt + 2] = 'k' .. newKey -- no key is empty
local function group()
  local count = tonumber(ARGV[n + 1])
  local first = n + 2
  n = n + 1 + count
  return count, first
end
local lowered, first = group()
for i = first, n do
  fields[#fields + 1] = 'n' .. ARGV[i]
end
local raised, firstRaised = group()
for i = firstRaised, n do
  fields[#fields + 1] = 'n' .. ARGV[i]
end
-- @guard
if found[indexAt + 2] and found[indexAt + 2] ~= me then
  return 'stale: the key belongs to another job'
end
-- @write
if oldKey ~= '' then
  unset[#unset + 1] = 'k' .. oldKey
end
if newKey ~= '' then
  set[#set + 1], set[#set + 2] = 'k' .. newKey, me
end
set[#set + 1], set[#set + 2] = 'I', (found[indexAt + 1] or 0) + 1
for i = indexAt + 3, indexAt + 2 + lowered + raised do
  local jobs = (found[i] or 0) + (i <= indexAt + 2 + lowered and -1 or 1)
  if jobs == 0 then
    unset[#unset + 1] = fields[i]
  else
    set[#set + 1], set[#set + 2] = fields[i], jobs
  end
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
for key = SCOPES, #KEYS do
  local count, first = group()
  if count > 0 then
    redis.call('ZREM', KEYS[key], unpack(ARGV, first, n))
  end
  count, first = group()
  if count > 0 then
    redis.call('ZADD', KEYS[key], unpack(ARGV, first, n))
  end
end

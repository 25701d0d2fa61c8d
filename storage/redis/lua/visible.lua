-- Returns the grant sets that hold one of a caller's teams, or all of them.
-- KEYS: records, sets, members, scope. ARGV: order, then the names of the teams.
-- Returns the version of the index, how many jobs the scope lists, the number of
-- grant sets, a flag, and the sets, each with its number of jobs. The flag is '1' when
-- each of these sets holds one of the teams, and '0' when that is not known. When there
-- are too many sets, none is returned.
local records, sets, members, scope = unpack(KEYS)
local order = ARGV[1]
local version = redis.call('HGET', records, 'I') or '0'
local size = redis.call('ZLEXCOUNT', scope, '[' .. order, order == 'c' and '(d' or '(l')
local count = redis.call('HLEN', sets)
if size == 0 or count <= 256 then
  return {version, size, count, '0', size == 0 and {} or redis.call('HGETALL', sets)}
end
-- The sets of each team, unless it is cheaper to return all sets.
local found, seen, cost = {}, {}, 0
for i = 2, #ARGV do
  local team = ARGV[i]
  local held = redis.call('ZRANGEBYLEX', members, '[' .. team, '(' .. string.sub(team, 1, -2) .. '\2', 'LIMIT', 0, 257)
  cost = cost + 4 + #held
  if #held > 256 or cost > 2000 or cost > count then
    return {version, size, count, '0', count <= 2000 and redis.call('HGETALL', sets) or {}}
  end
  for _, member in ipairs(held) do
    local signature = string.sub(member, #team + 1)
    if not seen[signature] then
      seen[signature] = true
      found[#found + 1] = signature
    end
  end
end
local pairs = {}
if #found > 0 then
  for i, jobs in ipairs(redis.call('HMGET', sets, unpack(found))) do
    pairs[2 * i - 1], pairs[2 * i] = found[i], jobs
  end
end
return {version, size, count, '1', pairs}

-- Lists all jobs of a few grant sets that stand in a scope, as long as the index
-- has a version. KEYS: records, the scope of all jobs, the scope.
-- ARGV: version, order, the sets.
-- Returns false when the index has another version, else the members of the scope's
-- list, in no particular order.
if ARGV[1] ~= '' and (redis.call('HGET', KEYS[1], 'I') or '0') ~= ARGV[1] then
  return false
end
local found = {}
for i = 3, #ARGV do
  local set = ARGV[i]
  local jobs = redis.call('ZRANGEBYLEX', KEYS[2], '[s' .. set, '(s' .. set .. '\255')
  for j = 1, #jobs do
    local member = jobs[j]
    local _, stop = string.find(member, '\0\1', 26, true)
    if ARGV[2] == 'c' then
      member = 'c' .. string.sub(member, 18, stop) .. set
    else
      member = 'k' .. string.sub(member, stop + 1) .. string.sub(member, 26, stop) .. set
    end
    if KEYS[2] == KEYS[3] or redis.call('ZSCORE', KEYS[3], member) then
      found[#found + 1] = member
    end
  end
end
return found

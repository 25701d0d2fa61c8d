-- Lists a page of all jobs of a scope.
-- KEYS: records, scope. ARGV: order, '1' for descending, offset, limit, the two
-- bounds to list between (instead of an offset) or empty strings, the depth, the most
-- bytes.
-- Returns how many jobs there are in all, how many the page has if it does not end
-- early, and the jobs as jobsOf returns them.
local records, scope = KEYS[1], KEYS[2]
local order, descending, offset, limit = ARGV[1], ARGV[2] == '1', tonumber(ARGV[3]), tonumber(ARGV[4])
local low, high = ARGV[5], ARGV[6]
local found, total
if low ~= '' then
  total = 0
  if descending then
    found = redis.call('ZREVRANGEBYLEX', scope, high, low, 'LIMIT', 0, limit)
  else
    found = redis.call('ZRANGEBYLEX', scope, low, high, 'LIMIT', 0, limit)
  end
else
  local all = order == 'c' and {'[c', '(d'} or {'[k', '(l'}
  total = redis.call('ZLEXCOUNT', scope, all[1], all[2])
  local first = order == 'c' and 0 or redis.call('ZLEXCOUNT', scope, '-', '(k')
  local count = math.min(limit, total - offset)
  if count <= 0 then
    found = {}
  elseif descending then
    -- Ranks count from the end, because the lists of grant sets come after.
    local last = first + total - 1 - offset
    found = redis.call('ZRANGE', scope, last - count + 1, last)
    for i = 1, math.floor(count / 2) do
      found[i], found[count + 1 - i] = found[count + 1 - i], found[i]
    end
  else
    found = redis.call('ZRANGE', scope, first + offset, first + offset + count - 1)
  end
end
for i = 1, #found do
  found[i] = nameIn(found[i], order)
end
return {total, #found, jobsOf(records, found, ARGV[7], tonumber(ARGV[8]))}

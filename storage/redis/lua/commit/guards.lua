-- Guards about other jobs. ARGV: '1' to require that the scope has no other job, how
-- many keys are required, then key and job of each.
-- @read
local forbid, required, firstRequired = ARGV[n + 1] == '1', tonumber(ARGV[n + 2]), n + 3
n = n + 2 + 2 * required
-- @guard
for i = firstRequired, firstRequired + 2 * required - 2, 2 do
  if redis.call('HGET', records, 'k' .. ARGV[i]) ~= ARGV[i + 1] then
    return 'stale: a required key does not belong to the job named'
  end
end
if forbid then
  for _, member in ipairs(redis.call('ZRANGEBYLEX', forbidden, '[c', '(d', 'LIMIT', 0, 2)) do
    if sub(member, 10, -17) ~= me then
      return 'stale: another job stands in the scope'
    end
  end
end

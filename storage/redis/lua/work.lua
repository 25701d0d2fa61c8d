-- Reads what there is to sweep in some partitions.
-- KEYS: removed jobs and journals of each partition. ARGV: how many to return, the
-- time before which events are erased or an empty string.
-- Returns, for each partition, the removed jobs and the journals.
local result = {}
for i = 1, #KEYS, 2 do
  local journals = {}
  if ARGV[2] ~= '' then
    journals = redis.call('ZRANGEBYLEX', KEYS[i + 1], '-', '(' .. ARGV[2], 'LIMIT', 0, ARGV[1])
  end
  result[#result + 1] = {redis.call('ZRANGEBYSCORE', KEYS[i], 1, 1, 'LIMIT', 0, ARGV[1]), journals}
end
return result

-- Counts the jobs of some grant sets, as long as the index has a version.
-- KEYS: records, the hash that has the counts: sets or records. ARGV: version, the fields.
-- Returns false when the index has another version, else the sum.
if ARGV[1] ~= '' and (redis.call('HGET', KEYS[1], 'I') or '0') ~= ARGV[1] then
  return false
end
local sum = 0
for _, value in ipairs(redis.call('HMGET', KEYS[2], unpack(ARGV, 2))) do
  sum = sum + (value and tonumber(value) or 0)
end
return {sum}

-- Reads jobs by name, as long as the index has a version.
-- KEYS: records. ARGV: version, the depth, bytes, the names.
-- Returns false when the index has another version, else what jobsOf returns.
if ARGV[1] ~= '' and (redis.call('HGET', KEYS[1], 'I') or '0') ~= ARGV[1] then
  return false
end
local names = {}
for i = 4, #ARGV do
  names[i - 3] = ARGV[i]
end
return {0, #names, jobsOf(KEYS[1], names, ARGV[2], tonumber(ARGV[3]))}

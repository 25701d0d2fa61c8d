-- Reads a stretch of a scope's list of all jobs, as long as the index has a
-- version. KEYS: records, scope. ARGV: version, lower and upper bound, how many,
-- '1' for descending. Returns false when the version is another one.
if (redis.call('HGET', KEYS[1], 'I') or '0') ~= ARGV[1] then
  return false
end
if ARGV[5] == '1' then
  return redis.call('ZREVRANGEBYLEX', KEYS[2], ARGV[3], ARGV[2], 'LIMIT', 0, ARGV[4])
end
return redis.call('ZRANGEBYLEX', KEYS[2], ARGV[2], ARGV[3], 'LIMIT', 0, ARGV[4])

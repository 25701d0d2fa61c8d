-- Reads some of the grant sets, as long as the index has a version.
-- KEYS: records, sets. ARGV: version, cursor.
-- Returns false when the index has another version, else the next cursor and the
-- sets, each with how many jobs it has.
if ARGV[1] ~= '' and (redis.call('HGET', KEYS[1], 'I') or '0') ~= ARGV[1] then
  return false
end
return redis.call('HSCAN', KEYS[2], ARGV[2], 'COUNT', 2000)

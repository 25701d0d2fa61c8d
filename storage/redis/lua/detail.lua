-- Reads one detail of a job: its draft, or a version. What a removed job left
-- behind is not found.
-- KEYS: records, detail. ARGV: the job's field, the detail's field.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then
  return false
end
return redis.call('HGET', KEYS[2], ARGV[2])

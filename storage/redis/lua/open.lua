-- Settles, once for all processes, how the data is laid out.
-- KEYS: meta. ARGV: format, partitions.
-- Returns the format and the partitions that are stored now.
redis.call('HSETNX', KEYS[1], 'format', ARGV[1])
redis.call('HSETNX', KEYS[1], 'partitions', ARGV[2])
return redis.call('HMGET', KEYS[1], 'format', 'partitions')

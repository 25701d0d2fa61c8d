-- Settles, once for all processes, how a partition is laid out, or reads it.
-- KEYS: layout. ARGV: the layout.
-- Returns what is stored now.
redis.call('SET', KEYS[1], ARGV[1], 'NX')
return redis.call('GET', KEYS[1])

-- Stores the number of the layout of a partition, unless one is stored already.
-- KEYS: layout. ARGV: the layout.
-- Returns the number that is stored now.
redis.call('SET', KEYS[1], ARGV[1], 'NX')
return redis.call('GET', KEYS[1])

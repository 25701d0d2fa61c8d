-- Reads which removed jobs of a partition are to be swept.
-- KEYS: remains. ARGV: how many.
return redis.call('ZRANGE', KEYS[1], 0, ARGV[1] - 1)

-- Reads fields of a hash. A script, so that it is never routed to a replica,
-- which may be behind. KEYS: the hash. ARGV: the fields.
return redis.call('HMGET', KEYS[1], unpack(ARGV))

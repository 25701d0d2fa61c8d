-- Reads fields of a hash. It is a script, because a client may send a plain read to
-- a replica, which may be behind. KEYS: the hash. ARGV: the fields.
return redis.call('HMGET', KEYS[1], unpack(ARGV))

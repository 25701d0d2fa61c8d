-- Part of the scripts that erase. Like commits, they fail when a newer release has
-- raised the layout. KEYS: the partition's layout, then the script's own keys.
-- ARGV: the layout that is expected, then the script's own arguments.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 'layout: ' .. (redis.call('GET', KEYS[1]) or '')
end
table.remove(KEYS, 1)
table.remove(ARGV, 1)

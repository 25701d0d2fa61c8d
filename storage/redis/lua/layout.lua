-- Part of the scripts that erase: like commits, they stop when a newer release
-- has raised the layout. KEYS: the partition's layout, then those of the script.
-- ARGV: the layout that is expected, then those of the script.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 'layout: ' .. (redis.call('GET', KEYS[1]) or '')
end
table.remove(KEYS, 1)
table.remove(ARGV, 1)

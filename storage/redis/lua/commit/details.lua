-- Versions, draft and ticks. ARGV: the draft ('-' removes it, empty leaves it),
-- how many versions, field and document of each, how many ticks, field and
-- document of each, the field before which ticks are trimmed or empty, how many.
-- @read
local draft, versions, firstVersion = ARGV[n + 1], tonumber(ARGV[n + 2]), n + 3
local ticks = tonumber(ARGV[firstVersion + 2 * versions])
local firstTick = firstVersion + 2 * versions + 1
n = firstTick + 2 * ticks + 1
local trim, trimmed = ARGV[n - 1], ARGV[n]
-- @guard
if found[1] then
  for i = 0, versions - 1 do
    if redis.call('HEXISTS', detail, ARGV[firstVersion + 2 * i]) == 1 then
      return 'stale: the version exists'
    end
  end
end
-- @write
local details = {}
if draft == '-' then
  redis.call('HDEL', detail, 'draft')
elseif draft ~= '' then
  details[1], details[2] = 'draft', draft
end
for i = firstVersion, firstVersion + 2 * versions - 2, 2 do
  details[#details + 1], details[#details + 2] = ARGV[i], ARGV[i + 1]
  ordered[#ordered + 1], ordered[#ordered + 2] = 0, ARGV[i]
end
for i = firstTick, firstTick + 2 * ticks - 2, 2 do
  details[#details + 1], details[#details + 2] = ARGV[i], ARGV[i + 1]
  ordered[#ordered + 1], ordered[#ordered + 2] = 0, ARGV[i]
end
write('HSET', detail, details)
if trim ~= '' then
  write('ZADD', order, ordered)
  ordered = {}
  local oldest = redis.call('ZRANGEBYLEX', order, '[t', '(' .. trim, 'LIMIT', 0, trimmed)
  write('HDEL', detail, oldest)
  write('ZREM', order, oldest)
end

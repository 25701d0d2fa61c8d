-- Writes versions, draft and ticks. ARGV: the draft ('-' removes it, empty leaves it);
-- how many versions, then number and record of each; how many states of versions,
-- then number and state (after its size) of each; how many ticks, then time and
-- document of each; the time before which ticks are trimmed or empty, how many at most.
-- A version's record: number (8 bytes), state with its size, document.
-- @read
local draft, versions, firstVersion = ARGV[n + 1], tonumber(ARGV[n + 2]), n + 3
local firstState = firstVersion + 2 * versions + 1
local states, statesAt = tonumber(ARGV[firstState - 1]), #fields
for i = firstState, firstState + 2 * states - 2, 2 do
  fields[#fields + 1] = 'v' .. me .. ARGV[i]
end
local firstTick = firstState + 2 * states + 1
local ticks = tonumber(ARGV[firstTick - 1])
n = firstTick + 2 * ticks + 1
local trim, trimmed = ARGV[n - 1], ARGV[n]
-- @guard
if found[2] then
  for i = firstVersion, firstVersion + 2 * versions - 2, 2 do
    if redis.call('HEXISTS', records, 'v' .. me .. ARGV[i]) == 1 then
      return 'stale: the version exists'
    end
  end
end
for i = 1, states do
  if not found[statesAt + i] then
    return 'stale: the version does not exist'
  end
end
-- @write
if draft == '-' then
  unset[#unset + 1] = 'w' .. me
elseif draft ~= '' then
  set[#set + 1], set[#set + 2] = 'w' .. me, draft
end
for i = firstVersion, firstVersion + 2 * versions - 2, 2 do
  set[#set + 1], set[#set + 2] = 'v' .. me .. ARGV[i], ARGV[i + 1]
  ordered[#ordered + 1], ordered[#ordered + 2] = 0, 'v' .. ARGV[i]
end
for i = 1, states do
  local record, at = found[statesAt + i], firstState + 2 * i - 2
  local _, from = struct.unpack('>I4c0', record, 9)
  set[#set + 1], set[#set + 2] = 'v' .. me .. ARGV[at], sub(record, 1, 8) .. ARGV[at + 1] .. sub(record, from)
end
for i = firstTick, firstTick + 2 * ticks - 2, 2 do
  set[#set + 1], set[#set + 2] = 't' .. me .. ARGV[i], ARGV[i + 1]
  ordered[#ordered + 1], ordered[#ordered + 2] = 0, 't' .. ARGV[i]
end
-- @last
if trim ~= '' then
  local oldest = redis.call('ZRANGEBYLEX', order, '[t', '(t' .. trim, 'LIMIT', 0, trimmed)
  write('ZREM', order, oldest)
  for i = 1, #oldest do
    oldest[i] = 't' .. me .. sub(oldest[i], 2)
  end
  write('HDEL', records, oldest)
end

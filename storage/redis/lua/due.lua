-- Reads what is due in some partitions: all of them on one server, one on a
-- cluster. KEYS: due set and removed jobs of each partition.
-- ARGV: lower bound, the first time that is later, limit, how many are passed
-- over, '1' when what is due of removed jobs is hidden.
-- Returns the server's clock in seconds and microseconds, the time that is due
-- next or false, '1' when there may be more, the last item that was looked at,
-- then the items.
local low, later, limit, look, hides = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5] == '1'
local nextHigh, nextLow, next
local function soonest(member)
  local high, low = struct.unpack('>I4I4', member)
  if not next or high < nextHigh or (high == nextHigh and low < nextLow) then
    nextHigh, nextLow, next = high, low, string.sub(member, 1, 8)
  end
end
local laterHigh, laterLow = struct.unpack('>I4I4', later)
local sources = {}
for i = 1, #KEYS, 2 do
  local first = redis.call('ZRANGEBYLEX', KEYS[i], low, '+', 'LIMIT', 0, 1)[1]
  local due = false
  if first then
    local high, low4 = struct.unpack('>I4I4', first)
    due = high < laterHigh or (high == laterHigh and low4 < laterLow)
  end
  if due then
    local hidden = hides and redis.call('ZCARD', KEYS[i + 1]) > 0 and KEYS[i + 1]
    sources[#sources + 1] = {key = KEYS[i], low = low, high = '(' .. later, payload = 1, removed = hidden}
  end
  -- Mostly nothing is due, and the first item is the one that is due next.
  if due or low ~= '-' then
    first = redis.call('ZRANGEBYLEX', KEYS[i], '[' .. later, '+', 'LIMIT', 0, 1)[1]
  end
  if first then
    soonest(first)
  end
end
local time = redis.call('TIME')
local result = {time[1], time[2], next or false, '0', ''}
if #sources == 0 then
  return result
end
local looked = 0
for item, source in merge(sources, limit + 1, false) do
  if #result - 5 == limit or looked == limit + look then
    result[4] = '1'
    break
  end
  local hidden = false
  if source.removed then
    local _, last = string.find(item, '\0\1', 9, true)
    _, last = string.find(item, '\0\1', last + 1, true)
    hidden = redis.call('ZSCORE', source.removed, string.sub(item, 9, last))
  end
  if not hidden then
    result[#result + 1] = item
  end
  result[5], looked = item, looked + 1
end
return result

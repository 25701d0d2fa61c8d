-- Reads what is due in some partitions: all of them on one server, one on a
-- cluster. KEYS: due set and removed jobs of each partition.
-- ARGV: the item to go on after or an empty string, the first time that is not due
-- yet, limit, how many hidden items may be passed over, '1' to hide the items of
-- removed jobs.
-- An item is its time and then its member. A time is written as the bytes of its
-- score.
-- Returns the server's clock in seconds and microseconds, the time of the next item
-- that is not due yet or false, '1' when there may be more, the last item that was
-- looked at, then the items.
local after, limit, look, hides = ARGV[1], tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5] == '1'
local later = struct.unpack('>d', ARGV[2])

-- rankBehind returns the rank of the first member after 'after'. Members of the same
-- time are in the order of their bytes.
local function rankBehind(key)
  if after == '' then
    return 0
  end
  local score, name = (struct.unpack('>d', after)), string.sub(after, 9)
  local high = redis.call('ZCOUNT', key, '-inf', score)
  local low = high - redis.call('ZCOUNT', key, score, score)
  while low < high do
    local middle = math.floor((low + high) / 2)
    if less(name, redis.call('ZRANGE', key, middle, middle)[1], 1) then
      high = middle
    else
      low = middle + 1
    end
  end
  return low
end

-- itemsFrom returns a function that reads the items of a set from a rank on.
local function itemsFrom(key, rank)
  return function(chunk)
    local found, items = redis.call('ZRANGE', key, rank, rank + chunk - 1, 'WITHSCORES'), {}
    for i = 1, #found, 2 do
      local score = tonumber(found[i + 1])
      if score >= later then
        break
      end
      items[#items + 1] = struct.pack('>d', score) .. found[i]
    end
    rank = rank + chunk
    return items
  end
end

local sources, soonest = {}, nil
for i = 1, #KEYS, 2 do
  local rank = rankBehind(KEYS[i])
  local score = tonumber(redis.call('ZRANGE', KEYS[i], rank, rank, 'WITHSCORES')[2])
  local due = score and score < later
  if due then
    local hidden = hides and redis.call('ZCARD', KEYS[i + 1]) > 0 and KEYS[i + 1]
    sources[#sources + 1] = {next = itemsFrom(KEYS[i], rank), removed = hidden}
  end
  -- Most of the time nothing is due, and the first item is the next one.
  if due or after ~= '' then
    score = tonumber(redis.call('ZRANGEBYSCORE', KEYS[i], later, '+inf', 'WITHSCORES', 'LIMIT', 0, 1)[2])
  end
  if score and (not soonest or score < soonest) then
    soonest = score
  end
end
local time = redis.call('TIME')
local result = {time[1], time[2], soonest and struct.pack('>d', soonest) or false, '0', ''}
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

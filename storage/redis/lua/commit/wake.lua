-- Wakes the jobs in a scope. Each gets the wake time, unless its own is earlier; its
-- revision rises by one in any case. ARGV: the wake time; '1' when the change writes
-- the record of its own job, and this job is in the scope after that; '1' when the
-- change writes that record. At this point the scope does not hold that job yet.
-- @read
local wakeAt, wakeSelf, decided = ARGV[n + 1], ARGV[n + 2] == '1', ARGV[n + 3] == '1'
n = n + 3
local wakeScore = struct.unpack('>d', wakeAt)

local function woken(h)
  local high, low = struct.unpack('>I4I4', h)
  low = low + 1
  if low == 4294967296 then
    high, low = high + 1, 0
  end
  local at = sub(h, 9, 16)
  if at == NONE or wakeScore < struct.unpack('>d', at) then
    at = wakeAt
  end
  return struct.pack('>I4I4', high, low) .. at .. sub(h, 17), at
end
-- @write
local stand = redis.call('ZRANGEBYLEX', awakened, '[c', '(d')
for first = 1, #stand, 1000 do
  local last = math.min(first + 999, #stand)
  local names, headers, to = {}, {}, {}
  for i = first, last do
    local name = sub(stand[i], 10, -17)
    if name ~= me then
      names[#names + 1] = 'j' .. name
    elseif not decided then
      wakeSelf = true
    end
  end
  if #names > 0 then
    local stored = redis.call('HMGET', records, unpack(names))
    for i, h in ipairs(stored) do
      local new, at = woken(h)
      headers[2 * i - 1], headers[2 * i] = names[i], new
      if sub(h, 9, 16) ~= at then
        to[#to + 1], to[#to + 2] = wakeScore, organization .. sub(names[i], 2)
      end
    end
    write('HSET', records, headers)
    write('ZADD', dueJobs, to)
  end
end
if wakeSelf then
  local h = header or found[2]
  if h then
    local at
    header, at = woken(h)
    move(dueJobs, sub(h, 9, 16), at, organization .. me)
  end
end

-- Lists events. KEYS: records, the job's order.
-- ARGV: '1' for the events of one job only, '1' for descending, the Seq that events
-- must be above, the Seq that they must be below, limit, the most bytes.
-- Returns the oldest and the newest Seq, '1' when there are more, then Seq and
-- record of each event. A Seq has eight bytes.
local records, order = unpack(KEYS)
local NONE = '\0\0\0\0\0\0\0\0'

local function number(seq)
  local high, low = struct.unpack('>I4I4', seq or NONE)
  return high * 4294967296 + low
end

local function field(seq)
  return 'e' .. struct.pack('>I4I4', math.floor(seq / 4294967296), seq % 4294967296)
end

local descending = ARGV[2] == '1'
local kept = redis.call('HMGET', records, 'O', 'S')
local oldest, newest = number(kept[1]), number(kept[2])
local low, high = math.max(oldest, tonumber(ARGV[3]) + 1), math.min(newest, tonumber(ARGV[4]) - 1)
local limit = tonumber(ARGV[5])
local result = {kept[1] or NONE, kept[2] or NONE, '0'}
if newest == 0 or low > high then
  return result
end
local fields = {}
if ARGV[1] ~= '1' then
  for i = 0, math.min(limit, high - low) do
    fields[i + 1] = field(descending and high - i or low + i)
  end
else
  local first, last = '[' .. field(low), '[' .. field(high)
  if descending then
    fields = redis.call('ZREVRANGEBYLEX', order, last, first, 'LIMIT', 0, limit + 1)
  else
    fields = redis.call('ZRANGEBYLEX', order, first, last, 'LIMIT', 0, limit + 1)
  end
end
local more = fields[limit + 1]
fields[limit + 1] = nil
local values, count = read(records, fields, tonumber(ARGV[6]), function(value)
  local _, last = string.find(value, '\0\1', 9, true)
  return #value - last
end)
if more or count < #fields then
  result[3] = '1'
end
for i = 1, count do
  result[#result + 1] = string.sub(fields[i], 2)
  result[#result + 1] = values[i]
end
return result

-- Lists events. KEYS: records, journal, the job's order.
-- ARGV: '1' for the events of a job only, '1' for descending, the Seq that events
-- must be above and below, limit, bytes.
-- Returns oldest and newest Seq, '1' when there are more, then Seq and record of
-- each.
local records, journal, order = unpack(KEYS)
local descending = ARGV[2] == '1'
local kept = redis.call('HMGET', records, 'O', 'S')
local oldest, newest = tonumber(kept[1] or '0'), tonumber(kept[2] or '0')
local low, high = math.max(oldest, tonumber(ARGV[3]) + 1), math.min(newest, tonumber(ARGV[4]) - 1)
local limit = tonumber(ARGV[5])
local result = {kept[1] or '0', kept[2] or '0', '0'}
if newest == 0 or low > high then
  return result
end
local fields = {}
if ARGV[1] ~= '1' then
  for i = 0, math.min(limit, high - low) do
    fields[i + 1] = string.format('%.0f', descending and high - i or low + i)
  end
else
  local function bound(seq)
    return '[e' .. struct.pack('>I4I4', math.floor(seq / 4294967296), seq % 4294967296)
  end
  local found
  if descending then
    found = redis.call('ZREVRANGEBYLEX', order, bound(high), bound(low), 'LIMIT', 0, limit + 1)
  else
    found = redis.call('ZRANGEBYLEX', order, bound(low), bound(high), 'LIMIT', 0, limit + 1)
  end
  for i = 1, #found do
    local h, l = struct.unpack('>I4I4', found[i], 2)
    fields[i] = string.format('%.0f', h * 4294967296 + l)
  end
end
local more = fields[limit + 1]
fields[limit + 1] = nil
local values, count = read(journal, fields, tonumber(ARGV[6]), function(value)
  local _, last = string.find(value, '\0\1', 9, true)
  return #value - last
end)
if more or count < #fields then
  result[3] = '1'
end
for i = 1, count do
  result[#result + 1] = fields[i]
  result[#result + 1] = values[i]
end
return result

-- Lists runs, of one job or of an organization.
-- KEYS: records, tombstones, removed, the list: runs or the job's order.
-- ARGV: the job's name or an empty string, the field of tombstones that must exist or
-- an empty string, the organization, the place to go on at or before (or an empty
-- string), limit, '1' for descending, the most bytes, how many hidden runs may be
-- passed over, then the prefixes of the lists.
-- Returns '1' when there are more, the place to go on after, then place and record of
-- each run. A place is the number (8 bytes) and the run's ID; in the list of an
-- organization, the creation time (8 bytes) and the job's name come first.
local records, tombstones, removed, list = unpack(KEYS)
local job, buried, organization, after = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local limit, descending, bytes, look = tonumber(ARGV[5]), ARGV[6] == '1', tonumber(ARGV[7]), tonumber(ARGV[8])
if job ~= '' then
  if buried ~= '' and redis.call('HEXISTS', tombstones, buried) == 0 then
    return {'0', ''}
  elseif buried == '' and redis.call('HEXISTS', records, 'j' .. job) == 0 then
    return {'0', ''}
  end
end
local sources = {}
for i = 9, #ARGV do
  local prefix = ARGV[i]
  local low, high = '[' .. prefix, '(' .. string.sub(prefix, 1, -2) .. string.char(string.byte(prefix, -1) + 1)
  if after ~= '' and descending then
    high = '(' .. prefix .. after
  elseif after ~= '' then
    low = '[' .. prefix .. after
  end
  sources[#sources + 1] = {key = list, low = low, high = high, payload = #prefix + 1}
end
local hides = job == '' and redis.call('ZCARD', removed) > 0
local walk = merge(sources, limit + 1, descending)
local places, fields = {}, {}
local passed, looked, more = '', 0, false
for place in walk do
  if #places == limit or looked == limit + look then
    more = true
    break
  end
  local name, number = job, 1
  if job == '' then
    local _, last = string.find(place, '\0\1', 9, true)
    name, number = string.sub(place, 9, last), last + 1
  end
  if not hides or not redis.call('ZSCORE', removed, organization .. name) then
    places[#places + 1] = place
    fields[#fields + 1] = 'r' .. name .. string.sub(place, number + 8)
  end
  passed, looked = place, looked + 1
end
local values, count = read(records, fields, bytes, function(value)
  return #value - 52 - struct.unpack('>I4', value, 49)
end)
if count < #places then
  more, passed = true, places[count]
end
local result = {more and '1' or '0', passed}
for i = 1, count do
  result[#result + 1] = places[i]
  result[#result + 1] = values[i]
end
return result

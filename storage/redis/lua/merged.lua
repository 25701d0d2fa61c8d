-- Lists a page of the jobs of a few grant sets by creation, as long as the index
-- has a version. KEYS: records, the scope of all jobs.
-- ARGV: version, '1' for descending, offset, limit, the place to go on after (instead
-- of an offset) or an empty string, the depth, the most bytes, the sets.
-- Returns false when the index has another version, else what page.lua returns.
local records, scope = KEYS[1], KEYS[2]
if ARGV[1] ~= '' and (redis.call('HGET', records, 'I') or '0') ~= ARGV[1] then
  return false
end
local descending, offset, limit, after = ARGV[2] == '1', tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local sources, total = {}, 0
for i = 8, #ARGV do
  local prefix = 's' .. ARGV[i]
  local low, high = '[' .. prefix, '(' .. prefix .. '\255' -- no time begins with this byte
  local size = redis.call('ZLEXCOUNT', scope, low, high)
  if size > 0 then
    total = total + size
    sources[#sources + 1] = {key = scope, payload = 18, prefix = prefix, low = low, high = high}
  end
end

-- A page counted from the end is a page from the beginning, in reverse order.
local first, count = offset, limit
if after ~= '' then
  for _, s in ipairs(sources) do
    if descending then
      s.high = '(' .. s.prefix .. after
    else
      s.low = '[' .. s.prefix .. string.sub(after, 1, -2) .. '\2' -- the key follows the place
    end
  end
else
  count = math.min(limit, total - offset)
  if descending then
    first = total - offset - count
  end
end

-- For a large offset, a binary search in the list of all jobs finds a place shortly
-- before the first job of the page, so that few jobs are read before the page.
if after == '' and count > 0 and first > 16 then
  local lo, hi = 0, redis.call('ZLEXCOUNT', scope, '[c', '(d')
  local passed, place = 0, nil
  while hi - lo > 1 and first - passed > 16 do
    local middle = math.floor((lo + hi) / 2)
    local at = string.sub(redis.call('ZRANGE', scope, middle, middle)[1], 2, -17)
    local behind = 0
    for _, s in ipairs(sources) do
      behind = behind + redis.call('ZLEXCOUNT', scope, '[' .. s.prefix, '(' .. s.prefix .. at)
    end
    if behind <= first then
      lo, passed, place = middle, behind, at
    else
      hi = middle
    end
  end
  if place then
    for _, s in ipairs(sources) do
      s.low = '[' .. s.prefix .. place
    end
    first = first - passed
  end
end

-- After a place, jobs are read in the direction of the page; otherwise forwards.
local names = {}
if count > 0 then
  local backwards = after ~= '' and descending
  if after ~= '' then
    first = 0
  end
  local walk = merge(sources, first + count, backwards)
  for i = 1 - first, count do
    local place = walk()
    if not place then
      break
    end
    if i >= 1 then
      local _, stop = string.find(place, '\0\1', 9, true)
      names[descending and not backwards and count + 1 - i or i] = string.sub(place, 9, stop)
    end
  end
end
return {total, #names, jobsOf(records, names, ARGV[6], tonumber(ARGV[7]))}

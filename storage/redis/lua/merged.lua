-- Lists a page of the jobs of a few grant sets by creation, as long as the index
-- has a version. KEYS: records, the scope of all jobs.
-- ARGV: version, '1' for descending, offset, limit, the place to list behind in
-- place of an offset or an empty string, the depth, bytes, the sets.
-- Returns false when the version is another one, else as the script of all jobs.
local records, scope = KEYS[1], KEYS[2]
if ARGV[1] ~= '' and (redis.call('HGET', records, 'I') or '0') ~= ARGV[1] then
  return false
end
local descending, offset, limit, after = ARGV[2] == '1', tonumber(ARGV[3]), tonumber(ARGV[4]), ARGV[5]
local sources, total = {}, 0
for i = 8, #ARGV do
  local prefix = 's' .. ARGV[i]
  local low, high = '[' .. prefix, '(' .. prefix .. '\255' -- no time begins so
  local size = redis.call('ZLEXCOUNT', scope, low, high)
  if size > 0 then
    total = total + size
    sources[#sources + 1] = {key = scope, payload = 18, prefix = prefix, low = low, high = high}
  end
end

-- A page from the end is a page from the beginning, turned.
local first, count = offset, limit
if after ~= '' then
  for _, s in ipairs(sources) do
    if descending then
      s.high = '(' .. s.prefix .. after
    else
      s.low = '[' .. s.prefix .. string.sub(after, 1, -2) .. '\2' -- the key is behind the place
    end
  end
else
  count = math.min(limit, total - offset)
  if descending then
    first = total - offset - count
  end
end

-- The list of all jobs is a ruler: a place on it with few of the wanted jobs
-- between it and the first of the page is looked for by halving.
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

-- Behind a place the walk goes in the page's direction, else forwards.
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

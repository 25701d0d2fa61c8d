-- Part of the scripts that read several ordered ranges as one.

-- range returns the members of a sorted set between two lexical bounds, as a
-- count of places and not as members. The lower one is '-' or is included.
-- payload is where in a member that begins by which the ranges are merged.
local function range(key, low, high, payload)
  return {
    key = key,
    payload = payload,
    first = low == '-' and 0 or redis.call('ZLEXCOUNT', key, '-', '(' .. string.sub(low, 2)),
    size = redis.call('ZLEXCOUNT', key, low, high),
    at = 0,
  }
end

-- members reads some members of a range, by their places in the direction of
-- the walk.
local function members(r, at, count, descending)
  count = math.min(count, r.size - at)
  if count <= 0 then
    return {}
  end
  if not descending then
    return redis.call('ZRANGE', r.key, r.first + at, r.first + at + count - 1)
  end
  local last = r.first + r.size - 1 - at
  local found = redis.call('ZRANGE', r.key, last - count + 1, last)
  for i = 1, math.floor(count / 2) do
    found[i], found[count + 1 - i] = found[count + 1 - i], found[i]
  end
  return found
end

-- item is a member's payload, with its first eight bytes as numbers, which is
-- what nearly every comparison needs.
local function item(r, member)
  local payload = string.sub(member, r.payload)
  local high, low = struct.unpack('>I4I4', payload .. '\0\0\0\0\0\0\0\0')
  return {payload = payload, high = high, low = low}
end

local function less(a, b)
  if a.high ~= b.high then
    return a.high < b.high
  end
  if a.low ~= b.low then
    return a.low < b.low
  end
  local x, y = a.payload, b.payload
  for i = 1, math.min(#x, #y) do
    local m, n = string.byte(x, i), string.byte(y, i)
    if m ~= n then
      return m < n
    end
  end
  return #x < #y
end

-- skip moves ranges on by most of an offset, without reading what is between.
-- Of k ranges, look step places ahead in each: the one whose item there comes
-- first is safely left behind up to that place, as at most k * step items can
-- come before it, which is no more than the offset. So the cost grows with the
-- logarithm of the offset. Returns what is left to skip.
local function skip(ranges, offset, before, descending)
  local step = math.floor(offset / #ranges)
  while step >= 8 do
    local nearest, at
    for _, r in ipairs(ranges) do
      local ahead = members(r, r.at + step - 1, 1, descending)[1]
      if ahead then
        ahead = item(r, ahead)
        if not nearest or before(ahead, nearest) then
          nearest, at = ahead, r
        end
      end
    end
    if not at then
      return offset -- every range is shorter than a step
    end
    at.at = at.at + step
    offset = offset - step
    step = math.floor(offset / #ranges)
  end
  return offset
end

-- refill makes the next item of a range its head; nil at the end.
local function refill(r, chunk, descending)
  if not r.read or r.place > #r.read then
    r.read, r.place = members(r, r.at, chunk, descending), 1
    r.at = r.at + #r.read
  end
  local member = r.read[r.place]
  r.place = r.place + 1
  r.head = member and item(r, member)
end

-- sink restores the heap below a place.
local function sink(heap, place, before)
  while true do
    local child = 2 * place
    if child > #heap then
      return
    end
    if child < #heap and before(heap[child + 1].head, heap[child].head) then
      child = child + 1
    end
    if not before(heap[child].head, heap[place].head) then
      return
    end
    heap[place], heap[child] = heap[child], heap[place]
    place = child
  end
end

-- page returns the payloads of one page of the merged ranges, in which no
-- member may be twice, and how many members they have in all. The first cut
-- bytes of a payload are left out.
local function page(ranges, offset, limit, descending, cut)
  local total, filled = 0, {}
  for _, r in ipairs(ranges) do
    total = total + r.size
    if r.size > 0 then
      filled[#filled + 1] = r
    end
  end
  local found = {}
  limit = math.min(limit, total - offset)
  if limit <= 0 then
    return found, total
  end
  if #filled == 1 then
    local from = filled[1].payload + cut
    for i, member in ipairs(members(filled[1], offset, limit, descending)) do
      found[i] = string.sub(member, from)
    end
    return found, total
  end

  local before = less
  if descending then
    before = function(a, b) return less(b, a) end
  end
  offset = skip(filled, offset, before, descending)
  local chunk = math.min(200, math.max(8, math.ceil(2 * (offset + limit) / #filled)))
  local heap = {}
  for _, r in ipairs(filled) do
    refill(r, chunk, descending)
    if r.head then
      heap[#heap + 1] = r
    end
  end
  for place = math.floor(#heap / 2), 1, -1 do
    sink(heap, place, before)
  end
  for i = 1, offset + limit do
    local top = heap[1]
    if i > offset then
      found[#found + 1] = string.sub(top.head.payload, cut + 1)
    end
    refill(top, chunk, descending)
    if not top.head then
      heap[1] = heap[#heap]
      heap[#heap] = nil
    end
    if #heap > 1 then
      sink(heap, 1, before)
    end
  end
  return found, total
end

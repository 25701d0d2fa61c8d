-- Part of the scripts that read several ordered ranges as one. Ranges are merged by
-- the payload: a member from some byte on. A source is a range of a sorted set: its
-- key, its bounds, and at which byte the payload begins. Or it is a function 'next'
-- that returns the next payloads; at the end fewer than asked for.

-- less compares strings by their bytes, from a position on. The operator < would not
-- do: in Lua it follows the locale of the server.
local function less(x, y, from)
  for i = from, math.min(#x, #y) do
    local m, n = string.byte(x, i), string.byte(y, i)
    if m ~= n then
      return m < n
    end
  end
  return #x < #y
end

-- before compares the heads of two sources.
local function before(a, b)
  local a1, a2, b1, b2 = a.high, a.low, b.high, b.low
  if a1 ~= b1 then
    return a1 < b1
  end
  if a2 ~= b2 then
    return a2 < b2
  end
  return less(a.payload, b.payload, 9)
end

-- range reads the next payloads of a source with bounds.
local function range(s, chunk, command)
  local forwards = command == 'ZRANGEBYLEX'
  local first, last = s.low, s.high
  if not forwards then
    first, last = last, first
  end
  local found = redis.call(command, s.key, first, last, 'LIMIT', 0, chunk)
  if #found > 0 then
    s[forwards and 'low' or 'high'] = '(' .. found[#found]
  end
  for i = 1, #found do
    found[i] = string.sub(found[i], s.payload)
  end
  return found
end

-- refill makes the next member of a source its head; at the end the head is nil.
local function refill(s, chunk, command)
  if not s.read or s.place > #s.read then
    if s.read and #s.read < chunk then
      s.head = nil
      return
    end
    s.read = s.next and s.next(chunk) or range(s, chunk, command)
    s.place = 1
  end
  local payload = s.read[s.place]
  s.place = s.place + 1
  if not payload then
    s.head = nil
    return
  end
  local high, low = struct.unpack('>I4I4', payload .. '\0\0\0\0\0\0\0\0')
  s.head = {payload = payload, high = high, low = low}
end

-- sink restores the order of the heap below a position.
local function sink(heap, place, first)
  while true do
    local child = 2 * place
    if child > #heap then
      return
    end
    if child < #heap and first(heap[child + 1].head, heap[child].head) then
      child = child + 1
    end
    if not first(heap[child].head, heap[place].head) then
      return
    end
    heap[place], heap[child] = heap[child], heap[place]
    place = child
  end
end

-- merge returns a function. Each call of it returns the next payload and its source.
-- The number says about how many payloads the caller wants.
local function merge(sources, wanted, descending)
  local command = descending and 'ZREVRANGEBYLEX' or 'ZRANGEBYLEX'
  local first = before
  if descending then
    first = function(a, b) return before(b, a) end
  end
  local chunk = math.min(wanted, math.max(8, math.ceil(2 * wanted / math.max(1, #sources))))
  local heap = {}
  for _, s in ipairs(sources) do
    refill(s, chunk, command)
    if s.head then
      heap[#heap + 1] = s
    end
  end
  for place = math.floor(#heap / 2), 1, -1 do
    sink(heap, place, first)
  end
  return function()
    local top = heap[1]
    if not top then
      return nil
    end
    local payload = top.head.payload
    refill(top, chunk, command)
    if not top.head then
      heap[1] = heap[#heap]
      heap[#heap] = nil
    end
    if #heap > 1 then
      sink(heap, 1, first)
    end
    return payload, top
  end
end

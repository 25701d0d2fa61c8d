-- Part of the scripts that read several ordered ranges as one. A source is a
-- range of a sorted set: its key, bounds, and where in a member that begins by
-- which the ranges are merged.

-- before compares strings by their bytes. Never with the operator < on strings:
-- Lua asks the server's locale how to collate them.
local function before(a, b)
  local a1, a2, b1, b2 = a.high, a.low, b.high, b.low
  if a1 ~= b1 then
    return a1 < b1
  end
  if a2 ~= b2 then
    return a2 < b2
  end
  local x, y = a.payload, b.payload
  for i = 9, math.min(#x, #y) do
    local m, n = string.byte(x, i), string.byte(y, i)
    if m ~= n then
      return m < n
    end
  end
  return #x < #y
end

-- refill makes the next member of a source its head; nil at the end.
local function refill(s, chunk, command)
  if not s.read or s.place > #s.read then
    if s.read and #s.read < chunk then
      s.head = nil
      return
    end
    if command == 'ZRANGEBYLEX' then
      s.read = redis.call(command, s.key, s.low, s.high, 'LIMIT', 0, chunk)
    else
      s.read = redis.call(command, s.key, s.high, s.low, 'LIMIT', 0, chunk)
    end
    s.place = 1
  end
  local member = s.read[s.place]
  s.place = s.place + 1
  if not member then
    s.head = nil
    return
  end
  if command == 'ZRANGEBYLEX' then
    s.low = '(' .. member
  else
    s.high = '(' .. member
  end
  local payload = string.sub(member, s.payload)
  local high, low = struct.unpack('>I4I4', payload .. '\0\0\0\0\0\0\0\0')
  s.head = {payload = payload, high = high, low = low}
end

-- sink restores the heap below a place.
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

-- merge returns a function that returns, one by one, the payloads of the members
-- of the sources, and with each the source that it is from. About so many are
-- wanted.
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

-- Part of every script: how names and numbers are written so that bytes sort
-- as they should. Package order in Go writes the same.

-- esc writes a name that others may follow: a NUL becomes NUL 255, and the end
-- is NUL 1, so that no name is the beginning of another, and the bytewise order
-- of what is written is that of the names.
local function esc(name)
  if string.find(name, '%z') then
    name = string.gsub(name, '%z', '\0\255')
  end
  return name .. '\0\1'
end

-- next8 adds one to an integer of eight bytes. Two halves, because a Lua
-- number is exact to 53 bits only.
local function next8(number)
  local high, low = struct.unpack('>I4I4', number)
  low = low + 1
  if low == 4294967296 then
    high, low = high + 1, 0
  end
  return struct.pack('>I4I4', high, low)
end

-- earlier compares two times, or numbers, of eight bytes. Never with the
-- operator < on strings: Lua asks the server's locale how to collate them.
local function earlier(a, b)
  local a1, a2 = struct.unpack('>I4I4', a)
  local b1, b2 = struct.unpack('>I4I4', b)
  if a1 ~= b1 then
    return a1 < b1
  end
  return a2 < b2
end

-- beyond is the first string behind all that begin with the given one.
local function beyond(prefix)
  return string.sub(prefix, 1, -2) .. string.char(string.byte(prefix, -1) + 1)
end

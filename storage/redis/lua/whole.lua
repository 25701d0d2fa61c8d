-- Part of the scripts that list records.

-- read reads fields of a hash. It ends early when the documents have the given number
-- of bytes; size returns how many bytes a value has. It returns the values and their
-- number.
local function read(hash, fields, bytes, size)
  local values, read, total = {}, 0, 0
  while read < #fields and total < bytes do
    local last = math.min(read + 50, #fields)
    local found = redis.call('HMGET', hash, unpack(fields, read + 1, last))
    for i = 1, #found do
      if total >= bytes then
        return values, read
      end
      read = read + 1
      values[read] = found[i]
      total = total + (found[i] and size(found[i]) or 0)
    end
  end
  return values, read
end

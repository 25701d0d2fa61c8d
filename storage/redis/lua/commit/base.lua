-- The begin of every commit: it compares the layout, and looks up the operation.
-- ARGV: operation, layout, names of the organization and the job; then the arguments
-- of each part, in the order of the parts.
-- @read
local operation, organization, me = ARGV[1], ARGV[3], ARGV[4]
if redis.call('GET', layout) ~= ARGV[2] then
  return 'layout: ' .. (redis.call('GET', layout) or '')
end
local n = 4 -- how many arguments have been read
local fields = {'x' .. operation} -- fields of records to read; the second is the job's header
local set, unset = {'x' .. operation, ''}, {} -- fields of records to write and to remove
local header -- the job's header, if the commit writes it
local ordered = {} -- members of the job's order, with their scores
local sub = string.sub
local NONE = '\0\0\0\0\0\0\0\0'
local alive = true -- whether there is a job that runs may belong to

-- write calls a command, as often as its values need: one call takes only so many.
local function write(command, key, values)
  local count = #values
  if count <= 4000 then
    if count > 0 then
      redis.call(command, key, unpack(values))
    end
    return
  end
  for first = 1, count, 4000 do
    redis.call(command, key, unpack(values, first, math.min(first + 3999, count)))
  end
end

-- move moves a member of a due set to another time. A time is written as the bytes of
-- its score.
local function move(key, from, to, member)
  if from == to then
    return
  end
  if to == NONE then
    redis.call('ZREM', key, member)
  else
    redis.call('ZADD', key, (struct.unpack('>d', to)), member)
  end
end
-- @guard
if found[1] then
  return 'done'
end

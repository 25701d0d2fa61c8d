-- Finds jobs by name and by key.
-- KEYS: records, then the order of each job whose runs are asked for.
-- ARGV: the depth, how many names, the names, how many open and how many recent runs
-- of each job, the keys.
-- Returns the organization's record and counter, the jobs as fetch does, the names of
-- the jobs that have the keys, and of each job the open and the recent runs.
local records = KEYS[1]
local depth, count = ARGV[1], tonumber(ARGV[2])
local open, recent = tonumber(ARGV[count + 3]), tonumber(ARGV[count + 4])
local names, seen = {}, {}
local function add(name)
  if name and not seen[name] then
    seen[name] = true
    names[#names + 1] = name
  end
end
for i = 3, count + 2 do
  add(ARGV[i])
end
local keyed = {}
if #ARGV > count + 4 then
  local fields = {}
  for i = count + 5, #ARGV do
    fields[#fields + 1] = 'k' .. ARGV[i]
  end
  keyed = redis.call('HMGET', records, unpack(fields))
end
-- When runs are asked for, the caller also names the jobs that have the keys.
if open + recent == 0 then
  for i = 1, #keyed do
    add(keyed[i])
  end
end
-- runsOf reads runs of a job from a list of its order. A member is the list's name,
-- the run's number in eight bytes, and the run's ID.
local function runsOf(name, command, key, low, high, cut, limit)
  if limit == 0 then
    return {}, {}
  end
  local ids = redis.call(command, key, low, high, 'LIMIT', 0, limit)
  local fields = {}
  for i = 1, #ids do
    ids[i] = string.sub(ids[i], cut)
    fields[i] = 'r' .. name .. ids[i]
  end
  return ids, #fields > 0 and redis.call('HMGET', records, unpack(fields)) or {}
end

local runs = {}
for i = 1, #KEYS - 1 do
  local name, key = ARGV[i + 2], KEYS[i + 1]
  local openIDs, openRuns = runsOf(name, 'ZRANGEBYLEX', key, '[o\0\1', '(o\0\2', 12, open)
  local recentIDs, recentRuns = runsOf(name, 'ZREVRANGEBYLEX', key, '(s', '[r', 10, recent)
  runs[i] = {openIDs, openRuns, recentIDs, recentRuns}
end
return {redis.call('HMGET', records, 'R', 'G', 'D'), fetch(records, names, depth, math.huge), keyed, runs}

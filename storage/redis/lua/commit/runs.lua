-- Writes and removes runs. ARGV: how many are put, then for each the expected revision
-- (empty: the run is new), ID, list of its outcome, record; how many are removed, then
-- ID and expected revision of each.
-- A record: revision, creation time, number, ReadyAt, DeadlineAt, OwedAt (8 bytes
-- each), the outcome after its size (4 bytes), document. An ended run that still owes a
-- request to its engine is in the list 'w'.
-- @read
local puts, firstPut = tonumber(ARGV[n + 1]), n + 2
n = n + 1 + 4 * puts
local drops, firstDrop = tonumber(ARGV[n + 1]), n + 2
n = n + 1 + 2 * drops
local runsAt = #fields
for i = firstPut, firstPut + 4 * puts - 4, 4 do
  fields[#fields + 1] = 'r' .. me .. ARGV[i + 1]
end
for i = firstDrop, firstDrop + 2 * drops - 2, 2 do
  fields[#fields + 1] = 'r' .. me .. ARGV[i]
end
local OPEN = 'o\0\1'

-- listOf returns the list of a stored run's outcome.
local function listOf(record)
  local outcome = struct.unpack('>I4c0', record, 49)
  return 'o' .. outcome
end

local function next8(number)
  local high, low = struct.unpack('>I4I4', number)
  low = low + 1
  if low == 4294967296 then
    high, low = high + 1, 0
  end
  return struct.pack('>I4I4', high, low)
end
-- @guard
local numbers = {}
for i = 0, puts - 1 do
  local before, at = found[runsAt + i + 1], firstPut + 4 * i
  local number = sub(ARGV[at + 3], 17, 24)
  if ARGV[at] == '' then
    if before then
      return 'stale: the run exists'
    end
    if numbers[number] or redis.call('ZLEXCOUNT', order, '[r' .. number, '(r' .. next8(number)) > 0 then
      return 'stale: a run of that number exists'
    end
    numbers[number] = true
  else
    if not alive or not before or sub(before, 1, 8) ~= ARGV[at] then
      return 'stale: the run does not exist, or is at another revision'
    end
    if sub(before, 9, 24) ~= sub(ARGV[at + 3], 9, 24) then
      return 'wrong: the number or the creation time of a run changes'
    end
  end
end
for i = 0, drops - 1 do
  local before = found[runsAt + puts + i + 1]
  if not alive or not before or sub(before, 1, 8) ~= ARGV[firstDrop + 2 * i + 1] or (BURIED and
    listOf(before) ~= OPEN and sub(before, 41, 48) == NONE) then
    return 'stale: the run does not exist, or is at another revision'
  end
end
-- @write
local listed, unlisted, unordered = {}, {}, {} -- in the organization, in the job
local tail = organization .. me
for i = 0, puts - 1 do
  local before, at = found[runsAt + i + 1], firstPut + 4 * i
  local run, list, record = ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local place, there = sub(record, 17, 24) .. run, sub(record, 9, 16) .. me .. sub(record, 17, 24) .. run
  set[#set + 1], set[#set + 2] = 'r' .. me .. run, record
  local from = before and listOf(before)
  if from ~= list then
    if from then
      unlisted[#unlisted + 1] = from .. there
      unordered[#unordered + 1] = from .. place
    else
      listed[#listed + 1], listed[#listed + 2] = 0, 'a' .. there
      ordered[#ordered + 1], ordered[#ordered + 2] = 0, 'r' .. place
    end
    listed[#listed + 1], listed[#listed + 2] = 0, list .. there
    ordered[#ordered + 1], ordered[#ordered + 2] = 0, list .. place
  end
  local owed = sub(record, 41, 48)
  local owes = owed ~= NONE and list ~= OPEN
  if owes ~= (before and from ~= OPEN and sub(before, 41, 48) ~= NONE or false) then
    if owes then
      ordered[#ordered + 1], ordered[#ordered + 2] = 0, 'w' .. place
    else
      unordered[#unordered + 1] = 'w' .. place
    end
  end
  local rest = tail .. run
  move(dueReady, before and sub(before, 25, 32) or NONE, sub(record, 25, 32), rest)
  move(dueDeadlines, before and sub(before, 33, 40) or NONE, sub(record, 33, 40), rest)
  move(dueDebts, before and sub(before, 41, 48) or NONE, owed, rest)
end
for i = 0, drops - 1 do
  local before, run = found[runsAt + puts + i + 1], ARGV[firstDrop + 2 * i]
  local place, there = sub(before, 17, 24) .. run, sub(before, 9, 16) .. me .. sub(before, 17, 24) .. run
  local from, size, rest = listOf(before), #unlisted, tail .. run
  unset[#unset + 1] = 'r' .. me .. run
  unlisted[size + 1], unlisted[size + 2] = 'a' .. there, from .. there
  size = #unordered
  unordered[size + 1], unordered[size + 2], unordered[size + 3] = 'r' .. place, from .. place, 'w' .. place
  move(dueReady, sub(before, 25, 32), NONE, rest)
  move(dueDeadlines, sub(before, 33, 40), NONE, rest)
  move(dueDebts, sub(before, 41, 48), NONE, rest)
end
write('ZREM', runs, unlisted)
write('ZADD', runs, listed)
write('ZREM', order, unordered)

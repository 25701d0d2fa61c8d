-- Part one of the commit script: the change, and what is stored of it.
--
-- Makes one change, or none of it. A script is not rolled back: so everything
-- is read and checked first, and what follows the first write cannot fail.
-- KEYS: records, index, operations, runs, due, remains, order, detail.
-- ARGV: the change, as change.go writes it.
-- Returns 'ok', 'done' when the operation was applied before, 'stale: why',
-- 'wrong: why', or 'format' when a stored record is newer than this script.
local records, index, operations, runs, due, remains, order, detail = unpack(KEYS)

local position = 0
local function arg()
  position = position + 1
  return ARGV[position]
end

local NOTHING = {}
local function list(width)
  local count = arg()
  if count == '0' then
    return NOTHING
  end
  local rows = {}
  for i = 1, tonumber(count) do
    rows[i] = {}
    for column = 1, width do
      rows[i][column] = arg()
    end
  end
  return rows
end

local operation, retention = arg(), tonumber(arg())
if redis.call('ZSCORE', operations, operation) then
  return 'done'
end

-- The change.
local org, id, mode = arg(), arg(), arg() -- org as names write it
local expected, header, doc, key, tombstone
if mode == 'put' then
  expected = arg()
  header = arg()
  doc = arg()
  key = arg()
elseif mode ~= '' then -- remove, tombstone
  expected = arg()
  tombstone = arg()
end
local versions = list(2) -- number, record
local draft = arg() -- empty: as it is; '-': none; else the record
local puts = list(4) -- expected revision or empty, ID, outcome, record
local drops = list(2) -- ID, expected revision
local ticks = list(2) -- time, record
local keep = tonumber(arg())
local requires = list(2) -- key, job
local forbidden = arg()
local graph, raised = arg(), arg() -- expected, raised; empty: as it is
local wake, wakes = arg(), arg() -- time; 's' for the job, 'd' for dependents
local me = esc(id)

-- indexed returns the part of a header that says where the index has the job.
-- Most changes leave it as it is, and then nothing takes it apart.
local function indexed(h)
  local _, p = latest(h)
  return string.sub(h, p)
end

-- parse reads what is indexed of a job.
local function parse(h)
  local job = {teams = {}, dependencies = {}, created = string.sub(h, 1, 8)}
  local p
  job.key, p = struct.unpack('>I4c0', h, 9)
  job.cluster, p = struct.unpack('>I4c0', h, p)
  job.signature = string.sub(h, p, p + 15)
  p = p + 16
  for _, names in ipairs({job.teams, job.dependencies}) do
    local count
    count, p = struct.unpack('>I4', h, p)
    for i = 1, count do
      names[i], p = struct.unpack('>I4c0', h, p)
    end
  end
  return job
end

-- What is stored of it.
local found = {}
local function read(key, fields)
  for first = 1, #fields, BATCH do
    local last = math.min(first + BATCH - 1, #fields)
    local values = redis.call('HMGET', key, unpack(fields, first, last))
    for i = first, last do
      found[fields[i]] = values[i - first + 1]
    end
  end
end

local fields = {'j' .. id, 'x' .. id}
if graph ~= '' then
  fields[#fields + 1] = 'g'
end
if key then
  fields[#fields + 1] = 'k' .. key
end
for _, row in ipairs(puts) do
  fields[#fields + 1] = 'r' .. me .. row[2]
end
for _, row in ipairs(drops) do
  fields[#fields + 1] = 'r' .. me .. row[1]
end
for _, row in ipairs(requires) do
  fields[#fields + 1] = 'k' .. row[1]
end
read(records, fields)

local old = found['j' .. id]
local buried = found['x' .. id]
if (old and not known(old)) or (buried and not known(buried)) then
  return 'format'
end
local current = old and indexed(old) or nil
local new = header and indexed(header) or nil

-- Part two of the commit script: the guards. Each returns when it does not
-- hold, and nothing has been written.

local function revision(record)
  return record and string.sub(record, 2, 9) or '\0\0\0\0\0\0\0\0'
end

if mode == 'put' or mode == 'remove' then
  if revision(old) ~= expected then
    return 'stale: the job is at another revision'
  end
  if buried then
    return 'stale: the job was removed'
  end
elseif mode == 'tombstone' and revision(buried) ~= expected then
  return 'stale: the tombstone is at another revision'
end
if new then
  if current and string.sub(current, 1, 8) ~= string.sub(new, 1, 8) then
    return 'wrong: the creation time changes'
  end
  local holder = found['k' .. key]
  if holder and holder ~= id then
    return 'stale: the key belongs to another job'
  end
end

if #versions > 0 then
  local taken, wanted = {}, {}
  for i, row in ipairs(versions) do
    if taken[row[1]] then
      return 'stale: a version is published twice'
    end
    taken[row[1]] = true
    wanted[i] = 'v' .. row[1]
  end
  read(detail, wanted)
  for _, field in ipairs(wanted) do
    if old and found[field] then
      return 'stale: the version exists'
    end
  end
end

-- stored is the run of an ID, if it and the job exist.
local function stored(run)
  return old and found['r' .. me .. run]
end

-- listed returns a member of a list of runs. Record: format (1 byte), revision
-- (8), wake time (8), creation time (8), number (8), outcome, document.
local function listed(prefix, record, run)
  return prefix .. string.sub(record, 26, 33) .. run
end

local inserted = {}
for _, row in ipairs(puts) do
  local before, number = stored(row[2]), string.sub(row[4], 26, 33)
  if row[1] == '' then
    if before then
      return 'stale: the run exists'
    end
    local same = old and redis.call('ZLEXCOUNT', order, '[r' .. number, '(r' .. next8(number)) > 0
    if same or inserted[number] then
      return 'stale: a run of that number exists'
    end
    inserted[number] = true
  else
    if not before or revision(before) ~= row[1] then
      return 'stale: the run does not exist, or is at another revision'
    end
    if not known(before) then
      return 'format'
    end
    if string.sub(before, 18, 33) ~= string.sub(row[4], 18, 33) then
      return 'wrong: the number or the creation time of a run changes'
    end
  end
end
for _, row in ipairs(drops) do
  local before = stored(row[1])
  if not before or revision(before) ~= row[2] then
    return 'stale: the run does not exist, or is at another revision'
  end
  if not known(before) then
    return 'format'
  end
end

for _, row in ipairs(requires) do
  if found['k' .. row[1]] ~= row[2] then
    return 'stale: a required key does not belong to the job named'
  end
end

-- dependents returns the jobs that depend on a key.
local function dependents(name, ...)
  local prefix = 'd' .. esc(name) .. 'ac'
  local ids = redis.call('ZRANGEBYLEX', index, '[' .. prefix, '(' .. beyond(prefix), ...)
  for i, member in ipairs(ids) do
    ids[i] = string.sub(member, #prefix + 9) -- behind the creation time
  end
  return ids
end

if forbidden ~= '' then
  for _, other in ipairs(dependents(forbidden, 'LIMIT', 0, 2)) do
    if other ~= id then
      return 'stale: another job depends on the key'
    end
  end
end
if graph ~= '' and (found['g'] or '\0\0\0\0\0\0\0\0') ~= graph then
  return 'stale: the dependency graph has changed'
end

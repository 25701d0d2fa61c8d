-- Part three of the commit script: what the change writes.
--
-- It is computed before the first write, because it may still meet a record that
-- it cannot read.
local NONE = '\0\0\0\0\0\0\0\0'
local set, unset = {}, {} -- fields of records
local place, displace = {}, {} -- by key: members of sorted sets

local function add(key, member)
  place[key] = place[key] or {}
  table.insert(place[key], 0)
  table.insert(place[key], member)
end

local function drop(key, member)
  displace[key] = displace[key] or {}
  table.insert(displace[key], member)
end

local function move(key, from, to)
  if from == to then
    return
  end
  if from then
    drop(key, from)
  end
  if to then
    add(key, to)
  end
end

-- item is a member of the due set: wake time, organization, job, run, kind.
local function item(record, job, run, kind)
  if not record then
    return nil
  end
  local at = string.sub(record, 10, 17)
  return at ~= NONE and at .. org .. esc(job) .. esc(run) .. kind or nil
end

local function put(field, value)
  set[#set + 1] = field
  set[#set + 1] = value
end

-- entries lists where a job stands in the index: in each of its scopes among
-- all and among those of its grant set, by creation and by key; and which grant
-- sets hold its teams.
local function entries(job)
  local members, scopes = {}, {'a'}
  local cluster = job.cluster ~= '' and esc(job.cluster)
  if cluster then
    scopes[2] = 'c' .. cluster
  end
  for _, key in ipairs(job.dependencies) do
    scopes[#scopes + 1] = 'd' .. esc(key)
    if cluster then
      scopes[#scopes + 1] = 'b' .. cluster .. esc(key)
    end
  end
  for _, scope in ipairs(scopes) do
    members[scope .. 'ac' .. job.created .. id] = true
    members[scope .. 'ak' .. job.key] = true
    members[scope .. 's' .. job.signature .. 'c' .. job.created .. id] = true
    members[scope .. 's' .. job.signature .. 'k' .. job.key] = true
  end
  for _, team in ipairs(job.teams) do
    members['T' .. esc(team) .. job.signature] = true
  end
  return members
end

-- reindex moves the job from where what is indexed of one header puts it to
-- where that of another does; either may be nil.
local function reindex(from, to)
  if from == to then
    return
  end
  from, to = from and parse(from), to and parse(to)
  local before, after = from and entries(from) or {}, to and entries(to) or {}
  for member in pairs(after) do
    if not before[member] then
      add(index, member)
    end
  end
  -- A grant set stays known to its teams until its last job leaves it.
  local last = false
  if from then
    local prefix = 'as' .. from.signature .. 'c'
    last = redis.call('ZLEXCOUNT', index, '[' .. prefix, '(' .. beyond(prefix)) <= 1
  end
  for member in pairs(before) do
    if not after[member] and (last or string.sub(member, 1, 1) ~= 'T') then
      drop(index, member)
    end
  end
  if from and (not to or from.key ~= to.key) then
    unset[#unset + 1] = 'k' .. from.key
  end
  if to and (not from or from.key ~= to.key) then
    put('k' .. to.key, id)
  end
end

-- woken returns a header with an earlier wake time, unless it is early enough,
-- and with a revision one higher in any case: whoever decided on an older
-- state decides anew.
local function woken(h)
  local at = string.sub(h, 10, 17)
  if at == NONE or (wake ~= NONE and earlier(wake, at)) then
    at = wake
  end
  return string.sub(h, 1, 1) .. next8(string.sub(h, 2, 9)) .. at .. string.sub(h, 18)
end

-- Whom the change wakes. Its own job as the change leaves it; the others are
-- not changed by it, so that they can be read now.
local result = header
if wake ~= '' and mode ~= 'remove' and (new or current) then
  local self = string.find(wakes, 's', 1, true)
  if string.find(wakes, 'd', 1, true) then
    local me = parse(new or current)
    for _, dependency in ipairs(me.dependencies) do
      self = self or dependency == me.key
    end
    local others, headers = {}, {}
    for _, other in ipairs(dependents(me.key)) do
      if other ~= id then
        others[#others + 1] = other
        headers[#headers + 1] = 'j' .. other
      end
    end
    read(records, headers)
    for i, other in ipairs(others) do
      local h = found[headers[i]]
      if not known(h) then
        return 'format'
      end
      local w = woken(h)
      put(headers[i], w)
      move(due, item(h, other, '', 'j'), item(w, other, '', 'j'))
    end
  end
  if self then
    result = woken(header or old)
  end
end

-- The job and its tombstone.
if mode == 'remove' then
  unset[#unset + 1] = 'j' .. id
  unset[#unset + 1] = 'd' .. id
  reindex(current, nil)
  move(due, item(old, id, '', 'j'), item(tombstone, id, '', 't'))
  put('x' .. id, tombstone)
  add(remains, org .. me)
  -- The runs leave every list that other jobs share; sweeping erases them.
  local numbered = old and redis.call('ZRANGEBYLEX', order, '[r', '(s') or {}
  for first = 1, #numbered, BATCH do
    local batch = {}
    local stop = math.min(first + BATCH - 1, #numbered)
    for i = first, stop do
      batch[#batch + 1] = 'r' .. me .. string.sub(numbered[i], 10)
    end
    local values = redis.call('HMGET', records, unpack(batch))
    for i, record in ipairs(values) do
      if not known(record) then
        return 'format'
      end
      local run = string.sub(numbered[first + i - 1], 10)
      drop(runs, string.sub(record, 18, 25) .. me .. string.sub(record, 26, 33) .. run)
      drop(order, listed('o' .. esc((struct.unpack('>I4c0', record, 34))), record, run))
      move(due, item(record, id, run, 'r'), nil)
    end
  end
elseif mode == 'tombstone' then
  move(due, item(buried, id, '', 't'), item(tombstone, id, '', 't'))
  put('x' .. id, tombstone)
  if string.sub(tombstone, 18, 18) ~= '1' then
    add(remains, org .. me)
  end
elseif result then
  put('j' .. id, result)
  if doc then
    put('d' .. id, doc)
    reindex(current, new)
  end
  move(due, item(old, id, '', 'j'), item(result, id, '', 'j'))
end

-- The runs.
local lives = mode == 'put' or (mode == '' and old)
if lives then
  for _, row in ipairs(drops) do
    local run, before = row[1], stored(row[1])
    unset[#unset + 1] = 'r' .. me .. run
    drop(runs, string.sub(before, 18, 25) .. me .. listed('', before, run))
    drop(order, listed('r', before, run))
    drop(order, listed('o' .. esc((struct.unpack('>I4c0', before, 34))), before, run))
    move(due, item(before, id, run, 'r'), nil)
  end
  for _, row in ipairs(puts) do
    local run, record, before = row[2], row[4], stored(row[2])
    put('r' .. me .. run, record)
    if not before then
      add(runs, string.sub(record, 18, 25) .. me .. listed('', record, run))
      add(order, listed('r', record, run))
    end
    move(order,
      before and listed('o' .. esc((struct.unpack('>I4c0', before, 34))), before, run),
      listed('o' .. esc(row[3]), record, run))
    move(due, item(before, id, run, 'r'), item(record, id, run, 'r'))
  end
end

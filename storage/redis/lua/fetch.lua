-- Part of the scripts that read jobs. Fields of the records hash, behind which
-- the job's ID is as names write it: 'j' is a job's header, which scripts read
-- and wakes rewrite, and 'd' its document, which nothing ever looks into; 'k' and
-- a key is the job that has it; 'r', the job and a run's ID is a run; 'v' and a
-- number a version, 't' and a time a tick, 'w' the draft.
--
-- Header: revision (8 bytes), wake time (8), size of the document (4), digest of
-- what is indexed (16), the latest run's ID, the state, then what is indexed; names
-- have four bytes of length in front. What a page needs to know stands once more in
-- 'l', as a server looks at each byte that passes through Lua: size and latest run.

local BATCH = 100 -- jobs that are read before their size is looked at

-- put reads fields, each to a place of a list, and returns how large they are.
local function put(list, records, fields, places)
  local size = 0
  if #fields > 0 then
    local found = redis.call('HMGET', records, unpack(fields))
    for i = 1, #found do
      list[places[i]] = found[i]
      size = size + (found[i] and #found[i] or 0)
    end
  end
  return size
end

-- fetch reads jobs: their names, headers, documents and latest runs; false stands
-- for what does not exist. The depth '1' is all of it, '0' all but the documents,
-- and '-' the headers alone. It ends early at so many bytes.
local function fetch(records, names, depth, bytes)
  local headers, docs, latest, size = {}, {}, {}, 0
  for first = 1, #names, BATCH do
    if size >= bytes then
      break
    end
    local fields, places, runs, whose = {}, {}, {}, {}
    for i = first, math.min(first + BATCH - 1, #names) do
      fields[i - first + 1] = 'j' .. names[i]
    end
    local found = redis.call('HMGET', records, unpack(fields))
    for i = 1, #found do
      local header, place = found[i], first + i - 1
      headers[place], latest[place] = header, false
      fields[i], places[i] = 'd' .. names[place], place
      if header then
        size = size + #header
        local run = struct.unpack('>I4c0', header, 37)
        if run ~= '' then
          runs[#runs + 1], whose[#whose + 1] = 'r' .. names[place] .. run, place
        end
      end
    end
    if depth ~= '-' then
      size = size + put(latest, records, runs, whose)
    end
    if depth == '1' then
      size = size + put(docs, records, fields, places)
    end
  end
  return {names, headers, docs, latest}
end

-- plan tells what there is to read of jobs: their names, the size and latest run of
-- each, and the version of the index.
local function plan(records, names)
  local fields = {}
  for i = 1, #names do
    fields[i] = 'l' .. names[i]
  end
  local sizes = #names > 0 and redis.call('HMGET', records, unpack(fields)) or {}
  return {names, sizes, redis.call('HGET', records, 'I') or '0'}
end

-- jobsOf reads the jobs of a page, or plans that for the depth 'p'.
local function jobsOf(records, names, depth, bytes)
  if depth == 'p' then
    return plan(records, names)
  end
  return fetch(records, names, depth, bytes)
end

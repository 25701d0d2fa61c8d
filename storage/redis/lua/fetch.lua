-- Part of the scripts that read jobs. Fields of the records hash:
--   'j' and the job's name: its header, which scripts read and wakes rewrite
--   'd' and the job's name: its document, which no script reads into
--   'l' and the job's name: size of the document and latest run, once more
--   'k' and a key: the job that has the key
--   'r', the job's name and a run's ID: a run
--   'v', the job's name and a number: a version
--   't', the job's name and a time: a tick
--   'w' and the job's name: the draft
--
-- Header: revision (8 bytes), wake time (8), size of the document (4), digest of
-- what is indexed (16), the latest run's ID, the state, then what is indexed. Names
-- have their length before them, in four bytes. 'l' exists because each byte that
-- passes through Lua costs the server time: a page needs no more than 'l'.

local BATCH = 100 -- how many jobs are read before their size is compared

-- put reads fields into places of a list, and returns their size in bytes.
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
-- for what does not exist. The depth says what is read: '1' everything, '0'
-- everything but the documents, '-' only the headers. It ends early when it has read
-- the given number of bytes.
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

-- plan returns what a caller needs to decide which jobs to read: their names, size
-- and latest run of each, and the version of the index.
local function plan(records, names)
  local fields = {}
  for i = 1, #names do
    fields[i] = 'l' .. names[i]
  end
  local sizes = #names > 0 and redis.call('HMGET', records, unpack(fields)) or {}
  return {names, sizes, redis.call('HGET', records, 'I') or '0'}
end

-- jobsOf reads the jobs of a page; for the depth 'p' it returns the plan instead.
local function jobsOf(records, names, depth, bytes)
  if depth == 'p' then
    return plan(records, names)
  end
  return fetch(records, names, depth, bytes)
end

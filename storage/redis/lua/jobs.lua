-- Part of the scripts that read jobs. A job is two fields of the records hash:
-- 'j' .. ID is its header, which scripts read and wakes rewrite, and 'd' .. ID
-- its document, which nothing ever looks into.
--
-- Header: format (1 byte), revision (8), wake time (8), latest run's ID, then
-- what is indexed: creation time (8), key, cluster, signature of the teams
-- (16), count and names of the teams, count and keys of the dependencies.
-- Names and counts have four bytes of length, or count, in front.

local FORMAT = 1 -- the newest format of a record that these scripts know
local BATCH = 1000 -- values per call; unpack fails near 8,000

local function known(record)
  return string.byte(record) == FORMAT
end

-- latest returns the ID of the latest run, and where what is indexed begins.
local function latest(header)
  return struct.unpack('>I4c0', header, 18)
end

-- extend appends a list to another, and saves the work while that is empty.
local function extend(list, more)
  if #list == 0 then
    return more
  end
  local size = #list
  for i, value in ipairs(more) do
    list[size + i] = value
  end
  return list
end

-- fetch reads jobs: their IDs, headers, documents when asked for, and latest
-- runs, of which the last list says whose they are, by places from 1. A job
-- that does not exist has false for a header.
local function fetch(records, ids, documents)
  local headers, docs, runs, places = {}, {}, {}, {}
  for first = 1, #ids, BATCH do
    local last = math.min(first + BATCH - 1, #ids)
    local fields = {}
    for i = first, last do
      fields[i - first + 1] = 'j' .. ids[i]
    end
    local found = redis.call('HMGET', records, unpack(fields))
    local wanted = {}
    for i, header in ipairs(found) do
      -- Most of the cost of a page is here, so that no header is taken apart
      -- of a job that never ran.
      if header and known(header) and string.sub(header, 18, 21) ~= '\0\0\0\0' then
        wanted[#wanted + 1] = 'r' .. esc(ids[first + i - 1]) .. latest(header)
        places[#places + 1] = first + i - 1
      end
    end
    headers = extend(headers, found)
    if #wanted > 0 then
      runs = extend(runs, redis.call('HMGET', records, unpack(wanted)))
    end
    if documents then
      for i = first, last do
        fields[i - first + 1] = 'd' .. ids[i]
      end
      docs = extend(docs, redis.call('HMGET', records, unpack(fields)))
    end
  end
  return {ids, headers, docs, runs, places}
end

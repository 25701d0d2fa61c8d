-- Part of the scripts that read jobs. Fields of the records hash, behind which
-- the job's ID is as names write it: 'j' is a job's header, which scripts read
-- and wakes rewrite, and 'd' its document, which nothing ever looks into; 'k' and
-- a key is the job that has it; 'r', the job and a run's ID is a run.
--
-- Header: revision (8 bytes), wake time (8), size of the document (4) and its mark
-- (8), digest of what is indexed (16), the latest run's ID, the state, then what
-- is indexed; names have four bytes of length in front. The mark is the revision
-- that the document was written with, and stands before the document, too: so it
-- shows that a document read later is the one that the header meant.

local BATCH = 100 -- jobs that are read before their size is looked at

local function append(list, more)
  local size = #list
  for i = 1, #more do
    list[size + i] = more[i]
  end
end

-- fetch reads jobs: their names, headers, documents and latest runs, of which the
-- last list says whose they are, by places from 1. A job that does not exist has
-- false for a header. The depth '1' is all of it, '0' all but the documents, and
-- '-' the headers alone. It ends early at so many bytes.
local function fetch(records, names, depth, bytes)
  local headers, docs, latest, places = {}, {}, {}, {}
  local size = 0
  for first = 1, #names, BATCH do
    if size >= bytes then
      break
    end
    local last = math.min(first + BATCH - 1, #names)
    local fields = {}
    for i = first, last do
      fields[i - first + 1] = 'j' .. names[i]
    end
    local found = redis.call('HMGET', records, unpack(fields))
    local wanted = {}
    for i = 1, #found do
      local header = found[i]
      if header then
        size = size + #header
        if depth ~= '-' and string.sub(header, 45, 48) ~= '\0\0\0\0' then
          wanted[#wanted + 1] = 'r' .. names[first + i - 1] .. struct.unpack('>I4c0', header, 45)
          places[#places + 1] = first + i - 1
        end
      end
    end
    append(headers, found)
    if #wanted > 0 then
      found = redis.call('HMGET', records, unpack(wanted))
      for i = 1, #found do
        size = size + (found[i] and #found[i] or 0)
      end
      append(latest, found)
    end
    if depth == '1' then
      for i = first, last do
        fields[i - first + 1] = 'd' .. names[i]
      end
      found = redis.call('HMGET', records, unpack(fields))
      for i = 1, #found do
        size = size + (found[i] and #found[i] or 0)
      end
      append(docs, found)
    end
  end
  return {names, headers, docs, latest, places}
end

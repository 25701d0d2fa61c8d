-- Replaces a job's record. ARGV: expected revision, revision, wake time, size and
-- mark of the document (empty: as they are), digest of what is indexed, that of what is
-- stored, the latest run, the state with its size (empty: as it is), what is
-- indexed, the document.
-- Where the stored digest is another one, the stored header is returned: the
-- caller sends the change again, with what is to be moved in the index.
-- @read
local expected, revision, wakeTime, size, digest = ARGV[n + 1], ARGV[n + 2], ARGV[n + 3], ARGV[n + 4], ARGV[n + 5]
local assumed, latest, state, indexed, doc = ARGV[n + 6], ARGV[n + 7], ARGV[n + 8], ARGV[n + 9], ARGV[n + 10]
n = n + 10
fields[1] = 'j' .. me
-- @guard
local old = found[1]
if not old or sub(old, 1, 8) ~= expected then
  return 'stale: the job is at another revision'
end
if sub(old, 29, 44) ~= assumed then
  return {'index', old}
end
-- @write
if state == '' then
  local _, from = struct.unpack('>I4c0', old, 45)
  local kept, to = struct.unpack('>I4', old, from)
  state = sub(old, from, to + kept - 1)
end
local header
if size == '' then
  header = revision .. wakeTime .. sub(old, 17, 28) .. digest .. latest .. state .. indexed
else
  header = revision .. wakeTime .. size .. digest .. latest .. state .. indexed
  set[3], set[4] = 'd' .. me, doc
end
set[1], set[2] = 'j' .. me, header
move(dueJobs, sub(old, 9, 16), wakeTime, organization .. me)

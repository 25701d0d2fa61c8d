-- Replaces a job's record. ARGV: expected revision, new revision, wake time, size of
-- the document (empty: unchanged), digest of what is indexed from now on, digest of
-- what the caller takes to be indexed now, the latest run, the state after its size
-- (empty: unchanged), what is indexed, the document.
-- If the stored digest is not the one that the caller expects, the script returns the
-- stored header. The caller then sends the change again, with what moves in the index.
-- @read
local expected, revision, wakeTime, size, digest = ARGV[n + 1], ARGV[n + 2], ARGV[n + 3], ARGV[n + 4], ARGV[n + 5]
local assumed, latest, state, indexed, doc = ARGV[n + 6], ARGV[n + 7], ARGV[n + 8], ARGV[n + 9], ARGV[n + 10]
n = n + 10
fields[2] = 'j' .. me
-- @guard
local old = found[2]
if not old or sub(old, 1, 8) ~= expected then
  return 'stale: the job is at another revision'
end
if sub(old, 21, 36) ~= assumed then
  return {'index', old}
end
-- @write
local _, from = struct.unpack('>I4c0', old, 37)
if state == '' then
  local kept, to = struct.unpack('>I4', old, from)
  state = sub(old, from, to + kept - 1)
end
local sized = sub(old, 17, 20)
if size == '' then
  size = sized
else
  set[3], set[4] = 'd' .. me, doc
end
if size ~= sized or latest ~= sub(old, 37, from - 1) then
  set[#set + 1], set[#set + 2] = 'l' .. me, size .. latest
end
header = revision .. wakeTime .. size .. digest .. latest .. state .. indexed
move(dueJobs, sub(old, 9, 16), wakeTime, organization .. me)

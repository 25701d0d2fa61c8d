-- Writes the organization's record and graph counter. ARGV: the expected revision
-- (empty: any), the revision to write (empty: none), the document, the expected graph
-- counter (empty: any), the counter to write (empty: none).
-- Fields of records: R the revision, D the document, G the graph counter.
-- @read
local expectedR, writtenR, docR, expectedG, writtenG = ARGV[n + 1], ARGV[n + 2], ARGV[n + 3], ARGV[n + 4], ARGV[n + 5]
n = n + 5
local organizationAt = #fields
fields[organizationAt + 1], fields[organizationAt + 2] = 'R', 'G'
-- @guard
if expectedR ~= '' and (found[organizationAt + 1] or NONE) ~= expectedR then
  return 'stale: the organization is at another revision'
end
if expectedG ~= '' and (found[organizationAt + 2] or NONE) ~= expectedG then
  return 'stale: the dependency graph has changed'
end
-- @write
if writtenR ~= '' then
  set[#set + 1], set[#set + 2], set[#set + 3], set[#set + 4] = 'R', writtenR, 'D', docR
end
if writtenG ~= '' then
  set[#set + 1], set[#set + 2] = 'G', writtenG
end

-- A change that leaves the job's record as it is. ARGV: '1' when there must be a
-- job.
-- @read
local needed = ARGV[n + 1] == '1'
n = n + 1
fields[2] = 'j' .. me
-- @guard
alive = found[2] and true or false
if needed and not alive then
  return 'stale: there is no job'
end

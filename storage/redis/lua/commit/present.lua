-- A change that does not write the job's record. ARGV: '1' when the job must exist.
-- @read
local needed = ARGV[n + 1] == '1'
n = n + 1
fields[2] = 'j' .. me
-- @guard
alive = found[2] and true or false
if needed and not alive then
  return 'stale: there is no job'
end

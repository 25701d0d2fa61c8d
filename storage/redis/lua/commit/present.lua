-- A change that leaves the job's record as it is.
-- @read
fields[1] = 'j' .. me
-- @guard
alive = found[1] and true or false

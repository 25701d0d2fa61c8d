-- A change that leaves the job's record as it is.
-- @read
fields[2] = 'j' .. me
-- @guard
alive = found[2] and true or false

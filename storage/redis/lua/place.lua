-- Part of the scripts that list jobs. A scope is a sorted set with a member for each
-- job and order. The member begins with the order: 'c' is by creation, and 'k', which
-- not all scopes have, by key. The place in the order follows: creation time (8
-- bytes) and name, or key and name. The member ends with the 16 bytes of the job's
-- grant set. The scope of all jobs, whose name is empty, has one more member for each
-- job, in the list of the job's grant set: 's', the 16 bytes of the set, the place by
-- creation, and the key.

-- nameIn returns the job's name in a member of one of the orders.
local function nameIn(member, order)
  if order == 'c' then
    return string.sub(member, 10, -17)
  end
  local _, stop = string.find(member, '\0\1', 2, true)
  return string.sub(member, stop + 1, -17)
end

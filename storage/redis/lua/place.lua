-- Part of the scripts that list jobs. A scope is a sorted set. Its jobs stand in
-- it by creation, 'c', and perhaps by key, 'k'. What follows is the place in the
-- order: creation time (8 bytes) and name, or key and name, as names write them;
-- then 16 bytes of the grant set. In the scope of all jobs, the empty one, they
-- stand once more in the list of their grant set: 's', its 16 bytes, and the place
-- by creation, with the key behind it.

-- nameIn returns the job's name in a member of one of the orders.
local function nameIn(member, order)
  if order == 'c' then
    return string.sub(member, 10, -17)
  end
  local _, stop = string.find(member, '\0\1', 2, true)
  return string.sub(member, stop + 1, -17)
end

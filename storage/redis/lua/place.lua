-- Part of the scripts that list jobs. A scope is a sorted set. All its jobs stand
-- in it by creation, 'c', and perhaps by key, 'k'; and once more in the list of
-- their grant set, 's' and 16 bytes and 'c' or 'k'. What follows is the place in
-- the order: creation time (8 bytes) and name, or key and name, as names write
-- them. In the lists of all jobs 16 bytes of the grant set end a member.

-- nameAt returns the job's name in a place.
local function nameAt(place, order)
  if order == 'c' then
    return string.sub(place, 9)
  end
  local _, stop = string.find(place, '\0\1', 1, true)
  return string.sub(place, stop + 1)
end

-- Lists a page of jobs.
-- KEYS: records, index.
-- ARGV: the scope, the order ('c' by creation, 'k' by key), '1' for descending,
-- offset, limit, '1' for the documents, '1' for all teams, the team that jobs
-- must be granted to or an empty string, the teams.
-- Returns the total, and the jobs of the page as fetch does.
local records, index = KEYS[1], KEYS[2]
local scope, order, descending = ARGV[1], ARGV[2], ARGV[3] == '1'
local offset, limit = tonumber(ARGV[4]), tonumber(ARGV[5])
local documents, all, granted = ARGV[6] == '1', ARGV[7] == '1', ARGV[8]

-- holding adds the signatures of the grant sets that hold a team.
local function holding(team, signatures)
  local prefix = 'T' .. esc(team)
  for _, member in ipairs(redis.call('ZRANGEBYLEX', index, '[' .. prefix, '(' .. beyond(prefix))) do
    signatures[string.sub(member, #prefix + 1)] = true
  end
  return signatures
end

local ranges = {}
local function add(prefix)
  prefix = prefix .. order
  ranges[#ranges + 1] = range(index, '[' .. prefix, '(' .. beyond(prefix), #prefix + 1)
end

-- Every job is in exactly one grant set: totals add up, and nothing is merged
-- twice.
if all and granted == '' then
  add(scope .. 'a')
else
  local selected = {}
  if not all then
    for i = 9, #ARGV do
      holding(ARGV[i], selected)
    end
  end
  if granted ~= '' then
    local visible = selected
    selected = {}
    for signature in pairs(holding(granted, {})) do
      selected[signature] = all or visible[signature]
    end
  end
  for signature in pairs(selected) do
    add(scope .. 's' .. signature)
  end
end

-- Behind the time of creation is the ID; a key is looked up.
local ids, total = page(ranges, offset, limit, descending, order == 'c' and 8 or 0)
if order == 'k' then
  local keys = ids
  ids = {}
  for first = 1, #keys, BATCH do
    local fields = {}
    for i = first, math.min(first + BATCH - 1, #keys) do
      fields[#fields + 1] = 'k' .. keys[i]
    end
    ids = extend(ids, redis.call('HMGET', records, unpack(fields)))
  end
end
return {total, fetch(records, ids, documents)}

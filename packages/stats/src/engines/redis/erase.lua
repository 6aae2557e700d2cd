-- Puts another visitor in the place of one, in some cells of a hash. What waits beside a HyperLogLog goes into it instead:
-- it may be there already, and a stranger would count as one more.
-- ARGV: key of the hash, what stands now, what stands there then (6 bytes each), the cells' fields. Answers how many held it.
local key, before, after = ARGV[1], ARGV[2], ARGV[3]
local sub, find = string.sub, string.find
local changed = 0

local function placeOf(content, from)
  local found = find(content, before, from, true)
  while found and (found - from) % 6 ~= 0 do found = find(content, before, found + 1, true) end
  return found
end

for i = 4, #ARGV do
  local content = redis.call('HGET', key, ARGV[i])
  local hasLog = content and #content % 6 == 1
  local at = content and placeOf(content, hasLog and 8 or 7)
  if at then
    local rest = sub(content, at + 6)
    if hasLog then
      redis.call('PFADD', key .. ':' .. string.format('%.0f', struct.unpack('>I6', ARGV[i])), before)
      content = sub(content, 1, at - 1) .. rest
    else
      content = sub(content, 1, at - 1) .. after .. rest
    end
    redis.call('HSET', key, ARGV[i], content)
    changed = changed + 1
  end
end
return changed

-- ARGV: prefix, what, and what it takes. Each call is short and may come twice, from any process. Follows slices.lua.
local what = ARGV[2]

-- Says that a day is held more coarsely from now on, if it was not touched since: nobody adds, or asks for, finer buckets.
if what == 'raise' then
  local day, level, limit = ARGV[3], ARGV[4], tonumber(ARGV[5])
  local touched = tonumber(call('HGET', P .. 'touched', day) or 0)
  if call('HGET', P .. 'levels', day) ~= level or touched >= limit then return 0 end
  call('SADD', P .. 'gone', day .. ' ' .. (level == '0' and 'm' or 'h'))
  call('HSET', P .. 'levels', day, level + 1)
  return 1
end

-- Says that a day is not held at all.
if what == 'drop' then
  local day = ARGV[3]
  call('SADD', P .. 'gone', day .. ' all')
  call('HDEL', P .. 'levels', day)
  call('HDEL', P .. 'touched', day)
  return 1
end

if what == 'forget' then
  local limits = { now = tonumber(ARGV[3]), ids = tonumber(ARGV[4]), days = tonumber(ARGV[5]) }
  local window = readWindow()
  if #window.slices == 0 then return 0 end
  turnSlice(window, limits)
  dropSlices(window, limits)
  writeWindow(window)
  return 1
end

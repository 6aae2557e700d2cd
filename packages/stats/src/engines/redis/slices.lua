-- What is recognised lies in slices: hashes `ids:<n>` (id -> number and time of receipt) and `origins:<n>` (buffer entry
-- -> bitmap). A slice goes as a whole when nothing in it counts any more; each id carries its own number and time, so
-- the window is exact all the same. `ids` holds {seq, slices: {{n, first, base, last}, ...}}, the oldest first:
-- `first` is the number before its first id, `base` its beginning, `last` its latest time of receipt (both in seconds).
local P = ARGV[1]
local call = redis.call
local N, FIRST, BASE, LAST = 1, 2, 3, 4
-- Numbers within a slice take three bytes.
local MOST_PER_SLICE = 10000000

local function readWindow()
  local text = call('GET', P .. 'ids')
  if not text then return { seq = 0, slices = {} } end
  return cjson.decode(text)
end

local function writeWindow(window)
  call('SET', P .. 'ids', cjson.encode(window))
end

-- The slice that new ids go to: eight to a window, by number and by time.
local function turnSlice(window, limits)
  local slices = window.slices
  local now = math.floor(limits.now / 1000)
  local current = slices[#slices]
  local size = math.min(math.ceil(limits.ids / 8), MOST_PER_SLICE)
  if current and window.seq - current[FIRST] < size and now - current[BASE] < limits.days * 86400 / 7 then
    return current
  end
  local fresh = { current and current[N] + 1 or 1, window.seq, now, 0 }
  slices[#slices + 1] = fresh
  return fresh
end

-- Drops slices with nothing in them that is still recognised. The one in use stays.
local function dropSlices(window, limits)
  local slices = window.slices
  local oldest = math.floor(limits.now / 1000) - limits.days * 86400
  while #slices > 1 do
    local slice = slices[1]
    if slices[2][FIRST] > window.seq - limits.ids and slice[LAST] >= oldest then return end
    call('UNLINK', P .. 'ids:' .. slice[N], P .. 'origins:' .. slice[N])
    table.remove(slices, 1)
  end
end

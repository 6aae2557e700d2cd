-- Takes a part of a batch in, whole or not at all. Redis rolls nothing back, so all that can fail (a key of a wrong type)
-- is read before anything is written; memory is checked by Redis before the first write.
-- ARGV: prefix, head, checks, ids, entries, expected statuses, changes, visitors. Follows slices.lua.
-- Answers {'held'} | {'stale', position} | {'end', done} | {'differs', statuses} | {'applied'}.
local byte, sub, find, char = string.byte, string.sub, string.find, string.char
local pack, unpackStruct, floor = struct.pack, struct.unpack, math.floor
local head = cjson.decode(ARGV[2])

-- 0. Nothing changes while a backup copies the counters.
if call('EXISTS', P .. 'hold') == 1 then return { 'held' } end

-- 1. The position. `done` = records after it that are in already: a big batch takes several calls.
local stored = call('HGET', P .. 'positions', head.source)
local position, done = 0, 0
if stored then
  position, done = string.match(stored, '^(%d+) (%d+)$')
  position, done = tonumber(position), tonumber(done)
end
local function writePosition(at, records)
  call('HSET', P .. 'positions', head.source, string.format('%.0f %.0f', at, records))
end
if head.newEpoch and position ~= head.from then position, done = head.from, 0 end
if position ~= head.from or (head.expected and done ~= head.expected) then
  return { 'stale', string.format('%.0f', position) }
end
if done ~= head.start then
  -- It came further once, before it was cut off.
  if done < head.length then return { 'end', done } end
  writePosition(head.next, done - head.length)
  return { 'end', head.length }
end

-- 2. What is known already. A status per record: 0 new, 1 an id that is known, 2 an origin that is known.
local function split(blob, lengths, n)
  local texts, at = {}, 1
  for i = 1, n do
    local length = lengths and lengths[i] or 16
    texts[i] = sub(blob, at, at + length - 1)
    at = at + length
  end
  return texts
end

local checks = cjson.decode(ARGV[3])
local limits = { now = head.now, ids = head.windowIds, days = head.windowDays }
local window = readWindow()
local slices = window.slices
local ids = split(ARGV[4], checks.idLengths, checks.ids)
local entries = split(ARGV[5], checks.entryLengths, checks.entries)

-- The newest thing known of each id, and its slice.
local knownAs, knownIn = {}, {}
local bitmaps = {}
for e = 1, #entries do bitmaps[e] = { n = 0 } end
for s = #slices, 1, -1 do
  if #ids > 0 then
    local found = call('HMGET', P .. 'ids:' .. slices[s][N], unpack(ids))
    for i = 1, #ids do
      if found[i] and not knownAs[i] then knownAs[i], knownIn[i] = found[i], slices[s] end
    end
  end
  if #entries > 0 then
    local found = call('HMGET', P .. 'origins:' .. slices[s][N], unpack(entries))
    for e = 1, #entries do
      local bits, held = found[e], bitmaps[e]
      if bits then
        for i = 1, #bits do held[i] = bit.bor(held[i] or 0, byte(bits, i)) end
        held.n = math.max(held.n, #bits)
      end
    end
  end
end

local EPOCH = 8388608
local slice = turnSlice(window, limits)
local nowSeconds = floor(head.now / 1000)
local seq, reach = window.seq, head.windowDays * 86400
local seenSeq, seenAt = {}, {}
local newIds, changedEntries = {}, {}

local function isKnown(k, at)
  local id = ids[k]
  local lastSeq, lastAt = seenSeq[id], seenAt[id]
  if not lastSeq then
    if not knownAs[k] then return false end
    local offset, seconds = unpackStruct('>I3I3', knownAs[k])
    lastSeq, lastAt = knownIn[k][FIRST] + offset, knownIn[k][BASE] + seconds - EPOCH
  end
  return lastSeq > seq - head.windowIds and lastAt >= at - reach
end

-- Each record takes 4 numbers: its entry (0 = none), its bit there, 1 if its id counts, and its age in seconds.
local statuses, k, records = {}, 0, checks.records
for i = 1, #records, 4 do
  local entry, bitNumber, status = records[i], records[i + 1], '0'
  if entry > 0 then
    local bits, at, mask = bitmaps[entry], floor(bitNumber / 8) + 1, 2 ^ (bitNumber % 8)
    local before = bits[at] or 0
    if bit.band(before, mask) ~= 0 then
      status = '2'
    else
      bits[at] = before + mask
      if at > bits.n then bits.n = at end
      changedEntries[entry] = true
    end
  end
  if records[i + 2] == 1 then
    k = k + 1
    local at = nowSeconds - records[i + 3]
    if status == '0' then
      if isKnown(k, at) then
        status = '1'
      else
        seq = seq + 1
        seenSeq[ids[k]], seenAt[ids[k]] = seq, at
        newIds[#newIds + 1] = ids[k]
        newIds[#newIds + 1] = pack('>I3I3', seq - slice[FIRST], math.max(0, math.min(16777215, at - slice[BASE] + EPOCH)))
        if at > slice[LAST] then slice[LAST] = at end
      end
    end
  end
  statuses[#statuses + 1] = status
end
statuses = table.concat(statuses)
-- The changes were worked out for other statuses: nothing is changed, and the worker counts again.
if statuses ~= ARGV[6] then return { 'differs', statuses } end

-- 3. The changes: what is to be written is gathered in `writes`.
local changes = cjson.decode(ARGV[7])
local visitorBlob, visitorAt = ARGV[8], 1
local writes = {}
local OTHER = 1
local SMALL, WAITING = head.smallBytes, head.smallBytes / 2
local DISTINCT = 1048576

local function addLedger(key, field, deltas)
  local before = call('HGET', key, field)
  local row = before and cjson.decode(before) or {}
  for name, n in pairs(deltas) do row[name] = (row[name] or 0) + n end
  writes[#writes + 1] = { 'HSET', key, field, cjson.encode(row) }
end

for _, row in ipairs(changes.ledger) do
  -- Several minutes of a day share what they add to its row.
  if row[5] then addLedger(P .. 'l:' .. row[1], row[3], row[5]) end
  addLedger(P .. 'l:' .. row[1] .. ':' .. row[2], row[4] .. ':' .. row[3], row[6])
end

-- Numbers for texts, given in the order they come, up to a cap: `names` are those of one day and kind.
local names = {}
local function isGoal(text) return sub(text, 1, 5) == 'goal/' end

-- @param goalCap that of goals among the texts, where it is another
local function admit(key, texts, cap, goalCap)
  local given = {}
  if #texts == 0 then return given end
  local known = names[key]
  if not known then
    known = { n = call('HLEN', key), ids = {}, fresh = {} }
    names[key] = known
  end
  local found = call('HMGET', key, unpack(texts))
  for i = 1, #texts do
    local text = texts[i]
    local id = known.ids[text] or found[i]
    if not id then
      local most = goalCap and isGoal(text) and goalCap or cap
      if known.n >= most then
        id = OTHER
      else
        known.n = known.n + 1
        id = known.n + 1
        known.ids[text] = id
        known.fresh[#known.fresh + 1] = text
        known.fresh[#known.fresh + 1] = id
      end
    end
    given[i] = tonumber(id)
  end
  return given
end

-- Cells of one hash that change. Two values beyond the cap share a cell.
local function newCells()
  return { at = {}, numbers = {}, fields = {}, n = {}, visitors = {} }
end

local function withoutRepeats(elements)
  local seen, once = {}, {}
  for at = 1, #elements, 6 do
    local element = sub(elements, at, at + 5)
    if not seen[element] then
      seen[element] = true
      once[#once + 1] = element
    end
  end
  return table.concat(once)
end

local function addCell(cells, number, n, visitors)
  local i = cells.at[number]
  if i then
    cells.n[i] = cells.n[i] + n
    if visitors then cells.visitors[i] = withoutRepeats(cells.visitors[i] .. visitors) end
    return
  end
  i = #cells.numbers + 1
  cells.at[number] = i
  cells.numbers[i], cells.fields[i], cells.n[i], cells.visitors[i] = number, pack('>I6', number), n, visitors
end

-- A few visitors lie in the cell itself, 6 bytes each, and are exact. More go to a HyperLogLog: `H` stands for it, and what
-- follows waits to go there too, since many at a time are cheaper.
local function newOnes(held, from, visitors)
  local new = {}
  for at = 1, #visitors, 6 do
    local element = sub(visitors, at, at + 5)
    local found = find(held, element, from, true)
    while found and (found - from) % 6 ~= 0 do found = find(held, element, found + 1, true) end
    if not found then new[#new + 1] = element end
  end
  return table.concat(new)
end

local function addVisitors(content, visitors, key, number, big)
  local held = sub(content, 7)
  if visitors == '' then return held end
  local hasLog = #held % 6 == 1
  local from, room = hasLog and 2 or 1, hasLog and WAITING or SMALL
  -- Those of one call differ from each other: more than there is room for need not be compared.
  if #visitors <= room then
    local together = held .. newOnes(held, from, visitors)
    if #together <= room then return together end
  end
  local log, elements = key .. ':' .. string.format('%.0f', number), {}
  for at = from, #held, 6 do elements[#elements + 1] = sub(held, at, at + 5) end
  for at = 1, #visitors, 6 do elements[#elements + 1] = sub(visitors, at, at + 5) end
  if not hasLog then writes[#writes + 1] = { 'SADD', big, log } end
  writes[#writes + 1] = { 'PFADD', log, unpack(elements) }
  return 'H'
end

-- @param big the set that names the HyperLogLogs of this day and level; nil where visitors are not counted
local function flushCells(key, cells, big)
  local numbers, fields, visitors = cells.numbers, cells.fields, cells.visitors
  local before = call('HMGET', key, unpack(fields))
  local write = { 'HSET', key }
  for i = 1, #fields do
    local was, n = before[i], cells.n[i]
    write[2 * i + 1] = fields[i]
    if not big then
      write[2 * i + 2] = was and n + was or n
    elseif was then
      write[2 * i + 2] = pack('>I6', n + unpackStruct('>I6', was)) .. addVisitors(was, visitors[i], key, numbers[i], big)
    elseif #visitors[i] <= SMALL then
      write[2 * i + 2] = pack('>I6', n) .. visitors[i]
    else
      write[2 * i + 2] = pack('>I6', n) .. addVisitors('', visitors[i], key, numbers[i], big)
    end
  end
  writes[#writes + 1] = write
end

local function takeVisitors(n)
  local from = visitorAt
  visitorAt = from + n * 6
  return sub(visitorBlob, from, visitorAt - 1)
end

local dims, withVisitors = changes.dimensions, changes.withVisitors

local function admitSets(D, day)
  local siteIds = admit(D .. 'sites', day.sites, head.caps.sites)
  siteIds[0] = 0
  local values = {}
  for s = 0, #day.sites do
    values[s] = {}
    for d = 1, #dims do
      local texts = day.sets[s + 1][d]
      local given = #texts > 0 and admit(D .. 'values:' .. siteIds[s] .. ':' .. dims[d], texts, head.caps.values) or {}
      given[0] = 0
      values[s][d] = given
    end
  end
  return siteIds, values
end

-- Per hour: cells of the totals by minute and by hour, and of each dimension.
local function newHour()
  local hour = { minutes = newCells(), [0] = newCells() }
  for d = 1, #dims do hour[d] = newCells() end
  return hour
end

local function addPlace(hour, place, series, values)
  local minutes = place.minutes
  for i = 1, #minutes, 3 do addCell(hour.minutes, series + minutes[i], minutes[i + 1], takeVisitors(minutes[i + 2])) end
  addCell(hour[0], series, place.n, takeVisitors(place.visitors))
  for d = 1, #dims do
    local cells, counts, ids = hour[d], place.counts[d], values[d]
    if d <= withVisitors then
      for i = 1, #counts, 3 do addCell(cells, series + ids[counts[i]], counts[i + 1], takeVisitors(counts[i + 2])) end
    else
      for i = 1, #counts, 2 do addCell(cells, series + ids[counts[i]], counts[i + 1]) end
    end
  end
end

-- The cells of several hours, added up.
local function merge(hours, d)
  local first = next(hours)
  if next(hours, first) == nil then return hours[first][d] end
  local merged = newCells()
  for _, hour in pairs(hours) do
    local cells = hour[d]
    for i = 1, #cells.numbers do addCell(merged, cells.numbers[i], cells.n[i], cells.visitors[i]) end
  end
  return merged
end

local function openDay(D, day)
  local level, touched = call('HGET', P .. 'levels', day), call('HGET', P .. 'touched', day)
  if not level then writes[#writes + 1] = { 'HSET', P .. 'levels', day, 0 } end
  if not touched or head.now - tonumber(touched) > 600000 then
    writes[#writes + 1] = { 'HSET', P .. 'touched', day, string.format('%.0f', head.now) }
  end
  writes[#writes + 1] = { 'SADD', D .. 'dimensions', 'total', unpack(dims) }
  return tonumber(level or 0)
end

local function countDay(day)
  local D = P .. day.day .. ':'
  local level = openDay(D, day.day)
  local siteIds, values = admitSets(D, day)
  local typeIds = admit(D .. 'types', day.types, head.caps.types, head.caps.goals)
  local hours = {}
  for _, place in ipairs(day.places) do
    local hour = hours[place.hour] or newHour()
    hours[place.hour] = hour
    -- Under `other` the event would count a second time; but its visitors must be read over.
    if typeIds[place.type] == OTHER and isGoal(day.types[place.type]) then hour = newHour() end
    local series = (siteIds[place.site] * 4096 + typeIds[place.type] * 2 + place.bot) * DISTINCT
    addPlace(hour, place, series, values[place.site])
  end
  for d = 0, #dims do
    local name = dims[d] or 'total'
    local big = d <= withVisitors
    -- What is no longer held as finely is no longer written so.
    for h, hour in pairs(hours) do
      if d == 0 and level == 0 then flushCells(D .. 'm' .. h .. ':total', hour.minutes, D .. 'big:m') end
      if level < 2 then flushCells(D .. 'h' .. h .. ':' .. name, hour[d], big and D .. 'big:h') end
    end
    flushCells(D .. 'd:' .. name, merge(hours, d), big and D .. 'big:d')
  end
end

for _, day in ipairs(changes.days) do countDay(day) end

local road = changes.road
if road and road ~= cjson.null then
  local newest = call('GET', P .. 'road')
  if not newest or tonumber(string.match(newest, '^(%d+)')) < road.at then
    writes[#writes + 1] = { 'SET', P .. 'road', string.format('%.0f %.0f', road.at, road.delayMs) }
  end
end

-- 4. Everything is written.
for key, known in pairs(names) do
  if #known.fresh > 0 then call('HSET', key, unpack(known.fresh)) end
end
for i = 1, #writes do call(unpack(writes[i])) end
if #newIds > 0 then call('HSET', P .. 'ids:' .. slice[N], unpack(newIds)) end
for e in pairs(changedEntries) do
  local held = bitmaps[e]
  local bytes = {}
  for i = 1, held.n do bytes[i] = char(held[i] or 0) end
  call('HSET', P .. 'origins:' .. slice[N], entries[e], table.concat(bytes))
end
for _, day in ipairs(changes.ledgerDays) do call('ZADD', P .. 'ledger', day, day) end
window.seq = seq
dropSlices(window, limits)
writeWindow(window)
if head['end'] < head.length then
  writePosition(head.from, head['end'])
else
  writePosition(head.next, 0)
end
return { 'applied' }

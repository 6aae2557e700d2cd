import { createScript, type Redis } from '@pushtech/redis';

/**
 * Larger values do not pass through Lua: it hashes every string byte by byte, which costs Redis more than all the rest of a
 * large entry's way (45 µs for 30 kB, Redis 7.0).
 */
export const SCRIPT_BYTES = 16_384;

/** All workers are one consumer group. */
export const GROUP = 'workers';

export interface Keys {
  /** The stream: one entry per append, its body in field `b`, or packed in `z`. What is acknowledged is deleted, so all of it is waiting. */
  entries: string;
  /** UTF-8 bytes of all bodies in the stream. */
  bytes: string;
}

export const keysOf = (prefix: string): Keys => ({
  entries: `${prefix}buffer:entries`,
  bytes: `${prefix}buffer:bytes`,
});

/**
 * Keys: entries, bytes. Arguments: size of the entry, maxBytes, field, value. 1 = kept, 0 = no room. When nothing else is
 * held, the entry has room whatever the counter says: somebody deleted entries by hand.
 */
export const addScript = createScript(`
  local size, max = tonumber(ARGV[1]), tonumber(ARGV[2])
  local held = redis.call('INCRBY', KEYS[2], size)
  if held > max and redis.call('XLEN', KEYS[1]) == 0 then
    held = size
    redis.call('SET', KEYS[2], size)
  end
  if held > max then
    redis.call('DECRBY', KEYS[2], size)
    return 0
  end
  redis.call('XADD', KEYS[1], '*', ARGV[3], ARGV[4])
  return 1
`);

/**
 * The same for a large entry: runs in one transaction behind the XADD of an entry: counts it, or takes it away again when there was no room. 1 = kept.
 * Keys: entries, bytes. Arguments: size of the entry, maxBytes.
 */
export const COUNT_SCRIPT = `
local size, max = tonumber(ARGV[1]), tonumber(ARGV[2])
local held = redis.call('INCRBY', KEYS[2], size)
if held > max and redis.call('XLEN', KEYS[1]) == 1 then
  held = size
  redis.call('SET', KEYS[2], size)
end
if held <= max then return 1 end
redis.call('DECRBY', KEYS[2], size)
redis.call('XDEL', KEYS[1], redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1][1])
return 0
`;

/**
 * Keys: entries, bytes. Arguments: group, then stream id and size of each entry. Deletes by id, and only what this very call
 * acknowledged: a repeated ack subtracts nothing, and no reckoning of positions can ever hit what nobody has worked off.
 */
export const ackScript = createScript(`
  local freed = 0
  for i = 2, #ARGV, 2 do
    if redis.call('XACK', KEYS[1], ARGV[1], ARGV[i]) == 1 and redis.call('XDEL', KEYS[1], ARGV[i]) == 1 then
      freed = freed + tonumber(ARGV[i + 1])
    end
  end
  if freed == 0 then return end
  if redis.call('DECRBY', KEYS[2], freed) < 0 or redis.call('XLEN', KEYS[1]) == 0 then redis.call('SET', KEYS[2], 0) end
`);

/** Keys: entries, bytes. Answers entries, bytes, id of the oldest entry or an empty text. */
export const statusScript = createScript(`
  local first = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
  return {redis.call('XLEN', KEYS[1]), redis.call('GET', KEYS[2]) or '0', first and first[1] or ''}
`);

/** At `0`, never at `$`: what was appended before the group was there is nobody's otherwise. Says whether it was not there. */
export const createGroup = async (client: Redis, entries: string): Promise<boolean> => {
  try {
    await client.xgroup('CREATE', entries, GROUP, '0', 'MKSTREAM');
    return true;
  } catch (error) {
    if ((error as Error).message.startsWith('BUSYGROUP')) return false;
    throw error;
  }
};

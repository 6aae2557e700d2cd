export type { Redis } from 'ioredis';
export { type Connection, connect, connectBlocking, whenUp } from './connect.ts';
export { durabilityWarnings, watchDurability } from './durability.ts';
export { isDown } from './errors.ts';
export { createScript, type Script } from './script.ts';
export { numberOption, parseRedisUrl, type RedisServer, type RedisUrl } from './url.ts';

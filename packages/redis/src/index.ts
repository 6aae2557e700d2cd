export { type Connection, connect, connectBlocking, whenUp } from './connect.ts';
export { durabilityWarnings } from './durability.ts';
export { isDown } from './errors.ts';
export { numberOption, parseRedisUrl, type RedisServer, type RedisUrl } from './url.ts';

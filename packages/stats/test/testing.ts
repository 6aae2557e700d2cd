// For tests of others: what the counters make of a visitor's id.
export { visitorOf } from '../src/engines/redis/places.ts';
export { hash53 } from '../src/keys.ts';

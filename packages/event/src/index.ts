export { checkEvent, type EventCheck } from './check-event.ts';
export { checkItem, type ItemCheck, type ItemRules } from './check-item.ts';
export { createDropTally, type DropTally, type EntryDrops } from './drop-tally.ts';
export { createErasureKey, visitorsIn } from './erasure.ts';
export { type ErrorKind, isPushtechError, PushtechError } from './errors.ts';
export type {
  Bot,
  Campaign,
  Device,
  Event,
  Page,
  Place,
  Properties,
  PropertyValue,
  Referrer,
  Via,
} from './event.ts';
export { HEARTBEAT } from './heartbeat.ts';
export type { ClientHints, Hit, Item } from './hit.ts';
export { decodeHitBatch, encodeHitBatch, type HitBatch, type HitBatchHeader } from './hit-batch.ts';
export { createIdSource, ID_PATTERN, isId, newId } from './id.ts';
export { createKeyedHash } from './keyed-hash.ts';
export { limits } from './limits.ts';
export { isSignedTarget, signTarget } from './link.ts';
export { type Engines, engineOf, readNumberOption, readPrefix } from './open-engine.ts';
export { SITE_PATTERN, TYPE_PATTERN } from './patterns.ts';
export { decodeQueryPart, parseQuery, type QueryParse } from './query.ts';
export { faultOfHit, type HitFault, itemOfHit } from './read-hit.ts';
export type { DeadLetter, DropRecord, ErasureRecord, ReceivedRecord } from './records.ts';
export { bookedTopics, type Topic, topics } from './topics.ts';

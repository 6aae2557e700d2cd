export {
  appendErasures,
  createErasures,
  ERASURES_FRESH_MS,
  type Erasure,
  type Erasures,
  listErasures,
} from './erasures.ts';
export { createFollower, type Follower, type FollowOptions } from './follow-tail.ts';
export { honourErasures, type Leave } from './honour-erasures.ts';
export { type Keeping, keepingOf } from './keeping.ts';
export type {
  Batch,
  FindOptions,
  Found,
  Log,
  LogRecord,
  NewRecord,
  PartitionRange,
  Start,
  SubscribeOptions,
  Subscription,
  TailOptions,
} from './log.ts';
export { type LogOptions, openLog } from './open.ts';
export { type PreparedLog, type PreparedTopic, prepareLog } from './prepare.ts';
export { type LogRestore, openLogRestore } from './restore.ts';

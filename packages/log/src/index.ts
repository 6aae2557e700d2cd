export { createFollower, type Follower, type FollowOptions } from './follow-tail.ts';
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

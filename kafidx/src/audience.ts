import { topics } from '@pushtech/event';
import type { Batch } from '@pushtech/log';
import { type Channel, createChannel } from './channel.ts';
import { type Filter, filterKey } from './filter.ts';
import { type Row, readRow } from './row.ts';
import type { Viewer } from './viewer.ts';

/** Frames go out this often at the most; after a pause the first one goes at once. */
const FLUSH_MS = 50;
const TICK_MS = 1000;

/** All viewers, by filter. A record is read once for all of them, and only while there is a viewer. */
export const createAudience = (clock: () => number) => {
  const channels = new Map<string, Channel>();
  const keys = new Map<Viewer, string>();
  const seen = { events: 0, dead: 0 };
  let unreadable = 0;
  let rate = { events: 0, dead: 0 };
  let flushedAt = 0;
  let flushTimer: NodeJS.Timeout | undefined;
  let tickTimer: NodeJS.Timeout | undefined;

  const flush = (): void => {
    flushTimer = undefined;
    flushedAt = performance.now();
    for (const channel of channels.values()) channel.flush();
  };

  const tick = (): void => {
    rate = { ...seen };
    seen.events = 0;
    seen.dead = 0;
    for (const viewer of keys.keys()) viewer.tick({ ...rate, viewers: keys.size });
  };

  const leave = (viewer: Viewer): void => {
    const key = keys.get(viewer);
    if (key === undefined) return;
    keys.delete(viewer);
    const channel = channels.get(key);
    channel?.viewers.delete(viewer);
    if (channel?.viewers.size === 0) channels.delete(key);
    if (keys.size > 0) return;
    clearInterval(tickTimer);
    clearTimeout(flushTimer);
    tickTimer = undefined;
    flushTimer = undefined;
    rate = { events: 0, dead: 0 };
  };

  const join = (viewer: Viewer, filter: Filter): void => {
    leave(viewer);
    const key = filterKey(filter);
    const channel = channels.get(key) ?? createChannel(filter, clock);
    channels.set(key, channel);
    channel.viewers.add(viewer);
    keys.set(viewer, key);
    tickTimer ??= setInterval(tick, TICK_MS);
  };

  const offer = (topic: string, value: string): void => {
    let row: Row | undefined;
    for (const channel of channels.values()) {
      if (channel.missUnread()) continue;
      row ??= readRow(topic, value);
      if (!row) {
        unreadable += 1;
        return;
      }
      channel.offer(row);
    }
  };

  return {
    /** Also changes the filter of a viewer that is there already. */
    join,
    leave,
    get size() {
      return keys.size;
    },
    /** Records of the last second. Zero without viewers: nobody counts then. */
    rate: () => rate,
    unreadable: () => unreadable,
    tell(message: object): void {
      for (const viewer of keys.keys()) viewer.tell(message);
    },
    take({ topic, records }: Batch): void {
      if (keys.size === 0) return;
      seen[topic === topics.dead ? 'dead' : 'events'] += records.length;
      for (const { value } of records) offer(topic, value);
      flushTimer ??= setTimeout(flush, Math.max(0, flushedAt + FLUSH_MS - performance.now()));
    },
  };
};

export type Audience = ReturnType<typeof createAudience>;

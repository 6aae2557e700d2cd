import { isPushtechError } from '@pushtech/event';
import {
  createReader,
  createWaker,
  numberOption,
  openDatabase,
  parseSqliteUrl,
  toPushtechError,
} from '@pushtech/sqlite';
import { logError } from '../errors.ts';
import { handleBatch } from '../handle-batch.ts';
import type {
  Batch,
  Found,
  Log,
  NewRecord,
  PartitionRange,
  Start,
  Subscription,
  TailOptions,
} from '../log.ts';
import type { LogOptions } from '../open.ts';
import { toSearch } from '../search.ts';
import { createSubscription, MAX_RECORDS, nextBatch } from './sqlite-follow.ts';
import { createGroups } from './sqlite-groups.ts';
import { createRecords } from './sqlite-records.ts';
import { createRetention } from './sqlite-retention.ts';
import { subscribe } from './sqlite-subscribe.ts';
import { createTables, migrations } from './sqlite-tables.ts';

/** A transaction of so many stays below 5 ms. */
const APPEND_RECORDS = 300;
const DAY_MS = 86_400_000;
const GIB = 1024 ** 3;

const passing = ['SQLITE_BUSY', 'SQLITE_FULL', 'SQLITE_QUERY'];

/** Names SQLite's errors in the port's words. */
const toLogError = (cause: unknown): unknown => {
  const error = toPushtechError(cause);
  if (isPushtechError(error, 'SQLITE_CLOSED')) return logError('LOG_CLOSED', error.message, error);
  if (passing.some((code) => isPushtechError(error, code))) {
    return logError('LOG_DOWN', (error as Error).message, error);
  }
  return error;
};

/**
 * The log in a SQLite file: one partition per topic. Options: `?prefix=`, `?maxBytes=` (20 GiB), `?retentionMs=` (7 days,
 * 0 = for ever), `?retentionBytes=` (of each topic; 0 = no limit), `?groupMs=` (30 days: how long a group without members is
 * waited for), `?sweepMs=` (60 s), `?leaseMs=` (9 s: how long a silent member of a group keeps its topics).
 */
export const openSqliteLog = async (
  url: string,
  { clock = Date.now, warn = () => {} }: LogOptions,
): Promise<Log> => {
  const { path, prefix, options, dispose } = parseSqliteUrl(url);
  const maxBytes = numberOption(options, 'maxBytes', 20 * GIB);
  const sweepMs = numberOption(options, 'sweepMs', 60_000);
  const leaseMs = Math.max(30, numberOption(options, 'leaseMs', 9000));
  const limits = {
    ms: numberOption(options, 'retentionMs', 7 * DAY_MS),
    bytes: numberOption(options, 'retentionBytes', 0),
    groupMs: numberOption(options, 'groupMs', 30 * DAY_MS),
  };
  const database = openDatabase({ path, role: 'log', prefix, migrations, dispose });
  // What retention deletes is cut out of its pages too: nobody finds it in the file any more.
  database.db.exec('PRAGMA secure_delete = ON');
  const tables = createTables(database.db, prefix);
  const records = createRecords(tables, clock);
  const groups = createGroups(database.db, prefix, clock);
  const waker = createWaker(database.dataVersion);
  const reader = createReader(path, prefix, new URL('./sqlite-find.ts', import.meta.url));
  const closing = new AbortController();
  const subscriptions = new Set<Subscription>();
  const deps = { database, tables, records, groups, waker, clock, leaseMs, warn };

  const retention = createRetention(deps, limits);
  let sweeping: Promise<void> | undefined;
  const sweep = (): void => {
    // A sweep that failed for want of a lock or of room is made good by the next.
    sweeping ??= retention(closing.signal)
      .catch(() => {})
      .finally(() => {
        sweeping = undefined;
      });
  };
  const sweeper = setInterval(sweep, Math.max(1, sweepMs)).unref();

  /** Every method runs in here. */
  const guarded = async <T>(method: () => Promise<T> | T): Promise<T> => {
    if (closing.signal.aborted) throw logError('LOG_CLOSED', `${path} is closed`);
    try {
      return await method();
    } catch (error) {
      throw toLogError(error);
    }
  };

  const keep = (subscription: Subscription): Subscription => {
    subscriptions.add(subscription);
    const stop = async (): Promise<void> => {
      await subscription.stop();
      subscriptions.delete(subscription);
    };
    subscription.failed.catch(stop).catch(() => {});
    return { failed: subscription.failed, stop };
  };

  const appendWithin = (added: readonly NewRecord[]): (() => void) => {
    const { bytes, keep: keepRecent } = records.append(added);
    if (tables.totalBytes() > maxBytes) {
      sweep();
      throw logError('LOG_FULL', `${bytes} bytes more would be past the limit of ${maxBytes}`);
    }
    return keepRecent;
  };

  const append = async (added: readonly NewRecord[]): Promise<void> => {
    if (added.length === 0) return;
    const keepRecent = await database.write(() => appendWithin(added));
    keepRecent();
    waker.wake();
    await database.sync();
  };

  const tail = ({
    topics,
    from = 'latest',
    maxRecords: max = MAX_RECORDS,
    handle,
  }: TailOptions): Subscription => {
    const loops = topics.map((topic) => {
      let position = records.resolve(topic, from);
      return async (signal: AbortSignal): Promise<void> => {
        while (!signal.aborted) {
          const batch = await nextBatch(deps, { topic, max, signal, position });
          if (!batch) return;
          if (await handleBatch(batch, handle, () => !signal.aborted, signal)) position = batch.next;
        }
      };
    });
    return createSubscription(loops, async () => {});
  };

  const read = (topic: string, partition: number, from: Start, max: number): Batch => {
    const position = records.resolve(topic, from);
    if (partition === 0) return records.read(topic, position, max);
    return { topic, partition, from: 0, next: 0, records: [] };
  };

  const range = (topic: string, group?: string): PartitionRange => {
    const committed = group === undefined ? undefined : groups.committed(group, topic);
    const found = { partition: 0, ...records.range(topic) };
    return committed === undefined ? found : { ...found, committed };
  };

  return {
    appendSize: APPEND_RECORDS,
    append: (added) => guarded(() => append(added)),
    subscribe: (wanted) => guarded(async () => keep(await subscribe(deps, wanted))),
    tail: (wanted) => guarded(() => keep(tail(wanted))),
    read: (topic, partition, from, max) => guarded(() => read(topic, partition, from, max)),
    find: (topic, key, options = {}) =>
      guarded(() => reader.run<Found>('find', topic, key, toSearch(options, clock()))),
    ranges: (topic, group) => guarded(() => [range(topic, group)]),
    async close() {
      closing.abort();
      clearInterval(sweeper);
      await Promise.all([...subscriptions].map((subscription) => subscription.stop()));
      await sweeping;
      await reader.close();
      waker.close();
      await database.close();
    },
  };
};

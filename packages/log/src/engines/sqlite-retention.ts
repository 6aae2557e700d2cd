import type { Database } from '@pushtech/sqlite';
import { pause } from '../handle-batch.ts';
import { type Keeping, keepingOf } from '../keeping.ts';
import type { LogOptions } from '../open.ts';
import type { Groups, Silent } from './sqlite-groups.ts';
import type { Records } from './sqlite-records.ts';
import type { Tables } from './sqlite-tables.ts';

/** What one slice may take of the event loop, in ms; the number of records in it adapts. */
const SLICE_MS = 3;
const SLICE_RECORDS = [50, 2000] as const;
/** Between slices, in ms. */
const PAUSE_MS = 5;

export interface Retention extends Keeping {
  /** A group without members for so long is forgotten; 0 = none is. */
  groupMs: number;
}

export interface RetentionDeps {
  database: Pick<Database, 'write'>;
  tables: Tables;
  records: Records;
  groups: Groups;
  clock: () => number;
  warn: NonNullable<LogOptions['warn']>;
}

/** Deletes the oldest records of each topic, in slices, never what a known group has not committed. */
export const createRetention = (deps: RetentionDeps, limits: Retention) => {
  const { database, tables, records, groups, clock, warn } = deps;
  let sliceRecords: number = SLICE_RECORDS[0];

  /** Inside a transaction. Answers how many records went. */
  const deleteSlice = (topic: string): number => {
    const row = tables.topic(topic);
    if (!row) return 0;
    const kept = keepingOf(topic, limits);
    const tooOld = kept.ms > 0 ? records.atTime(topic, clock() - kept.ms) : 0;
    const tooMuch = kept.bytes > 0 ? row.bytes - kept.bytes : 0;
    const slowest = groups.slowest(topic);
    const table = tables.records(row.id);
    let freed = 0;
    let count = 0;
    let end = 0;
    for (const { position, bytes } of table.sizes(sliceRecords)) {
      if (position >= slowest || (position >= tooOld && freed >= tooMuch)) break;
      freed += bytes;
      count += 1;
      end = position + 1;
    }
    if (count > 0) {
      table.deleteBefore.run(end);
      tables.shrink(row.id, freed);
      records.trimmed(topic, end);
    }
    return count;
  };

  const adapt = (ms: number): void => {
    const [least, most] = SLICE_RECORDS;
    if (ms > SLICE_MS) sliceRecords = Math.max(least, Math.floor(sliceRecords / 2));
    else if (ms < SLICE_MS / 2) sliceRecords = Math.min(most, sliceRecords * 2);
  };

  const sweepTopic = async (topic: string, signal: AbortSignal): Promise<void> => {
    for (let more = true; more && !signal.aborted; ) {
      let ms = 0;
      more = await database.write(() => {
        const before = performance.now();
        const gone = deleteSlice(topic);
        ms = performance.now() - before;
        return gone > 0;
      });
      adapt(ms);
      if (more) await pause(PAUSE_MS, signal);
    }
  };

  let silentBefore = new Set<string>();
  const nameOf = ({ group, topic }: Silent): string => JSON.stringify([group, topic]);

  /**
   * Nobody may ever come back as a group that is long gone, and what it has not read would stay until the disk is full.
   * Found twice in a row: when the clock leaps, or the machine slept, members that live have time to say so.
   */
  const forgetGroups = async (): Promise<void> => {
    if (limits.groupMs === 0) return;
    const before = clock() - limits.groupMs;
    const silent = groups.silentSince(before);
    const again = silent.filter((one) => silentBefore.has(nameOf(one)));
    silentBefore = new Set(silent.map(nameOf));
    if (again.length === 0) return;
    const gone = await database.write(() => again.filter((one) => groups.forget(one, before)));
    for (const one of gone) {
      warn(
        { ...one },
        'Nobody has worked on a topic as this group for long: it is forgotten, and retention waits for it no more.',
      );
    }
  };

  return async function sweep(signal: AbortSignal): Promise<void> {
    await forgetGroups();
    for (const topic of tables.topicNames()) await sweepTopic(topic, signal);
  };
};

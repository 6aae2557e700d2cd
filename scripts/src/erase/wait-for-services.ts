import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { bookedTopics } from '@pushtech/event';
import { ERASURES_FRESH_MS } from '@pushtech/log';
import type { Stores } from './open-stores.ts';
import type { Place } from './place.ts';

const POLL_MS = 200;

/** By then every service that runs has read the erasure. */
export const untilKnown = (): Promise<void> => sleep(ERASURES_FRESH_MS + 500);

/** @returns the last answer: 0, or what there still was after `ms` */
const untilNone = async (count: () => Promise<number>, ms: number): Promise<number> => {
  const end = performance.now() + ms;
  for (;;) {
    const left = await count();
    if (left === 0 || performance.now() > end) return left;
    await sleep(POLL_MS);
  }
};

const segmentsBefore = async (folder: string, at: number): Promise<number> => {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.filter((name) => {
    const began = /(\d{13})-\d{6}-\d+\.seg$/.exec(name)?.[1];
    return began !== undefined && Number(began) <= at;
  }).length;
};

const waiting = (place: Place, works: string): Place =>
  place.found === 0
    ? { ...place, leftUntil: null }
    : { ...place, note: `not looked into: ${works} drops what is the visitor's; count it again then` };

/** Files of the spool from before the erasure, of trackers that keep theirs where this task can see it. */
export const waitForSpool = async ({ spoolDir }: Stores, at: number, ms: number): Promise<Place> => {
  if (!existsSync(spoolDir)) {
    const note = `no spool lies here; what waits on a tracker's own disk is dropped by the enricher when it comes`;
    return { place: 'spool', found: 0, erased: 0, unit: 'files wait', note };
  }
  const found = await untilNone(() => segmentsBefore(spoolDir, at), ms);
  return waiting(
    { place: 'spool', found, erased: 0, unit: 'files wait' },
    'what comes out of them the enricher',
  );
};

/** Entries of the buffer from before the erasure. */
export const waitForBuffer = async ({ buffer }: Stores, at: number, ms: number): Promise<Place> => {
  const found = await untilNone(async () => {
    const { entries, oldestAt } = await buffer.status();
    return oldestAt === undefined || oldestAt > at ? 0 : entries;
  }, ms);
  return waiting({ place: 'buffer', found, erased: 0, unit: 'entries wait' }, 'the enricher');
};

/** The group in which the stats consumer reads. */
const COUNTING = 'stats';

/**
 * What was being counted when the erasure came must be counted before the counters are cleaned, or it would come back. What
 * is counted later is counted without its visitor. @returns records that are behind still
 */
export const waitForCounting = async ({ log }: Stores, ms: number): Promise<number> => {
  const ends = new Map<string, number[]>();
  for (const topic of bookedTopics) {
    const ranges = await log.ranges(topic);
    ends.set(
      topic,
      ranges.map(({ end }) => end),
    );
  }
  const behindOf = async (topic: string, of: readonly number[]): Promise<number> => {
    const ranges = await log.ranges(topic, COUNTING);
    // Where nothing was ever committed nobody counts.
    return ranges.reduce((sum, { partition, committed }) => {
      const end = of[partition] ?? 0;
      return sum + Math.max(0, end - (committed ?? end));
    }, 0);
  };
  return untilNone(async () => {
    let behind = 0;
    for (const [topic, of] of ends) behind += await behindOf(topic, of);
    return behind;
  }, ms);
};

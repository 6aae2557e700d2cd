import { type Engines, engineOf } from '@pushtech/event';
import { statsError } from './errors.ts';

/** Where the counters know of one visitor. */
export interface Traces {
  /** Rows (SQLite) or cells (Redis) that hold the hash of the id. */
  places: number;
  /** UTC days of them, `2026-11-22`, the oldest first. */
  days: string[];
}

/**
 * Forgets visitors. Promises, proved by `test/contract-erase.ts` on every engine:
 * - after `erase` no row and no cell holds what can be made of the id, and every answer of `Stats` is what it was before:
 *   another number, drawn at random and kept nowhere else, stands in its place everywhere;
 * - other visitors stay as they are; the same again does no harm; batches may be applied meanwhile.
 *
 * An event of the visitor that is counted later brings the hash back: erase when no more will come. What the engine's files
 * still hold of what was there before is the caller's to have rewritten. Not part of `Stats`: nobody who counts or asks needs it.
 */
export interface Eraser {
  /** Changes nothing. */
  look(visitor: string): Promise<Traces>;
  /** What was found and replaced. */
  erase(visitor: string): Promise<Traces>;
  close(): Promise<void>;
}

type OpenEngine = (url: string) => Promise<Eraser>;

const openRedis = async () => (await import('./engines/redis/erase.ts')).openRedisEraser;

const engines: Engines<OpenEngine> = {
  sqlite: async () => (await import('./engines/sqlite/erase.ts')).openSqliteEraser,
  redis: openRedis,
  rediss: openRedis,
};

/**
 * Opens the counters that the URL names for forgetting visitors.
 * @throws PushtechError `STATS_URL` (fatal) for an unknown scheme, and what the engine throws
 */
export const openEraser = async (url: string): Promise<Eraser> => {
  const fail = (message: string) => statsError('STATS_URL', message);
  return (await engineOf(url, { role: 'stats', engines, fail }))(url);
};

const DAY_MS = 86_400_000;

/** Adds up what single places say. */
export const createTraces = () => {
  const days = new Set<number>();
  let places = 0;
  return {
    /** @param day days since 1970 */
    add(day: number, n: number): void {
      if (n > 0) days.add(day);
      places += n;
    },
    result: (): Traces => ({
      places,
      days: [...days].sort((a, b) => a - b).map((day) => new Date(day * DAY_MS).toISOString().slice(0, 10)),
    }),
  };
};

import { createErasureKey, type ErasureRecord, topics } from '@pushtech/event';
import type { Log, LogRecord } from './log.ts';

/** What was read longer ago than this is looked at again before anything else is handed out, in ms. */
export const ERASURES_FRESH_MS = 2000;
const READ_RECORDS = 1000;
/** Visitors whose key is remembered: one sends many events. */
const CACHED = 20_000;

/** One erasure as it lies on the log. */
export interface Erasure {
  /** As `createErasureKey` makes it. */
  visitor: string;
  /** Epoch ms. */
  at: number;
}

const parse = ({ value }: LogRecord): Erasure | undefined => {
  try {
    const { visitor, at } = JSON.parse(value) as Partial<ErasureRecord>;
    const time = Date.parse(String(at));
    return typeof visitor === 'string' && !Number.isNaN(time) ? { visitor, at: time } : undefined;
  } catch {
    return undefined;
  }
};

/** Reads a partition from a position on. @returns where it ended */
const readFrom = async (
  log: Log,
  { partition, from, end }: { partition: number; from: number; end: number },
  take: (erasure: Erasure) => void,
): Promise<number> => {
  let at = from;
  while (at < end) {
    const { records, next } = await log.read(topics.erased, partition, at, READ_RECORDS);
    for (const record of records) {
      const erasure = parse(record);
      if (erasure) take(erasure);
    }
    if (next <= at) break;
    at = next;
  }
  return at;
};

/** All erasures that the log still holds, oldest first. */
export const listErasures = async (log: Log): Promise<Erasure[]> => {
  const all: Erasure[] = [];
  for (const { partition, start, end } of await log.ranges(topics.erased)) {
    await readFrom(log, { partition, from: start, end }, (erasure) => all.push(erasure));
  }
  return all.sort((a, b) => a.at - b.at);
};

/** Writes erasures, new ones or those of a log that was replaced. The same twice does no harm. */
export const appendErasures = (log: Log, erasures: readonly Erasure[]): Promise<void> =>
  log.append(
    erasures.map(({ visitor, at }) => ({
      topic: topics.erased,
      key: visitor,
      value: JSON.stringify({ visitor, at: new Date(at).toISOString() } satisfies ErasureRecord),
    })),
  );

/** Who is to be forgotten: all of topic `erased`, kept at hand. Costs next to nothing while nobody is. */
export const createErasures = (log: Log, secretKey: string) => {
  const keyOf = createErasureKey(secretKey);
  const positions = new Map<number, number>();
  const latest = new Map<string, number>();
  let keys = new Map<string, string>();
  let newest = Number.NEGATIVE_INFINITY;
  let newestText = '';
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | undefined;

  const take = ({ visitor, at }: Erasure): void => {
    latest.set(visitor, Math.max(at, latest.get(visitor) ?? at));
    if (at <= newest) return;
    newest = at;
    newestText = new Date(at).toISOString();
  };

  const readAll = async (): Promise<void> => {
    const asked = performance.now();
    for (const { partition, start, end } of await log.ranges(topics.erased)) {
      const known = positions.get(partition) ?? start;
      // A position past the end belongs to a log that is gone.
      const from = known > end ? start : Math.max(known, start);
      positions.set(partition, await readFrom(log, { partition, from, end }, take));
    }
    readAt = asked;
  };

  const remembered = (visitor: string): string => {
    const found = keys.get(visitor);
    if (found !== undefined) return found;
    const key = keyOf(visitor);
    if (keys.size >= CACHED) keys = new Map();
    keys.set(visitor, key);
    return key;
  };

  return {
    /** Reads what is new, at most every 2 s; callers that come together share it. @throws what the log throws */
    async refresh(): Promise<void> {
      if (performance.now() - readAt < ERASURES_FRESH_MS) return;
      reading ??= readAll().finally(() => {
        reading = undefined;
      });
      await reading;
    },

    /** Whether anybody could be meant by what came in at this time (epoch ms): spares reading more of it. */
    concern: (receivedAt: number): boolean => receivedAt < newest,
    /** The same for a time as `toISOString` writes it, which is cheaper to compare than to parse. */
    concernText: (receivedAt: string): boolean => receivedAt < newestText,

    /** Whether this visitor is to be forgotten, of what came in at this time. */
    has(visitor: string, receivedAt: number): boolean {
      if (receivedAt >= newest) return false;
      return receivedAt < (latest.get(remembered(visitor)) ?? Number.NEGATIVE_INFINITY);
    },
  };
};

export type Erasures = ReturnType<typeof createErasures>;

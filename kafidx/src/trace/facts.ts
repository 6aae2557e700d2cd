import type { Buffer } from '@pushtech/buffer';
import { type DeadLetter, type DropRecord, type Event, isId, type Topic, topics } from '@pushtech/event';
import type { Log, LogRecord } from '@pushtech/log';
import type { Seen, Stats } from '@pushtech/stats';
import { type Looked, lookUp, lookUpEntry } from './look-up.ts';
import { timeOfId } from './trace.ts';

export interface TraceDeps {
  log: Log;
  buffer?: Buffer | undefined;
  stats?: Stats | undefined;
  /** Epoch ms. */
  clock: () => number;
}

/** What was asked, or why it could not be. */
export type Asked<T> = { ok: true; value: T } | { ok: false; message: string };

export interface OnLog<T> {
  record: LogRecord;
  value: Partial<T>;
}

/** All that the parts know of one id. */
export interface Facts {
  id: string;
  /** Epoch ms. */
  madeAt: number | undefined;
  now: number;
  log: Asked<Looked[]>;
  events: OnLog<Event>[];
  dead: OnLog<DeadLetter>[];
  dropped: OnLog<DropRecord>[];
  /** The buffer entry of the first record, and whether its count is on the log. */
  entry: { batch: string; booked: boolean } | undefined;
  /** Entries that wait to be worked off. */
  waiting: number;
  seen: Asked<Seen> | undefined;
}

const ask = async <T>(work: () => Promise<T>): Promise<Asked<T>> => {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    return { ok: false, message: (error as Error).message };
  }
};

const parse = <T>(record: LogRecord): OnLog<T> => {
  try {
    const value: unknown = JSON.parse(record.value);
    return { record, value: typeof value === 'object' && value !== null ? value : {} };
  } catch {
    return { record, value: {} };
  }
};

const entryOf = async (log: Log, records: readonly LogRecord[]): Promise<Facts['entry']> => {
  const batch = records.find(({ headers }) => headers?.origin)?.headers?.origin?.split('/')[0];
  if (batch === undefined || !isId(batch)) return undefined;
  const booked = await ask(() => lookUpEntry(log, batch));
  return { batch, booked: booked.ok && booked.value };
};

const searched: readonly Topic[] = [topics.events, topics.dead, topics.dropped];

/** Asks the log, the buffer and the counters. Never rejects: what could not be asked says so. */
export const gatherFacts = async (id: string, { log, buffer, stats, clock }: TraceDeps): Promise<Facts> => {
  const now = clock();
  const [looked, waiting, seen] = await Promise.all([
    ask(() => Promise.all(searched.map((topic) => lookUp(log, topic, id, now)))),
    buffer && ask(() => buffer.status()),
    stats && ask(() => stats.seen(id)),
  ]);
  const found = looked.ok ? looked.value : [];
  const of = <T>(topic: Topic): OnLog<T>[] =>
    found.filter((one) => one.topic === topic).flatMap(({ records }) => records.map(parse<T>));
  return {
    id,
    now,
    madeAt: timeOfId(id),
    log: looked,
    events: of<Event>(topics.events),
    dead: of<DeadLetter>(topics.dead),
    dropped: of<DropRecord>(topics.dropped),
    entry: await entryOf(
      log,
      found.flatMap(({ records }) => records).sort((a, b) => a.at - b.at),
    ),
    waiting: waiting?.ok ? waiting.value.entries : 0,
    seen,
  };
};

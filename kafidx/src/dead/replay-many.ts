import { setTimeout as sleep } from 'node:timers/promises';
import { isPushtechError, topics } from '@pushtech/event';
import type { Log, LogRecord } from '@pushtech/log';
import { parseLetter, placeText, summarize } from './letter.ts';
import { type LetterFilter, letterMatches } from './letter-filter.ts';
import { type Line, readLines } from './read-lines.ts';
import { ENTRY_LINES, type Replay } from './replay.ts';

/** So many hits a second go back at the most: what senders send now comes first. */
const HITS_PER_S = 500;
const READ_RECORDS = 200;
const TRIES = 20;
const RETRY_MS = 500;

export interface ReplayJob {
  state: 'running' | 'finished' | 'cancelled' | 'failed';
  /** Epoch ms. */
  startedAt: number;
  /** Letters the filter let through when it began. */
  total: number;
  /** Letters looked at so far, hits that went back, and letters from which no hit can be read. */
  done: number;
  sent: number;
  unfit: number;
  message?: string;
}

interface Deps {
  log: Log;
  replay: Replay;
  replayed: Set<string>;
  /** Epoch ms. */
  clock: () => number;
}

/** Hits that can be read from a letter as it is; none from one that was cut off or is no hit. */
export const fitLines = (record: LogRecord): Line[] => {
  const { original, encoding, reason, position, at } = parseLetter(record.value);
  if (typeof original !== 'string' || encoding === 'base64' || reason === 'too_large') return [];
  const lines = readLines(original, position ?? placeText(record), Date.parse(at ?? '') || record.at);
  return lines.every(({ hit }) => hit) ? lines : [];
};

/** A buffer that is full or away is waited for. @throws what it throws after that */
const persist = async (work: () => Promise<void>, signal: AbortSignal): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const again = isPushtechError(error) && error.kind === 'retry' && attempt < TRIES && !signal.aborted;
      if (!again) throw error;
      await sleep(RETRY_MS, undefined, { signal });
    }
  }
};

/** Replays the letters that a filter lets through: one job at a time in this process, forgotten when it ends. */
export const createReplays = ({ log, replay, replayed, clock }: Deps) => {
  let job: ReplayJob | undefined;
  let stopping = new AbortController();
  let running: Promise<void> = Promise.resolve();

  const takeBatch = async (records: readonly LogRecord[], now: ReplayJob): Promise<void> => {
    const lines: Line[] = [];
    for (const record of records) {
      const fit = fitLines(record);
      lines.push(...fit);
      if (fit.length === 0) now.unfit += 1;
    }
    for (let from = 0; from < lines.length && !stopping.signal.aborted; from += ENTRY_LINES) {
      const some = lines.slice(from, from + ENTRY_LINES);
      await persist(() => replay(some), stopping.signal);
      now.sent += some.length;
      await sleep((some.length * 1000) / HITS_PER_S, undefined, { signal: stopping.signal });
    }
    now.done += records.length;
    for (const record of records) replayed.add(placeText(record));
  };

  /** The letters as they are now, oldest first: what dies again meanwhile is not among them. */
  const work = async (filter: LetterFilter, now: ReplayJob): Promise<void> => {
    for (const { partition, start, end } of await log.ranges(topics.dead)) {
      let at = start;
      while (at < end && !stopping.signal.aborted) {
        const { records, next } = await log.read(topics.dead, partition, at, READ_RECORDS);
        const meant = records.filter(
          (record) => record.position < end && letterMatches(filter, summarize(record)),
        );
        await takeBatch(meant, now);
        if (next <= at) break;
        at = next;
      }
    }
  };

  const run = async (filter: LetterFilter, now: ReplayJob): Promise<void> => {
    try {
      await work(filter, now);
      now.state = stopping.signal.aborted ? 'cancelled' : 'finished';
    } catch (error) {
      now.state = stopping.signal.aborted ? 'cancelled' : 'failed';
      if (now.state === 'failed') now.message = (error as Error).message;
    }
  };

  return {
    /** The one that runs, or ran last. */
    job: () => job,
    /** @returns `undefined` while another runs */
    start(filter: LetterFilter, total: number): ReplayJob | undefined {
      if (job?.state === 'running') return undefined;
      stopping = new AbortController();
      job = { state: 'running', startedAt: clock(), total, done: 0, sent: 0, unfit: 0 };
      running = run(filter, job);
      return job;
    },
    /** Ends it after the entry that is being sent. */
    async cancel(): Promise<void> {
      stopping.abort();
      await running;
    },
  };
};

export type Replays = ReturnType<typeof createReplays>;

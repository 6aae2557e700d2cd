import { setTimeout as sleep } from 'node:timers/promises';
import { isPushtechError, PushtechError } from '@pushtech/event';
import type { DeadClient, DeadFilter, LetterList, ReplayJob } from './dead-client.ts';

export interface Replayed {
  letters: number;
  /** Hits that went back. */
  sent: number;
  /** Letters from which no hit can be read. */
  unfit: number;
}

type Say = (text: string) => void;

const PAUSE_MS = 250;
/** Behind a balancer another copy may answer, which knows nothing of the replay. */
const PATIENCE_MS = 30_000;

/** kafidx reads the log bit by bit: it is asked until it has seen all it lists. */
export const listAll = async (client: DeadClient, filter: DeadFilter): Promise<LetterList> => {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    const list = await client.list(filter);
    if (list.complete || performance.now() > deadline) return list;
    await sleep(PAUSE_MS);
  }
};

/** The newest letters that the filter lets through. */
const newest = async (client: DeadClient, filter: DeadFilter, limit: number): Promise<string[]> => {
  const found: string[] = [];
  for (let page = await listAll(client, filter); ; page = await client.list(filter, page.next)) {
    found.push(...page.letters.map(({ letter }) => letter));
    if (found.length >= limit || page.next === undefined) return found.slice(0, limit);
  }
};

/** One that cannot be read, or is gone meanwhile, is no reason to leave the others. */
const isUnfit = (error: unknown): boolean => isPushtechError(error, 'DEAD_REFUSED');

/** Replays the newest letters one by one. The list is made before: what dies again is not among them. */
export const replaySome = async (
  client: DeadClient,
  filter: DeadFilter,
  limit: number,
  say: Say,
): Promise<Replayed> => {
  const letters = await newest(client, filter, limit);
  const done: Replayed = { letters: letters.length, sent: 0, unfit: 0 };
  for (const letter of letters) {
    try {
      done.sent += await client.replayOne(letter);
    } catch (error) {
      if (!isUnfit(error)) throw error;
      done.unfit += 1;
      say(`${letter}: ${(error as Error).message}\n`);
    }
  }
  return done;
};

const watch = async (client: DeadClient, started: ReplayJob, say: Say): Promise<ReplayJob> => {
  let deadline = performance.now() + PATIENCE_MS;
  for (let said = 0; ; await sleep(PAUSE_MS)) {
    const job = await client.job();
    const isOurs = job.startedAt === started.startedAt;
    if (isOurs && job.state !== 'running') return job;
    if (isOurs) deadline = performance.now() + PATIENCE_MS;
    if (isOurs && performance.now() - said > 5000) {
      said = performance.now();
      say(`${job.done} of ${job.total} letters\n`);
    }
    if (performance.now() > deadline)
      throw new PushtechError('DEAD_LOST', 'retry', 'nobody knows of the replay any more; start it again');
  }
};

/** Lets kafidx replay all that the filter lets through, and waits for the end. */
export const replayAll = async (client: DeadClient, filter: DeadFilter, say: Say): Promise<Replayed> => {
  const job = await watch(client, await client.start(filter), say);
  const { state, done, sent, unfit, message } = job;
  if (state === 'finished') return { letters: done, sent, unfit };
  const why = `${state} after ${done} of ${job.total} letters${message ? `: ${message}` : ''}`;
  throw new PushtechError('DEAD_LOST', 'retry', `the replay was ${why}`);
};

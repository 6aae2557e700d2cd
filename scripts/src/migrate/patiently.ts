import { setTimeout as sleep } from 'node:timers/promises';
import { isPushtechError } from '@pushtech/event';
import { type TaskIo, UsageError } from '../task.ts';

const PAUSE_MS = 1000;

/** @throws UsageError */
export const readSeconds = (flag: string, text: string): number => {
  if (!/^\d{1,5}$/.test(text)) throw new UsageError(`${flag} is a number of seconds, not "${text}"`);
  return Number(text);
};

/**
 * Does what needs an engine that may still be starting: repeats it each second, until it works or the time is over. What no
 * waiting mends ends it at once.
 * @param what in words, for whoever waits
 */
export const patiently = async <T>(
  what: string,
  work: () => Promise<T>,
  { seconds, say }: { seconds: number; say: TaskIo['say'] },
): Promise<T> => {
  const end = performance.now() + seconds * 1000;
  for (let said = ''; ; ) {
    try {
      return await work();
    } catch (error) {
      if (!isPushtechError(error) || error.kind !== 'retry' || performance.now() > end) throw error;
      if (said !== error.message) say(`${what}: ${error.message}; trying again for up to ${seconds} s.\n`);
      said = error.message;
    }
    await sleep(PAUSE_MS);
  }
};

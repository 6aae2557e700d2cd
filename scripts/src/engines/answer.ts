import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EngineName, whenAnswering } from '@pushtech/testing/engines';
import { engineError } from './engine-error.ts';

/**
 * Waits until an engine answers in its own protocol.
 * @param log its last words, for whoever must find out why it does not
 * @param isAlive false = its process ended, and nobody need wait
 * @throws PushtechError `ENGINE_SILENT`
 */
export const answer = async (
  engine: EngineName,
  address: string,
  seconds: number,
  { log, isAlive }: { log: () => Promise<string> | string; isAlive?: () => boolean },
): Promise<void> => {
  try {
    await whenAnswering(engine, address, seconds * 1000, isAlive);
  } catch (error) {
    throw engineError('ENGINE_SILENT', `${(error as Error).message} The end of its log:\n${await log()}`);
  }
};

/** The last lines of a file; empty where there is none. */
export const lastOf = (path: string, lines = 8): string => {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
  } catch {
    return '';
  }
};

/** Tries every 200 ms. @returns whether it came true in time */
export const until = async (isTrue: () => Promise<boolean>, seconds: number): Promise<boolean> => {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    if (await isTrue()) return true;
    await sleep(200);
  }
  return false;
};

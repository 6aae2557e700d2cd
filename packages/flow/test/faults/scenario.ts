import { randomInt } from 'node:crypto';
import { seeded } from '@pushtech/testing/seeded';

/** `--full`: all rounds, and the long times; else the short form that every run of CI can afford. */
export const full = process.env.FAULTS_FULL === '1';

/** How often a scenario is repeated: ten times in full, else three times. */
export const rounds = full ? 10 : 3;

/** A time of the full form, and the one of the short form, in ms. */
export const lasting = (inFull: number, inShort: number): number => (full ? inFull : inShort);

/** `FAULTS_SEED=n` repeats a run. */
export const seed = Number(process.env.FAULTS_SEED ?? randomInt(1 << 30));

let source = seeded(seed);

/** A number in [0, 1). */
export const random = (): number => source();

/** Each scenario has its own numbers, so that one that is run alone does what it did among the others. */
export const beginScenario = (name: string): void => {
  let hash = seed;
  for (const char of name) hash = Math.imul(hash ^ (char.codePointAt(0) as number), 0x01000193);
  source = seeded(hash);
};

/** A whole number in [from, to). */
export const between = (from: number, to: number): number => from + Math.floor(random() * (to - from));

export const oneOf = <T>(list: readonly T[]): T => list[between(0, list.length)] as T;

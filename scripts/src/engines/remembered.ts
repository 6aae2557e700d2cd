import { mkdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineSettings } from './settings.ts';

/** What a home was set up with: whoever stops engines later finds them there, also when Docker came or went since. */
export interface Remembered {
  kind: 'docker' | 'local';
  kafkaCount: 1 | 3;
}

const fileOf = (home: string): string => join(home, 'engines.json');

export const readRemembered = (home: string): Remembered | undefined => {
  try {
    return JSON.parse(readFileSync(fileOf(home), 'utf8')) as Remembered;
  } catch {
    return undefined;
  }
};

export const remember = ({ home }: EngineSettings, remembered: Remembered): void => {
  mkdirSync(home, { recursive: true });
  writeFileSync(fileOf(home), `${JSON.stringify(remembered)}\n`);
};

/** Also removes the home when nothing else is in it. */
export const forget = (home: string): void => {
  rmSync(fileOf(home), { force: true });
  try {
    rmdirSync(home);
  } catch {
    // Somebody else's files, or no home at all.
  }
};

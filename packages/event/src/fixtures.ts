import { readFileSync } from 'node:fs';
import type { Event } from './event.ts';

/** Times in the fixtures are meant to be read at this moment, epoch ms: 2026-06-15 12:00 UTC. */
export const fixtureNow = Date.UTC(2026, 5, 15, 12);

const folder = new URL('../fixtures/', import.meta.url);

const readLines = (name: string): unknown[] =>
  readFileSync(new URL(name, folder), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

/** Items as a sender sends them; each is taken at `fixtureNow` (those of `imported`: with the scope import). */
export const readItems = (
  scenario: 'plain' | 'unicode' | 'large' | 'times' | 'repeated' | 'imported',
): Record<string, unknown>[] => readLines(`items-${scenario}.ndjson`) as Record<string, unknown>[];

export interface RefusedItem {
  item: unknown;
  error: string;
  field: string;
}

/** Items that are refused at `fixtureNow` without the scope import, each with what it is refused for. */
export const readRefusedItems = (): RefusedItem[] => readLines('items-refused.ndjson') as RefusedItem[];

/** Sound records of topic `events`. */
export const readEvents = (scenario: 'plain' | 'unicode'): Event[] =>
  readLines(`events-${scenario}.ndjson`) as Event[];

/** The Big List of Naughty Strings. */
export const naughtyStrings = (): string[] =>
  JSON.parse(readFileSync(new URL('blns.json', folder), 'utf8')) as string[];

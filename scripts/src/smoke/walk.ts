import { setTimeout as sleep } from 'node:timers/promises';
import type { Ask, Road } from './ask.ts';
import type { Places } from './places.ts';
import type { Stream } from './stream.ts';

/** One walk through an installation, and what it finds on the way. */
export interface Walk {
  places: Places;
  ask: Ask;
  road: Road;
  /** Bearer token and password; empty = none. */
  token: string;
  password: string;
  /** Of the events that are sent. */
  site: string;
  /** Label of the import whose ledger is looked at. */
  run: string;
  newId: () => string;
  /** How long an event may take, in ms. */
  patienceMs: number;
  /** Says who we are; the session's cookie comes in once it is there. */
  identity: Record<string, string>;
  stream?: Stream;
  /** Events counted for the site before we sent any. */
  before: number;
  /** Ids of what was sent. */
  sent: string[];
}

/** What a step found out, beside that it is well. */
export type Note = string | undefined;

export interface Step {
  name: string;
  /** @returns a remark, if there is one @throws SkipStep, or an error that says what is wrong */
  take: (walk: Walk) => Promise<Note>;
}

/** The step cannot be taken here; that is no failure. */
export class SkipStep extends Error {}

/** Asks again until the answer pleases. @throws what `last` says of the last answer */
export const until = async <T>(
  walk: Walk,
  look: () => Promise<T>,
  good: (found: T) => boolean,
  last: (found: T) => string,
): Promise<T> => {
  const deadline = performance.now() + walk.patienceMs;
  for (;;) {
    const found = await look();
    if (good(found)) return found;
    if (performance.now() > deadline) throw new Error(`${last(found)} after ${walk.patienceMs / 1000} s`);
    await sleep(100);
  }
};

/** The answer as JSON. @throws when it is another status or no JSON */
export const askJson = async <T>(walk: Walk, url: string): Promise<T> => {
  const { status, body } = await walk.ask(url, { headers: walk.identity });
  if (status !== 200) throw new Error(`${url} answers ${status}: ${body.toString().slice(0, 200)}`);
  try {
    return JSON.parse(body.toString()) as T;
  } catch {
    throw new Error(`${url} answers no JSON`);
  }
};

/** The address of a path where a service has it. */
export const at = ({ places }: Walk, service: string, path: string): string => `${places[service]}${path}`;

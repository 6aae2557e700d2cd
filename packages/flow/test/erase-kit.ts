import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { encodeHitBatch, type Hit, newId } from '@pushtech/event';
import { runTask } from '@pushtech/scripts';
import { getJson, postEvents } from './start-flow.ts';

/** Somebody whom a page knows by an address. */
export const WHO = 'zoe.7f3a9c@example.org';
export const OTHER = 'someone.else@example.org';
export const SITE = 'shop.example';

export type Env = Record<string, string>;

interface Place {
  place: string;
  found: number;
  erased: number;
  leftUntil?: string | null;
  note?: string;
}

export interface EraseReport {
  complete: boolean;
  places: Place[];
}

/** Runs a task as an operator would, with the settings of the services. */
export const task = async (args: string[], env: Env): Promise<string> => {
  let out = '';
  let said = '';
  const code = await runTask(args, {
    env,
    out: (text) => {
      out += text;
    },
    say: (text) => {
      said += text;
    },
    isTerminal: false,
    clock: Date.now,
  });
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${said}${out}`);
  return out;
};

export const erase = async (env: Env, ...args: string[]): Promise<EraseReport> =>
  JSON.parse(await task(['erase', ...args, '--json'], env)) as EraseReport;

export const placeOf = ({ places }: EraseReport, name: string): Place | undefined =>
  places.find(({ place }) => place === name);

const pixel = (url: string, query: Record<string, string>) =>
  fetch(`${url}/t/pageview?${new URLSearchParams({ site: SITE, ...query })}`);

/** Two visitors, each by pixel and by POST: three events of one, two of the other. */
export const sendVisits = async (url: string): Promise<void> => {
  await pixel(url, { vid: WHO, url: `https://${SITE}/a` });
  await pixel(url, { vid: OTHER, url: `https://${SITE}/a` });
  const items = [
    { type: 'signup', vid: WHO, sid: 's1', site: SITE, url: `https://${SITE}/b`, plan: 'pro' },
    { type: 'signup', vid: WHO, site: SITE, url: `https://${SITE}/c` },
    { type: 'signup', vid: OTHER, site: SITE, url: `https://${SITE}/b` },
  ];
  await postEvents(url, items);
};

const hitOf = (vid: string): Hit => ({
  id: newId(),
  type: 'pageview',
  receivedAt: Date.now(),
  via: 'pixel',
  query: new URLSearchParams({ vid, site: SITE }).toString(),
  ip: '192.0.2.7',
  ua: 'Mozilla/5.0',
});

/** A buffer entry as a tracker writes it: a hit of each of these, and a line of the first that nobody can read. */
export const entryOf = (...vids: string[]): string => {
  const lines = [
    ...vids.map((vid) => JSON.stringify(hitOf(vid))),
    `{"id":"x","item":{"vid":"${vids[0]}","type":`,
  ];
  const minute = Date.now() - (Date.now() % 60_000);
  const received = [{ minute, n: lines.length }];
  return encodeHitBatch({ v: 1, batch: newId(), at: Date.now(), received, dropped: [] }, lines);
};

/** Somebody asks on the public page. @returns the number of the request */
export const askToErase = async (url: string, visitor: string): Promise<string> => {
  const answer = await fetch(`${url}/privacy/requests`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ visitor, kind: 'erase' }).toString(),
  });
  return /<code>([0-9a-f-]{36})<\/code>/.exec(await answer.text())?.[1] ?? '';
};

interface Numbers {
  events: number;
  visitors: number;
}

export const numbers = async (url: string): Promise<Numbers> => {
  const { events, visitors } = await getJson<Numbers>(`${url}/stats/summary?site=${SITE}&bots=include`);
  return { events, visitors };
};

/** Files below a folder that hold any of these bytes. */
export const filesWith = (folder: string, marks: readonly Buffer[]): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .filter((path) => {
      const bytes = readFileSync(path);
      return marks.some((mark) => bytes.includes(mark));
    });

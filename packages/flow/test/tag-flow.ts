import { setTimeout as sleep } from 'node:timers/promises';
import { type Event, topics } from '@pushtech/event';
import { openLog } from '@pushtech/log';
import { openBrowser, type VisitOptions, visit } from '@pushtech/testing/browser';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { dataFolder, getJson, startFlow } from './start-flow.ts';
import { type Front, startFront } from './tag-front.ts';
import { type Site, startSite } from './tag-site.ts';

/** Long enough for what should not come to have come. */
const QUIET_MS = 400;
const WITHIN_MS = 60_000;

/** The whole system, a proxy before it, a site of somebody, and a browser, for the tests of one file. */
export const tagWorld = () => {
  const opened = openBrowser();
  const folder = dataFolder();
  let flow: Awaited<ReturnType<typeof startFlow>>;
  let log: Awaited<ReturnType<typeof openLog>>;
  let sites = 0;
  const world = {} as { front: Front; site: Site; label: string };

  beforeAll(async () => {
    flow = await startFlow(folder.path, { TAG_NAMES: 's.js,app/stats.js', TRACK_PATHS: '/hello' });
    log = await openLog(`sqlite:${folder.path}/log.db`);
    world.front = await startFront(flow.url);
    world.site = await startSite();
    world.label = `site-${sites}`;
  });
  afterEach(() => {
    world.front.mode = 'pass';
    world.front.posts.length = world.front.pixels.length = 0;
    world.site.pages.clear();
    world.site.asked.length = 0;
    world.label = `site-${++sites}`;
  });
  afterAll(async () => {
    await world.front?.close();
    await world.site?.close();
    await log?.close();
    await flow?.close();
    folder.remove();
  });

  /** All events of the test's site on the log, in the order of their ids, which is that of the page. */
  const events = async (): Promise<Event[]> => {
    const found: Event[] = [];
    for (const { partition, start, end } of await log.ranges(topics.events)) {
      for (let from = start; from < end; ) {
        const { records, next } = await log.read(topics.events, partition, from, 1000);
        found.push(...records.map(({ value }) => JSON.parse(value) as Event));
        if (next <= from) break;
        from = next;
      }
    }
    return found.filter(({ site }) => site === world.label).sort((a, b) => a.id.localeCompare(b.id));
  };

  const counted = async (): Promise<number> => {
    const from = new Date(Date.now() - 7 * 86_400_000).toISOString();
    const to = new Date(Date.now() + 3_600_000).toISOString();
    const query = new URLSearchParams({ from, to, site: world.label, bots: 'include' });
    return (await getJson<{ events: number }>(`${flow.url}/stats/summary?${query}`)).events;
  };

  const unique = (all: Event[]): Event[] => [...new Map(all.map((event) => [event.id, event])).values()];

  /** Waits until `n` different events are there; then nothing more may come, and they are counted once each. */
  const exactly = async (n: number): Promise<Event[]> => {
    const deadline = Date.now() + WITHIN_MS;
    while (unique(await events()).length < n && Date.now() < deadline) await sleep(25);
    await sleep(QUIET_MS);
    while ((await counted()) < n && Date.now() < deadline) await sleep(25);
    const found = unique(await events());
    expect(found.map(({ type, page }) => `${type} ${page?.url}`)).toHaveLength(n);
    expect(await counted()).toBe(n);
    return found;
  };

  return Object.assign(world, {
    exactly,
    /** How often each event lies on the log: more than once where a sender never heard the answer. */
    events,
    /** The script element of a page. */
    tag: (attributes = 'defer', name = 't.js') =>
      `<script ${attributes} src="${world.front.url}/${name}" data-site="${world.label}"></script>`,
    /** Opens a page of the site; the browser allows it to ask the tracker, and finds nothing to complain of. */
    open: (path: string, options: VisitOptions = {}): Promise<Page> =>
      visit(opened, world.site.url + path, {
        ...options,
        allow: [world.front.url, world.site.elsewhere].map((url) => new URL(url).host),
      }),
    opened,
  });
};

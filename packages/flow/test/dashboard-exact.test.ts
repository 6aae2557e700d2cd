import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { Ledger } from '@pushtech/stats';
import { openBrowser, visit } from '@pushtech/testing/browser';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { expectedCounts, files, replay, replayEnv } from './replayed.ts';
import { dataFolder, getJson, type Running, spawnFlow } from './start-flow.ts';

vi.setConfig({ testTimeout: 60_000 });
const opened = openBrowser();
const folder = dataFolder();
const expected = expectedCounts();
let flow: Running;

beforeAll(async () => {
  flow = await spawnFlow(folder.path, replayEnv);
  // A busy machine makes the task try a batch again: the books name that, and the numbers do not change.
  const { lines, ledger } = await replay(flow, folder.path, files.log, '--map', files.map);
  expect({ lines, counted: ledger.counted, dead: ledger.dead }).toEqual({
    lines: 10_000,
    counted: 9999,
    dead: 0,
  });
}, 90_000);
afterAll(async () => {
  flow.child.kill('SIGTERM');
  await flow.ended;
  folder.remove();
});

/** A day more at each end: the log's days are others in other zones. */
const whole = 'from=2015-05-01&to=2015-06-01&bots=include&compare=0';

const zones = ['UTC', 'Asia/Kolkata', 'America/Los_Angeles'] as const;
type Zone = (typeof zones)[number];

const open = async (query: string): Promise<Page> => {
  const page = await visit(opened, `${flow.url}/dashboard?${query}`);
  await page.waitForSelector('#dashboard[aria-busy=false]');
  return page;
};

/** A number as the page writes it. */
const read = (text: string | null): number => Number((text ?? '').replaceAll(',', ''));

/** The rows of an open table: value as the sender wrote it, and events. */
const rowsIn = async (page: Page, card: string): Promise<[value: string | null, events: number][]> => {
  const rows = await page.evaluate<[string | null, string][]>(
    `[...document.querySelectorAll('.card-${card} tbody tr:not(.opened, .others)')].map((row) => {
      const link = row.querySelector('a');
      return [JSON.parse(link.dataset.key)[1], row.lastElementChild.textContent];
    })`,
  );
  return rows.map(([value, events]) => [value, read(events)]);
};

const asCounts = (rows: [string | null, number][]) => ({
  counts: Object.fromEntries(rows.flatMap(([value, n]) => (value === null ? [] : [[value, n]]))),
  unknown: rows.find(([value]) => value === null)?.[1] ?? 0,
});

/** Lines of the log by the local day of their time, with no code of ours. */
const eventsByDay = (zone: Zone): Record<string, number> => {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  const days: Record<string, number> = {};
  const lines = gunzipSync(readFileSync(files.log)).toString('latin1').trimEnd().split('\n');
  lines.forEach((line, n) => {
    if (expected.malformed.includes(n + 1)) return;
    const [, day, clock] = /\[(\d\d)\/May\/2015:([\d:]{8}) \+0000\]/.exec(line) ?? [];
    const local = format.format(new Date(`2015-05-${day}T${clock}Z`));
    days[local] = (days[local] ?? 0) + 1;
  });
  return days;
};

const tables = [
  ['places', 'country', 'country'],
  ['places', 'city', 'city'],
  ['sources', 'referrer', 'referrer'],
  ['pages', 'path', 'path'],
  ['properties', 'properties.status', 'status'],
  ['properties', 'properties.method', 'method'],
] as const;

describe.each(zones)('the dashboard after the replay of a real log, in %s', (zone) => {
  const view = (more: string) => `${whole}&tz=${encodeURIComponent(zone)}${more}`;

  it.each(tables)('shows in card %s what an independent count says by %s', async (card, table, name) => {
    const page = await open(view(`&tables=${table}`));
    const all = page.locator(`.card-${card} [data-key="all ${table}"]`);
    if ((await all.count()) > 0) {
      await all.click();
      await page.waitForSelector(`.card-${card} .rows.long`);
    }
    expect(asCounts(await rowsIn(page, card))).toEqual({
      counts: { ...expected[name].counts },
      unknown: expected[name].unknown,
    });
  });

  it('shows how many events and visitors there were', async () => {
    const page = await open(view(''));
    expect(read(await page.locator('[data-key="tile events"] b').textContent())).toBe(expected.kept);
    expect(read(await page.locator('[data-key="tile visitors"] b').textContent())).toBe(expected.visitors);
  });

  it('shows by day what an independent count says, in the graph’s table and in the CSV', async () => {
    const page = await open(view('&metric=events'));
    await page.locator('.graph summary').click();
    await page.waitForSelector('.graph tbody tr', { state: 'attached' });
    const shown = await page.evaluate<[string, string][]>(
      `[...document.querySelectorAll('.graph tbody tr')].map((row) => [row.cells[0].textContent, row.cells[1].textContent])`,
    );
    const day = new Intl.DateTimeFormat('en', {
      weekday: 'short',
      day: 'numeric',
      month: 'short',
      timeZone: 'UTC',
    });
    const byDay = eventsByDay(zone);
    const counted = shown.map(([at, n]): [string, number] => [at, read(n)]).filter(([, n]) => n > 0);
    expect(counted).toEqual(
      Object.entries(byDay).map(([date, n]) => [day.format(new Date(`${date}T00:00Z`)), n]),
    );
    const answer = await fetch(`${flow.url}/dashboard/table.csv?${view('&table=series')}`);
    const lines = (await answer.text()).trimEnd().split('\r\n').slice(1);
    expect(lines.map((line) => Number(line.split(',')[1])).filter((n) => n > 0)).toEqual(
      Object.values(byDay),
    );
  });
});

it.each(zones)('counts one day in %s to the minute, and says where its tables cannot', async (zone) => {
  for (const [date, n] of Object.entries(eventsByDay(zone))) {
    const page = await open(`from=${date}&to=${date}&bots=include&tz=${encodeURIComponent(zone)}`);
    expect(read(await page.locator('[data-key="tile events"] b').textContent())).toBe(n);
    const said = await page.locator('.span').textContent();
    expect(said?.includes('Tables are counted from')).toBe(zone === 'Asia/Kolkata');
  }
});

it('names the same in the books: nothing dead, nothing dropped, all counted', async () => {
  const page = await open('range=all&bots=include');
  const entry = async (kind: string) =>
    read(await page.locator(`[data-entry=${kind}] b`).first().textContent());
  const { received, counted, duplicates } = await getJson<Ledger>(`${flow.url}/stats/ledger`);
  expect([await entry('received'), await entry('counted'), await entry('duplicates')]).toEqual([
    received,
    counted,
    duplicates,
  ]);
  expect([await entry('counted'), await entry('dead')]).toEqual([9999, 0]);
  const { summary } = await getJson<{ summary: { events: number } }>(
    `${flow.url}/dashboard/data?${whole}&bots=only`.replace('bots=include&', ''),
  );
  expect(await entry('bots')).toBe(summary.events);
});

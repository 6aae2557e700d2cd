import { randomUUID } from 'node:crypto';
import type { Ledger } from '@pushtech/stats';
import { seeded } from '@pushtech/testing/seeded';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataFolder, getJson, postEvents, settled, startFlow, sum } from './start-flow.ts';

const TOTAL = 100_000;
const BATCH = 500;
const SEED = 20_261_121;
const BOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const HUMAN =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';

const folder = dataFolder();
let flow: Awaited<ReturnType<typeof startFlow>>;
beforeAll(async () => {
  flow = await startFlow(folder.path, { SITES: 'shop.example,news.example' });
});
afterAll(async () => {
  await flow.close();
  folder.remove();
});

/** Shares of items with something wrong: up to which number, the reason it must be dropped for, and what is wrong. */
const refusals: [number, string, object][] = [
  [0.08, 'type_invalid', { type: 'no good' }],
  [0.1, 'at_out_of_range', { at: '1970-01-01' }],
  [0.12, 'value_too_long', { huge: 'x'.repeat(1100) }],
  [0.14, 'site', { site: 'elsewhere.example' }],
];

/** 100,000 items, of which every share is known beforehand. */
const makeItems = () => {
  const random = seeded(SEED);
  const expected = {
    good: 0,
    bots: 0,
    duplicates: 0,
    dropped: {} as Record<string, number>,
  };
  const good: object[] = [];
  const items = Array.from({ length: TOTAL }, () => {
    const item = {
      type: 'pageview',
      id: randomUUID(),
      site: random() < 0.5 ? 'shop.example' : 'news.example',
      ua: HUMAN,
      url: `https://shop.example/${Math.floor(random() * 500)}`,
    };
    const share = random();
    if (share < 0.05 && good.length > 0) {
      expected.duplicates += 1;
      return good[Math.floor(random() * good.length)];
    }
    const refused = refusals.find(([below]) => share >= 0.05 && share < below);
    if (refused) {
      const [, reason, wrong] = refused;
      expected.dropped[reason] = (expected.dropped[reason] ?? 0) + 1;
      return { ...item, ...wrong };
    }
    expected.good += 1;
    if (share < 0.24) expected.bots += 1;
    const kept = share < 0.24 ? { ...item, ua: BOT } : share < 0.3 ? { ...item, consent: 0 } : item;
    good.push(kept);
    return kept;
  });
  return { items, expected };
};

it('accounts for every one of 100,000 events: bad, oversized, duplicate, bot, anonymous and good', async () => {
  const from = Date.now();
  const { items, expected } = makeItems();
  const batches = Array.from({ length: TOTAL / BATCH }, (_, i) => items.slice(i * BATCH, (i + 1) * BATCH));
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      for (let batch = batches.shift(); batch; batch = batches.shift()) {
        expect((await postEvents(flow.url, batch)).status).toBe(202);
      }
    }),
  );
  const pixels = 200;
  for (let i = 0; i < pixels; i++)
    await fetch(`${flow.url}/t/${i % 2 ? 'pageview' : 'bad%20type'}?site=shop.example`);

  const received = TOTAL + pixels;
  const ledger = await settled(flow.url, received);
  expect(ledger).toMatchObject({
    received,
    redelivered: 0,
    dead: 0,
    dropped: { ...expected.dropped, type_invalid: (expected.dropped.type_invalid ?? 0) + pixels / 2 },
    duplicates: expected.duplicates,
    counted: expected.good + pixels / 2,
  });

  const summary = (bots: string) =>
    getJson<{ events: number }>(`${flow.url}/stats/summary?from=1990-01-01&to=2100-01-01&bots=${bots}`);
  expect((await summary('include')).events).toBe(expected.good + pixels / 2);
  // Node's fetch names itself `node`, which is no browser: the pixels count as bots too.
  expect((await summary('only')).events).toBe(expected.bots + pixels / 2);
  expect((await summary('exclude')).events).toBe(expected.good - expected.bots);

  // The equations hold for every span, not only for the whole.
  const spans: Ledger[] = [];
  for (let at = from - (from % 60_000); at <= Date.now(); at += 60_000) {
    spans.push(
      await getJson<Ledger>(
        `${flow.url}/stats/ledger?from=${new Date(at).toISOString()}&to=${new Date(at + 60_000).toISOString()}`,
      ),
    );
  }
  for (const span of spans) {
    expect(span.received + span.redelivered).toBe(span.kept + span.dead + sum(span.dropped));
    expect(span.kept).toBe(span.counted + span.duplicates);
  }
  expect(spans.reduce((n, span) => n + span.received, 0)).toBe(received);
}, 120_000);

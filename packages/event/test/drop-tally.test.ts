import { expect, it } from 'vitest';
import { createDropTally } from '../src/index.ts';

const MINUTE = Date.UTC(2026, 10, 21, 12, 30);

it('records drops one by one up to the limit of a second, the others as numbers of their reason, minute and run', () => {
  let now = MINUTE;
  const drops = createDropTally(() => now, 2).begin();
  const drop = (reason: string, receivedAt = now + 1500, run?: string) =>
    drops.add({ receivedAt, reason, step: 'site', n: 1, run }, { id: 'an id', field: 'url' });
  expect([drop('site'), drop('bot'), drop('site'), drop('site'), drop('bot')]).toEqual([
    true,
    true,
    true,
    false,
    true,
  ]);
  drop('site', now, 'import-1');
  drop('site', now - 60_000);
  now += 1000;
  drop('site');
  const at = (ms: number) => new Date(ms).toISOString();
  expect(drops.records).toEqual([
    { at: at(MINUTE + 1500), reason: 'site', step: 'site', n: 1, id: 'an id', field: 'url' },
    { at: at(MINUTE + 1500), reason: 'bot', step: 'site', n: 1, id: 'an id', field: 'url' },
    { at: at(MINUTE), reason: 'site', step: 'site', n: 2 },
    { at: at(MINUTE), reason: 'bot', step: 'site', n: 1 },
    { at: at(MINUTE), reason: 'site', step: 'site', n: 1, run: 'import-1' },
    { at: at(MINUTE - 60_000), reason: 'site', step: 'site', n: 1 },
    { at: at(MINUTE + 2500), reason: 'site', step: 'site', n: 1, id: 'an id', field: 'url' },
  ]);
});

it('begins new tallies with each entry and keeps the limit across entries', () => {
  const tally = createDropTally(() => MINUTE, 1);
  const drop = { receivedAt: MINUTE, reason: 'full', step: 'tracker', n: 3 };
  const first = tally.begin();
  first.add(drop, {});
  first.add(drop, {});
  const second = tally.begin();
  second.add(drop, {});
  second.add(drop, {});
  expect(first.records.map(({ n }) => n)).toEqual([3, 3]);
  expect(second.records.map(({ n }) => n)).toEqual([6]);
});

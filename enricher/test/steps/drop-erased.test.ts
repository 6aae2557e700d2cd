import { createDevices } from '@pushtech/device';
import { encodeHitBatch, type Hit, newId } from '@pushtech/event';
import { expect, it } from 'vitest';
import { createCounts } from '../../src/counts.ts';
import { createDropPolicy } from '../../src/drop-policy.ts';
import { enrichEntry } from '../../src/enrich-entry.ts';
import { loadReferrerLists } from '../../src/referrer-lists.ts';
import { createSteps } from '../../src/steps/index.ts';
import { pixel, placeDatabase, posted, RECEIVED_AT } from '../through.ts';

/** Of `zoe`, what came in before this. */
const ERASED_AT = RECEIVED_AT + 1;
const forgotten = { has: (visitor: string, at: number) => visitor === 'zoe' && at < ERASED_AT };

const steps = createSteps({
  ...{ places: placeDatabase, devices: createDevices(), referrers: loadReferrerLists() },
  secretKey: 'k'.repeat(40),
  sites: [],
  forgotten,
});

const enrich = async (body: string) => {
  const counts = createCounts();
  const clock = () => RECEIVED_AT + 60_000;
  const deps = { steps, drops: createDropPolicy(clock), counts, clock, forgotten };
  const records = await enrichEntry({ id: '7', body, redelivered: false }, deps);
  return records.map(({ topic, value }) => ({ topic, value: JSON.parse(value), text: value }));
};

const entryOf = (lines: readonly (Hit | string)[], at = RECEIVED_AT): string =>
  encodeHitBatch(
    { v: 1, batch: newId(), at, received: [{ minute: 0, n: lines.length }], dropped: [] },
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))),
  );

it.each<[string, Hit | string, string]>([
  ['a pixel of the visitor is dropped', pixel('vid=zoe&url=https://a.example/'), 'events.dropped'],
  ['so is a POST', posted({ vid: 'zoe' }), 'events.dropped'],
  ['and a line that names the visitor and is no hit', '{"item":{"vid":"zoe"', 'events.dropped'],
  ['and a hit that would be dead', pixel('vid=zoe&lat=999&lng=0'), 'events.dropped'],
  ['what came in later is kept', posted({ vid: 'zoe' }, { receivedAt: ERASED_AT }), 'events'],
  ['others are kept', posted({ vid: 'other' }), 'events'],
  ['letters of others stay letters', '{"item":{"vid":"other"', 'events.dead'],
])('erased: %s', async (_, line, topic) => {
  const [received, record, ...more] = await enrich(entryOf([line]));
  expect(received?.topic).toBe('events.received');
  expect(record?.topic).toBe(topic);
  expect(more).toEqual([]);
  if (topic !== 'events.dropped') return;
  expect(record?.value).toMatchObject({ reason: 'erased', n: 1 });
  expect(record?.text).not.toContain('zoe');
});

it('erased: an entry that nobody can read and that names the visitor is one drop, and the books balance', async () => {
  const records = await enrich('{"v":9}\n{"item":{"vid":"zoe"}}');
  expect(records.map(({ topic }) => topic)).toEqual(['events.received', 'events.dropped']);
  expect(records[0]?.value.tallies).toMatchObject([{ n: 1 }]);
  expect(records[1]?.value).toMatchObject({ reason: 'erased', n: 1 });
  expect(JSON.stringify(records)).not.toContain('zoe');
});

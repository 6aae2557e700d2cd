/*
 * One event, followed through every part. Read it from top to bottom: it is a tour of pushtech that runs.
 *
 * In production `npm start` starts all parts at once (src/app.ts) and an event is through in some 50 ms. Here we start
 * them one by one and look at what each hands to the next.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createGuard } from '@pushtech/admin';
import { openBuffer } from '@pushtech/buffer';
import { createStatsConsumer } from '@pushtech/consumer-stats';
import { createDevices } from '@pushtech/device';
import { createEnricher } from '@pushtech/enricher';
import { decodeHitBatch, type Event, type Hit, newId, topics } from '@pushtech/event';
import { createKafidx } from '@pushtech/kafidx';
import { openLog } from '@pushtech/log';
import { openPlaces } from '@pushtech/place';
import { createHost, createLogger, createMetrics, createReadAddress } from '@pushtech/service';
import { openStats } from '@pushtech/stats';
import { createTracker } from '@pushtech/tracker';
import { expect, it } from 'vitest';
import { getJson, settled } from './start-flow.ts';

const CITIES = new URL('../../place/test/fixtures/GeoLite2-City-Test.mmdb', import.meta.url).pathname;
const AGENT =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.1 Safari/605.1.15';

it('one event: from a page to the numbers and the live viewer', async () => {
  await using opened = new AsyncDisposableStack();
  const keep = <T extends { close(): Promise<void> }>(thing: T): T =>
    opened.adopt(thing, () => thing.close());

  // The engines. Each is chosen by the scheme of a URL; with redis:// or kafka:// the rest of this page would be the same.
  const buffer = keep(await openBuffer('sqlite::memory:'));
  const log = keep(await openLog('sqlite::memory:'));
  const stats = keep(await openStats('sqlite::memory:', {}));

  // What services are given instead of finding it themselves.
  const record = createLogger('silent', 'tour');
  const metrics = createMetrics();
  const secretKey = 'the key of the tour, longer than 32 characters';
  const clock = Date.now;
  const guard = createGuard({ password: '', apiToken: '', secretKey, clock });
  const places = keep(await openPlaces({ cityPath: CITIES, warn: () => {} }));
  const shared = { guard, record, metrics, clock, newId, secretKey, places, devices: createDevices() };

  // 127.0.0.1 is declared a proxy, so that the test can come from anywhere in the world.
  const tracker = createTracker({ ...shared, buffer, readAddress: createReadAddress(['127.0.0.1']) });
  const enricher = createEnricher({ ...shared, buffer, log, sites: [], worker: 'tour' });
  const consumer = createStatsConsumer({ ...shared, log, stats });
  const kafidx = createKafidx({ ...shared, log });

  // 1. The tracker. A page of shop.example shows a pixel; the browser fetches it and gets its 43 bytes at once.
  const host = await createHost({ services: [tracker], record, metrics });
  opened.defer(() => host.close());
  const { url } = await host.listen({ host: '127.0.0.1', port: 0 });
  const response = await fetch(
    `${url}/t/pageview?plan=pro&ref=${encodeURIComponent('https://www.google.de/search?q=shoes')}`,
    {
      headers: {
        referer: 'https://www.shop.example/shoes?utm_source=letter&token=secret',
        'user-agent': AGENT,
        'x-forwarded-for': '81.2.69.142',
      },
    },
  );
  expect((await response.arrayBuffer()).byteLength).toBe(43);
  const id = response.headers.get('x-event-id') as string;

  // 2. The buffer. Some 10 ms later the hit lies there with whatever else came meanwhile: one entry, one line per hit.
  //    Nothing has been looked up yet; the tracker has better things to do.
  const [entry] = await buffer.take({ worker: 'a curious engineer', max: 1, waitMs: 2000 });
  const { header, lines } = decodeHitBatch(entry?.body as string);
  const hit = JSON.parse(lines[0] as string) as Hit;
  expect(header.received).toMatchObject([{ n: 1 }]);
  expect(hit).toMatchObject({ id, type: 'pageview', via: 'pixel', ip: '81.2.69.142', ua: AGENT });
  // We took it, so we give it back: appending the same entry again is what a redelivery looks like to everyone after.
  await buffer.ack([entry?.id as string]);
  await buffer.append(entry?.body as string);

  // 3. The enricher reads the entry, sends each hit through its steps and appends what comes out to the log, in one go.
  //    Only then does it acknowledge the entry: dying in between means doing it again, never losing it.
  await enricher.start();
  opened.defer(() => enricher.stop());
  let event: Event | undefined;
  while (!event) {
    const { records } = await log.read(topics.events, 0, 'earliest', 10);
    if (records[0]) event = JSON.parse(records[0].value) as Event;
    await sleep(5);
  }
  expect(event).toMatchObject({
    v: 1,
    id,
    type: 'pageview',
    site: 'shop.example',
    page: { host: 'www.shop.example', path: '/shoes' },
    referrer: { medium: 'search', source: 'Google', term: 'shoes' },
    campaign: { source: 'letter' },
    place: { country: 'GB', accuracy: 'ip' },
    device: { kind: 'desktop', browser: { name: 'Safari' } },
    properties: { plan: 'pro' },
  });
  // The address did its work for the place and the visitor and is now masked; secrets in the page's address are gone.
  expect(event.ip).toBe('81.2.69.0');
  expect(event.page?.url).not.toContain('secret');
  expect(event.visitor).toMatch(/^[\w-]{16}$/);

  // 4. Consumers read the log, each at its own pace. The stats worker counts the event and its own position in one
  //    transaction, so that the event counts once, whatever dies.
  const numbers = await createHost({ services: [consumer, kafidx], record, metrics: createMetrics() });
  opened.defer(() => numbers.close());
  const { url: shown } = await numbers.listen({ host: '127.0.0.1', port: 0 });
  const ledger = await settled(shown, 1);
  expect(ledger).toMatchObject({ received: 1, redelivered: 0, kept: 1, counted: 1, duplicates: 0, dead: 0 });
  const top = await getJson<{ rows: object[] }>(`${shown}/stats/top?dimension=country&limit=5`);
  expect(top.rows).toMatchObject([{ value: 'GB', events: 1, visitors: 1 }]);

  // 5. The live viewer tails the log without leaving a trace in it. Here it arrives late, so the same visitor comes again.
  const frames: string[] = [];
  const socket = new WebSocket(`${shown.replace('http', 'ws')}/kafidx/stream?site=shop.example`);
  socket.onmessage = ({ data }) => frames.push(String(data));
  await new Promise((resolve) => {
    socket.onopen = resolve;
  });
  // The same id, as a browser sends it when it never heard the answer: shown, but not counted again.
  const again = await fetch(`${url}/t/pageview?id=${id}&url=${encodeURIComponent('https://shop.example/')}`);
  expect(again.headers.get('x-event-id')).toBe(id);
  expect(await settled(shown, 2)).toMatchObject({ received: 2, kept: 2, counted: 1, duplicates: 1 });
  while (!frames.some((frame) => frame.includes(id))) await sleep(10);
  socket.close();
}, 30_000);

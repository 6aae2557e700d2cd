import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, onTestFinished } from 'vitest';
import { openSpool } from '../src/spool/spool.ts';
import { until } from './spool-place.ts';
import { type Started, startTracker } from './start-tracker.ts';
import { createSwitchedBuffer } from './switched-buffer.ts';

let tracker: Started;
afterEach(() => tracker.close());

/** Nearly a megabyte. */
const BODY = JSON.stringify(
  Array.from({ length: 15 }, () => ({
    type: 'large',
    properties: Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`p${n}`, 'x'.repeat(1000)])),
  })),
);

const post = (query = '') =>
  fetch(`${tracker.url}/t${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: BODY,
  });

it('with no spool and 32 MiB in memory refuses pixels as `full` and POST with 503, counts them, and recovers', async () => {
  const { buffer, switchTo, ids } = createSwitchedBuffer('down');
  tracker = await startTracker({ buffer });
  let status = 202;
  let taken = 0;
  while (status === 202 && taken < 100) {
    const response = await post();
    status = response.status;
    if (status === 202) taken += 1;
    else expect(response.headers.get('retry-after')).toBe('1');
    await response.arrayBuffer();
  }
  expect(status).toBe(503);
  expect(taken).toBeGreaterThan(30);
  const began = performance.now();
  expect((await post('?ack=durable')).status).toBe(503);
  const pixel = await fetch(`${tracker.url}/t/a`);
  expect(pixel.status).toBe(200);
  expect(pixel.headers.get('x-not-kept')).toBe('full');
  expect(performance.now() - began).toBeLessThan(2500);
  const ready = (await (await fetch(`${tracker.url}/readyz`)).json()) as { services: unknown };
  expect(JSON.stringify(ready.services)).toMatch(
    /switched off.*there is no spool.*3\d\.\d MiB wait in memory/,
  );
  expect(await (await fetch(`${tracker.url}/metrics`)).text()).toContain('refused_total{reason="full"} 1');

  switchTo('up');
  await until(() => ids().length === taken * 15);
  const again = await fetch(`${tracker.url}/t/a`);
  expect(again.headers.get('x-not-kept')).toBeNull();
  await until(() => ids().length === taken * 15 + 1);
});

it('with buffer and spool full refuses at once, so that nothing is held that a kill -9 would take', async () => {
  const { buffer, switchTo, ids } = createSwitchedBuffer('down');
  const directory = mkdtempSync(join(tmpdir(), 'pushtech-full-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const spool = await openSpool({ directory, maxBytes: 3_000_000, warn: () => {} });
  tracker = await startTracker({ buffer, spool });
  let taken = 0;
  for (let status = 202; status === 202 && taken < 10; ) {
    const response = await post('?ack=durable');
    status = response.status;
    if (status === 202) taken += 1;
    await response.arrayBuffer();
  }
  expect(taken).toBeGreaterThan(1);
  expect(taken).toBeLessThan(4);
  const pixel = await fetch(`${tracker.url}/t/a`);
  expect([pixel.status, pixel.headers.get('x-not-kept')]).toEqual([200, 'full']);
  expect((await post()).status).toBe(503);
  const metrics = await (await fetch(`${tracker.url}/metrics`)).text();
  expect(Number(/^pushtech_tracker_waiting_bytes (\d+)/m.exec(metrics)?.[1])).toBeLessThan(2_000_000);

  switchTo('up');
  await until(() => ids().length >= taken * 15);
  await until(async () => {
    const again = await fetch(`${tracker.url}/t/a`);
    return again.headers.get('x-not-kept') === null;
  });
});

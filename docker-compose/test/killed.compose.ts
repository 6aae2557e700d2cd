import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFront, type Front } from './front.ts';
import { lostOf, whenSettled } from './ledger.ts';
import { startLoad } from './load.ts';
import { runDocker } from './run-docker.ts';
import { createStack, type Stack } from './stack.ts';

/** What the tracker promises on kill -9: a pixel that was answered within this time before may be lost. */
const PIXEL_MS = 250;

const every = [
  ...['tracker', 'enricher', 'consumer-stats', 'kafidx', 'website', 'front'],
  ...['redis', 'kafka', 'mongo'],
];

describe.skipIf(!process.env.DEPLOY_FULL)('each container is killed once, under load', () => {
  let stack: Stack;
  let front: Front;

  beforeAll(async () => {
    stack = await createStack(`pushtech-killed-${process.pid}`);
    front = createFront(stack.url, stack.env.API_TOKEN ?? '');
    await stack.up('--build');
  });
  afterAll(async () => {
    front?.close();
    await stack?.close();
  });

  test.each(every)('%s returns by itself, and nothing is lost', async (service) => {
    const type = `killed.${service}`;
    const load = startLoad(front, type);
    await sleep(3000);
    const at = Date.now();
    const id = await stack.crash(service);
    await sleep(8000);
    await load.stop();
    await stack.whenReady(240);
    expect(await runDocker(['docker', 'inspect', '--format', '{{.RestartCount}}', id])).toBe('1\n');

    const promised = load.taken.filter(
      (one) => one.via === 'post' || service !== 'tracker' || one.at < at - PIXEL_MS || one.at > at + 2000,
    );
    const ids = [...new Set(promised.map(({ id }) => id))];
    expect(ids.length).toBeGreaterThan(300);
    const { count, ledger } = await whenSettled(front, type, ids.length, 120);
    expect(ledger.dead).toBe(0);
    expect(ledger.dropped).toEqual({});
    // What was sent without an acknowledgement may have been kept all the same; nothing else may be there.
    expect(count).toBeLessThanOrEqual(load.sent.size + load.failed.length);
    expect(await lostOf(front, type, ids)).toBe(0);
  });
});

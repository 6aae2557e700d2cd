import { setTimeout as sleep } from 'node:timers/promises';
import { deployedServices } from '@pushtech/scripts/deploy';
import { expect, test } from 'vitest';
import { countOf, frontDoor, kubectl, nodePortOf, rollout, secrets, smoke, until } from './cluster.ts';
import { startLoad } from './load.ts';

const status = async (url: string, headers = {}): Promise<number> => (await fetch(url, { headers })).status;

test('everything has become ready by itself, and the job has ended well', async () => {
  const { items } = JSON.parse(await kubectl('get', 'deployments,statefulsets,jobs', '-o', 'json')) as {
    items: { kind: string; metadata: { name: string }; status: Record<string, number> }[];
  };
  const ready = items.flatMap(({ kind, metadata, status: { readyReplicas = 0, succeeded = 0 } }) =>
    (kind === 'Job' ? succeeded : readyReplicas) > 0 ? metadata.name.replace(/^init.*/, 'init') : [],
  );
  const services = deployedServices.map(({ name }) => name);
  expect(ready.toSorted()).toEqual(['front', 'init', 'kafka', 'mongo', 'redis', ...services].toSorted());
});

test('the addresses of a first walk answer at the front door and at the ports of the node', async () => {
  const authorization = { authorization: `Bearer ${secrets().API_TOKEN}` };
  const walk = [
    ['/t/w?wor=king', nodePortOf('tracker')],
    ['/kafidx', nodePortOf('kafidx')],
    ['/stats/summary', nodePortOf('consumer-stats')],
    ['/', nodePortOf('website')],
  ] as const;
  for (const [path, port] of walk) {
    expect(await status(frontDoor + path, authorization), path).toBe(200);
    expect(await status(port + path, authorization), port + path).toBe(200);
  }
  // What is not for everyone is not for a stranger here either.
  expect(await status(`${frontDoor}/stats/summary`)).toBe(401);
});

test('the smoke test passes through the front door', async () => {
  expect(await smoke(frontDoor)).toMatchObject({ ok: true });
});

test('the smoke test passes at the ports of the node', async () => {
  expect(await smoke(frontDoor.replace(/\d+$/, '{nodePort}'))).toMatchObject({ ok: true });
});

test('a rolling update of the tracker under load fails no request and loses no event', async () => {
  // The front door tries again where it gets no answer; who comes by the port of the node has nobody who does.
  const loads = [startLoad(frontDoor, 'roll'), startLoad(nodePortOf('tracker'), 'roll-direct')];
  try {
    await sleep(3000);
    await kubectl('rollout', 'restart', 'deployment/tracker');
    await rollout('deployment/tracker');
    // Until the old pod is gone, not only until the new one is ready.
    await sleep(12_000);
  } finally {
    await Promise.all(loads.map((load) => load.end()));
  }
  for (const { type, ids, failures } of loads) {
    expect(failures).toEqual([]);
    expect(ids.length).toBeGreaterThan(500);
    expect(new Set(ids).size).toBe(ids.length);
    await until(
      () => countOf(type),
      (events) => events >= ids.length,
      60,
    );
    expect(await countOf(type)).toBe(ids.length);
  }
});

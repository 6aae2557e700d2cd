import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { smoke } from '../../scripts/src/smoke/smoke.ts';
import { runDocker } from './run-docker.ts';
import { seeded, shuffled } from './seeded.ts';
import { createStack, type Stack } from './stack.ts';

const seed = Number(process.env.DEPLOY_SEED ?? Date.now() % 1_000_000);
const random = seeded(seed);
const services = ['tracker', 'enricher', 'consumer-stats', 'kafidx', 'website', 'front', 'init'];
const stores = ['redis', 'kafka', 'mongo'];
/** Stores last: what depends on them has to wait for them by itself. */
const orders = Array.from({ length: 10 }, () => [...shuffled(services, random), ...shuffled(stores, random)]);

describe.skipIf(!process.env.DEPLOY_FULL)(`started in ten random orders (--seed ${seed})`, () => {
  let stack: Stack;

  beforeAll(async () => {
    stack = await createStack(`pushtech-orders-${process.pid}`);
    await stack.compose(['build', '--quiet'], 1200);
  });
  afterAll(async () => {
    await stack?.close();
  });

  test.each(orders.map((order) => [order.join(' '), order] as const))(
    'all gets ready without a hand: %s',
    async (_title, order) => {
      await stack.compose(['down', '--volumes', '--timeout', '5'], 120);
      await stack.compose(['create'], 120);
      const ids = new Map((await stack.containers()).map(({ Service, ID }) => [Service, ID]));
      // Past Compose, which would keep the order of `depends_on`.
      for (const service of order) await runDocker(['docker', 'start', ids.get(service) ?? service]);
      await stack.whenReady(400);
      const { ok, steps } = await smoke({
        url: stack.url,
        token: stack.env.API_TOKEN,
        password: stack.env.ADMIN_PASSWORD,
      });
      expect(steps.filter(({ state }) => state !== 'ok')).toEqual([]);
      expect(ok).toBe(true);
    },
  );
});

import { setTimeout as sleep } from 'node:timers/promises';
import { deployedServices } from '@pushtech/scripts/deploy';
import { describe, expect, test } from 'vitest';
import { countOf, frontDoor, kubectl, rollout, until } from './cluster.ts';
import { startLoad } from './load.ts';

const deployments = [...deployedServices.map(({ name }) => name), 'front'];

describe.runIf(process.env.DEPLOY_FULL)('under load', () => {
  test.each(deployments)('a rolling update of %s fails no request and loses no event', async (name) => {
    const load = startLoad(frontDoor, `roll-${name}`);
    try {
      await sleep(2000);
      await kubectl('rollout', 'restart', `deployment/${name}`);
      await rollout(`deployment/${name}`);
      // Until the old pod is gone, not only until the new one is ready.
      await sleep(12_000);
    } finally {
      await load.end();
    }
    expect(load.failures).toEqual([]);
    expect(load.ids.length).toBeGreaterThan(500);
    await until(
      () => countOf(load.type),
      (events) => events >= load.ids.length,
      90,
    );
    expect(await countOf(load.type)).toBe(load.ids.length);
  });
});

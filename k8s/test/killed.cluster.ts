import { setTimeout as sleep } from 'node:timers/promises';
import { deployedServices } from '@pushtech/scripts/deploy';
import { describe, expect, test } from 'vitest';
import { countOf, frontDoor, kubectl, podsOf, rollout, until } from './cluster.ts';
import { startDurableLoad } from './durable-load.ts';

const services = deployedServices.map(({ name }) => name);
const workloads = [
  ...services.map((name) => [name, `deployment/${name}`] as const),
  ['front', 'deployment/front'] as const,
  ...['redis', 'kafka', 'mongo'].map((name) => [name, `statefulset/${name}`] as const),
];

/** The second SIGTERM ends a service at once, without flushing or committing; nobody inside may send process 1 a SIGKILL. */
const endAtOnce = "process.kill(1, 'SIGTERM'); process.kill(1, 'SIGTERM')";

const killed = async (kill: () => Promise<unknown>, workload: string, name: string): Promise<void> => {
  const load = startDurableLoad(frontDoor, `kill-${name}`);
  try {
    await sleep(1000);
    await kill();
    await sleep(1000);
    await rollout(workload);
    await sleep(1000);
  } finally {
    await load.end();
  }
  expect(load.acknowledged.length).toBeGreaterThan(50);
  await until(
    () => countOf(load.type),
    (events) => events >= load.acknowledged.length,
    120,
  );
  expect(await countOf(load.type)).toBe(load.acknowledged.length);
};

describe.runIf(process.env.DEPLOY_FULL)('nothing acknowledged is lost or counted twice', () => {
  test.each(workloads)('when the pod of %s is deleted by force', async (name, workload) => {
    const pods = await podsOf(name);
    await killed(() => kubectl('delete', 'pod', ...pods, '--force', '--grace-period=0'), workload, name);
  });

  test.each(services)('when the process of %s ends without a goodbye', async (name) => {
    const [pod = ''] = await podsOf(name);
    const restarts = () =>
      kubectl('get', 'pod', pod, '-o', 'jsonpath={.status.containerStatuses[0].restartCount}').then(Number);
    const before = await restarts();
    // The connection ends with the process.
    const kill = () => kubectl('exec', pod, '--', 'node', '-e', endAtOnce).catch(() => {});
    await killed(kill, `deployment/${name}`, name);
    expect(await restarts()).toBeGreaterThan(before);
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { evict, kubectl, podsOf, readyPodsOf, rollout, until } from './cluster.ts';

describe.runIf(process.env.DEPLOY_FULL)('two pods of a Deployment', () => {
  beforeAll(async () => {
    await kubectl('scale', 'deployment/kafidx', '--replicas=2');
    await rollout('deployment/kafidx');
  });
  afterAll(async () => {
    await kubectl('scale', 'deployment/kafidx', '--replicas=1');
    await rollout('deployment/kafidx');
  });

  test('are evicted one after the other: the second only when the first has its replacement', async () => {
    const [first = '', second = ''] = await podsOf('kafidx');
    await evict(first);
    await expect(evict(second)).rejects.toThrow(/disruption budget/);
    // What the refusal waits for: two that are ready again, the second and the replacement.
    let readyThen: string[] = [];
    await until(
      async () => {
        const ready = await readyPodsOf('kafidx');
        await evict(second);
        readyThen = ready;
      },
      () => true,
      90,
    );
    expect(readyThen).not.toContain(first);
    expect(readyThen).toHaveLength(2);
    await rollout('deployment/kafidx');
  });
});

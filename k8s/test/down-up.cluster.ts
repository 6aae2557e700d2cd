import { describe, expect, test } from 'vitest';
import { askJson, countOf, frontDoor, kubectl, podsOf, runTask, until } from './cluster.ts';
import { startLoad } from './load.ts';

const answers = async (span: string): Promise<unknown[]> => {
  const paths = ['/stats/ledger', '/stats/summary', '/stats/top?dimension=type', '/stats/top?dimension=path'];
  return Promise.all(paths.map((path) => askJson(`${path}${path.includes('?') ? '&' : '?'}${span}`)));
};

describe.runIf(process.env.DEPLOY_FULL)('taken down and brought up again', () => {
  test('it gives the same answers: volumes and Secrets stayed', async () => {
    const load = startLoad(frontDoor, 'stay');
    await until(
      async () => load.ids.length,
      (sent) => sent > 100,
      30,
    );
    await load.end();
    await until(
      () => countOf(load.type),
      (events) => events === load.ids.length,
      60,
    );
    // Until a minute that is over: heartbeats go on.
    const minute = Math.floor(Date.now() / 60_000) * 60_000;
    const span = `from=${new Date(minute - 3_600_000).toISOString()}&to=${new Date(minute).toISOString()}`;
    const before = await answers(span);
    const claims = await kubectl('get', 'pvc', '-o', 'name');

    await runTask('k8s:down');
    for (const name of ['tracker', 'redis']) {
      await until(
        () => podsOf(name),
        (pods) => pods.length === 0,
        60,
      );
    }
    expect(await kubectl('get', 'pvc', '-o', 'name')).toBe(claims);
    expect(await kubectl('get', 'secret', '-o', 'name')).toContain('secret/pushtech-stores');
    await expect(fetch(`${frontDoor}/t/w`, { signal: AbortSignal.timeout(3000) })).rejects.toThrow();

    await runTask('k8s:up', 'minikube', '--timeout', '300');
    expect(await answers(span)).toEqual(before);
    expect(await countOf(load.type)).toBe(load.ids.length);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '@pushtech/event';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deployedServices } from '../../scripts/src/deploy/services.ts';
import { smoke } from '../../scripts/src/smoke/smoke.ts';
import { createFront, type Front } from './front.ts';
import { lostOf, whenSettled } from './ledger.ts';
import { startLoad } from './load.ts';
import { runDocker } from './run-docker.ts';
import { createStack, type Stack } from './stack.ts';

describe('the stack on one machine', () => {
  let stack: Stack;
  let front: Front;

  beforeAll(async () => {
    stack = await createStack(`pushtech-test-${process.pid}`);
    front = createFront(stack.url, stack.env.API_TOKEN ?? '');
  });
  afterAll(async () => {
    front?.close();
    await stack?.close();
  });

  test('comes up from nothing with one command, everything healthy', async () => {
    await stack.up('--build');
    const found = await stack.containers();
    for (const { name } of deployedServices) {
      expect(found.find(({ Service }) => Service === name)).toMatchObject({ Health: 'healthy' });
    }
    expect(found.find(({ Service }) => Service === 'init')).toMatchObject({ State: 'exited', ExitCode: 0 });
  });

  test('answers a first walk through the front door: pixel, numbers, live stream, sign-in, screens', async () => {
    const result = await smoke({
      url: stack.url,
      token: stack.env.API_TOKEN,
      password: stack.env.ADMIN_PASSWORD,
    });
    expect(result.steps.filter(({ state }) => state !== 'ok')).toEqual([]);
  });

  test('publishes the front door only, and on this machine only', async () => {
    const ids = (await stack.containers()).map(({ ID }) => ID);
    const format =
      '{{range $port, $to := .NetworkSettings.Ports}}{{range $to}}{{.HostIp}} {{$port}}\n{{end}}{{end}}';
    const ports = (await runDocker(['docker', 'inspect', '--format', format, ...ids]))
      .split('\n')
      .filter(Boolean);
    expect(ports).toEqual(['127.0.0.1 8080/tcp']);
  });

  test('the front door answers its health check, which only some images of Caddy have the program to ask', async () => {
    expect((await front.get('/front-door')).status).toBe(200);
  });

  test('a visitor’s own words about their address do not count', async () => {
    const { text } = await front.get('/t', {
      'x-forwarded-for': '203.0.113.7',
      forwarded: 'for=203.0.113.8',
    });
    const { address, from } = JSON.parse(text) as { address: string; from: string };
    expect(from).toBe('x-forwarded-for');
    expect(address).not.toMatch(/^203\.0\.113\./);
  });

  test('strangers see no numbers, no stream and no metrics', async () => {
    for (const path of ['/stats/summary', '/kafidx/stream', '/metrics', '/dashboard']) {
      expect([path, (await front.get(path)).status]).toEqual([path, 401]);
    }
  });

  test('no secret is on a command line, where every user of the machine could read it', async () => {
    const secrets = ['REDIS_PASSWORD', 'MONGO_PASSWORD', 'SECRET_KEY'].map((key) => stack.env[key] ?? '');
    for (const { ID, State } of await stack.containers()) {
      if (State !== 'running') continue;
      const top = await runDocker(['docker', 'top', ID, '-o', 'pid,args']);
      for (const secret of secrets) expect(top).not.toContain(secret);
    }
  });

  test('the enricher is killed while traffic flows: it returns by itself, and nothing is lost', async () => {
    const load = startLoad(front, 'killed');
    await sleep(2000);
    const id = await stack.crash('enricher');
    await sleep(4000);
    await load.stop();
    await stack.whenReady(180);
    expect(await runDocker(['docker', 'inspect', '--format', '{{.RestartCount}}', id])).toBe('1\n');
    const ids = [...new Set(load.taken.map((one) => one.id))];
    const { count } = await whenSettled(front, 'killed', ids.length, 90);
    expect(ids.length).toBeGreaterThan(300);
    expect(count).toBeLessThanOrEqual(load.sent.size);
    expect(await lostOf(front, 'killed', ids)).toBe(0);
    // What was never counted would have been seen.
    expect(await lostOf(front, 'killed', [newId()])).toBe(1);
  });

  test('goes down and comes up again with the same answers', async () => {
    const paths = ['/stats/summary?bots=include', '/stats/top?dimension=type&bots=include', '/stats/ledger'];
    const ask = () =>
      Promise.all(
        paths.map((path) => front.json<object>(`${path}${path.includes('?') ? '&' : '?'}to=${until}`)),
      );
    const until = new Date(Math.floor(Date.now() / 60_000) * 60_000 + 60_000).toISOString();
    const before = await ask();
    await stack.compose(['down'], 120);
    await stack.up();
    expect(await ask()).toEqual(before);
  });
});

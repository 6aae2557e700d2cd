import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { hear, open, request, statuses } from './raw-http.ts';
import { dataFolder, NO_PLACES, settled, spawnFlow } from './start-flow.ts';

let folder: ReturnType<typeof dataFolder>;
beforeEach(() => {
  folder = dataFolder();
});
afterEach(() => folder.remove());

/** SIGTERM, and how it ended after how many ms. */
const stop = async ({ child, ended }: Awaited<ReturnType<typeof spawnFlow>>) => {
  const began = performance.now();
  child.kill('SIGTERM');
  const code = await ended;
  return { code, ms: performance.now() - began };
};

const HALF = 'POST /t HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n[{"type":"half"},';

it('SIGTERM answers the POST that is under way, takes leave of viewers, and ends with code 0 within 5 s', async () => {
  const flow = await spawnFlow(folder.path);
  const viewer = new WebSocket(`${flow.url.replace('http', 'ws')}/kafidx/stream`);
  const left = new Promise<number>((resolve) => {
    viewer.onclose = ({ code }) => resolve(code);
  });
  await new Promise((resolve, reject) => {
    viewer.onopen = resolve;
    viewer.onerror = reject;
  });
  const socket = await open(flow.url);
  const answer = hear(socket);
  const body = '[{"type":"before"},{"type":"after"}]';
  socket.write(request('/t', [`Content-Length: ${body.length}`], 'POST').replace('close', 'keep-alive'));
  socket.write(body.slice(0, 20));
  await sleep(100);

  const stopped = stop(flow);
  await sleep(500);
  socket.write(body.slice(20));
  expect(statuses(await answer)).toEqual([202]);
  expect(await answer).toMatch(/\r\nConnection: close\r\n/i);
  expect(await left).toBe(1001);
  const { code, ms } = await stopped;
  expect(code).toBe(0);
  expect(ms).toBeLessThan(5000);

  const again = await spawnFlow(folder.path);
  expect(await settled(again.url, 2)).toMatchObject({ received: 2, kept: 2 });
  await stop(again);
});

it('SIGTERM does not wait for half-sent bodies, slow senders and silent connections, and counts what they began', async () => {
  const flow = await spawnFlow(folder.path);
  const bodies = await Promise.all(Array.from({ length: 10 }, () => open(flow.url)));
  for (const socket of bodies) socket.write(HALF);
  const headers = await open(flow.url);
  headers.write('GET /t/slow HTTP/1.1\r\nX-Slow: ');
  const silent = await open(flow.url);
  const answers = [...bodies, headers].map((socket) => hear(socket, 12_000));
  const drip = setInterval(() => {
    for (const socket of [...bodies.slice(0, 5), headers]) if (socket.writable) socket.write('a');
  }, 500);
  await sleep(300);

  const { code, ms } = await stop(flow);
  clearInterval(drip);
  silent.destroy();
  expect(code).toBe(0);
  expect(ms).toBeLessThan(10_000);
  for (const answer of await Promise.all(answers)) expect(statuses(answer)).toEqual([408]);

  const again = await spawnFlow(folder.path);
  expect(await settled(again.url, 10)).toMatchObject({ received: 10, kept: 0, dropped: { cut_off: 10 } });
  await stop(again);
}, 40_000);

it('SIGTERM to `npm start` reaches the service behind it, which ends', async () => {
  const npm = spawn('npm', ['start', '--', 'tracker'], {
    cwd: new URL('../../../', import.meta.url),
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATA_DIR: folder.path,
      PORT: '0',
      GEOIP_CITY_PATH: NO_PLACES,
    },
    stdio: ['ignore', 'pipe', 'ignore'],
    // A group of its own, so that nothing of it outlives the test.
    detached: true,
  });
  onTestFinished(() => {
    try {
      process.kill(-(npm.pid as number), 'SIGKILL');
    } catch {
      // All of it has ended, as it should.
    }
  });
  let said = '';
  npm.stdout.on('data', (text) => {
    said += text;
  });
  await vi.waitFor(() => expect(said).toContain('"msg":"Ready."'), 20_000);
  const url = /"url":"([^"]+)"/.exec(said)?.[1] as string;
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  npm.kill('SIGTERM');
  await vi.waitFor(() => expect(said).toContain('"msg":"Stopped."'), 10_000);
  await expect(fetch(`${url}/healthz`)).rejects.toThrow();
});

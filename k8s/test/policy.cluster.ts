import { beforeAll, describe, expect, test } from 'vitest';
import { frontDoor, kubectl, nodePortOf, runTask, until } from './cluster.ts';
import { startLoad } from './load.ts';

/** DESIGN §2: who talks to whom, and nobody else. */
const flow: readonly (readonly [string, string])[] = [
  ['tracker', 'redis:6379'],
  ['tracker', 'mongo:27017'],
  ...['enricher', 'consumer-stats', 'kafidx', 'website'].flatMap((name) =>
    ['redis:6379', 'kafka:9092', 'mongo:27017'].map((to) => [name, to] as const),
  ),
];
const notInTheFlow: readonly (readonly [string, string])[] = [
  ['tracker', 'kafka:9092'],
  ['tracker', 'website:8089'],
  ['enricher', 'tracker:8081'],
  ['website', 'consumers:8083'],
  ['kafidx', 'front:8080'],
  ['consumer-stats', 'kubernetes.default.svc:443'],
];

const script = `const [host, port] = process.argv[1].split(':');
const socket = require('node:net').connect({ host, port });
const end = (word) => { console.log(word); process.exit(); };
socket.on('connect', () => end('connected')).on('error', (error) => end(error.code));
setTimeout(end, 3000, 'timed out');`;

const connect = async (from: string, to: string): Promise<string> =>
  (await kubectl('exec', `deployment/${from}`, '--', 'node', '-e', script, to)).trim();

const is = (wanted: string) => (word: string) => word === wanted;

describe.runIf(process.env.DEPLOY_FULL)('with network policies and autoscalers', () => {
  // The job runs through the policies too.
  beforeAll(() => runTask('k8s:up', 'test', '--timeout', '300'));

  test.each(flow)('%s reaches %s', async (from, to) => {
    expect(await until(() => connect(from, to), is('connected'), 20)).toBe('connected');
  });

  test.each(notInTheFlow)('%s does not reach %s: it hears nothing at all', async (from, to) => {
    expect(await until(() => connect(from, to), is('timed out'), 20)).toBe('timed out');
  });

  test.each(['/t/w', '/kafidx', '/stats/summary', '/'])(
    'the front door reaches who answers %s',
    async (path) => {
      expect((await fetch(frontDoor + path)).status).toBeLessThan(402);
    },
  );

  test('the autoscaler makes a second tracker under load, and takes it away afterwards', async () => {
    const replicas = () =>
      kubectl('get', 'deployment/tracker', '-o', 'jsonpath={.status.readyReplicas}').then(Number);
    expect(await replicas()).toBe(1);
    const load = startLoad(nodePortOf('tracker'), 'scale', { senders: 64, pauseMs: 0 });
    try {
      await until(replicas, (count) => count === 2, 240);
    } finally {
      await load.end();
    }
    expect(load.failures).toEqual([]);
    await until(replicas, (count) => count === 1, 300);
  });
});

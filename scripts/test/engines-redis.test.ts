import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@pushtech/testing';
import { whenAnswering } from '@pushtech/testing/engines';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createEngines } from '../src/engines/create-engines.ts';
import { forgetProcess, writeProcess } from '../src/engines/local/process-file.ts';
import { createProcesses } from '../src/engines/local/processes.ts';
import { hearEngines } from './hear-engines.ts';

const hasRedis = spawnSync('redis-server', ['--version']).status === 0;

/** Sends one line to Redis. @returns the first line of the answer; rejects when there is none */
const ask = (port: number, line: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(`${line}\r\n`));
    socket.setTimeout(500, () => socket.destroy(new Error('silence')));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('closed')));
    socket.on('data', (data) => {
      resolve(data.toString().split('\r\n')[0] ?? '');
      socket.destroy();
    });
  });

describe.skipIf(!hasRedis)('a Redis of its own (needs redis-server)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-engines-test-'));
  const home = join(folder, 'home');
  let port = 0;
  let engines: ReturnType<typeof createEngines>;

  beforeAll(async () => {
    port = await freePort();
    engines = createEngines({ home, ports: { redis: port }, kind: 'local' });
    await engines.up(['redis']);
  });
  afterAll(async () => {
    await engines.wipe();
    rmSync(folder, { recursive: true });
  });

  const stateOfRedis = async () => (await engines.status()).find(({ name }) => name === 'redis');
  const pidOfRedis = async (): Promise<number> => Number((await stateOfRedis())?.id);

  test('answers at its URL, keeps a log of commands and never evicts', async () => {
    expect(engines.urls.redis).toBe(`redis://127.0.0.1:${port}`);
    await whenAnswering('redis', engines.urls.redis, 1000);
    const said = ['appendonly', 'appendfsync', 'maxmemory-policy'].map((name) =>
      execFileSync('redis-cli', ['-p', String(port), 'config', 'get', name], { encoding: 'utf8' }).trim(),
    );
    expect(said).toEqual(['appendonly\nyes', 'appendfsync\neverysec', 'maxmemory-policy\nnoeviction']);
  });

  test('is left alone by a second up', async () => {
    const pid = await pidOfRedis();
    await engines.up(['redis']);
    expect(await pidOfRedis()).toBe(pid);
  });

  test('is dead when kill returns, and has its data when started again', async () => {
    await ask(port, 'SET kept 1');
    // `everysec`: a second later it is on the disk.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const pid = await pidOfRedis();
    await engines.kill('redis');
    await expect(ask(port, 'PING')).rejects.toThrow('ECONNREFUSED');
    expect(await stateOfRedis()).toMatchObject({ state: 'down' });

    await engines.start('redis');
    expect(await ask(port, 'GET kept')).toBe('$1');
    expect(await pidOfRedis()).not.toBe(pid);
  });

  test('takes connections but says nothing while it is paused', async () => {
    await engines.pause('redis');
    expect(await stateOfRedis()).toMatchObject({ state: 'paused' });
    await expect(ask(port, 'PING')).rejects.toThrow('silence');
    await engines.resume('redis');
    expect(await ask(port, 'PING')).toBe('+PONG');
  });

  test('ends also when it is paused', async () => {
    await engines.pause('redis');
    const asked = Date.now();
    await engines.stop('redis');
    expect(await stateOfRedis()).toMatchObject({ state: 'down' });
    // By itself: it is ended hard only after 20 s.
    expect(Date.now() - asked).toBeLessThan(10_000);
    await engines.start('redis');
  });

  test('is seen and stopped by the command line of the same home', async () => {
    const env = { ENGINES_HOME: home, REDIS_PORT: String(port) };
    expect((await hearEngines(['status'], env)).out).toBe(
      `redis up ${await pidOfRedis()}\nkafka1 down\nmongo down\n`,
    );
    expect((await hearEngines(['logs', 'redis'], env)).out).toContain('Ready to accept connections');
    expect(await hearEngines(['up', 'redis'], env)).toEqual({
      code: 0,
      out: `export REDIS_URL='redis://127.0.0.1:${port}'\n`,
      said: 'engines: redis is up\n',
    });
    expect(await hearEngines(['down', 'redis'], env)).toMatchObject({ code: 0 });
    await expect(ask(port, 'PING')).rejects.toThrow('ECONNREFUSED');
    await engines.start('redis');
  });

  test('is gone after a wipe with all its files, and somebody else’s file stays', async () => {
    writeFileSync(join(home, 'letter.txt'), 'keep me');
    await engines.wipe();
    await expect(ask(port, 'PING')).rejects.toThrow('ECONNREFUSED');
    expect(readdirSync(home)).toEqual(['letter.txt']);
    rmSync(home, { recursive: true });
    await engines.up(['redis']);
    await engines.wipe();
    expect(existsSync(home)).toBe(false);
  });
});

describe.skipIf(!hasRedis)('a Redis that cannot start (needs redis-server)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-engines-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('is not mixed up with one of somebody else at its port', async () => {
    const stranger = createEngines({
      home: join(folder, 'a'),
      ports: { redis: await freePort() },
      kind: 'local',
    });
    await stranger.up(['redis']);
    const port = Number(new URL(stranger.urls.redis).port);
    const ours = createEngines({ home: join(folder, 'b'), ports: { redis: port }, kind: 'local' });
    await expect(ours.up(['redis'])).rejects.toMatchObject({
      code: 'ENGINE_SETTINGS',
      message: `Port ${port}, which Redis needs, is somebody else's.`,
    });
    await ours.wipe();
    await whenAnswering('redis', stranger.urls.redis, 1000);
    await stranger.wipe();
  });

  test('is given up at once, with the end of its log', async () => {
    const home = mkdtempSync(join(folder, 'c-'));
    const engines = createEngines({ home, ports: { redis: await freePort() }, kind: 'local' });
    // Where a folder has the name of its list of files, Redis does not start.
    mkdirSync(join(home, 'redis/appendonlydir/appendonly.aof.manifest'), { recursive: true });
    const began = Date.now();
    await expect(engines.up(['redis'])).rejects.toMatchObject({
      code: 'ENGINE_SILENT',
      message: expect.stringMatching(
        // It listens for a moment before it gives up: who comes then is reset instead of refused.
        /but no redis answers there: .*ECONN(REFUSED|RESET).*The end of its log:\n.*manifest/s,
      ),
    });
    expect(Date.now() - began).toBeLessThan(10_000);
    await engines.wipe();
  });
});

describe('a process', () => {
  const home = mkdtempSync(join(tmpdir(), 'pushtech-engines-test-'));
  afterAll(() => rmSync(home, { recursive: true }));

  test.each<[string, string]>([
    ['that began at another time than the file says', '12345'],
    ['of a file that says no time', ''],
  ])('%s is somebody else’s and gets no signal', async (_, begin) => {
    const stranger = spawn('sleep', ['60']);
    const processes = createProcesses(home);
    writeFileSync(join(home, 'redis.pid'), `${stranger.pid} ${begin}\n`);
    expect(processes.find('redis')).toBeUndefined();
    await processes.pause('redis');
    await processes.kill('redis');
    expect(stranger.kill(0)).toBe(true);
    stranger.kill('SIGKILL');
  });

  test('that was written down is found until it is dead', async () => {
    const child = spawn('sleep', ['60']);
    writeProcess(home, 'redis', child.pid as number);
    const processes = createProcesses(home);
    expect(processes.find('redis')).toMatchObject({ pid: child.pid, isPaused: false });
    await processes.kill('redis');
    expect(processes.find('redis')).toBeUndefined();
    forgetProcess(home, 'redis');
  });

  test('whose program is missing is refused with a sentence', async () => {
    await expect(createProcesses(home).spawn('redis', 'no-such-program', [])).rejects.toMatchObject({
      code: 'ENGINE_TOOL',
      message: expect.stringContaining('no-such-program'),
    });
  });
});

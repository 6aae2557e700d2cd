// A Redis of a test's own, which may be killed, paused and set up wrongly.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@pushtech/testing';
import { Redis } from 'ioredis';

/** Whether the program is there; without it, tests that break a server are skipped. */
export const hasRedisServer = spawnSync('redis-server', ['--version']).status === 0;

export interface PrivateRedis {
  /** `redis://127.0.0.1:port`. */
  url: string;
  port: number;
  /** Of the process that runs now. */
  pid(): number;
  /** Runs one command on a connection of its own. */
  command(...words: [string, ...string[]]): Promise<unknown>;
  /** Again, on the same port and data, with more settings; resolves when it answers. */
  start(more?: readonly string[]): Promise<void>;
  /** SIGTERM: it writes its data. */
  stop(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  /** SIGSTOP: its connections stay and nothing answers. */
  pause(): void;
  resume(): void;
  /** Ends it and removes its data. */
  dispose(): Promise<void>;
}

/** One connection for one command, which waits until the server answers. */
const ask = async (port: number, [name, ...words]: [string, ...string[]]): Promise<unknown> => {
  const client = new Redis(port, '127.0.0.1', {
    lazyConnect: true,
    retryStrategy: null,
    commandTimeout: 5000,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    return await client.call(name, ...words);
  } finally {
    client.disconnect();
  }
};

/** What it says to PING, in the protocol's own words; empty while nobody listens. */
const ping = async (port: number): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write('PING\r\n');
    const [answer] = await once(socket, 'data', { signal: AbortSignal.timeout(1000) });
    return String(answer);
  } catch {
    return '';
  } finally {
    socket.destroy();
  }
};

const untilAnswers = async (port: number): Promise<void> => {
  for (let n = 0; n < 200; n++) {
    if (/PONG|NOAUTH/.test(await ping(port))) return;
    await sleep(50);
  }
  throw new Error(`redis-server does not answer on port ${port}`);
};

/** Starts a server with AOF and `noeviction`, on a free port of loopback. @param settings e.g. `['--maxmemory', '10mb']` */
export const startRedisServer = async (settings: readonly string[] = []): Promise<PrivateRedis> => {
  const folder = await mkdtemp(join(tmpdir(), 'pushtech-redis-'));
  const port = await freePort();
  const words = [
    '--bind',
    '127.0.0.1',
    '--port',
    `${port}`,
    '--dir',
    folder,
    '--save',
    '',
    '--appendonly',
    'yes',
  ];
  let server: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = server;
    server = undefined;
    if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, 'exit');
    ending.kill(signal);
    await ended;
  };
  // A test run that is cut short leaves no server behind.
  const atExit = (): void => void server?.kill('SIGKILL');
  process.once('exit', atExit);

  const self: PrivateRedis = {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: () => server?.pid ?? 0,
    command: (...command) => ask(port, command),
    async start(more = []) {
      server = spawn('redis-server', [...words, ...settings, ...more], { stdio: 'ignore' });
      await untilAnswers(port);
    },
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
    pause: () => void server?.kill('SIGSTOP'),
    resume: () => void server?.kill('SIGCONT'),
    async dispose() {
      await end('SIGKILL');
      process.off('exit', atExit);
      await rm(folder, { recursive: true, force: true });
    },
  };
  try {
    await self.start();
  } catch (error) {
    await self.dispose();
    throw error;
  }
  return self;
};

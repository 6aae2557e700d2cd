import { type ChildProcess, fork, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Target {
  url: string;
  pid: number;
  stop(): Promise<void>;
}

const ended = (child: ChildProcess) => new Promise<void>((resolve) => child.once('exit', () => resolve()));

const stopped = (child: ChildProcess) => async () => {
  const end = ended(child);
  child.kill('SIGTERM');
  await end;
};

/** A server of the bench's own, which tells its port by message. */
export const forkServer = async (file: string): Promise<Target> => {
  const child = fork(new URL(file, import.meta.url));
  const port = await new Promise<number>((resolve) =>
    child.once('message', (said) => resolve((said as { port: number }).port)),
  );
  return { url: `http://127.0.0.1:${port}`, pid: child.pid as number, stop: stopped(child) };
};

const root = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
/** Node's flags of `npm start`: what is measured is what people run. */
const startFlags = (root.scripts.start as string).split(' ').filter((word) => word.startsWith('--max-'));

/** The whole system as `npm start` runs it. `readyMs`: from spawn to its word that it is ready. */
export const spawnFlow = async (
  dataDir: string,
  env: Record<string, string> = {},
): Promise<Target & { readyMs: number }> => {
  const begin = performance.now();
  const child = spawn(
    process.execPath,
    [...startFlags, new URL('../packages/flow/src/main.ts', import.meta.url).pathname],
    {
      env: { PATH: process.env.PATH, DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'error', ...env },
      stdio: ['ignore', 'inherit', 'pipe'],
    },
  );
  let said = '';
  const port = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (text) => {
      said += text;
      const found = /localhost:(\d+)\/kafidx/.exec(said);
      if (found) resolve(found[1] as string);
    });
    child.once('exit', () => reject(new Error(said)));
  });
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid as number,
    readyMs: performance.now() - begin,
    stop: stopped(child),
  };
};

/** Name → where the service begins. */
const mains = {
  tracker: '../tracker/src/main.ts',
  enricher: '../enricher/src/main.ts',
  stats: '../consumers/stats/src/main.ts',
  kafidx: '../kafidx/src/main.ts',
};

/** One service as a process of its own, configured by environment only. */
export const spawnService = async (
  name: keyof typeof mains,
  env: Record<string, string>,
): Promise<Target> => {
  const child = spawn(process.execPath, [...startFlags, new URL(mains[name], import.meta.url).pathname], {
    env: { PATH: process.env.PATH, PORT: '0', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (text) => {
      const found = /"url":"([^"]+)"/.exec(String(text));
      if (found) resolve(found[1] as string);
    });
    child.once('exit', () => reject(new Error(`${name} ended`)));
  });
  return { url, pid: child.pid as number, stop: stopped(child) };
};

const TICK_US = 10_000;

/** CPU time of a process and all its threads, in µs: user and system, from `/proc` (ticks of 10 ms). */
export const cpuMicros = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
};

/** Resident memory in MB. */
export const residentMb = (pid: number): number =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** Runs a command to its end and tells its CPU time in µs; `undefined` when it is not installed. */
export const commandMicros = async (command: string, args: string[]): Promise<number | undefined> => {
  // The shell's own clock counts all of the child's threads, and reading it needs no further package.
  const child = spawn('bash', [
    '-c',
    'command -v "$1" >/dev/null || exit 127; TIMEFORMAT="cpu %U %S"; time "$@" >/dev/null 2>&1',
    'bash',
    command,
    ...args,
  ]);
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  await ended(child);
  const found = /cpu ([\d.]+) ([\d.]+)/.exec(said);
  return child.exitCode === 0 && found ? (Number(found[1]) + Number(found[2])) * 1e6 : undefined;
};

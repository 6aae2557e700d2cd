import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { prioritise } from './prioritise.ts';

/** Heap and young generation are bounded, so that the memory measured is what the service needs. */
const NODE_OPTIONS = ['--max-old-space-size=256', '--max-semi-space-size=8'];
const READY_MS = 30_000;
const SUPERVISOR_MS = 300;
/** One that stood still first answers what has piled up at its door. */
const CATCH_UP_MS = 1000;

/** Why a process did not answer for a while, in epoch ms; `to` is open while it lasts. */
export interface Away {
  why: 'killed' | 'stopped' | 'paused' | 'ended by itself';
  from: number;
  to: number;
}

export interface ServiceOptions {
  name: string;
  main: string;
  port: number;
  env: Record<string, string>;
  logFile: string;
  /** Its priority: 0 is the usual one, higher gives way. */
  nice: number;
  /** Called whenever a process has been started. */
  started: () => void;
}

export type ServiceProcess = ReturnType<typeof createServiceProcess>;

/** One copy of a service: a process that can be killed, paused and started again on its port and under its name. */
export const createServiceProcess = ({
  name,
  main,
  port,
  env,
  logFile,
  nice,
  started: tell,
}: ServiceOptions) => {
  const url = `http://127.0.0.1:${port}`;
  const away: Away[] = [];
  let child: ChildProcess | undefined;
  /** A process that ends without having been told to is started again, as any supervisor does. */
  let supervised = true;
  let starting: Promise<void> | undefined;
  let peakMb = 0;
  let ended = Promise.withResolvers<string>();

  const leave = (why: Away['why']): void => {
    if (away.at(-1)?.to !== Number.POSITIVE_INFINITY)
      away.push({ why, from: Date.now(), to: Number.POSITIVE_INFINITY });
  };
  const back = (laterMs = 0): void => {
    const last = away.at(-1);
    if (last) last.to = Math.min(last.to, Date.now() + laterMs);
  };

  const isUp = () => child !== undefined && child.exitCode === null && child.signalCode === null;

  /** The most memory the process has held, in MB: the kernel remembers. */
  const look = (): void => {
    try {
      const held = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child?.pid}/status`, 'utf8'));
      peakMb = Math.max(peakMb, Number(held?.[1] ?? 0) / 1024);
    } catch {
      // It is gone; what was seen before counts.
    }
  };

  const launch = (preloaded: string | undefined): void => {
    const log = openSync(logFile, 'a');
    const options = preloaded ? [...NODE_OPTIONS, '--import', preloaded] : NODE_OPTIONS;
    const started = spawn(process.execPath, [...options, main], {
      env: { PATH: process.env.PATH, PORT: String(port), ...env },
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    prioritise(started, nice);
    child = started;
    tell();
    ended = Promise.withResolvers();
    const { resolve } = ended;
    started.once('exit', (code, signal) => {
      leave(signal === 'SIGKILL' ? 'killed' : 'ended by itself');
      // One that is killed on its way down, or while it stands still, loses what any kill loses.
      const last = away.at(-1);
      if (last && signal === 'SIGKILL') last.why = 'killed';
      resolve(String(signal ?? code));
      if (supervised) setTimeout(() => supervised && !isUp() && start(), SUPERVISOR_MS);
    });
  };

  const ready = async (): Promise<void> => {
    for (const deadline = Date.now() + READY_MS; Date.now() < deadline; await sleep(25)) {
      const answer = await fetch(`${url}/readyz`).catch(() => undefined);
      // One that is being ended meanwhile is not back, whatever it answered.
      if (answer?.ok && supervised && isUp()) return back();
    }
    throw new Error(`${name} was not ready within ${READY_MS} ms:\n${tail()}`);
  };

  const start = (preloaded?: string): Promise<void> => {
    supervised = true;
    if (!isUp()) launch(preloaded);
    starting ??= ready().finally(() => {
      starting = undefined;
    });
    starting.catch(() => {});
    return starting;
  };

  const end = async (signal: NodeJS.Signals, why: Away['why']): Promise<string> => {
    supervised = false;
    look();
    if (!isUp()) return 'not running';
    leave(why);
    child?.kill(signal);
    return ended.promise;
  };

  const tail = () => readFileSync(logFile, 'utf8').split('\n').slice(-15).join('\n');

  return {
    name,
    url,
    away,
    isUp,
    pid: () => child?.pid,
    tail,
    /** Resolves when `/readyz` says yes; a running process is only waited for. */
    start: () => start(),
    /** SIGKILL; the supervisor starts it again. */
    async kill(): Promise<void> {
      await end('SIGKILL', 'killed');
      await start();
    },
    /** SIGKILL, and nobody starts it again. */
    killForGood: () => end('SIGKILL', 'killed'),
    /** SIGTERM. @returns the exit code, or the signal's name */
    stop: () => end('SIGTERM', 'stopped'),
    pause(): void {
      leave('paused');
      child?.kill('SIGSTOP');
    },
    resume(): void {
      child?.kill('SIGCONT');
      back(CATCH_UP_MS);
    },
    /** SIGTERM, and up again. */
    async restart(): Promise<string> {
      const code = await end('SIGTERM', 'stopped');
      await start();
      return code;
    },
    /** Starts it anew with a preload that lets it die at a point of its own code. @returns how it ended */
    async diesAt(preloaded: string): Promise<string> {
      await end('SIGTERM', 'stopped');
      void start(preloaded);
      return ended.promise;
    },
    look,
    peakMb: () => peakMb,
    async close(): Promise<void> {
      supervised = false;
      if (!isUp()) return;
      child?.kill('SIGCONT');
      const timer = setTimeout(() => child?.kill('SIGKILL'), 10_000);
      child?.kill('SIGTERM');
      if (isUp() && child) await once(child, 'exit');
      clearTimeout(timer);
    },
  };
};

import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { lastOf } from '../answer.ts';
import { engineError } from '../engine-error.ts';
import { findProcess, forgetProcess, type Running, writeProcess } from './process-file.ts';

const STEP_MS = 50;
const STOP_MS = 20_000;

/** Long-running processes by name, each with a file of its number and a log in `home`. They outlive us. */
export const createProcesses = (home: string) => {
  const find = (name: string) => findProcess(home, name);
  const logOf = (name: string): string => join(home, `${name}.log`);

  const signal = (running: Running, word: NodeJS.Signals): void => {
    try {
      process.kill(running.pid, word);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };

  const isGone = async (name: string, ms: number): Promise<boolean> => {
    const end = Date.now() + ms;
    while (find(name) && Date.now() < end) await sleep(STEP_MS);
    return find(name) === undefined;
  };

  const kill = async (name: string): Promise<void> => {
    const running = find(name);
    if (running) signal(running, 'SIGKILL');
    if (!(await isGone(name, STOP_MS))) throw engineError('ENGINE_COMMAND', `${name} does not die`);
    forgetProcess(home, name);
  };

  return {
    find,
    logOf,
    kill,
    /** For whoever waits until it answers. */
    watch: (name: string) => ({
      log: () => lastOf(logOf(name)),
      isAlive: () => find(name) !== undefined,
    }),

    /** @throws PushtechError `ENGINE_TOOL` the program is not there */
    spawn: async (name: string, command: string, args: readonly string[]): Promise<void> => {
      mkdirSync(home, { recursive: true });
      const log = openSync(logOf(name), 'a');
      // Detached: a session of its own, so that Ctrl-C in our terminal does not reach it.
      const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log], cwd: home });
      closeSync(log);
      await new Promise<void>((resolve, reject) => {
        child.once('spawn', resolve);
        child.once('error', (error) => reject(engineError('ENGINE_TOOL', `${command}: ${error.message}`)));
      });
      child.unref();
      writeProcess(home, name, child.pid as number);
    },

    /** Asks it to end; after 20 s it is ended. A paused one is woken, or it would not hear. */
    stop: async (name: string, word: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
      const running = find(name);
      if (running) {
        signal(running, word);
        signal(running, 'SIGCONT');
      }
      if (!(await isGone(name, STOP_MS))) await kill(name);
      forgetProcess(home, name);
    },

    /** A signal takes its time: it is held still when this returns. */
    pause: async (name: string): Promise<void> => {
      const running = find(name);
      if (running) signal(running, 'SIGSTOP');
      while (find(name)?.isPaused === false) await sleep(1);
    },

    resume: (name: string): void => {
      const running = find(name);
      if (running) signal(running, 'SIGCONT');
    },
  };
};

export type Processes = ReturnType<typeof createProcesses>;

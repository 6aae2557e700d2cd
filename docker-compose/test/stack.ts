import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '@pushtech/testing';
import { composeFolder, composeWords, type OverlayName } from '../../scripts/src/deploy/compose-files.ts';
import { fillSecrets } from '../../scripts/src/deploy/dotenv-secrets.ts';
import { readDotenv, withValues } from '../../scripts/src/deploy/dotenv-text.ts';
import { runDocker } from './run-docker.ts';

/** One container, as Compose tells of it. */
export interface Container {
  ID: string;
  Service: string;
  State: string;
  Health: string;
  ExitCode: number;
}

export interface Stack {
  project: string;
  /** What stands in its file of settings, secrets included. */
  env: Readonly<Record<string, string | undefined>>;
  /** Of the front door. */
  url: string;
  /** @throws Error with the last lines it wrote */
  compose(words: readonly string[], seconds?: number): Promise<string>;
  up(...words: string[]): Promise<string>;
  containers(): Promise<Container[]>;
  /** Every service answers its health check, and what runs once has ended well. @throws Error who does not */
  whenReady(seconds: number): Promise<void>;
  /** As a crash would: the process is gone, and nobody asked Docker for it. @returns the container's id */
  crash(service: string): Promise<string>;
  /** Removes containers, networks, volumes and the file of settings. */
  close(): Promise<void>;
}

/** Ends a process of the machine, through Docker, by whose rules a container that `docker kill` ended stays ended. */
const killProcess = (pid: string, image: string): Promise<string> =>
  runDocker([
    ...['docker', 'run', '--rm', '--pid=host', '--user=0:0', '--network=none', image],
    ...['node', '-e', `process.kill(${pid}, 'SIGKILL')`],
  ]);

const isReady = ({ Service, State, Health, ExitCode }: Container): boolean =>
  Service === 'init' ? State === 'exited' && ExitCode === 0 : Health === 'healthy';

/** @param more settings beside the secrets and a free port for the front door */
export const createStack = async (
  project: string,
  overlays: readonly OverlayName[] = [],
  more: Record<string, string> = {},
): Promise<Stack> => {
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-compose-'));
  const template = readFileSync(new URL('.env.example', composeFolder), 'utf8');
  const port = await freePort();
  const own: Record<string, string> = {
    HEARTBEAT_SECONDS: '0',
    ...fillSecrets({}, Date.now()),
    FRONT_PORT: String(port),
    ...more,
  };
  const text = withValues(template, own);
  const envFile = join(folder, 'env');
  writeFileSync(envFile, text, { mode: 0o600 });
  const words = composeWords({ overlays, envFile, project });

  const compose = (rest: readonly string[], seconds?: number) => runDocker([...words, ...rest], seconds);
  const containers = async (): Promise<Container[]> =>
    (await compose(['ps', '--all', '--format', 'json']))
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Container);

  return {
    project,
    env: readDotenv(text),
    url: `http://localhost:${port}`,
    compose,
    containers,
    up: (...rest) => compose(['up', '--detach', '--wait', '--wait-timeout', '540', ...rest], 1200),
    async whenReady(seconds) {
      for (const end = Date.now() + seconds * 1000; ; await sleep(500)) {
        const found = await containers();
        const waiting = found.filter((one) => !isReady(one));
        if (found.length > 0 && waiting.length === 0) return;
        if (Date.now() < end) continue;
        const states = waiting.map((one) => `${one.Service} ${one.State} ${one.Health} ${one.ExitCode}`);
        throw new Error(`not ready after ${seconds} s: ${states.join(', ')}`);
      }
    },
    async crash(service) {
      const { ID } = (await containers()).find((one) => one.Service === service) as Container;
      const pid = (await runDocker(['docker', 'inspect', '--format', '{{.State.Pid}}', ID])).trim();
      await killProcess(pid, `pushtech/tracker:${own.PUSHTECH_VERSION ?? '0.1.0'}`);
      return ID;
    },
    async close() {
      await compose(['down', '--volumes', '--remove-orphans', '--timeout', '10'], 120).finally(() =>
        rmSync(folder, { recursive: true }),
      );
    },
  };
};

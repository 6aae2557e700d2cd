import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { assemble, createLogger } from '@pushtech/service';
import type { Ledger } from '@pushtech/stats';
import { buildFlow } from '../src/app.ts';
import { readFlowSettings } from '../src/config.ts';

/** A folder for one test's data, and how to get rid of it. */
export const dataFolder = () => {
  const path = mkdtempSync(join(tmpdir(), 'pushtech-flow-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
};

/** Without the city databases, which few tests need and which take their time to open. */
export const NO_PLACES = '/nowhere/at-all.mmdb';

/** What all tests start with; no event comes of itself, so that numbers are exact. */
const QUIET = { GEOIP_CITY_PATH: NO_PLACES, HEARTBEAT_SECONDS: '0' };

/** The whole system inside the test's own process, on a port of the system's choice. */
export const startFlow = async (dataDir: string, env: Record<string, string> = {}) => {
  const settings = readFlowSettings({ DATA_DIR: dataDir, PORT: '0', ...QUIET, ...env });
  const flow = await assemble(settings, createLogger('silent', 'test'), buildFlow(settings));
  const { url } = await flow.host.listen({ host: '127.0.0.1', port: 0 });
  return { url, close: flow.close };
};

export interface Running {
  url: string;
  child: ChildProcess;
  /** Exit code, or the signal's name. */
  ended: Promise<number | string>;
}

/** The whole system as `npm start` runs it: a process of its own, to be killed. */
export const spawnFlow = async (dataDir: string, env: Record<string, string> = {}): Promise<Running> => {
  const child = spawn(process.execPath, [new URL('../src/main.ts', import.meta.url).pathname], {
    env: {
      PATH: process.env.PATH,
      DATA_DIR: dataDir,
      PORT: '0',
      LOG_LEVEL: 'error',
      ...QUIET,
      ...env,
    },
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  const ended = new Promise<number | string>((resolve) =>
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 0)),
  );
  let said = '';
  child.stderr?.setEncoding('utf8');
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr?.on('data', (text: string) => {
      said += text;
      const found = /http:\/\/localhost:(\d+)\/kafidx/.exec(said);
      if (found) resolve(`http://127.0.0.1:${found[1]}`);
    });
    ended.then((code) => reject(new Error(`it ended with ${code} before it was ready:\n${said}`)));
  });
  return { url, child, ended };
};

export const getJson = async <T>(url: string): Promise<T> => {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
};

export const sum = (numbers: Record<string, number>): number =>
  Object.values(numbers).reduce((a, b) => a + b, 0);

/** Waits until `received` hits are worked off and both sides of the ledger agree. */
export const settled = async (
  url: string,
  received: number,
  query = '',
  withinMs = 60_000,
): Promise<Ledger> => {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const ledger = await getJson<Ledger>(`${url}/stats/ledger${query}`);
    const done =
      ledger.received >= received &&
      ledger.received + ledger.redelivered === ledger.kept + ledger.dead + sum(ledger.dropped) &&
      ledger.kept === ledger.counted + ledger.duplicates;
    if (done) return ledger;
    if (Date.now() > deadline)
      throw new Error(`the ledger did not settle at ${received}: ${JSON.stringify(ledger)}`);
    await sleep(50);
  }
};

export const postEvents = async (
  url: string,
  items: unknown[],
  query = '',
  headers: Record<string, string> = {},
) =>
  fetch(`${url}/t${query}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(items),
  });

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const MAIN = new URL('../../flow/src/main.ts', import.meta.url).pathname;

export const API_TOKEN = 'token-of-the-tests';

/** The whole system as `npm start` runs it, in a process of its own: this package knows it by its addresses only. */
export const spawnSystem = async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-sender-'));
  const child = spawn(process.execPath, [MAIN], {
    env: {
      PATH: process.env.PATH,
      DATA_DIR: folder,
      PORT: '0',
      LOG_LEVEL: 'error',
      HEARTBEAT_SECONDS: '0',
      GEOIP_CITY_PATH: '/nowhere/at-all.mmdb',
      API_TOKEN,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  let found: RegExpExecArray | null = null;
  while (!found) {
    if (child.exitCode !== null) throw new Error(`it ended before it was ready:\n${said}`);
    found = /http:\/\/localhost:(\d+)\/kafidx/.exec(said);
    await sleep(20);
  }
  const url = `http://127.0.0.1:${found[1]}`;

  const get = async (path: string): Promise<Record<string, number>> =>
    (await (await fetch(url + path)).json()) as Record<string, number>;

  return {
    url,
    /** Events counted for a site, once `n` are, and a moment later. */
    async counted(site: string, n: number): Promise<number | undefined> {
      const from = new Date(Date.now() - 7 * 86_400_000).toISOString();
      const to = new Date(Date.now() + 3_600_000).toISOString();
      const query = new URLSearchParams({ from, to, site, bots: 'include' });
      const look = async () => (await get(`/stats/summary?${query}`)).events;
      for (let i = 0; i < 400 && ((await look()) ?? 0) < n; i++) await sleep(25);
      await sleep(200);
      return look();
    },
    ledger: () => get('/stats/ledger'),
    async close(): Promise<void> {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

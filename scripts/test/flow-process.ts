import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const main = new URL('../../packages/flow/src/main.ts', import.meta.url).pathname;

/** Without the city databases, which take their time to open; no event comes of itself, so that numbers are exact. */
const QUIET = { GEOIP_CITY_PATH: '/nowhere/at-all.mmdb', HEARTBEAT_SECONDS: '0', LOG_LEVEL: 'error' };

export const TOKEN = 'the-token-of-a-test-0123456789';
export const PASSWORD = 'the password of a test';

const address = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const port = /http:\/\/localhost:(\d+)\/kafidx/.exec(said)?.[1];
      if (port) resolve(`http://127.0.0.1:${port}`);
    });
    child.once('exit', () => reject(new Error(`it ended before it was ready:\n${said}`)));
  });

/**
 * The whole system as `npm start` runs it, closed to strangers: a process of its own on a free port, with its data in a folder
 * that goes away with it. This package may not import the services.
 */
export const startFlowProcess = async (env: Record<string, string> = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-scripts-'));
  const child = spawn(process.execPath, [main], {
    env: {
      ...{ PATH: process.env.PATH, DATA_DIR: folder, PORT: '0' },
      ...{ ...QUIET, API_TOKEN: TOKEN, ADMIN_PASSWORD: PASSWORD, ...env },
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const url = await address(child);
  return {
    url,
    folder,
    async close() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

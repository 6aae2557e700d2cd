import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const places = [
  process.env.CHROMIUM_PATH ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

const args =
  '--headless --no-sandbox --disable-gpu --no-first-run --disable-component-update --disable-sync'.split(' ');

/** Shows a page in a Chromium that nobody remote-controls: under control it never renders pages ahead. */
export const showInPlainChromium = (url: string) => {
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-chromium-'));
  const child = spawn(
    places.find(existsSync) as string,
    [...args, `--user-data-dir=${folder}`, '--remote-debugging-port=0', url],
    {
      stdio: 'ignore',
      // A group of its own, so that its children end with it.
      detached: true,
    },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  return {
    async close(): Promise<void> {
      process.kill(-(child.pid as number), 'SIGKILL');
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
};

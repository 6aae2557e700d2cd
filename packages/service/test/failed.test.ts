import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';

it('stops in order, with the reason in the log and exit code 1, when a service fails for good', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pushtech-failed-'));
  const child = new URL('failing-child.ts', import.meta.url).pathname;
  const env = { PATH: process.env.PATH, DATA_DIR: folder, PORT: '0' };
  const { code, said } = await new Promise<{ code: unknown; said: string }>((resolve) =>
    execFile(process.execPath, [child], { env, timeout: 20_000 }, (error, stdout) =>
      resolve({ code: error?.code, said: stdout }),
    ),
  );
  rmSync(folder, { recursive: true });
  expect(code).toBe(1);
  expect(said).toContain('A part failed for good.');
  expect(said).toContain('the log is gone');
  expect(said).toContain('stopped in order');
});

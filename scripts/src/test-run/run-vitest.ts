import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder all test runs start from. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

/** Runs Vitest on our own terminal. @returns its exit code; 1 when it was ended by a signal */
export const runVitest = (
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [vitest, 'run', ...args], { cwd: root, env, stdio: 'inherit' });
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });

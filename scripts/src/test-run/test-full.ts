import { join } from 'node:path';
import { explained } from './explain.ts';
import { parts, runFullTests } from './run-full-tests.ts';
import { root } from './run-vitest.ts';

const stopping = new AbortController();
// Ctrl-C ends the part that runs, which hears it itself and cleans up.
for (const word of ['SIGINT', 'SIGTERM'] as const) process.on(word, () => stopping.abort());

process.exitCode = await explained(
  'test:full',
  (text) => process.stderr.write(text),
  () =>
    runFullTests(process.argv.slice(2), {
      parts,
      page: join(root, 'ops/README.md'),
      env: process.env,
      clock: Date.now,
      heard: (text) => process.stdout.write(text),
      signal: stopping.signal,
    }),
);

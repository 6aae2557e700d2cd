import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createListener } from './listener.ts';

const vitest = join(createRequire(import.meta.url).resolve('vitest/package.json'), '../vitest.mjs');
const config = join(import.meta.dirname, 'sample/vitest.config.ts');

/** Runs the tests in `sample/` in a process of their own. */
const runSample = (env: Record<string, string>, ...args: string[]) =>
  new Promise<{ code: number | null; lines: string[] }>((resolve) => {
    const child = spawn(process.execPath, [vitest, 'run', '--config', config, ...args], {
      env: { PATH: process.env.PATH ?? '', NO_COLOR: '1', ...env },
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        text += chunk;
      });
    }
    child.on('close', (code) => resolve({ code, lines: text.trimEnd().split('\n') }));
  });

const skipped = [
  'skipped: redis (REDIS_URL is not set), 4 tests',
  'skipped: kafka (KAFKA_BROKERS is not set), 1 tests',
  'skipped: mongo (MONGODB_URL is not set), 2 tests',
];

describe('a run', () => {
  test('tells in its last lines which engines are not named, and how many tests were skipped for each', async () => {
    const { code, lines } = await runSample({});
    expect(lines.slice(-3)).toEqual(skipped);
    expect(code).toBe(0);
  });

  test.each([
    ['--reporter=default', '--reporter=json', '--outputFile.json=/dev/null'],
    ['--reporter=dot'],
    ['--reporter=verbose'],
  ])('tells it beside %s too', async (...args) => {
    const { lines } = await runSample({}, ...args);
    expect(lines.slice(-3)).toEqual(skipped);
  });

  test('runs what needs an engine that is named, and names only the others', async () => {
    const redis = await createListener('+PONG\r\n');
    const { code, lines } = await runSample({ REDIS_URL: `redis://127.0.0.1:${redis.port}` });
    await redis.close();
    expect(lines.join('\n')).toMatch(/4 passed \| 4 skipped/);
    expect(lines.slice(-2)).toEqual(skipped.slice(1));
    expect(code).toBe(0);
  });

  test('fails as a whole, with one sentence, when an engine that is named does not answer', async () => {
    const { code, lines } = await runSample({ KAFKA_BROKERS: '127.0.0.1:1' });
    expect(lines.at(-1)).toMatch(
      /^KAFKA_BROKERS names 127\.0\.0\.1:1, but no kafka answers there within 10 s: .*ECONNREFUSED.*\.$/,
    );
    expect(lines.join('\n')).not.toMatch(/passed|No test files|at /);
    expect(code).toBe(1);
  });
});

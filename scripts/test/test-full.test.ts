import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { countTests, leftOut } from '../src/test-run/count-tests.ts';
import { type FullRun, parts, runFullTests } from '../src/test-run/run-full-tests.ts';
import type { Part } from '../src/test-run/run-part.ts';

const folder = mkdtempSync(join(tmpdir(), 'pushtech-full-'));
afterAll(() => rmSync(folder, { recursive: true }));
const page = join(folder, 'README.md');

/** A command that says what a test run says, and ends with a code. */
const standIn = (name: string, lines: readonly string[], code = 0): Part => ({
  name,
  words: ['sh', '-c', `printf '%s\\n' "$@"; exit ${code}`, 'sh', ...lines],
});

const good = standIn('test:a', [
  '   Tests  12 passed | 2 skipped (14)',
  'skipped: redis (REDIS_URL is not set), 2 tests',
]);
const bad = standIn('test:b', ['     Tests  1 failed | 3 passed (4)'], 1);
const none = standIn('test:c', ['NOT TESTED: Docker Compose. there is no program "docker"']);

const run = (args: string[], all: readonly Part[], more: Partial<FullRun> = {}): Promise<number> =>
  runFullTests(args, {
    ...{ parts: all, page, env: process.env, clock: () => Date.UTC(2026, 10, 22) },
    ...{ heard: () => {}, signal: new AbortController().signal, ...more },
  });

const rows = (): string[] => readFileSync(page, 'utf8').match(/^\| `.*$/gm) ?? [];

beforeEach(() =>
  writeFileSync(page, '# Ops\n\n<!-- test:full -->\nnothing yet\n<!-- /test:full -->\n\nMore.\n'),
);

describe('test:full', () => {
  test('writes what each part found between the marks, and leaves the rest of the page alone', async () => {
    expect(await run([], [good, none])).toBe(0);
    const text = readFileSync(page, 'utf8');
    expect(text).toMatch(
      /^# Ops\n\n<!-- test:full -->\n\| run \|.*\n\|---.*\n\| `test:a`.*\n\| `test:c`.*\n<!-- \/test:full -->\n\nMore\.\n$/,
    );
    expect(rows()[0]).toMatch(
      /^\| `test:a` \| 2026-11-22 \| [^|]+ \| 12 passed, 0 failed, 2 skipped \| 1 s \| redis \(REDIS_URL is not set\), 2 tests \|$/,
    );
    expect(rows()[1]).toContain('| none | 1 s | Docker Compose. there is no program "docker" |');
  });

  test('ends with 1 when a part failed, and runs the others all the same', async () => {
    expect(await run([], [bad, good])).toBe(1);
    expect(rows()).toHaveLength(2);
    expect(rows()[0]).toContain('3 passed, 1 failed, 0 skipped');
  });

  test('takes a part for failed that ends badly without a failed test', async () => {
    expect(await run([], [standIn('test:d', ['it fell over'], 3)])).toBe(1);
    expect(rows()[0]).toContain('0 passed, 1 failed');
  });

  test('runs some parts only when told so, and keeps what is known of the others', async () => {
    await run([], [good, bad]);
    const [first] = rows();
    const clock = () => Date.UTC(2027, 0, 1);
    expect(
      await run(['--only', 'test:b'], [good, standIn('test:b', ['   Tests  5 passed (5)'])], { clock }),
    ).toBe(0);
    expect(rows()).toEqual([first, expect.stringContaining('2027-01-01')]);
    await expect(run(['--only', 'test:x'], [good])).rejects.toThrow('--only is one or more of test:a');
  });

  test('writes nothing of a part that was ended by hand, and begins no other', async () => {
    const stopping = new AbortController();
    const heard = () => stopping.abort();
    expect(await run([], [good, bad], { heard, signal: stopping.signal })).toBe(1);
    expect(rows()).toEqual([]);
  });

  test('says what is wrong with a page without marks', async () => {
    writeFileSync(page, '# Ops\n');
    await expect(run([], [good])).rejects.toThrow('<!-- test:full -->');
  });

  test('passes on what a part says, and its environment', async () => {
    const said: string[] = [];
    const part: Part = { name: 'test:e', words: ['sh', '-c', 'echo "$WHO"; echo err >&2'] };
    await run([], [part], { heard: (text) => said.push(text), env: { ...process.env, WHO: 'us' } });
    expect(said.join('')).toMatch(/us\n/);
    expect(said.join('')).toMatch(/err\n/);
  });

  test('consists of runs that are there, the long form of each', () => {
    for (const { words } of parts) expect(existsSync(words[1] as string)).toBe(true);
    expect(parts.filter(({ words }) => words[2] === '--full').map(({ name }) => name)).toEqual([
      ...['test:compose', 'test:k8s', 'test:faults'],
    ]);
    const ops = readFileSync(new URL('../../ops/README.md', import.meta.url), 'utf8');
    expect(ops).toMatch(/<!-- test:full -->[\s\S]*<!-- \/test:full -->/);
  });
});

describe('an output', () => {
  test('adds up over several runs, coloured or not', () => {
    const output =
      '\u001b[2m      Tests \u001b[22m \u001b[1m\u001b[32m4 passed\u001b[39m\u001b[22m\u001b[90m (4)\u001b[39m\n Test Files  9 passed (9)\n      Tests  2 failed | 3 passed | 1 skipped | 1 todo (7)\n';
    expect(countTests(output)).toEqual({ passed: 7, failed: 2, skipped: 2 });
  });

  test('names what was left out once, and no engine that nothing needed', () => {
    const output =
      'skipped: redis (REDIS_URL is not set), 10 tests\nskipped: kafka (x), 0 tests\nNOT TESTED: a\nNOT TESTED: a\n';
    expect(leftOut(output)).toEqual(['skipped: redis (REDIS_URL is not set), 10 tests', 'NOT TESTED: a']);
  });
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readRecord, recordRun } from '../src/record-run.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pushtech-record-'));
});
afterEach(() => rmSync(root, { recursive: true }));

/** A run of one file, as Vitest tells of it. */
const run = (states: Record<string, string>, at: number, { module = 'passed', config = root } = {}): void => {
  const tests = Object.entries(states).map(([fullName, state]) => ({ fullName, result: () => ({ state }) }));
  const file = {
    moduleId: join(root, 'test/a.test.ts'),
    children: { allTests: () => tests },
    state: () => module,
  };
  const vitest = {
    state: { getTestModules: () => [file] },
    config: { root },
    vite: { config: { configFile: join(config, 'vitest.config.ts') } },
  };
  recordRun(vitest as unknown as Parameters<typeof recordRun>[0], at);
};

const known = () => readRecord(root)['test/a.test.ts'];

describe('the record of runs', () => {
  test('says how each test ended last, and when', () => {
    run({ a: 'passed', b: 'failed' }, 1);
    run({ a: 'failed', b: 'passed' }, 2);
    expect(known()).toEqual({ a: ['failed', 2], b: ['passed', 2] });
  });

  test('keeps what is known of a test that was skipped, and forgets one that is gone', () => {
    run({ a: 'passed', b: 'failed', gone: 'passed' }, 1);
    run({ a: 'skipped', b: 'passed', never: 'skipped' }, 2);
    expect(known()).toEqual({ a: ['passed', 1], b: ['passed', 2] });
  });

  test('takes nothing for held in a file that could not be loaded', () => {
    run({ a: 'passed' }, 1);
    run({}, 2, { module: 'failed' });
    expect(known()).toEqual({ a: ['failed', 2] });
  });

  test('keeps what is known of other files, and outlives a broken record', () => {
    mkdirSync(join(root, 'test-results'));
    writeFileSync(join(root, 'test-results/promises.json'), '{"b.test.ts":{"x":["passed",1]}}');
    run({ a: 'passed' }, 2);
    expect(Object.keys(readRecord(root))).toEqual(['b.test.ts', 'test/a.test.ts']);
    writeFileSync(join(root, 'test-results/promises.json'), '{"b.te');
    run({ a: 'passed' }, 3);
    expect(known()).toEqual({ a: ['passed', 3] });
  });

  test('is not made by runs with a configuration of elsewhere', () => {
    run({ a: 'passed' }, 1, { config: tmpdir() });
    expect(readRecord(root)).toEqual({});
  });
});

test('this run is set up to be recorded', () => {
  const setup = readFileSync(new URL('../src/global-setup.ts', import.meta.url), 'utf8');
  expect(setup).toContain('recordRun(vitest, Date.now())');
});

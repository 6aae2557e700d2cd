// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources of tests are quoted here
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { LastRun, RunRecord } from '@pushtech/testing/record';
import { afterAll, describe, expect, test } from 'vitest';
import { gatherPromises } from '../src/promises/gather-promises.ts';
import { judge, ranBeside } from '../src/promises/judge.ts';
import { readTests } from '../src/promises/read-tests.ts';
import { hearTask } from './hear-task.ts';

const root = mkdtempSync(join(tmpdir(), 'pushtech-promises-'));
afterAll(() => rmSync(root, { recursive: true }));

const DAY = Date.UTC(2026, 10, 20);
const passed: LastRun = ['passed', DAY];
const failed: LastRun = ['failed', DAY];

describe('names are read from a source', () => {
  test.each([
    ["test('holds', () => {});", [['holds']]],
    [
      "describe('a', () => { it('b', async () => {}); it.skip('c', () => {}); });",
      [
        ['a', 'b'],
        ['a', 'c'],
      ],
    ],
    ["describe('a', () => { describe('b', () => { test('c', () => {}); }); });", [['a', 'b', 'c']]],
    ["test.each([['x', 1]])('takes %s and %j', (s, n) => {});", [['takes %s and %j']]],
    ['test.each`a|b\n${1}|${2}`("adds $a", () => {});', [['adds $a']]],
    ["describe.skipIf(no)('a', () => { test.runIf(yes)('b', () => {}); });", [['a', 'b']]],
    ["needs('redis', 'kafka')('on both', ({ redis }) => { test('b', () => {}); });", [['on both', 'b']]],
    ['for (const n of [1, 2]) test(`keeps ${n + 1} days`, () => {});', [['keeps ${n + 1} days']]],
    ["test('a long name ' + 'in two parts', () => {});", [['a long name in two parts']]],
    ["describe(name, () => { promise('holds', async () => {}); });", [['holds']]],
    ["test('takes time', { timeout: 5 }, () => {});", [['takes time']]],
    // Not promises: what declares for others, what only looks alike, what is not there yet.
    ['const promise = (title, run) => { test(`${title} (${why})`, run); test(title, run); };', []],
    ["if (/it/.test('a')) re.test('b', 1);", []],
    ["// test('a', () => {});\nconst text = \"test('b', () => {});\"; test.todo('c');", []],
  ])('%s', (source, expected) => {
    expect(readTests(source)).toEqual(expected);
  });
});

describe('a promise', () => {
  const stateOf = (path: string[], runs: Record<string, LastRun>) => judge([path], runs).judged[0];

  test('held when its last run passed, and says when', () => {
    expect(stateOf(['a', 'b'], { 'a > b': passed })).toEqual({ name: 'a > b', state: 'held', at: DAY });
  });

  test.each([
    ['it failed', ['a'], { a: failed }],
    ['one row of its table failed', ['takes %s'], { 'takes x': passed, 'takes y (1 > 0)': failed }],
    [
      'one of its engines failed',
      ['keeps'],
      { 'contract: redis > keeps': failed, 'contract: x > keeps': passed },
    ],
  ])('is broken when %s', (_, path, runs) => {
    expect(stateOf(path, runs as Record<string, LastRun>)).toMatchObject({ state: 'broken', at: DAY });
  });

  test.each([
    [['takes %s'], 'takes x twice', true],
    [['of ${a.b} days'], 'suite > of 12 days', true],
    [['$name.first of $n'], 'x of 2', true],
    [['a', 'b'], 'a > made by a function > b', true],
    [['a.c'], 'abc', false],
    [['holds'], 'with more it holds', false],
    [['a', 'b'], 'b', false],
  ])('%j is not run, or run as "%s": %s', (path, ran, isSame) => {
    expect(stateOf(path, { [ran]: passed })?.state).toBe(isSame ? 'held' : 'not run');
  });

  test('that stands in no source as such is told as it ran', () => {
    const runs = { 'a > b': passed, 'from a table': failed };
    const { known } = judge([['a', 'b']], runs);
    expect(ranBeside(runs, known)).toEqual([{ name: 'from a table', state: 'broken', at: DAY }]);
  });
});

describe('a repository', () => {
  const write = (path: string, source: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), source);
  };
  write('packages/log/test/contract.ts', "describe(name, () => { promise('keeps', () => {}); });");
  write('packages/log/test/kafka.test.ts', "logContract('kafka', open);\ntest('is fast', () => {});");
  write('packages/log/test/kit.ts', 'export const kit = 1;');
  write('tracker/test/pixel.test.ts', "test('answers', () => {});");
  write('tracker/test/stop.faults.ts', "test('stops', () => {});");
  write('tracker/test/sample/bad.sample.ts', "test('is no promise', () => {});");
  write('tracker/node_modules/x/test/x.test.ts', "test('is not ours', () => {});");

  test('is told by service and file, contracts by the files that ran them', () => {
    const record: RunRecord = {
      'packages/log/test/kafka.test.ts': {
        'log: kafka > keeps': passed,
        'is fast': failed,
        'of a loop': passed,
      },
      'tracker/test/stop.faults.ts': { stops: passed },
    };
    const held = (name: string) => ({ name, state: 'held', at: DAY });
    expect(gatherPromises(root, record)).toEqual([
      {
        folder: 'packages/log',
        files: [
          { file: 'test/contract.ts', promises: [held('keeps')] },
          {
            file: 'test/kafka.test.ts',
            promises: [{ name: 'is fast', state: 'broken', at: DAY }, held('of a loop')],
          },
        ],
      },
      {
        folder: 'tracker',
        files: [
          { file: 'test/pixel.test.ts', promises: [{ name: 'answers', state: 'not run' }] },
          { file: 'test/stop.faults.ts', promises: [held('stops')] },
        ],
      },
    ]);
  });
});

describe('the task', () => {
  interface Service {
    folder: string;
    files: { file: string; promises: { name: string; state: string }[] }[];
  }
  const json = async (...args: string[]): Promise<Service[]> =>
    JSON.parse((await hearTask(['promises', '--json', ...args], {})).out);

  test('reads what this repository promises, in its own words', async () => {
    const services = await json();
    expect(services.map(({ folder }) => folder)).toEqual(
      expect.arrayContaining(['tracker', 'enricher', 'consumers/stats', 'kafidx', 'website', 'packages/log']),
    );
    const own = services.find(({ folder }) => folder === 'scripts')?.files;
    const names = own?.find(({ file }) => file === 'test/promises.test.ts')?.promises.map(({ name }) => name);
    expect(names).toContain(
      'a repository > is told by service and file, contracts by the files that ran them',
    );
    const all = services.flatMap(({ files }) => files.flatMap(({ promises }) => promises));
    expect(all.length).toBeGreaterThan(1000);
  });

  test('takes a service by its folder, the end of that, or its name as it is deployed', async () => {
    expect((await json('consumer-stats')).map(({ folder }) => folder)).toEqual(['consumers/stats']);
    expect((await json('stats')).map(({ folder }) => folder)).toEqual(['consumers/stats', 'packages/stats']);
    expect((await json('tracker', 'kafidx')).map(({ folder }) => folder)).toEqual(['kafidx', 'tracker']);
  });

  test('gives an overview, a service in full, or one state only', async () => {
    const { out } = await hearTask(['promises'], {});
    expect(out).toMatch(/^tracker +\d+ (held|broken|not run)/m);
    expect(out).toMatch(/^all +\d/m);
    const { out: full } = await hearTask(['promises', 'scripts'], {});
    expect(full).toMatch(/^ {2}test\/promises\.test\.ts\n {4}(held|broken|not run) /m);
    const states = (await json('--only', 'not-run')).flatMap(({ files }) =>
      files.flatMap(({ promises }) => promises.map(({ state }) => state)),
    );
    expect(new Set(states)).toEqual(new Set(states.length > 0 ? ['not run'] : []));
  });

  test.each([
    [['nope'], 'nothing called "nope" promises anything; there are consumers/stats'],
    [['--only', 'kept'], '--only is held, broken or not-run'],
  ])('ends %j with code 2 and a sentence', async (args, sentence) => {
    const { code, said } = await hearTask(['promises', ...args], {});
    expect(said).toContain(sentence);
    expect(code).toBe(2);
  });
});

import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { TestModule, Vitest } from 'vitest/node';

/** How a test ended when it last ran, and when that was, in epoch ms. */
export type LastRun = [state: 'passed' | 'failed', at: number];

/** By file, from the root of the repository, and full name. */
export type RunRecord = Record<string, Record<string, LastRun>>;

/** Where the record lies, from the root. */
export const RECORD_PATH = 'test-results/promises.json';

/** The record as it is; empty where there is none. */
export const readRecord = (root: string): RunRecord => {
  try {
    return JSON.parse(readFileSync(join(root, RECORD_PATH), 'utf8')) as RunRecord;
  } catch {
    return {};
  }
};

/** What is known of a file after a run. A skipped test keeps what was known of it; one that is gone is forgotten. */
const afterRun = (
  module: TestModule,
  before: Record<string, LastRun>,
  at: number,
): Record<string, LastRun> => {
  const tests = [...module.children.allTests()];
  // A file that could not be loaded holds none of its promises.
  if (tests.length === 0 && module.state() === 'failed')
    return Object.fromEntries(Object.keys(before).map((name) => [name, ['failed', at]]));
  const known = tests.flatMap((test): [string, LastRun][] => {
    const { state } = test.result();
    if (state === 'passed' || state === 'failed') return [[test.fullName, [state, at]]];
    const earlier = before[test.fullName];
    return earlier ? [[test.fullName, earlier]] : [];
  });
  return Object.fromEntries(known);
};

/**
 * Writes down which tests held, for the task `promises`. Runs of some files or some tests add to what earlier runs found;
 * of two runs that end at the same moment one may be lost.
 */
export const recordRun = (
  { state, config, vite }: Pick<Vitest, 'state' | 'config' | 'vite'>,
  at: number,
): void => {
  // A configuration of elsewhere is a test's own.
  if (dirname(vite.config.configFile ?? '') !== config.root) return;
  const record = readRecord(config.root);
  for (const module of state.getTestModules()) {
    const file = relative(config.root, module.moduleId);
    const known = afterRun(module, record[file] ?? {}, at);
    if (Object.keys(known).length > 0) record[file] = known;
    else delete record[file];
  }
  const path = join(config.root, RECORD_PATH);
  mkdirSync(dirname(path), { recursive: true });
  // Beside it first: whoever reads meanwhile finds a whole one.
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, JSON.stringify(record));
  renameSync(fresh, path);
};

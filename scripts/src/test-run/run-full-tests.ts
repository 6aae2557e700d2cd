import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs, promisify } from 'node:util';
import { type TaskIo, UsageError } from '../task.ts';
import { type Moment, withResults } from './full-report.ts';
import { type Part, type PartResult, runPart } from './run-part.ts';
import { root } from './run-vitest.ts';

const script = (name: string): string => new URL(`./${name}.ts`, import.meta.url).pathname;

/** All that is too long for every run of CI. */
export const parts: readonly Part[] = [
  { name: 'test:compose', words: [process.execPath, script('test-compose'), '--full'] },
  { name: 'test:k8s', words: [process.execPath, script('test-k8s'), '--full'] },
  { name: 'test:faults', words: [process.execPath, script('test-faults'), '--full'] },
  { name: 'test:engines', words: [process.execPath, script('test-engines')] },
];

export interface FullRun {
  parts: readonly Part[];
  /** The page with the marks. */
  page: string;
  env: TaskIo['env'];
  clock: TaskIo['clock'];
  heard: (text: string) => void;
  /** Ends it after the part that runs, and nothing is written. */
  signal: AbortSignal;
}

const git = async (...words: string[]): Promise<string> =>
  (await promisify(execFile)('git', words, { cwd: root })).stdout.trim();

const commit = async (): Promise<string> => {
  try {
    const [short, changes] = [await git('rev-parse', '--short', 'HEAD'), await git('status', '--porcelain')];
    return changes === '' ? short : `${short} and changes`;
  } catch {
    return 'not known';
  }
};

const choose = (all: readonly Part[], only: string | undefined): Part[] => {
  const names = only?.split(',') ?? all.map(({ name }) => name);
  const wrong = names.find((name) => !all.some((part) => part.name === name));
  if (wrong !== undefined)
    throw new UsageError(`--only is one or more of ${all.map(({ name }) => name).join(',')}, not "${wrong}"`);
  return all.filter(({ name }) => names.includes(name));
};

/**
 * Runs the parts one after the other, and writes what they found into the page, with date and commit.
 * @param args `[--only NAME,NAME]`
 * @returns the exit code: 1 when a test failed or it was ended
 */
export const runFullTests = async (args: readonly string[], run: FullRun): Promise<number> => {
  const { values } = parseArgs({ args: [...args], options: { only: { type: 'string' } } });
  const chosen = choose(run.parts, values.only);
  const moment: Moment = { date: new Date(run.clock()).toISOString().slice(0, 10), commit: await commit() };
  const results: PartResult[] = [];
  for (const part of chosen) {
    run.heard(`\n=== ${part.name} ===\n`);
    const result = await runPart(part, run.env, run.heard);
    if (run.signal.aborted) return 1;
    results.push(result);
    // After each part: hours of work are not lost when a later one ends it all.
    writeFileSync(run.page, withResults(readFileSync(run.page, 'utf8'), results, moment));
  }
  for (const { name, passed, failed, skipped } of results)
    run.heard(`${name}: ${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return results.some(({ failed }) => failed > 0) ? 1 : 0;
};

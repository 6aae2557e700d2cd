import type { LastRun } from '@pushtech/testing/record';
import type { PromisePath } from './read-tests.ts';

/** Full names and how they ended. */
export type Runs = Readonly<Record<string, LastRun>>;

export interface Judged {
  /** As the source says it; as it ran, where the source does not. */
  name: string;
  state: 'held' | 'broken' | 'not run';
  /** Epoch ms of the run that says so. */
  at?: number;
}

/** As Vitest joins the names of suites and tests. */
const JOIN = ' > ';

/** What stands for a value in a title: `%s`, `$name.inner`, `${expression}`. */
const BLANK = /%[sdifjoOc#$]|\$\{.*?\}|\$[a-z_][\w.]*/gi;

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** A full name that ends so; whatever stands before is a suite that was made by a function. */
const patternOf = (path: PromisePath): RegExp => {
  const segments = path.map((title) => title.split(BLANK).map(escaped).join('[\\s\\S]*'));
  return new RegExp(`(?:^|${JOIN})${segments.join(`(?:${JOIN}[\\s\\S]*)?${JOIN}`)}$`);
};

const judgeRuns = (name: string, runs: readonly LastRun[]): Judged => {
  if (runs.length === 0) return { name, state: 'not run' };
  const failed = runs.filter(([state]) => state === 'failed');
  const at = Math.max(...(failed.length > 0 ? failed : runs).map(([, when]) => when));
  return { name, state: failed.length > 0 ? 'broken' : 'held', at };
};

/** Tells of each promise whether the last run held it: one that failed for a single row of its table is broken. */
export const judge = (
  paths: readonly PromisePath[],
  runs: Runs,
): { judged: Judged[]; known: Set<string> } => {
  const known = new Set<string>();
  const names = Object.keys(runs);
  const judged = paths.map((path) => {
    const pattern = patternOf(path);
    const own = names.filter((name) => pattern.test(name));
    for (const name of own) known.add(name);
    return judgeRuns(
      path.join(JOIN),
      own.map((name) => runs[name] as LastRun),
    );
  });
  return { judged, known };
};

/** Tests that ran and stand in no source as such: their names come from tables and loops. */
export const ranBeside = (runs: Runs, known: ReadonlySet<string>): Judged[] =>
  Object.entries(runs)
    .filter(([name]) => !known.has(name))
    .map(([name, run]) => judgeRuns(name, [run]));

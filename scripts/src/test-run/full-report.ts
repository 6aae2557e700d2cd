import type { PartResult } from './run-part.ts';

export const MARKS = { begin: '<!-- test:full -->', end: '<!-- /test:full -->' } as const;

const HEAD = ['| run | date | commit | tests | took | not tested |', '|---|---|---|---|---|---|'];

export interface Moment {
  /** `2026-11-22`. */
  date: string;
  /** Short, and whether anything was changed since. */
  commit: string;
}

const minutes = (ms: number): string =>
  ms < 60_000 ? `${Math.ceil(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;

const testsOf = ({ passed, failed, skipped }: PartResult): string =>
  passed + failed + skipped === 0 ? 'none' : `${passed} passed, ${failed} failed, ${skipped} skipped`;

/** Nothing that is said may end a cell or a line. */
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/\s+/g, ' ').trim();

const rowOf = (result: PartResult, { date, commit }: Moment): string => {
  const left = result.left.map((line) => line.replace(/^(NOT TESTED|skipped): /, '')).join('; ');
  const cells = [
    `\`${result.name}\``,
    date,
    commit,
    testsOf(result),
    minutes(result.ms),
    left || 'nothing left out',
  ];
  return `| ${cells.map(cell).join(' | ')} |`;
};

const nameIn = (row: string): string => /^\| `([^`]+)`/.exec(row)?.[1] ?? '';

/**
 * A text with the results between its marks. Rows of parts that did not run now stay as they are.
 * @throws Error the marks are not there
 */
export const withResults = (text: string, results: readonly PartResult[], moment: Moment): string => {
  const [begin, end] = [text.indexOf(MARKS.begin), text.indexOf(MARKS.end)];
  if (begin < 0 || end < begin) throw new Error(`${MARKS.begin} and ${MARKS.end} are not in it`);
  const before = text.slice(begin + MARKS.begin.length, end);
  const rows = new Map<string, string>();
  for (const row of before.split('\n').filter((line) => nameIn(line) !== '')) rows.set(nameIn(row), row);
  for (const result of results) rows.set(result.name, rowOf(result, moment));
  const table = [...HEAD, ...rows.values()].join('\n');
  return `${text.slice(0, begin)}${MARKS.begin}\n${table}\n${text.slice(end)}`;
};

import type { Cell, Ledger } from '@pushtech/stats';
import { createAsking } from './ask.ts';
import { countGoal, type GoalRow, goalRows, goalsOf } from './goals.ts';
import type { Line } from './line.ts';
import type { TableQuery } from './query.ts';
import { isTable, readTable, type Table } from './tables.ts';
import { type Frame, frameOf, goalQuestionOf, lineOf, openRowOf, spanOf, type ViewDeps } from './view.ts';

/** One table, as an object for the page and as rows for a spreadsheet. */
export interface TableAnswer {
  body: object;
  columns: readonly string[];
  rows: readonly (readonly Cell[])[];
}

const QUESTION_MS = 30_000;

const iso = (at: number): string => new Date(at).toISOString();

const ofTable = (name: string, table: Table): TableAnswer => {
  const visitors = table.rows.some((row) => row.length === 3) ? ['visitors'] : [];
  return { body: table, columns: [name, 'events', ...visitors], rows: table.rows };
};

const ofLine = (line: Line): TableAnswer => ({
  body: line,
  columns: ['at', 'events', ...(line.visitors ? ['visitors'] : [])],
  rows: line.at.map((at, i) => [iso(at), line.events[i], ...(line.visitors ? [line.visitors[i]] : [])]),
});

const ofLedger = ({
  received,
  redelivered,
  kept,
  dead,
  dropped,
  counted,
  duplicates,
}: Ledger): TableAnswer => ({
  body: { received, redelivered, kept, dead, dropped, counted, duplicates },
  columns: ['name', 'n'],
  rows: [
    ...Object.entries({ received, redelivered, kept, dead, counted, duplicates }),
    ...Object.entries(dropped).map(([reason, n]): [string, number] => [`dropped ${reason}`, n]),
  ],
});

const ofGoalRows = (name: string, found: GoalRow[]): TableAnswer => ({
  body: { rows: found },
  columns: [name, 'events', 'visitors', 'visitors of all', 'rate'],
  rows: found.map(({ value, events, visitors, of, rate }) => [value, events, visitors, of, rate]),
});

type Read = (deps: ViewDeps, query: TableQuery, frame: Frame) => Promise<TableAnswer | undefined>;

const readGoals: Read = async (deps, _query, frame) => {
  const goals = goalsOf(deps.goals ?? (await deps.store.goals.list({ limit: 1000 })), frame.site);
  const asking = createAsking(QUESTION_MS);
  const question = goalQuestionOf(frame);
  const counted = await Promise.all(goals.map((goal) => countGoal(deps.stats, goal, question, asking)));
  return {
    body: { goals: counted },
    columns: ['goal', 'type', 'site', 'events', 'visitors', 'rate'],
    rows: counted.map(({ name, type, site, events, visitors, rate }) => [
      name,
      type,
      site,
      events,
      visitors,
      rate,
    ]),
  };
};

const readGoalRows =
  (dimension: 'source' | 'campaign'): Read =>
  async (deps, query, frame) => {
    const goals = goalsOf(deps.goals ?? (await deps.store.goals.list({ limit: 1000 })), frame.site);
    const goal = goals.find(({ id }) => id === query.goal);
    return goal && ofGoalRows(dimension, await goalRows(deps.stats, goal, goalQuestionOf(frame), dimension));
  };

/** What is no list of values. */
const others: Record<string, Read> = {
  series: async ({ stats }, query, frame) => ofLine(await lineOf(stats, frame, openRowOf(query))),
  goals: readGoals,
  'goal-sources': readGoalRows('source'),
  'goal-campaigns': readGoalRows('campaign'),
  ledger: async ({ stats, oneSite }, _query, { range, from, to }) =>
    oneSite ? undefined : ofLedger(await stats.ledger(range === 'all' ? {} : { from, to })),
};

/** The table a question names; `undefined` when there is none of that name. */
export const readTableAnswer = async (
  deps: ViewDeps,
  query: TableQuery,
): Promise<TableAnswer | undefined> => {
  const { table: name } = query;
  const frame = await frameOf(query, deps);
  if (Object.hasOwn(others, name)) return others[name]?.(deps, query, frame);
  if (!isTable(name, deps.properties) || (deps.oneSite && name === 'site')) return undefined;
  return ofTable(name, await readTable(deps.stats, spanOf(frame), name, query.limit));
};

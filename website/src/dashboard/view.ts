import type { BotsFilter, Ledger, Span, Stats, Summary } from '@pushtech/stats';
import type { Goal, Store } from '@pushtech/store';
import { type Asking, createAsking, type Problem } from './ask.ts';
import { countGoal, type GoalCount, type GoalQuestion, type GoalRow, goalRows, goalsOf } from './goals.ts';
import { type Line, readLine } from './line.ts';
import type { ViewQuery } from './query.ts';
import { intervalOf, type Range, type RangeName, rangeOf } from './range.ts';
import { openTables, propertyTables, readTable, type Table } from './tables.ts';

export interface ViewDeps {
  /** The counters: one's own, or those of the example. */
  stats: Stats;
  store: Pick<Store, 'goals' | 'sites'>;
  /** The example's own goals instead of those of the store. */
  goals?: readonly Goal[];
  properties: readonly string[];
  /** Epoch ms. */
  clock: () => number;
  /** Where days begin when the address does not say. */
  zone?: string | undefined;
  /** Without what concerns all sites: for strangers who may see one. */
  oneSite?: boolean;
}

export interface Frame {
  range: RangeName;
  tz: string;
  from: number;
  to: number;
  before?: { from: number; to: number };
  site?: string;
  type?: string;
  bots: BotsFilter;
  tables: string[];
  /** Epoch ms: when it was counted. */
  at: number;
}

export interface Row {
  table: string;
  value: string | null;
  line?: Line;
}

/** All that one view shows. What is absent could not be counted, and is among the problems. */
export interface View {
  frame: Frame;
  summary?: Summary;
  before?: Summary;
  bots?: Summary;
  line?: Line;
  lineBefore?: Line;
  tables: Record<string, Table>;
  goals: GoalCount[];
  /** The goal that is open. */
  goal?: { id: string; sources: GoalRow[]; campaigns: GoalRow[] };
  row?: Row;
  ledger?: Ledger;
  /** Tables of properties. */
  properties: string[];
  /** Names to choose from. */
  sites: string[];
  types: string[];
  /** Whether anything was ever counted; asked only where the view is empty. */
  ever?: boolean;
  problems: Problem[];
}

const ROWS = 10;
/** All countries there are: the map shows them. */
const COUNTRIES = 300;
const MOST_NAMES = 200;
const MOST_GOALS = 50;
const QUESTION_MS = 8000;

/** Which span of time, in which zone. */
export const frameOf = async (
  query: ViewQuery,
  { store, clock, zone }: Pick<ViewDeps, 'store' | 'clock' | 'zone'>,
): Promise<Frame & Range> => {
  const site = query.site === undefined ? undefined : await store.sites.get(query.site);
  const tz = query.tz ?? site?.timeZone ?? zone ?? 'UTC';
  const range = query.range ?? (query.from === undefined ? '7d' : 'custom');
  const { from, to, before } = rangeOf({ range, from: query.from, to: query.to, tz, now: clock() });
  return {
    ...{ range, tz, from, to, bots: query.bots, at: clock(), tables: [] },
    ...(query.compare === '1' && before && { before }),
    ...(query.site !== undefined && { site: query.site }),
    ...(query.type !== undefined && { type: query.type }),
  };
};

/** The part of a frame that the counters understand. */
export const spanOf = ({ from, to, site, type, bots }: Frame): Span => ({
  ...{ from, to, bots },
  ...(site !== undefined && { site }),
  ...(type !== undefined && { type }),
});

export const goalQuestionOf = ({ from, to, before, site, bots }: Frame): GoalQuestion => ({
  ...{ span: { from, to }, before, site, bots },
});

export const lineOf = (stats: Stats, frame: Frame, row?: Pick<Row, 'table' | 'value'>): Promise<Line> =>
  readLine(
    stats,
    {
      ...spanOf(frame),
      ...{ tz: frame.tz, interval: intervalOf(frame) },
      ...(row && { dimension: row.table, value: row.value }),
    },
    frame.range === 'all',
  );

const lineBeforeOf = (stats: Stats, frame: Frame) =>
  frame.before && lineOf(stats, { ...frame, ...frame.before });

const readTables = async (deps: ViewDeps, frame: Frame, { ask }: Asking): Promise<Record<string, Table>> => {
  const tables: Record<string, Table> = {};
  await Promise.all(
    frame.tables.map(async (name) => {
      const limit = name === 'country' ? COUNTRIES : ROWS;
      const table = await ask(name, () => readTable(deps.stats, spanOf(frame), name, limit));
      if (table) tables[name] = table;
    }),
  );
  return Object.fromEntries(frame.tables.flatMap((name) => (tables[name] ? [[name, tables[name]]] : [])));
};

/** Values of a kind that were seen in the span, whatever the view is limited to. */
const namesOf = async (
  stats: Stats,
  { from, to }: Frame,
  dimension: 'site' | 'type',
  site: string | undefined,
): Promise<string[]> => {
  const span = { from, to, bots: 'include' as const, ...(site !== undefined && { site }) };
  const { rows } = await stats.top({ ...span, dimension, limit: MOST_NAMES });
  return rows.flatMap(({ value }) => (value === null ? [] : [value]));
};

const readSites = async ({ stats, store, oneSite }: ViewDeps, frame: Frame): Promise<string[]> => {
  if (oneSite) return frame.site === undefined ? [] : [frame.site];
  const [seen, known] = await Promise.all([
    namesOf(stats, frame, 'site', undefined),
    store.sites.list({ limit: MOST_NAMES }),
  ]);
  const chosen = frame.site === undefined ? [] : [frame.site];
  return [...new Set([...known.map(({ id }) => id), ...seen, ...chosen])].sort();
};

const readGoals = async (deps: ViewDeps, frame: Frame, asking: Asking, open: string | undefined) => {
  const all = deps.goals ?? (await deps.store.goals.list({ limit: MOST_GOALS }));
  const goals = goalsOf(all, frame.site);
  const question = goalQuestionOf(frame);
  const chosen = goals.find(({ id }) => id === open);
  const rows = (dimension: 'source' | 'campaign') =>
    chosen && asking.ask('goal', () => goalRows(deps.stats, chosen, question, dimension));
  const [counted, sources, campaigns] = await Promise.all([
    Promise.all(goals.map((goal) => countGoal(deps.stats, goal, question, asking))),
    rows('source'),
    rows('campaign'),
  ]);
  return {
    goals: counted,
    ...(chosen && { goal: { id: chosen.id, sources: sources ?? [], campaigns: campaigns ?? [] } }),
  };
};

/** A row that is open: the table it stands in, and its value. */
export const openRowOf = ({ open, value }: ViewQuery): Pick<Row, 'table' | 'value'> | undefined =>
  open === undefined ? undefined : { table: open, value: value ?? null };

const readRow = async (deps: ViewDeps, query: ViewQuery, frame: Frame, { ask }: Asking) => {
  const row = openRowOf(query);
  if (!row) return undefined;
  const line = await ask('row', () => lineOf(deps.stats, frame, row));
  return { ...row, ...(line && { line }) };
};

/** Books are kept by time of receipt and for all sites together. */
const readLedger = ({ stats, oneSite }: ViewDeps, { from, to, range }: Frame, { ask }: Asking) =>
  oneSite ? undefined : ask('ledger', () => stats.ledger(range === 'all' ? {} : { from, to }));

const wasEver = async ({ stats, clock }: ViewDeps, { site }: Frame): Promise<boolean> => {
  const { from, to } = rangeOf({ range: 'all', tz: 'UTC', now: clock() });
  const span = { from, to, bots: 'include' as const, ...(site !== undefined && { site }) };
  return (await stats.summary(span)).events > 0;
};

/** Counts all that a view shows, everything beside everything, each within its own bound. */
export const readView = async (deps: ViewDeps, query: ViewQuery): Promise<View> => {
  const { stats } = deps;
  const asking = createAsking(QUESTION_MS);
  const { ask, problems } = asking;
  const frame = { ...(await frameOf(query, deps)), tables: openTables(query.tables, deps.properties) };
  if (deps.oneSite) frame.tables = frame.tables.filter((name) => name !== 'site');
  const span = spanOf(frame);
  const [summary, before, bots, line, lineBefore, tables, goals, row, ledger, sites, types] =
    await Promise.all([
      ask('summary', () => stats.summary(span)),
      frame.before && ask('before', () => stats.summary({ ...span, ...frame.before })),
      ask('bots', () => stats.summary({ ...span, bots: 'only' })),
      ask('line', () => lineOf(stats, frame)),
      ask('before', async () => lineBeforeOf(stats, frame)),
      readTables(deps, frame, asking),
      readGoals(deps, frame, asking, query.goal),
      readRow(deps, query, frame, asking),
      readLedger(deps, frame, asking),
      ask('sites', () => readSites(deps, frame)),
      ask('types', () => namesOf(stats, frame, 'type', frame.site)),
    ]);
  const ever = summary?.events === 0 ? await ask('ever', () => wasEver(deps, frame)) : undefined;
  return {
    frame,
    ...(summary && { summary }),
    ...(before && { before }),
    ...(bots && { bots }),
    ...(line && { line }),
    ...(lineBefore && { lineBefore }),
    tables,
    ...goals,
    ...(row && { row }),
    ...(ledger && { ledger }),
    ...{ sites: sites ?? [], types: types ?? [], properties: propertyTables(deps.properties) },
    ...(ever !== undefined && { ever }),
    problems,
  };
};

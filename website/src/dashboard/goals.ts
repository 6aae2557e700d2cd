import type { BotsFilter, Span, Stats } from '@pushtech/stats';
import type { Goal } from '@pushtech/store';
import type { Asking } from './ask.ts';
import type { Period } from './range.ts';

/** What a view wants counted of goals. */
export interface GoalQuestion {
  span: Period;
  before?: Period | undefined;
  site?: string | undefined;
  bots: BotsFilter;
}

export interface GoalCount {
  id: string;
  name: string;
  type: string;
  site?: string;
  conditions: Goal['conditions'];
  createdAt: number;
  /** Without conditions a goal is its type, and known from the beginning; else it is counted since it was made. */
  fromBeginning: boolean;
  /** Absent where it could not be counted. */
  events?: number;
  visitors?: number;
  before?: { events: number; visitors: number };
  /** Visitors who did it by all visitors of the same site, 0 to 1; absent without visitors. */
  rate?: number;
}

/** A row of what the visitors of one source or campaign did: `of` = all of them, `rate` = visitors / of. */
export interface GoalRow {
  value: string | null;
  events: number;
  visitors: number;
  of: number;
  rate?: number;
}

const MOST_ROWS = 100;
const MOST_BASE = 10_000;

const fromBeginning = (goal: Goal): boolean => goal.conditions.length === 0 || goal.createdAt === 0;

/** The type its events are counted under. */
const typeOf = ({ id, type, conditions }: Goal): string => (conditions.length === 0 ? type : `goal/${id}`);

const spanOf = (period: Period, { bots }: GoalQuestion, site: string | undefined): Span => ({
  ...period,
  bots,
  ...(site !== undefined && { site }),
});

const rateOf = (visitors: number, of: number): { rate?: number } =>
  of > 0 ? { rate: Math.min(1, visitors / of) } : {};

/** Goals of other sites say nothing about this one. */
export const goalsOf = (goals: readonly Goal[], site: string | undefined): Goal[] =>
  goals.filter((goal) => site === undefined || goal.site === undefined || goal.site === site);

/** How often a goal was reached, and by which part of the visitors. */
export const countGoal = async (
  stats: Stats,
  goal: Goal,
  question: GoalQuestion,
  { ask }: Asking,
): Promise<GoalCount> => {
  const site = goal.site ?? question.site;
  const type = typeOf(goal);
  const count = (period: Period, extra: object) =>
    ask(`goal ${goal.id}`, () => stats.summary({ ...spanOf(period, question, site), ...extra }));
  const [reached, all, before] = await Promise.all([
    count(question.span, { type }),
    count(question.span, {}),
    question.before && count(question.before, { type }),
  ]);
  return {
    ...goal,
    fromBeginning: fromBeginning(goal),
    ...(reached && { events: reached.events, visitors: reached.visitors }),
    ...(reached && all && rateOf(reached.visitors, all.visitors)),
    ...(before && { before: { events: before.events, visitors: before.visitors } }),
  };
};

/** Who reached a goal, by source or campaign, with the part of the visitors of each. */
export const goalRows = async (
  stats: Stats,
  goal: Goal,
  question: GoalQuestion,
  dimension: 'source' | 'campaign',
): Promise<GoalRow[]> => {
  const span = { ...spanOf(question.span, question, goal.site ?? question.site), dimension };
  const [reached, all] = await Promise.all([
    stats.top({ ...span, type: typeOf(goal), limit: MOST_ROWS }),
    stats.top({ ...span, limit: MOST_BASE }),
  ]);
  const base = new Map(all.rows.map(({ value, visitors = 0 }) => [value, visitors]));
  return reached.rows.map(({ value, events, visitors = 0 }) => {
    const of = base.get(value) ?? 0;
    return { value, events, visitors, of, ...rateOf(visitors, of) };
  });
};

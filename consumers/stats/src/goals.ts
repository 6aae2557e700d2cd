import type { Event } from '@pushtech/event';
import type { Logger } from '@pushtech/service';
import { dimensions, propertyDimension } from '@pushtech/stats';
import { type Condition, createCopy, type Goal, type Store } from '@pushtech/store';

const LOOK_MS = 2000;
/** Counting begins without the goals when the store has not answered by then. */
const FIRST_MS = 5000;
const PROPERTY = 'properties.';

type Read = (event: Event) => string | null;
type Test = (event: Event) => boolean;

/** Goals that ask for one type of event. */
type ByType = ReadonlyMap<string, readonly { id: string; test: Test }[]>;

const NONE: readonly string[] = [];

/** The same reading as the numbers': what a condition names is what the dimension of this name shows. */
const readerOf = (field: string): Read | undefined =>
  field.startsWith(PROPERTY)
    ? propertyDimension(field.slice(PROPERTY.length)).read
    : dimensions.find(({ name }) => name === field)?.read;

const comparisons = {
  equal: (text: string, value: string) => text === value,
  starts: (text: string, value: string) => text.startsWith(value),
  contains: (text: string, value: string) => text.includes(value),
} satisfies Record<Condition['is'], unknown>;

/** A condition that nobody here understands is never met: a newer pushtech may have made it. */
const testOf = ({ field, is, value }: Condition): Test => {
  const read = readerOf(field);
  const compare = Object.hasOwn(comparisons, is) ? comparisons[is] : undefined;
  if (!read || !compare) return () => false;
  return (event) => {
    const text = read(event);
    return text !== null && compare(text, value);
  };
};

const compile = (goals: readonly Goal[]): ByType => {
  const byType = new Map<string, { id: string; test: Test }[]>();
  for (const { id, type, site, conditions } of goals) {
    const tests = conditions.map(testOf);
    if (site !== undefined) tests.unshift((event) => event.site === site);
    const test: Test = (event) => tests.every((one) => one(event));
    byType.set(type, [...(byType.get(type) ?? []), { id, test }]);
  }
  return byType;
};

export interface GoalsDeps {
  store: Pick<Store, 'goals'>;
  record: Logger;
  /** How often the store is asked whether they changed, in ms. */
  lookMs?: number;
}

/**
 * The goals of the store, kept at hand: what was changed counts from some two seconds later on. While the store is away
 * the goals known last go on being counted.
 */
export const createGoals = ({ store, record, lookMs = LOOK_MS }: GoalsDeps) => {
  const byType = createCopy<Goal, ByType>(store.goals, compile, new Map());
  let problem: string | undefined;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    try {
      await byType.refresh();
      problem = undefined;
    } catch (error) {
      const { message } = error as Error;
      if (problem !== message) record.warn({ err: error }, 'The goals cannot be read; those known count on.');
      problem = message;
    }
    if (!stopped) timer = setTimeout(again, lookMs).unref();
  };

  const again = (): void => {
    looking = look();
  };

  return {
    /** Waits for the first reading, some seconds at the most. */
    async start(): Promise<void> {
      again();
      const patience = Promise.withResolvers<void>();
      const late = setTimeout(patience.resolve, FIRST_MS);
      await Promise.race([looking, patience.promise]);
      clearTimeout(late);
    },

    /** The ids of the goals that an event meets. */
    match(event: Event): readonly string[] {
      const candidates = byType.get().get(event.type);
      if (!candidates) return NONE;
      return candidates.filter(({ test }) => test(event)).map(({ id }) => id);
    },

    /** Why the goals may not be what the store says. */
    problem: (): string | undefined =>
      problem ?? (!byType.isRead() ? 'the store has not answered yet' : undefined),

    async stop(): Promise<void> {
      stopped = true;
      clearTimeout(timer);
      await looking;
    },
  };
};

export type Goals = ReturnType<typeof createGoals>;

import { type Child, startChild, withOptions } from '@pushtech/sqlite/testing';
import { expect, type TestContext, test, vi } from 'vitest';
import {
  type Batch,
  type Log,
  type LogOptions,
  type LogRecord,
  type NewRecord,
  openLog,
  type Start,
} from '../src/index.ts';

const script = new URL('./child.ts', import.meta.url);

/** Somewhere for the records of one test. Every handle that opens the URL sees the same log. */
export interface LogPlace {
  url: string;
  dispose(): Promise<void>;
}

export interface ContractOptions {
  /** What an engine cannot promise, with the reason; tests by their name. */
  skip?: { reason: string; tests: string[] }[];
  /** Every test uses the same place: none may run beside another. */
  oneByOne?: boolean;
}

export const record = (value: string, topic = 't'): NewRecord => ({ topic, key: `key of ${value}`, value });

export const numbered = (count: number, topic = 't'): NewRecord[] =>
  Array.from({ length: count }, (_, n) => record(`${n}`, topic));

/** All that a topic holds, partition after partition. */
export const readAll = async (log: Log, topic = 't', start: Start = 'earliest'): Promise<LogRecord[]> => {
  const all: LogRecord[] = [];
  for (const { partition, end } of await log.ranges(topic)) {
    let batch = await log.read(topic, partition, start, 1000);
    for (; batch.records.length > 0; batch = await log.read(topic, partition, batch.next, 1000)) {
      all.push(...batch.records);
      if (batch.next >= end) break;
    }
  }
  return all;
};

export const values = (records: readonly { value: string }[]): string[] => records.map(({ value }) => value);

export const sorted = (list: readonly string[]): string[] => list.toSorted((a, b) => Number(a) - Number(b));

export const until = (check: () => unknown, ms = 5000): Promise<unknown> =>
  vi.waitFor(check, { timeout: ms, interval: 10 });

/** Handlers that keep what they were given. */
export const collector = () => {
  const batches: Batch[] = [];
  return {
    batches,
    values: () => batches.flatMap((batch) => values(batch.records)),
    async handle(batch: Batch): Promise<undefined> {
      batches.push(batch);
    },
  };
};

export const committed = async (log: Log, group = 'g', topic = 't'): Promise<number> => {
  const ranges = await log.ranges(topic, group);
  return ranges.reduce((sum, range) => sum + (range.committed ?? 0), 0);
};

export const end = async (log: Log, topic = 't'): Promise<number> => {
  const ranges = await log.ranges(topic);
  return ranges.reduce((sum, range) => sum + range.end, 0);
};

/** Engines behind a network take some seconds to give partitions to a member. */
const TEST_MS = 30_000;

type Run = (context: TestContext) => Promise<void>;

/** What the parts of the contract write their tests with. */
export interface Kit {
  /** Handles and children on one place; all gone when the test ends. */
  setUp(
    context: TestContext,
    options?: Record<string, number>,
  ): Promise<{ log: Log; handle(options?: LogOptions): Promise<Log>; child(what: string): Child }>;
  promise(title: string, run: Run): void;
  /** For tests that wait for members to be given up: runs beside others of its kind. */
  slowPromise(title: string, run: Run): void;
}

export const createKit = (
  open: () => Promise<LogPlace>,
  { skip = [], oneByOne = false }: ContractOptions,
): Kit => {
  const setUp = async ({ onTestFinished }: TestContext, options: Record<string, number> = {}) => {
    const place = await open();
    const url = withOptions(place.url, options);
    const handles: Log[] = [];
    const children: Child[] = [];
    onTestFinished(async () => {
      await Promise.all(children.map((child) => child.kill()));
      await Promise.all(handles.map((handle) => handle.close()));
      await place.dispose();
    });
    const handle = async (more?: LogOptions): Promise<Log> => {
      const opened = await openLog(url, more);
      handles.push(opened);
      return opened;
    };
    const child = (what: string): Child => {
      const started = startChild(script, url, what);
      children.push(started);
      return started;
    };
    return { handle, child, log: await handle() };
  };

  const register = (title: string, run: Run, slow: boolean): void => {
    const skipped = skip.find(({ tests }) => tests.includes(title));
    if (skipped) test.skip(`${title} (${skipped.reason})`, run);
    else if (slow && !oneByOne) test.concurrent(title, { timeout: 60_000 }, run);
    else test(title, { timeout: slow || oneByOne ? 60_000 : TEST_MS }, run);
  };

  return {
    setUp,
    promise: (title, run) => register(title, run, false),
    slowPromise: (title, run) => register(title, run, true),
  };
};

/** Searches tens of thousands of records of one partition, whole and bounded. The log must be empty. */
export const checkLongSearch = async (log: Log): Promise<void> => {
  for (const hundred of [0, 1, 2, 3, 4]) {
    await log.append([{ topic: 't', key: 'x', value: `${hundred}` }]);
    for (let n = 0; n < 10; n++) await log.append(numbered(1000));
  }
  const all = await log.find('t', 'x');
  expect(values(all.records)).toEqual(['4', '3', '2', '1', '0']);
  expect(all.complete).toBe(true);
  const first = await log.find('t', 'x', { maxRead: 1 });
  expect(values(first.records)).toEqual(['4', '3', '2'].slice(0, first.records.length));
  expect(first.records.length).toBeGreaterThan(0);
  expect(first).toMatchObject({ complete: false, oldest: all.oldest });
  const rest = await log.find('t', 'x', { until: first.searchedFrom });
  expect(rest.complete).toBe(true);
  const found = new Set(values([...first.records, ...rest.records]));
  expect(found).toEqual(new Set(['0', '1', '2', '3', '4']));
};

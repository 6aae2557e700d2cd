import { createGoals } from '@pushtech/consumer-stats/goals';
import { readRecord } from '@pushtech/consumer-stats/read-record';
import type { Devices } from '@pushtech/device';
import {
  createCounts,
  createDropPolicy,
  createSteps,
  enrichEntry,
  loadReferrerLists,
} from '@pushtech/enricher/enrich';
import { type Event, encodeHitBatch, type Hit, type ReceivedRecord } from '@pushtech/event';
import type { LogRecord } from '@pushtech/log';
import type { Places } from '@pushtech/place';
import type { Logger } from '@pushtech/service';
import type { Stats, StatsRecord } from '@pushtech/stats';
import { goals } from './goals.ts';
import { idOf } from './random.ts';
import { daysOf, type Story, tellDay } from './story.ts';
import { readVisits } from './visits.ts';

export interface MakeDeps {
  stats: Stats;
  places: Places;
  devices: Devices;
  record: Logger;
  /** Epoch ms: when the 30 days end. */
  now: number;
  /** Told from time to time how much is done, 0 to 1. */
  done: (share: number) => void;
  /** Stops it. */
  signal: AbortSignal;
}

/** Hits of one buffer entry: the enricher lets others in after each. */
const ENTRY = 50;
const SEED = 'example 1';
/** It keeps nobody's secret: what it signs are visitors of an example. */
const KEY = 'the example is made of a public log';
const MINUTE = 60_000;
const SOURCE = 'example/0';

const talliesOf = (times: readonly number[]): ReceivedRecord['tallies'] => {
  const tallies = new Map<number, number>();
  for (const at of times) {
    const minute = at - (at % MINUTE);
    tallies.set(minute, (tallies.get(minute) ?? 0) + 1);
  }
  return [...tallies].map(([minute, n]) => ({ minute, n }));
};

/** One buffer entry, as a tracker would have written it. */
const entryOf = (hits: readonly Hit[], dropped: Story['dropped'], name: string) => {
  const at = hits.at(-1)?.receivedAt ?? Date.parse(dropped[0]?.at ?? '');
  const received = talliesOf([
    ...hits.map(({ receivedAt }) => receivedAt),
    ...dropped.map((one) => Date.parse(one.at)),
  ]);
  const body = encodeHitBatch(
    { v: 1, batch: idOf(name, at), at, received, dropped },
    hits.map((hit) => JSON.stringify(hit)),
  );
  return { id: name, body, redelivered: false };
};

function* entriesOf(stories: Iterable<Story & { day: number }>) {
  for (const { hits, dropped, day } of stories) {
    for (let i = 0; i < hits.length; i += ENTRY) {
      yield entryOf(hits.slice(i, i + ENTRY), i === 0 ? dropped : [], `${SEED}/${day}/${i}`);
    }
  }
}

/** The example's goals, which lie in no store. */
const matchGoals = async (record: Logger) => {
  const store = { goals: { list: async () => [...goals], revision: async () => '1' } };
  const known = createGoals({ store: store as never, record });
  await known.start();
  await known.stop();
  return known.match;
};

const withGoals = (record: StatsRecord, match: (event: Event) => readonly string[]): StatsRecord =>
  record.kind === 'event' ? { ...record, goals: match(record.event) } : record;

/** Makes the example: hits from a real log, enriched and counted by the very code that handles real ones. */
export const makeExample = async ({
  stats,
  places,
  devices,
  record,
  now,
  done,
  signal,
}: MakeDeps): Promise<void> => {
  const visits = await readVisits();
  const clock = () => now;
  const deps = {
    steps: createSteps({ places, devices, referrers: loadReferrerLists(), secretKey: KEY, sites: [] }),
    ...{ drops: createDropPolicy(clock), counts: createCounts(), clock },
  };
  const days = daysOf(now);
  const match = await matchGoals(record);
  let position = 0;

  const count = async (records: StatsRecord[]) => {
    const from = position;
    position += records.length;
    await stats.apply({ source: SOURCE, from, next: position, records });
  };

  const read = (topic: string, value: string, key: string, headers: Record<string, string> | undefined) =>
    readRecord(
      { topic, value, key, partition: 0, position, at: now, ...(headers && { headers }) } as LogRecord,
      now,
    );

  for (const span of days) {
    const story = { ...tellDay(visits, span.day, { ...span, seed: SEED }), day: span.day };
    const records: StatsRecord[] = [];
    for (const entry of entriesOf([story])) {
      signal.throwIfAborted();
      for (const { topic, value, key, headers } of await enrichEntry(entry, deps)) {
        const reading = read(topic, value, key as string, headers);
        if (reading.kind === 'record') records.push(withGoals(reading.record, match));
      }
      // The enricher lets others in after 100 lines only.
      await new Promise(setImmediate);
    }
    signal.throwIfAborted();
    await count(records);
    done((span.day + 1) / days.length);
  }
};

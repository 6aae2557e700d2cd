import type { Buffer } from '@pushtech/buffer';
import type { Metrics } from '@pushtech/service';

/** What this copy of the enricher has done since its start. */
export interface Counts {
  entries: number;
  redelivered: number;
  kept: number;
  dead: Map<string, number>;
  dropped: Map<string, number>;
  appendFailures: number;
  add(counter: Map<string, number>, reason: string, n: number): void;
}

export const createCounts = (): Counts => ({
  entries: 0,
  redelivered: 0,
  kept: 0,
  dead: new Map(),
  dropped: new Map(),
  appendFailures: 0,
  add(counter, reason, n) {
    counter.set(reason, (counter.get(reason) ?? 0) + n);
  },
});

/** How much lies in the buffer, and how long. */
export const showWaiting = (metrics: Metrics, buffer: Buffer, clock: () => number): void => {
  metrics.gauge('pushtech_enricher_waiting_entries', 'Buffer entries not acknowledged.', async () => {
    return (await buffer.status()).entries;
  });
  metrics.gauge(
    'pushtech_enricher_waiting_bytes',
    'Bytes of the buffer entries not acknowledged.',
    async () => {
      return (await buffer.status()).bytes;
    },
  );
  metrics.gauge(
    'pushtech_enricher_waiting_oldest_seconds',
    'Age of the oldest buffer entry not acknowledged.',
    async () => {
      const { oldestAt } = await buffer.status();
      return oldestAt === undefined ? 0 : Math.max(0, clock() - oldestAt) / 1000;
    },
  );
};

/** Told after each append how many records went to the log, and how long it took. */
export type ObserveAppend = (records: number, seconds: number) => void;

export const observeAppends = (metrics: Metrics): ObserveAppend => {
  const records = metrics.histogram(
    'pushtech_enricher_append_records',
    'Records in one append to the log.',
    [1, 10, 30, 100, 300, 1000],
  );
  const seconds = metrics.histogram(
    'pushtech_enricher_append_seconds',
    'How long the log took for one append.',
    [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
  );
  return (n, took) => {
    records(n);
    seconds(took);
  };
};

export const showCounts = (metrics: Metrics, counts: Counts): void => {
  metrics.counted('pushtech_enricher_entries_taken_total', 'Buffer entries taken.', () => counts.entries);
  metrics.counted(
    'pushtech_enricher_entries_redelivered_total',
    'Entries some worker had before.',
    () => counts.redelivered,
  );
  metrics.counted('pushtech_enricher_events_kept_total', 'Hits that became events.', () => counts.kept);
  metrics.counted(
    'pushtech_enricher_hits_dead_total',
    'Hits that cannot become events.',
    () => counts.dead,
    'reason',
    ['line_invalid', 'hit_invalid', 'entry_invalid', 'crash'],
  );
  metrics.counted(
    'pushtech_enricher_hits_dropped_total',
    'Hits left out on purpose.',
    () => counts.dropped,
    'reason',
    ['site', 'origin', 'address', 'path'],
  );
  metrics.counted(
    'pushtech_enricher_appends_failed_total',
    'Appends to the log that were refused.',
    () => counts.appendFailures,
  );
};

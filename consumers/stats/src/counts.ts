import { bookedTopics } from '@pushtech/event';
import type { Metrics } from '@pushtech/service';

/** What this copy has done since its start. */
export interface Counts {
  counted: number;
  duplicates: number;
  seeks: number;
  parked: Map<string, number>;
  unreadable: Map<string, number>;
  lost: Map<string, number>;
}

export const createCounts = (): Counts => ({
  counted: 0,
  duplicates: 0,
  seeks: 0,
  parked: new Map(),
  unreadable: new Map(),
  lost: new Map(),
});

export const add = (map: Map<string, number>, name: string, n = 1): void => {
  map.set(name, (map.get(name) ?? 0) + n);
};

/** Told after each batch how many records it had, and how long counting them took. */
export type ObserveBatch = (records: number, seconds: number) => void;

export const observeBatches = (metrics: Metrics): ObserveBatch => {
  const records = metrics.histogram(
    'pushtech_stats_batch_records',
    'Records in one batch.',
    [1, 10, 50, 100, 250, 500],
  );
  const seconds = metrics.histogram(
    'pushtech_stats_batch_seconds',
    'How long counting one batch took.',
    [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5],
  );
  return (n, took) => {
    records(n);
    seconds(took);
  };
};

export const showCounts = (metrics: Metrics, counts: Counts): void => {
  metrics.counted('pushtech_stats_counted_events_total', 'Events counted.', () => counts.counted);
  metrics.counted('pushtech_stats_duplicate_events_total', 'Events known before.', () => counts.duplicates);
  metrics.counted('pushtech_stats_seeks_total', 'Batches refused for their position.', () => counts.seeks);
  metrics.counted(
    'pushtech_stats_parked_events_total',
    'Events parked as dead, by reason.',
    () => counts.parked,
    'reason',
    ['version', 'invalid'],
  );
  metrics.counted(
    'pushtech_stats_unreadable_records_total',
    'Records of the books that make no sense, by topic.',
    () => counts.unreadable,
    'topic',
    bookedTopics,
  );
  metrics.counted(
    'pushtech_stats_lost_records_total',
    'Records that retention took before they were counted, by topic.',
    () => counts.lost,
    'topic',
    bookedTopics,
  );
};

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
  );
  metrics.counted(
    'pushtech_enricher_hits_dropped_total',
    'Hits left out on purpose.',
    () => counts.dropped,
    'reason',
  );
  metrics.counted(
    'pushtech_enricher_appends_failed_total',
    'Appends to the log that were refused.',
    () => counts.appendFailures,
  );
};

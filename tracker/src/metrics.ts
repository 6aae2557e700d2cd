import type { Metrics } from '@pushtech/service';
import type { GatherHits } from './gather-hits.ts';
import type { Spool } from './spool/spool.ts';

const countHits = (metrics: Metrics, { counts, delivery }: GatherHits): void => {
  metrics.counted(
    'pushtech_tracker_hits_received_total',
    'Hits that came to the door.',
    () => counts.received,
  );
  metrics.counted('pushtech_tracker_hits_accepted_total', 'Hits taken.', () => counts.accepted);
  metrics.counted(
    'pushtech_tracker_hits_refused_total',
    'Hits refused, by reason.',
    () => counts.refused,
    'reason',
  );
  metrics.gauge(
    'pushtech_tracker_waiting_bytes',
    'Hits in memory that wait for the buffer.',
    delivery.waitingBytes,
  );
};

/** Seconds since the oldest record was written; 0 when there is none. @param now epoch ms */
export const oldestSeconds = (spool: Spool, now: number): number => {
  const { oldestAt } = spool.status();
  return oldestAt === undefined ? 0 : Math.max(0, (now - oldestAt) / 1000);
};

const countSpool = (metrics: Metrics, { delivery }: GatherHits, spool: Spool, clock: () => number): void => {
  metrics.gauge('pushtech_tracker_spool_bytes', 'Bytes of the spool on disk.', () => spool.status().bytes);
  metrics.gauge(
    'pushtech_tracker_spool_records',
    'Batches in the spool that wait for the buffer.',
    () => spool.status().records,
  );
  metrics.gauge('pushtech_tracker_spool_oldest_seconds', 'Age of the oldest batch in the spool.', () =>
    oldestSeconds(spool, clock()),
  );
  metrics.counted(
    'pushtech_tracker_spooled_total',
    'Batches that went to the spool.',
    () => spool.counts.spooled,
  );
  metrics.counted(
    'pushtech_tracker_spool_drained_total',
    'Batches that the buffer took from the spool.',
    () => delivery.drained.drained,
  );
  metrics.counted(
    'pushtech_tracker_spool_lost_total',
    'Batches lost in the spool, or refused by the buffer for good, by reason; a damaged place counts as one.',
    () => [...spool.counts.lost, ['refused', delivery.drained.refused]],
    'reason',
  );
};

/** All numbers of the tracker; read when somebody looks. */
export const countAll = (metrics: Metrics, gather: GatherHits, spool: Spool, clock: () => number): void => {
  countHits(metrics, gather);
  countSpool(metrics, gather, spool, clock);
};

import type { Metrics, Service } from '@pushtech/service';
import type { GatherHits } from './gather-hits.ts';
import type { Spool } from './spool/spool.ts';
import { timeAnswers } from './time-answers.ts';

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
    ['full', 'unavailable'],
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
    'pushtech_tracker_spool_max_bytes',
    'Bytes the spool may take; 0 = there is none.',
    () => spool.status().maxBytes,
  );
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
    ['torn', 'flipped', 'missing'],
  );
};

/** @returns the same pixel, counted and, one of 16, timed */
export const observeAnswers = (metrics: Metrics, pixel: NonNullable<Service['fast']>): typeof pixel => {
  const observe = metrics.histogram(
    'pushtech_tracker_answer_seconds',
    'From the request for a pixel to the answer handed to the system; every 16th is measured.',
    [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
  );
  const { answer, counts } = timeAnswers(pixel, observe);
  metrics.counted('pushtech_tracker_pixels_total', 'Pixels answered.', () => counts.answered);
  return answer;
};

/** All numbers of the tracker; read when somebody looks. */
export const countAll = (metrics: Metrics, gather: GatherHits, spool: Spool, clock: () => number): void => {
  countHits(metrics, gather);
  countSpool(metrics, gather, spool, clock);
};
